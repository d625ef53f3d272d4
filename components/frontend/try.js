// Try it: a person gives an input in the form that the run's data have, and its answer stands beside it, with every stroke.
import { element, emptyHost, markTheme, setText, whenGone } from "./elements.js";
import { newAsker } from "./try_ask.js";
import { newAnswer } from "./try_answer.js";
import { newPad } from "./try_pad.js";
import { newPicture } from "./try_picture.js";
import { newPlane, newTable } from "./try_table.js";
import { newText } from "./try_text.js";
import { newSeries } from "./try_series.js";
import { say } from "./say.js";

const tries = new WeakMap();
const LONGEST_TRUTH = 60; // letters: many numbers are seen in a chart, not read
const FIRST = 0; // the example of the validation part that a page begins with

// Kind of input -> what asks for it: (form, change) -> {parts, show(given, answer), answered(answer), close()}.
// change(given) asks anew; change(null, why) has nothing to ask.
const INPUTS = {
  drawing: newPad,
  picture: newPicture,
  table: newTable,
  points: newPlane,
  text: newText,
  series: newSeries,
  example: () => ({ parts: [], show() {} }),
};

export default function ({ data, parentElement }) {
  let found = tries.get(parentElement);
  if (found?.token !== data.token) {
    found?.asker.close();
    found = mountTry(parentElement, data);
  }
  markTheme(found.host);
  return whenGone(parentElement, () => {
    found.asker.close();
    found.input?.close?.();
    tries.delete(parentElement);
  });
}

function mountTry(root, { token }) {
  const host = emptyHost(root, ".try");
  const given = element("section", { class: "given", "aria-label": say("Input") });
  const answer = newAnswer();
  const page = { host, given, answer, token, input: null, example: null, of: "" };
  page.asker = newAsker(token, {
    onForm: (form) => showForm(page, form),
    onAnswer: (found) => takeAnswer(page, found),
    onSlow: () => answer.wait(),
    onRefused: (words) => answer.refuse(words),
  });
  given.append(element("p", { class: "waits", role: "status" }, say("Loading the network. This takes a few seconds.")));
  host.append(given, answer.host);
  tries.set(root, page);
  return page;
}

function showForm(page, form) {
  const change = (input, why) => {
    tellChanged(page);
    if (input) return page.asker.ask(input);
    page.asker.drop();
    return page.answer.refuse(why);
  };
  page.input = INPUTS[form.kind](form, change);
  page.example = newExample(form, (number) => page.asker.ask({ example: number }));
  page.answer.begin(form);
  page.given.replaceChildren(page.example.host, ...page.input.parts);
  page.asker.ask({ example: FIRST });
}

function takeAnswer(page, found) {
  page.answer.show(found);
  if (found.example) {
    const { number, truth, given } = found.example;
    page.of = truth.length > LONGEST_TRUTH ? "" : truth;
    page.example.input.value = number;
    setText(page.example.truth, page.of && say("The true answer is {0}.", truth));
    page.input.show(given, found);
  }
  page.input.answered?.(found);
}

function tellChanged({ example, of }) {
  if (of) setText(example.truth, say("Changed from example {0}, which is {1}.", example.input.value, of));
}

// Which example of the validation part to begin with.
function newExample({ examples }, ask) {
  const input = element("input", { type: "number", min: 0, max: examples - 1, step: 1, "aria-label": say("Example of the validation part") });
  const other = element("button", { type: "button" }, say("Another example"));
  const truth = element("span", { class: "truth", role: "status" });
  const label = element("label", {}, element("span", {}, say("Example")), input);
  input.addEventListener("change", () => {
    const number = Math.round(Math.min(examples - 1, Math.max(0, Number(input.value) || 0)));
    input.value = number;
    ask(number);
  });
  other.addEventListener("click", () => ask(Math.floor(Math.random() * examples)));
  return { host: element("div", { class: "example" }, label, other, truth), input, truth };
}
