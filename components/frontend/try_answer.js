// What the run says: bars of its classes, or its numbers; and sentences where that is to be doubted.
import { element, setAttribute, setText } from "./elements.js";
import { say } from "./say.js";

const FEW = 3; // numbers that are written large

export function newAnswer() {
  const best = element("p", { class: "best", "aria-live": "polite" });
  const rows = element("div", { class: "bars", role: "list", "aria-label": say("Answer") });
  const others = element("p", { class: "words" });
  const warnings = element("div", { class: "warnings", role: "status" });
  const foot = element("p", { class: "words" });
  const host = element("section", { class: "said", "aria-label": say("Answer"), "aria-busy": "true" }, best, rows, others, warnings, foot);
  const answer = { host, best, rows, others, warnings, foot, form: null };
  return {
    host,
    begin: (form) => (answer.form = form),
    show: (found) => showAnswer(answer, found),
    wait: () => setText(foot, say("Loading the network. This takes a few seconds.")),
    refuse: (words) => refuse(answer, words),
  };
}

function showAnswer(answer, found) {
  setAttribute(answer.host, "aria-busy", false);
  answer.host.classList.remove("stale");
  if (found.classes) showClasses(answer, found);
  else showValues(answer, found);
  setText(answer.others, found.others ? say("The {0} others are less likely.", found.others) : noteOf(answer.form, found));
  answer.warnings.replaceChildren(...found.warnings.map((words) => element("p", {}, words)));
  setText(answer.foot, say("Weights after step {0}; computed in {1} ms.", found.step.toLocaleString("en"), (found.seconds * 1000).toFixed(1)));
}

// Why bars do not sum to 100 %, where they do not; of a number, what it was in training.
function noteOf({ loss, ranges }, { classes }) {
  if (!classes) return ranges.length === 1 ? say("In training it ran from {0} to {1}.", ...ranges[0].map(precise)) : "";
  if ("score" in classes[0]) return say("The loss {0} trains scores, not likelihoods: the largest wins.", loss);
  const sum = classes.reduce((total, { chance }) => total + chance, 0);
  return Math.abs(sum - 1) > 0.005 ? say("The loss {0} asks of each class by itself, so these need not sum to 100 %.", loss) : "";
}

function showClasses(answer, { classes, best }) {
  const winner = classes.find(({ number }) => number === best) ?? classes[0];
  setText(answer.best, winner.label);
  const scores = classes.map(({ score }) => score ?? 0);
  const [low, high] = [Math.min(...scores), Math.max(...scores)];
  const lines = classes.map((each) => ({
    label: each.label,
    said: "chance" in each ? percent(each.chance) : each.score.toPrecision(4),
    share: each.chance ?? (each.score - low) / (high - low || 1),
    best: each === winner,
  }));
  paintRows(answer.rows, lines);
}

// Rows stay where they are, so that a bar moves and does not jump.
function paintRows(rows, lines) {
  while (rows.children.length > lines.length) rows.lastElementChild.remove();
  while (rows.children.length < lines.length) rows.append(newRow());
  lines.forEach((line, place) => {
    const row = rows.children[place];
    const [label, track, said] = row.children;
    setText(label, line.label);
    setAttribute(label, "title", line.label);
    setText(said, line.said);
    row.classList.toggle("winner", Boolean(line.best));
    track.style.setProperty("--share", `${100 * line.share}%`);
    track.classList.toggle("none", line.share === undefined);
  });
}

function newRow() {
  const parts = [element("span", { class: "label" }), element("span", { class: "track", "aria-hidden": "true" }), element("span", { class: "number" })];
  return element("div", { class: "row", role: "listitem" }, ...parts);
}

function showValues(answer, { values }) {
  const large = values.length <= FEW;
  answer.best.replaceChildren(...(large ? values.map(valueOf) : []));
  paintRows(answer.rows, large ? [] : values.map(({ label, value }) => ({ label, said: precise(value) })));
}

function valueOf({ label, value }) {
  return element("span", { class: "value" }, precise(value), element("small", {}, label));
}

export const precise = (value) => String(Number(value.toPrecision(4)));

const percent = (share) => `${(100 * share).toFixed(1)} %`;

// The last answer stays, grey: what was typed meanwhile has none.
function refuse({ host, warnings }, words) {
  setAttribute(host, "aria-busy", false);
  host.classList.add("stale");
  warnings.replaceChildren(element("p", {}, words));
}
