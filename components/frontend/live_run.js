// One run, top to bottom: its status, loss and accuracy, the inside of the network, its normalization layers.
import { element, setText } from "./elements.js";
import { labelledSelect, section, setOptions, toggleButton } from "./live_elements.js";
import { known } from "./live_bins.js";
import { boundaryPlan } from "./live_boundary.js";
import { heatFigure, histogramFigure, layersFigure, measureFigure, measureInWords } from "./live_figures.js";
import { normLayers, overTime, perChannel, scaleAndShift, whyNoRunning } from "./live_norms.js";
import { MEASURES, qualitySection, showMeasure, showQuality } from "./live_quality.js";
import { newChart, show } from "./live_plot.js";
import { newStatus, showStatus } from "./live_status.js";
import { depthColor } from "./live_theme.js";
import { count, last, lastKnown, number } from "./live_words.js";
import { say } from "./say.js";

const FIRST_STEP = say("Waiting for the first step.");
const FIRST_LOOK = say("Waiting for the first look inside.");

export function newRunView(root, redraw) {
  const view = { log: false, layer: "", norm: "", charts: [], status: newStatus() };
  const chart = (...given) => {
    const made = newChart(...given);
    view.charts.push(made);
    return made;
  };
  view.learning = learningSection(view, chart, redraw);
  view.boundary = boundarySection(chart);
  view.quality = qualitySection(chart);
  view.inside = insideSection(view, chart, redraw);
  view.norms = normsSection(view, chart, redraw);
  const parts = [view.status, view.learning, view.boundary, view.quality, view.inside, view.norms];
  root.replaceChildren(...parts.map(({ whole }) => whole));
  view.update = (records, theme) => update(view, records[0], theme);
  return view;
}

function learningSection(view, chart, redraw) {
  const made = section(say("Loss and accuracy"));
  const log = toggleButton(say("Log scale"), (pressed) => {
    view.log = pressed;
    redraw();
  });
  made.loss = chart(say("Loss"), {}, log);
  made.accuracy = chart(say("Accuracy"));
  made.r2 = chart(MEASURES.r2);
  made.mae = chart(MEASURES.mae);
  made.grid.append(made.loss.card, made.accuracy.card, made.r2.card, made.mae.card);
  return made;
}

function boundarySection(chart) {
  const made = section(say("Decision boundary"));
  made.chart = chart(say("Boundary"));
  made.chart.card.classList.add("live-high"); // so that a circle looks like one
  made.grid.append(made.chart.card);
  return made;
}

function insideSection(view, chart, redraw) {
  const choose = (value) => {
    view.layer = value;
    redraw();
  };
  const picker = labelledSelect(say("Layer"), choose);
  const made = section(say("Inside the network"), picker.whole);
  made.picker = picker;
  made.mean = chart(say("Activation mean"));
  made.deviation = chart(say("Activation standard deviation"));
  made.heat = chart(say("Activations over time"), { wide: "two-thirds", tall: true });
  made.newest = chart(say("Newest activations"), { wide: "third", tall: true });
  made.scale = depthScale();
  for (const each of [made.mean, made.deviation]) each.onClick = ({ data }) => choose(data.name);
  made.grid.append(made.scale.whole, made.mean.card, made.deviation.card, made.heat.card, made.newest.card);
  return made;
}

// In place of a legend, which many layers would fill: the colours from the first to the last layer.
function depthScale() {
  const first = element("span");
  const strip = element("span", { class: "live-strip" });
  const final = element("span");
  const whole = element("p", { class: "live-scale live-full" }, say("Layers from"), first, strip, say("to"), final);
  return { whole, first, strip, final };
}

function normsSection(view, chart, redraw) {
  const picker = labelledSelect(say("Normalization layer"), (value) => {
    view.norm = value;
    redraw();
  });
  const made = section(say("Normalization layers"), picker.whole);
  made.picker = picker;
  made.why = element("p", { class: "live-why live-full" });
  made.mean = chart(say("Batch mean and running mean"));
  made.variance = chart(say("Batch variance and running variance"));
  made.channelMean = chart(say("Mean of each channel"), { wide: "third" });
  made.channelVariance = chart(say("Variance of each channel"), { wide: "third" });
  made.learned = chart(say("Scale γ and shift β of each channel"), { wide: "third" });
  const charts = [made.mean, made.variance, made.channelMean, made.channelVariance, made.learned];
  made.grid.append(made.why, ...charts.map(({ card }) => card));
  return made;
}

function update(view, { history, trouble }, theme) {
  showStatus(view.status, history.run, trouble);
  updateLearning(view, history, theme);
  showQuality(view.quality, history, theme);
  view.boundary.whole.hidden = !history.boundary;
  if (history.boundary) show(view.boundary.chart, boundaryPlan(theme, history.boundary));
  view.inside.whole.hidden = !history.layers.length;
  if (history.layers.length) updateInside(view, history, theme);
  const norms = normLayers(history);
  view.norms.whole.hidden = !norms.length;
  if (norms.length) updateNorms(view, history, norms, theme);
}

function updateLearning({ learning, log }, history, theme) {
  const predicts = history.run?.task === "regression";
  setText(learning.whole.querySelector("h3"), predicts ? say("Loss and errors") : say("Loss and accuracy"));
  learning.accuracy.card.hidden = predicts;
  for (const name of ["r2", "mae"]) {
    learning[name].card.hidden = !predicts;
    if (predicts) showMeasure(learning[name], history, name, theme);
  }
  for (const measure of ["loss", "accuracy"]) {
    const empty =
      history.training[measure].x.length || history.validation[measure].x.length ? "" : FIRST_STEP;
    show(learning[measure], {
      empty,
      note: say("Training is smoothed over about 20 batches"),
      says: measureSays(history, measure),
      figure: () => measureFigure(theme, history, measure, { log }),
    });
  }
}

function measureSays({ training, validation }, measure) {
  const smooth = measure === "loss" ? training.smoothLoss : training.smoothAccuracy;
  const trained = say("Training {0} at step {1}", measureInWords(measure, lastKnown(smooth.y)), last(smooth.x) ?? 0);
  if (!validation[measure].x.length) return say("{0}; no validation yet.", trained);
  const epoch = validation.epochs.get(last(validation[measure].x));
  return say("{0}; validation {1} after epoch {2}.", trained, measureInWords(measure, last(validation[measure].y)), epoch);
}

function updateInside(view, history, theme) {
  const { inside } = view;
  const { layers } = history;
  const chosen = Math.max(
    0,
    layers.findIndex(({ name }) => name === view.layer),
  );
  setOptions(
    inside.picker.select,
    layers.map(({ name, kind }) => ({ value: name, text: `${name} (${kind})` })),
    layers[chosen].name,
  );
  showScale(inside.scale, layers, theme);
  showLayers(inside.mean, say("mean"), history, history.mean, chosen, theme);
  showLayers(inside.deviation, say("standard deviation"), history, history.deviation, chosen, theme);
  showHistograms(inside, history, chosen, theme);
}

function showScale({ whole, first, strip, final }, layers, theme) {
  whole.hidden = layers.length < 2;
  setText(first, layers[0].name);
  setText(final, last(layers).name);
  const stops = Array.from({ length: 9 }, (_, index) => depthColor(theme, index, 9));
  strip.style.background = `linear-gradient(90deg, ${stops.join(", ")})`;
}

function showLayers(chart, word, { layers }, lines, chosen, theme) {
  const newest = lastKnown(lines[chosen].y);
  show(chart, {
    empty: lines[chosen].x.length ? "" : FIRST_LOOK,
    says: say("{0} layers. The {1} of {2} is {3} at step {4}.", layers.length, word, layers[chosen].name, number(newest), last(lines[chosen].x) ?? 0),
    figure: () => layersFigure(theme, layers, lines, chosen),
  });
}

function showHistograms({ heat, newest }, { layers, histograms }, chosen, theme) {
  const found = known(histograms, chosen);
  const { name } = layers[chosen];
  const empty = found.length ? "" : FIRST_LOOK;
  const newestOne = last(found);
  const range = newestOne
    ? say("from {0} to {1} at step {2}", number(newestOne.low[chosen]), number(newestOne.high[chosen]), newestOne.step)
    : "";
  const says = say("{0} gives values {1}.", name, range);
  show(heat, {
    empty,
    says,
    note: say("What {0} gives; colour: share of its values", name),
    figure: () => heatFigure(theme, found, chosen),
  });
  show(newest, {
    empty,
    says,
    note: newestOne ? say("{0} at step {1}", name, count(newestOne.step)) : "",
    figure: () => histogramFigure(theme, newestOne, chosen, layers.length),
  });
}

function updateNorms(view, history, norms, theme) {
  const { norms: made } = view;
  const layer = norms.find(({ name }) => name === view.norm) ?? norms[0];
  setOptions(
    made.picker.select,
    norms.map(({ name, kind }) => ({ value: name, text: `${name} (${kind})` })),
    layer.name,
  );
  setText(made.why, whyNoRunning(layer));
  made.why.hidden = layer.running;
  show(made.mean, overTime(theme, history, layer, "mean"));
  show(made.variance, overTime(theme, history, layer, "var"));
  show(made.channelMean, perChannel(theme, history, layer, "mean"));
  show(made.channelVariance, perChannel(theme, history, layer, "var"));
  show(made.learned, scaleAndShift(theme, history, layer));
}
