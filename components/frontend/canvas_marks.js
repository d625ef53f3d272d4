// The small marks in a box's upper right corner: how often it stands in a row, a lock, and more. They are for the eye:
// the box's accessible name says the same in words.
import { shape } from "./elements.js";
import { textWidth } from "./text_fit.js";
import { say } from "./say.js";

const SIZE = 12;
const BADGE = "600 10.5px";
const LINES = {
  frozen: "M3 6.5h6v4.5H3zM4 6.5V4a2 2 0 0 1 4 0v2.5",
  shares: "M5 7l2-2M4.6 4.6l1.6-1.6a2 2 0 0 1 2.8 2.8L7.4 7.4M7.4 7.4M4.6 4.6L3 6.2A2 2 0 0 0 5.8 9l1.6-1.6",
  tuned: "M1.5 3.5h9M1.5 8.5h9M4 2v3M8 7v3",
  note: "M1.5 2h9v6.5H6L3.5 11V8.5h-2zM4 5.2h4",
};
const FOLDS = { false: "M-4 -2L0 2.5L4 -2", true: "M-4 2L0 -2.5L4 2" };

// Paints the marks that end at `right`; what they take up.
export function paintMarks(group, box, right, y, font) {
  const parts = [];
  let x = right;
  if (box.opens) {
    parts.push(newFold(box, x - 7, y - 4));
    x -= 22;
  }
  for (const name of ["note", "tuned", "shares", "frozen"]) {
    if (!box[name]) continue;
    x -= SIZE;
    parts.push(shape("path", { class: `mark ${name}`, d: LINES[name], transform: `translate(${x} ${y - 10})` }));
    x -= 4;
  }
  if (box.repeat) {
    const words = `×${box.repeat}`;
    const width = Math.round(textWidth(words, `${BADGE} ${font}`)) + 10;
    x -= width;
    const text = shape("text", { class: "times", x: x + width / 2, y: y - 0.5 });
    text.textContent = words;
    parts.push(shape("rect", { class: "badge", x, y: y - 12, width, height: 16, rx: 8 }), text);
    x -= 5;
  }
  group.replaceChildren(...parts);
  return right - x;
}

// Opens a block where it stands, or closes it. The key `o` does the same.
function newFold(box, x, y) {
  const title = shape("title");
  title.textContent = box.frame ? say("Close {0} (o)", box.id) : say("Open {0} here (o)", box.id);
  const plate = shape("rect", { class: "plate", x: -11, y: -10, width: 22, height: 20, rx: 6 });
  return shape("g", { class: "fold", transform: `translate(${x} ${y})` }, title, plate, shape("path", { class: "mark", d: FOLDS[Boolean(box.frame)] }));
}
