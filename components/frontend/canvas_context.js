// The context menu: what can be done with a layer, several layers, a wire or the drawing, each with its key. It opens at
// the pointer, or at the layer that has the focus (Shift+F10), and asks nothing of Python.
import { element } from "./elements.js";
import { focusedBox, focusedLayer, goBack, toggleFrame } from "./canvas_boxes.js";
import { chooseAll, chosenOr } from "./canvas_chosen.js";
import { copy, pasteFromClipboard } from "./canvas_clipboard.js";
import { findLayer } from "./canvas_find.js";
import { editLayer } from "./canvas_form.js";
import { toggleHelp } from "./canvas_help.js";
import { makeBlock } from "./canvas_keys.js";
import { VIEWS } from "./canvas_looks.js";
import { askForKind } from "./canvas_replace.js";
import { fit } from "./canvas_view.js";
import { chooseWire, insertOnChosen, takeWireAway } from "./canvas_wires.js";
import { askForSource } from "./canvas_wiring.js";
import { say } from "./say.js";

const LINE = null; // between groups

function doneWithOne(canvas, id) {
  const { box } = canvas.boxes.get(id);
  const block = [
    [box.frame ? say("Close the block") : say("Open the block here"), "o", () => toggleFrame(canvas, id)],
    [say("Go into the block"), "Enter", () => canvas.send("open", { id })],
  ];
  return [
    ...(box.opens ? block : []),
    [say("Edit its arguments"), box.opens ? "" : "Enter", () => editLayer(canvas, id)],
    [say("Choose what feeds it"), "c", () => askForSource(canvas, id)],
    [say("Replace it by another kind"), "r", () => askForKind(canvas, id)],
    [say("Add a layer behind it"), "a", () => canvas.openCommands()],
    LINE,
    [say("Duplicate"), "Ctrl+D", () => canvas.send("duplicate", { ids: [id] })],
    ...clipboardActs(canvas, id),
    LINE,
    [say("Move up"), "Alt+↑", () => canvas.send("move", { ids: [id], by: -1 })],
    [say("Move down"), "Alt+↓", () => canvas.send("move", { ids: [id], by: 1 })],
    [say("Make a block of it"), "b", () => makeBlock(canvas, id)],
    LINE,
    [say("Remove"), "Delete", () => canvas.send("remove", { ids: [id] })],
  ];
}

function doneWithSeveral(canvas, ids) {
  return [
    [say("Duplicate"), "Ctrl+D", () => canvas.send("duplicate", { ids })],
    ...clipboardActs(canvas, ids[0]),
    LINE,
    [say("Move up"), "Alt+↑", () => canvas.send("move", { ids, by: -1 })],
    [say("Move down"), "Alt+↓", () => canvas.send("move", { ids, by: 1 })],
    [say("Make a block of them"), "b", () => makeBlock(canvas, ids[0])],
    LINE,
    [say("Remove {0} layers", ids.length), "Delete", () => canvas.send("remove", { ids })],
  ];
}

function clipboardActs(canvas, id) {
  return [
    [say("Copy"), "Ctrl+C", () => copy(canvas, id, false)],
    [say("Cut"), "Ctrl+X", () => copy(canvas, id, true)],
    [say("Paste behind it"), "Ctrl+V", () => pasteFromClipboard(canvas)],
  ];
}

function doneWithWire(canvas) {
  return [
    [say("Put a layer on the wire"), "a", () => insertOnChosen(canvas)],
    [say("Take the wire away"), "Delete", () => takeWireAway(canvas)],
  ];
}

function doneWithDrawing(canvas) {
  return [
    [say("Add a layer or do something"), "a", () => canvas.openCommands()],
    [say("Find a layer"), "/", () => findLayer(canvas)],
    [say("Paste"), "Ctrl+V", () => pasteFromClipboard(canvas)],
    [say("Select all"), "Ctrl+A", () => chooseAll(canvas, canvas.selected)],
    LINE,
    [say("Undo"), "Ctrl+Z", () => canvas.send("undo", {})],
    [say("Redo"), "Ctrl+Y", () => canvas.send("redo", {})],
    LINE,
    [say("Show everything"), "0", () => fit(canvas)],
    ...VIEWS.map(({ label, key, toggle }) => [say(label), key, () => toggle(canvas)]),
    [say("Keys and colours"), "?", () => toggleHelp(canvas)],
  ];
}

// --- opening it

export function listenToContext(canvas) {
  canvas.openContext = (id) => openAt(canvas, id, cornerOf(canvas, id), focusedLayer());
  canvas.picture.addEventListener("contextmenu", (event) => {
    event.preventDefault();
    const wire = event.target.closest?.(".wire")?.dataset.id ?? "";
    const id = event.target.closest?.(".box")?.dataset.id ?? "";
    const byKey = !event.button && event.pointerType !== "touch" && focusedBox(canvas) === id;
    const { left, top } = canvas.host.getBoundingClientRect();
    const place = byKey ? cornerOf(canvas, id) : [event.clientX - left, event.clientY - top];
    chooseWire(canvas, wire);
    openAt(canvas, id, place);
  });
}

// cameFrom: the layer that has the focus, where a key opens it.
function openAt(canvas, id, place, cameFrom = null) {
  const several = id && canvas.chosen.size > 1 ? chosenOr(canvas, id) : [];
  if (id && several.length < 2) canvas.select(id);
  if (id && !cameFrom) canvas.focus(id);
  canvas.contextFrom = cameFrom;
  if (several.length > 1) return openContext(canvas, say("{0} layers", several.length), doneWithSeveral(canvas, several), place);
  if (canvas.wireChosen) return openContext(canvas, say("Wire"), doneWithWire(canvas), place);
  openContext(canvas, id || say("Drawing"), id ? doneWithOne(canvas, id) : doneWithDrawing(canvas), place);
}

// Beside a layer, in the coordinates of the canvas; without one, in its upper left part.
function cornerOf(canvas, id) {
  const box = canvas.boxes.get(id)?.group.getBoundingClientRect();
  const { left, top } = canvas.host.getBoundingClientRect();
  return box ? [box.left - left + 24, box.bottom - top - 6] : [40, 40];
}

function openContext(canvas, label, acts, [x, y]) {
  closeContext(canvas, false);
  const menu = element("div", { class: "context", role: "menu", "aria-label": label }, ...acts.map((act) => newItem(canvas, act)));
  canvas.context = menu;
  canvas.host.append(menu);
  const { top } = canvas.host.getBoundingClientRect();
  const seen = Math.min(canvas.host.clientHeight, window.innerHeight - top); // on a phone the drawing ends below the window
  const [right, bottom] = [canvas.host.clientWidth - menu.offsetWidth - 6, seen - menu.offsetHeight - 6];
  Object.assign(menu.style, { left: `${Math.max(6, Math.min(x, right))}px`, top: `${Math.max(6, Math.min(y, bottom))}px` });
  menu.addEventListener("keydown", (event) => contextKey(canvas, event));
  menu.addEventListener("contextmenu", (event) => event.preventDefault());
  menu.addEventListener("focusout", (event) => menu.contains(event.relatedTarget) || closeContext(canvas, false));
  menu.querySelector("button").focus();
}

function newItem(canvas, act) {
  if (act === LINE) return element("hr", { role: "separator" });
  const [words, key, run] = act;
  const item = element("button", { type: "button", role: "menuitem", tabindex: "-1" }, element("span", {}, words), element("kbd", { "aria-hidden": "true" }, key));
  item.addEventListener("click", () => {
    closeContext(canvas, true);
    run();
  });
  return item;
}

export function closeContext(canvas, leads = true) {
  const { context } = canvas;
  canvas.context = null;
  context?.remove();
  if (context && leads) goBack(canvas, canvas.contextFrom);
}

// --- walking through it

function contextKey(canvas, event) {
  const items = [...canvas.context.querySelectorAll("button")];
  const place = items.indexOf(canvas.context.getRootNode().activeElement);
  const steps = { ArrowDown: place + 1, ArrowUp: place - 1, Home: 0, End: -1 };
  event.stopPropagation();
  if (event.key === "Escape" || event.key === "Tab") closeContext(canvas);
  else if (event.key in steps) items.at(steps[event.key] % items.length).focus();
  else if (event.key.length === 1 && event.key !== " ") nextCalled(items, place, event.key)?.focus();
  else return;
  event.preventDefault();
}

// The next item whose words begin with the letter.
function nextCalled(items, place, letter) {
  const ahead = [...items.slice(place + 1), ...items.slice(0, place + 1)];
  return ahead.find((item) => item.textContent.toLowerCase().startsWith(letter.toLowerCase()));
}
