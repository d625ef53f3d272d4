// Dragging a row of the layer list by its handle. Other rows make room at once; Python hears of it on letting go.

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
  const drag = { row, rows, from: rows.indexOf(row), to: rows.indexOf(row), startY: event.clientY, scrolled: list.host.scrollTop, y: event.clientY, step: stepOf(rows) };
  const ended = new AbortController();
  const listen = (name, act) => row.addEventListener(name, act, { signal: ended.signal });
  const end = (letGo) => {
    ended.abort();
    cancelAnimationFrame(drag.frame);
    finish(list, drag, letGo);
  };
  list.dragging = true;
  list.host.classList.add("dragging");
  row.classList.add("held");
  row.setPointerCapture(event.pointerId);
  listen("pointermove", ({ clientY }) => (drag.y = clientY));
  listen("pointerup", () => end(true));
  listen("pointercancel", () => end(false));
  listen("lostpointercapture", () => end(false));
  follow(list, drag);
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
  drag.to = Math.max(0, Math.min(drag.rows.length - 1, drag.from + Math.round(by / drag.step)));
  drag.row.style.transform = `translateY(${by}px)`;
  drag.rows.forEach((row, place) => row !== drag.row && makeRoom(row, place, drag));
  drag.frame = requestAnimationFrame(() => follow(list, drag));
}

function makeRoom(row, place, { from, to, step }) {
  const up = place > from && place <= to;
  const down = place < from && place >= to;
  row.style.transform = up ? `translateY(${-step}px)` : down ? `translateY(${step}px)` : "";
}

function finish(list, { row, rows, from, to }, letGo) {
  list.dragging = false;
  list.justDropped = true; // the click that follows is no selection
  setTimeout(() => (list.justDropped = false));
  list.host.classList.remove("dragging");
  row.classList.remove("held");
  for (const each of rows) each.style.transform = "";
  if (!letGo || to === from) return list.repaint();
  list.rows.insertBefore(row, to > from ? rows[to].nextElementSibling : rows[to]);
  list.send("move", { ids: [row.dataset.id], by: to - from });
}
