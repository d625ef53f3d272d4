// Events on their way to Python. A trigger can be merged with another or get lost on the way, so events are numbered
// and all of them are sent again until Python has acknowledged them. The numbers go through the whole page: what several
// components send is handled in the order in which it was done.
import { tellSelection } from "./selection.js";

const FIRST_PATIENCE = 700; // milliseconds until an event is sent again
const LONGEST_PATIENCE = 3000;

// A named outbox outlives its component: Streamlit may take a component down and put it up again between a click and its
// answer, and what waits must not be lost with it.
const outboxes = (globalThis.layerloomOutboxes ??= new Map());

export function newOutbox(name = "") {
  holdClicks();
  const kept = outboxes.get(name);
  if (name && kept) return kept;
  const outbox = { sender: Math.random().toString(36).slice(2), waiting: [], deliver: null, patience: FIRST_PATIENCE, timer: 0 };
  if (name) outboxes.set(name, outbox);
  return outbox;
}

// Gives the event's number.
export function send(outbox, type, fields = {}) {
  const number = (globalThis.layerloomEvents ?? 0) + 1;
  globalThis.layerloomEvents = number;
  outbox.waiting.push({ number, type, ...fields });
  outbox.patience = FIRST_PATIENCE;
  deliverAll(outbox);
  tellSelection(outbox, outbox.waiting.at(-1));
  return number;
}

function deliverAll(outbox) {
  clearTimeout(outbox.timer);
  if (!outbox.waiting.length) return;
  outbox.deliver("events", { sender: outbox.sender, events: outbox.waiting });
  outbox.timer = setTimeout(() => deliverAll(outbox), outbox.patience);
  outbox.patience = Math.min(outbox.patience * 2, LONGEST_PATIENCE);
}

export function acknowledge(outbox, acknowledged, deliver) {
  outbox.deliver = deliver;
  const handled = acknowledged?.[outbox.sender] ?? 0; // sender -> the last number that was handled
  const before = outbox.waiting.length;
  outbox.waiting = outbox.waiting.filter(({ number }) => number > handled);
  if (outbox.waiting.length < before) outbox.patience = FIRST_PATIENCE; // Python is awake
  if (!outbox.waiting.length) closeOutbox(outbox);
  else if (!outbox.timer) outbox.timer = setTimeout(() => deliverAll(outbox), outbox.patience);
}

export function closeOutbox(outbox) {
  clearTimeout(outbox.timer);
  outbox.timer = 0;
}

// A page that is left takes its components along, and with them what Python has not heard of yet; and of what comes close
// together, Streamlit does a button's act first: a run would start without what was typed last. So a link to another page
// and a button of Streamlit's wait for what was entered before, for a moment.
const LONGEST_HOLD = 2000; // milliseconds
const HELD = ".stButton button, a[href]";

function holdClicks() {
  if (globalThis.layerloomHoldsClicks) return;
  globalThis.layerloomHoldsClicks = true;
  const released = new WeakSet();
  const follow = (held, until) => {
    if (somethingWaits() && performance.now() < until) return setTimeout(follow, 20, held, until);
    released.add(held);
    return held.click();
  };
  window.addEventListener("click", (event) => {
    const held = event.target.closest?.(HELD);
    if (!held || held.target === "_blank" || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (released.delete(held) || !somethingWaits()) return;
    event.preventDefault();
    event.stopPropagation();
    follow(held, performance.now() + LONGEST_HOLD);
  }, true);
}

const somethingWaits = () => [...outboxes.values()].some(({ waiting }) => waiting.length);
