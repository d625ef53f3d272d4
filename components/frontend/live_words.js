// Numbers, times and states in words.

export const FINAL_STATES = new Set(["done", "stopped", "failed", "lost"]);

const STATES = {
  queued: "Waiting in the queue",
  starting: "Starting",
  running: "Training",
  paused: "Paused",
  stopping: "Stopping",
  done: "Done",
  stopped: "Stopped",
  failed: "Failed",
  lost: "Lost",
};

export const stateInWords = (state) => STATES[state] ?? "Waiting";

const missing = (value) => value === null || value === undefined || !Number.isFinite(value);

export function number(value, digits = 3) {
  if (missing(value)) return "–";
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e6)) return value.toExponential(digits - 1).replace("-", "−");
  return value
    .toLocaleString("en", { maximumSignificantDigits: Math.max(digits, Math.trunc(size).toString().length) })
    .replace("-", "−");
}

export const count = (value) => (missing(value) ? "–" : Math.round(value).toLocaleString("en"));

export function bytes(size) {
  if (size < 1e6) return `${Math.max(1, Math.round(size / 1e3))} kB`;
  return size < 1e9 ? `${Math.round(size / 1e6)} MB` : `${(size / 1e9).toFixed(1)} GB`;
}

export const percent = (fraction) => (missing(fraction) ? "–" : `${(fraction * 100).toFixed(1)} %`);

export function duration(seconds) {
  if (missing(seconds)) return "–";
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 90) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

export function timeLeft(seconds) {
  if (missing(seconds)) return "";
  return seconds < 1
    ? "almost there"
    : `about ${duration(Math.max(1, Math.round(seconds))).replace(".0 s", " s")} left`;
}

// Plotly reads a small HTML in names and labels: what the user typed must stay text.
export const plain = (text) =>
  String(text).replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

export const last = (values) => values[values.length - 1];

export function lastKnown(values) {
  for (let index = values.length - 1; index >= 0; index--) if (!missing(values[index])) return values[index];
  return null;
}
