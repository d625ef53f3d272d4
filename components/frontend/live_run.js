// One run, top to bottom: its status, what its figures say, loss and accuracy, the inside of the network, its
// normalization layers, and how the computer fares.
import { element, setText } from "./elements.js";
import { labelledSelect, section, setOptions, toggleButton } from "./live_elements.js";
import { boundaryPlan } from "./live_boundary.js";
import { newExamples, showExamples } from "./live_examples.js";
import { measureFigure, measureInWords } from "./live_figures.js";
import { newGap, showGap } from "./live_gap.js";
import { newInside, showInside } from "./live_inside.js";
import { drift, normLayers, overTime, perChannel, scaleAndShift, whyNoRunning } from "./live_norms.js";
import { newNotices, showNotices } from "./live_notices.js";
import { MEASURES, qualitySection, showMeasure, showQuality } from "./live_quality.js";
import { newChart, show } from "./live_plot.js";
import { newStatus, showStatus } from "./live_status.js";
import { newVitals, showVitals } from "./live_vitals.js";
import { last, lastKnown } from "./live_words.js";
import { say } from "./say.js";

const FIRST_STEP = say("Waiting for the first step.");

export function newRunView(root, redraw, ask) {
  const view = { log: false, norm: "", charts: [], status: newStatus() };
  const keep = (made) => {
    view.charts.push(made);
    return made;
  };
  const chart = (...given) => keep(newChart(...given));
  view.notices = newNotices((finding) => lead(view, finding, redraw));
  view.learning = learningSection(view, chart, redraw);
  view.boundary = boundarySection(chart);
  view.examples = newExamples(keep, redraw);
  view.quality = qualitySection(chart, redraw, view.examples.lead);
  view.inside = newInside(keep, redraw);
  view.norms = normsSection(view, chart, redraw, ask);
  view.vitals = newVitals(keep);
  const { notices, learning, boundary, quality, examples, inside, norms, vitals } = view;
  const sections = [notices, learning, boundary, quality, examples, inside, norms, vitals];
  root.replaceChildren(view.status.whole, ...sections.map(({ whole }) => whole));
  view.update = (records, theme) => update(view, records[0], theme);
  return view;
}

// To the chart that a finding rests on, with its layer and statistic chosen there.
function lead(view, { chart, layer, statistic }, redraw) {
  const places = { loss: view.learning.loss.card, layers: view.inside.map.card, norms: view.norms.mean.card };
  if (chart === "layers") Object.assign(view.inside, { layer: layer || view.inside.layer, statistic });
  if (chart === "norms") view.norm = layer;
  redraw();
  places[chart].scrollIntoView({ block: "start", behavior: "smooth" });
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

function normsSection(view, chart, redraw, ask) {
  const picker = labelledSelect(say("Normalization layer"), (value) => {
    view.norm = value;
    redraw();
  });
  const made = section(say("Normalization layers"), picker.whole);
  made.picker = picker;
  made.why = element("p", { class: "live-why live-full" });
  made.gap = newGap((token) => ask("measure", token), (place) => lead(view, place, redraw), redraw);
  made.mean = chart(say("Batch mean and running mean"), { wide: "third" });
  made.variance = chart(say("Batch variance and running variance"), { wide: "third" });
  made.drift = chart(say("Drift of the running mean"), { wide: "third" });
  made.channelMean = chart(say("Mean of each channel"), { wide: "third" });
  made.channelVariance = chart(say("Variance of each channel"), { wide: "third" });
  made.learned = chart(say("Scale γ and shift β of each channel"), { wide: "third" });
  const charts = [made.mean, made.variance, made.drift, made.channelMean, made.channelVariance, made.learned];
  made.grid.append(made.gap.card, made.why, ...charts.map(({ card }) => card));
  return made;
}

function update(view, record, theme) {
  const { history, trouble } = record;
  showStatus(view.status, history.run, trouble);
  showNotices(view.notices, history);
  updateLearning(view, history, theme);
  showQuality(view.quality, history, theme);
  view.boundary.whole.hidden = !history.boundary;
  if (history.boundary) show(view.boundary.chart, boundaryPlan(theme, history.boundary));
  showExamples(view.examples, record, theme);
  showInside(view.inside, record, theme);
  showVitals(view.vitals, history, theme);
  const norms = normLayers(history);
  view.norms.whole.hidden = !norms.length;
  if (norms.length) updateNorms(view, record, norms, theme);
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
  const smooth = training[`smooth_${measure}`];
  const trained = say("Training {0} at step {1}", measureInWords(measure, lastKnown(smooth.y)), last(smooth.x) ?? 0);
  if (!validation[measure].x.length) return say("{0}; no validation yet.", trained);
  const epoch = validation.epochs.get(last(validation[measure].x));
  return say("{0}; validation {1} after epoch {2}.", trained, measureInWords(measure, last(validation[measure].y)), epoch);
}

function updateNorms(view, record, norms, theme) {
  const { norms: made } = view;
  const { history } = record;
  showGap(made.gap, record);
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
  show(made.drift, drift(theme, history, layer));
  show(made.channelMean, perChannel(theme, history, layer, "mean"));
  show(made.channelVariance, perChannel(theme, history, layer, "var"));
  show(made.learned, scaleAndShift(theme, history, layer));
}
