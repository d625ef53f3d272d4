// What the browser remembers of one run: answers of the metrics route come in, lines and histograms stay.
import { appendColumns, newColumns } from "./live_columns.js";
import { cutFrom, newLine, push, pushSeries } from "./live_lines.js";

const MOST_READINGS = 2400; // points of a reading that is drawn small
const NORM_FIELDS = ["batch_mean", "batch_var", "running_mean", "running_var", "drift"];

export function newHistory() {
  return {
    run: null,
    layers: [],
    latest: null,
    training: { loss: newLine(), accuracy: newLine(), smooth_loss: newLine(), smooth_accuracy: newLine() },
    validation: { loss: newLine(), accuracy: newLine(), epochs: new Map() },
    measures: new Map(),
    statistics: [],
    readings: [],
    findings: [],
    columns: newColumns(),
    vitals: new Map(),
    norms: new Map(),
    boundary: null,
    gap: null,
    results: new Map(), // name -> its newest step
  };
}

export function append(history, answer) {
  history.run = answer.run;
  if (answer.layers?.length) history.layers = answer.layers;
  if (answer.statistics) Object.assign(history, { statistics: answer.statistics, readings: answer.readings });
  if (answer.latest.step !== null) history.latest = answer.latest;
  history.findings = answer.findings;
  history.gap = { pending: answer.gap.pending, found: answer.gap.found ?? history.gap?.found };
  if (answer.boundary) history.boundary = answer.boundary;
  for (const [name, step] of Object.entries(answer.results ?? {})) history.results.set(name, step);
  for (const [name, series] of Object.entries(answer.train)) pushSeries(history.training[name], series);
  appendValidation(history.validation, answer.validation);
  appendMeasures(history.measures, answer.validation.step, answer.measures);
  for (const [name, series] of Object.entries(answer.vitals)) {
    if (!history.vitals.has(name)) history.vitals.set(name, newLine(MOST_READINGS));
    pushSeries(history.vitals.get(name), series);
  }
  appendColumns(history.columns, answer.samples);
  for (const [name, averages] of Object.entries(answer.norms)) {
    const lines = linesOfNorm(history, name);
    NORM_FIELDS.forEach((field) => averages[field] && pushSeries(lines[field], averages[field]));
  }
}

function appendValidation(validation, { step, epoch, loss, accuracy }) {
  if (!step.length) return;
  cutFrom(validation.loss, step[0]);
  cutFrom(validation.accuracy, step[0]);
  step.forEach((at, index) => {
    push(validation.loss, at, loss[index] ?? null);
    push(validation.accuracy, at, accuracy[index] ?? null);
    validation.epochs.set(at, epoch[index]);
  });
}

function appendMeasures(lines, step, measures) {
  if (!step.length) return;
  for (const [name, values] of Object.entries(measures)) {
    if (!lines.has(name)) lines.set(name, newLine());
    const line = lines.get(name);
    cutFrom(line, step[0]);
    step.forEach((at, index) => push(line, at, values[index] ?? null));
  }
}

export function linesOfNorm(history, name) {
  if (!history.norms.has(name))
    history.norms.set(name, Object.fromEntries(NORM_FIELDS.map((field) => [field, newLine()])));
  return history.norms.get(name);
}
