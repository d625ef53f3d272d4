// What the keys are called, whatever Caps Lock and the input method make of them.

// While an input method composes a word, its keys are its own. Safari says so by the code alone.
export function isComposing(event) {
  return event.isComposing || event.key === "Process" || event.keyCode === 229;
}

// The key and what is held with it, as in "a", "?", "Ctrl+Shift+z", "Alt+ArrowUp" or "Shift+Space"; "" while composing.
// Letters are small, and Shift is said where the sign itself does not say it. Chinese input methods give full-width signs.
export function chordOf(event) {
  if (isComposing(event) || !event.key) return "";
  const sign = event.key === "、" ? "/" : event.key.normalize("NFKC");
  const isSign = sign.length === 1 && !/[\p{L}\s]/u.test(sign);
  const key = sign === " " ? "Space" : sign.length === 1 ? sign.toLowerCase() : sign;
  const held = [(event.ctrlKey || event.metaKey) && "Ctrl", event.altKey && "Alt", event.shiftKey && !isSign && "Shift"];
  return [...held.filter(Boolean), key].join("+");
}
