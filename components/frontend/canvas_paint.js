// Paints a scene with a keyed DOM: what stays is moved, what is new appears, what is gone goes.
import { arrange, setAttribute, setText, shape } from "./elements.js";
import { textWidth } from "./text_fit.js";
import { newBox, paintBox } from "./canvas_boxes.js";
import { paintLater, sight } from "./canvas_view.js";
import { say } from "./say.js";

export function paintScene(canvas) {
  const { boxes, arrows } = canvas.data;
  const total = canvas.shaded ? boxes.reduce((sum, box) => sum + (box.parent ? 0 : (box.parameters ?? 0)), 0) : 0;
  const states = new Map(boxes.map(({ id, state }) => [id, state]));
  canvas.font = getComputedStyle(canvas.host).fontFamily;
  const far = newFar(canvas);
  canvas.later.clear(); // all of it comes again
  paintKeyed(canvas, "boxes", boxes, newBox, (drawn, box) => {
    const before = drawn.box?.at;
    drawn.box = box;
    far(drawn, before, box.at, () => paintBox(drawn, box, canvas.font, total));
  });
  paintKeyed(canvas, "arrows", arrows, newArrow, (drawn, arrow) => {
    const before = drawn.arrow && extentOf(drawn.arrow);
    drawn.arrow = arrow;
    far(drawn, before, extentOf(arrow), () => paintArrow(drawn, arrow, states));
  });
  paintKeyed(canvas, "links", canvas.data.links, newLink, (drawn, link) => paintLink(drawn, link, canvas.font));
  const labelled = arrows.filter(({ label }) => label);
  paintKeyed(canvas, "labels", labelled, newLabel, (drawn, arrow) => {
    const before = drawn.at;
    drawn.at = arrow.at;
    far(drawn, before, arrow.at, () => paintLabel(drawn, arrow, canvas.font, canvas.named));
  });
}

// What is out of sight before and after moves without gliding, and is painted later than the rest, when it is new too: of a
// long network nearly all changes with each layer more, and nobody should wait for what cannot be seen.
function newFar(canvas) {
  const isNear = sight(canvas);
  return (drawn, before, after, paint) => {
    const isFar = !isNear(after) && !(before && isNear(before));
    drawn.group.classList.toggle("far", isFar);
    if (isFar) drawn.group.classList.remove("new"), paintLater(canvas, paint);
    else paint();
  };
}

function paintKeyed(canvas, name, items, make, paint) {
  const drawn = canvas[name];
  const wanted = new Set(items.map(({ id }) => id));
  for (const [id, { group }] of drawn) {
    if (wanted.has(id)) continue;
    group.remove();
    drawn.delete(id);
  }
  const appears = "rev" in canvas.host.dataset; // what is painted first is there at once: hundreds that fade in cost a browser a second
  for (const item of items) {
    if (!drawn.has(item.id)) {
      drawn.set(item.id, make(item));
      drawn.get(item.id).group.classList.toggle("new", appears);
    }
    paint(drawn.get(item.id), item);
  }
  arrange(canvas.layers[name], items.map(({ id }) => drawn.get(id).group));
}

// --- arrows

// The place that an arrow takes, as [x, y, width, height].
function extentOf({ points }) {
  const [xs, ys] = [0, 1].map((side) => points.map((point) => point[side]));
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  return [left, top, Math.max(...xs) - left, Math.max(...ys) - top];
}

function newArrow({ id }) {
  const [reach, line] = [shape("path", { class: "reach" }), shape("path", { class: "arrow" })];
  const group = shape("g", { class: "wire" }, reach, line);
  group.dataset.id = id;
  return { group, reach, line, arrow: null };
}

const MOVES_SMOOTHLY = CSS.supports("d", 'path("M0 0")');

function paintArrow(drawn, arrow, states) {
  const [[x, y]] = arrow.points;
  const line = lineOf(arrow.points.map(([px, py]) => [px - x, py - y])); // the same for one that only moves
  drawn.group.style.transform = `translate(${x}px, ${y}px)`;
  if (drawn.line.getAttribute("d") !== line) {
    drawn.reach.setAttribute("d", line);
    drawn.line.setAttribute("d", line);
    if (MOVES_SMOOTHLY) drawn.line.style.setProperty("d", `path("${line}")`);
  }
  drawn.group.classList.toggle("idle", !["ok", "warning", "checking"].includes(states.get(arrow.from)));
}

// Every piece is a cubic curve that begins and ends upright; so lines of equal length can be turned into each other.
function lineOf(points) {
  let line = `M${points[0]}`;
  for (let index = 1; index < points.length; index++) {
    const [[fromX, fromY], [toX, toY]] = [points[index - 1], points[index]];
    const middle = (fromY + toY) / 2;
    line += `C${fromX} ${middle} ${toX} ${middle} ${toX} ${toY}`;
  }
  const [x, y] = points[points.length - 1];
  return `${line}M${x - 4} ${y - 6}L${x} ${y - 1}L${x + 4} ${y - 6}`;
}

// --- the labels of outputs

const LABEL_FONT_SIZE = 11;

function newLabel() {
  const [plate, words] = [shape("rect", { class: "plate", height: 18, y: -9, rx: 9 }), shape("text", { class: "shape", y: 4 })];
  return { group: shape("g", { class: "label" }, plate, words), plate, words, painted: "" };
}

function paintLabel(drawn, arrow, font, named) {
  const label = named ? withLetters(arrow) : arrow.label;
  drawn.group.style.transform = `translate(${arrow.at[0]}px, ${arrow.at[1]}px)`;
  if (drawn.painted === label) return;
  drawn.painted = label;
  const width = Math.round(textWidth(label, `${LABEL_FONT_SIZE}px ${font}`)) + 16;
  setAttribute(drawn.plate, "width", width);
  setAttribute(drawn.plate, "x", -width / 2);
  setText(drawn.words, label);
}

// C16 H8 W8 in place of 16 × 8 × 8: no wider, so that labels keep clear of each other.
function withLetters({ label, dims = "" }) {
  const sizes = label.split(" × ");
  return sizes.length === dims.length ? sizes.map((size, place) => `${dims[place]}${size}`).join(" ") : label;
}

// --- links between shared weights

const LINK_WORDS = say("same weights");
const BEND = 10;

function newLink() {
  const line = shape("path", { class: "link" });
  const [plate, words] = [shape("rect", { class: "plate", height: 18, y: -9, rx: 9 }), shape("text", { class: "shape", y: 4 })];
  words.textContent = LINK_WORDS;
  const label = shape("g", {}, plate, words);
  return { group: shape("g", { class: "shared" }, line, label), line, label, plate, painted: "" };
}

// Out to the side, down, and back in, with round corners.
function paintLink(drawn, { points, at }, font) {
  const painted = `${points} ${font}`;
  if (drawn.painted === painted) return;
  drawn.painted = painted;
  const [[x, y], [far], , [endX, endY]] = points;
  const bend = far > x ? BEND : -BEND;
  drawn.line.setAttribute("d", `M${x} ${y}H${far - bend}Q${far} ${y} ${far} ${y + BEND}V${endY - BEND}Q${far} ${endY} ${far - bend} ${endY}H${endX}`);
  drawn.label.toggleAttribute("hidden", !at);
  if (!at) return;
  const width = Math.round(textWidth(LINK_WORDS, `${LABEL_FONT_SIZE}px ${font}`)) + 16;
  setAttribute(drawn.plate, "width", width);
  setAttribute(drawn.plate, "x", -width / 2);
  drawn.label.setAttribute("transform", `translate(${at[0]} ${at[1]})`);
}
