// A value of a node as a picture: feature maps and tables in grey, vectors as bars, tokens as numbers.
import { element } from "./elements.js";
import { say } from "./say.js";

export function pictureOf(picture, label) {
  const figure = element("div", { class: `picture ${picture.kind}`, role: "img", "aria-label": `${label}: ${said(picture)}` });
  figure.append(...PARTS[picture.kind](picture));
  return figure;
}

const PARTS = {
  maps: ({ maps, size }) => maps.map((text) => mapOf(text, size)),
  table: ({ maps, size }) => maps.map((text) => mapOf(text, size)),
  vector: ({ numbers }) => bars(numbers),
  tokens: ({ numbers }) => numbers.map((number) => element("span", { class: "token" }, String(number))),
};

function mapOf(text, [height, width]) {
  const canvas = element("canvas", { width: Math.max(1, width), height: Math.max(1, height) });
  const pixels = new ImageData(Math.max(1, width), Math.max(1, height));
  const bytes = atob(text);
  for (let index = 0; index < bytes.length; index += 1) {
    const grey = bytes.charCodeAt(index);
    pixels.data.set([grey, grey, grey, 255], index * 4);
  }
  canvas.getContext("2d").putImageData(pixels, 0, 0);
  return canvas;
}

// Up from the line where zero is, or down.
function bars(numbers) {
  const [low, high] = [Math.min(0, ...numbers), Math.max(0, ...numbers)];
  const span = high - low || 1;
  return numbers.map((number) => {
    const bar = element("span", { class: number < 0 ? "bar below" : "bar", title: String(number) });
    bar.style.setProperty("--from", `${((Math.min(0, number) - low) / span) * 100}%`);
    bar.style.setProperty("--size", `${(Math.abs(number) / span) * 100}%`);
    return bar;
  });
}

const KINDS = { maps: say("Feature maps"), table: say("A table, a row per step"), vector: say("Numbers"), tokens: say("Tokens") };

export function said(picture) {
  const { kind, shape, numbers, maps } = picture;
  const sizes = shape.length ? shape.join(" × ") : say("one number");
  const [all, seen] = kind === "maps" ? [shape[0], maps.length] : [shape.reduce((product, size) => product * size, 1), numbers?.length];
  const part = seen && seen < all ? say(", the first {0} of {1}", seen, all.toLocaleString("en")) : "";
  const range = "min" in picture ? say(", from {0} to {1}, mean {2}", picture.min, picture.max, picture.mean) : "";
  const broken = picture.finite === false ? say(". Some are infinite or no numbers; they are shown as 0") : "";
  return `${KINDS[kind]}, ${sizes}${part}${range}${broken}`;
}
