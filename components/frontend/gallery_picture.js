// A network without words: its layers in their families' colours, from left to right.
import { shape } from "./elements.js";

export function networkPicture(card, size) {
  const lines = card.lines.map((points) => shape("path", { class: "wire", d: curve(points) }));
  const patches = card.patches.flatMap((patch) => copiesOf(patch, size.stacked));
  const frame = { class: "picture", viewBox: `0 0 ${size.width} ${size.height}`, "aria-hidden": "true", focusable: "false" };
  return shape("svg", frame, ...lines, ...patches);
}

// Curves that begin and end level.
function curve(points) {
  let [x, y] = points;
  let path = `M${x} ${y}`;
  for (let next = 2; next < points.length; next += 2) {
    const [toX, toY] = points.slice(next, next + 2);
    const middle = (x + toX) / 2;
    path += `C${middle} ${y} ${middle} ${toY} ${toX} ${toY}`;
    [x, y] = [toX, toY];
  }
  return path;
}

// A repeated layer is a small stack, the first copy on top; a block has a band for each layer in it.
function copiesOf([x, y, width, height, families, copies], stacked) {
  const found = [];
  for (let copy = copies - 1; copy > 0; copy -= 1) {
    found.push(bar(x + copy * stacked * 0.6, y - copy * stacked, width, height, families[0]));
  }
  const high = height / families.length;
  return [...found, ...families.map((family, band) => bar(x, y + band * high, width, high, family, families.length > 1))];
}

function bar(x, y, width, height, family, square = false) {
  const made = shape("rect", { x, y, width, height, rx: square ? 0 : Math.min(2, width / 3) });
  made.dataset.family = family;
  return made;
}
