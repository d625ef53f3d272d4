// A wire that was clicked: a button to put a layer on it, and one to take it away.
import { shape } from "./elements.js";
import { say } from "./say.js";

const SIGNS = { insert: "M-4 0h8M0 -4v8", disconnect: "M-3 -3l6 6M3 -3l-6 6" };

export function chooseWire(canvas, id) {
  canvas.wireChosen = id;
  markWire(canvas);
  if (!id) return;
  canvas.focus(canvas.arrows.get(id).arrow.to); // so that Delete and Escape are heard
  canvas.say(say("The wire {0} is selected. Delete takes it away, a puts a layer on it.", wireName(canvas, id)));
}

// By keyboard: the wires that go into a layer one after the other, and then none.
export function walkWires(canvas, id) {
  const wires = canvas.data.arrows.filter(({ to }) => to === id).map((arrow) => arrow.id);
  if (!wires.length) return canvas.say(say("No wire goes into {0}.", id));
  const next = wires[wires.indexOf(canvas.wireChosen) + 1] ?? "";
  chooseWire(canvas, next);
  if (!next) canvas.say("");
}

function wireName(canvas, id) {
  const { from, to } = canvas.arrows.get(id).arrow;
  return say("from {0} to {1}", from, to);
}

// Paints what is selected, and where the next layer goes.
export function markWire(canvas) {
  if (!canvas.arrows.has(canvas.wireChosen)) canvas.wireChosen = "";
  const [target, slot] = insertingNow(canvas);
  for (const [id, { group, arrow }] of canvas.arrows) {
    group.classList.toggle("chosen", id === canvas.wireChosen);
    const here = arrow.to === target && (arrow.slot ?? 0) === slot;
    group.classList.toggle("inserting", here);
  }
  const chosen = canvas.arrows.get(canvas.wireChosen);
  canvas.layers.tools.replaceChildren(...(chosen ? newTools(canvas, chosen) : []));
}

function newTools(canvas, { line, arrow }) {
  const middle = line.getPointAtLength(lengthOf(arrow) / 2);
  const [x, y] = [arrow.points[0][0] + middle.x, arrow.points[0][1] + middle.y];
  const what = { target: arrow.to, slot: arrow.slot ?? 0 };
  const label = Number(canvas.labels.get(arrow.id)?.plate.getAttribute("width") ?? 0) / 2;
  const beside = x + Math.max(18, label + 16);
  return [
    newTool(say("Put the next layer between {0} and {1}", arrow.from, arrow.to), "insert", beside, y, () => insertOn(canvas, arrow, what)),
    newTool(say("Take the wire from {0} to {1} away", arrow.from, arrow.to), "disconnect", beside + 26, y, () => canvas.send("disconnect", what)),
  ];
}

// Without the arrow's head, which is part of the path.
function lengthOf({ points }) {
  return points.slice(1).reduce((length, [x, y], index) => length + Math.hypot(x - points[index][0], y - points[index][1]), 0);
}

function newTool(label, sign, x, y, act) {
  const title = shape("title");
  title.textContent = label;
  const tool = shape("g", { class: `tool ${sign}`, role: "button", tabindex: "0", "aria-label": label, transform: `translate(${x} ${y})` }, title, shape("circle", { r: 11 }), shape("path", { d: SIGNS[sign] }));
  tool.addEventListener("click", (event) => (event.stopPropagation(), act()));
  tool.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.stopPropagation();
    event.preventDefault();
    act();
  });
  return tool;
}

// Whether a wire is selected, for the next layer to go on.
export function insertOnChosen(canvas) {
  const arrow = canvas.arrows.get(canvas.wireChosen)?.arrow;
  if (arrow) insertOn(canvas, arrow, { target: arrow.to, slot: arrow.slot ?? 0 });
  return Boolean(arrow);
}

// The wire that the next layer goes on, as [target, slot]: what Python knows of it, and what it has not heard yet. Said a
// second time, it lets go of the wire.
export function insertingNow({ outbox, data }) {
  const said = outbox.waiting.filter(({ type }) => type === "insert");
  return said.reduce((now, { target, slot }) => (now[0] === target && now[1] === slot ? [] : [target, slot]), data.hand.inserting ?? []);
}

// The next layer goes here: the command palette is where it is chosen, or any other way to add one.
function insertOn(canvas, { from, to }, what) {
  const [target, slot] = insertingNow(canvas);
  if (target !== what.target || slot !== what.slot) canvas.send("insert", what); // a second time lets go of the place
  chooseWire(canvas, "");
  canvas.say(say("The next layer that is added goes between {0} and {1}.", from, to));
  canvas.openCommands();
}

export function takeWireAway(canvas) {
  const arrow = canvas.arrows.get(canvas.wireChosen)?.arrow;
  if (!arrow) return false;
  canvas.send("disconnect", { target: arrow.to, slot: arrow.slot ?? 0 });
  return true;
}
