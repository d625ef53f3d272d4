// All layers' statistics over time, as columns: the lowest and the highest value of each stretch of steps. Neighbours are
// joined where there are too many, to stretches of one width, so that no time is coarser than another and no spike is lost.

const MOST_COLUMNS = 360;

export const newColumns = () => ({ step: [], low: {}, high: {} });

export function appendColumns(columns, { step, low, high }) {
  if (!step.length) return;
  cutColumns(columns, step[0]);
  columns.step.push(...step);
  for (const [name, rows] of Object.entries(low)) {
    (columns.low[name] ??= []).push(...rows);
    (columns.high[name] ??= []).push(...(high[name] ?? rows));
  }
  if (columns.step.length > MOST_COLUMNS) joinNeighbours(columns);
}

// A resumed run computes the steps after its last checkpoint again.
function cutColumns(columns, step) {
  const length = columns.step.findIndex((at) => at >= step);
  if (length < 0) return;
  columns.step.length = length;
  for (const end of [columns.low, columns.high]) for (const rows of Object.values(end)) rows.length = length;
}

function joinNeighbours(columns) {
  const groups = groupsOf(columns.step);
  const joined = (rows, join) => groups.map((group) => group.map((at) => rows[at]).reduce(join));
  for (const name of Object.keys(columns.low)) {
    columns.low[name] = joined(columns.low[name], cellByCell(Math.min));
    columns.high[name] = joined(columns.high[name], cellByCell(Math.max));
  }
  columns.step = joined(columns.step, (first) => first);
}

// Indices of neighbours that lie within one stretch; about half as many stretches as there may be columns.
function groupsOf(steps) {
  const width = (steps[steps.length - 1] - steps[0]) / (MOST_COLUMNS / 2);
  const groups = [];
  steps.forEach((step, at) => {
    const group = groups[groups.length - 1];
    if (group && step - steps[group[0]] < width) group.push(at);
    else groups.push([at]);
  });
  return groups;
}

const cellByCell = (choose) => (one, other) =>
  one.map((value, layer) => (value === null ? other[layer] : other[layer] === null ? value : choose(value, other[layer])));

// One layer's line: the lowest and the highest value of each column.
export function lineOf(columns, name, layer) {
  const of = (end) => (end[name] ?? []).map((row) => row[layer] ?? null);
  return { x: columns.step, low: of(columns.low), high: of(columns.high) };
}

// What a map shows of a stretch: whichever of its ends is further from what is usual for the layer.
export function standingOut({ low, high }) {
  const usual = median(low.filter((value) => value !== null));
  return low.map((value, at) => (value !== null && high[at] - usual > usual - value ? high[at] : value));
}

function median(values) {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

// The layers' indices in the order in which they compute; those that never ran come last.
export function forwardOrder(columns, layers) {
  const newest = columns.low.place?.[columns.step.length - 1] ?? [];
  const place = (index) => newest[index] ?? layers.length + index;
  return layers.map((_, index) => index).sort((one, other) => place(one) - place(other));
}
