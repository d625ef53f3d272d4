// What the browser remembers of one run: answers of the metrics route come in, lines and histograms stay.
import { cutFrom, MOST_POINTS, newLine, push, pushSmoothed } from "./live_lines.js";

const MOST_HISTOGRAMS = 300;
const MOST_POINTS_OF_ALL_LAYERS = 24000; // an SVG of 50 full lines would be slow
const FEWEST_POINTS = 300;
const NORM_FIELDS = ["batch_mean", "batch_var", "running_mean", "running_var"];

export function newHistory() {
  return {
    run: null,
    layers: [],
    latest: null,
    training: { loss: newLine(), accuracy: newLine(), smoothLoss: newLine(), smoothAccuracy: newLine() },
    validation: { loss: newLine(), accuracy: newLine(), epochs: new Map() },
    measures: new Map(),
    mean: [],
    deviation: [],
    norms: new Map(),
    histograms: [],
    boundary: null,
  };
}

export function append(history, answer) {
  history.run = answer.run;
  if (answer.layers?.length) setLayers(history, answer.layers);
  if (answer.latest.step !== null) history.latest = answer.latest;
  if (answer.boundary) history.boundary = answer.boundary;
  appendTraining(history.training, answer.train);
  appendValidation(history.validation, answer.validation);
  appendMeasures(history.measures, answer.validation.step, answer.measures);
  appendSamples(history, answer.samples);
}

function setLayers(history, layers) {
  history.layers = layers;
  if (history.mean.length === layers.length) return;
  const most = Math.min(
    MOST_POINTS,
    Math.max(FEWEST_POINTS, Math.floor(MOST_POINTS_OF_ALL_LAYERS / layers.length)),
  );
  history.mean = layers.map(() => newLine(most));
  history.deviation = layers.map(() => newLine(most));
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

function appendSamples(history, samples) {
  if (!samples.step.length) return;
  const first = samples.step[0];
  [...history.mean, ...history.deviation].forEach((line) => cutFrom(line, first));
  history.norms.forEach((lines) => Object.values(lines).forEach((line) => cutFrom(line, first)));
  history.histograms = history.histograms.filter(({ step }) => step < first);
  samples.step.forEach((step, index) => appendSample(history, samples, step, index));
  if (history.histograms.length > MOST_HISTOGRAMS)
    history.histograms = everySecondOfTheOlder(history.histograms);
}

function appendSample(history, samples, step, index) {
  history.mean.forEach((line, layer) => push(line, step, samples.mean[index]?.[layer] ?? null));
  history.deviation.forEach((line, layer) => push(line, step, samples.std[index]?.[layer] ?? null));
  history.histograms.push({
    step,
    low: samples.low[index],
    high: samples.high[index],
    counts: samples.counts[index],
  });
  for (const [name, values] of Object.entries(samples.norm[index] ?? {})) {
    const lines = linesOfNorm(history, name);
    NORM_FIELDS.forEach((field) => push(lines[field], step, values[field] ?? null));
  }
}

export function linesOfNorm(history, name) {
  if (!history.norms.has(name))
    history.norms.set(name, Object.fromEntries(NORM_FIELDS.map((field) => [field, newLine()])));
  return history.norms.get(name);
}

function everySecondOfTheOlder(histograms) {
  const recent = histograms.length - Math.floor(MOST_HISTOGRAMS / 4);
  const thinned = histograms.filter((_, index) => index >= recent || index % 2 === 0);
  return thinned.length > MOST_HISTOGRAMS ? everySecondOfTheOlder(thinned) : thinned;
}
