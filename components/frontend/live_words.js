// Numbers, times and states in words.
import { say } from "./say.js";

export const FINAL_STATES = new Set(["done", "stopped", "failed", "lost"]);

const STATES = {
  queued: say("Waiting in the queue"),
  starting: say("Starting"),
  running: say("Training"),
  paused: say("Paused"),
  stopping: say("Stopping"),
  done: say("Done"),
  stopped: say("Stopped"),
  failed: say("Failed"),
  lost: say("Lost"),
};

export const stateInWords = (state) => STATES[state] ?? say("Waiting");

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
  if (seconds < 10) return say("{0} s", seconds.toFixed(1));
  if (seconds < 90) return say("{0} s", Math.round(seconds));
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return say("{0} min", minutes);
  return say("{0} h {1} min", Math.floor(minutes / 60), minutes % 60);
}

export function timeLeft(seconds) {
  if (missing(seconds)) return "";
  return seconds < 1
    ? say("almost there")
    : say("about {0} left", duration(Math.max(1, Math.round(seconds))).replace(".0 ", " "));
}

// Plotly reads a small HTML in names and labels: what the user typed must stay text.
export const plain = (text) =>
  String(text).replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

export const last = (values) => values[values.length - 1];

export function lastKnown(values) {
  for (let index = values.length - 1; index >= 0; index--) if (!missing(values[index])) return values[index];
  return null;
}
