// Asks a run. One question is underway at a time; of those that come meanwhile only the last counts.
import { say } from "./say.js";

const AGAIN = 3000; // milliseconds until a run is asked again that has no weights yet, or a server that is away
const SLOW = 1000; // milliseconds: the process was ended when nobody asked, and begins anew
const NO_WEIGHTS_YET = 409;
const PATIENCE = 130000; // a process that loads torch on a busy computer takes long

export function newAsker(token, { onForm, onAnswer, onRefused, onSlow }) {
  const asker = { underway: false, waiting: null, dropped: false, timer: 0, closed: false, aborter: new AbortController() };

  async function send(path, body) {
    const options = body === undefined ? {} : { method: "POST", body: JSON.stringify(body), headers: { "content-type": "application/json" } };
    const signal = AbortSignal.any([asker.aborter.signal, AbortSignal.timeout(PATIENCE)]);
    const response = await fetch(new URL(`api/runs/${token}/${path}`, document.baseURI), { cache: "no-store", signal, ...options });
    const answer = await response.json();
    return { answer, status: response.status };
  }

  // What came, or null where it was a sentence, which is shown; a question that may be answered later comes again.
  async function asked(path, body, again) {
    const came = await send(path, body).catch(() => null);
    if (asker.closed || asker.dropped) return null;
    if (came?.status === 200) return came.answer;
    onRefused(came?.answer.message ?? say("The server cannot be reached. It is asked again in a moment."));
    if (!came || came.status === NO_WEIGHTS_YET) asker.timer = setTimeout(again, AGAIN);
    return null;
  }

  async function begin() {
    const form = await asked("form", undefined, begin);
    if (form) onForm(form);
  }

  async function next() {
    const given = asker.waiting;
    asker.waiting = null;
    asker.underway = true;
    asker.dropped = false;
    clearTimeout(asker.timer);
    const slow = setTimeout(onSlow, SLOW);
    const found = await asked("answer", given, () => asker.ask(given));
    clearTimeout(slow);
    asker.underway = false;
    if (asker.closed) return;
    if (found && !asker.dropped) onAnswer(found);
    if (asker.waiting) next();
  }

  asker.ask = (given) => {
    asker.waiting = given;
    if (!asker.underway) next();
  };
  // Nothing is asked any more: what is underway is not shown.
  asker.drop = () => {
    asker.waiting = null;
    asker.dropped = true;
    clearTimeout(asker.timer);
  };
  asker.close = () => {
    asker.closed = true;
    clearTimeout(asker.timer);
    asker.aborter.abort();
  };
  begin();
  return asker;
}
