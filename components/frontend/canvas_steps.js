// Where the arrow keys lead: up and down along the wires, left and right among neighbours.

export const STEPS = {
  ArrowDown: (canvas, id) => inFrame(canvas, id, "Input") ?? alongWires(canvas, id, "from", "to") ?? outOfFrame(canvas, id, "from", "to") ?? inList(canvas, id, 1),
  ArrowUp: (canvas, id) => alongWires(canvas, id, "to", "from") ?? around(canvas, id) ?? inList(canvas, id, -1),
  ArrowRight: (canvas, id) => besides(canvas, id, 1),
  ArrowLeft: (canvas, id) => besides(canvas, id, -1),
  Home: (canvas) => canvas.data.boxes[0]?.id,
  End: (canvas) => canvas.data.boxes.at(-1)?.id,
};

// With Shift they select, which is done within one frame.
export const STEPS_WITHIN = {
  ArrowDown: (canvas, id) => alongWires(canvas, id, "from", "to") ?? inList(canvas, id, 1, isBeside),
  ArrowUp: (canvas, id) => alongWires(canvas, id, "to", "from") ?? inList(canvas, id, -1, isBeside),
  ArrowRight: (canvas, id) => besides(canvas, id, 1, isBeside),
  ArrowLeft: (canvas, id) => besides(canvas, id, -1, isBeside),
};

const anyBox = () => true;
const isBeside = (one, other) => one.parent === other.parent;
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

function besides(canvas, id, side, fits = anyBox) {
  const { box } = canvas.boxes.get(id);
  const sameRow = (other) => other.at[1] < box.at[1] + box.at[3] && box.at[1] < other.at[1] + other.at[3];
  const found = canvas.data.boxes.filter((other) => fits(box, other) && sameRow(other) && (middle(other) - middle(box)) * side > 0);
  return nearest(canvas, id, found)?.id;
}

function inList(canvas, id, step, fits = anyBox) {
  const box = canvas.boxes.get(id)?.box;
  const boxes = canvas.data.boxes.filter((other) => fits(box, other));
  return boxes[boxes.findIndex((each) => each.id === id) + step]?.id;
}
