// Asks the metrics route again and again, with a cursor of its own, while the page is visible and the run goes on.
import { FINAL_STATES } from "./live_words.js";

const LONGEST_WAIT = 15; // seconds between tries while the server is away
const PATIENCE = 15000; // milliseconds for one answer

export function startFeed(token, every, { onAnswer, onAway, onUnknown }) {
  const feed = {
    token,
    every,
    cursor: null,
    failures: 0,
    timer: 0,
    asking: null,
    closed: false,
    resting: false,
  };

  async function ask() {
    if (feed.closed || feed.asking || document.visibilityState !== "visible") return;
    clearTimeout(feed.timer);
    const asked = performance.now();
    feed.asking = new AbortController();
    const outOfPatience = setTimeout(() => feed.asking?.abort(), PATIENCE);
    const answer = await fetchAnswer().catch(() => null);
    clearTimeout(outOfPatience);
    feed.asking = null;
    if (feed.closed) return;
    const wait = answer === null ? tryLater() : take(answer);
    feed.resting = wait === null;
    // From question to question, so that a busy page does not fall behind by what it takes to draw.
    const spent = answer === null ? 0 : performance.now() - asked;
    if (!feed.resting) feed.timer = setTimeout(ask, Math.max(wait * 1000 - spent, 50));
  }

  async function fetchAnswer() {
    const response = await fetch(address(feed), { signal: feed.asking.signal, cache: "no-store" });
    if (!response.ok && response.status !== 404) return null;
    const answer = await response.json();
    return answer.run || typeof answer.message === "string" ? answer : null; // else another server answered
  }

  // The seconds until the next question, or null where there is nothing more to ask.
  function take(answer) {
    if (!answer.run) return (onUnknown(answer.message), null);
    const before = feed.cursor;
    feed.cursor = answer.cursor;
    feed.failures = 0;
    // The last answer of a long run may be one of several: only an answer with nothing new is the end.
    const ended = FINAL_STATES.has(answer.run.state);
    const finished = ended && before === answer.cursor && !answer.gap.pending;
    onAnswer(answer, finished);
    if (finished) return null;
    return ended && !answer.gap.pending ? 0.1 : feed.every;
  }

  function tryLater() {
    feed.failures += 1;
    onAway();
    return Math.min(LONGEST_WAIT, feed.every * 2 ** Math.min(feed.failures - 1, 6));
  }

  feed.wake = () => {
    clearTimeout(feed.timer);
    ask();
  };
  const onVisible = () => !feed.resting && feed.wake();
  document.addEventListener("visibilitychange", onVisible);
  feed.close = () => {
    feed.closed = true;
    clearTimeout(feed.timer);
    feed.asking?.abort();
    document.removeEventListener("visibilitychange", onVisible);
  };
  ask();
  return feed;
}

function address({ token, cursor }) {
  const url = new URL(`api/runs/${token}/metrics`, document.baseURI);
  if (cursor !== null) url.searchParams.set("since", cursor);
  return url;
}
