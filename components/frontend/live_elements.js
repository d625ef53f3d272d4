// The parts that the live charts are made of: sections, toggles and choices, each with its name.
import { element } from "./elements.js";

let numbered = 0;

export const newId = (word) => `live-${word}-${++numbered}`;

export function toggleButton(label, onChange, pressed = false) {
  const button = element("button", { type: "button", class: "live-toggle", "aria-pressed": pressed }, label);
  button.addEventListener("click", () => {
    const now = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", now);
    onChange(now);
  });
  return button;
}

export function labelledSelect(label, onChange) {
  const id = newId("select");
  const select = element("select", { id });
  select.addEventListener("change", () => onChange(select.value));
  const whole = element("div", { class: "live-select" }, element("label", { for: id }, label), select);
  return { whole, select };
}

export function setOptions(select, options, chosen) {
  const wanted = JSON.stringify(options);
  if (select.dataset.options !== wanted) {
    select.replaceChildren(...options.map(({ value, text }) => element("option", { value }, text)));
    select.dataset.options = wanted;
  }
  if (select.value !== String(chosen)) select.value = chosen;
}

export function section(title, ...controls) {
  const id = newId("section");
  const grid = element("div", { class: "live-grid" });
  const head = element("div", { class: "live-head" }, element("h3", { id }, title), ...controls);
  const whole = element("section", { "aria-labelledby": id }, head, grid);
  return { whole, head, grid };
}

// Puts new children into an element where what they are made of has changed; else what is open there stays open.
export function refill(host, facts, make) {
  const key = JSON.stringify(facts);
  if (host.dataset.made === key) return;
  host.dataset.made = key;
  host.replaceChildren(...make());
}
