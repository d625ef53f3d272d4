// What the keys do, and what the colours stand for.
import { focusedLayer, goBack } from "./canvas_boxes.js";
import { element } from "./elements.js";
import { chordOf } from "./keys.js";
import { say } from "./say.js";

const KEY_LIST = [
  [say("Arrow keys"), say("walk along the wires")],
  [say("Space"), say("select")],
  [say("Shift+Space"), say("select one more layer, or one less")],
  ["Shift+↑, Shift+↓", say("select the next layer too, or let go of the last")],
  ["Enter", say("edit the arguments; Escape comes back. On a selected block: go into it")],
  ["F1", say("in the form: what an argument means")],
  ["Shift+F10", say("what can be done with the layer")],
  ["o", say("open a block here, or close it")],
  ["c", say("choose what feeds the layer")],
  ["i", say("select a wire that goes into the layer; again for the next one")],
  ["r", say("replace the layer, or all of its kind")],
  [say("/ or Ctrl+F"), say("find a layer")],
  ["a", say("add a layer behind this one, or on the selected wire: conv 32 k5; or any command")],
  ["Alt+↑, Alt+↓", say("move what is selected")],
  ["Delete", say("remove what is selected, layers or a wire")],
  ["Ctrl+D", say("duplicate what is selected")],
  ["Ctrl+C, X, V", say("copy, cut, paste")],
  [say("Shift+click, Shift+drag, Ctrl+A"), say("select several")],
  ["b", say("make a block of what is selected")],
  ["Ctrl+Z, Ctrl+Y", say("undo, redo")],
  ["n", say("name the dimensions: C16 H8 W8")],
  ["w", say("shade layers by their share of the parameters")],
  ["p", say("show what each layer gives for one example")],
  ["+, -, 0", say("zoom in, out, show everything")],
  ["Escape", say("let go")],
];

export function toggleHelp(canvas) {
  if (closeHelp(canvas)) return;
  const rows = KEY_LIST.map(([keys, act]) => [element("dt", {}, keys), element("dd", {}, act)]).flat();
  const close = element("button", { type: "button", class: "close", "aria-label": say("Close") }, "×");
  const tour = element("button", { type: "button", class: "take" }, say("Take the tour"));
  const help = element("div", { class: "help", role: "dialog", "aria-label": say("Keys and colours"), tabindex: "-1" }, close, element("h3", {}, say("Keys")), element("dl", {}, ...rows), element("h3", {}, say("Colours in this drawing")), newLegend(canvas), tour);
  close.addEventListener("click", () => closeHelp(canvas));
  tour.addEventListener("click", () => takeTour(canvas));
  help.addEventListener("keydown", (event) => {
    if (event.key === "Tab") return;
    event.stopPropagation();
    if (["Escape", "?"].includes(chordOf(event))) closeHelp(canvas);
  });
  canvas.help = { host: help, cameFrom: focusedLayer() };
  canvas.host.append(help);
  help.focus();
}

export function closeHelp(canvas) {
  const open = canvas.help;
  canvas.help = null;
  open?.host.remove();
  if (open) goBack(canvas, open.cameFrom);
  return Boolean(open);
}

export function takeTour(canvas) {
  closeHelp(canvas);
  document.dispatchEvent(new CustomEvent("layerloom:tour"));
}

function newLegend(canvas) {
  const families = [...new Set(canvas.data.boxes.map(({ family }) => family))];
  const items = families.map((family) => {
    const item = element("li", {}, element("span", { class: "stripe" }), say(family));
    item.dataset.family = family;
    return item;
  });
  return element("ul", { class: "legend" }, ...items);
}
