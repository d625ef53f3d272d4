// One row of the table of runs.
import { element, setAttribute, setText } from "./elements.js";
import { COLUMNS } from "./run_order.js";
import { duration, number, percent, stateInWords } from "./live_words.js";
import { say } from "./say.js";

export function newRow(id) {
  const cells = Object.fromEntries(Object.keys(COLUMNS).map((column) => [column, newCell(column)]));
  const box = element("input", { type: "checkbox" });
  const name = element("button", { type: "button", class: "name" });
  const state = element("span", { class: "state" });
  const [variant, progress, bestLoss, bestScore] = Array.from({ length: 4 }, () => element("span", { class: "more" }));
  cells.name.append(name, variant);
  cells.state.append(state, progress);
  cells.loss.append(element("span"), bestLoss);
  cells.score.append(element("span"), bestScore);
  const first = element("td", { role: "cell", class: "box" }, element("label", {}, box));
  const whole = element("tr", { role: "row" }, first, ...Object.values(cells));
  whole.dataset.id = id;
  return { whole, box, name, variant, cells, state, progress, bestLoss, bestScore };
}

function newCell(column) {
  const { title, number: isNumber } = COLUMNS[column];
  const role = column === "name" ? { role: "rowheader", scope: "row" } : { role: "cell" };
  const cell = element(column === "name" ? "th" : "td", { ...role, class: isNumber ? `number ${column}` : column });
  cell.dataset.title = title;
  return cell;
}

export function showRow(row, run, language) {
  const { cells } = row;
  setAttribute(row.box, "aria-label", say("Choose {0}", run.said));
  setText(row.name, run.name);
  setText(row.variant, [run.variant, run.forked ? say("forked") : "", run.note ? say("has a note") : ""].filter(Boolean).join(" · "));
  row.state.dataset.state = run.state;
  setText(row.state, stateInWords(run.state));
  setText(row.progress, progressInWords(run));
  setText(cells.data, run.data);
  setText(cells.network, run.network);
  showFigure(cells.loss, row.bestLoss, run.loss, number);
  showFigure(cells.score, row.bestScore, run.score, run.score.name === "accuracy" ? percent : r2);
  setText(cells.duration, run.seconds ? duration(run.seconds) : "–");
  setText(cells.started, moment(run.created, language));
  showTags(cells.tags, run.tags);
}

const r2 = (value) => (value === null ? "–" : `R² ${number(value)}`);

function showFigure(cell, best, { last, best: top }, written) {
  setText(cell.firstChild, written(last));
  setText(best, top === null || written(top) === written(last) ? "" : say("best {0}", written(top)));
}

const formats = new Map();

function moment(seconds, language) {
  if (!formats.has(language)) formats.set(language, new Intl.DateTimeFormat(language, { month: "short", day: "numeric", hour: "2-digit", minute: "2-digit" }));
  return formats.get(language).format(new Date(seconds * 1000));
}

function showTags(cell, tags) {
  if (cell.textContent === tags.join("") && cell.childElementCount === tags.length) return;
  cell.replaceChildren(...tags.map((tag) => element("span", { class: "tag" }, tag)));
}

function progressInWords({ state, place, epoch, epochs }) {
  if (state === "done") return "";
  if (state === "queued" && place) return say("number {0} in the queue", place);
  return say("epoch {0} of {1}", epoch, epochs);
}
