// The table of a comparison: one row per run; its first cell shows or hides the run in the charts.
import { element, setAttribute, setText } from "./elements.js";
import { newId } from "./live_elements.js";
import { progressOf } from "./live_status.js";
import { count, duration, last, number, percent, stateInWords } from "./live_words.js";
import { say } from "./say.js";

const COLUMNS = [say("Variant"), say("State"), "", "", say("Validation loss"), say("Time"), say("Steps/s")];
const [BEST, LAST] = [2, 3]; // the columns that are called after what is measured
const TITLES = {
  accuracy: [say("Best accuracy"), say("Last accuracy")],
  r2: [say("Best R²"), say("Last R²")],
  both: [say("Best accuracy or R²"), say("Last accuracy or R²")],
};

export function newResults(onToggle) {
  const id = newId("results");
  const heads = COLUMNS.map((title) => element("th", { scope: "col" }, title));
  const body = element("tbody");
  const table = element(
    "table",
    { "aria-labelledby": id },
    element("thead", {}, element("tr", {}, ...heads)),
    body,
  );
  const scroller = element(
    "div",
    { class: "live-scroller", tabindex: "0", role: "region", "aria-labelledby": id },
    table,
  );
  const title = element("h3", { id }, say("Results"));
  const hint = element(
    "p",
    { class: "live-scale" },
    say("Measured on the validation part. Click a variant to show or hide it."),
  );
  const whole = element(
    "section",
    { class: "live-results", "aria-labelledby": id },
    element("div", { class: "live-head" }, title),
    hint,
    scroller,
  );
  return { whole, heads, body, rows: new Map(), onToggle };
}

export function showResults(results, records, hidden) {
  const [first, ...others] = new Set(records.map(scoreOf));
  TITLES[others.length ? "both" : first].forEach((title, index) => setText(results.heads[[BEST, LAST][index]], title));
  for (const record of records) {
    if (!results.rows.has(record.token)) results.rows.set(record.token, addRow(results, record.token));
    const same = records.filter((other) => scoreOf(other) === scoreOf(record));
    const best = Math.max(...same.map((other) => bestScore(other) ?? -Infinity));
    showRow(results.rows.get(record.token), record, hidden.has(record.token), best);
  }
}

// What is measured of how well a run does.
const scoreOf = ({ history }) => (history.run?.task === "regression" ? "r2" : "accuracy");

const scores = (record) =>
  (scoreOf(record) === "r2" ? record.history.measures.get("r2") : record.history.validation.accuracy)?.y ?? [];

function addRow({ body, onToggle }, token) {
  const swatch = element("span", { class: "live-swatch" });
  const name = element("span");
  const button = element("button", { type: "button", class: "live-variant" }, swatch, name);
  button.addEventListener("click", () => onToggle(token));
  const state = element("span", { class: "live-state" });
  const fill = element("div", { class: "live-fill" });
  const bar = element(
    "div",
    { class: "live-bar", role: "progressbar", "aria-valuemin": 0, "aria-valuemax": 100 },
    fill,
  );
  const message = element("p", { class: "live-row-message" });
  const numbers = COLUMNS.slice(2).map(() => element("td", { class: "live-number" }));
  const whole = element(
    "tr",
    {},
    element("th", { scope: "row" }, button),
    element("td", {}, state, bar, message),
    ...numbers,
  );
  body.append(whole);
  return { whole, swatch, name, button, state, fill, bar, message, numbers };
}

function showRow(row, record, isHidden, best) {
  const { run, validation } = record.history;
  setText(row.name, record.name);
  row.swatch.style.background = record.color;
  setAttribute(row.button, "aria-pressed", !isHidden);
  setText(row.state, run ? stateInWords(run.state) : say("Waiting"));
  setAttribute(row.whole, "data-state", run?.state ?? "queued");
  setText(
    row.message,
    record.trouble || (run?.state === "failed" || run?.state === "lost" ? run.message : ""),
  );
  showProgress(row, record.name, run ? progressOf(run) : 0);
  const own = bestScore(record);
  const written = scoreOf(record) === "r2" ? number : percent;
  const texts = [
    written(own),
    written(last(scores(record))),
    number(last(validation.loss.y)),
    duration(run?.elapsed_s),
    count(run?.steps_per_second),
  ];
  texts.forEach((text, index) => setText(row.numbers[index], text));
  row.numbers[0].classList.toggle("live-best", own !== null && own === best);
}

function showProgress({ fill, bar }, name, share) {
  fill.style.width = `${share * 100}%`;
  setAttribute(bar, "aria-label", say("Progress of {0}", name));
  setAttribute(bar, "aria-valuenow", Math.round(share * 100));
}

function bestScore(record) {
  const real = scores(record).filter((value) => value !== null);
  return real.length ? Math.max(...real) : null;
}
