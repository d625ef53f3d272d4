// Small pictures of what each node gives for an example, in a place at the right end of its box. Python keeps the place
// free from the moment they are wished for, so nothing moves when they come.
import { setAttribute, setText, shape } from "./elements.js";
import { say } from "./say.js";

export const PICTURE = 46; // pixels of a box's width, as builder/boxes.py has it
const PICTURE_SIDE = 38; // of the picture itself
const PICTURE_EDGE = 5;
const BETWEEN_MAPS = 1; // between the maps of one picture

// Where the component that brings them and the one that paints them meet.
export const shownPictures = (globalThis.layerloomPictures ??= { nodes: {}, stale: false, repaint: null });

export const takenByPicture = (box) => (box.picture ? PICTURE : 0);

export function paintPictures(canvas) {
  canvas.host.classList.toggle("outdated", shownPictures.stale);
  for (const drawn of canvas.boxes.values()) paintPicture(drawn);
}

function paintPicture(drawn) {
  const { box, picture } = drawn;
  const found = box.picture ? (shownPictures.nodes[box.id] ?? null) : undefined;
  if (drawn.pictured === found) return;
  drawn.pictured = found;
  picture.replaceChildren(...(found === undefined ? [] : [newPlace(), ...partsOf(found)]));
}

export function placePicture({ picture, box }) {
  const [, , width] = box.at;
  if (box.picture) setAttribute(picture, "transform", `translate(${width - PICTURE_EDGE - PICTURE_SIDE} ${PICTURE_EDGE})`);
}

function newPlace() {
  return shape("rect", { class: "place", width: PICTURE_SIDE, height: PICTURE_SIDE, rx: 5 });
}

function partsOf(found) {
  if (!found) return [];
  const title = shape("title");
  setText(title, factsOf(found));
  const parts = found.maps ? mapsOf(found) : found.numbers ? [barsOf(found)] : [];
  return [title, ...parts];
}

function factsOf({ shape: sizes, min, mean, max }) {
  const gives = say("Gives {0} for the example", sizes.join(" × ") || say("one number"));
  return min === undefined ? gives : [gives, say("from {0} to {1}, mean {2}", min, max, mean)].join("\n");
}

// --- maps: one, or four in a square; three of an input are its colours

function mapsOf({ maps, size, color }) {
  if (color || maps.length === 1) return [imageOf(color ? maps : [maps[0], maps[0], maps[0]], size, 0, 0, PICTURE_SIDE)];
  const side = (PICTURE_SIDE - BETWEEN_MAPS) / 2;
  return maps.map((map, place) => imageOf([map, map, map], size, (place % 2) * (side + BETWEEN_MAPS), (place >> 1) * (side + BETWEEN_MAPS), side));
}

function imageOf(channels, [height, width], x, y, side) {
  const page = Object.assign(document.createElement("canvas"), { width: Math.max(1, width), height: Math.max(1, height) });
  const pixels = new ImageData(page.width, page.height);
  const bytes = channels.map(atob);
  for (let place = 0; place < bytes[0].length; place += 1) {
    pixels.data.set([...bytes.map((each) => each.charCodeAt(place)), 255], place * 4);
  }
  page.getContext("2d").putImageData(pixels, 0, 0);
  return shape("image", { href: page.toDataURL(), x, y, width: side, height: side, preserveAspectRatio: fits(height, width) ? "xMidYMid meet" : "none" });
}

// A table of many steps would be a hair: it is stretched.
const fits = (height, width) => Math.max(height, width) <= 3 * Math.min(height, width);

// --- a row of numbers: bars up from zero, or down

function barsOf({ numbers }) {
  const [low, high] = [Math.min(0, ...numbers), Math.max(0, ...numbers)];
  const room = PICTURE_SIDE - 8;
  const [step, span] = [room / numbers.length, high - low || 1];
  const at = (number) => 4 + room * (1 - (number - low) / span);
  const lines = numbers.map((number, place) => {
    const [x, wide] = [4 + place * step, Math.max(0.6, step - 0.5)];
    const [top, bottom] = [Math.min(at(number), at(0)), Math.max(at(number), at(0))];
    return `M${x.toFixed(1)} ${top.toFixed(1)}h${wide.toFixed(1)}V${Math.max(bottom, top + 0.7).toFixed(1)}h${(-wide).toFixed(1)}z`;
  });
  return shape("path", { class: "bars", d: lines.join("") });
}
