// Several layers selected at once: by clicks with Shift, by a box drawn with Shift, or all with Ctrl+A.
import { setAttribute, shape } from "./elements.js";
import { markSelected } from "./canvas_boxes.js";
import { inWorld } from "./canvas_view.js";
import { say } from "./say.js";

export function toggleChosen(canvas, id) {
  const chosen = new Set(canvas.chosen.size ? canvas.chosen : [canvas.selected]);
  if (!chosen.delete(id)) chosen.add(id);
  choose(canvas, [...chosen]);
}

export function choose(canvas, ids) {
  const parent = canvas.boxes.get(ids[0])?.box.parent ?? "";
  const together = ids.filter((id) => canvas.boxes.get(id) && (canvas.boxes.get(id).box.parent ?? "") === parent);
  canvas.chosen = new Set(together.length > 1 ? together : []);
  canvas.send("choose", { ids: together });
  if (together.length === 1) canvas.select(together[0]);
  else markSelected(canvas, canvas.selected);
  canvas.say(together.length > 1 ? say("{0} layers are selected: Ctrl+C copies, Delete removes, b makes a block.", together.length) : "");
}

export function chooseAll(canvas, id) {
  const parent = canvas.boxes.get(id)?.box.parent;
  choose(canvas, canvas.data.boxes.filter((box) => box.parent === parent).map((box) => box.id));
}

// What is selected: the several, or the one.
export function chosenOr(canvas, id) {
  return canvas.chosen.has(id) || (canvas.chosen.size && id === canvas.selected) ? [...canvas.chosen] : [id];
}

// --- a box drawn around layers

export function beginLasso(canvas, event) {
  canvas.lasso = { begun: inWorld(canvas, event), line: shape("rect", { class: "lasso" }), box: null };
  canvas.picture.setPointerCapture(event.pointerId);
  canvas.layers.rubber.append(canvas.lasso.line);
}

export function stretchLasso(canvas, event) {
  const { begun, line } = canvas.lasso;
  const [x, y] = inWorld(canvas, event);
  const box = [Math.min(x, begun[0]), Math.min(y, begun[1]), Math.abs(x - begun[0]), Math.abs(y - begun[1])];
  canvas.lasso.box = box;
  for (const [index, name] of ["x", "y", "width", "height"].entries()) setAttribute(line, name, box[index]);
}

export function endLasso(canvas) {
  const { line, box } = canvas.lasso;
  line.remove();
  canvas.lasso = null;
  if (!box) return;
  const [left, top, width, height] = box;
  const touched = ({ at: [x, y, wide, high] }) => x < left + width && left < x + wide && y < top + height && top < y + high;
  const found = canvas.data.boxes.filter((each) => !each.frame && touched(each));
  if (found.length) choose(canvas, found.map(({ id }) => id));
}
