// What the visitor has selected last counts before what Python knows of, which may be one click behind. The components
// that show the selection mark it at once, each in its own place.

// Called with each event on its way to Python; of several layers the first is the one that the form shows.
export function tellSelection(outbox, { number, type, id, ids = [] }) {
  if (type !== "select" && type !== "select_several") return;
  globalThis.layerloomSelection = { outbox, number, id: type === "select" ? id : ids[0], ids };
  document.dispatchEvent(new CustomEvent("layerloom:selected"));
}

// isThere: what was selected may be gone already, where Python heard of more than this component knows of.
export function selectedNow(known, isThere = () => true) {
  const last = lastUnheard();
  return last && isThere(last.id) ? last.id : known;
}

// Where several are selected: all of them that are there, else none.
export function chosenNow(known, isThere = () => true) {
  return lastUnheard()?.ids.filter(isThere) ?? known;
}

function lastUnheard() {
  const last = globalThis.layerloomSelection;
  return last?.outbox.waiting.some(({ number }) => number === last.number) ? last : null;
}
