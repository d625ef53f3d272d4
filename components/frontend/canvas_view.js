// What part of the drawing is seen, and how large. Until the visitor pans or zooms, the view follows the drawing.
import { focusBox, focusedBox } from "./canvas_boxes.js";

const EDGE = 24; // pixels kept free around the drawing
const READABLE = 0.92; // a new drawing is not shown smaller: a long network is scrolled instead
const NEARLY = 0.25; // of what is seen, beyond each edge: what is there glides too
const SMALLEST = 0.1;
const LARGEST = 2.5;

export function newView() {
  return { x: 0, y: 0, scale: 1, byHand: false, placed: false };
}

// Remembered: asked for right after a painting, the browser would lay out the whole page to answer.
function room(canvas) {
  return (canvas.room ??= { width: canvas.host.clientWidth, height: canvas.host.clientHeight });
}

export function watchSize(canvas) {
  const sizes = new ResizeObserver(() => {
    canvas.room = null;
    if (canvas.data) settle(canvas);
  });
  sizes.observe(canvas.host);
  return sizes;
}

// After a painting: follows the drawing, and brings a newly selected box into sight.
export function settle(canvas) {
  const { view, data } = canvas;
  const { width, height } = room(canvas);
  if (!width || !data.boxes.length) return;
  if (!view.byHand) follow(view, data, width, height);
  else keepInSight(canvas);
  const selected = `${canvas.selected} ${canvas.boxes.get(canvas.selected)?.box.at}`;
  const isNew = canvas.revealed !== selected; // it is another one, or stands elsewhere now
  if (isNew) reveal(canvas, canvas.selected);
  else if (!view.byHand) reveal(canvas, focusedBox(canvas) || canvas.selected); // the keys may have walked on
  canvas.revealed = selected;
  show(canvas, view.placed);
  view.placed = true;
}

function follow(view, data, width, height) {
  const fitting = Math.min((width - EDGE) / data.width, (height - EDGE) / data.height_of_scene);
  view.scale = Math.max(READABLE, Math.min(1, fitting));
  view.x = (width - data.width * view.scale) / 2;
  if (data.height_of_scene * view.scale <= height) view.y = (height - data.height_of_scene * view.scale) / 2;
  else if (!view.placed) view.y = 0;
  else view.y = within(view.y, data.height_of_scene * view.scale, height, 0);
}

export function fit(canvas) {
  const { view, data } = canvas;
  const { width, height } = room(canvas);
  view.byHand = true;
  view.scale = Math.max(SMALLEST, Math.min(1, (width - EDGE) / data.width, (height - EDGE) / data.height_of_scene));
  view.x = (width - data.width * view.scale) / 2;
  view.y = (height - data.height_of_scene * view.scale) / 2;
  show(canvas, true);
}

export function zoom(canvas, factor, at = null, smoothly = true) {
  const { view } = canvas;
  const { width, height } = room(canvas);
  const [x, y] = at ?? [width / 2, height / 2];
  const scale = Math.max(SMALLEST, Math.min(LARGEST, view.scale * factor));
  view.x = x - ((x - view.x) * scale) / view.scale;
  view.y = y - ((y - view.y) * scale) / view.scale;
  view.scale = scale;
  view.byHand = true;
  keepInSight(canvas);
  show(canvas, smoothly);
}

// Whether there was anywhere to go: at the end of the drawing the page scrolls on.
export function pan(canvas, byX, byY) {
  const { view } = canvas;
  const [x, y] = [view.x, view.y];
  view.x += byX;
  view.y += byY;
  keepInSight(canvas);
  if (Math.hypot(view.x - x, view.y - y) < 0.5) return false;
  view.byHand = true;
  show(canvas, false);
  return true;
}

export function isTallerThanView(canvas) {
  return canvas.data.height_of_scene * canvas.view.scale > room(canvas).height;
}

function keepInSight(canvas) {
  const { view, data } = canvas;
  const { width, height } = room(canvas);
  view.x = within(view.x, data.width * view.scale, width, EDGE);
  view.y = within(view.y, data.height_of_scene * view.scale, height, EDGE);
}

function within(place, length, space, edge) {
  const ends = [edge, space - length - edge];
  return Math.max(Math.min(...ends), Math.min(Math.max(...ends), place));
}

export function reveal(canvas, id) {
  const box = canvas.boxes.get(id)?.box;
  if (!box) return;
  const { view } = canvas;
  const { width, height } = room(canvas);
  view.x += wayIntoSight(box.at[0] * view.scale + view.x, box.at[2] * view.scale, width);
  view.y += wayIntoSight(box.at[1] * view.scale + view.y, box.at[3] * view.scale, height);
}

// With the focus.
export function walk(canvas, id) {
  if (!id) return;
  focusBox(canvas, id);
  reveal(canvas, id);
  show(canvas, true);
  comeOnScreen(canvas, id);
}

// On a small screen part of the drawing is scrolled away: the whole of it comes where a box would stand beyond the edge.
export function comeOnScreen({ host, view, boxes }, id) {
  const [, y, , height] = boxes.get(id).box.at;
  const top = host.getBoundingClientRect().top + view.y + y * view.scale;
  if (top < 0 || top + height * view.scale > innerHeight) host.scrollIntoView({ block: "nearest" });
}

function wayIntoSight(place, length, space) {
  if (length > space) return EDGE / 2 - place; // a frame's head, with its name
  const free = Math.max(0, Math.min(EDGE * 2, (space - length) / 2));
  if (place < free) return free - place;
  return Math.min(0, space - free - length - place);
}

// Where the pointer is in the drawing.
export function inWorld({ picture, view }, { clientX, clientY }) {
  const { left, top } = picture.getBoundingClientRect();
  return [(clientX - left - view.x) / view.scale, (clientY - top - view.y) / view.scale];
}

// Left, top, width and height of what is seen, in the world's coordinates.
export function seen(canvas) {
  const { x, y, scale } = canvas.view;
  const { width, height } = room(canvas);
  return [-x / scale, -y / scale, width / scale, height / scale];
}

// Tells of a place, [x, y, width, height], whether it is in sight, or nearly: what is far off need not glide.
export function sight(canvas) {
  const [left, top, width, height] = seen(canvas);
  const [wideEnough, highEnough] = [width * (0.5 + NEARLY), height * (0.5 + NEARLY)];
  return ([x, y, wide = 0, high = 0]) => Math.abs(x + wide / 2 - left - width / 2) < wideEnough + wide / 2 && Math.abs(y + high / 2 - top - height / 2) < highEnough + high / 2;
}

export function lookAt(canvas, x, y) {
  const { view } = canvas;
  const { width, height } = room(canvas);
  Object.assign(view, { x: width / 2 - x * view.scale, y: height / 2 - y * view.scale, byHand: true });
  keepInSight(canvas);
  show(canvas, false);
}

export function show(canvas, smoothly) {
  const { x, y, scale } = canvas.view;
  canvas.viewChanged?.();
  catchUpWithView(canvas, smoothly);
  canvas.world.classList.toggle("gliding", smoothly);
  canvas.world.style.transform = `translate(${x}px, ${y}px) scale(${scale})`;
}

// Where the next thing is done, all stands where it was gliding to, and what is out of sight waits on: neither is to hold
// up the picture that comes next.
export function makeWay(canvas) {
  const act = () => {
    for (const motion of canvas.host.getAnimations({ subtree: true })) motion.finish();
    canvas.restUntil = performance.now() + REST;
  };
  const heard = ["pointerdown", "keydown"];
  for (const event of heard) document.addEventListener(event, act, true);
  return () => heard.forEach((event) => document.removeEventListener(event, act, true));
}

// --- what cannot be seen is painted later: when nothing has changed for a while, or when the view moves there

const REST = 300; // milliseconds

export function paintLater(canvas, act) {
  canvas.later.add(act);
  canvas.restUntil = performance.now() + REST;
  canvas.rest ??= setTimeout(() => catchUpRested(canvas), REST); // one clock: a painting asks for this a hundred times
}

function catchUpRested(canvas) {
  const early = canvas.restUntil - performance.now();
  canvas.rest = early > 0 ? setTimeout(() => catchUpRested(canvas), early) : null;
  if (!canvas.rest) catchUp(canvas);
}

export function catchUp({ later }) {
  const acts = [...later];
  later.clear();
  for (const each of acts) each();
}

// Where the view glides, the frame with what has changed comes first.
function catchUpWithView(canvas, smoothly) {
  const { x, y, scale } = canvas.view;
  const place = `${x} ${y} ${scale}`;
  const moved = canvas.shown !== place;
  canvas.shown = place;
  if (!moved || !canvas.later.size) return;
  if (smoothly) requestAnimationFrame(() => setTimeout(() => catchUp(canvas)));
  else catchUp(canvas);
}
