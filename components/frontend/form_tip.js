// What an argument means, beside its field: while the pointer rests on its name, after a click on the question mark, and
// with F1 in the field.
import { element } from "./elements.js";

const REST = 350; // milliseconds on the name until it is explained
const ROOM = 8; // pixels to the window's edge

export function newTip(host) {
  const bubble = element("div", { class: "tip", role: "tooltip", hidden: "" });
  const tip = { bubble, host, of: null, timer: 0 };
  tip.hide = () => {
    clearTimeout(tip.timer);
    tip.of = null;
    bubble.hidden = true;
  };
  tip.listen = (field, top) => explain(tip, field, top);
  return tip;
}

function explain(tip, field, top) {
  const toggle = () => (tip.of === field ? tip.hide() : showTip(tip, field, top));
  top.addEventListener("pointerenter", ({ pointerType }) => {
    if (pointerType === "mouse" && field.data.help) tip.timer = setTimeout(() => showTip(tip, field, top), REST);
  });
  top.addEventListener("pointerleave", ({ pointerType }) => pointerType === "mouse" && tip.hide());
  field.help.addEventListener("click", () => showTip(tip, field, top));
  field.help.addEventListener("blur", tip.hide);
  field.input.addEventListener("blur", tip.hide);
  field.input.addEventListener("keydown", (event) => {
    if (event.key === "F1" && field.data.help) event.preventDefault(), toggle();
    else if (event.key === "Escape" && tip.of === field) event.preventDefault(), tip.hide();
  });
}

function showTip(tip, field, top) {
  const { bubble, host } = tip;
  clearTimeout(tip.timer);
  tip.of = field;
  if (bubble.parentNode !== host.parentNode) host.after(bubble); // the form arranges its own children
  bubble.dataset.theme = host.dataset.theme;
  bubble.textContent = field.data.help;
  bubble.hidden = false;
  const [name, { width, height }] = [top.getBoundingClientRect(), bubble.getBoundingClientRect()];
  const above = name.top - height - ROOM;
  bubble.style.left = `${Math.max(ROOM, Math.min(name.left, innerWidth - width - ROOM))}px`;
  bubble.style.top = `${above > ROOM ? above : field.whole.getBoundingClientRect().bottom + ROOM}px`;
}
