// One box of the canvas: a node, with its words, its state, and what a screen reader says of it.
import { setAttribute, setText, shape } from "./elements.js";
import { brokenIntoLines, clipped, textWidth } from "./text_fit.js";
import { paintMarks } from "./canvas_marks.js";
import { placePicture, takenByPicture } from "./canvas_pictures.js";
import { paintPorts, showPorts } from "./canvas_ports.js";
import { say, withState } from "./say.js";

const LEFT = 18; // where the words begin: right of the stripe
const RIGHT = 10;
const MOST_LINES = 3;
const HEAD = 46; // of a frame: its name stands there, left of the wire that goes in
const LEAST_TITLE = 64; // a figure makes way for the name
const TITLE = "600 13px";
const SUBTITLE = "400 11.5px";
const SMALL = "400 10.5px";
const MESSAGE = "400 11.5px";

// With its name, as it may be painted later: a screen reader reads on beyond what is in sight.
export function newBox(box) {
  const card = shape("rect", { class: "card", rx: 9 });
  const head = shape("rect", { class: "head", rx: 9, height: HEAD });
  const stripe = shape("rect", { class: "stripe", x: 7, width: 4, rx: 2 });
  const title = shape("text", { class: "title", x: LEFT });
  const subtitle = shape("text", { class: "subtitle", x: LEFT, y: 37 });
  const figure = shape("text", { class: "figure", y: 19.5 });
  const [marks, message, picture, ports] = ["marks", "message", "picture", "ports"].map((name) => shape("g", { class: name }));
  const tooltip = shape("title");
  const group = shape("g", { class: "box", role: "option", tabindex: "-1", "aria-selected": "false", "aria-label": spokenName(box) }, tooltip, card, head, stripe, title, subtitle, figure, marks, message, picture, ports);
  group.dataset.id = box.id;
  return { group, card, head, stripe, title, subtitle, figure, marks, message, picture, ports, tooltip, painted: "", pictured: undefined, box: null, hasPorts: false };
}

export const titleOf = ({ id }) => id.slice(id.lastIndexOf("/") + 1);

// total: the parameters of the whole network where layers are shaded by their share of them, else 0.
export function paintBox(drawn, box, font, total = 0) {
  const [x, y, width, height] = box.at;
  drawn.group.style.transform = `translate(${x}px, ${y}px)`;
  const painted = JSON.stringify({ ...box, at: [width, height] }) + font + total; // most boxes only move when one is added
  if (drawn.painted === painted) return;
  drawn.painted = painted;
  const isEnd = height < 40; // of a frame: its name alone
  const stripe = box.frame ? HEAD : height;
  drawn.group.dataset.state = box.state;
  drawn.group.dataset.family = box.family;
  drawn.group.classList.toggle("frame", Boolean(box.frame));
  drawn.group.classList.toggle("end", isEnd);
  for (const part of [drawn.card, drawn.head]) setAttribute(part, "width", width);
  setAttribute(drawn.card, "height", height);
  setAttribute(drawn.stripe, "y", isEnd ? 6 : 9);
  setAttribute(drawn.stripe, "height", stripe - (isEnd ? 12 : 18));
  setAttribute(drawn.title, "y", isEnd ? 17.5 : 20);
  drawn.group.style.setProperty("--share", shade((box.parameters ?? 0) / (total || 1)));
  const right = width - RIGHT - takenByPicture(box);
  paintWords(drawn, box, right, isEnd, font, total);
  paintMessage(drawn.message, box, right - LEFT, font);
  placePicture(drawn);
  paintPorts(drawn);
  setText(drawn.tooltip, tooltipOf(box));
  drawn.group.setAttribute("aria-label", spokenName(box));
  describe(drawn.group, box);
}

// The square root, so that a share of 1 % is seen beside one of 90 %. A stronger shade would make the words hard to read.
const shade = (share) => `${Math.round(46 * Math.sqrt(Math.min(1, share)))}%`;

function paintWords({ title, subtitle, figure, marks }, box, right, isEnd, font, total) {
  const taken = paintMarks(marks, box, right, 19.5, font);
  const room = (box.frame ? box.at[2] / 2 - 10 : right) - LEFT; // the wire goes in in the middle of a frame
  const beside = box.frame ? 0 : taken;
  const words = !box.parameters ? "" : total ? percent(box.parameters / total) : shortCount(box.parameters);
  const figureTakes = words ? textWidth(words, `${SMALL} ${font}`) + 8 : 0;
  const wanted = textWidth(titleOf(box), `${TITLE} ${font}`);
  const fits = box.frame || room - beside - figureTakes >= Math.min(wanted, LEAST_TITLE);
  setText(figure, fits ? words : "");
  setAttribute(figure, "x", right - taken);
  setText(title, clipped(titleOf(box), `${TITLE} ${font}`, room - beside - (fits && !box.frame ? figureTakes : 0)));
  const waiting = box.state === "waits" ? `${box.message} · ${box.kind}` : box.subtitle;
  setText(subtitle, isEnd ? "" : clipped(waiting, `${SUBTITLE} ${font}`, room));
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

function percent(share) {
  return share < 0.001 ? "<0.1 %" : `${(100 * share).toFixed(share < 0.0995 ? 1 : 0)} %`;
}

function shortCount(number) {
  if (number < 1000) return String(number);
  const [size, letter] = number < 1e6 ? [1e3, "k"] : number < 1e9 ? [1e6, "M"] : [1e9, "G"];
  return `${(number / size).toPrecision(3).replace(/\.?0+$/, "")} ${letter}`;
}

function spokenName(box) {
  const parts = [box.id, box.subtitle, ...(box.marks ?? [])];
  if (box.output) parts.push(say("output {0}", box.output));
  if (box.message) parts.push(withState(box));
  if (box.state === "checking") parts.push(say("being checked"));
  return parts.join(", ");
}

// What can be done with a block, and its note, beside its name: the name is the same in the list of layers.
function describe(group, box) {
  const words = [box.opens && (box.frame ? say("Open block. o closes it.") : say("Closed block. o opens it here, Enter goes into it.")), box.note && say("Note: {0}", box.note)];
  const said = words.filter(Boolean).join(" ");
  if (said) setAttribute(group, "aria-description", said);
  else group.removeAttribute("aria-description");
}

function tooltipOf(box) {
  const parameters = box.parameters ? say("{0} parameters", box.parameters.toLocaleString("en")) : "";
  const facts = [say(box.family), box.output && say("output {0}", box.output), parameters];
  const marks = (box.marks ?? []).join(", ");
  return [`${box.id}: ${box.subtitle}`, facts.filter(Boolean).join(", "), marks, box.message, box.note].filter(Boolean).join("\n");
}

// --- selection and focus

export function markSelected(canvas, id) {
  canvas.selectedBefore = canvas.selected;
  canvas.selected = id;
  for (const [each, { group }] of canvas.boxes) setAttribute(group, "aria-selected", each === id || canvas.chosen.has(each));
  showPorts(canvas.boxes.get(id));
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

// The layer that has the focus, in the drawing or in the list: what opens over the drawing goes back to it.
export function focusedLayer() {
  return document.activeElement?.shadowRoot?.activeElement?.closest("[role='option']") ?? null;
}

export function goBack(canvas, layer) {
  if (layer?.isConnected) layer.focus({ preventScroll: true });
  else focusBox(canvas, canvas.focused);
}

// Opens a block where it stands, or closes it; it becomes the selected one, so that the view stays with it.
export function toggleFrame(canvas, id) {
  if (!canvas.boxes.get(id)?.box.opens) return;
  canvas.chosen.clear();
  markSelected(canvas, id);
  canvas.send("toggle", { id });
}
