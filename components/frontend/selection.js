// What the visitor has selected last counts before what Python knows of, which may be one click behind. The components
// that show the selection mark it at once, each in its own place.

// Called with each event on its way to Python; of several layers the first is the one that the form shows.
export function tellSelection(outbox, { number, type, id, ids = [] }) {
  if (type !== "select" && type !== "select_several") return;
  globalThis.layerloomSelection = { outbox, number, id: type === "select" ? id : ids[0], ids };
  document.dispatchEvent(new CustomEvent("layerloom:selected"));
}

export function selectedNow(known) {
  return lastUnheard()?.id ?? known;
}

// Where several are selected: all of them, else none.
export function chosenNow(known) {
  return lastUnheard()?.ids ?? known;
}

function lastUnheard() {
  const last = globalThis.layerloomSelection;
  return last?.outbox.waiting.some(({ number }) => number === last.number) ? last : null;
}
