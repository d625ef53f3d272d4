// The figures of training: plain traces and layouts for plotly.js, made from a history and a theme.
import { faint, heatScale } from "./live_theme.js";
import { commonRange, rebin, shares } from "./live_bins.js";
import { number, percent, plain } from "./live_words.js";
import { say } from "./say.js";

export const BARE = { l: 40, r: 12, t: 8, b: 40 }; // margins without a legend

export const STEPS = ",~f"; // the format of an axis of steps, which are whole numbers
const MOST_TICKS = 6;

const calm = () => window.matchMedia("(pointer: coarse)").matches; // a finger scrolls the page, it does not zoom

export function layoutOf(theme, { x = {}, y = {}, ...rest } = {}, kept = "kept") {
  const axis = {
    gridcolor: theme.grid,
    zeroline: false,
    linecolor: theme.border,
    tickfont: { color: theme.muted, size: 11 },
    title: { font: { color: theme.muted, size: 12 }, standoff: 8 },
    automargin: true,
    nticks: MOST_TICKS,
    spikecolor: theme.muted,
    spikethickness: 1,
    spikedash: "dot",
  };
  return {
    autosize: true,
    margin: { l: 40, r: 12, t: 30, b: 40 },
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
    font: { family: theme.font, color: theme.text, size: 12 },
    hoverlabel: {
      bgcolor: theme.panel,
      bordercolor: theme.border,
      font: { color: theme.text, family: theme.font, size: 12 },
    },
    hovermode: "x unified",
    dragmode: calm() ? false : "zoom",
    showlegend: true,
    legend: {
      orientation: "h",
      x: 0,
      xanchor: "left",
      y: 1.02,
      yanchor: "bottom",
      font: { color: theme.text, size: 12 },
    },
    modebar: { bgcolor: "rgba(0,0,0,0)", color: theme.muted, activecolor: theme.text },
    separators: ".,",
    uirevision: kept,
    ...rest,
    xaxis: {
      ...axis,
      unifiedhovertitle: { text: `${x.title ?? say("Step")} %{x:,}` },
      ...x,
      title: { ...axis.title, text: x.title ?? say("Step") },
      tickformat: x.tickformat ?? STEPS,
    },
    yaxis: { ...axis, ...y, title: { ...axis.title, text: y.title ?? "" } },
  };
}

// The ticks of an axis of steps from low to high: none between two steps, however few are in sight.
export function ticksOfSteps(low, high) {
  return high - low < MOST_TICKS ? { tickmode: "linear", tick0: 0, dtick: 1 } : { tickmode: "auto", dtick: null };
}

// What a chart's x axis shows: what the user zoomed to, or else all that its traces hold, which is in order.
export function stepsInSight(traces, zoomed) {
  const ends = traces.flatMap(({ x }) => (x?.length ? [x[0], x[x.length - 1]] : []));
  return zoomed ?? [Math.min(...ends), Math.max(...ends)];
}

export const modeOf = (x) => (x.length < 3 ? "lines+markers" : "lines"); // one point is no line yet

export function lineTrace(name, line, color, { width = 2, dash = "solid", format = ".4~g", ...rest } = {}) {
  return {
    type: "scatter",
    mode: "lines",
    name: plain(name),
    x: line.x,
    y: line.y,
    line: { color, width, dash },
    hovertemplate: `%{y:${format}}`,
    ...rest,
  };
}

export function validationTrace(name, line, color, format, rest = {}) {
  return lineTrace(name, line, color, {
    width: 2,
    format,
    mode: "lines+markers",
    marker: { color, size: 6 },
    ...rest,
  });
}

// Both curves of one measure: "Loss" or "Accuracy".
export function measureFigure(theme, history, measure, { log = false } = {}) {
  const loss = measure === "loss";
  const format = loss ? ".4~g" : ".1%";
  const { training, validation } = history;
  const traces = [
    lineTrace(say("Each batch"), training[measure], faint(theme.training, 0.4), { width: 1, format }),
    lineTrace(say("Training"), training[`smooth_${measure}`], theme.training, { format }),
    validationTrace(say("Validation"), validation[measure], theme.validation, format),
  ];
  return { traces, layout: layoutOf(theme, { y: measureAxis(measure, log) }) };
}

export function measureAxis(measure, log) {
  if (measure === "accuracy") return { tickformat: ".0%" };
  return log ? { type: "log", uirevision: "log", nticks: 5, tickformat: ".2~g" } : { uirevision: "linear" };
}

export const measureInWords = (measure, value) => (measure === "loss" ? number(value) : percent(value));

// A column of a map begins at its step and reaches to the next one.
export function edgesOf(steps) {
  const newest = steps[steps.length - 1];
  return [...steps, newest + Math.max(1, newest - (steps[steps.length - 2] ?? newest))];
}

export function heatFigure(theme, histograms, name) {
  const range = commonRange(histograms);
  const z = rebin(histograms, range);
  const trace = {
    type: "heatmap",
    x: edgesOf(histograms.map(({ step }) => step)),
    customdata: z.map(() => histograms.map(({ step }) => step)),
    y: range.centers,
    z,
    colorscale: heatScale(theme),
    zmin: 0,
    colorbar: {
      thickness: 8,
      outlinewidth: 0,
      tickformat: ".0%",
      nticks: 4,
      tickfont: { color: theme.muted, size: 11 },
      xpad: 4,
    },
    showlegend: false,
    hovertemplate: `${say("step")} %{customdata:,}<br>${say("value")} %{y:.3~g}<br>${say("{0} of the values", "%{z:.1%}")}<extra></extra>`,
  };
  const y = { title: say("Value"), showgrid: false };
  const layout = layoutOf(
    theme,
    { hovermode: "closest", x: { showgrid: false }, y, margin: { ...BARE, r: 4 } },
    `layer ${name}`,
  );
  return { traces: [trace], layout };
}

export function histogramFigure(theme, newest, name) {
  const { centers, width, values } = shares(newest);
  const trace = {
    type: "bar",
    x: centers,
    y: values,
    width,
    marker: { color: theme.training, line: { color: theme.background, width: 0.5 } },
    showlegend: false,
    hovertemplate: `${say("value")} %{x:.3~g}<br>${say("{0} of the values", "%{y:.1%}")}<extra></extra>`,
  };
  const layout = layoutOf(
    theme,
    {
      hovermode: "closest",
      bargap: 0,
      margin: BARE,
      x: { title: say("Value"), tickformat: ".3~g" },
      y: { tickformat: ".0%", rangemode: "tozero" },
    },
    `layer ${name}`,
  );
  return { traces: [trace], layout };
}
