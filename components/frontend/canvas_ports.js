// The ports of a box: where wires enter and leave. They are painted when they are first needed: under the pointer, on the
// selected box, while a wire is laid; and always where a wire is missing.
import { shape } from "./elements.js";
import { say } from "./say.js";

const MISSING = "n";

export function inputsOf({ in: given, at }) {
  return given ?? [["", at[2] / 2, "w"]];
}

export function outputsOf({ out: given, at }) {
  return given ?? [["", at[2] / 2, "f"]];
}

export function paintPorts(drawn) {
  const { box, ports } = drawn;
  const missing = inputsOf(box).some(([, , state]) => state === MISSING);
  if (!drawn.hasPorts && !missing) return;
  const inputs = inputsOf(box).map((port, slot) => newPort(port, "in", slot, 0));
  const outputs = outputsOf(box).map((port, slot) => newPort(port, "out", slot, box.at[3]));
  ports.replaceChildren(...inputs, ...outputs);
}

export function showPorts(drawn) {
  if (!drawn || drawn.hasPorts) return;
  drawn.hasPorts = true;
  paintPorts(drawn);
}

const PORT_STATES = { w: "wired", f: "free", n: "needed" };

function portHint(side, name) {
  if (side === "in") return name ? say("Input {0}: click, then click what feeds it", name) : say("Input: click, then click what feeds it");
  return name ? say("Output {0}: click, then click what takes it", name) : say("Output: click, then click what takes it");
}

function newPort([name, x, state], side, slot, y) {
  const title = shape("title");
  title.textContent = portHint(side, name);
  const group = shape("g", { class: "port", transform: `translate(${x} ${y})` }, title, shape("circle", { class: "reach", r: 10 }), shape("circle", { class: "dot", r: 4.5 }));
  Object.assign(group.dataset, { side, slot, name, state: PORT_STATES[state] });
  return group;
}

// In the world's coordinates.
export function placeOfPort({ at, ...box }, side, slot) {
  const found = (side === "in" ? inputsOf({ at, ...box }) : outputsOf({ at, ...box }))[slot];
  return [at[0] + (found ? found[1] : at[2] / 2), at[1] + (side === "in" ? 0 : at[3])];
}
