// Dragging a row of the layer list by its handle, with the selected ones that stand next to it. Other rows make room at
// once; Python hears of it on letting go.

const EDGE = 28; // pixels from the list's edge where it begins to scroll

export function listenToHandles(list) {
  list.rows.addEventListener("pointerdown", (event) => {
    const row = event.target.closest(".handle")?.closest("li");
    if (!row || event.button) return;
    event.preventDefault();
    take(list, row, event);
  });
}

function take(list, row, event) {
  const rows = [...list.rows.children];
  const [first, last] = inHand(list, rows, rows.indexOf(row));
  const held = rows.slice(first, last + 1);
  const drag = { rows, held, first, last, moved: 0, startY: event.clientY, scrolled: list.host.scrollTop, y: event.clientY, step: stepOf(rows) };
  const ended = new AbortController();
  const listen = (name, act) => row.addEventListener(name, act, { signal: ended.signal });
  const end = (letGo) => {
    ended.abort();
    cancelAnimationFrame(drag.frame);
    finish(list, drag, letGo);
  };
  list.dragging = true;
  list.host.classList.add("dragging");
  for (const each of held) each.classList.add("held");
  row.setPointerCapture(event.pointerId);
  listen("pointermove", ({ clientY }) => (drag.y = clientY));
  listen("pointerup", () => end(true));
  listen("pointercancel", () => end(false));
  listen("lostpointercapture", () => end(false));
  follow(list, drag);
}

// The first and the last place of the rows that go along: of a row that is selected with others, those that stand with
// it without a gap.
function inHand(list, rows, place) {
  const chosen = (at) => list.chosen.includes(rows[at]?.dataset.id);
  let [first, last] = [place, place];
  while (chosen(place) && chosen(first - 1)) first -= 1;
  while (chosen(place) && chosen(last + 1)) last += 1;
  return [first, last];
}

function stepOf(rows) {
  return rows.length > 1 ? rows[1].offsetTop - rows[0].offsetTop : rows[0].offsetHeight;
}

// Once per frame, so that the list goes on scrolling while the pointer rests at its edge.
function follow(list, drag) {
  const { host } = list;
  const { top, bottom } = host.getBoundingClientRect();
  if (drag.y < top + EDGE) host.scrollTop -= 6;
  if (drag.y > bottom - EDGE) host.scrollTop += 6;
  const by = drag.y - drag.startY + host.scrollTop - drag.scrolled;
  drag.moved = Math.max(-drag.first, Math.min(drag.rows.length - 1 - drag.last, Math.round(by / drag.step)));
  for (const row of drag.held) row.style.transform = `translateY(${by}px)`;
  drag.rows.forEach((row, place) => drag.held.includes(row) || makeRoom(row, place, drag));
  drag.frame = requestAnimationFrame(() => follow(list, drag));
}

function makeRoom(row, place, { first, last, moved, held, step }) {
  const up = place > last && place <= last + moved;
  const down = place < first && place >= first + moved;
  const room = held.length * step;
  row.style.transform = up ? `translateY(${-room}px)` : down ? `translateY(${room}px)` : "";
}

function finish(list, { rows, held, first, last, moved }, letGo) {
  list.dragging = false;
  list.justDropped = true; // the click that follows is no selection
  setTimeout(() => (list.justDropped = false));
  list.host.classList.remove("dragging");
  for (const each of held) each.classList.remove("held");
  for (const each of rows) each.style.transform = "";
  if (!letGo || !moved) return list.repaint();
  const behind = moved > 0 ? rows[last + moved].nextElementSibling : rows[first + moved];
  for (const each of held) list.rows.insertBefore(each, behind);
  list.send("move", { ids: held.map((each) => each.dataset.id), by: moved });
}
