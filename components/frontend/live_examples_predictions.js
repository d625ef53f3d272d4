// The answers to a few examples, always the same, after each epoch: one sees when the network gets them right.
import { element, shape } from "./elements.js";
import { refill } from "./live_elements.js";
import { card, classifies, isWide } from "./live_example.js";
import { say } from "./say.js";

const FEW = 12; // examples that take much room each
const WIDTH = 120;
const HEIGHT = 24;

export function newPredictions() {
  const whole = element("div", { class: "live-full live-cards" });
  return { whole: [whole], show: (context) => show(whole, context) };
}

function show(whole, { token, set, rows }) {
  const found = rows("predictions");
  if (!found.length) return "";
  const newest = found[found.length - 1];
  const count = Math.min(newest.loss.shape[0], isWide(set) ? FEW : Infinity);
  const scale = Math.max(...found.map(({ loss }) => Math.max(...loss.values)), 1e-12);
  whole.classList.toggle("live-wide", isWide(set));
  refill(whole, [token, newest.step, found.length], () =>
    Array.from({ length: count }, (_, index) => card(set, newest, index, strip(set, found, index, scale))),
  );
  const note = classifies(set)
    ? say("A bar for each epoch that was looked at: as high as the right answer is likely to the network, orange where it says another.")
    : say("A bar for each epoch that was looked at: the higher, the larger the loss of the example.");
  return { step: newest.step, epoch: newest.epoch, note };
}

// One bar for each epoch: how likely the right class was, or how large the loss.
function strip(set, rows, index, scale) {
  const wide = WIDTH / rows.length;
  const heightOf = ({ right, loss }) => (right ? right.values[index] : Math.sqrt(loss.values[index] / scale));
  const bars = rows.map((row, at) => {
    const height = Math.max(1, heightOf(row) * HEIGHT);
    const wrong = classifies(set) && row.said.values[index] !== set.right.values[index];
    const place = { x: at * wide, y: HEIGHT - height, width: Math.max(0.5, wide - Math.min(1, wide / 4)), height };
    return shape("rect", { ...place, class: wrong ? "live-wrong" : "live-right" });
  });
  const drawing = shape("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", role: "img" });
  drawing.setAttribute("aria-label", inWords(set, rows, index));
  drawing.append(...bars);
  return element("span", { class: "live-strip" }, drawing);
}

function inWords(set, rows, index) {
  if (!classifies(set)) return say("Its loss over {0} epochs.", rows.length);
  const right = (row) => row.said.values[index] === set.right.values[index];
  let since = rows.length;
  while (since > 0 && right(rows[since - 1])) since -= 1;
  return since === rows.length ? say("Wrong at epoch {0}.", rows[rows.length - 1].epoch) : say("Right since epoch {0}.", rows[since].epoch);
}
