// The canvas: what Python has laid out, as SVG. Streamlit calls this again whenever the data or the theme changes, so
// everything is kept per element and every painting leads to the same picture.
import { acknowledge, closeOutbox, newOutbox, selectedNow, send } from "./outbox.js";
import { element, emptyHost, markTheme, shape } from "./elements.js";
import { forgetWidths } from "./text_fit.js";
import { paintScene } from "./canvas_paint.js";
import { markSelected, focusBox, focusedBox } from "./canvas_boxes.js";
import { fit, newView, settle, watchSize, zoom } from "./canvas_view.js";
import { listenToPointers } from "./canvas_pointers.js";
import { listenToKeys } from "./canvas_keys.js";

const canvases = new WeakMap();

export default function ({ data, parentElement, setTriggerValue }) {
  const canvas = canvases.get(parentElement) ?? mountCanvas(parentElement);
  acknowledge(canvas.outbox, data.acknowledged, setTriggerValue);
  updateCanvas(canvas, data);
  return () => {
    closeOutbox(canvas.outbox);
    canvas.sizes.disconnect();
    canvases.delete(parentElement);
  };
}

function mountCanvas(root) {
  const hidden = ["links", "arrows", "labels", "rubber"].map((name) => [name, shape("g", { "aria-hidden": "true" })]);
  const layers = { ...Object.fromEntries(hidden), boxes: shape("g", { role: "presentation" }) };
  const world = shape("g", { class: "world", role: "presentation" }, layers.links, layers.arrows, layers.labels, layers.boxes, layers.rubber);
  const picture = shape("svg", { role: "listbox", "aria-orientation": "vertical" }, world);
  const empty = element("p", { class: "empty" }, "Add a layer to begin.");
  const canvas = { root, host: emptyHost(root, ".canvas"), picture, world, layers, empty, boxes: new Map(), arrows: new Map(), labels: new Map(), links: new Map(), chosen: new Set(), outbox: newOutbox("canvas"), view: newView(), data: null, focused: "" };
  canvas.select = (id) => {
    send(canvas.outbox, "select", { id });
    markSelected(canvas, id);
  };
  canvas.send = (type, fields) => send(canvas.outbox, type, fields);
  canvas.host.append(picture, empty, newViewBar(canvas));
  listenToPointers(canvas);
  listenToKeys(canvas);
  canvas.sizes = watchSize(canvas);
  document.fonts?.ready.then(() => repaintWithLoadedFont(canvas));
  canvases.set(root, canvas);
  return canvas;
}

function updateCanvas(canvas, data) {
  const hadFocus = focusedBox(canvas);
  canvas.data = data;
  canvas.host.style.height = `${data.height}px`; // Streamlit's wrappers have no height that 100 % could be of
  markTheme(canvas.host);
  canvas.picture.setAttribute("aria-label", `${data.label}, ${data.boxes.length} layers`);
  canvas.picture.setAttribute("aria-description", "Arrow keys walk, Enter selects, Delete removes, Alt with up or down moves.");
  canvas.empty.hidden = data.boxes.length > 0;
  paintScene(canvas);
  markSelected(canvas, selectedNow(canvas.outbox, data.selected));
  if (hadFocus) focusBox(canvas, canvas.boxes.has(hadFocus) ? hadFocus : canvas.selected);
  settle(canvas);
  canvas.host.dataset.rev = data.rev;
}

function repaintWithLoadedFont(canvas) {
  if (!canvas.data) return;
  forgetWidths();
  for (const drawn of [...canvas.boxes.values(), ...canvas.labels.values(), ...canvas.links.values()]) drawn.painted = "";
  paintScene(canvas);
}

function newViewBar(canvas) {
  const bar = element("div", { class: "bar", role: "group", "aria-label": "View" });
  const buttons = [
    ["Zoom in (+)", "M8 3v10M3 8h10", () => zoom(canvas, 1.25)],
    ["Zoom out (-)", "M3 8h10", () => zoom(canvas, 0.8)],
    ["Show everything (0)", "M6 2.5H2.5V6M10 2.5h3.5V6M6 13.5H2.5V10M10 13.5h3.5V10", () => fit(canvas)],
  ];
  for (const [label, lines, act] of buttons) {
    const icon = shape("svg", { viewBox: "0 0 16 16", "aria-hidden": "true" }, shape("path", { d: lines }));
    const button = element("button", { type: "button", title: label, "aria-label": label.replace(/ \(.*/, "") }, icon);
    button.addEventListener("click", act);
    bar.append(button);
  }
  return bar;
}
