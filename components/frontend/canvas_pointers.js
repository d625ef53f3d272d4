// Mouse and fingers: a click selects, dragging and the wheel pan, ctrl and the wheel or two fingers zoom. One finger
// moving up and down scrolls the page as ever (touch-action in canvas.css), so the canvas is no trap on a phone.
import { focusBox, toggleFrame } from "./canvas_boxes.js";
import { beginLasso, endLasso, stretchLasso, toggleChosen } from "./canvas_chosen.js";
import { showPorts } from "./canvas_ports.js";
import { chooseWire } from "./canvas_wires.js";
import { beginWire, dropOn, endWire, letGo, stretch } from "./canvas_wiring.js";
import { isTallerThanView, pan, zoom } from "./canvas_view.js";

const STILL_A_CLICK = 4; // pixels

export function listenToPointers(canvas) {
  const { picture } = canvas;
  const fingers = new Map();
  const gesture = { fingers, travelled: 0 };
  picture.addEventListener("pointerdown", (event) => begin(canvas, gesture, event));
  picture.addEventListener("pointermove", (event) => (canvas.wire && (canvas.wire.held || !fingers.size) ? stretch(canvas, event) : drag(canvas, gesture, event)));
  for (const end of ["pointerup", "pointercancel"]) picture.addEventListener(end, (event) => release(canvas, gesture, event));
  picture.addEventListener("click", (event) => click(canvas, gesture, event));
  picture.addEventListener("pointerover", (event) => showPorts(canvas.boxes.get(event.target.closest?.(".box")?.dataset.id)));
  picture.addEventListener("dblclick", (event) => openBox(canvas, event));
  picture.addEventListener("wheel", (event) => turnWheel(canvas, event), { passive: false });
  picture.addEventListener("touchmove", (event) => event.touches.length > 1 && event.preventDefault(), { passive: false });
}

const placeOf = (event) => [event.clientX, event.clientY];

function begin(canvas, gesture, event) {
  if (event.button) return;
  const port = event.target.closest?.(".port");
  if (port && !canvas.wire) {
    gesture.travelled = 0;
    event.target.releasePointerCapture?.(event.pointerId); // a finger holds what it touched first
    return beginWire(canvas, port, event);
  }
  if (event.shiftKey && !event.target.closest?.(".box")) return beginLasso(canvas, event);
  if (!gesture.fingers.size) gesture.travelled = 0;
  gesture.fingers.set(event.pointerId, placeOf(event));
}

function release(canvas, gesture, event) {
  gesture.fingers.delete(event.pointerId);
  if (canvas.lasso) endLasso(canvas);
  if (canvas.wire) event.type === "pointerup" ? letGo(canvas, event) : endWire(canvas);
}

function drag(canvas, gesture, event) {
  if (canvas.lasso) return stretchLasso(canvas, event);
  const before = gesture.fingers.get(event.pointerId);
  if (!before) return;
  const [x, y] = placeOf(event);
  gesture.travelled += Math.hypot(x - before[0], y - before[1]);
  if (gesture.travelled < STILL_A_CLICK) return;
  canvas.picture.setPointerCapture(event.pointerId);
  if (gesture.fingers.size === 2) pinch(canvas, gesture, event, before);
  gesture.fingers.set(event.pointerId, [x, y]);
  pan(canvas, (x - before[0]) / gesture.fingers.size, (y - before[1]) / gesture.fingers.size);
}

function pinch(canvas, gesture, event, before) {
  const [, other] = [...gesture.fingers].find(([id]) => id !== event.pointerId);
  const apart = (place) => Math.max(20, Math.hypot(place[0] - other[0], place[1] - other[1]));
  zoom(canvas, apart(placeOf(event)) / apart(before), placeIn(canvas, other), false);
}

function placeIn(canvas, [x, y]) {
  const { left, top } = canvas.picture.getBoundingClientRect();
  return [x - left, y - top];
}

function click(canvas, gesture, event) {
  if (gesture.travelled >= STILL_A_CLICK) return;
  if (canvas.wire) return dropOn(canvas, event);
  const id = event.target.closest?.(".box")?.dataset.id;
  chooseWire(canvas, event.target.closest?.(".wire")?.dataset.id ?? "");
  if (!id) return;
  focusBox(canvas, id);
  if (event.target.closest(".fold")) toggleFrame(canvas, id);
  else if (event.shiftKey || event.ctrlKey || event.metaKey) toggleChosen(canvas, id);
  else canvas.select(id);
}

function openBox(canvas, event) {
  const id = event.target.closest?.(".box")?.dataset.id;
  if (id && !event.target.closest(".fold, .port")) canvas.send("open", { id }); // means something for blocks only
}

function turnWheel(canvas, event) {
  if (event.ctrlKey || event.metaKey) {
    event.preventDefault();
    zoom(canvas, Math.exp(-event.deltaY * 0.01), placeIn(canvas, placeOf(event)), false);
    return;
  }
  const pixels = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
  const down = isTallerThanView(canvas) ? event.deltaY : 0;
  if (pan(canvas, -event.deltaX * pixels, -down * pixels)) event.preventDefault();
}
