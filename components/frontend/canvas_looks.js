// What the drawing says beside its layers: names of dimensions, shares of the parameters, pictures. Each is switched on
// and off; the first two are the browser's own and are remembered by it, the pictures are asked of Python.
import { setAttribute } from "./elements.js";
import { paintScene } from "./canvas_paint.js";
import { message, say } from "./say.js";

const KEPT_AS = "layerloom:views"; // in the browser's storage

const NAMED = message("N examples of C channels, H height, W width, D depth, L length, T steps in time, F features.");
const SHADED = message("The stronger the colour of a layer, the larger its share of all parameters, which its figure says.");
const PICTURED = message("Each layer shows what it makes of one example. Choose the example and the weights in Preview, beside the drawing.");

export const VIEWS = [
  { name: "named", key: "n", label: message("Name the dimensions"), lines: "M2.5 4.5v7M2.5 8h11M13.5 4.5v7M6 5.5v-3h4v3", toggle: nameDimensions },
  { name: "shaded", key: "w", label: message("Shade layers by their parameters"), lines: "M2.5 13.5v-4h3v4zM6.5 13.5v-7h3v7zM10.5 13.5v-11h3v11z", toggle: shadeByParameters },
  { name: "pictured", key: "p", label: message("Show what each layer gives"), lines: "M2.5 3.5h11v9h-11zM2.5 10.5L6 7.5L9 10L11 8.5L13.5 10.5", toggle: togglePictures },
];

export function recallViews(canvas) {
  let kept = {};
  try {
    kept = JSON.parse(localStorage.getItem(KEPT_AS)) ?? {};
  } catch {} // storage may be forbidden, or hold something else
  canvas.named = kept.named !== false;
  canvas.shaded = kept.shaded === true;
}

function rememberViews({ named, shaded }) {
  try {
    localStorage.setItem(KEPT_AS, JSON.stringify({ named, shaded }));
  } catch {} // then they last as long as the page
}

export function markViews(canvas) {
  canvas.host.classList.toggle("shaded", canvas.shaded);
  canvas.pictured = Boolean(canvas.data.hand.pictures?.on);
  for (const { name } of VIEWS) setAttribute(canvas.host.querySelector(`[data-view="${name}"]`), "aria-pressed", Boolean(canvas[name]));
}

function toggleView(canvas, name, words) {
  canvas[name] = !canvas[name];
  rememberViews(canvas);
  paintScene(canvas);
  markViews(canvas);
  canvas.say(canvas[name] ? say(words) : "");
}

export function nameDimensions(canvas) {
  toggleView(canvas, "named", NAMED);
}

export function shadeByParameters(canvas) {
  toggleView(canvas, "shaded", SHADED);
}

export function togglePictures(canvas) {
  canvas.send("pictures", {});
}

// What there is to say of the pictures once they are switched on, or cannot be there any more.
export function sayOfPictures(canvas) {
  const { on = false, why = "" } = canvas.data.hand.pictures ?? {};
  const words = on ? why || say(PICTURED) : "";
  if (canvas.saidOfPictures !== undefined && canvas.saidOfPictures !== words) canvas.say(words);
  canvas.saidOfPictures = words;
}
