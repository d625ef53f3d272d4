// How good the network is on the validation part: R² and errors over the epochs, F1, and which classes it confuses.
import { section } from "./live_elements.js";
import { BARE, layoutOf, validationTrace } from "./live_figures.js";
import { show } from "./live_plot.js";
import { heatScale } from "./live_theme.js";
import { say } from "./say.js";
import { last, number, plain } from "./live_words.js";

const FIRST_EPOCH = say("Waiting for the first epoch.");

// Measure -> its chart's title.
export const MEASURES = { r2: "R²", mae: say("Mean absolute error"), f1: "F1" };

// lead: to the examples of a cell, by the numbers of the right class and the one that is said.
export function qualitySection(chart, redraw, lead) {
  const made = { cell: null, ...section(say("Classes")) };
  made.confusion = chart(say("Confusion"), { tall: true });
  made.f1 = chart(MEASURES.f1, { tall: true });
  made.grid.append(made.confusion.card, made.f1.card);
  const choose = (row, column) => {
    made.cell = [row, column];
    redraw();
  };
  made.confusion.onClick = ({ x, y }) => {
    choose(made.names.indexOf(y), made.names.indexOf(x));
    lead(...made.cell);
  };
  const { drawing } = made.confusion;
  drawing.tabIndex = 0;
  drawing.addEventListener("keydown", (event) => {
    const [row, column] = made.cell ?? [0, -1];
    const move = MOVES[event.key];
    if (move) choose(inside(row + move[0], made), inside(column + move[1], made));
    else if (event.key === "Enter" && made.cell) lead(...made.cell);
    else return;
    event.preventDefault();
  });
  return made;
}

const MOVES = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

const inside = (place, { names }) => Math.max(0, Math.min(names.length - 1, place));

export function showQuality(quality, history, theme) {
  const table = history.run?.confusion ?? [];
  quality.whole.hidden = !table.length;
  if (!table.length) return;
  showMeasure(quality.f1, history, "f1", theme);
  quality.names = table.map((_, index) => nameOf(history.run.labels, index));
  const cell = quality.cell && cellInWords(quality, table);
  show(quality.confusion, {
    says: cell ?? confusionSays(table, history.run.labels),
    note: `${cell ?? say("Rows: the right class. Columns: what the network says. After the last epoch.")} ${say("Click a cell, or choose one with the arrow keys and Enter, to see its examples.")}`,
    figure: () => confusionFigure(theme, table, quality),
  });
}

export function showMeasure(chart, history, name, theme) {
  const line = history.measures.get(name);
  const title = MEASURES[name];
  show(chart, {
    empty: line?.x.length ? "" : FIRST_EPOCH,
    says: line ? say("Validation {0}.", number(last(line.y))) : "",
    note: NOTES[name],
    figure: () => ({
      traces: [validationTrace(title, line, theme.validation, ".4~g")],
      layout: layoutOf(theme, { margin: BARE, showlegend: false }),
    }),
  });
}

const NOTES = {
  r2: say("Validation. 1 is perfect; 0 is as good as always saying the mean"),
  mae: say("Validation. How far an answer is off, on average"),
  f1: say("Validation. The mean of all classes' F1, so that rare classes count as much"),
};

const nameOf = (labels, index) => plain(labels[index] ?? index);

function confusionSays(table, labels) {
  let most = { count: 0, row: 0, column: 0 };
  table.forEach((counts, row) =>
    counts.forEach((count, column) => {
      if (row !== column && count > most.count) most = { count, row, column };
    }),
  );
  if (!most.count) return say("Every class is told apart from every other.");
  const [right, said] = [labels[most.row] ?? most.row, labels[most.column] ?? most.column];
  return say("Most often {0} is taken for {1}, {2} times.", right, said, most.count);
}

const cellInWords = ({ cell: [row, column], names }, table) =>
  say("{0} taken for {1}: {2} times.", names[row], names[column], table[row][column]);

function confusionFigure(theme, table, { names, cell }) {
  const shares = table.map((counts) => {
    const whole = counts.reduce((sum, count) => sum + count, 0);
    return counts.map((count) => (whole ? count / whole : 0));
  });
  const hovered = say("{0} taken for {1}", "%{y}", "%{x}");
  const trace = {
    type: "heatmap",
    x: names,
    y: names,
    z: shares,
    customdata: table,
    text: table.length <= 20 ? table.map((counts) => counts.map((count) => count || "")) : undefined,
    texttemplate: table.length <= 20 ? "%{text}" : undefined,
    colorscale: heatScale(theme),
    zmin: 0,
    zmax: 1,
    showscale: false,
    hovertemplate: `${hovered}: %{customdata:,} (%{z:.1%})<extra></extra>`,
  };
  const axis = { type: "category", showgrid: false, nticks: undefined };
  const y = { ...axis, title: say("Right"), autorange: "reversed" };
  const x = { ...axis, title: say("Said"), tickformat: "" };
  const shapes = cell ? [frameOf(theme, cell)] : [];
  return { traces: [trace], layout: layoutOf(theme, { hovermode: "closest", margin: BARE, shapes, x, y }) };
}

const frameOf = (theme, [row, column]) => ({
  type: "rect",
  x0: column - 0.5,
  x1: column + 0.5,
  y0: row - 0.5,
  y1: row + 0.5,
  line: { color: theme.validation, width: 2.5 },
});
