// The line above the charts: what the run does now, how far it is, and what looking inside costs.
import { element, setAttribute, setText } from "./elements.js";
import { bytes, count, duration, FINAL_STATES, number, percent, stateInWords, timeLeft } from "./live_words.js";
import { say } from "./say.js";

const QUIET = 15000; // milliseconds between two announcements to a screen reader

export function newStatus() {
  const state = element("span", { class: "live-state" });
  const facts = element("span", { class: "live-facts" });
  const left = element("span", { class: "live-left" });
  const fill = element("div", { class: "live-fill" });
  const bar = element(
    "div",
    {
      class: "live-bar",
      role: "progressbar",
      "aria-label": say("Progress of the run"),
      "aria-valuemin": 0,
      "aria-valuemax": 100,
    },
    fill,
  );
  const details = element("p", { class: "live-details" });
  const connection = element("span", { class: "live-connection" });
  const message = element("p", { class: "live-message" });
  const spoken = element("p", { class: "live-spoken", "aria-live": "polite" });
  const line = element("div", { class: "live-status-line" }, state, facts, connection, left);
  const whole = element("div", { class: "live-status" }, line, bar, details, message, spoken);
  return {
    whole,
    state,
    facts,
    left,
    fill,
    bar,
    details,
    connection,
    message,
    spoken,
    spokeAt: -Infinity,
    spokeState: "",
  };
}

export function showStatus(status, run, trouble) {
  setText(status.connection, trouble);
  if (!run) {
    setText(status.state, trouble ? "" : say("Waiting for the run"));
    return;
  }
  const share = progressOf(run);
  setText(status.state, stateInWords(run.state));
  setAttribute(status.whole, "data-state", run.state);
  setText(status.facts, factsOf(run));
  setText(status.left, FINAL_STATES.has(run.state) ? tookOf(run) : timeLeft(run.left_s));
  status.fill.style.width = `${share * 100}%`;
  setAttribute(status.bar, "aria-valuenow", Math.round(share * 100));
  setAttribute(
    status.bar,
    "aria-valuetext",
    say("{0} percent. {1}", Math.round(share * 100), timeLeft(run.left_s)).trim(),
  );
  setText(status.details, detailsOf(run));
  showMessage(status.message, run);
  speak(status, run);
}

export const progressOf = (run) =>
  run.state === "done" ? 1 : run.steps ? Math.min(1, run.step / run.steps) : 0;

function factsOf({ epoch, epochs, step, steps }) {
  if (!steps) return "";
  return say("Epoch {0} of {1} · step {2} of {3}", count(Math.max(1, epoch)), count(epochs), count(step), count(steps));
}

const tookOf = ({ elapsed_s }) => (elapsed_s ? say("took {0}", duration(elapsed_s)) : "");

function detailsOf(run) {
  const speed = run.steps_per_second ? say("{0} steps/s", count(run.steps_per_second)) : "";
  const cost =
    run.telemetry_share === null ? "" : say("looking inside costs {0} of the time", percent(run.telemetry_share));
  const shown =
    run.results_share === null ? "" : say("results on examples {0}", percent(run.results_share));
  if (run.queue) return queueInWords(run.queue);
  const place = run.device ? say("on {0}", run.device) : "";
  const rate = run.lr ? say("learning rate {0}", number(run.lr)) : "";
  const takes = run.memory ? say("about {0} of memory", bytes(run.memory)) : "";
  return [speed, place, run.data, rate, takes, cost, shown].filter(Boolean).join(" · ");
}

function queueInWords({ ahead, computing, limit }) {
  const before = ahead === 0 ? say("It is the next.") : say("{0} before it.", count(ahead));
  const work = say("{0} at work, at most {1} at once; the Runs page changes that.", count(computing), count(limit));
  return `${before} ${work}`;
}

function showMessage(message, run) {
  setText(message, run.message ?? "");
  message.hidden = !run.message;
  message.classList.toggle("live-bad", run.state === "failed" || run.state === "lost");
}

// A reader hears a new state at once and the progress now and then.
function speak(status, run) {
  const now = performance.now();
  if (run.state === status.spokeState && now - status.spokeAt < QUIET) return;
  status.spokeAt = now;
  status.spokeState = run.state;
  const rest = FINAL_STATES.has(run.state) ? (run.message ?? "") : timeLeft(run.left_s);
  setText(status.spoken, [stateInWords(run.state), factsOf(run), rest].filter(Boolean).join(". "));
}
