// The layer list: a row per layer, in order. Rows are selected by click, moved by their handle and removed with the
// button that appears beside the row under the pointer. The arrow keys walk through them; all other keys do what they do
// in the drawing, which is handed them.
import { acknowledge, closeOutbox, newOutbox, send } from "./outbox.js";
import { arrange, element, markTheme, setAttribute, setText, whenGone } from "./elements.js";
import { chordOf } from "./keys.js";
import { listenToHandles } from "./layer_drag.js";
import { say, withState } from "./say.js";
import { chosenNow, selectedNow } from "./selection.js";

const lists = new WeakMap();

export default function ({ data, parentElement, setTriggerValue }) {
  const list = lists.get(parentElement) ?? mountList(parentElement);
  acknowledge(list.outbox, data.acknowledged, setTriggerValue);
  list.data = data;
  if (!list.dragging) paintList(list); // a row in the hand stays there; letting go paints
  return whenGone(parentElement, () => {
    closeOutbox(list.outbox);
    document.removeEventListener("layerloom:selected", list.markElsewhere);
    lists.delete(parentElement);
  });
}

function mountList(root) {
  const host = root.querySelector(".layers");
  const rows = element("ul", { role: "listbox", "aria-multiselectable": "true", "aria-description": say("Arrow keys walk, Space selects, Enter edits, ? lists the keys.") });
  const remove = element("button", { type: "button", class: "remove", tabindex: "-1" }, "×");
  const empty = element("p", { class: "empty" }, say("No layers yet."));
  const list = { root, host, rows, remove, empty, items: new Map(), chosen: [], outbox: newOutbox("layers"), data: null, focused: "", pointed: "", dragging: false };
  list.send = (type, fields) => send(list.outbox, type, fields);
  list.repaint = () => paintList(list);
  list.markElsewhere = () => list.data && markRows(list, selectedNow(list.selected), chosenNow(list.chosen));
  document.addEventListener("layerloom:selected", list.markElsewhere);
  host.append(rows, remove, empty);
  listenToRows(list);
  listenToRemove(list);
  listenToHandles(list);
  lists.set(root, list);
  return list;
}

// --- painting

export function paintList(list) {
  const { data, rows, items } = list;
  const hadFocus = rowOf(list.root.getRootNode().activeElement);
  const isNew = !items.has(data.selected);
  list.host.style.height = `${data.height}px`;
  markTheme(list.host);
  setAttribute(rows, "aria-label", data.label);
  list.empty.hidden = data.items.length > 0;
  const wanted = new Set(data.items.map(({ id }) => id));
  for (const [id, { row }] of items) if (!wanted.has(id)) row.remove(), items.delete(id);
  for (const item of data.items) {
    if (!items.has(item.id)) items.set(item.id, newRow(item.id));
    paintRow(items.get(item.id), item);
  }
  arrange(rows, data.items.map(({ id }) => items.get(id).row));
  const isThere = (path) => items.has(rowOfPath(path));
  markRows(list, selectedNow(data.selected, isThere), chosenNow(data.chosen, isThere));
  if (hadFocus) focusRow(list, isNew || !items.has(hadFocus) ? list.selected : hadFocus); // on from what was added
  showRemove(list, list.pointed); // the row under the pointer may have moved, or be another one
}

function newRow(id) {
  const [title, subtitle, shape] = ["title", "subtitle", "shape"].map((name) => element("span", { class: name }));
  const handle = element("span", { class: "handle", "aria-hidden": "true", title: say("Drag to move (Alt and arrow keys)") });
  const words = element("span", { class: "words" }, title, subtitle);
  const row = element("li", { role: "option", tabindex: "-1", "aria-selected": "false" }, handle, element("span", { class: "stripe" }), words, shape);
  row.dataset.id = id;
  return { row, title, subtitle, shape };
}

const STATES = { error: say("error"), warning: say("warning") };

function paintRow({ row, title, subtitle, shape }, item) {
  row.dataset.state = item.state;
  row.dataset.family = item.family;
  setText(title, item.id);
  title.toggleAttribute("data-said", item.state in STATES);
  if (item.state in STATES) title.dataset.said = STATES[item.state];
  setText(subtitle, item.state === "waits" ? item.message : [item.subtitle, ...(item.marks ?? [])].join(", "));
  setText(shape, item.output ?? "");
  setAttribute(row, "title", [item.subtitle, say(item.family), ...(item.marks ?? []), item.message].filter(Boolean).join("\n"));
  const said = [item.id, item.subtitle, ...(item.marks ?? []), item.output && say("output {0}", item.output), item.message && withState(item)];
  setAttribute(row, "aria-label", said.filter(Boolean).join(", "));
}

// What stands in a frame has no row of its own: its block stands for it.
const rowOfPath = (path) => path.split("/")[0];

function markRows(list, path, chosen) {
  const id = rowOfPath(path);
  const changed = list.selected !== id;
  Object.assign(list, { selected: id, chosen });
  for (const [each, { row }] of list.items) setAttribute(row, "aria-selected", each === id || chosen.includes(each));
  if (!list.items.has(list.focused)) list.focused = list.items.has(id) ? id : list.data.items[0]?.id;
  makeReachable(list, list.focused);
  if (changed && list.items.has(id)) bringIntoSight(list, list.items.get(id).row);
}

function makeReachable(list, id) {
  list.focused = id;
  for (const [each, { row }] of list.items) setAttribute(row, "tabindex", each === id ? 0 : -1);
}

// scrollIntoView would scroll the page as well.
function bringIntoSight({ host }, row) {
  const [top, bottom] = [row.offsetTop - 4, row.offsetTop + row.offsetHeight + 4];
  if (top < host.scrollTop) host.scrollTop = top;
  else if (bottom > host.scrollTop + host.clientHeight) host.scrollTop = bottom - host.clientHeight;
}

function focusRow(list, id) {
  const item = list.items.get(id);
  if (!item) return;
  makeReachable(list, id);
  item.row.focus({ preventScroll: true });
  bringIntoSight(list, item.row);
}

// --- clicks and keys

export function rowOf(target) {
  return target?.closest?.("li")?.dataset.id ?? "";
}

function listenToRows(list) {
  list.rows.addEventListener("click", (event) => {
    const id = rowOf(event.target);
    if (!id || list.justDropped) return;
    if (event.shiftKey || event.ctrlKey || event.metaKey) handOn("Shift+Space", id), focusRow(list, id);
    else selectRow(list, id);
  });
  list.rows.addEventListener("keydown", (event) => {
    if (!keyPressed(list, event, rowOf(event.target))) return;
    event.preventDefault();
    event.stopPropagation(); // Streamlit has keys of its own
  });
}

function selectRow(list, id) {
  list.send("select", { id }); // which marks it
  focusRow(list, id);
}

// Whether the key means something, here or in the drawing. With Shift the arrow keys select, and walk on.
function keyPressed(list, event, id) {
  const chord = chordOf(event);
  const step = PLACES[chord.replace("Shift+", "")];
  const to = step ? placed(list, step, id) : "";
  const handled = chord in PLACES || handOn(chord, id, to);
  if (to && handled) focusRow(list, to);
  return handled;
}

// Whether the drawing takes it.
function handOn(chord, id, to = "") {
  return !document.dispatchEvent(new CustomEvent("layerloom:key", { detail: { chord, id, to }, cancelable: true }));
}

const PLACES = {
  ArrowDown: (place) => place + 1,
  ArrowUp: (place) => place - 1,
  Home: () => 0,
  End: (_place, last) => last,
};

function placed(list, step, id) {
  const ids = list.data.items.map((item) => item.id);
  const place = step(ids.indexOf(id), ids.length - 1);
  return ids[Math.max(0, Math.min(ids.length - 1, place))];
}

// --- the button beside a row. It stands outside the listbox, in which nothing but options may stand.

function listenToRemove(list) {
  list.rows.addEventListener("pointerover", (event) => showRemove(list, rowOf(event.target)));
  list.host.addEventListener("pointerleave", () => hideRemove(list));
  list.remove.addEventListener("click", () => list.send("remove", { ids: [list.remove.dataset.id] }));
}

function showRemove(list, id) {
  const item = list.items.get(id);
  markPointed(list, false);
  list.pointed = id;
  if (!item || list.dragging) return hideRemove(list);
  markPointed(list, true);
  list.remove.dataset.id = id;
  list.remove.title = say("Remove {0} (Delete key)", id);
  list.remove.setAttribute("aria-label", say("Remove {0}", id));
  list.remove.style.top = `${item.row.offsetTop + (item.row.offsetHeight - 26) / 2}px`;
  list.host.classList.add("can-remove");
}

// The pointed row's shape makes room for the button, also while the pointer is on the button.
function markPointed(list, pointed) {
  list.items.get(list.pointed)?.row.classList.toggle("pointed", pointed);
}

function hideRemove(list) {
  markPointed(list, false);
  list.pointed = "";
  list.host.classList.remove("can-remove");
}
