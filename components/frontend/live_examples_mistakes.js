// What the network gets wrong: the examples with the highest loss, those of one cell of the confusion, and where values
// are predicted, what it says against what is right.
import { element, setText } from "./elements.js";
import { labelledSelect, refill, setOptions } from "./live_elements.js";
import { card, classifies, countOf, isWide, labelOf } from "./live_example.js";
import { BARE, layoutOf } from "./live_figures.js";
import { newChart, show as showChart } from "./live_plot.js";
import { count, number, plain } from "./live_words.js";
import { say } from "./say.js";

const PAGE = 24; // cards at once, and more with each click
const ANY = "-1";

export function newMistakes(keep, redraw) {
  const made = { right: ANY, said: ANY, value: 0, most: PAGE, picked: -1 };
  const choose = (change) => {
    Object.assign(made, { most: PAGE }, change);
    redraw();
  };
  made.rights = labelledSelect(say("Right class"), (right) => choose({ right }));
  made.saids = labelledSelect(say("Said class"), (said) => choose({ said }));
  made.values = labelledSelect(say("Value"), (value) => choose({ value: Number(value) }));
  made.chart = keep(newChart(say("Said against right"), { wide: "two-thirds", tall: true }));
  made.chart.onClick = ({ customdata }) => choose({ picked: customdata });
  made.side = element("article", { class: "live-card live-third live-side", "aria-live": "polite" });
  made.controls = element("div", { class: "live-full live-head" }, made.rights.whole, made.saids.whole, made.values.whole);
  made.sum = element("p", { class: "live-full live-note", "aria-live": "polite" });
  made.cards = element("div", { class: "live-full live-cards" });
  made.more = element("button", { type: "button", class: "live-toggle live-more" }, say("Show more"));
  made.more.addEventListener("click", () => choose({ most: made.most + PAGE }));
  made.whole = [made.controls, made.chart.card, made.side, made.sum, made.cards, made.more];
  made.show = (context) => show(made, context);
  made.lead = (right, said) => choose({ right: String(right), said: String(said) });
  return made;
}

function show(made, { token, set, rows, theme }) {
  const [answers] = rows("answers").slice(-1);
  if (!answers) return "";
  const classes = classifies(set);
  made.rights.whole.hidden = made.saids.whole.hidden = !classes;
  made.values.whole.hidden = classes || set.facts.labels.length < 2;
  made.controls.hidden = !classes && made.values.whole.hidden;
  made.chart.card.hidden = made.side.hidden = classes;
  if (classes) showChoice(made, set);
  else showPoints(made, token, set, answers, theme);
  const chosen = worst(made, set, answers);
  const shown = chosen.slice(0, made.most);
  setText(made.sum, inWords(made, set, answers, chosen));
  made.cards.classList.toggle("live-wide", isWide(set));
  refill(made.cards, [token, answers.step, shown], () =>
    shown.map((index) => card(set, answers, index, lossOf(answers, index))),
  );
  made.more.hidden = shown.length === chosen.length;
  return { step: answers.step, epoch: answers.epoch, note: say("The highest loss comes first.") };
}

const lossOf = ({ loss }, index) => element("span", { class: "live-loss" }, say("Loss {0}", number(loss.values[index])));

function showChoice(made, set) {
  const labels = set.facts.labels.map((label, value) => ({ value: String(value), text: label }));
  setOptions(made.rights.select, [{ value: ANY, text: say("Any") }, ...labels], made.right);
  setOptions(made.saids.select, [{ value: ANY, text: say("Any") }, ...labels], made.said);
}

// The chosen examples, the highest loss first.
function worst({ right, said }, set, answers) {
  const all = Array.from({ length: countOf(set) }, (_, index) => index);
  const fits = (wanted, values, index) => wanted === ANY || !classifies(set) || values[index] === Number(wanted);
  const chosen = all.filter((index) => fits(right, set.right.values, index) && fits(said, answers.said.values, index));
  return chosen.sort((one, other) => answers.loss.values[other] - answers.loss.values[one]);
}

function inWords({ right, said }, set, answers, chosen) {
  if (!classifies(set)) return "";
  if (right !== ANY && said !== ANY)
    return say("{0} taken for {1}: {2} examples.", labelOf(set, right), labelOf(set, said), count(chosen.length));
  const wrong = chosen.filter((index) => answers.said.values[index] !== set.right.values[index]).length;
  return say("{0} examples, {1} of them wrong.", count(chosen.length), count(wrong));
}

function showPoints(made, token, set, answers, theme) {
  const { labels } = set.facts;
  const value = Math.min(made.value, answers.said.shape[1] - 1);
  setOptions(
    made.values.select,
    labels.slice(0, answers.said.shape[1]).map((text, at) => ({ value: String(at), text })),
    value,
  );
  const picked = made.picked < 0 ? worst(made, set, answers)[0] : made.picked;
  const column = ({ shape, values }) => Array.from({ length: shape[0] }, (_, index) => values[index * shape[1] + value]);
  const [x, y] = [column(set.right), column(answers.said)];
  const off = x.reduce((sum, truth, index) => sum + Math.abs(truth - y[index]), 0) / x.length;
  showChart(made.chart, {
    empty: "",
    note: say("{0}: on the line, what is said is right; click a point to see its example", labels[value]),
    says: say("{0} is off by {1} on average.", labels[value], number(off)),
    figure: () => pointsFigure(theme, x, y, picked, labels[value]),
  });
  refill(made.side, [token, answers.step, picked], () => [
    element("h4", {}, made.picked < 0 ? say("The worst") : say("The one you chose")),
    card(set, answers, picked, lossOf(answers, picked)),
  ]);
}

function pointsFigure(theme, x, y, picked, label) {
  const ends = [Math.min(...x, ...y), Math.max(...x, ...y)];
  const line = { type: "scatter", mode: "lines", x: ends, y: ends, hoverinfo: "skip", line: { color: theme.muted, width: 1, dash: "dot" } };
  const points = {
    type: "scatter",
    mode: "markers",
    x,
    y,
    customdata: x.map((_, index) => index),
    marker: {
      color: theme.training,
      opacity: 0.75,
      size: x.map((_, index) => (index === picked ? 13 : 6)),
      line: { color: theme.text, width: x.map((_, index) => (index === picked ? 2 : 0)) },
    },
    hovertemplate: `${say("Right")} %{x:.4~g}<br>${say("Said")} %{y:.4~g}<extra></extra>`,
  };
  const axis = { tickformat: ".3~g" };
  const layout = layoutOf(theme, {
    hovermode: "closest",
    showlegend: false,
    margin: BARE,
    x: { ...axis, title: say("Right: {0}", plain(label)) },
    y: { ...axis, title: say("Said") },
  });
  return { traces: [line, points], layout };
}
