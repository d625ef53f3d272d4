// Events on their way to Python. A trigger can be merged with another or get lost on the way, so events are numbered
// and all of them are sent again until Python has acknowledged them.

const FIRST_PATIENCE = 700; // milliseconds until an event is sent again
const LONGEST_PATIENCE = 12000;

export function newOutbox() {
  return { sender: Math.random().toString(36).slice(2), number: 0, waiting: [], deliver: null, patience: FIRST_PATIENCE, timer: 0 };
}

export function send(outbox, type, fields = {}) {
  outbox.number += 1;
  outbox.waiting.push({ number: outbox.number, type, ...fields });
  outbox.patience = FIRST_PATIENCE;
  deliverAll(outbox);
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
  outbox.waiting = outbox.waiting.filter(({ number }) => number > handled);
  if (!outbox.waiting.length) clearTimeout(outbox.timer);
}

export function closeOutbox(outbox) {
  clearTimeout(outbox.timer);
}

// What the visitor selected last counts before what Python knows of, which may be one click behind.
export function selectedNow(outbox, known) {
  const last = outbox.waiting.findLast(({ type }) => type === "select");
  return last ? last.id : known;
}
