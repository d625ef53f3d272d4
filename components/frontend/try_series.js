// A series as a line that can be drawn anew with the pointer, or changed step by step; behind it what the run forecasts.
import { element, setAttribute, shape } from "./elements.js";
import { precise } from "./try_answer.js";
import { say } from "./say.js";

const [WIDTH, HEIGHT, EDGE] = [640, 240, 14];
const BEYOND = 0.25; // of the range in training, above and below it
const LINE_COLORS = 8;

export function newSeries(form, change) {
  const chart = shape("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: "series", role: "img", "aria-label": say("The series, to be drawn anew with the pointer") });
  const [hand, key] = [say("Draw the line anew with the pointer, or change it step by step."), element("span", { hidden: "" }, ` ${say("Dashed: the answer; grey: the true answer.")}`)];
  const series = { form, chart, key, rows: [], forecast: [], true: [], feature: 0, ...newControls(form) };
  const changed = () => {
    series.true = []; // another series would have gone on otherwise
    paint(series);
    change({ series: series.rows });
  };
  series.choice.addEventListener("change", () => ((series.feature = Number(series.choice.value)), paint(series)));
  series.step.addEventListener("input", () => paint(series));
  series.value.addEventListener("input", () => {
    const value = Number(series.value.value);
    if (series.value.value.trim() === "" || !Number.isFinite(value)) return;
    series.rows[stepOf(series)][series.feature] = value;
    changed();
  });
  listenToHand(series, changed);
  return {
    parts: [chart, element("small", {}, hand, key), series.host],
    show(given, { example }) {
      series.rows = given.series.map((row) => [...row]);
      series.true = example.values ?? [];
      setAttribute(series.step, "max", series.rows.length);
      paint(series);
    },
    answered({ values }) {
      series.forecast = form.names.length === 1 && form.task === "regression" ? values.map(({ value }) => value) : [];
      paint(series);
    },
  };
}

function newControls({ names }) {
  const choice = element("select", { "aria-label": say("Which of its numbers") }, ...names.map((name, place) => element("option", { value: place }, name)));
  choice.hidden = names.length < 2;
  const step = element("input", { type: "number", min: 1, step: 1, value: 1 });
  const value = element("input", { type: "text", inputmode: "decimal" });
  const labels = [[say("Step"), step], [say("Value"), value]].map(([words, input]) => element("label", {}, element("span", {}, words), input));
  return { choice, step, value, host: element("div", { class: "tools" }, choice, ...labels) };
}

const stepOf = ({ step, rows }) => Math.min(rows.length, Math.max(1, Math.round(Number(step.value)) || 1)) - 1;

function scales({ form, rows, forecast, true: truth, feature }) {
  const steps = rows.length + Math.max(forecast.length, form.names.length === 1 ? truth.length : 0);
  const room = BEYOND * (form.high[feature] - form.low[feature] || 1);
  const [low, high] = [form.low[feature] - room, form.high[feature] + room];
  const unit = (HEIGHT - 2 * EDGE) / (high - low);
  return {
    across: (step) => EDGE + (step * (WIDTH - 2 * EDGE)) / Math.max(1, steps - 1),
    stepAt: (pixel) => Math.round(((pixel - EDGE) * Math.max(1, steps - 1)) / (WIDTH - 2 * EDGE)),
    up: (value) => HEIGHT - EDGE - (Math.min(high, Math.max(low, value)) - low) * unit,
    valueAt: (pixel) => low + (HEIGHT - EDGE - pixel) / unit,
  };
}

function paint(series) {
  const { chart, key, rows, forecast, feature, step, value, form, true: truth } = series;
  if (!rows.length) return;
  const { across, up } = scales(series);
  const line = (values, begin, kind, faint = false) => shape("polyline", { class: "line", "data-kind": kind, "data-faint": faint, points: values.map((each, index) => `${across(begin + index).toFixed(1)},${up(each).toFixed(1)}`).join(" ") });
  const mine = rows.map((row) => row[feature]);
  const at = stepOf(series);
  const lines = form.names.map((_, place) => line(rows.map((row) => row[place]), 0, place % LINE_COLORS, place !== feature));
  const behind = forecast.length ? [line(truth, rows.length, "truth"), line(forecast, rows.length, "forecast")] : [];
  key.hidden = !behind.length;
  chart.replaceChildren(...lines, ...behind, shape("circle", { class: "mark", cx: across(at), cy: up(mine[at]), r: 5 }));
  if (document.activeElement !== value && value.getRootNode().activeElement !== value) value.value = precise(mine[at]);
  if (step.getRootNode().activeElement !== step) step.value = at + 1;
}

function listenToHand(series, changed) {
  const { chart } = series;
  let last = null;
  const follow = (event) => {
    const { left, top, width } = chart.getBoundingClientRect();
    const unit = WIDTH / width;
    const { stepAt, valueAt } = scales(series);
    const here = [Math.min(series.rows.length - 1, Math.max(0, stepAt((event.clientX - left) * unit))), Number(valueAt((event.clientY - top) * unit).toPrecision(4))];
    draw(series, last ?? here, here);
    last = here;
    series.step.value = here[0] + 1;
    changed();
  };
  chart.addEventListener("pointerdown", (event) => (chart.setPointerCapture(event.pointerId), follow(event)));
  chart.addEventListener("pointermove", (event) => event.buttons && follow(event));
  for (const end of ["pointerup", "pointercancel"]) chart.addEventListener(end, () => (last = null));
}

// All steps between two places lie on the line between them: a fast hand skips some.
function draw({ rows, feature }, [from, first], [to, last]) {
  const count = Math.abs(to - from) || 1;
  for (let index = 0; index <= count; index += 1) {
    rows[from + Math.sign(to - from) * index][feature] = first + ((last - first) * index) / count;
  }
  rows[to][feature] = last;
}
