// What the browser remembers of one run: answers of the metrics route come in, lines and histograms stay.
import { appendColumns, newColumns } from "./live_columns.js";
import { cutFrom, newLine, push, pushSmoothed } from "./live_lines.js";

const MOST_READINGS = 2400;
const NORM_FIELDS = ["batch_mean", "batch_var", "running_mean", "running_var", "drift"];

export function newHistory() {
  return {
    run: null,
    layers: [],
    latest: null,
    training: { loss: newLine(), accuracy: newLine(), smoothLoss: newLine(), smoothAccuracy: newLine() },
    validation: { loss: newLine(), accuracy: newLine(), epochs: new Map() },
    measures: new Map(),
    statistics: [],
    readings: [],
    findings: [],
    columns: newColumns(),
    vitals: { step: [] },
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
  appendTraining(history.training, answer.train);
  appendValidation(history.validation, answer.validation);
  appendMeasures(history.measures, answer.validation.step, answer.measures);
  appendVitals(history.vitals, answer.vitals);
  appendColumns(history.columns, answer.samples);
  appendNorms(history, answer.samples);
}

function appendVitals(vitals, { step, ...readings }) {
  if (!step.length) return;
  const found = vitals.step.findIndex((at) => at >= step[0]);
  const kept = found < 0 ? vitals.step.length : found;
  for (const name of new Set([...Object.keys(vitals), ...Object.keys(readings)])) {
    if (name === "step") continue;
    const before = vitals[name] ?? new Array(kept).fill(null);
    vitals[name] = [...before.slice(0, kept), ...(readings[name] ?? step.map(() => null))];
  }
  vitals.step = [...vitals.step.slice(0, kept), ...step];
  if (vitals.step.length <= MOST_READINGS) return;
  for (const name of Object.keys(vitals))
    vitals[name] = vitals[name].filter((_, at) => at % 2 === 0 || at > MOST_READINGS / 2);
}

function appendTraining(training, { step, loss, accuracy }) {
  if (!step.length) return;
  Object.values(training).forEach((line) => cutFrom(line, step[0]));
  step.forEach((at, index) => {
    push(training.loss, at, loss[index] ?? null);
    push(training.accuracy, at, accuracy[index] ?? null);
    pushSmoothed(training.smoothLoss, at, loss[index] ?? null);
    pushSmoothed(training.smoothAccuracy, at, accuracy[index] ?? null);
  });
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

function appendNorms(history, { step, norm }) {
  if (!step.length) return;
  history.norms.forEach((lines) => Object.values(lines).forEach((line) => cutFrom(line, step[0])));
  step.forEach((at, index) => {
    for (const [name, values] of Object.entries(norm[index] ?? {})) {
      const lines = linesOfNorm(history, name);
      NORM_FIELDS.forEach((field) => push(lines[field], at, values[field] ?? null));
    }
  });
}

export function linesOfNorm(history, name) {
  if (!history.norms.has(name))
    history.norms.set(name, Object.fromEntries(NORM_FIELDS.map((field) => [field, newLine()])));
  return history.norms.get(name);
}
