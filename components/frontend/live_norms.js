// The figures of normalization layers: batch against running statistics over time and per channel, and γ and β.
import { layoutOf, lineTrace } from "./live_figures.js";
import { linesOfNorm } from "./live_history.js";
import { faint } from "./live_theme.js";
import { count, lastKnown, number } from "./live_words.js";
import { say } from "./say.js";

const STATISTICS = { mean: say("mean"), var: say("variance") };

// Why a layer keeps no running statistics, by the start of its kind.
const REASONS = [
  ["LayerNorm", say("uses the statistics of each example, so it keeps no running ones.")],
  ["RMSNorm", say("uses the size of each example, so it keeps no running statistics.")],
  [
    "GroupNorm",
    say("uses the statistics of each group of channels in each example, so it keeps no running ones."),
  ],
  ["InstanceNorm", say("uses the statistics of each channel of each example, so it keeps no running ones.")],
  [
    "BatchNorm",
    say("was made with track_running_stats=False: it always uses the batch's statistics and keeps no running ones."),
  ],
  [
    "SyncBatchNorm",
    say("was made with track_running_stats=False: it always uses the batch's statistics and keeps no running ones."),
  ],
];

export function whyNoRunning(layer) {
  const reason = REASONS.find(([kind]) => layer.kind.startsWith(kind))?.[1] ?? say("keeps no running statistics.");
  return layer.running ? "" : `${layer.kind} ${reason}`;
}

export const normLayers = (history) => history.layers.filter((layer) => layer.norm);

export function overTime(theme, history, layer, statistic, range) {
  const lines = linesOfNorm(history, layer.name);
  const traces = [lineTrace(say("This batch"), lines[`batch_${statistic}`], theme.training, { width: 1.6 })];
  if (layer.running)
    traces.push(lineTrace(say("Running"), lines[`running_${statistic}`], theme.validation, { width: 2.4 }));
  return {
    says: overTimeInWords(lines, layer, statistic),
    note: say("Averaged over the channels"),
    empty: lines[`batch_${statistic}`].x.length ? "" : say("Waiting for the first look inside."),
    figure: () => ({
      traces,
      layout: layoutOf(theme, { y: fixed(range) }, `${layer.name} ${Boolean(range)}`),
    }),
  };
}

// How far what evaluation uses is from what training sees.
export function drift(theme, history, layer) {
  const line = linesOfNorm(history, layer.name).drift;
  return {
    says: say("{0}: {1} standard deviations.", layer.name, number(lastKnown(line.y))),
    note: say("From the batch's mean, in its standard deviations; above 1 is much"),
    empty: !layer.running ? say("It keeps no running mean.") : line.x.length ? "" : say("Waiting for the first look inside."),
    figure: () => ({
      traces: [lineTrace(say("Drift"), line, theme.training, { showlegend: false })],
      layout: layoutOf(theme, { y: { rangemode: "tozero" } }, layer.name),
    }),
  };
}

function overTimeInWords(lines, layer, statistic) {
  const batch = say("{0} of the newest batch {1}", STATISTICS[statistic], number(lastKnown(lines[`batch_${statistic}`].y)));
  const running = layer.running ? say(", running {0}", number(lastKnown(lines[`running_${statistic}`].y))) : "";
  return say("{0}, averaged over channels: {1}{2}.", layer.name, batch, running);
}

const fixed = (range) => (range ? { range, autorange: false } : {});

export function perChannel(theme, history, layer, statistic) {
  const values = history.latest?.norm?.[layer.name];
  const running = values?.[`running_${statistic}`];
  return {
    says: values ? say("{0}, {1} channels at step {2}.", layer.name, values.channel.length, history.latest.step) : "",
    note: channelNote(history, layer),
    empty: values ? "" : say("Waiting for the first look inside."),
    figure: () => ({
      traces: [
        bars(say("This batch"), values.channel, values[`batch_${statistic}`], faint(theme.training, 0.6)),
        ...(running ? [dots(say("Running"), values.channel, running, theme.validation, "diamond")] : []),
      ],
      layout: channelLayout(theme, layer),
    }),
  };
}

function channelNote({ latest }, layer) {
  const values = latest?.norm?.[layer.name];
  if (!values) return "";
  const shown = values.channel.length;
  const step = count(latest.step);
  return shown < layer.channels ? say("{0} of {1} channels, step {2}", shown, layer.channels, step) : say("step {0}", step);
}

export function scaleAndShift(theme, history, layer, range) {
  const values = history.latest?.norm?.[layer.name];
  const learned = values?.weight || values?.bias;
  return {
    note: channelNote(history, layer),
    says: learned ? `${layer.name}: γ ${spreadInWords(values.weight)}; β ${spreadInWords(values.bias)}.` : "",
    empty: learned ? "" : values ? say("This layer learns no γ and no β.") : say("Waiting for the first look inside."),
    figure: () => ({
      traces: [
        ...(values.weight
          ? [dots(say("γ (scale)"), values.channel, values.weight, theme.training, "circle")]
          : []),
        ...(values.bias ? [dots(say("β (shift)"), values.channel, values.bias, theme.validation, "diamond")] : []),
      ],
      layout: channelLayout(theme, layer, range),
    }),
  };
}

function spreadInWords(values) {
  const real = (values ?? []).filter((value) => value !== null);
  return real.length ? say("from {0} to {1}", number(Math.min(...real)), number(Math.max(...real))) : say("none");
}

function channelLayout(theme, layer, range) {
  const x = { title: say("Channel"), tickformat: "d" };
  const y = { zeroline: true, zerolinecolor: theme.border, zerolinewidth: 1, ...fixed(range) };
  return layoutOf(theme, { x, y, bargap: 0.25 }, `${layer.name} ${Boolean(range)}`);
}

const bars = (name, x, y, color) => ({
  type: "bar",
  name,
  x,
  y,
  marker: { color },
  hovertemplate: "%{y:.4~g}",
});

const dots = (name, x, y, color, symbol) => ({
  type: "scatter",
  mode: "markers",
  name,
  x,
  y,
  marker: { color, symbol, size: 7 },
  hovertemplate: "%{y:.4~g}",
});

// The common range of what several runs draw, with a little air; null while there is nothing.
export function commonAxis(lists) {
  const values = lists.flat().filter((value) => Number.isFinite(value));
  if (!values.length) return null;
  const low = values.reduce((least, value) => Math.min(least, value));
  const high = values.reduce((most, value) => Math.max(most, value));
  const air = (high - low) * 0.06 || Math.abs(high) * 0.1 || 0.1;
  return [low - air, high + air];
}
