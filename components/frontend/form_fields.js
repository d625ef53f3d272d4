// The fields of a form. What is typed is sent when the field is left or Enter is pressed, a step, a tick and a choice at
// once. While something is being typed, or is on its way to Python, nothing that Python says is put in its place.
import { element, setAttribute, setText } from "./elements.js";
import { isComposing } from "./keys.js";
import { say } from "./say.js";

let made = 0; // for ids

export function newField(form, { key, type, slider }) {
  const id = `field-${(made += 1)}`;
  const name = element("span", { class: "name" });
  const label = element("label", { for: id }, name);
  const help = element("button", { type: "button", class: "help", tabindex: "-1" }, "?");
  const field = { key, type, slides: Boolean(slider), name, help, data: null, shown: undefined, sent: 0 };
  field.problem = element("p", { id: `${id}-problem`, class: "problem", "aria-live": "polite" });
  const control = NEW_CONTROL[type](form, field, id);
  const top = element("div", { class: "top" }, label, help);
  field.whole = element("div", { class: `field ${type}` }, ...(type === "check" ? [control, top] : [top, control]), field.problem);
  form.tip.listen(field, top);
  return field;
}

export function paintField(form, field, data) {
  const { input, name, help, whole, problem } = field;
  field.data = data;
  setText(name, data.label);
  help.hidden = !data.help;
  setAttribute(help, "aria-label", say("Help for {0}", data.label));
  whole.classList.toggle("wide", Boolean(data.wide));
  setAttribute(input, "aria-description", data.help ?? "");
  setText(problem, data.problem ?? "");
  setAttribute(input, "aria-invalid", Boolean(data.problem));
  setAttribute(input, "aria-errormessage", problem.id);
  PAINT_CONTROL[data.type](form, field, data);
}

// Whether what the field shows is newer than what Python says.
const isAhead = (form, field) => form.waits(field.sent);

function enter(form, field, value) {
  field.shown = value;
  field.sent = form.send("set", { key: field.key, value });
}

// --- text and numbers

function newText(form, field, id) {
  const input = element("input", { id, type: "text", autocomplete: "off", spellcheck: "false" });
  field.input = input;
  listenToTyping(form, field);
  return input;
}

function listenToTyping(form, field) {
  const { input } = field;
  const commit = () => {
    const emptied = input.value === "" && field.type === "number" && (input.validity.badInput || !field.data.clearable);
    if (emptied) input.value = field.shown;
    if (input.value !== field.shown) enter(form, field, input.value);
  };
  input.addEventListener("blur", commit);
  input.addEventListener("keydown", (event) => event.key === "Enter" && !isComposing(event) && commit());
}

function paintText(form, field, { value, placeholder = "", longest }) {
  const { input } = field;
  setAttribute(input, "placeholder", placeholder);
  if (longest) input.maxLength = longest;
  else input.removeAttribute("maxlength");
  const isTyping = input.getRootNode().activeElement === input && field.shown !== undefined && input.value !== field.shown;
  if (isTyping || isAhead(form, field)) return;
  field.shown = value;
  if (input.value !== value) input.value = value;
}

function newNumber(form, field, id) {
  const input = element("input", { id, type: "number", step: "any", inputmode: "decimal", autocomplete: "off" });
  field.input = input;
  field.range = element("input", { type: "range", class: "slider" });
  field.range.hidden = !field.slides;
  field.steppers = [-1, 1].map((way) => {
    const button = element("button", { type: "button", class: "step", tabindex: "-1" }, way < 0 ? "−" : "+");
    button.addEventListener("click", () => stepBy(form, field, way));
    return button;
  });
  input.addEventListener("keydown", (event) => {
    const way = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    if (!way || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    stepBy(form, field, event.shiftKey ? 10 * way : way);
  });
  input.addEventListener("wheel", () => input.blur(), { passive: true }); // the wheel scrolls, and steps nothing
  field.range.addEventListener("input", () => (input.value = field.range.value));
  field.range.addEventListener("change", () => input.value !== field.shown && enter(form, field, input.value));
  listenToTyping(form, field);
  return element("div", { class: "number" }, element("div", { class: "box" }, input, ...field.steppers), field.range);
}

// From nothing it goes on from what is read off the input, or begins where the field may.
function stepBy(form, field, ways) {
  const { low, high, step, placeholder = "" } = field.data;
  const now = field.input.value === "" ? null : Number(field.input.value);
  const from = now ?? Number.parseFloat(placeholder);
  const next = Number.isNaN(from) ? (low ?? 0) : from + ways * step;
  // What was out of range already, out of a file, may come nearer step by step.
  const kept = Math.max(Math.min(next, Math.max(high ?? Infinity, now ?? -Infinity)), Math.min(low ?? -Infinity, now ?? Infinity));
  const text = String(Number(kept.toPrecision(12)));
  if (text === field.shown) return;
  field.input.value = text;
  enter(form, field, text);
}

function paintNumber(form, field, data) {
  paintText(form, field, data);
  const { input, range, steppers } = field;
  for (const [name, limit] of [["min", data.low], ["max", data.high]]) {
    if (limit === null || limit === undefined) input.removeAttribute(name);
    else setAttribute(input, name, limit);
  }
  const names = [say("Decrement {0}", data.label), say("Increment {0}", data.label)];
  steppers.forEach((button, place) => setAttribute(button, "aria-label", names[place]));
  if (!field.slides) return;
  for (const [name, given] of [["min", data.low], ["max", data.high], ["step", data.step / 5], ["aria-label", data.label]]) setAttribute(range, name, given);
  if (!range.matches(":active")) range.value = input.value;
}

// --- ticks and choices

function newCheck(form, field, id) {
  field.input = element("input", { id, type: "checkbox" });
  field.input.addEventListener("change", () => enter(form, field, field.input.checked));
  return field.input;
}

function paintCheck(form, field, { value }) {
  if (!isAhead(form, field)) field.input.checked = field.shown = value;
}

function newChoice(form, field, id) {
  field.input = element("select", { id });
  field.input.addEventListener("change", () => enter(form, field, field.input.value));
  return field.input;
}

function paintChoice(form, field, { value, options }) {
  setOptions(field, options);
  if (!isAhead(form, field)) field.input.value = field.shown = value;
}

// Put in anew only when they are others: a list that is open would close.
function setOptions(field, options) {
  const painted = options.join("\n");
  if (field.painted === painted) return;
  field.painted = painted;
  field.input.replaceChildren(...options.map((label) => element("option", { value: label }, label)));
}

// Some of the options, in the order in which they were taken: each with a button that takes it out.
function newChoices(form, field, id) {
  field.input = element("select", { id });
  field.chips = element("div", { class: "chips", role: "group", "aria-label": say("Selected values") });
  field.input.addEventListener("change", () => {
    const added = field.input.value;
    if (added) enter(form, field, [...field.shown, added]);
    paintChips(form, field);
  });
  return element("div", { class: "choices" }, field.chips, field.input);
}

function paintChoices(form, field, { value }) {
  if (!isAhead(form, field)) field.shown = value;
  paintChips(form, field);
}

function paintChips(form, field) {
  const left = field.data.options.filter((label) => !field.shown.includes(label));
  setOptions(field, ["", ...left]);
  field.input.firstChild.textContent = say("Add an input");
  field.input.value = "";
  field.input.disabled = !left.length;
  if (field.chipped === field.shown.join("\n")) return;
  field.chipped = field.shown.join("\n");
  field.chips.replaceChildren(...field.shown.map((label, place) => {
    const chip = element("button", { type: "button", "aria-label": say("Remove {0}", label), title: say("Remove {0}", label) }, label, element("span", { "aria-hidden": "true" }, " ×"));
    chip.addEventListener("click", () => {
      enter(form, field, field.shown.filter((_, other) => other !== place));
      paintChips(form, field);
      field.input.focus();
    });
    return chip;
  }));
}

const NEW_CONTROL = { text: newText, number: newNumber, check: newCheck, choice: newChoice, choices: newChoices };
const PAINT_CONTROL = { text: paintText, number: paintNumber, check: paintCheck, choice: paintChoice, choices: paintChoices };
