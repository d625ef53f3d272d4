// What is looked for among the runs: words, and a state, a data set and a tag to choose.
import { element } from "./elements.js";
import { stateInWords } from "./live_words.js";
import { say } from "./say.js";

// What can be chosen: where a run has it, and how it is said.
const CHOICES = {
  state: { label: say("State"), all: say("All states"), of: (run) => [run.state], said: stateInWords },
  data: { label: say("Data"), all: say("All data"), of: (run) => [run.data], said: (name) => name },
  tag: { label: say("Tag"), all: say("All tags"), of: (run) => run.tags, said: (name) => name },
};

export function newFilter(view, again) {
  const words = element("input", { type: "search", placeholder: say("Search by name, note, tag, data or network"), "aria-label": say("Search runs"), autocomplete: "off", spellcheck: "false" });
  words.value = view.words;
  words.addEventListener("input", () => {
    view.words = words.value;
    again();
  });
  const selects = Object.fromEntries(Object.keys(CHOICES).map((name) => [name, newChoice(name, view, again)]));
  const whole = element("div", { class: "filter", role: "search" }, words, ...Object.values(selects));
  return { whole, selects, view };
}

function newChoice(name, view, again) {
  const select = element("select", { "aria-label": CHOICES[name].label });
  select.addEventListener("change", () => {
    view[name] = select.value;
    again();
  });
  return select;
}

// The options are what the runs have; one that no run has any more is left.
export function showOptions({ selects, view }, runs) {
  for (const [name, select] of Object.entries(selects)) {
    const { all, of, said } = CHOICES[name];
    const there = [...new Set(runs.flatMap(of))].sort((one, other) => said(one).localeCompare(said(other)));
    if (!there.includes(view[name])) view[name] = "";
    const wanted = ["", ...there];
    if (JSON.stringify([...select.options].map(({ value }) => value)) !== JSON.stringify(wanted))
      select.replaceChildren(...wanted.map((value) => element("option", { value }, value ? said(value) : all)));
    select.value = view[name];
    select.hidden = there.length < (name === "tag" ? 1 : 2);
  }
}

export function passing(runs, view) {
  const words = view.words.toLowerCase().split(/\s+/).filter(Boolean);
  const wanted = Object.entries(CHOICES).filter(([name]) => view[name]);
  return runs.filter((run) => wanted.every(([name, { of }]) => of(run).includes(view[name])) && words.every((word) => run.text.includes(word)));
}
