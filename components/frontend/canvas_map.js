// A small map of a drawing that is larger than what is seen of it; a click or a drag on it goes there.
import { element, setAttribute, shape } from "./elements.js";
import { lookAt, paintLater, seen } from "./canvas_view.js";

const [WIDTH, HEIGHT] = [132, 96]; // pixels, at most
const WORTH_IT = 1.6; // times what is seen

export function newMap(canvas) {
  const marks = shape("g");
  const window = shape("rect", { class: "seen" });
  const picture = shape("svg", {}, marks, window);
  const host = element("div", { class: "map", "aria-hidden": "true" }, picture); // the list and the keys go anywhere too
  const go = (event) => {
    const { left, top } = picture.getBoundingClientRect();
    lookAt(canvas, (event.clientX - left) / canvas.map.scale, (event.clientY - top) / canvas.map.scale);
  };
  host.addEventListener("pointerdown", (event) => (host.setPointerCapture(event.pointerId), go(event)));
  host.addEventListener("pointermove", (event) => event.buttons && go(event));
  const repaint = () => {
    paintMarksOfMap(canvas.map, canvas.data);
    paintMap(canvas);
  };
  canvas.map = { host, picture, marks, window, scale: 1, painted: null, repaint };
  return host;
}

export function paintMap(canvas) {
  const { map, data } = canvas;
  const [left, top, width, height] = seen(canvas);
  map.host.hidden = data.width < width * WORTH_IT && data.height_of_scene < height * WORTH_IT;
  if (map.host.hidden || !width) return;
  if (map.painted !== data.rev) return paintLater(canvas, map.repaint);
  const inside = (place, most) => Math.max(0, Math.min(most, place));
  const [x, y] = [inside(left, data.width), inside(top, data.height_of_scene)];
  const [right, bottom] = [inside(left + width, data.width), inside(top + height, data.height_of_scene)];
  for (const [name, value] of Object.entries({ x, y, width: right - x, height: bottom - y })) setAttribute(map.window, name, value * map.scale);
}

function paintMarksOfMap(map, data) {
  map.painted = data.rev;
  map.scale = Math.min(WIDTH / data.width, HEIGHT / data.height_of_scene);
  const wide = Math.max(1, 14 / (184 * map.scale)); // a box of a long network is still to be seen
  setAttribute(map.picture, "width", Math.ceil(data.width * map.scale * wide));
  setAttribute(map.picture, "height", Math.ceil(data.height_of_scene * map.scale));
  map.marks.replaceChildren(
    ...data.boxes.map(({ at: [x, y, width, height], family, frame }) => {
      const mark = shape("rect", { class: frame ? "frame" : "", x: x * map.scale, y: y * map.scale, width: width * map.scale, height: Math.max(1, height * map.scale) });
      mark.dataset.family = family;
      return mark;
    }),
  );
}
