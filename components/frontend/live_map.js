// The figures of all layers over time as a map, and of one layer as a line with its guide.
import { lineOf, standingOut } from "./live_columns.js";
import { BARE, edgesOf, layoutOf, lineTrace, modeOf } from "./live_figures.js";
import { faint, heatScale } from "./live_theme.js";
import { number, plain } from "./live_words.js";
import { say } from "./say.js";

const ROW = 18; // pixels of a layer, enough for its name
const MARGIN = { l: 4, r: 4, t: 8, b: 48 }; // live_charts.css has those above and below the rows too

export const mapHeight = (layers) => Math.max(300, layers * ROW + MARGIN.t + MARGIN.b);

const drawn = (scale, value) => (scale !== "log" || value === null ? value : value > 0 ? Math.log10(value) : null);

export function mapFigure(theme, { layers, columns }, order, statistic, chosen) {
  const values = order.map((layer) => standingOut(lineOf(columns, statistic.name, layer)));
  const z = values.map((row) => row.map((value) => drawn(statistic.scale, value)));
  const trace = {
    type: "heatmap",
    x: edgesOf(columns.step),
    y: order.map((_, row) => row),
    z,
    text: values,
    customdata: order.map((layer) => columns.step.map((step) => [plain(layers[layer].name), step])),
    colorscale: heatScale(theme),
    ...(statistic.scale === "share" ? { zmin: 0, zmax: 1 } : {}),
    colorbar: { ...colorbar(theme, statistic.scale), ...(statistic.scale === "log" ? powers(z.flat()) : {}) },
    showlegend: false,
    hoverongaps: false,
    hovertemplate: `%{customdata[0]}<br>${say("step")} %{customdata[1]:,}<br>${plain(statistic.title)} %{text:${format(statistic.scale)}}<extra></extra>`,
  };
  const y = {
    range: [order.length - 0.5, -0.5],
    showgrid: false,
    showticklabels: false, // the names are live_rows.js
    ticks: "",
    automargin: false,
  };
  const x = { showgrid: false, automargin: false }; // so that the rows stand where the names do
  const rest = { hovermode: "closest", x, y, margin: MARGIN };
  const layout = layoutOf(theme, rest, `map ${order.length}`);
  return { traces: [trace], layout: { ...layout, shapes: [frame(theme, order.indexOf(chosen))] } };
}

const format = (scale) => (scale === "share" ? ".1%" : ".4~g");

const colorbar = (theme, scale) => ({
  thickness: 8,
  outlinewidth: 0,
  tickformat: scale === "share" ? ".0%" : ".3~g",
  nticks: 5,
  tickfont: { color: theme.muted, size: 11 },
  xpad: 4,
});

const TICKS = 5;

// What stands at the colours where they are logarithms: the numbers themselves.
function powers(logarithms) {
  const real = logarithms.filter((value) => value !== null);
  const low = real.reduce((least, value) => Math.min(least, value), Infinity);
  const high = real.reduce((most, value) => Math.max(most, value), -Infinity);
  if (!(high > low)) return { showticklabels: real.length > 0 };
  const tickvals = Array.from({ length: TICKS }, (_, at) => low + ((high - low) * at) / (TICKS - 1));
  return { tickvals, ticktext: tickvals.map((value) => number(10 ** value, 2)) };
}

// Around the row of the chosen layer.
const frame = (theme, row) => ({
  type: "rect",
  xref: "paper",
  x0: 0,
  x1: 1,
  y0: row - 0.5,
  y1: row + 0.5,
  line: { color: theme.text, width: 2 },
});

// One statistic of one layer: the band from its lowest to its highest values, and where it is usual to be.
export function statisticFigure(theme, line, statistic, name) {
  const written = format(statistic.scale);
  const band = { showlegend: false, hoverinfo: "skip", hovertemplate: undefined };
  const thinned = line.low.some((value, at) => value !== line.high[at]);
  const traces = [
    ...(thinned
      ? [
          lineTrace("lowest", { x: line.x, y: line.low }, faint(theme.training, 0.3), { width: 0.5, ...band }),
          lineTrace("highest", { x: line.x, y: line.high }, faint(theme.training, 0.3), {
            width: 0.5,
            fill: "tonexty",
            fillcolor: faint(theme.training, 0.2),
            ...band,
          }),
        ]
      : []),
    lineTrace(statistic.title, { x: line.x, y: standingOut(line) }, theme.training, {
      format: written,
      mode: modeOf(line.x),
      showlegend: Boolean(statistic.guide),
    }),
    ...guideOf(theme, statistic, line.x),
  ];
  const y = { log: { type: "log", tickformat: ".4~g" }, share: { tickformat: ".0%", rangemode: "tozero" } }[
    statistic.scale
  ];
  const margin = statistic.guide ? { ...BARE, t: 30 } : BARE;
  return { traces, layout: layoutOf(theme, { y: y ?? {}, margin }, `${name} ${statistic.name}`) };
}

// Where the statistic is usual to be; a trace and no shape, so that the axis reaches it.
function guideOf(theme, { guide }, x) {
  if (!guide || !x.length) return [];
  const ends = { x: [x[0], x[x.length - 1]], y: [guide, guide] };
  return [lineTrace(say("usual: {0}", guide), ends, theme.validation, { width: 1.5, dash: "dash", hoverinfo: "skip", hovertemplate: undefined })];
}

const FAN = [
  ["p1", "p99", 0.16],
  ["p15", "p85", 0.32],
];

// What a layer gives: half of its values around the median, from the 1st to the 99th percentile.
export function fanFigure(theme, columns, layer, name) {
  const x = columns.step;
  const traces = FAN.flatMap(([from, to, opacity]) => [
    lineTrace(from, { x, y: lineOf(columns, from, layer).low }, "rgba(0,0,0,0)", { showlegend: false, hoverinfo: "skip", hovertemplate: undefined }),
    lineTrace(say("{0} % to {1} %", from.slice(1), to.slice(1)), { x, y: lineOf(columns, to, layer).high }, "rgba(0,0,0,0)", {
      fill: "tonexty",
      fillcolor: faint(theme.training, opacity),
      hoverinfo: "skip",
      hovertemplate: undefined,
    }),
  ]);
  traces.push(lineTrace(say("median"), { x, y: standingOut(lineOf(columns, "p50", layer)) }, theme.training, { mode: modeOf(x) }));
  return { traces, layout: layoutOf(theme, { y: { title: say("Value") } }, `fan ${name}`) };
}
