// Several runs on the same charts, a table of their results, and their normalization layers side by side.
import { element, setText } from "./elements.js";
import { labelledSelect, section, setOptions, toggleButton } from "./live_elements.js";
import { BARE, layoutOf, lineTrace, measureAxis, measureInWords, validationTrace } from "./live_figures.js";
import { linesOfNorm } from "./live_history.js";
import { commonAxis, normLayers, overTime, scaleAndShift, whyNoRunning } from "./live_norms.js";
import { newChart, show } from "./live_plot.js";
import { MEASURES } from "./live_quality.js";
import { newResults, showResults } from "./live_results.js";
import { faint } from "./live_theme.js";
import { last, number } from "./live_words.js";
import { say } from "./say.js";

export function newCompareView(root, redraw) {
  const view = { log: false, sameScale: true, index: 0, hidden: new Set(), charts: [], columns: new Map() };
  view.results = newResults((token) => {
    if (!view.hidden.delete(token)) view.hidden.add(token);
    redraw();
  });
  view.learning = learningSection(view, redraw);
  view.norms = normsSection(view, redraw);
  root.replaceChildren(view.results.whole, view.learning.whole, view.norms.whole);
  view.update = (records, theme) => update(view, records, theme);
  return view;
}

function learningSection(view, redraw) {
  const made = section(say("Loss and accuracy"));
  const log = toggleButton(say("Log scale"), (pressed) => {
    view.log = pressed;
    redraw();
  });
  made.loss = newChart(say("Loss"), { tall: true }, log);
  made.accuracy = newChart(say("Accuracy"), { tall: true });
  made.r2 = newChart(MEASURES.r2, { tall: true });
  made.key = element(
    "p",
    { class: "live-scale live-full" },
    say("Solid with dots: validation. Faint: training, smoothed."),
  );
  made.grid.append(made.key, made.loss.card, made.accuracy.card, made.r2.card);
  view.charts.push(made.loss, made.accuracy, made.r2);
  return made;
}

function normsSection(view, redraw) {
  const picker = labelledSelect(say("Normalization layer"), (value) => {
    view.index = Number(value);
    redraw();
  });
  const same = toggleButton(
    say("Same scale"),
    (pressed) => {
      view.sameScale = pressed;
      redraw();
    },
    true,
  );
  const made = section(say("Normalization layers side by side"), picker.whole, same);
  made.picker = picker;
  made.grid.classList.add("live-columns");
  return made;
}

function update(view, records, theme) {
  const shown = records.map((record, index) => ({
    ...record,
    color: record.color || theme.runs[index % theme.runs.length],
  }));
  showResults(view.results, shown, view.hidden);
  const drawn = shown.filter(({ token }) => !view.hidden.has(token));
  view.learning.accuracy.card.hidden = shown.every(predicts);
  view.learning.r2.card.hidden = !shown.some(predicts);
  const classifying = drawn.filter((record) => !predicts(record));
  show(view.learning.loss, measurePlan(theme, drawn, "loss", view.log));
  show(view.learning.accuracy, measurePlan(theme, classifying, "accuracy", view.log));
  show(view.learning.r2, r2Plan(theme, drawn.filter(predicts)));
  updateNorms(view, shown, theme);
}

function measurePlan(theme, records, measure, log) {
  const started = records.filter(
    ({ history }) => history.training[measure].x.length || history.validation[measure].x.length,
  );
  const newest = ({ name, history }) =>
    `${name} ${measureInWords(measure, last(history.validation[measure].y))}`;
  return {
    empty: started.length ? "" : records.length ? say("Waiting for the first step.") : say("All runs are hidden."),
    says: say("Validation: {0}.", started.map(newest).join(", ")),
    figure: () => ({
      traces: started.flatMap((record) => runTraces(record, measure)),
      layout: compareLayout(theme, measure, log),
    }),
  };
}

const predicts = ({ history }) => history.run?.task === "regression";

// R² is measured on the validation part alone.
function r2Plan(theme, records) {
  const started = records.filter(({ history }) => history.measures.get("r2")?.x.length);
  const line = ({ history }) => history.measures.get("r2");
  return {
    empty: started.length ? "" : say("Waiting for the first epoch."),
    says: say("Validation: {0}.", started.map((record) => `${record.name} ${number(last(line(record).y))}`).join(", ")),
    figure: () => ({
      traces: started.map((record) => validationTrace(record.name, line(record), record.color, ".4~g", { uid: record.token })),
      layout: layoutOf(theme, { margin: BARE }),
    }),
  };
}

function compareLayout(theme, measure, log) {
  return layoutOf(theme, { y: measureAxis(measure, log), margin: BARE });
}

function runTraces({ token, name, color, history }, measure) {
  const format = measure === "loss" ? ".4~g" : ".1%";
  const smooth = history.training[`smooth_${measure}`];
  const same = { showlegend: false, legendgroup: token };
  return [
    lineTrace(say("{0}, training", name), smooth, faint(color, 0.4), {
      width: 1.4,
      format,
      uid: `${token} training`,
      ...same,
    }),
    validationTrace(say("{0}, validation", name), history.validation[measure], color, format, {
      uid: `${token} validation`,
      ...same,
    }),
  ];
}

function updateNorms(view, records, theme) {
  const { norms } = view;
  const most = Math.max(...records.map(({ history }) => normLayers(history).length));
  norms.whole.hidden = most < 1;
  if (most < 1) return;
  view.index = Math.min(view.index, most - 1);
  setOptions(
    norms.picker.select,
    Array.from({ length: most }, (_, index) => optionOf(records, index)),
    view.index,
  );
  for (const record of records) if (!view.columns.has(record.token)) addColumn(view, record);
  const ranges = view.sameScale ? commonRanges(records, view.index) : {};
  records.forEach((record) => showColumn(view.columns.get(record.token), record, view.index, ranges, theme));
}

function optionOf(records, index) {
  const names = records.map(({ history }) => normLayers(history)[index]?.name).filter(Boolean);
  return { value: String(index), text: `${index + 1}: ${[...new Set(names)].join(", ")}` };
}

function addColumn(view, { token }) {
  const swatch = element("span", { class: "live-swatch" });
  const name = element("h4");
  const kind = element("p", { class: "live-kind" });
  const why = element("p", { class: "live-why" });
  const column = {
    swatch,
    name,
    kind,
    why,
    mean: small(say("Mean")),
    variance: small(say("Variance")),
    learned: small(say("Scale γ and shift β")),
  };
  const charts = [column.mean, column.variance, column.learned];
  const head = element("div", { class: "live-column-head" }, swatch, name, kind);
  column.cards = charts.map(({ card }) => card);
  view.norms.grid.append(element("div", { class: "live-column" }, head, why, ...column.cards));
  view.charts.push(...charts);
  view.columns.set(token, column);
}

function small(title) {
  const chart = newChart(title, { wide: "small" });
  const heading = chart.card.querySelector("h4");
  heading.replaceWith(element("h5", { id: heading.id }, title));
  return chart;
}

function showColumn(column, { name, color, history }, index, ranges, theme) {
  const layer = normLayers(history)[index];
  column.swatch.style.background = color;
  setText(column.name, name);
  setText(column.kind, layer ? `${layer.name} (${layer.kind})` : "");
  setText(column.why, layer ? whyNoRunning(layer) : missing(history, index));
  column.cards.forEach((card) => (card.hidden = !layer));
  if (!layer) return;
  show(column.mean, overTime(theme, history, layer, "mean", ranges.mean));
  show(column.variance, overTime(theme, history, layer, "var", ranges.variance));
  show(column.learned, scaleAndShift(theme, history, layer, ranges.learned));
}

function missing(history, index) {
  if (!history.layers.length) return say("Waiting for the run to start.");
  return index ? say("This network has fewer normalization layers.") : say("This network has no normalization layer.");
}

function commonRanges(records, index) {
  const found = records
    .map(({ history }) => ({ history, layer: normLayers(history)[index] }))
    .filter(({ layer }) => layer);
  const lines = found.map(({ history, layer }) => linesOfNorm(history, layer.name));
  const latest = found.map(({ history, layer }) => history.latest?.norm?.[layer.name]).filter(Boolean);
  return {
    mean: commonAxis(lines.flatMap((each) => [each.batch_mean.y, each.running_mean.y])),
    variance: commonAxis(lines.flatMap((each) => [each.batch_var.y, each.running_var.y])),
    learned: commonAxis(latest.flatMap((each) => [each.weight ?? [], each.bias ?? []])),
  };
}
