// Mouse and fingers: a click selects, dragging and the wheel pan, ctrl and the wheel or two fingers zoom. One finger
// moving up and down scrolls the page as ever (touch-action in canvas.css), so the canvas is no trap on a phone.
import { focusBox } from "./canvas_boxes.js";
import { showPorts } from "./canvas_ports.js";
import { isTallerThanView, pan, zoom } from "./canvas_view.js";

const STILL_A_CLICK = 4; // pixels

export function listenToPointers(canvas) {
  const { picture } = canvas;
  const fingers = new Map();
  const gesture = { fingers, travelled: 0 };
  picture.addEventListener("pointerdown", (event) => begin(gesture, event));
  picture.addEventListener("pointermove", (event) => drag(canvas, gesture, event));
  for (const end of ["pointerup", "pointercancel"]) picture.addEventListener(end, (event) => fingers.delete(event.pointerId));
  picture.addEventListener("click", (event) => clickBox(canvas, gesture, event));
  picture.addEventListener("pointerover", (event) => showPorts(canvas.boxes.get(event.target.closest?.(".box")?.dataset.id)));
  picture.addEventListener("dblclick", (event) => openBox(canvas, event));
  picture.addEventListener("wheel", (event) => turnWheel(canvas, event), { passive: false });
  picture.addEventListener("touchmove", (event) => event.touches.length > 1 && event.preventDefault(), { passive: false });
}

const placeOf = (event) => [event.clientX, event.clientY];

function begin(gesture, event) {
  if (event.button) return;
  if (!gesture.fingers.size) gesture.travelled = 0;
  gesture.fingers.set(event.pointerId, placeOf(event));
}

function drag(canvas, gesture, event) {
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

function clickBox(canvas, gesture, event) {
  const id = event.target.closest?.(".box")?.dataset.id;
  if (!id || gesture.travelled >= STILL_A_CLICK) return;
  focusBox(canvas, id);
  if (event.target.closest(".fold")) return canvas.send("toggle", { id });
  canvas.select(id);
}

function openBox(canvas, event) {
  const id = event.target.closest?.(".box")?.dataset.id;
  if (id && !event.target.closest(".fold")) canvas.send("open", { id }); // means something for blocks only
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
