// The table of runs: a filter above it, fifty runs at a time, sorted by any column. A click on a run chooses it alone;
// its box adds it to those chosen. The arrow keys walk through the runs.
import { acknowledge, closeOutbox, newOutbox, send } from "./outbox.js";
import { arrange, element, markTheme, setAttribute, setText, whenGone } from "./elements.js";
import { newFilter, passing, showOptions } from "./run_filter.js";
import { newHead, ordered, showOrder } from "./run_order.js";
import { newRow, showRow } from "./run_rows.js";
import { say } from "./say.js";

const AT_ONCE = 50;
const tables = new WeakMap();
// How the table is looked at outlives a change of page.
const kept = (globalThis.layerloomRuns ??= { words: "", state: "", data: "", tag: "", column: "started", falling: true, page: 0 });

export default function ({ data, parentElement, setTriggerValue }) {
  const table = tables.get(parentElement) ?? mountTable(parentElement);
  acknowledge(table.outbox, data.acknowledged, setTriggerValue);
  table.data = data;
  if (!table.outbox.waiting.length) table.chosen = new Set(data.chosen);
  paint(table);
  return whenGone(parentElement, () => {
    closeOutbox(table.outbox);
    tables.delete(parentElement);
  });
}

function mountTable(root) {
  const host = root.querySelector(".runs");
  const table = { root, host, view: kept, chosen: new Set(), rows: new Map(), focused: "", outbox: newOutbox("runs") };
  const again = () => {
    kept.page = 0;
    paint(table);
  };
  table.filter = newFilter(kept, again);
  table.head = newHead(kept, again, () => chooseAll(table));
  table.status = element("p", { class: "status", role: "status" });
  table.body = element("tbody", { role: "rowgroup" });
  const whole = element("table", { role: "table", "aria-label": say("Runs") }, table.head.whole, table.body);
  table.scroller = element("div", { class: "scroller" }, whole);
  table.pages = newPages(table);
  host.append(table.filter.whole, table.head.select, table.status, table.scroller, table.pages.whole);
  listen(table);
  tables.set(root, table);
  return table;
}

// --- painting

function paint(table) {
  const { data, view } = table;
  markTheme(table.host);
  showOptions(table.filter, data.runs);
  showOrder(table.head, view);
  table.found = ordered(passing(data.runs, view), view);
  const last = Math.max(0, Math.ceil(table.found.length / AT_ONCE) - 1);
  view.page = Math.min(view.page, last);
  const first = view.page * AT_ONCE;
  table.seen = table.found.slice(first, first + AT_ONCE);
  paintRows(table);
  showPages(table, first, last);
  markChosen(table);
}

function paintRows(table) {
  const { rows, seen, body } = table;
  const active = table.root.getRootNode().activeElement;
  const wanted = new Set(seen.map(({ id }) => id));
  for (const [id, row] of rows) if (!wanted.has(id)) row.whole.remove(), rows.delete(id);
  for (const run of seen) {
    if (!rows.has(run.id)) rows.set(run.id, newRow(run.id));
    showRow(rows.get(run.id), run, table.data.language);
  }
  arrange(body, seen.map(({ id }) => rows.get(id).whole));
  makeReachable(table, wanted.has(table.focused) ? table.focused : seen[0]?.id);
  if (active && table.host.contains(active) && !active.isConnected) rows.get(table.focused)?.name.focus();
}

function markChosen(table) {
  for (const [id, { whole, box }] of table.rows) {
    const chosen = table.chosen.has(id);
    box.checked = chosen;
    whole.toggleAttribute("data-chosen", chosen);
  }
  const among = table.found.filter(({ id }) => table.chosen.has(id)).length;
  const { all } = table.head;
  all.checked = among > 0 && among === table.found.length;
  all.indeterminate = among > 0 && !all.checked;
  setText(table.status, inWords(table));
}

function inWords({ found, data, chosen }) {
  if (!found.length) return say("No run matches. Change the words or the choices above.");
  const every = data.runs.length === 1 ? say("1 run") : say("{0} runs", data.runs.length);
  const many = found.length === data.runs.length ? every : say("{0} of {1} runs", found.length, data.runs.length);
  return chosen.size ? say("{0}, {1} chosen", many, chosen.size) : many;
}

// --- fifty at a time

function newPages(table) {
  const turn = (by) => () => {
    table.view.page += by;
    paint(table);
    table.scroller.scrollTop = 0;
  };
  const back = element("button", { type: "button" }, say("Previous page"));
  const on = element("button", { type: "button" }, say("Next page"));
  back.addEventListener("click", turn(-1));
  on.addEventListener("click", turn(1));
  const where = element("span");
  const whole = element("nav", { class: "pages", "aria-label": say("Pages of the table") }, back, where, on);
  return { whole, back, on, where };
}

function showPages({ pages, seen, found, view }, first, last) {
  pages.whole.hidden = last === 0;
  pages.back.disabled = view.page === 0;
  pages.on.disabled = view.page === last;
  setText(pages.where, say("{0} to {1} of {2}", first + 1, first + seen.length, found.length));
}

// --- choosing

function choose(table, ids) {
  table.chosen = new Set(ids);
  send(table.outbox, "choose", { ids: [...table.chosen] });
  markChosen(table);
}

function toggle(table, id) {
  const ids = new Set(table.chosen);
  if (!ids.delete(id)) ids.add(id);
  choose(table, ids);
}

// All that are found, on the other pages too; or none of them.
function chooseAll(table) {
  const ids = table.found.map(({ id }) => id);
  choose(table, ids.every((id) => table.chosen.has(id)) ? [...table.chosen].filter((id) => !ids.includes(id)) : [...new Set([...table.chosen, ...ids])]);
}

function listen(table) {
  table.body.addEventListener("click", (event) => {
    const id = event.target.closest("tr")?.dataset.id;
    if (!id) return;
    makeReachable(table, id);
    if (event.target.closest("label")) {
      if (event.target.matches("input")) toggle(table, id); // its label tells the box, which tells us
    } else choose(table, [id]);
  });
  table.body.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !(event.key in STEPS)) return;
    event.preventDefault();
    walk(table, STEPS[event.key], event.target);
  });
  table.host.addEventListener("keydown", (event) => event.stopPropagation()); // Streamlit has keys of its own
}

const STEPS = { ArrowDown: (at) => at + 1, ArrowUp: (at) => at - 1, Home: () => 0, End: (_at, last) => last };

// To another run, staying on its name or on its box.
function walk(table, step, from) {
  const ids = table.seen.map(({ id }) => id);
  const at = ids.indexOf(from.closest("tr").dataset.id);
  const id = ids[Math.max(0, Math.min(ids.length - 1, step(at, ids.length - 1)))];
  makeReachable(table, id);
  const { name, box, whole } = table.rows.get(id);
  (from.matches("input") ? box : name).focus({ preventScroll: true });
  bringIntoSight(table.scroller, whole);
}

// The keyboard reaches one run by Tab, and the others from there.
function makeReachable(table, id) {
  table.focused = id ?? "";
  for (const [each, { name, box }] of table.rows)
    for (const control of [name, box]) setAttribute(control, "tabindex", each === id ? 0 : -1);
}

// scrollIntoView would scroll the page as well.
function bringIntoSight(scroller, row) {
  const head = scroller.querySelector("thead").offsetHeight;
  const [top, bottom] = [row.offsetTop - head, row.offsetTop + row.offsetHeight];
  if (top < scroller.scrollTop) scroller.scrollTop = top;
  else if (bottom > scroller.scrollTop + scroller.clientHeight) scroller.scrollTop = bottom - scroller.clientHeight;
}
