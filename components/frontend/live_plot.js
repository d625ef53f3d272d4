// A chart on its card: drawn by plotly.js when it is in sight, redrawn in place so that zoom, hover and legend survive.
import { element, setAttribute, setText } from "./elements.js";
import { STEPS, stepsInSight, ticksOfSteps } from "./live_figures.js";
import { newId } from "./live_elements.js";
import { clearSketch, sketch } from "./live_sketch.js";
import { say } from "./say.js";

const AHEAD = "200px"; // draw this far before a chart scrolls into sight
const REST = 40; // a chart that is slow to draw rests this many times as long, so that many pages can watch one run
const DRAG_ENDS = 400; // milliseconds between two looks at whether the user still drags
const plotlyWords = () => ({
  Zoom: say("Zoom"),
  Pan: say("Pan"),
  "Reset axes": say("Reset axes"),
  "Download plot as a PNG": say("Download plot as a PNG"),
  "Double-click to zoom back out": say("Double-click to zoom back out"),
});
const CONFIG = {
  displaylogo: false,
  responsive: false, // each card watches its own size: the sidebar changes it without the window
  displayModeBar: "hover",
  modeBarButtons: [["zoom2d", "pan2d", "resetScale2d", "toImage"]],
  locale: "page",
  locales: { page: { dictionary: plotlyWords() } },
};

let library = null;

export function loadPlotly(address) {
  library ??= new Promise((resolve, reject) => {
    const script = element("script", { src: new URL(address, document.baseURI).href });
    script.addEventListener("load", () => resolve(window.Plotly));
    script.addEventListener("error", () => {
      script.remove();
      library = null;
      reject(new Error("plotly.js did not load."));
    });
    document.head.append(script);
  });
  return library;
}

// Has the browser fetch it, but not yet read it.
export function fetchPlotlyAhead(address) {
  const href = new URL(address, document.baseURI).href;
  if (!library && !document.head.querySelector(`link[href="${href}"]`)) document.head.append(element("link", { rel: "preload", as: "script", href }));
}

// A card with a heading, room for controls, the drawing and a sentence for the time without data.
export function newChart(title, { wide = "half", tall = false } = {}, ...controls) {
  const id = newId("chart");
  const drawing = element("div", { class: "live-drawing", role: "figure", "aria-label": title });
  const empty = element("p", { class: "live-empty" });
  const note = element("p", { class: "live-note" });
  const head = element("div", { class: "live-card-head" }, element("h4", { id }, title), ...controls);
  const stage = element("div", { class: "live-stage" }, drawing, empty);
  const card = element("article", {
    class: `live-card live-${wide}${tall ? " live-tall" : ""}`,
    "aria-labelledby": id,
  });
  card.append(head, note, stage);
  const chart = {
    title,
    card,
    stage,
    drawing,
    empty,
    note,
    plan: null,
    due: false,
    inSight: false,
    plotly: null,
    drawn: null,
    revision: 0,
    restUntil: 0,
    timer: 0,
  };
  watch(chart);
  return chart;
}

function watch(chart) {
  chart.sight = new IntersectionObserver(
    ([entry]) => {
      chart.inSight = entry.isIntersecting;
      draw(chart);
    },
    { rootMargin: AHEAD },
  );
  chart.sight.observe(chart.card);
  chart.size = new ResizeObserver(
    () => chart.plotly && chart.drawing.offsetParent && chart.plotly.Plots.resize(chart.drawing),
  );
  chart.size.observe(chart.drawing);
}

// plan: { says, empty, note, figure }: the newest figures in words, a sentence in place of the chart or "", a few words
// under the heading, and a function that gives { traces, layout }.
export function show(chart, plan) {
  chart.plan = plan;
  chart.due = true;
  setAttribute(chart.drawing, "aria-label", `${chart.title}. ${plan.empty || plan.says}`);
  setText(chart.empty, plan.empty || "");
  setText(chart.note, plan.note || "");
  chart.card.classList.toggle("live-is-empty", Boolean(plan.empty));
  draw(chart);
}

export function allow(chart, plotly) {
  chart.plotly = plotly;
  draw(chart);
}

function draw(chart) {
  const { plotly, plan, drawing } = chart;
  clearTimeout(chart.timer);
  if (!chart.due || !chart.inSight || plan.empty) return;
  if (!plotly) return sketch(drawing, plan.figure());
  const began = performance.now();
  const wait = Math.max(chart.restUntil - began, drawing._dragging ? DRAG_ENDS : 0); // a redraw would end the user's zoom
  if (wait > 0) {
    chart.timer = setTimeout(() => draw(chart), wait);
    return;
  }
  chart.due = false;
  const { traces, layout } = plan.figure();
  chart.revision += 1;
  const xaxis = { ...layout.xaxis, ...stepTicks(drawing, traces, layout.xaxis) };
  chart.drawn = plotly.react(drawing, traces, { ...layout, xaxis, datarevision: chart.revision }, CONFIG);
  clearSketch(drawing);
  followMouse(chart);
  hoverAgain(chart);
  chart.restUntil = began + (performance.now() - began) * REST;
}

function stepTicks(drawing, traces, { tickformat }) {
  const shown = drawing._fullLayout?.xaxis;
  const zoomed = shown?.autorange === false ? shown.range : null;
  return tickformat === STEPS ? ticksOfSteps(...stepsInSight(traces, zoomed)) : {};
}

// The user zoomed: other ticks may be due, which Plotly does not choose by itself.
function afterZoom({ plotly, drawing }) {
  const { tickmode, dtick } = stepTicks(drawing, drawing.data, drawing.layout.xaxis);
  if (tickmode && tickmode !== drawing.layout.xaxis.tickmode) {
    plotly.relayout(drawing, { "xaxis.tickmode": tickmode, "xaxis.tick0": 0, "xaxis.dtick": dtick });
  }
}

// What the user asked for is drawn at once.
export function wakeUp(chart) {
  chart.restUntil = 0;
}

// A redraw drops the label under a resting mouse: put it back where the mouse is.
function hoverAgain({ drawing, mouse }) {
  const target = mouse && drawing.matches(":hover") && drawing.querySelector(".nsewdrag");
  if (!target) return;
  target.dispatchEvent(new MouseEvent("mousemove", { clientX: mouse.x, clientY: mouse.y, bubbles: false }));
}

function followMouse(chart) {
  const { drawing } = chart;
  if (chart.followed) return;
  chart.followed = true;
  drawing.addEventListener("mousemove", (event) => (chart.mouse = { x: event.clientX, y: event.clientY }));
  drawing.on("plotly_relayout", () => afterZoom(chart));
  drawing.on("plotly_click", ({ points }) => chart.onClick?.(points[0]));
  drawing.on("plotly_hover", ({ points }) => chart.onHover?.(points[0]));
}

export function removeChart(chart) {
  clearTimeout(chart.timer);
  chart.sight.disconnect();
  chart.size.disconnect();
  const purge = () => chart.plotly?.purge(chart.drawing);
  Promise.resolve(chart.drawn).then(purge, purge); // not before: Plotly would miss what it is still drawing with
}
