// A pad to draw on, by mouse, touch or keys; beside it the points that the network gets.
import { element, setAttribute } from "./elements.js";
import { bytesOf, paintPoints, textOf } from "./try_points.js";
import { newPicture } from "./try_picture.js";
import { say } from "./say.js";

const SIDE = 224; // points of the pad
const SENT = 112; // points along a side of what is sent
const FAINT = 64; // less counts as no ink
const STEP = SIDE / 32; // of the pen with an arrow key
const MOST_BACK = 30; // strokes that can be taken back
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export function newPad(form, change) {
  const canvas = element("canvas", { class: "pad", width: SIDE, height: SIDE, tabindex: 0, role: "application" });
  setAttribute(canvas, "aria-label", say("Drawing pad. Arrow keys move the pen, Space puts it down or lifts it, Delete clears, Ctrl+Z takes a stroke back."));
  canvas.classList.toggle("light", form.light);
  const ring = element("span", { class: "ring", "aria-hidden": "true", hidden: "" });
  const pad = { canvas, ring, form, context: canvas.getContext("2d", { willReadFrequently: true }), pen: form.pen * SIDE, before: [], at: [SIDE / 2, SIDE / 2], down: false, last: null, frame: 0, isExample: false };
  pad.change = () => {
    cancelAnimationFrame(pad.frame);
    pad.frame = requestAnimationFrame(() => {
      const ink = inkOf(pad);
      if (ink.some((byte) => byte > FAINT)) change({ ink: textOf(ink) });
      else change(null, say("Nothing is drawn yet."));
    });
  };
  listenToPointer(pad);
  listenToKeys(pad);
  const hint = element("small", {}, say("Draw on the pad; the first stroke takes the example away."));
  const picture = newPicture(form, change, { seen: say("What the network gets, {0} × {1} points", form.width, form.height) });
  const parts = element("div", { class: "drawing" }, element("div", { class: "paper" }, element("div", { class: "sheet" }, canvas, ring), toolsOf(pad), hint), picture.seen);
  return {
    parts: [parts, ...picture.parts.slice(1)],
    show: (given) => showExample(pad, given.points),
    answered: picture.answered,
    close: picture.close,
  };
}

function toolsOf(pad) {
  const clear = element("button", { type: "button" }, say("Clear"));
  const back = element("button", { type: "button" }, say("Undo stroke"));
  const pen = element("input", { type: "range", min: 0.03, max: 0.25, step: 0.005, value: pad.form.pen });
  clear.addEventListener("click", () => wipe(pad));
  back.addEventListener("click", () => takeBack(pad));
  pen.addEventListener("input", () => (pad.pen = pen.value * SIDE));
  return element("div", { class: "tools" }, clear, back, element("label", {}, element("span", {}, say("Pen")), pen));
}

function listenToPointer(pad) {
  const { canvas } = pad;
  const place = (event) => {
    const { left, top, width } = canvas.getBoundingClientRect();
    return [((event.clientX - left) / width) * SIDE, ((event.clientY - top) / width) * SIDE];
  };
  canvas.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    canvas.setPointerCapture(event.pointerId);
    beginStroke(pad);
    pad.last = place(event);
    stroke(pad, pad.last);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!pad.last) return;
    const all = event.getCoalescedEvents?.() ?? [];
    for (const each of all.length ? all : [event]) stroke(pad, place(each));
  });
  for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, () => (pad.last = null));
}

function listenToKeys(pad) {
  const { canvas } = pad;
  canvas.addEventListener("keydown", (event) => {
    const way = ARROWS[event.key];
    if (way) movePen(pad, way, event.shiftKey ? 4 * STEP : STEP);
    else if (event.key === " ") putPen(pad);
    else if (event.key === "Delete" || event.key === "Backspace") wipe(pad);
    else if (event.key === "z" && (event.ctrlKey || event.metaKey)) takeBack(pad);
    else return;
    event.preventDefault();
  });
  canvas.addEventListener("focus", () => showRing(pad, canvas.matches(":focus-visible")));
  canvas.addEventListener("blur", () => showRing(pad, (pad.down = false)));
}

function movePen(pad, [right, down], step) {
  pad.at = [pad.at[0] + right * step, pad.at[1] + down * step].map((each) => Math.min(SIDE, Math.max(0, each)));
  if (pad.down) stroke(pad, pad.at);
  showRing(pad, true);
}

function putPen(pad) {
  pad.down = !pad.down;
  pad.last = null;
  if (pad.down) {
    beginStroke(pad);
    stroke(pad, (pad.last = pad.at));
  }
  showRing(pad, true);
}

function showRing({ ring, at, down }, shown) {
  ring.hidden = !shown;
  ring.classList.toggle("down", down);
  ring.style.left = `${(100 * at[0]) / SIDE}%`;
  ring.style.top = `${(100 * at[1]) / SIDE}%`;
}

function stroke(pad, to) {
  const { context } = pad;
  context.strokeStyle = pad.form.light ? "#000" : "#fff";
  context.lineWidth = pad.pen;
  context.lineCap = context.lineJoin = "round";
  context.beginPath();
  context.moveTo(...(pad.last ?? to));
  context.lineTo(...to);
  context.stroke();
  pad.last = to;
  pad.change();
}

// The first stroke takes an example of the data away: nobody draws on top of another's digit.
function beginStroke(pad) {
  remember(pad);
  if (pad.isExample) pad.context.clearRect(0, 0, SIDE, SIDE);
  pad.isExample = false;
}

function remember({ context, before }) {
  before.push(context.getImageData(0, 0, SIDE, SIDE));
  if (before.length > MOST_BACK) before.shift();
}

function takeBack(pad) {
  const image = pad.before.pop();
  if (!image) return;
  pad.context.putImageData(image, 0, 0);
  pad.change();
}

function wipe(pad) {
  remember(pad);
  pad.isExample = false;
  pad.context.clearRect(0, 0, SIDE, SIDE);
  pad.change();
}

// An example of the data, as large as the pad.
function showExample(pad, text) {
  const { form, context } = pad;
  const small = element("canvas", { width: form.width, height: form.height });
  paintPoints(small, bytesOf(text), form, (byte) => [...(form.light ? [0, 0, 0] : [255, 255, 255]), form.light ? 255 - byte : byte]);
  pad.before = [];
  pad.isExample = true;
  context.clearRect(0, 0, SIDE, SIDE);
  context.imageSmoothingQuality = "high";
  context.drawImage(small, 0, 0, SIDE, SIDE);
}

function inkOf({ canvas }) {
  const small = element("canvas", { width: SENT, height: SENT });
  const context = small.getContext("2d");
  context.drawImage(canvas, 0, 0, SENT, SENT);
  const { data } = context.getImageData(0, 0, SENT, SENT);
  return Uint8Array.from({ length: SENT * SENT }, (_, index) => data[4 * index + 3]);
}
