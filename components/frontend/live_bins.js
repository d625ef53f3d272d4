// Histograms whose ranges differ from step to step, on one common range.

const COMMON_BINS = 48;

const has = ({ low, high }) => Number.isFinite(low) && Number.isFinite(high);

export const known = (histograms) => histograms.filter(has);

export function commonRange(histograms) {
  let low = Infinity;
  let high = -Infinity;
  for (const histogram of known(histograms)) {
    low = Math.min(low, histogram.low);
    high = Math.max(high, histogram.high);
  }
  [low, high] = opened(low, high);
  const width = (high - low) / COMMON_BINS;
  const centers = Array.from({ length: COMMON_BINS }, (_, bin) => low + (bin + 0.5) * width);
  return { low, high, width, centers };
}

// A layer that gives one value everywhere still gets bins with a width.
function opened(low, high) {
  if (high > low) return [low, high];
  const around = Math.abs(low) * 0.05 || 0.5;
  return [low - around, high + around];
}

// Rows: common bins; columns: steps; each a share of the step's values. An old bin's share is spread evenly over it.
export function rebin(histograms, { low, width }) {
  const rows = Array.from({ length: COMMON_BINS }, () => new Array(histograms.length).fill(null));
  histograms.forEach((histogram, column) => {
    if (!has(histogram)) return;
    const { counts } = histogram;
    const total = counts.reduce((sum, each) => sum + each, 0) || 1;
    const [start, end] = opened(histogram.low, histogram.high);
    const step = (end - start) / counts.length;
    rows.forEach((row) => (row[column] = 0));
    counts.forEach(
      (value, bin) => value && spread(rows, column, value / total, start + bin * step - low, step, width),
    );
  });
  return rows;
}

function spread(rows, column, share, from, length, width) {
  const first = clamp(Math.floor(from / width));
  const final = clamp(Math.floor((from + length) / width));
  for (let bin = first; bin <= final; bin++) {
    const overlap = Math.min(from + length, (bin + 1) * width) - Math.max(from, bin * width);
    rows[bin][column] += share * Math.max(0, overlap / length);
  }
}

const clamp = (bin) => Math.max(0, Math.min(COMMON_BINS - 1, bin));

// One histogram as bars: centers, one width, and shares of the values.
export function shares({ low, high, counts }) {
  const total = counts.reduce((sum, each) => sum + each, 0) || 1;
  const [start, end] = opened(low, high);
  const width = (end - start) / counts.length;
  return {
    centers: counts.map((_, bin) => start + (bin + 0.5) * width),
    width,
    values: counts.map((each) => each / total),
  };
}
