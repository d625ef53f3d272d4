// The inside of the network: all layers over time as a map, the network to pick a layer from, and all about that layer.
import { forwardOrder, lineOf, standingOut } from "./live_columns.js";
import { labelledSelect, section, setOptions } from "./live_elements.js";
import { heatFigure, histogramFigure } from "./live_figures.js";
import { known } from "./live_bins.js";
import { followGraph, newGraph, showGraph } from "./live_graph.js";
import { followLayer, newLayer } from "./live_layer.js";
import { fanFigure, mapFigure, mapHeight, statisticFigure } from "./live_map.js";
import { newChart, show } from "./live_plot.js";
import { element } from "./elements.js";
import { count, last, lastKnown, number, percent } from "./live_words.js";

const FIRST_LOOK = "Waiting for the first look inside.";
const NO_WEIGHTS = "This layer has no weights that train.";

export function newInside(keep, redraw) {
  const made = { statistic: "std", layer: "", redraw, histograms: newLayer() };
  const choose = (name) => {
    made.layer = name;
    redraw();
  };
  made.statistics = labelledSelect("Statistic", (name) => {
    made.statistic = name;
    redraw();
  });
  made.picker = labelledSelect("Layer", choose);
  Object.assign(made, section("Inside the network", made.statistics.whole, made.picker.whole));
  const chart = (...given) => keep(newChart(...given));
  made.map = chart("All layers over time", { wide: "two-thirds" });
  made.map.onClick = ({ y }) => choose(made.order[y]);
  made.graph = newGraph(choose);
  const title = element("div", { class: "live-card-head" }, element("h4", {}, "Pick a layer"));
  const card = element("article", { class: "live-card live-third live-graph-card" }, title, made.graph.host);
  made.line = chart("This statistic of the layer");
  made.fan = chart("Activations, by percentiles");
  made.heat = chart("Activations over time", { wide: "two-thirds", tall: true });
  made.newest = chart("Newest activations", { wide: "third", tall: true });
  made.gradients = chart("Gradient over time", { wide: "two-thirds", tall: true });
  made.gradient = chart("Newest gradient", { wide: "third", tall: true });
  const charts = [made.line, made.fan, made.heat, made.newest, made.gradients, made.gradient];
  made.grid.append(made.map.card, card, ...charts.map(({ card: each }) => each));
  return made;
}

export function showInside(inside, { token, history }, theme) {
  const { layers, statistics, columns, findings } = history;
  inside.whole.hidden = !layers.length || !statistics.length;
  if (inside.whole.hidden) return;
  const order = forwardOrder(columns, layers);
  inside.order = order.map((index) => layers[index].name);
  const found = layers.findIndex(({ name }) => name === inside.layer);
  const chosen = found < 0 ? order[0] : found;
  const { name } = layers[chosen];
  const statistic = statistics.find((each) => each.name === inside.statistic) ?? statistics[0];
  setOptions(
    inside.picker.select,
    order.map((index) => ({ value: layers[index].name, text: `${layers[index].name} (${layers[index].kind})` })),
    name,
  );
  setOptions(
    inside.statistics.select,
    statistics.map((each) => ({ value: each.name, text: each.title })),
    statistic.name,
  );
  followGraph(inside.graph, token);
  showGraph(inside.graph, layers, name, marksOf(findings));
  showMap(inside.map, history, order, statistic, chosen, theme);
  showLine(inside.line, history, statistic, chosen, theme);
  showFan(inside.fan, history, chosen, theme);
  followLayer(inside.histograms, token, name, last(columns.step), inside.redraw);
  showHistograms(inside, layers[chosen], theme);
}

// Errors last, so that they stand before warnings.
const marksOf = (findings) =>
  new Map([...findings].reverse().map(({ layer, severity }) => [layer, severity]).filter(([layer]) => layer));

const inWords = ({ scale }, value) => (scale === "share" ? percent(value) : number(value));

function showMap(chart, history, order, statistic, chosen, theme) {
  const { layers, columns } = history;
  const newest = lastKnown(standingOut(lineOf(columns, statistic.name, chosen)));
  chart.stage.style.height = `${mapHeight(order.length)}px`;
  show(chart, {
    empty: columns.step.length ? "" : FIRST_LOOK,
    note: `${statistic.title}. ${statistic.help} The first layer is on top; click a row to see it below.`,
    says: `${layers.length} layers. ${statistic.title} of ${layers[chosen].name} is ${inWords(statistic, newest)} at step ${last(columns.step) ?? 0}.`,
    figure: () => mapFigure(theme, history, order, statistic, chosen),
  });
}

function showLine(chart, { layers, columns }, statistic, chosen, theme) {
  const { name } = layers[chosen];
  const line = lineOf(columns, statistic.name, chosen);
  const none = line.low.every((value) => value === null);
  show(chart, {
    empty: !columns.step.length ? FIRST_LOOK : none ? `${name} has no such figure. Choose another statistic or layer.` : "",
    note: `${statistic.title} of ${name}`,
    says: `${statistic.title} of ${name} is ${inWords(statistic, lastKnown(standingOut(line)))}.`,
    figure: () => statisticFigure(theme, line, statistic, name),
  });
}

function showFan(chart, { layers, columns }, chosen, theme) {
  const { name } = layers[chosen];
  const newest = (quantile) => number(lastKnown(lineOf(columns, quantile, chosen).low));
  show(chart, {
    empty: columns.step.length ? "" : FIRST_LOOK,
    note: `What ${name} gives`,
    says: `${name}: median ${newest("p50")}, from ${newest("p1")} to ${newest("p99")}.`,
    figure: () => fanFigure(theme, columns, chosen, name),
  });
}

function showHistograms(inside, { name, parameters }, theme) {
  const { histograms, gradients } = inside.histograms;
  const never = parameters ? "" : NO_WEIGHTS;
  showOver(inside.heat, known(histograms), name, `What ${name} gives; colour: share of its values`, theme);
  showNewest(inside.newest, known(histograms), name, theme);
  showOver(inside.gradients, known(gradients), name, `Gradient of ${name}'s largest weight`, theme, never);
  showNewest(inside.gradient, known(gradients), name, theme, never);
}

function showOver(chart, found, name, note, theme, never = "") {
  show(chart, {
    empty: found.length ? "" : never || FIRST_LOOK,
    note,
    says: rangeInWords(found, name),
    figure: () => heatFigure(theme, found, name),
  });
}

function showNewest(chart, found, name, theme, never = "") {
  const newest = last(found);
  show(chart, {
    empty: newest ? "" : never || FIRST_LOOK,
    note: newest ? `${name} at step ${count(newest.step)}` : "",
    says: rangeInWords(found, name),
    figure: () => histogramFigure(theme, newest, name),
  });
}

function rangeInWords(found, name) {
  const newest = last(found);
  return newest ? `${name}: from ${number(newest.low)} to ${number(newest.high)} at step ${newest.step}.` : "";
}
