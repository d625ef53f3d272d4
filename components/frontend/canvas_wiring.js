// Laying a wire: from a port to a port by clicks or in one drag, or with the key `c` and a list. Which ends may be joined
// is for Python to say: it is asked when a wire is begun, and until it answers every end looks open.
import { setAttribute, shape } from "./elements.js";
import { titleOf } from "./canvas_boxes.js";
import { answerMenu, fillMenu, openMenu } from "./canvas_menu.js";
import { placeOfPort, showPorts } from "./canvas_ports.js";
import { inWorld } from "./canvas_view.js";
import { say } from "./say.js";

const CLICK = 5; // pixels that a hand may move in a click

export function beginWire(canvas, port, event) {
  const { side, name, slot } = port.dataset;
  const { id } = port.closest(".box").dataset;
  const from = placeOfPort(canvas.boxes.get(id).box, side, Number(slot));
  canvas.wire = { id, port: name, side, slot: Number(slot), from, begun: [event.clientX, event.clientY], held: true, allowed: null };
  canvas.focus(id);
  canvas.send("wire", { id, port: side === "out" ? name : "", side });
  for (const drawn of canvas.boxes.values()) showPorts(drawn);
  canvas.host.classList.add("wiring");
  canvas.host.dataset.wants = side === "out" ? "in" : "out";
  canvas.layers.rubber.append(shape("path", { class: "rubber" }));
  canvas.say(side === "out" ? say("A wire from {0}. Click what takes it; Escape or a click beside it lets go.", id) : say("A wire to {0}. Click what feeds it; Escape or a click beside it lets go.", id));
  stretch(canvas, event);
}

export function endWire(canvas) {
  if (!canvas.wire) return false;
  canvas.wire = null;
  canvas.host.classList.remove("wiring");
  canvas.layers.rubber.replaceChildren();
  for (const { group } of canvas.boxes.values()) group.classList.remove("barred");
  canvas.say("");
  return true;
}

// The rubber line follows the pointer.
export function stretch(canvas, event) {
  const { wire } = canvas;
  const [x, y] = inWorld(canvas, event);
  const [fromX, fromY] = wire.from;
  const bend = (wire.side === "out" ? 1 : -1) * Math.max(24, Math.abs(y - fromY) / 2);
  setAttribute(canvas.layers.rubber.firstChild, "d", `M${fromX} ${fromY}C${fromX} ${fromY + bend} ${x} ${y - bend} ${x} ${y}`);
}

// The pointer is let go: after a drag the wire ends there, after a click it stays in the hand.
export function letGo(canvas, event) {
  const { wire } = canvas;
  if (!wire.held) return;
  wire.held = false;
  if (Math.hypot(event.clientX - wire.begun[0], event.clientY - wire.begun[1]) > CLICK) dropOn(canvas, event);
  else wire.fresh = true; // the click that follows is the one that began it
}

export function dropOn(canvas, event) {
  const { wire } = canvas;
  if (wire.fresh) return void (wire.fresh = false);
  const found = canvas.root.getRootNode().elementFromPoint(event.clientX, event.clientY);
  const id = found?.closest?.(".box")?.dataset.id ?? frameAt(canvas, event);
  if (!id) return void endWire(canvas);
  if (wire.allowed && !wire.allowed.has(id)) return refuse(canvas, id);
  const port = found.closest(".port")?.dataset;
  const joined = wire.side === "out" ? leadTo(wire, id, port) : takeFrom(wire, id, port);
  endWire(canvas);
  canvas.send("connect", joined);
}

// A frame takes a wire wherever it is let go in it; the innermost one that may.
function frameAt(canvas, event) {
  const [atX, atY] = inWorld(canvas, event);
  const around = ({ at: [x, y, width, height] }) => x <= atX && atX <= x + width && y <= atY && atY <= y + height;
  return canvas.data.boxes.findLast((box) => box.frame && canvas.wire.allowed?.has(box.id) && around(box))?.id;
}

function leadTo({ id, port }, target, entered) {
  return { source: wireOf(id, port), target, slot: entered?.side === "in" ? Number(entered.slot) : -1 };
}

function takeFrom({ id, slot }, source, left) {
  return { source: wireOf(source, left?.side === "out" ? left.name : ""), target: id, slot };
}

const wireOf = (id, port) => (port ? `${id}.${port}` : id);
const nodeOf = (wire) => wire.slice(0, wire.lastIndexOf("/") + 1) + wire.slice(wire.lastIndexOf("/") + 1).split(".")[0];

function refuse(canvas, id) {
  const { wire } = canvas;
  if (id === wire.id) return void endWire(canvas);
  const [source, target] = wire.side === "out" ? [wire.id, id] : [id, wire.id];
  canvas.say(say("{0} cannot take from {1}: that would close a circle, or it takes no input or stands in another frame.", target, source));
}

// Python's answer: what the wire may be led to.
export function markAllowed(canvas) {
  if (canvas.wire && !canvas.boxes.has(canvas.wire.id)) endWire(canvas);
  const { wire, menu } = canvas;
  const answer = canvas.data.hand.wiring;
  if (wire && answer?.id === wire.id && answer.side === wire.side) {
    wire.allowed = new Set(answer.allowed.map(nodeOf));
    for (const [id, { group }] of canvas.boxes) group.classList.toggle("barred", !wire.allowed.has(id) && id !== wire.id);
  }
  if (menu?.asks && answer?.id === menu.asks && answer.side === "in" && !menu.options) offer(canvas, answer);
}

// --- by keyboard: what feeds the layer, chosen from a list

export function askForSource(canvas, id) {
  openMenu(canvas, { label: say("What feeds {0}", id), hint: say("Type a layer's name"), options: null, choose: () => {} });
  canvas.menu.asks = id;
  canvas.send("wire", { id, port: "", side: "in" });
}

function offer(canvas, { id, allowed, slots, many }) {
  if (!slots.length) {
    fillMenu(canvas, []);
    return canvas.say(say("{0} takes no input.", id));
  }
  let slot = slots.length === 1 || slots.at(-1)[1] ? 0 : slots.length - 1;
  const wired = new Map(slots.map(([, wire], place) => [wire, place]));
  const folder = id.slice(0, id.lastIndexOf("/") + 1);
  const sources = allowed.map((wire) => {
    const box = canvas.boxes.get(nodeOf(wire))?.box;
    const held = wired.get(wire.slice(folder.length));
    return { key: wire, title: wire.slice(folder.length), detail: [box?.subtitle, box?.output].filter(Boolean).join(" · "), family: box?.family, careful: held !== undefined, marked: held === undefined ? "" : say("wired: Enter takes it off") };
  });
  const options = sources.toSorted((one, other) => one.careful - other.careful); // Enter at once takes no wire off
  const chips = slots.length > 1 ? { label: say("Which input"), names: slots.map(([name, wire]) => chipOf(name, wire, many)), chosen: slot, choose: (place) => (slot = place) } : null;
  const choose = (wire) => {
    const held = wired.get(wire.slice(folder.length));
    if (held === undefined) canvas.send("connect", { source: wire, target: id, slot });
    else canvas.send("disconnect", { target: id, slot: held });
  };
  answerMenu(canvas, { label: say("What feeds {0}", titleOf({ id })), hint: say("Type a layer's name"), options, choose, chips });
}

const chipOf = (name, wire, many) => (many ? wire || say("one more") : `${name.replace("*", "")}: ${wire || say("free")}`);
