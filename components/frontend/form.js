// A form: what Python says there is to enter, to press and to read. What is entered is sent at once. Elements are kept
// from drawing to drawing and from layer to layer, so that the focus, and what is being typed, stay.
import { acknowledge, closeOutbox, newOutbox, send } from "./outbox.js";
import { arrange, element, markTheme, setAttribute, setText, shape, whenGone } from "./elements.js";
import { newField, paintField } from "./form_fields.js";
import { newTip } from "./form_tip.js";
import { isComposing } from "./keys.js";

const forms = new WeakMap();

export default function ({ data, parentElement, setTriggerValue }) {
  const form = forms.get(parentElement) ?? mountForm(parentElement, data.name);
  acknowledge(form.outbox, data.acknowledged, setTriggerValue);
  form.of = data.of;
  markTheme(form.host);
  paintParts(form, data.parts);
  comeHere(form);
  return whenGone(parentElement, () => {
    closeOutbox(form.outbox);
    form.tip.hide();
    document.removeEventListener("layerloom:edit", form.called);
    forms.delete(parentElement);
  });
}

function mountForm(root, name) {
  const host = root.querySelector(".form");
  const form = { root, host, of: "", parts: new Map(), fields: new Map(), outbox: newOutbox(name) };
  form.tip = newTip(host);
  form.send = (type, fields) => send(form.outbox, type, { form: form.of, ...fields });
  form.waits = (number) => form.outbox.waiting.some((event) => event.number === number);
  form.called = () => comeHere(form);
  document.addEventListener("layerloom:edit", form.called);
  host.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.defaultPrevented && !isComposing(event)) document.dispatchEvent(new CustomEvent("layerloom:back"));
  });
  forms.set(root, form);
  return form;
}

// Enter in the drawing leads here: globalThis.layerloomEdit is the form that is waited for. An argument that is read off
// the input is seldom what one came for.
function comeHere(form) {
  if (globalThis.layerloomEdit !== form.of) return;
  const typed = (fields) => fields.map(({ input }) => input).filter((input) => input?.matches("input:not([type=checkbox])"));
  const first = typed([...form.fields.values()].filter(({ first, folded }) => first && !folded));
  const field = first.find(({ value }) => value) ?? first[0] ?? typed([...form.fields.values()])[0];
  if (!field) return; // the other half of the form has it
  globalThis.layerloomEdit = "";
  field.focus();
  field.select();
}

// --- the parts, each with the elements of the one that stood in its place before

const PAINT = { heading: paintHeading, buttons: paintButtons, fields: paintFields, lines: paintLines };

function paintParts(form, parts) {
  const places = new Map();
  for (const part of parts) {
    const count = [...places.values()].filter(({ part: other }) => other.part === part.part).length;
    places.set(nameOf(part, count), { part });
  }
  for (const [name, { whole }] of form.parts) if (!places.has(name)) whole.remove(), form.parts.delete(name);
  const keys = new Set(parts.flatMap(({ fields = [] }) => fields.map(({ key }) => key)));
  for (const [key, { whole }] of form.fields) if (!keys.has(key)) whole.remove(), form.fields.delete(key);
  for (const [name, { part }] of places) {
    if (!form.parts.has(name)) form.parts.set(name, newPart(part));
    PAINT[part.part](form, form.parts.get(name), part);
  }
  arrange(form.host, [...places.keys()].map((name) => form.parts.get(name).whole));
}

// Fields go by the first of them: one that comes or goes above must not move the others, as that takes the focus.
function nameOf({ part, title, fields }, count) {
  if (part !== "fields") return `${part} ${count}`;
  return title ? `fold ${title}` : `fields ${fields[0].key}`;
}

function newPart({ part, title }) {
  if (part !== "fields") return { whole: element("div", { class: part }), inner: null };
  const inner = element("div", { class: "grid" });
  if (!title) return { whole: inner, inner };
  return { whole: element("details", {}, element("summary", {}, title), inner), inner };
}

function paintHeading(form, { whole }, { title, words, link }) {
  if (!whole.firstChild) whole.append(element("h4"), element("p", {}, element("span"), " ", element("a", { target: "_blank", rel: "noreferrer" })));
  const [heading, [sentence, address]] = [whole.firstChild, whole.lastChild.children];
  setText(heading, title);
  setText(sentence, words);
  address.hidden = !link;
  if (!link) return;
  setText(address, link[0]);
  setAttribute(address, "href", link[1]);
}

const ICONS = {
  up: "M8 13V3M4 7L8 3L12 7",
  down: "M8 3v10M4 9L8 13L12 9",
  copy: "M6 6h7v7h-7zM10 6V3H3v7h3",
  delete: "M3 4.5h10M6.5 4.5V3h3v1.5M4.5 4.5L5.2 13h5.6L11.5 4.5M7 7v3.5M9 7v3.5",
};

function paintButtons(form, { whole }, { buttons }) {
  const names = buttons.map(({ key }) => key).join();
  if (whole.dataset.names === names) return;
  whole.dataset.names = names;
  whole.replaceChildren(...buttons.map(({ key, label, icon }) => {
    const inner = icon ? shape("svg", { viewBox: "0 0 16 16", "aria-hidden": "true" }, shape("path", { d: ICONS[icon] })) : label;
    const button = element("button", { type: "button", ...(icon ? { "aria-label": label, title: label } : {}) }, inner);
    button.addEventListener("click", () => form.send("press", { key }));
    return button;
  }));
}

function paintFields(form, { inner, whole }, { fields, first }) {
  for (const field of fields) {
    let made = form.fields.get(field.key);
    if (made?.type !== field.type || made.slides !== Boolean(field.slider)) {
      made?.whole.remove();
      made = newField(form, field);
      form.fields.set(field.key, made);
    }
    Object.assign(made, { first: Boolean(first), folded: whole.localName === "details" });
    paintField(form, made, field);
  }
  arrange(inner, fields.map(({ key }) => form.fields.get(key).whole));
}

function paintLines(form, { whole }, { lines, strong }) {
  const outputs = strong.map(([name, size]) => element("p", { class: "output" }, `${name} `, element("strong", {}, size)));
  const painted = JSON.stringify([form.of, lines, strong]);
  if (whole.dataset.painted === painted) return;
  // While a mistake keeps them from being known, their room stays: what is being entered must not move.
  const gone = whole.dataset.of === form.of && !lines.length && !strong.length;
  whole.style.minHeight = gone ? `${whole.offsetHeight}px` : "";
  Object.assign(whole.dataset, { painted, of: form.of });
  whole.replaceChildren(...outputs, ...lines.map((line) => element("p", {}, line)));
}
