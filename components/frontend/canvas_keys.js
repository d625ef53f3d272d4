// The keyboard: walking up and down along the wires and left and right among neighbours, and what canvas_help.js lists.
import { editOf } from "./keys.js";
import { focusBox, focusedBox, toggleFrame } from "./canvas_boxes.js";
import { choose, chooseAll, chosenOr } from "./canvas_chosen.js";
import { copy } from "./canvas_clipboard.js";
import { editLayer } from "./canvas_form.js";
import { toggleHelp } from "./canvas_help.js";
import { openMenu } from "./canvas_menu.js";
import { chooseWire, insertOnChosen, takeWireAway, walkWires } from "./canvas_wires.js";
import { askForSource, endWire } from "./canvas_wiring.js";
import { VIEWS } from "./canvas_looks.js";
import { askForKind } from "./canvas_replace.js";
import { fit, reveal, show, zoom } from "./canvas_view.js";
import { say } from "./say.js";

const KEYS = {
  "+": (canvas) => zoom(canvas, 1.25),
  "=": (canvas) => zoom(canvas, 1.25),
  "-": (canvas) => zoom(canvas, 0.8),
  0: (canvas) => fit(canvas),
  "/": (canvas) => findLayer(canvas),
  "?": (canvas) => toggleHelp(canvas),
  a: (canvas) => insertOnChosen(canvas) || canvas.openCommands(),
  b: (canvas, id) => makeBlock(canvas, id),
  c: (canvas, id) => id && askForSource(canvas, id),
  ...Object.fromEntries(VIEWS.map(({ key, toggle }) => [key, toggle])),
  i: (canvas, id) => id && walkWires(canvas, id),
  r: (canvas, id) => id && askForKind(canvas, id),
  o: (canvas, id) => id && toggleFrame(canvas, id),
  Enter: (canvas, id) => id && enter(canvas, id),
  ContextMenu: (canvas, id) => canvas.openContext(id),
  " ": (canvas, id) => canvas.select(id),
  Escape: (canvas) => letAllGo(canvas),
};
const COMMANDS = {
  a: (canvas, id) => chooseAll(canvas, id),
  c: (canvas, id) => id && copy(canvas, id, false),
  f: (canvas) => findLayer(canvas),
  x: (canvas, id) => id && copy(canvas, id, true),
};

export function listenToKeys(canvas) {
  canvas.picture.addEventListener("keydown", (event) => {
    if (!pressed(canvas, event)) return;
    event.preventDefault();
    event.stopPropagation(); // Streamlit has keys of its own
  });
}

// With nothing of the page in hand, what adds, finds and undoes works as well.
export function listenOnPage(canvas) {
  const onPage = (event) => {
    if (document.activeElement !== document.body || document.querySelector("[role='dialog']")) return;
    const command = event.ctrlKey || event.metaKey;
    const keys = command ? ["f", "z", "y"] : ["a", "/", "?"];
    if (event.altKey || !keys.includes(event.key.toLowerCase()) || !pressed(canvas, event)) return;
    event.preventDefault();
    event.stopPropagation();
  };
  window.addEventListener("keydown", onPage, true);
  return () => window.removeEventListener("keydown", onPage, true);
}

// Whether the key means something here.
function pressed(canvas, event) {
  const id = focusedBox(canvas);
  const command = event.ctrlKey || event.metaKey;
  if (["Delete", "Backspace"].includes(event.key) && takeWireAway(canvas)) return true;
  const edit = editOf(event, id);
  if (edit?.[0] === "delete" && canvas.chosen.has(id)) canvas.send("remove", { ids: [...canvas.chosen] });
  else if (edit) canvas.send(...edit);
  if (edit || event.altKey) return Boolean(edit);
  if (event.shiftKey && event.key === "F10") return canvas.openContext(id), true;
  const act = command ? !event.shiftKey && COMMANDS[event.key.toLowerCase()] : KEYS[event.key];
  if (act) act(canvas, id);
  else if (!command && STEPS[event.key]) walk(canvas, STEPS[event.key](canvas, id));
  else return false;
  return true;
}

// A block is gone into once it is selected; a plain layer has its arguments.
function enter(canvas, id) {
  if (!canvas.boxes.get(id)?.box.opens) editLayer(canvas, id);
  else if (id === canvas.selected) canvas.send("open", { id });
  else canvas.select(id);
}

function letAllGo(canvas) {
  if (endWire(canvas) || !canvas.data) return;
  if (canvas.data.hand.inserting) canvas.send("insert", { target: canvas.data.hand.inserting[0], slot: canvas.data.hand.inserting[1] });
  if (canvas.chosen.size) choose(canvas, [canvas.selected]);
  chooseWire(canvas, "");
  canvas.say("");
}

export function findLayer(canvas) {
  const options = canvas.data.boxes.map(({ id, subtitle, output, family }) => ({ key: id, title: id, detail: [subtitle, output].filter(Boolean).join(" · "), family }));
  openMenu(canvas, { label: say("Find a layer"), hint: say("Type a name or a kind"), options, choose: (id) => (canvas.select(id), walk(canvas, id)) });
}

export function makeBlock(canvas, id) {
  const ids = chosenOr(canvas, id).filter((each) => !["Input", "Output"].includes(canvas.boxes.get(each)?.box.kind));
  if (!ids.length) return canvas.say(say("Select the layers that the block is to hold first."));
  openMenu(canvas, { label: ids.length > 1 ? say("Make a block of {0} layers", ids.length) : say("Make a block of {0}", ids[0]), hint: say("Its name, then Enter"), typed: (name) => canvas.send("block", { ids, name }) });
}

function walk(canvas, id) {
  if (!id) return;
  focusBox(canvas, id);
  reveal(canvas, id);
  show(canvas, true);
}

const STEPS = {
  ArrowDown: (canvas, id) => inFrame(canvas, id, "Input") ?? alongWires(canvas, id, "from", "to") ?? outOfFrame(canvas, id, "from", "to") ?? inList(canvas, id, 1),
  ArrowUp: (canvas, id) => alongWires(canvas, id, "to", "from") ?? around(canvas, id) ?? inList(canvas, id, -1),
  ArrowRight: (canvas, id) => besides(canvas, id, 1),
  ArrowLeft: (canvas, id) => besides(canvas, id, -1),
  Home: (canvas) => canvas.data.boxes[0]?.id,
  End: (canvas) => canvas.data.boxes.at(-1)?.id,
};

const middle = ({ at }) => at[0] + at[2] / 2;

// The nearest of those on the other ends of the wires.
function alongWires(canvas, id, here, there) {
  const others = canvas.data.arrows.filter((arrow) => arrow[here] === id).map((arrow) => canvas.boxes.get(arrow[there])?.box);
  return nearest(canvas, id, others.filter(Boolean))?.id;
}

// Into a frame by its first Input, out of it at an Output; upwards first to the frame itself.
function inFrame(canvas, id, kind) {
  return canvas.data.boxes.find((box) => box.parent === id && box.kind === kind)?.id;
}

function outOfFrame(canvas, id, here, there) {
  const frame = around(canvas, id);
  return frame && (alongWires(canvas, frame, here, there) ?? outOfFrame(canvas, frame, here, there));
}

const around = (canvas, id) => canvas.boxes.get(id)?.box.parent;

function nearest(canvas, id, boxes) {
  const { box } = canvas.boxes.get(id);
  const away = (other) => Math.abs(other.at[1] - box.at[1]) + Math.abs(middle(other) - middle(box));
  return boxes.toSorted((one, other) => away(one) - away(other))[0];
}

function besides(canvas, id, side) {
  const { box } = canvas.boxes.get(id);
  const sameRow = (other) => other.at[1] < box.at[1] + box.at[3] && box.at[1] < other.at[1] + other.at[3];
  const found = canvas.data.boxes.filter((other) => sameRow(other) && (middle(other) - middle(box)) * side > 0);
  return nearest(canvas, id, found)?.id;
}

function inList(canvas, id, step) {
  const boxes = canvas.data.boxes;
  return boxes[boxes.findIndex((box) => box.id === id) + step]?.id;
}
