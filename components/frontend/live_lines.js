// Lines that stay small: old points are thinned by keeping the lowest and the highest of each few, so no spike is lost.

export const MOST_POINTS = 4000;
const THINNED_BY = 4; // of four neighbours the lowest and the highest stay

export const newLine = (most = MOST_POINTS) => ({ x: [], y: [], most });

export function push(line, x, y) {
  line.x.push(x);
  line.y.push(y);
  if (line.x.length > line.most) thin(line);
}

// A series of the server, {step, value}, behind what is known; where it begins earlier, in its place.
export function pushSeries(line, { step, value }) {
  if (!step.length) return;
  cutFrom(line, step[0]);
  step.forEach((at, index) => push(line, at, value[index] ?? null));
}

// A resumed run computes the steps after its last checkpoint again.
export function cutFrom(line, x) {
  let length = line.x.length;
  while (length && line.x[length - 1] >= x) length--;
  line.x.length = length;
  line.y.length = length;
}

export function thin(line) {
  const recent = line.x.length - Math.floor(line.most / 4);
  const kept = [];
  for (let start = 0; start < recent; start += THINNED_BY)
    kept.push(...extremes(line.y, start, Math.min(start + THINNED_BY, recent)));
  for (let index = recent; index < line.x.length; index++) kept.push(index);
  line.x = kept.map((index) => line.x[index]);
  line.y = kept.map((index) => line.y[index]);
}

function extremes(values, start, end) {
  let lowest = -1;
  let highest = -1;
  let gap = -1;
  for (let index = start; index < end; index++) {
    if (values[index] === null) gap = index;
    else {
      if (lowest < 0 || values[index] < values[lowest]) lowest = index;
      if (highest < 0 || values[index] > values[highest]) highest = index;
    }
  }
  return [...new Set([lowest, highest, gap])].filter((index) => index >= 0).sort((a, b) => a - b);
}
