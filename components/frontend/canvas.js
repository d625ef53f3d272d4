// The canvas: what Python has laid out, as SVG. Streamlit calls this again whenever the data or the theme changes, so
// everything is kept per element and every painting leads to the same picture.
import { acknowledge, closeOutbox, newOutbox, send } from "./outbox.js";
import { chosenNow, selectedNow } from "./selection.js";
import { element, markTheme, setText, shape, whenGone } from "./elements.js";
import { forgetWidths } from "./text_fit.js";
import { paintScene } from "./canvas_paint.js";
import { VIEWS, markViews, recallViews, sayOfPictures } from "./canvas_looks.js";
import { markSelected, focusBox, focusedBox } from "./canvas_boxes.js";
import { comeOnScreen, fit, makeWay, newView, settle, watchSize, zoom } from "./canvas_view.js";
import { listenToPaste, keepCopied } from "./canvas_clipboard.js";
import { toggleHelp } from "./canvas_help.js";
import { newMap, paintMap } from "./canvas_map.js";
import { openCommands } from "./canvas_command.js";
import { listenToContext } from "./canvas_context.js";
import { findLayer, offerClosed } from "./canvas_find.js";
import { goToForm, listenToEscape } from "./canvas_form.js";
import { paintPictures, shownPictures } from "./canvas_pictures.js";
import { listenToPointers } from "./canvas_pointers.js";
import { listenOnPage, listenToKeys, listenToList } from "./canvas_keys.js";
import { offerKinds } from "./canvas_replace.js";
import { askHowToSave } from "./canvas_save.js";
import { markWire } from "./canvas_wires.js";
import { markAllowed } from "./canvas_wiring.js";
import { say } from "./say.js";

const canvases = new WeakMap();

export default function ({ data, parentElement, setTriggerValue }) {
  const canvas = canvases.get(parentElement) ?? mountCanvas(parentElement);
  acknowledge(canvas.outbox, data.acknowledged, setTriggerValue);
  updateCanvas(canvas, data);
  return whenGone(parentElement, () => {
    closeOutbox(canvas.outbox);
    canvas.sizes.disconnect();
    for (const stop of canvas.stops) stop();
    document.removeEventListener("layerloom:selected", canvas.markElsewhere);
    canvases.delete(parentElement);
  });
}

function mountCanvas(root) {
  const hidden = ["links", "arrows", "labels", "rubber"].map((name) => [name, shape("g", { "aria-hidden": "true" })]);
  const layers = { ...Object.fromEntries(hidden), tools: shape("g"), boxes: shape("g", { role: "listbox", "aria-orientation": "vertical", "aria-multiselectable": "true" }) };
  const world = shape("g", { class: "world" }, layers.links, layers.arrows, layers.labels, layers.boxes, layers.tools, layers.rubber);
  world.addEventListener("animationend", ({ target }) => target.classList.remove("new")); // or it fades in again when it is moved
  const picture = shape("svg", {}, world);
  const said = element("p", { class: "said", role: "status" });
  const canvas = { root, host: root.querySelector(".canvas"), picture, world, layers, boxes: new Map(), arrows: new Map(), labels: new Map(), links: new Map(), chosen: new Set(), later: new Set(), outbox: newOutbox("canvas"), view: newView(), data: null, focused: "" };
  canvas.select = (id) => {
    send(canvas.outbox, "select", { id });
    canvas.chosen.clear();
    canvas.say("");
    markSelected(canvas, id);
  };
  canvas.send = (type, fields) => send(canvas.outbox, type, fields);
  canvas.focus = (id) => focusBox(canvas, id);
  canvas.openCommands = () => openCommands(canvas);
  canvas.say = (words) => setText(said, words);
  canvas.viewChanged = () => paintMap(canvas);
  canvas.empty = newEmpty(canvas);
  canvas.host.append(picture, canvas.empty, newMap(canvas), said, newViewBar(canvas));
  canvas.markElsewhere = () => showSelected(canvas);
  document.addEventListener("layerloom:selected", canvas.markElsewhere);
  listenToPointers(canvas);
  listenToKeys(canvas);
  listenToContext(canvas);
  canvas.stops = [listenToPaste(canvas), listenOnPage(canvas), listenToList(canvas), listenToEscape(canvas), makeWay(canvas)];
  shownPictures.repaint = () => paintPictures(canvas);
  recallViews(canvas);
  canvas.sizes = watchSize(canvas);
  document.fonts?.ready.then(() => repaintWithLoadedFont(canvas));
  canvases.set(root, canvas);
  return canvas;
}

function updateCanvas(canvas, data) {
  const hadFocus = focusedBox(canvas);
  const isNew = !canvas.boxes.has(data.selected);
  canvas.data = data;
  canvas.host.style.height = `${data.height}px`; // Streamlit's wrappers have no height that 100 % could be of
  markTheme(canvas.host);
  canvas.layers.boxes.setAttribute("aria-label", say("{0}, {1} layers", data.label, data.boxes.length));
  canvas.layers.boxes.setAttribute("aria-description", say("Arrow keys walk, Space selects, Enter edits, ? lists the keys."));
  paintEmpty(canvas);
  paintScene(canvas);
  paintPictures(canvas);
  markViews(canvas);
  const several = canvas.chosen.size;
  const isThere = (id) => canvas.boxes.has(id);
  canvas.chosen = new Set(chosenNow(data.hand.chosen ?? [], isThere));
  if (several && !canvas.chosen.size) canvas.say(""); // it spoke of them
  markSelected(canvas, selectedNow(data.selected, isThere));
  markWire(canvas);
  markAllowed(canvas);
  offerKinds(canvas);
  offerClosed(canvas);
  goToForm(canvas);
  sayOfPictures(canvas);
  keepCopied(canvas);
  keepFocus(canvas, hadFocus, isNew);
  settle(canvas);
  if (focusedBox(canvas) && focusedBox(canvas) !== hadFocus) comeOnScreen(canvas, canvas.focused);
  comeIntoSight(canvas, data.hand.called ?? 0);
  canvas.host.dataset.rev = data.rev;
}

// On from what was added. Where the last box went, the focus fell to the page: it comes back with the boxes, unless it was
// taken elsewhere meanwhile.
function keepFocus(canvas, hadFocus, isNew) {
  const isHere = document.activeElement === document.body || Boolean(canvas.root.getRootNode().activeElement);
  const comesBack = canvas.focusFell && isHere;
  const hasBoxes = canvas.boxes.size > 0;
  canvas.focusFell = !hasBoxes && Boolean(hadFocus || comesBack);
  if (hadFocus) focusBox(canvas, isNew || !canvas.boxes.has(hadFocus) ? canvas.selected : hadFocus);
  else if (comesBack && hasBoxes && !canvas.menu) focusBox(canvas, canvas.selected);
}

// A layer was selected here or elsewhere on the page.
function showSelected(canvas) {
  const id = canvas.data && selectedNow(canvas.selected);
  if (!canvas.boxes.has(id)) return;
  canvas.chosen = new Set(chosenNow([...canvas.chosen]));
  markSelected(canvas, id);
  settle(canvas);
}

function paintEmpty(canvas) {
  const { boxes, hand } = canvas.data;
  canvas.empty.hidden = boxes.length > 0;
  canvas.empty.classList.toggle("inside", Boolean(hand.inside)); // a template is a whole network, and no block
  if (boxes.length) return;
  canvas.say(""); // it spoke of layers that are gone, and the map shows them
  canvas.map.host.hidden = true;
}

// A button elsewhere on the page has led to a layer of the drawing, which may be scrolled away.
function comeIntoSight(canvas, called) {
  if (canvas.called !== undefined && canvas.called < called) canvas.host.scrollIntoView({ block: "center" });
  canvas.called = called;
}

function repaintWithLoadedFont(canvas) {
  if (!canvas.data) return;
  forgetWidths();
  for (const drawn of [...canvas.boxes.values(), ...canvas.labels.values(), ...canvas.links.values()]) drawn.painted = "";
  paintScene(canvas);
  paintMap(canvas);
}

// What stands in a drawing without layers.
function newEmpty(canvas) {
  const button = (label, act) => {
    const made = element("button", { type: "button" }, label);
    made.addEventListener("click", act);
    return made;
  };
  const begin = button(say("Add an Input"), () => canvas.send("phrase", { text: "Input", kind: "Input" }));
  const template = button(say("Choose a template"), () => canvas.send("ask", { what: "templates" }));
  template.className = "template";
  return element("div", { class: "empty" }, element("p", {}, say("Nothing is drawn here yet. Add an Input to begin.")), element("div", {}, begin, template));
}

function newViewBar(canvas) {
  const bar = element("div", { class: "bar", role: "group", "aria-label": say("View") });
  const buttons = [
    [say("Add a layer or do something (a)"), "M2.5 3.5h11v9h-11zM5 6l2 2l-2 2M8.5 10.5h2.5", () => canvas.openCommands()],
    [say("Find a layer (/)"), "M7 2.5a4.5 4.5 0 1 0 0 9a4.5 4.5 0 1 0 0-9M10.2 10.2L14 14", () => findLayer(canvas)],
    [say("Zoom in (+)"), "M8 3v10M3 8h10", () => zoom(canvas, 1.25)],
    [say("Zoom out (-)"), "M3 8h10", () => zoom(canvas, 0.8)],
    [say("Show everything (0)"), "M6 2.5H2.5V6M10 2.5h3.5V6M6 13.5H2.5V10M10 13.5h3.5V10", () => fit(canvas)],
    [say("Save the picture"), "M8 2v8M4.5 7L8 10.5L11.5 7M2.5 13.5h11", () => askHowToSave(canvas)],
    [say("Keys and colours (?)"), "M5.5 6a2.5 2.5 0 1 1 3.6 2.2c-.8.4-1.1.9-1.1 1.8M8 12.6v.4", () => toggleHelp(canvas)],
  ];
  bar.append(...buttons.slice(0, 5).map(newButton), ...VIEWS.map((view) => newViewButton(canvas, view)), ...buttons.slice(5).map(newButton));
  return bar;
}

function newButton([label, lines, act]) {
  const icon = shape("svg", { viewBox: "0 0 16 16", "aria-hidden": "true" }, shape("path", { d: lines }));
  const button = element("button", { type: "button", title: label, "aria-label": label.replace(/ \(.*/, "") }, icon);
  button.addEventListener("click", act);
  return button;
}

function newViewButton(canvas, { name, key, label, lines, toggle }) {
  const button = newButton([`${say(label)} (${key})`, lines, () => toggle(canvas)]);
  button.dataset.view = name;
  return button;
}
