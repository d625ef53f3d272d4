// One box of the canvas: a node, with its words, its state, and what a screen reader says of it.
import { setAttribute, setText, shape } from "./elements.js";
import { brokenIntoLines, clipped, textWidth } from "./text_fit.js";

const LEFT = 18; // where the words begin: right of the stripe
const RIGHT = 10;
const MOST_LINES = 3;
const TITLE = "600 13px";
const SUBTITLE = "400 11.5px";
const SMALL = "400 10.5px";
const MESSAGE = "400 11.5px";

export function newBox({ id }) {
  const card = shape("rect", { class: "card", rx: 9 });
  const stripe = shape("rect", { class: "stripe", x: 7, y: 9, width: 4, rx: 2 });
  const title = shape("text", { class: "title", x: LEFT, y: 20 });
  const subtitle = shape("text", { class: "subtitle", x: LEFT, y: 37 });
  const figure = shape("text", { class: "figure", y: 19.5 });
  const message = shape("g", { class: "message" });
  const tooltip = shape("title");
  const group = shape("g", { class: "box", role: "option", tabindex: "-1", "aria-selected": "false" }, tooltip, card, stripe, title, subtitle, figure, message);
  group.dataset.id = id;
  return { group, card, stripe, title, subtitle, figure, message, tooltip, painted: "", box: null };
}

export function paintBox(drawn, box, font) {
  const painted = JSON.stringify(box) + font;
  drawn.box = box;
  if (drawn.painted === painted) return;
  drawn.painted = painted;
  const [x, y, width, height] = box.at;
  drawn.group.style.transform = `translate(${x}px, ${y}px)`;
  drawn.group.dataset.state = box.state;
  drawn.group.dataset.family = box.family;
  setAttribute(drawn.card, "width", width);
  setAttribute(drawn.card, "height", height);
  setAttribute(drawn.stripe, "height", height - 18);
  paintWords(drawn, box, width - LEFT - RIGHT, font);
  paintMessage(drawn.message, box, width - LEFT - RIGHT, font);
  setText(drawn.tooltip, tooltipOf(box));
  drawn.group.setAttribute("aria-label", spokenName(box));
}

function paintWords({ title, subtitle, figure }, box, room, font) {
  const words = box.parameters ? shortCount(box.parameters) : "";
  const taken = words ? textWidth(words, `${SMALL} ${font}`) + 8 : 0;
  setText(figure, words);
  setAttribute(figure, "x", LEFT + room);
  setText(title, clipped(box.id, `${TITLE} ${font}`, room - taken));
  const waiting = box.state === "waits" ? `${box.message} · ${box.kind}` : box.subtitle;
  setText(subtitle, clipped(waiting, `${SUBTITLE} ${font}`, room));
}

function paintMessage(group, box, room, font) {
  const isProblem = box.state === "error" || box.state === "warning";
  const lines = isProblem ? brokenIntoLines(box.brief, `${MESSAGE} ${font}`, room, MOST_LINES) : [];
  group.replaceChildren(...lines.map((line, index) => messageLine(line, index)));
}

function messageLine(line, index) {
  const text = shape("text", { x: LEFT, y: 56 + 15 * index });
  text.textContent = line;
  return text;
}

function shortCount(number) {
  if (number < 1000) return String(number);
  const [size, letter] = number < 1e6 ? [1e3, "k"] : number < 1e9 ? [1e6, "M"] : [1e9, "G"];
  return `${(number / size).toPrecision(3).replace(/\.?0+$/, "")} ${letter}`;
}

const STATES = { error: "error: ", warning: "warning: ", waits: "" };

function spokenName(box) {
  const parts = [box.id, box.subtitle];
  if (box.output) parts.push(`output ${box.output}`);
  if (box.message) parts.push(`${STATES[box.state] ?? ""}${box.message}`);
  if (box.state === "checking") parts.push("being checked");
  return parts.join(", ");
}

function tooltipOf(box) {
  const parameters = box.parameters ? `${box.parameters.toLocaleString("en")} parameters` : "";
  const facts = [box.family, box.output && `output ${box.output}`, parameters];
  return [`${box.id}: ${box.subtitle}`, facts.filter(Boolean).join(", "), box.message].filter(Boolean).join("\n");
}

// --- selection and focus

export function markSelected(canvas, id) {
  canvas.selectedBefore = canvas.selected;
  canvas.selected = id;
  for (const [each, { group }] of canvas.boxes) setAttribute(group, "aria-selected", each === id);
  for (const { group, arrow } of canvas.arrows.values()) group.classList.toggle("near", arrow.from === id || arrow.to === id);
  if (!canvas.boxes.has(canvas.focused)) canvas.focused = canvas.boxes.has(id) ? id : canvas.data.boxes[0]?.id;
  makeFocusable(canvas, canvas.focused);
}

// One box at a time can be reached with Tab; the arrow keys lead on from there.
function makeFocusable(canvas, id) {
  canvas.focused = id;
  for (const [each, { group }] of canvas.boxes) setAttribute(group, "tabindex", each === id ? 0 : -1);
}

export function focusBox(canvas, id) {
  const drawn = canvas.boxes.get(id);
  if (!drawn) return;
  makeFocusable(canvas, id);
  drawn.group.focus({ preventScroll: true });
}

export function focusedBox(canvas) {
  return canvas.root.getRootNode().activeElement?.closest?.(".box")?.dataset.id ?? "";
}
