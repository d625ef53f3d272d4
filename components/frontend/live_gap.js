// The gap between training mode and evaluation mode, measured when asked: the losses in both, and two bars a layer.
import { element, setText } from "./elements.js";
import { count, number, percent } from "./live_words.js";
import { say } from "./say.js";

const MEASURES = { accuracy: say("accuracy"), r2: "R²" };
const ASKED_FOR = 4000; // milliseconds until the server says that it measures

export function newGap(ask, onShow, redraw) {
  const gap = { shown: "", asked: 0, token: "", onShow };
  gap.button = element("button", { type: "button", class: "live-toggle" });
  gap.button.addEventListener("click", () => {
    gap.asked = performance.now();
    ask(gap.token);
    redraw();
    setTimeout(redraw, ASKED_FOR);
  });
  gap.title = element("h4", {}, say("Training mode against evaluation mode"));
  gap.about = element("p", { class: "live-note" });
  gap.key = element(
    "p",
    { class: "live-note" },
    say(
      "By itself: given what it gets in training mode. With all before it: where the layers before it differ too. In shares of the size of its values.",
    ),
  );
  gap.words = element("p", { class: "live-gap-words", role: "status" });
  gap.layers = element("ul", { class: "live-gap-layers" });
  const head = element("div", { class: "live-card-head" }, gap.title, gap.button);
  gap.card = element("article", { class: "live-card live-full live-gap" }, head, gap.about, gap.words, gap.key, gap.layers);
  return gap;
}

export function showGap(gap, { token, history }) {
  const { gap: known, run, findings } = history;
  gap.token = token;
  const found = known?.found;
  if (known?.pending) gap.asked = 0;
  const busy = Boolean(known?.pending) || (gap.asked > 0 && performance.now() - gap.asked < ASKED_FOR);
  gap.button.disabled = busy || !run?.step;
  setText(gap.button, busy ? say("Measuring") : found ? say("Measure again") : say("Measure"));
  const wanted = JSON.stringify([found, findings.map(({ rule, layer }) => [rule, layer])]);
  if (wanted === gap.shown) return; // a button that has the focus stays
  gap.shown = wanted;
  setText(gap.about, aboutOf(found));
  setText(gap.words, found ? (found.error ?? found.words) : "");
  gap.words.hidden = !found;
  const layers = found?.layers ?? [];
  const rows = layers.map((layer) => rowOf(layer, lagOf(findings, layer.name), gap.onShow));
  if (layers.length) rows.push(answerRow(found));
  gap.layers.replaceChildren(...rows);
  gap.layers.hidden = gap.key.hidden = !rows.length;
}

function aboutOf(found) {
  if (!found || found.error)
    return say(
      "Gives the same examples to the network in both modes, on a copy: the training goes on as if nobody had asked. BatchNorm and Dropout differ.",
    );
  const name = MEASURES[found.measure] ?? found.measure;
  const [trained, evaluated] = found.measured.map(found.measure === "accuracy" ? percent : (value) => number(value));
  return say(
    "At step {0}, on {1} training examples in batches of {2}: loss {3} in training mode and {4} in evaluation mode; {5} {6} and {7}.",
    count(found.step),
    count(found.examples),
    count(found.batch_size),
    number(found.loss[0]),
    number(found.loss[1]),
    name,
    trained,
    evaluated,
  );
}

const lagOf = (findings, name) => findings.find(({ rule, layer }) => rule === "lagging_norm" && layer === name);

function rowOf(layer, finding, onShow) {
  const { name, kind, norm, own, whole, words, cause } = layer;
  const title = element("p", { class: "live-gap-name" }, name, element("span", { class: "live-kind" }, kind));
  const bars = element("div", { class: "live-gap-bars" }, bar(say("By itself"), own), bar(say("With all before it"), whole));
  const text = element("p", {}, words);
  const row = element("li", { "data-cause": cause }, title, bars, text);
  if (finding) text.append(" ", element("span", { class: "live-kind" }, say("Seen while it trained, too: {0}", finding.evidence)));
  if (norm) {
    const button = element("button", { type: "button", class: "live-toggle" }, say("Show"));
    button.setAttribute("aria-label", say("Show the charts of {0}", name));
    button.addEventListener("click", () => onShow({ chart: "norms", layer: name }));
    row.append(button);
  }
  return row;
}

function answerRow({ answer }) {
  const title = element("p", { class: "live-gap-name" }, say("The network's answer"));
  const bars = element("div", { class: "live-gap-bars" }, bar(say("With all before it"), answer));
  return element("li", {}, title, bars, element("p", {}, say("How far what the network answers differs between the modes.")));
}

// A share of the values' size; more than all of it fills the bar.
function bar(title, share) {
  const fill = element("div", { class: "live-fill" });
  fill.style.width = `${Math.min(1, share ?? 0) * 100}%`;
  const line = element("div", { class: "live-bar" }, fill);
  return element("div", {}, element("span", { class: "live-kind" }, title), element("span", {}, percent(share)), line);
}
