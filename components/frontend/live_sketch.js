// The lines of a chart before plotly.js is there, which a browser reads for a second: the same traces and layout, drawn
// plainly in the place where Plotly draws them anew, so that nothing jumps but the finer points.
import { element } from "./elements.js";
import { STEPS } from "./live_figures.js";
import { number } from "./live_words.js";

const HEADROOM = 1 / 18; // of the range, above and below, as Plotly leaves it
const TICKS = 6;
// What Plotly adds to the margins, and how it sets the legend, in pixels.
const ADDED = { left: 17, legend: 14, bottom: 7 };
const LEGEND = { left: 6, up: 16, sample: 30, gap: 5, apart: 11 };

export function sketch(drawing, { traces, layout }) {
  const lines = traces.filter(({ type, x, visible }) => type === "scatter" && visible !== "legendonly" && x.some(Number.isFinite));
  if (!lines.length || lines.length < traces.filter(({ x }) => x?.length).length) return clearSketch(drawing);
  const page = drawing.querySelector(".live-sketch") ?? drawing.appendChild(element("canvas", { class: "live-sketch", "aria-hidden": "true" }));
  const [width, height, sharp] = [drawing.clientWidth, drawing.clientHeight, globalThis.devicePixelRatio || 1];
  Object.assign(page, { width: width * sharp, height: height * sharp });
  const pen = page.getContext("2d");
  pen.scale(sharp, sharp);
  const [across, up] = [newAxis(lines, "x", layout.xaxis), newAxis(lines, "y", layout.yaxis)];
  pen.font = `${layout.yaxis.tickfont.size}px ${layout.font.family}`;
  const left = Math.max(layout.margin.l, ...up.ticks.map(({ words }) => pen.measureText(words).width + ADDED.left));
  const top = layout.margin.t + (layout.showlegend ? ADDED.legend : 0);
  const [right, bottom] = [width - layout.margin.r, height - layout.margin.b - ADDED.bottom];
  const place = { x: (value) => left + across.share(value) * (right - left), y: (value) => bottom - up.share(value) * (bottom - top) };
  drawAxes(pen, { across, up, place, left, right, top, bottom }, layout);
  pen.save();
  pen.beginPath();
  pen.rect(left, 0, right - left, bottom);
  pen.clip();
  for (const line of lines) drawLine(pen, line, place);
  pen.restore();
  if (layout.showlegend) drawLegend(pen, lines, left, top, layout);
}

export function clearSketch(drawing) {
  drawing.querySelector(".live-sketch")?.remove();
}

// Where values stand, as a share of the axis, and its ticks: { value, words }.
function newAxis(lines, side, { type, tickformat = "", range }) {
  const scale = type === "log" ? Math.log10 : (value) => value;
  const found = lines.flatMap((line) => line[side].filter((value) => Number.isFinite(value) && (type !== "log" || value > 0)));
  let [low, high] = range ?? found.reduce(([least, most], value) => [Math.min(least, scale(value)), Math.max(most, scale(value))], [Infinity, -Infinity]);
  if (low === high) [low, high] = [low - 1, high + 1];
  const room = range || side === "x" ? 0 : (high - low) * HEADROOM;
  [low, high] = [low - room, high + room];
  const words = (value) => (tickformat.includes("%") ? `${Math.round(value * 100)}%`.replace("-", "−") : side === "x" ? value.toLocaleString("en") : number(value));
  const ticks = round(low, high, tickformat === STEPS ? 1 : 0).map((at) => ({ at, words: words(type === "log" ? 10 ** at : at) }));
  return { share: (value) => (scale(value) - low) / (high - low), shareOfTick: (at) => (at - low) / (high - low), ticks };
}

// At most so many round values from low to high, which stand this far apart or further.
function round(low, high, least) {
  const rough = Math.max((high - low) / TICKS, least);
  const size = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].find((each) => each * size >= rough) * size;
  const found = [];
  for (let index = Math.ceil(low / step); index * step <= high; index++) found.push(Number((index * step).toPrecision(12)));
  return found;
}

function drawAxes(pen, { across, up, left, right, top, bottom }, { xaxis, yaxis }) {
  pen.lineWidth = 1;
  pen.strokeStyle = yaxis.gridcolor;
  pen.fillStyle = yaxis.tickfont.color;
  pen.beginPath();
  pen.textAlign = "right";
  pen.textBaseline = "middle";
  for (const { at, words } of up.ticks) {
    const y = Math.round(bottom - up.shareOfTick(at) * (bottom - top)) + 0.5;
    pen.moveTo(left, y);
    pen.lineTo(right, y);
    pen.fillText(words, left - 4, y);
  }
  pen.textAlign = "center";
  pen.textBaseline = "top";
  for (const { at, words } of across.ticks) {
    const x = Math.round(left + across.shareOfTick(at) * (right - left)) + 0.5;
    pen.moveTo(x, top);
    pen.lineTo(x, bottom);
    if (x + pen.measureText(words).width / 2 < right + 12) pen.fillText(words, x, bottom + 5);
  }
  pen.stroke();
  pen.fillText(xaxis.title.text, (left + right) / 2, bottom + 26);
}

const DASHES = { dash: [9, 9], dot: [3, 3] };

// A value that is missing is a gap.
function drawLine(pen, { x, y, mode = "lines", line = {}, marker }, place) {
  const known = (index) => Number.isFinite(y[index]);
  pen.lineWidth = line.width ?? 2;
  pen.strokeStyle = pen.fillStyle = line.color ?? marker.color;
  pen.setLineDash(DASHES[line.dash] ?? []);
  pen.beginPath();
  if (mode.includes("lines")) x.forEach((step, index) => known(index) && pen[known(index - 1) ? "lineTo" : "moveTo"](place.x(step), place.y(y[index])));
  pen.stroke();
  pen.setLineDash([]);
  if (!mode.includes("markers")) return;
  pen.beginPath();
  x.forEach((step, index) => known(index) && (pen.moveTo(place.x(step), place.y(y[index])), pen.arc(place.x(step), place.y(y[index]), (marker?.size ?? 6) / 2, 0, 7)));
  pen.fill();
}

function drawLegend(pen, lines, left, top, { legend }) {
  let x = left + LEGEND.left;
  const y = top - LEGEND.up;
  pen.font = pen.font.replace(/^\S+/, `${legend.font.size}px`);
  pen.textAlign = "left";
  pen.textBaseline = "middle";
  for (const each of lines.filter(({ showlegend }) => showlegend !== false)) {
    drawLine(pen, { ...each, x: [x, x + LEGEND.sample], y: [y, y], mode: "lines" }, { x: (value) => value, y: (value) => value });
    pen.fillStyle = legend.font.color;
    pen.fillText(each.name, x + LEGEND.sample + LEGEND.gap, y);
    x += LEGEND.sample + LEGEND.gap + pen.measureText(each.name).width + LEGEND.apart;
  }
}
