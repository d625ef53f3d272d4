// A list over the canvas to choose from by typing: what feeds a layer, which layer to go to, what to call a block.
import { focusedLayer, goBack, titleOf } from "./canvas_boxes.js";
import { element } from "./elements.js";
import { isComposing } from "./keys.js";
import { say } from "./say.js";

// options: [{ key, title, detail, family, marked }]; null while they are on their way. choose(key) and typed(words) are
// called once, with the menu closed; `typed` makes it a question for words instead. With `look` the options are not
// filtered here: look(menu) is called with every change of the words, decide(menu, option) gives the option to take, if it
// is time, and the option acts by itself. `more`: further options are on their way (addOptions). A `careful` option undoes
// something: it is not the marked one until it is typed or gone to.
export function openMenu(canvas, { label, hint, options = [], choose = null, typed = null, chips = null, look = null, decide = null, more = false }) {
  closeMenu(canvas);
  const search = element("input", { type: "text", role: typed ? "textbox" : "combobox", "aria-label": label, placeholder: hint, autocomplete: "off", spellcheck: "false" });
  const list = element("ul", { role: "listbox", id: "menu-list", "aria-label": label });
  if (!typed) for (const [name, value] of [["aria-controls", "menu-list"], ["aria-expanded", "true"], ["aria-autocomplete", "list"]]) search.setAttribute(name, value);
  const host = element("div", { class: "menu", role: "dialog", "aria-label": label }, element("p", { class: "heading" }, label));
  const menu = { host, search, list, options, shown: [], place: 0, choose, typed, chips, look, decide, more, cameFrom: focusedLayer() };
  menu.repaint = () => paintOptions(menu);
  menu.pick = (place) => pick(canvas, place);
  canvas.menu = menu;
  host.append(...(chips ? [newChips(chips)] : []), search, ...(typed ? [] : [list]));
  search.addEventListener("input", () => (look ? look(menu) : paintOptions(menu)));
  host.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (menuKey(canvas, event)) event.preventDefault();
  });
  host.addEventListener("focusout", (event) => event.relatedTarget && !host.contains(event.relatedTarget) && closeMenu(canvas));
  list.addEventListener("pointerdown", (event) => event.preventDefault()); // the words keep the focus
  list.addEventListener("click", (event) => pick(canvas, event.target.closest("li")?.dataset.place));
  canvas.host.append(host);
  if (look) look(menu);
  else paintOptions(menu);
  search.focus();
}

export function fillMenu(canvas, options) {
  canvas.menu.options = options;
  paintOptions(canvas.menu);
}

// The rest of the options: what is marked stays so, unless another fits better.
export function addOptions(canvas, options) {
  const { menu } = canvas;
  const marked = menu.place > 0 && menu.shown[menu.place];
  Object.assign(menu, { options: [...menu.options, ...options], more: false });
  paintOptions(menu);
  if (marked) menu.place = menu.shown.indexOf(marked);
  markOption(menu);
  if (menu.hasty) pick(canvas, menu.place);
}

// The answer to a menu that was opened before it was known: what was typed meanwhile counts, and Enter too.
export function answerMenu(canvas, given) {
  const { search, cameFrom, hasty } = canvas.menu;
  openMenu(canvas, given);
  Object.assign(canvas.menu, { cameFrom });
  canvas.menu.search.value = search.value;
  paintOptions(canvas.menu);
  if (hasty) pick(canvas, canvas.menu.place);
}

export function closeMenu(canvas) {
  const { menu } = canvas;
  canvas.menu = null;
  menu?.host.remove();
  return menu;
}

function newChips({ label, names, chosen, choose }) {
  const buttons = names.map((name, place) => {
    const button = element("button", { type: "button", role: "radio", "aria-checked": place === chosen }, name);
    button.addEventListener("click", () => {
      for (const each of buttons) each.setAttribute("aria-checked", each === button);
      choose(place);
    });
    return button;
  });
  return element("div", { class: "chips", role: "radiogroup", "aria-label": label }, ...buttons);
}

// --- the options that fit the words

function paintOptions(menu) {
  if (menu.typed) return;
  menu.shown = menu.look ? menu.options : fitting(menu);
  menu.place = menu.shown[0]?.careful && !wordsOf(menu).length ? -1 : 0;
  const empty = menu.options === null || menu.more ? say("Looking…") : say("Nothing matches.");
  menu.list.replaceChildren(...(menu.shown.length ? menu.shown.map(newOption) : [element("li", { class: "nothing", role: "status" }, empty)]));
  markOption(menu);
}

function fitting(menu) {
  const words = wordsOf(menu);
  const fits = ({ title, detail = "" }) => words.every((word) => `${title} ${detail}`.toLowerCase().includes(word));
  return (menu.options ?? []).filter(fits).toSorted((one, other) => begins(other, words) - begins(one, words));
}

const wordsOf = ({ search }) => search.value.toLowerCase().split(/\s+/).filter(Boolean);

// Of a path, stage1/conv, the layer's own name counts too.
const begins = ({ title }, [first = ""]) => [title, titleOf({ id: title })].some((name) => name.toLowerCase().startsWith(first));

function newOption({ title, detail = "", family = "", marked = "" }, place) {
  const words = element("span", { class: "words" }, element("b", {}, title), element("small", {}, detail));
  const item = element("li", { role: "option", id: `menu-${place}`, "aria-selected": "false" }, element("span", { class: "stripe" }), words, element("em", {}, marked));
  item.dataset.place = place;
  item.dataset.family = family;
  return item;
}

function markOption(menu) {
  const items = [...menu.list.querySelectorAll('[role="option"]')];
  for (const [place, item] of items.entries()) item.setAttribute("aria-selected", place === menu.place);
  menu.search.setAttribute("aria-activedescendant", items[menu.place]?.id ?? "");
  items[menu.place]?.scrollIntoView({ block: "nearest" });
}

const MENU_STEPS = { ArrowDown: 1, ArrowUp: -1 };

function menuKey(canvas, event) {
  const { menu } = canvas;
  if (isComposing(event)) return false; // Enter, Escape and the arrow keys are for the words that are being composed
  if (event.key === "Escape") {
    closeMenu(canvas);
    goBack(canvas, menu.cameFrom);
  } else if (event.key === "Enter" && event.target === menu.search) pickMarked(canvas);
  else if (MENU_STEPS[event.key] && menu.shown.length) {
    const from = menu.place < 0 && event.key === "ArrowUp" ? 0 : menu.place;
    menu.place = (from + MENU_STEPS[event.key] + menu.shown.length) % menu.shown.length;
    markOption(menu);
  } else return false;
  return true;
}

// Enter is kept until all options are there, unless those that come would not go before the marked one.
function pickMarked(canvas) {
  const { menu } = canvas;
  const isSure = menu.place > 0 || (menu.shown[0] && begins(menu.shown[0], wordsOf(menu)));
  menu.hasty = menu.options === null || (menu.more && !isSure);
  if (!menu.hasty) pick(canvas, menu.place);
}

function pick(canvas, place) {
  const { menu } = canvas;
  const words = menu.search.value.trim();
  const option = menu.decide ? menu.decide(menu, menu.shown[place]) : menu.shown[place];
  if (menu.typed ? !words : !option) return;
  closeMenu(canvas);
  goBack(canvas, menu.cameFrom);
  if (menu.typed) menu.typed(words);
  else if (menu.decide) option.act();
  else menu.choose(option.key);
}
