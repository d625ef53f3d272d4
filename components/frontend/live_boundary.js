// Where the network draws the line between classes of points: the plane in the classes' colours, the points on it.
import { BARE, layoutOf } from "./live_figures.js";
import { faint } from "./live_theme.js";
import { count, percent, plain } from "./live_words.js";
import { say } from "./say.js";

const FAINTEST = 0.06; // the opacity where the network is not sure at all
const STRONGEST = 0.5;
const MOST_SHOWN = 0.999; // of a class's stretch of the scale, so that a sure cell is not the next class's

const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

export function boundaryPlan(theme, { step, area, classes, likely }) {
  const answers = bytes(classes);
  const hits = share(area, answers);
  return {
    empty: "",
    note: say("Step {0}; the stronger the colour, the surer the network", count(step)),
    says: say("At step {0} {1} of the points shown lie where the network gives their class.", step, percent(hits)),
    figure: () => boundaryFigure(theme, area, answers, bytes(likely)),
  };
}

// How many of the points lie in a cell of their class.
function share({ x, y, points, classes }, answers) {
  const side = Math.sqrt(answers.length);
  const cell = (value, [low, high]) => Math.min(side - 1, Math.floor(((value - low) / (high - low)) * side));
  const answer = ([across, up]) => answers[cell(up, y) * side + cell(across, x)];
  return points.filter((point, index) => answer(point) === classes[index]).length / points.length;
}

function boundaryFigure(theme, area, answers, likely) {
  const side = Math.sqrt(answers.length);
  const middles = ([low, high]) =>
    Array.from({ length: side }, (_, index) => low + ((index + 0.5) / side) * (high - low));
  const lowest = 1 / area.labels.length; // the least that the likeliest class can have
  const strength = (byte) => Math.max(0, (byte / 255 - lowest) / (1 - lowest));
  const level = (cell) => answers[cell] + MOST_SHOWN * strength(likely[cell]);
  const row = (start) => Array.from({ length: side }, (_, index) => level(start + index));
  const plane = {
    type: "heatmap",
    x: middles(area.x),
    y: middles(area.y),
    z: Array.from({ length: side }, (_, index) => row(index * side)),
    zmin: 0,
    zmax: area.labels.length,
    colorscale: scaleOf(theme, area.labels.length),
    showscale: false,
    hoverinfo: "skip",
  };
  const layout = layoutOf(theme, {
    margin: { ...BARE, t: 30 },
    hovermode: "closest",
    x: { title: plain(area.features[0]), range: area.x, tickformat: ".3~g", showgrid: false },
    y: { title: plain(area.features[1]), range: area.y, tickformat: ".3~g", showgrid: false },
  });
  const points = area.labels.map((label, number) => pointsTrace(theme, area, label, number));
  return { traces: [plane, ...points], layout };
}

function scaleOf(theme, classes) {
  return Array.from({ length: classes }, (_, number) => [
    [number / classes, faint(colorOf(theme, number), FAINTEST)],
    [(number + MOST_SHOWN) / classes, faint(colorOf(theme, number), STRONGEST)],
  ])
    .flat()
    .concat([[1, faint(colorOf(theme, classes - 1), STRONGEST)]]);
}

const colorOf = (theme, number) => theme.runs[number % theme.runs.length];

function pointsTrace(theme, { points, classes }, label, number) {
  const mine = points.filter((_, index) => classes[index] === number);
  return {
    type: "scatter",
    mode: "markers",
    name: plain(label),
    x: mine.map(([across]) => across),
    y: mine.map(([, up]) => up),
    marker: { color: colorOf(theme, number), size: 5, line: { color: theme.background, width: 0.8 } },
    hovertemplate: `${plain(label)}<br>%{x:.3~g}, %{y:.3~g}<extra></extra>`,
  };
}
