// The keyboard: what the keys do in the drawing, and those of the list of layers that are handed on. canvas_help.js lists them.
import { chordOf } from "./keys.js";
import { focusedBox, toggleFrame } from "./canvas_boxes.js";
import { choose, chooseAll, chosenOr, extendChosen, toggleChosen } from "./canvas_chosen.js";
import { copy } from "./canvas_clipboard.js";
import { findLayer } from "./canvas_find.js";
import { editLayer } from "./canvas_form.js";
import { toggleHelp } from "./canvas_help.js";
import { openMenu } from "./canvas_menu.js";
import { chooseWire, insertOnChosen, insertingNow, takeWireAway, walkWires } from "./canvas_wires.js";
import { askForSource, endWire } from "./canvas_wiring.js";
import { VIEWS } from "./canvas_looks.js";
import { askForKind } from "./canvas_replace.js";
import { STEPS, STEPS_WITHIN } from "./canvas_steps.js";
import { fit, walk, zoom } from "./canvas_view.js";
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
  "Shift+F10": (canvas, id) => canvas.openContext(id),
  Space: (canvas, id) => id && canvas.select(id),
  "Shift+Space": (canvas, id) => id && toggleChosen(canvas, id),
  Escape: (canvas) => letAllGo(canvas),
  Delete: (canvas, id) => remove(canvas, id),
  Backspace: (canvas, id) => remove(canvas, id),
  "Alt+ArrowUp": (canvas, id) => id && canvas.send("move", { ids: chosenOr(canvas, id), by: -1 }),
  "Alt+ArrowDown": (canvas, id) => id && canvas.send("move", { ids: chosenOr(canvas, id), by: 1 }),
  "Ctrl+a": (canvas, id) => chooseAll(canvas, id),
  "Ctrl+c": (canvas, id) => id && copy(canvas, id, false),
  "Ctrl+d": (canvas, id) => id && canvas.send("duplicate", { ids: chosenOr(canvas, id) }),
  "Ctrl+f": (canvas) => findLayer(canvas),
  "Ctrl+x": (canvas, id) => id && copy(canvas, id, true),
  "Ctrl+z": (canvas) => canvas.send("undo", {}),
  "Ctrl+Shift+z": (canvas) => canvas.send("redo", {}),
  "Ctrl+y": (canvas) => canvas.send("redo", {}),
  ...Object.fromEntries(Object.entries(STEPS).map(([key, step]) => [key, (canvas, id) => walk(canvas, step(canvas, id))])),
  ...Object.fromEntries(Object.entries(STEPS_WITHIN).map(([key, step]) => [`Shift+${key}`, (canvas, id, to) => extend(canvas, id, step, to)])),
};
const ON_PAGE = ["a", "/", "?", "Ctrl+f", "Ctrl+z", "Ctrl+Shift+z", "Ctrl+y"];

export function listenToKeys(canvas) {
  canvas.picture.addEventListener("keydown", (event) => {
    if (!pressed(canvas, chordOf(event), focusedBox(canvas))) return;
    event.preventDefault();
    event.stopPropagation(); // Streamlit has keys of its own
  });
}

// With nothing of the page in hand, what adds, finds and undoes works as well.
export function listenOnPage(canvas) {
  const onPage = (event) => {
    if (document.activeElement !== document.body || document.querySelector("[role='dialog']")) return;
    if (!ON_PAGE.includes(chordOf(event)) || !pressed(canvas, chordOf(event), "")) return;
    event.preventDefault();
    event.stopPropagation();
  };
  window.addEventListener("keydown", onPage, true);
  return () => window.removeEventListener("keydown", onPage, true);
}

// Keys of the list of layers, each with the row it was pressed at and the one that an arrow leads to. One that means
// something here is taken, which the list reads off the event.
export function listenToList(canvas) {
  const handedOn = (handing) => {
    const { chord, id, to } = handing.detail;
    if (canvas.wireChosen) chooseWire(canvas, ""); // Delete is meant for the row
    if (pressed(canvas, chord, id, to)) handing.preventDefault();
  };
  document.addEventListener("layerloom:key", handedOn);
  return () => document.removeEventListener("layerloom:key", handedOn);
}

// Whether the key means something here.
function pressed(canvas, chord, id, to) {
  const act = KEYS[chord];
  act?.(canvas, id, to);
  return Boolean(act);
}

function remove(canvas, id) {
  if (takeWireAway(canvas) || !id) return;
  canvas.send("remove", { ids: chosenOr(canvas, id) });
}

// To where the list says, or along the wires.
function extend(canvas, id, step, to) {
  const next = to || (id && step(canvas, id));
  if (!next || next === id) return;
  extendChosen(canvas, id, next);
  if (!to) walk(canvas, next);
}

// A block is gone into once it is selected; a plain layer has its arguments.
function enter(canvas, id) {
  if (!canvas.boxes.get(id)?.box.opens) editLayer(canvas, id);
  else if (id === canvas.selected) canvas.send("open", { id });
  else canvas.select(id);
}

function letAllGo(canvas) {
  if (endWire(canvas) || !canvas.data) return;
  const [target, slot] = insertingNow(canvas);
  if (target) canvas.send("insert", { target, slot });
  if (canvas.chosen.size) choose(canvas, [canvas.selected]);
  chooseWire(canvas, "");
  canvas.say("");
}

export function makeBlock(canvas, id) {
  const ids = chosenOr(canvas, id).filter((each) => !["Input", "Output"].includes(canvas.boxes.get(each)?.box.kind));
  if (!ids.length) return canvas.say(say("Select the layers that the block is to hold first."));
  openMenu(canvas, { label: ids.length > 1 ? say("Make a block of {0} layers", ids.length) : say("Make a block of {0}", ids[0]), hint: say("Its name, then Enter"), typed: (name) => canvas.send("block", { ids, name }) });
}
