// Several layers selected at once: by clicks or keys with Shift, by a box drawn with Shift, or all with Ctrl+A.
import { setAttribute, shape } from "./elements.js";
import { markSelected, titleOf } from "./canvas_boxes.js";
import { inWorld } from "./canvas_view.js";
import { say } from "./say.js";

// One more, or one less.
export function toggleChosen(canvas, id) {
  const chosen = new Set(canvas.chosen.size ? canvas.chosen : [canvas.selected]);
  if (frameOf(canvas, id) !== frameOf(canvas, canvas.selected)) return canvas.say(say("{0} stands in another frame: layers are selected together within one.", titleOf({ id })));
  if (!chosen.delete(id)) chosen.add(id);
  choose(canvas, [...chosen]);
}

// On to the next layer, or back from the last.
export function extendChosen(canvas, from, to) {
  const chosen = new Set(chosenOr(canvas, from));
  if (!chosen.has(to)) chosen.add(to);
  else chosen.delete(from);
  choose(canvas, [...chosen]);
}

// The one that is selected comes first: the form goes on showing it.
export function choose(canvas, ids) {
  const together = ids.filter((id) => canvas.boxes.has(id) && frameOf(canvas, id) === frameOf(canvas, ids[0]));
  if (together.length < 2) return together.length && canvas.select(together[0]);
  const first = together.includes(canvas.selected) ? canvas.selected : together[0];
  canvas.chosen = new Set([first, ...together]);
  canvas.send("select_several", { ids: [...canvas.chosen] });
  markSelected(canvas, first);
  canvas.say(say("{0} layers are selected: Ctrl+C copies, Ctrl+D duplicates, Delete removes, b makes a block.", together.length));
}

const frameOf = (canvas, id) => canvas.boxes.get(id)?.box.parent ?? "";

export function chooseAll(canvas, id) {
  choose(canvas, canvas.data.boxes.map((box) => box.id).filter((each) => frameOf(canvas, each) === frameOf(canvas, id)));
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
  if (!found.length) return;
  choose(canvas, found.map(({ id }) => id));
  canvas.focus(canvas.selected); // so that the keys that act on them are heard
}
