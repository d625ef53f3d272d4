// Single examples on their way: what a layer gives for one of them, and where attention looks.
import { element, setAttribute, setText } from "./elements.js";
import { labelledSelect, refill, setOptions } from "./live_elements.js";
import { canvasOf, exampleOf, rightOf, wordsOf } from "./live_example.js";
import { BARE, layoutOf } from "./live_figures.js";
import { newChart, show as showChart } from "./live_plot.js";
import { heatScale } from "./live_theme.js";
import { number, percent, plain } from "./live_words.js";
import { say } from "./say.js";

const MEAN = -1;
const MOST_NAMED = 64; // steps whose words stand at the sides

// A choice of one example and of one part of a result, which is a layer; the example itself beside it.
function newChoice(redraw, layer, ...more) {
  const made = { example: 0, part: "" };
  const choose = (change) => {
    Object.assign(made, change);
    redraw();
  };
  made.examples = labelledSelect(say("Example"), (value) => choose({ example: Number(value) }));
  made.parts = labelledSelect(layer, (part) => choose({ part }));
  made.choose = choose;
  made.place = element("div");
  made.side = element("article", { class: "live-card live-third live-side" }, element("h4", {}, say("The example")), made.place);
  made.controls = element("div", { class: "live-full live-head" }, made.examples.whole, made.parts.whole, ...more);
  return made;
}

// The newest row of the chosen layer, with both choices filled; null where there is none yet.
function chosenRow(made, { token, set, rows, parts, kindOf }, result, example) {
  const names = parts(result);
  if (!names.length) return null;
  if (!names.includes(made.part)) [made.part] = names;
  setOptions(
    made.parts.select,
    names.map((name) => ({ value: name, text: kindOf(name) ? `${name} (${kindOf(name)})` : name })),
    made.part,
  );
  const [row] = rows(`${result}/${made.part}`).slice(-1);
  if (!row) return null;
  const [count] = row[example].shape;
  made.example = Math.min(made.example, count - 1);
  const options = Array.from({ length: count }, (_, index) => ({ value: String(index), text: `${index + 1}: ${rightOf(set, index)}` }));
  setOptions(made.examples.select, options, made.example);
  refill(made.place, [token, made.example], () => [
    exampleOf(set, made.example),
    element("p", { class: "live-note" }, say("Right: {0}", rightOf(set, made.example))),
  ]);
  return row;
}

const indices = (count) => Array.from({ length: count }, (_, index) => index);

export function newFeatures(keep, redraw) {
  const made = newChoice(redraw, say("Layer shown"));
  made.title = element("h4");
  made.facts = element("p", { class: "live-note" });
  made.maps = element("div", { class: "live-maps", role: "img" });
  const card = element("article", { class: "live-card live-two-thirds" }, made.title, made.facts, made.maps);
  made.whole = [made.controls, card, made.side];
  made.show = (context) => showFeatures(made, context);
  return made;
}

function showFeatures(made, context) {
  const row = chosenRow(made, context, "features", "maps");
  if (!row) return "";
  const [, count, height, width] = row.maps.shape;
  const size = height * width;
  const start = made.example * count * size;
  const map = (index) => canvasOf(row.maps.values.subarray(start + index * size, start + (index + 1) * size), height, width);
  const [low, high] = row.range.values.subarray(made.example * 2, made.example * 2 + 2);
  const sizes = [...row.shape.values];
  const words = say("{0} numbers, from {1} (dark) to {2} (light)", sizes.join(" × "), number(low), number(high));
  const part = sizes.length === 3 && sizes[0] > count ? say("; the first {0} of {1} maps", count, sizes[0]) : "";
  setText(made.title, say("What {0} gives", made.part));
  setText(made.facts, `${words}${part}.`);
  made.maps.setAttribute("aria-label", `${made.title.textContent}: ${made.facts.textContent}`);
  made.maps.dataset.form = height === 1 ? "row" : count === 1 ? "table" : "maps";
  refill(made.maps, [context.token, row.step, made.part, made.example], () => indices(count).map(map));
  return { step: row.step, epoch: row.epoch, note: say("In the order in which the layers run.") };
}

export function newAttention(keep, redraw) {
  const head = labelledSelect(say("Head"), (value) => made.choose({ head: Number(value) }));
  const made = Object.assign(newChoice(redraw, say("Attention layer"), head.whole), { head: MEAN, heads: head });
  made.chart = keep(newChart(say("Attention"), { wide: "two-thirds", tall: true }));
  made.chart.card.classList.add("live-high");
  made.all = element("div", { class: "live-heads" });
  made.side.append(element("h4", {}, say("All heads")), made.all);
  made.whole = [made.controls, made.chart.card, made.side];
  made.show = (context) => showAttention(made, context);
  return made;
}

const headName = (head) => (head === MEAN ? say("Mean of all heads") : say("Head {0}", head + 1));

function showAttention(made, context) {
  const row = chosenRow(made, context, "attention", "weights");
  if (!row) return "";
  const [, count, queries, keys] = row.weights.shape;
  const size = queries * keys;
  const start = made.example * count * size;
  const bytesOf = (head) => row.weights.values.subarray(start + head * size, start + (head + 1) * size);
  const all = indices(count);
  const mean = Float32Array.from({ length: size }, (_, at) => all.reduce((sum, head) => sum + bytesOf(head)[at], 0) / count);
  const matrix = (head) => (head === MEAN ? mean : bytesOf(head));
  made.head = Math.min(made.head, count - 1);
  setOptions(made.heads.select, [MEAN, ...all].map((head) => ({ value: String(head), text: headName(head) })), made.head);
  refill(made.all, [context.token, row.step, made.part, made.example], () =>
    [MEAN, ...all].map((head) => headButton(made, head, matrix(head), queries, keys)),
  );
  [...made.all.children].forEach((button, at) => setAttribute(button, "aria-pressed", at - 1 === made.head));
  const [peak] = row.peak.values;
  const share = (at) => (matrix(made.head)[at] / 255) * peak;
  const names = wordsAt(context.set, made.example);
  const [, wholeQueries, wholeKeys] = row.shape.values;
  const part = wholeQueries > queries || wholeKeys > keys ? say("; the first {0} of {1} steps", keys, wholeKeys) : "";
  showChart(made.chart, {
    empty: "",
    note: say("{0}. A row is a step that looks, a column one that is looked at; a row adds up to 100 %{1}", headName(made.head), part),
    says: say("{0} heads, {1} by {2} steps. The strongest weight is {3}.", count, queries, keys, percent(peak)),
    figure: () => attentionFigure(context.theme, share, queries, keys, names),
  });
  return { step: row.step, epoch: row.epoch, note: say("The share of each step that goes into another.") };
}

const wordsAt = (set, index) => (set.facts.form === "tokens" ? wordsOf(set, index) : null);

function headButton(made, head, values, queries, keys) {
  const most = Math.max(...values, 1);
  const bytes = Uint8Array.from(values, (value) => (value / most) * 255);
  const button = element("button", { type: "button", class: "live-head-pick" });
  button.append(canvasOf(bytes, queries, keys), element("span", {}, headName(head)));
  button.addEventListener("click", () => made.choose({ head }));
  return button;
}

function attentionFigure(theme, share, queries, keys, names) {
  const z = Array.from({ length: queries }, (_, row) => Array.from({ length: keys }, (_, column) => share(row * keys + column)));
  const nameOf = (step) => (names?.[step] === undefined ? String(step + 1) : plain(names[step].replace("[pad]", "·")));
  const named = names && Math.max(queries, keys) <= MOST_NAMED;
  const ticks = (steps) => ({
    showgrid: false,
    tickformat: "",
    tickangle: 0,
    ...(named && { tickvals: Array.from({ length: steps }, (_, step) => step), ticktext: Array.from({ length: steps }, (_, step) => nameOf(step)) }),
  });
  const hovered = say("{0} looks at {1}", "%{customdata[0]}", "%{customdata[1]}");
  const trace = {
    type: "heatmap",
    z,
    customdata: z.map((line, row) => line.map((_, column) => [nameOf(row), nameOf(column)])),
    colorscale: heatScale(theme),
    zmin: 0,
    colorbar: { thickness: 8, outlinewidth: 0, tickformat: ".0%", nticks: 4, tickfont: { color: theme.muted, size: 11 }, xpad: 4 },
    hovertemplate: `${hovered}: %{z:.1%}<extra></extra>`,
  };
  const layout = layoutOf(theme, {
    hovermode: "closest",
    margin: { ...BARE, r: 4 },
    x: { ...ticks(keys), title: say("Looked at") },
    y: { ...ticks(queries), title: say("Looks"), autorange: "reversed" },
  });
  return { traces: [trace], layout };
}
