// What the keys do, and what the colours stand for.
import { element } from "./elements.js";

const KEY_LIST = [
  ["Arrow keys", "walk along the wires"],
  ["Space", "select"],
  ["Enter", "edit the arguments; Escape comes back. On a selected block: go into it"],
  ["Shift+F10", "what can be done with the layer"],
  ["o", "open a block here, or close it"],
  ["c", "choose what feeds the layer"],
  ["i", "select a wire that goes into the layer; again for the next one"],
  ["r", "replace the layer, or all of its kind"],
  ["/ or Ctrl+F", "find a layer"],
  ["a", "add a layer behind this one, or on the selected wire: conv 32 k5; or any command"],
  ["Alt+↑, Alt+↓", "move the layer"],
  ["Delete", "remove the layer, or the selected wire"],
  ["Ctrl+D", "duplicate"],
  ["Ctrl+C, X, V", "copy, cut, paste"],
  ["Shift+click, Shift+drag, Ctrl+A", "select several"],
  ["b", "make a block of what is selected"],
  ["Ctrl+Z, Ctrl+Y", "undo, redo"],
  ["n", "name the dimensions: C16 H8 W8"],
  ["w", "shade layers by their share of the parameters"],
  ["p", "show what each layer gives for one example"],
  ["+, -, 0", "zoom in, out, show everything"],
  ["Escape", "let go"],
];

export function toggleHelp(canvas) {
  if (closeHelp(canvas)) return;
  const rows = KEY_LIST.map(([keys, act]) => [element("dt", {}, keys), element("dd", {}, act)]).flat();
  const close = element("button", { type: "button", class: "close", "aria-label": "Close" }, "×");
  const tour = element("button", { type: "button", class: "take" }, "Take the tour");
  const help = element("div", { class: "help", role: "dialog", "aria-label": "Keys and colours", tabindex: "-1" }, close, element("h3", {}, "Keys"), element("dl", {}, ...rows), element("h3", {}, "Colours in this drawing"), newLegend(canvas), tour);
  close.addEventListener("click", () => closeHelp(canvas));
  tour.addEventListener("click", () => takeTour(canvas));
  help.addEventListener("keydown", (event) => {
    if (event.key === "Tab") return;
    event.stopPropagation();
    if (event.key === "Escape" || event.key === "?") closeHelp(canvas);
  });
  canvas.help = help;
  canvas.host.append(help);
  help.focus();
}

export function closeHelp(canvas) {
  const open = canvas.help;
  canvas.help = null;
  open?.remove();
  if (open) canvas.focus(canvas.focused);
  return Boolean(open);
}

export function takeTour(canvas) {
  closeHelp(canvas);
  document.dispatchEvent(new CustomEvent("layerloom:tour"));
}

function newLegend(canvas) {
  const families = [...new Set(canvas.data.boxes.map(({ family }) => family))];
  const items = families.map((family) => {
    const item = element("li", {}, element("span", { class: "stripe" }), family);
    item.dataset.family = family;
    return item;
  });
  return element("ul", { class: "legend" }, ...items);
}
