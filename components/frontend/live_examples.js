// A run's results on real examples: what it answers, what it gets wrong, and how it sees them. One entry for each view.
import { element, setText } from "./elements.js";
import { section } from "./live_elements.js";
import { newEmbedding } from "./live_examples_embedding.js";
import { newFeed, rowsOf } from "./live_examples_feed.js";
import { newFilters } from "./live_examples_filters.js";
import { newAttention, newFeatures } from "./live_examples_inside.js";
import { newMistakes } from "./live_examples_mistakes.js";
import { newPredictions } from "./live_examples_predictions.js";
import { countOf } from "./live_example.js";
import { count } from "./live_words.js";
import { say } from "./say.js";

// The result that a view shows -> its title, and what makes it: { whole: its elements, show(context) }, where show gives
// { step, epoch, note }, or "" where the result is still on its way.
const VIEWS = {
  predictions: { title: say("Predictions"), make: newPredictions },
  answers: { title: say("Mistakes"), make: newMistakes },
  embedding: { title: say("Embedding"), make: newEmbedding },
  features: { title: say("Feature maps"), make: newFeatures },
  attention: { title: say("Attention"), make: newAttention },
  filters: { title: say("Filters"), make: newFilters },
};

export function newExamples(keep, redraw) {
  const made = { chosen: "predictions", feed: newFeed(), redraw, ...section(say("Examples")) };
  made.tabs = element("div", { class: "live-tabs", role: "group", "aria-label": say("What to see of the examples") });
  made.note = element("p", { class: "live-full live-note" });
  made.wait = element("p", { class: "live-full live-note" }, say("On its way."));
  made.grid.append(made.note, made.wait);
  made.views = Object.entries(VIEWS).map(([name, { title, make }]) => newView(made, name, title, make(keep, redraw)));
  made.tabs.append(...made.views.map(({ tab }) => tab));
  made.head.append(made.tabs);
  // To the examples of one cell of the confusion.
  made.lead = (right, said) => {
    made.chosen = "answers";
    made.views.find(({ name }) => name === "answers").view.lead(right, said);
    made.whole.scrollIntoView({ block: "start", behavior: "smooth" });
  };
  return made;
}

function newView(made, name, title, view) {
  const tab = element("button", { type: "button", class: "live-toggle" }, title);
  tab.addEventListener("click", () => {
    made.chosen = name;
    made.redraw();
  });
  const place = element("div", { class: "live-full live-grid" }, ...view.whole);
  made.grid.append(place);
  return { name, tab, view, place };
}

export function showExamples(made, { token, history }, theme) {
  const { results } = history;
  made.whole.hidden = !results.has("examples") || results.size < 2;
  if (made.whole.hidden) return;
  const rows = (name) => rowsOf(made.feed, token, name, results.get(name), made.redraw);
  const parts = (result) =>
    [...results.keys()].filter((name) => name.startsWith(`${result}/`)).map((name) => name.slice(result.length + 1));
  const kindOf = (layer) => history.layers.find(({ name }) => name === layer)?.kind ?? "";
  const there = made.views.filter(({ name }) => results.has(name) || parts(name).length);
  const chosen = there.find(({ name }) => name === made.chosen) ?? there[0];
  for (const { name, tab, place } of made.views) {
    tab.hidden = !there.some((each) => each.name === name);
    tab.setAttribute("aria-pressed", name === chosen.name);
    place.hidden = name !== chosen.name;
  }
  const [set] = rows("examples").slice(-1);
  const shown = set ? chosen.view.show({ token, set, rows, parts, kindOf, theme }) : "";
  chosen.place.hidden = !shown;
  made.wait.hidden = Boolean(shown);
  setText(made.note, shown ? `${whenOf(shown)} ${shown.note} ${fewOf(set)}`.trim() : "");
}

const whenOf = ({ epoch, step }) => (step ? say("After epoch {0}, step {1}.", epoch, count(step)) : say("Before the first step."));

const fewOf = (set) =>
  countOf(set) < set.facts.of ? say("{0} of {1} validation examples, drawn by the seed.", count(countOf(set)), count(set.facts.of)) : "";
