// The code as lines, each leading to its node. A line whose text did not change keeps its element, so that nothing jumps.
import { element, setAttribute } from "./elements.js";
import { colored } from "./code_colors.js";
import { say } from "./say.js";

export function newListing(onSelect) {
  const rows = element("ol", { role: "listbox", "aria-label": say("Code of the network") });
  const listing = { rows, lines: [], keys: [], owners: [], selected: ["", ""], active: 0, onSelect };
  rows.addEventListener("click", (event) => !getSelection()?.toString() && choose(listing, indexOf(listing, event.target)));
  rows.addEventListener("keydown", (event) => keyPressed(listing, event));
  return listing;
}

// --- painting

export function paintLines(listing, text, marks) {
  const texts = text.replace(/\n$/, "").split("\n");
  let open = "";
  const painted = texts.map((line) => {
    const before = open;
    const { pieces, open: after } = colored(line, before);
    open = after;
    return { key: before + line, pieces };
  });
  exchange(listing, painted);
  listing.owners = texts.map((_, index) => ownersOf(marks, index + 1));
  listing.lines.forEach((row, index) => describe(row, index, texts[index], listing.owners[index]));
  makeReachable(listing, listing.active);
}

// New elements for the lines between the first and the last that changed.
function exchange(listing, painted) {
  const { keys, lines, rows } = listing;
  const most = Math.min(keys.length, painted.length);
  let head = 0;
  while (head < most && keys[head] === painted[head].key) head += 1;
  let tail = 0;
  while (tail < most - head && keys.at(-1 - tail) === painted.at(-1 - tail).key) tail += 1;
  const fresh = painted.slice(head, painted.length - tail).map(newRow);
  for (const row of lines.splice(head, lines.length - tail - head, ...fresh)) row.remove();
  const next = lines[head + fresh.length] ?? null;
  for (const row of fresh) rows.insertBefore(row, next);
  listing.keys = painted.map(({ key }) => key);
}

function newRow({ pieces }) {
  const words = pieces.map(([kind, text]) => (kind ? element("span", { class: kind }, text) : text));
  return element("li", { role: "option", tabindex: "-1" }, element("code", {}, ...words));
}

function describe(row, index, text, owners) {
  setAttribute(row, "aria-label", say("Line {0}: {1}", index + 1, text.trim() || say("empty")));
  setAttribute(row, "aria-disabled", owners.length === 0);
  const names = owners.map(([block, node]) => (block ? say("{0} of the block {1}", node, block) : node)).join(", ");
  setAttribute(row, "title", names && say("Select {0}", names));
}

function ownersOf(marks, line) {
  return marks.filter(([, , first, last]) => first <= line && line <= last);
}

const same = ([block, node], [otherBlock, other]) => block === otherBlock && node === other;

// Marks the lines of a node. Whether they are others than before.
export function markLines(listing, selected) {
  const changed = !same(listing.selected, selected);
  listing.selected = selected;
  listing.lines.forEach((row, index) => setAttribute(row, "aria-selected", listing.owners[index].some((owner) => same(owner, selected))));
  return changed;
}

// Brings the marked lines into sight: those at the pointer if there are some, else the first. Only the listing scrolls.
export function showMarked(listing, view) {
  const marked = listing.lines.filter((row) => row.getAttribute("aria-selected") === "true");
  if (!marked.length) return;
  const inSight = marked.some((row) => row.offsetTop >= view.scrollTop && row.offsetTop + row.offsetHeight <= view.scrollTop + view.clientHeight);
  if (!inSight) view.scrollTop = marked[0].offsetTop - view.clientHeight / 3;
}

// --- clicks and keys

function indexOf(listing, target) {
  return listing.lines.indexOf(target?.closest?.("li"));
}

// A line that several nodes share leads from one to the next.
function choose(listing, index) {
  const owners = listing.owners[index] ?? [];
  if (!owners.length) return;
  const at = owners.findIndex((owner) => same(owner, listing.selected));
  const [block, node] = owners[(at + 1) % owners.length];
  makeReachable(listing, index);
  markLines(listing, [block, node]);
  listing.onSelect(block, node);
}

function keyPressed(listing, event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const index = indexOf(listing, event.target);
  const next = STEPS[event.key]?.(listing, index);
  if (event.key === "Enter" || event.key === " ") choose(listing, index);
  else if (next === undefined) return;
  else if (listing.lines[next]) makeReachable(listing, next), listing.lines[next].focus();
  event.preventDefault();
  event.stopPropagation(); // Streamlit has keys of its own
}

const STEPS = {
  ArrowDown: (listing, index) => listing.owners.findIndex((owners, each) => each > index && owners.length),
  ArrowUp: (listing, index) => listing.owners.findLastIndex((owners, each) => each < index && owners.length),
  Home: (listing) => listing.owners.findIndex((owners) => owners.length),
  End: (listing) => listing.owners.findLastIndex((owners) => owners.length),
};

function makeReachable(listing, index) {
  listing.active = Math.max(0, Math.min(index, listing.lines.length - 1));
  listing.lines.forEach((row, each) => setAttribute(row, "tabindex", each === listing.active ? 0 : -1));
}
