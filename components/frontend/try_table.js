// A row of a table, a field for each column; and a point of the plane, which is a row of two.
import { element, setAttribute, shape } from "./elements.js";
import { precise } from "./try_answer.js";
import { say } from "./say.js";

const PLANE = 300; // units along the sides of the plane that is drawn
const ROOM = 12;
const COLORS = 8; // that classes have: --class-0, ...

export function newTable(form, change) {
  return form.columns.length ? newFields(form, change) : newLine(form, change);
}

function newFields(form, change) {
  const fields = form.columns.map((column) => (column.values.length ? newChoice : newNumber)(column, () => change({ row: row() })));
  const row = () => fields.map((field) => field.read());
  const show = (values) => fields.forEach((field, place) => field.write(values[place]));
  const host = element("div", { class: "fields" }, ...fields.map((field) => field.host));
  return { host, parts: [host, newTypical(() => (show(form.row), change({ row: row() })))], show: (given) => show(given.row), write: show };
}

function newTypical(take) {
  const button = element("button", { type: "button" }, say("A typical row"));
  button.addEventListener("click", take);
  return element("div", { class: "tools" }, button);
}

function newNumber({ name, low, high, whole }, changed) {
  const slider = element("input", { type: "range", min: low, max: high, step: whole ? 1 : "any", "aria-label": say("{0}, slider", name) });
  const box = element("input", { type: "text", inputmode: "decimal", "aria-label": name });
  const range = element("small", {}, `${precise(low)} – ${precise(high)}`);
  slider.addEventListener("input", () => ((box.value = precise(Number(slider.value))), mark(), changed()));
  box.addEventListener("input", () => ((slider.value = box.value), mark(), changed()));
  const mark = () => box.classList.toggle("outside", box.value !== "" && !(Number(box.value) >= low && Number(box.value) <= high));
  const host = element("div", { class: "field" }, element("span", { class: "label", title: name }, name), slider, box, range);
  return {
    host,
    read: () => box.value.trim(),
    write(value) {
      box.value = value ?? "";
      slider.value = value ?? low;
      mark();
    },
  };
}

function newChoice({ name, values }, changed) {
  const select = element("select", { "aria-label": name }, ...["", ...values].map((value) => element("option", { value }, value || say("not known"))));
  select.addEventListener("change", changed);
  const host = element("div", { class: "field" }, element("span", { class: "label", title: name }, name), select);
  return { host, read: () => select.value, write: (value) => (select.value = value ?? "") };
}

// Too many columns for a field each.
function newLine(form, change) {
  const line = element("textarea", { rows: 6, spellcheck: "false", "aria-label": say("Row, {0} numbers with commas between", form.row.length) });
  line.addEventListener("input", () => change({ row: line.value }));
  return { parts: [line], show: (given) => (line.value = given.row.map((value) => value ?? "").join(", ")) };
}

// --- the plane

export function newPlane(form, change) {
  const fields = newFields(form, (given) => (place(given.row), change(given)));
  const [across, up] = form.columns.map(({ low, high }, side) => newScale(low, high, side));
  const mark = shape("circle", { r: 8, class: "mark" });
  const dots = form.points.map(([x, y], index) => shape("circle", { cx: across.at(x), cy: up.at(y), r: 2.6, "data-kind": (form.points_of[index] ?? 0) % COLORS }));
  const plane = shape("svg", { viewBox: `0 0 ${PLANE} ${PLANE}`, class: "plane", role: "img", "aria-label": say("Points that were trained on, and the one that is asked about") });
  plane.append(...dots, mark);
  const place = ([x, y]) => (setAttribute(mark, "cx", across.at(Number(x) || 0)), setAttribute(mark, "cy", up.at(Number(y) || 0)));
  const follow = (event) => {
    const { left, top, width } = plane.getBoundingClientRect();
    const unit = PLANE / width;
    const row = [across.value((event.clientX - left) * unit), up.value((event.clientY - top) * unit)].map((value) => Number(value.toPrecision(4)));
    fields.write(row);
    place(row);
    change({ row });
  };
  plane.addEventListener("pointerdown", (event) => (plane.setPointerCapture(event.pointerId), follow(event)));
  plane.addEventListener("pointermove", (event) => event.buttons && follow(event));
  return { parts: [plane, fields.host], show: (given) => (fields.show(given), place(given.row)) };
}

function newScale(low, high, side) {
  const unit = (PLANE - 2 * ROOM) / (high - low || 1);
  const at = (value) => ROOM + (value - low) * unit;
  return side ? { at: (value) => PLANE - at(value), value: (pixel) => low + (PLANE - pixel - ROOM) / unit } : { at, value: (pixel) => low + (pixel - ROOM) / unit };
}
