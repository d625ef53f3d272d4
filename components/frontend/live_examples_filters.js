// The filters of the first convolution, at the start and at a later epoch: blue pulls down, orange up.
import { element, setText } from "./elements.js";
import { canvasOf } from "./live_example.js";
import { newId, refill } from "./live_elements.js";
import { number } from "./live_words.js";
import { say } from "./say.js";

const NEGATIVE = [59, 130, 214];
const POSITIVE = [230, 126, 34];
const NOTHING = [245, 245, 245];

export function newFilters(keep, redraw) {
  const made = { at: Infinity };
  const id = newId("snapshot");
  made.slider = element("input", { id, type: "range", min: 0, max: 0, value: 0 });
  made.slider.addEventListener("input", () => {
    const at = Number(made.slider.value);
    made.at = at === Number(made.slider.max) ? Infinity : at; // the newest stays the newest
    redraw();
  });
  made.label = element("label", { for: id });
  made.controls = element("div", { class: "live-full live-select live-snapshots" }, made.label, made.slider);
  made.cards = element("div", { class: "live-full live-filters" });
  made.whole = [made.controls, made.cards];
  made.show = (context) => show(made, context);
  return made;
}

function show(made, { token, rows, parts }) {
  const [layer] = parts("filters");
  const found = layer ? rows(`filters/${layer}`) : [];
  if (!found.length) return "";
  const [first] = found;
  const chosen = found[Math.min(made.at, found.length - 1)];
  made.controls.hidden = found.length < 2;
  made.slider.max = found.length - 1;
  made.slider.value = found.indexOf(chosen);
  setText(made.label, whenOf(chosen));
  made.slider.setAttribute("aria-valuetext", whenOf(chosen));
  const [count] = chosen.weight.shape;
  const limit = Math.max(...[first, chosen].flatMap(({ weight }) => [...weight.values].map(Math.abs)), 1e-12);
  refill(made.cards, [token, first.step, chosen.step], () =>
    Array.from({ length: count }, (_, filter) => pairOf(first, chosen, filter, limit)),
  );
  const note = say("{0}: left as it began, right after the epoch that is chosen; the strongest weight is {1}.", layer, number(limit));
  return { step: chosen.step, epoch: chosen.epoch, note };
}

const whenOf = ({ epoch }) => (epoch ? say("After epoch {0}", epoch) : say("Before the first step"));

function pairOf(first, chosen, filter, limit) {
  const made = element("figure", { class: "live-filter" });
  const both = element("div", { role: "img", "aria-label": say("Filter {0}, before and after", filter + 1) });
  both.append(drawn(first, filter, limit), drawn(chosen, filter, limit));
  made.append(both, element("figcaption", {}, String(filter + 1)));
  return made;
}

function drawn({ weight }, filter, limit) {
  const [, colors, height, width] = weight.shape;
  const size = colors * height * width;
  const values = weight.values.subarray(filter * size, (filter + 1) * size);
  if (colors === 3) return canvasOf(Uint8Array.from(values, (value) => 127.5 + (value / limit) * 127.5), height, width, 3, true);
  const bytes = Uint8Array.from({ length: size * 3 }, (_, at) => shade(values[Math.floor(at / 3)] / limit, at % 3));
  return canvasOf(bytes, height, width, 3);
}

function shade(share, color) {
  const end = share < 0 ? NEGATIVE : POSITIVE;
  return NOTHING[color] + (end[color] - NOTHING[color]) * Math.abs(share);
}
