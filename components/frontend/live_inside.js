// The inside of the network: all layers over time as a map, the network to pick a layer from, and all about that layer.
import { forwardOrder, lineOf, standingOut } from "./live_columns.js";
import { labelledSelect, section, setOptions } from "./live_elements.js";
import { heatFigure, histogramFigure } from "./live_figures.js";
import { known } from "./live_bins.js";
import { followGraph, newGraph, showGraph } from "./live_graph.js";
import { followLayer, newLayer } from "./live_layer.js";
import { fanFigure, mapFigure, mapHeight, statisticFigure } from "./live_map.js";
import { newChart, show } from "./live_plot.js";
import { newRows, showRows } from "./live_rows.js";
import { element } from "./elements.js";
import { count, last, lastKnown, number, percent } from "./live_words.js";
import { say } from "./say.js";

const FIRST_LOOK = say("Waiting for the first look inside.");
const NO_WEIGHTS = say("This layer has no weights that train.");

export function newInside(keep, redraw) {
  const made = { statistic: "std", layer: "", redraw, histograms: newLayer() };
  const choose = (name) => {
    made.layer = name;
    redraw();
  };
  made.statistics = labelledSelect(say("Statistic"), (name) => {
    made.statistic = name;
    redraw();
  });
  made.picker = labelledSelect(say("Layer"), choose);
  Object.assign(made, section(say("Inside the network"), made.statistics.whole, made.picker.whole));
  const chart = (...given) => keep(newChart(...given));
  made.map = chart(say("All layers over time"), { wide: "two-thirds" });
  made.map.onClick = ({ y }) => choose(made.order[y]);
  made.rows = newRows(choose);
  made.map.stage.classList.add("live-map");
  made.map.stage.prepend(made.rows.host);
  made.graph = newGraph(choose);
  const title = element("div", { class: "live-card-head" }, element("h4", {}, say("Pick a layer")));
  const card = element("article", { class: "live-card live-third live-graph-card" }, title, made.graph.host);
  made.line = chart(say("This statistic of the layer"));
  made.fan = chart(say("Activations, by percentiles"));
  made.heat = chart(say("Activations over time"), { wide: "two-thirds", tall: true });
  made.newest = chart(say("Newest activations"), { wide: "third", tall: true });
  made.gradients = chart(say("Gradient over time"), { wide: "two-thirds", tall: true });
  made.gradient = chart(say("Newest gradient"), { wide: "third", tall: true });
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
  showRows(inside.rows, inside.order, name);
  showMap(inside.map, history, order, statistic, chosen, theme);
  showLine(inside.line, history, statistic, chosen, theme);
  showFan(inside.fan, history, chosen, theme);
  followLayer(inside.histograms, token, name, last(columns.step), inside.redraw);
  showHistograms(inside, layers[chosen], theme);
}

// Errors last, so that they stand before warnings. A finding about an operation marks that and no layer.
const marksOf = (findings) =>
  new Map([...findings].reverse().map(({ node, layer, severity }) => [node || layer, severity]).filter(([name]) => name));

const inWords = ({ scale }, value) => (scale === "share" ? percent(value) : number(value));

function showMap(chart, history, order, statistic, chosen, theme) {
  const { layers, columns } = history;
  const newest = lastKnown(standingOut(lineOf(columns, statistic.name, chosen)));
  chart.stage.style.height = `${mapHeight(order.length)}px`;
  show(chart, {
    empty: columns.step.length ? "" : FIRST_LOOK,
    note: say("{0}. {1} The first layer is on top; click a row to see it below.", statistic.title, statistic.help),
    says: say(
      "{0} layers. {1} of {2} is {3} at step {4}.",
      layers.length,
      statistic.title,
      layers[chosen].name,
      inWords(statistic, newest),
      last(columns.step) ?? 0,
    ),
    figure: () => mapFigure(theme, history, order, statistic, chosen),
  });
}

function showLine(chart, { layers, columns }, statistic, chosen, theme) {
  const { name } = layers[chosen];
  const line = lineOf(columns, statistic.name, chosen);
  const none = line.low.every((value) => value === null);
  show(chart, {
    empty: !columns.step.length ? FIRST_LOOK : none ? say("{0} has no such figure. Choose another statistic or layer.", name) : "",
    note: say("{0} of {1}", statistic.title, name),
    says: say("{0} of {1} is {2}.", statistic.title, name, inWords(statistic, lastKnown(standingOut(line)))),
    figure: () => statisticFigure(theme, line, statistic, name),
  });
}

function showFan(chart, { layers, columns }, chosen, theme) {
  const { name } = layers[chosen];
  const newest = (quantile) => number(lastKnown(lineOf(columns, quantile, chosen).low));
  show(chart, {
    empty: columns.step.length ? "" : FIRST_LOOK,
    note: say("What {0} gives", name),
    says: say("{0}: median {1}, from {2} to {3}.", name, newest("p50"), newest("p1"), newest("p99")),
    figure: () => fanFigure(theme, columns, chosen, name),
  });
}

function showHistograms(inside, { name, parameters }, theme) {
  const { histograms, gradients } = inside.histograms;
  const never = parameters ? "" : NO_WEIGHTS;
  showOver(inside.heat, known(histograms), name, say("What {0} gives; colour: share of its values", name), theme);
  showNewest(inside.newest, known(histograms), name, theme);
  showOver(inside.gradients, known(gradients), name, say("Gradient of the largest weight of {0}", name), theme, never);
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
    note: newest ? say("{0} at step {1}", name, count(newest.step)) : "",
    says: rangeInWords(found, name),
    figure: () => histogramFigure(theme, newest, name),
  });
}

function rangeInWords(found, name) {
  const newest = last(found);
  if (!newest) return "";
  return say("{0}: from {1} to {2} at step {3}.", name, number(newest.low), number(newest.high), newest.step);
}
