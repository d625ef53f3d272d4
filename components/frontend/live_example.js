// One example as a person reads it: a picture, words, a small line, or numbers by their names; and its answers.
import { element, shape } from "./elements.js";
import { say } from "./say.js";
import { number, percent } from "./live_words.js";

const FEW = 6; // numbers of a row that are shown at once
const WIDE = 200; // of a series' drawing, in its own units
const HIGH = 60;
const PAD = "[pad]";

const FORMS = { picture, tokens, series, row };

// set: a row of the result `examples`. said: the values that the network predicts for it, where they continue a series.
export function exampleOf(set, index, said = null) {
  const whole = element("div", { class: `live-what live-what-${set.facts.form}` });
  whole.append(...FORMS[set.facts.form](set, index, said));
  return whole;
}

export const isWide = (set) => set.facts.form !== "picture";

export const countOf = (set) => set.right.shape[0];

export const classifies = (set) => set.facts.task === "classification";

export const labelOf = (set, number) => String(set.facts.labels[number] ?? number);

const valuesAt = ({ shape: sizes, values }, index) => {
  const each = sizes.slice(1).reduce((product, size) => product * size, 1);
  return values.subarray(index * each, (index + 1) * each);
};

export const rightOf = (set, index) =>
  classifies(set) ? labelOf(set, set.right.values[index]) : inNumbers(valuesAt(set.right, index));

// What the network says of an example in a row of answers, as { text, right, values }.
export function saidOf(set, answers, index) {
  if (!classifies(set)) {
    const values = valuesAt(answers.said, index);
    return { text: inNumbers(values), right: null, values };
  }
  const said = answers.said.values[index];
  const text = `${labelOf(set, said)} · ${percent(answers.likely.values[index])}`;
  return { text, right: said === set.right.values[index], values: null };
}

// A card with the example, what is right, and what the network says of it.
export function card(set, answers, index, ...more) {
  const { text, right, values } = saidOf(set, answers, index);
  const truth = element("span", { class: "live-truth" }, say("Right: {0}", rightOf(set, index)));
  const said = element("span", { class: "live-said" }, say("Says: {0}", text));
  const made = element("figure", { class: "live-example" });
  if (right !== null) made.dataset.state = right ? "right" : "wrong";
  made.append(exampleOf(set, index, values), element("figcaption", {}, truth, said, ...more));
  return made;
}

function inNumbers(values) {
  const shown = [...values].slice(0, 3).map((value) => number(value, 4));
  return values.length > 3 ? `${shown.join(", ")}, …` : shown.join(", ");
}

function picture(set, index) {
  const [, height, width, colors] = set.x.shape;
  return [canvasOf(valuesAt(set.x, index), height, width, colors)];
}

// Bytes, one or three for each point, as a picture; of three, `apart` says that each colour is a map of its own.
export function canvasOf(bytes, height, width, colors = 1, apart = false) {
  const canvas = element("canvas", { width, height });
  const pixels = new ImageData(width, height);
  for (let point = 0; point < width * height; point += 1) {
    for (let color = 0; color < 3; color += 1) {
      const from = colors === 1 ? point : apart ? color * width * height + point : point * colors + color;
      pixels.data[point * 4 + color] = bytes[from];
    }
    pixels.data[point * 4 + 3] = 255;
  }
  canvas.getContext("2d").putImageData(pixels, 0, 0);
  return canvas;
}

export const wordsOf = (set, index) =>
  [...valuesAt(set.x, index)].map((token) => set.facts.words[token] ?? `[${token}]`);

function tokens(set, index) {
  const words = wordsOf(set, index);
  let end = words.length;
  while (end > 1 && words[end - 1] === PAD) end -= 1;
  const spans = words.slice(0, end).map((word) => element("span", { class: "live-token" }, word.replace("\n", "↵")));
  const pads = words.length - end;
  return pads ? [...spans, element("span", { class: "live-pads" }, `${PAD} × ${pads}`)] : spans;
}

function row(set, index) {
  const values = [...valuesAt(set.x, index)];
  const nameOf = (at) => set.facts.features[at] ?? say("number {0}", at + 1);
  const pairs = values.slice(0, FEW).map((value, at) => pair(nameOf(at), value));
  const rest = values.slice(FEW);
  if (!rest.length) return pairs;
  const more = element("details", {}, element("summary", {}, say("{0} more", rest.length)));
  more.append(...rest.map((value, at) => pair(nameOf(at + FEW), value)));
  return [...pairs, more];
}

const pair = (name, value) =>
  element("div", { class: "live-pair" }, element("span", {}, name), element("b", {}, number(value, 4)));

// A series, and behind it, where values of the same kind are predicted, what came and what the network says.
function series(set, index, said) {
  const [, steps, columns] = set.x.shape;
  const values = valuesAt(set.x, index);
  const lines = Array.from({ length: columns }, (_, column) => ({
    from: 0,
    kind: `live-column-${column}`,
    values: Array.from({ length: steps }, (_, step) => values[step * columns + column]),
  }));
  if (said && columns === 1) {
    lines.push({ from: steps, kind: "live-came", values: [...valuesAt(set.right, index)] });
    lines.push({ from: steps, kind: "live-foretold", values: [...said] });
  }
  return [drawingOf(lines)];
}

function drawingOf(lines) {
  const all = lines.flatMap(({ values }) => values);
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const end = Math.max(...lines.map(({ from, values }) => from + values.length - 1), 1);
  const points = ({ from, values }) =>
    values.map((value, at) => `${(((from + at) / end) * WIDE).toFixed(1)},${(HIGH - ((value - low) / (high - low || 1)) * HIGH).toFixed(1)}`);
  const drawing = shape("svg", { viewBox: `-2 -3 ${WIDE + 4} ${HIGH + 6}`, preserveAspectRatio: "none" });
  drawing.append(...lines.map((line) => shape("polyline", { points: points(line).join(" "), class: line.kind })));
  return drawing;
}
