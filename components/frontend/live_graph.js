// The network as a small picture in which a layer is picked, and in which those that findings are about stand out.
import { element, setAttribute, shape } from "./elements.js";
import { say } from "./say.js";

const LETTER = 8; // pixels of a letter in a box, about
const SCALE = 0.8; // a map to pick from, smaller than the drawing one works on

export function newGraph(onChoose) {
  const host = element("div", { class: "live-graph", role: "group", "aria-label": say("Layers of the network") });
  return { host, boxes: new Map(), token: "", onChoose, layers: [], chosen: "", marks: new Map(), own: "", wrong: "" };
}

// Draws the picture of another run, once it is there.
export async function followGraph(graph, token) {
  if (graph.token === token) return;
  Object.assign(graph, { token, own: "", wrong: "" });
  graph.boxes.clear();
  graph.host.replaceChildren();
  const response = await fetch(new URL(`api/runs/${token}/graph`, document.baseURI)).catch(() => null);
  const scene = response?.ok ? await response.json().catch(() => null) : null;
  if (!scene?.boxes?.length || graph.token !== token) return;
  paint(graph, scene);
  mark(graph);
}

function paint(graph, { width, height, boxes, arrows }) {
  const picture = shape("svg", { viewBox: `0 0 ${width} ${height}`, width: width * SCALE });
  for (const points of arrows) picture.append(shape("polyline", { points: points.map((at) => at.join()).join(" ") }));
  for (const box of boxes) picture.append(newBox(graph, box));
  graph.host.append(picture);
}

function newBox(graph, { id, title, x, y, width, height }) {
  const letters = Math.floor((width - 12) / LETTER);
  const name = title.length > letters ? `${title.slice(0, letters - 1)}…` : title;
  const attributes = { class: "live-box", role: "button", "aria-label": title, "aria-pressed": false };
  const words = shape("text", { x: x + width / 2, y: y + height / 2 }, name);
  const box = shape("g", attributes, shape("rect", { x, y, width, height, rx: 8 }), words);
  const choose = () => {
    const layer = layerIn(graph, id);
    if (layer) graph.onChoose(layer.name);
  };
  box.addEventListener("click", choose);
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    choose();
  });
  graph.boxes.set(id, box);
  return box;
}

// A layer's name is the way to its module, stage1.0.conv, a node's stage1[0]/conv: the first part that is a box is
// where it stands.
const boxOf = ({ boxes }, name) => name.split(/[./[]/).find((part) => boxes.has(part));

const layerIn = (graph, id) => graph.layers.find(({ name }) => boxOf(graph, name) === id);

// marks: layer -> "error" or "warning".
export function showGraph(graph, layers, chosen, marks) {
  Object.assign(graph, { layers, chosen, marks });
  mark(graph);
}

function mark(graph) {
  const { boxes, layers, chosen, marks } = graph;
  const states = new Map();
  for (const [name, severity] of marks) {
    const id = boxOf(graph, name);
    if (states.get(id) !== "error") states.set(id, severity);
  }
  const own = boxOf(graph, chosen);
  const wrong = [...states].find(([, severity]) => severity === "error")?.[0];
  if (wrong !== graph.wrong) reveal(graph, wrong);
  else if (own !== graph.own) reveal(graph, own);
  Object.assign(graph, { wrong, own });
  for (const [id, box] of boxes) {
    const measured = layers.some(({ name }) => boxOf(graph, name) === id);
    setAttribute(box, "data-state", states.get(id) ?? "");
    setAttribute(box, "aria-pressed", id === own);
    setAttribute(box, "aria-disabled", !measured);
    setAttribute(box, "tabindex", measured ? 0 : -1);
  }
}

// Scrolls the drawing, and not the page, until a box is in the middle of it.
function reveal({ host, boxes }, id) {
  const box = boxes.get(id)?.getBoundingClientRect();
  if (!box) return;
  const seen = host.getBoundingClientRect();
  const left = host.scrollLeft + box.left - seen.left - (seen.width - box.width) / 2;
  const top = host.scrollTop + box.top - seen.top - (seen.height - box.height) / 2;
  host.scrollTo({ left, top, behavior: "smooth" });
}
