// Histograms whose ranges differ from step to step, on one common range.

const COMMON_BINS = 48;

const has = (histogram, layer) =>
  Number.isFinite(histogram.low?.[layer]) && Number.isFinite(histogram.high?.[layer]);

export const known = (histograms, layer) => histograms.filter((histogram) => has(histogram, layer));

export function commonRange(histograms, layer) {
  let low = Infinity;
  let high = -Infinity;
  for (const histogram of known(histograms, layer)) {
    low = Math.min(low, histogram.low[layer]);
    high = Math.max(high, histogram.high[layer]);
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
export function rebin(histograms, layer, { low, width }) {
  const rows = Array.from({ length: COMMON_BINS }, () => new Array(histograms.length).fill(null));
  histograms.forEach((histogram, column) => {
    if (!has(histogram, layer)) return;
    const counts = histogram.counts[layer];
    const total = counts.reduce((sum, each) => sum + (each ?? 0), 0) || 1;
    const [start, end] = opened(histogram.low[layer], histogram.high[layer]);
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
export function shares(histogram, layer) {
  const counts = histogram.counts[layer];
  const total = counts.reduce((sum, each) => sum + (each ?? 0), 0) || 1;
  const [low, high] = opened(histogram.low[layer], histogram.high[layer]);
  const width = (high - low) / counts.length;
  return {
    centers: counts.map((_, bin) => low + (bin + 0.5) * width),
    width,
    values: counts.map((each) => (each ?? 0) / total),
  };
}
