// Walking through the network with the keyboard: up and down along the wires, left and right among neighbours.
import { editOf } from "./keys.js";
import { focusBox, focusedBox } from "./canvas_boxes.js";
import { fit, reveal, show, zoom } from "./canvas_view.js";

const VIEW_KEYS = { "+": (canvas) => zoom(canvas, 1.25), "=": (canvas) => zoom(canvas, 1.25), "-": (canvas) => zoom(canvas, 0.8), 0: fit };

export function listenToKeys(canvas) {
  canvas.picture.addEventListener("keydown", (event) => {
    if (!pressed(canvas, event)) return;
    event.preventDefault();
    event.stopPropagation(); // Streamlit has keys of its own
  });
}

// Whether the key means something here.
function pressed(canvas, event) {
  const id = focusedBox(canvas);
  const edit = editOf(event, id);
  if (edit) canvas.send(...edit);
  if (edit || event.ctrlKey || event.metaKey || event.altKey) return Boolean(edit);
  if (VIEW_KEYS[event.key]) VIEW_KEYS[event.key](canvas);
  else if (event.key === "o" && id) canvas.send("toggle", { id });
  else if (event.key === "Enter" && id === canvas.selected) canvas.send("open", { id });
  else if (event.key === "Enter" || event.key === " ") canvas.select(id);
  else if (STEPS[event.key]) walk(canvas, STEPS[event.key](canvas, id));
  else return false;
  return true;
}

function walk(canvas, id) {
  if (!id) return;
  focusBox(canvas, id);
  reveal(canvas, id);
  show(canvas, true);
}

const STEPS = {
  ArrowDown: (canvas, id) => inFrame(canvas, id, "Input") ?? alongWires(canvas, id, "from", "to") ?? outOfFrame(canvas, id, "from", "to") ?? inList(canvas, id, 1),
  ArrowUp: (canvas, id) => alongWires(canvas, id, "to", "from") ?? around(canvas, id) ?? inList(canvas, id, -1),
  ArrowRight: (canvas, id) => besides(canvas, id, 1),
  ArrowLeft: (canvas, id) => besides(canvas, id, -1),
  Home: (canvas) => canvas.data.boxes[0]?.id,
  End: (canvas) => canvas.data.boxes.at(-1)?.id,
};

const middle = ({ at }) => at[0] + at[2] / 2;

// The nearest of those on the other ends of the wires.
function alongWires(canvas, id, here, there) {
  const others = canvas.data.arrows.filter((arrow) => arrow[here] === id).map((arrow) => canvas.boxes.get(arrow[there])?.box);
  return nearest(canvas, id, others.filter(Boolean))?.id;
}

// Into a frame by its first Input, out of it at an Output; upwards first to the frame itself.
function inFrame(canvas, id, kind) {
  return canvas.data.boxes.find((box) => box.parent === id && box.kind === kind)?.id;
}

function outOfFrame(canvas, id, here, there) {
  const frame = around(canvas, id);
  return frame && (alongWires(canvas, frame, here, there) ?? outOfFrame(canvas, frame, here, there));
}

const around = (canvas, id) => canvas.boxes.get(id)?.box.parent;

function nearest(canvas, id, boxes) {
  const { box } = canvas.boxes.get(id);
  const away = (other) => Math.abs(other.at[1] - box.at[1]) + Math.abs(middle(other) - middle(box));
  return boxes.toSorted((one, other) => away(one) - away(other))[0];
}

function besides(canvas, id, side) {
  const { box } = canvas.boxes.get(id);
  const sameRow = (other) => other.at[1] < box.at[1] + box.at[3] && box.at[1] < other.at[1] + other.at[3];
  const found = canvas.data.boxes.filter((other) => sameRow(other) && (middle(other) - middle(box)) * side > 0);
  return nearest(canvas, id, found)?.id;
}

function inList(canvas, id, step) {
  const boxes = canvas.data.boxes;
  return boxes[boxes.findIndex((box) => box.id === id) + step]?.id;
}
