// The columns of the table of runs, and in which order its rows stand. To add a column, add it here and to run_rows.js.
import { element, setAttribute, setText } from "./elements.js";
import { stateInWords } from "./live_words.js";
import { say } from "./say.js";

// falls: which way a first click sorts; by: what is compared. What a run does not have stands last, either way.
export const COLUMNS = {
  name: { title: say("Name"), by: (run) => run.name.toLowerCase() },
  state: { title: say("State"), by: (run) => stateInWords(run.state) },
  data: { title: say("Data"), by: (run) => run.data.toLowerCase() },
  network: { title: say("Network"), by: (run) => run.network.toLowerCase() },
  loss: { title: say("Validation loss"), by: (run) => run.loss.last, number: true },
  score: { title: say("Accuracy or R²"), by: (run) => run.score.last, number: true, falls: true },
  duration: { title: say("Duration"), by: (run) => run.seconds, number: true, falls: true },
  started: { title: say("Started"), by: (run) => run.created, falls: true },
  tags: { title: say("Tags"), by: (run) => run.tags.join(" ").toLowerCase() || null },
};

export function newHead(view, again, onAll) {
  const all = element("input", { type: "checkbox", "aria-label": say("Choose all runs that are found") });
  all.addEventListener("change", onAll);
  const turn = (column) => {
    view.falling = view.column === column ? !view.falling : Boolean(COLUMNS[column].falls);
    view.column = column;
    again();
  };
  const heads = Object.fromEntries(Object.keys(COLUMNS).map((name) => [name, newHeading(name, turn)]));
  const box = element("th", { role: "columnheader", scope: "col", class: "box" }, element("label", {}, all));
  const row = element("tr", { role: "row" }, box, ...Object.values(heads).map(({ whole }) => whole));
  return { whole: element("thead", { role: "rowgroup" }, row), all, heads, select: newSortBy(view, again) };
}

function newHeading(name, turn) {
  const { title, number } = COLUMNS[name];
  const arrow = element("span", { class: "arrow", "aria-hidden": "true" });
  const button = element("button", { type: "button" }, title, arrow);
  button.addEventListener("click", () => turn(name));
  return { whole: element("th", { role: "columnheader", scope: "col", class: number ? "number" : "" }, button), arrow };
}

// In place of the headings where there is no room for columns.
function newSortBy(view, again) {
  const options = Object.entries(COLUMNS).flatMap(([name, { title }]) => [
    element("option", { value: `${name} up` }, say("{0}, rising", title)),
    element("option", { value: `${name} down` }, say("{0}, falling", title)),
  ]);
  const select = element("select", { "aria-label": say("Sort by") }, ...options);
  select.addEventListener("change", () => {
    const [column, way] = select.value.split(" ");
    Object.assign(view, { column, falling: way === "down" });
    again();
  });
  return element("label", { class: "sort" }, element("span", {}, say("Sort by")), select);
}

export function showOrder({ heads, select }, { column, falling }) {
  for (const [name, { whole, arrow }] of Object.entries(heads)) {
    setAttribute(whole, "aria-sort", name !== column ? "none" : falling ? "descending" : "ascending");
    setText(arrow, name !== column ? "" : falling ? "↓" : "↑");
  }
  select.querySelector("select").value = `${column} ${falling ? "down" : "up"}`;
}

export function ordered(runs, { column, falling }) {
  const { by } = COLUMNS[column];
  const keyed = runs.map((run) => [by(run), run]);
  keyed.sort(([one, first], [other, second]) => compared(one, other, falling) || second.created - first.created);
  return keyed.map(([, run]) => run);
}

function compared(one, other, falling) {
  if (one === null || other === null) return (one === null) - (other === null);
  const way = typeof one === "number" ? one - other : one.localeCompare(other);
  return falling ? -way : way;
}
