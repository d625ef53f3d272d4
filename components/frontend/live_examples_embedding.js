// How the last linear layer sees the examples: near each other is what it can hardly tell apart.
import { element, setText } from "./elements.js";
import { card, classifies, countOf, exampleOf, labelOf, rightOf } from "./live_example.js";
import { newId, refill } from "./live_elements.js";
import { BARE, layoutOf } from "./live_figures.js";
import { newChart, show as showChart } from "./live_plot.js";
import { heatScale } from "./live_theme.js";
import { count, percent, plain } from "./live_words.js";
import { say } from "./say.js";

const SYMBOLS = ["circle", "diamond", "square", "cross", "triangle-up", "x"]; // where there are more classes than colours

export function newEmbedding(keep, redraw) {
  const made = { picked: 0 };
  const pick = (index) => {
    if (index === undefined || index === made.picked) return; // a redraw lets the resting mouse hover again
    made.picked = index;
    redraw();
  };
  made.chart = keep(newChart(say("Examples as the last layer sees them"), { wide: "two-thirds", tall: true }));
  made.chart.card.classList.add("live-high");
  made.chart.onClick = ({ customdata }) => pick(customdata);
  made.chart.onHover = ({ customdata }) => pick(customdata);
  const id = newId("pick");
  made.slider = element("input", { id, type: "range", min: 1, max: 1, value: 1 });
  made.slider.addEventListener("input", () => pick(Number(made.slider.value) - 1));
  made.place = element("div");
  made.label = element("label", { for: id });
  const row = element("div", { class: "live-select" }, made.label, made.slider);
  made.side = element("article", { class: "live-card live-third live-side" }, element("h4", {}, say("The example")), row, made.place);
  made.whole = [made.chart.card, made.side];
  made.show = (context) => show(made, context);
  return made;
}

function show(made, { token, set, rows, theme }) {
  const [found] = rows("embedding").slice(-1);
  if (!found) return "";
  const total = Math.min(found.points.shape[0], countOf(set));
  made.picked = Math.min(made.picked, total - 1);
  made.slider.max = total;
  made.slider.value = made.picked + 1;
  const [answers] = rows("answers").slice(-1);
  setText(made.label, say("{0} of {1}", count(made.picked + 1), count(total)));
  refill(made.place, [token, answers?.step, made.picked], () => [
    answers ? card(set, answers, made.picked) : exampleOf(set, made.picked),
  ]);
  const [first, second] = found.explained.values;
  showChart(made.chart, {
    empty: "",
    note: say("{0} examples. The two directions that differ most have {1} of the variance", count(total), percent(first + second)),
    says: say("Example {0} is of {1}.", made.picked + 1, rightOf(set, made.picked)),
    figure: () => figure(theme, set, found, total, made.picked),
  });
  return { step: found.step, epoch: found.epoch, note: say("What goes into the last Linear layer, by principal components (PCA).") };
}

function figure(theme, set, { points, explained }, total, picked) {
  const all = Array.from({ length: total }, (_, index) => index);
  const at = (axis) => (index) => points.values[index * 2 + axis];
  const trace = (indices, more) => ({
    type: "scatter",
    mode: "markers",
    x: indices.map(at(0)),
    y: indices.map(at(1)),
    customdata: indices,
    hovertemplate: "%{text}<extra></extra>",
    text: indices.map((index) => plain(rightOf(set, index))),
    ...more,
  });
  const ring = trace([picked], {
    hoverinfo: "skip",
    hovertemplate: undefined,
    showlegend: false,
    marker: { color: "rgba(0,0,0,0)", size: 17, line: { color: theme.text, width: 2.5 } },
  });
  const axis = (part) => ({
    title: say("Direction {0} ({1})", part + 1, percent(explained.values[part])),
    tickformat: ".2~g",
    showgrid: false,
    uirevision: "kept",
  });
  const layout = layoutOf(theme, {
    hovermode: "closest",
    margin: classifies(set) ? { ...BARE, t: 36 } : BARE,
    x: axis(0),
    y: axis(1),
  });
  return { traces: [...coloured(theme, set, all, trace), ring], layout };
}

function coloured(theme, set, all, trace) {
  if (!classifies(set)) {
    const [, targets] = set.right.shape;
    const color = all.map((index) => set.right.values[index * targets]);
    const bar = { thickness: 8, outlinewidth: 0, title: { text: plain(labelOf(set, 0)) } };
    return [trace(all, { showlegend: false, marker: { color, colorscale: heatScale(theme).slice(1).map(spread), size: 7, showscale: true, colorbar: bar } })];
  }
  return set.facts.labels
    .map((label, number) => ({ label, number, mine: all.filter((index) => set.right.values[index] === number) }))
    .filter(({ mine }) => mine.length)
    .map(({ label, number, mine }) =>
      trace(mine, {
        name: plain(label),
        marker: {
          color: theme.runs[number % theme.runs.length],
          symbol: SYMBOLS[Math.floor(number / theme.runs.length) % SYMBOLS.length],
          size: 7,
          line: { color: theme.background, width: 0.8 },
        },
      }),
    );
}

// The scale without its first stop, which is the background: no point may vanish.
const spread = ([, color], at, { length }) => [at / (length - 1), color];
