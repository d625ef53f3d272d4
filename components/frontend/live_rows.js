// The names beside a map, one for each row: a name that is cut comes whole under the mouse or with the focus, and the
// arrow keys go from layer to layer.
import { element, setAttribute, setText } from "./elements.js";
import { say } from "./say.js";

const MOVES = { ArrowUp: -1, ArrowDown: 1, Home: -Infinity, End: Infinity };

export function newRows(onChoose) {
  const host = element("div", { class: "live-rows", role: "listbox", "aria-label": say("Layers of the map") });
  const rows = { host, names: [], chosen: "", onChoose };
  host.addEventListener("click", ({ target }) => choose(rows, rowOf(rows, target)));
  host.addEventListener("keydown", (event) => {
    const at = rowOf(rows, event.target);
    if (at < 0 || !(event.key in MOVES)) return;
    event.preventDefault();
    const next = Math.max(0, Math.min(rows.names.length - 1, at + MOVES[event.key]));
    choose(rows, next);
    host.children[next].focus();
  });
  return rows;
}

const rowOf = ({ host }, target) => [...host.children].indexOf(target.closest("[role=option]"));

const choose = ({ names, onChoose }, at) => at >= 0 && onChoose(names[at]);

export function showRows(rows, names, chosen) {
  const { host } = rows;
  Object.assign(rows, { names, chosen });
  while (host.children.length > names.length) host.lastChild.remove();
  while (host.children.length < names.length) host.append(newRow());
  names.forEach((name, at) => {
    const row = host.children[at];
    setText(row.firstChild, name);
    setAttribute(row, "title", name);
    setAttribute(row, "aria-selected", name === chosen);
    setAttribute(row, "tabindex", name === chosen ? 0 : -1);
  });
}

// A name is cut at its beginning, for its end tells it from its neighbours: so it lies in an isolate, written from left
// to right, in a row that runs from right to left.
const newRow = () => element("div", { class: "live-row", role: "option" }, element("bdi"));
