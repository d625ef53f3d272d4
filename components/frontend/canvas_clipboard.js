// Copy, cut and paste. Python knows the layers as text, so copying asks for it and puts the answer on the clipboard.
import { chosenOr } from "./canvas_chosen.js";
import { say } from "./say.js";

const MOST = 5_000_001; // letters that are sent: one more than Python takes, so that it says so

export function copy(canvas, id, cut) {
  canvas.copying = true;
  canvas.send("copy", { ids: chosenOr(canvas, id), cut });
}

export function keepCopied(canvas) {
  const [number, text] = canvas.data.hand.copied ?? [0, ""];
  if (!canvas.copying || number === canvas.copiedBefore || !text) return;
  canvas.copiedBefore = number;
  const done = (own) => Object.assign(canvas, { copying: false, keepsOwn: own });
  // Without a secure connection there is no clipboard: then Python's own copy is pasted.
  const written = navigator.clipboard?.writeText(text) ?? Promise.reject(new Error("no clipboard"));
  written.then(() => done(false), () => done(true));
  canvas.say(say("Copied. Ctrl+V pastes behind the selected layer, here or in another network."));
}

// From a menu there is no event that carries the clipboard, and the browser may refuse to show it.
export function pasteFromClipboard(canvas) {
  const reading = canvas.copying || canvas.keepsOwn ? null : navigator.clipboard?.readText();
  const pasteOwn = () => canvas.send("paste", { text: "", own: true });
  if (reading) reading.then((text) => canvas.send("paste", { text: text.slice(0, MOST), own: false }), pasteOwn);
  else pasteOwn();
}

// On the drawing, in the list of layers, or on the page with nothing of it in hand: an empty drawing has nothing that
// could have the focus.
export function listenToPaste(canvas) {
  const paste = (event) => {
    const own = Boolean(canvas.copying || canvas.keepsOwn);
    canvas.send("paste", { text: own ? "" : event.clipboardData.getData("text/plain").slice(0, MOST), own });
    event.preventDefault();
  };
  const inList = () => Boolean(document.activeElement?.shadowRoot?.querySelector(".layers"));
  const onPage = (event) => (document.activeElement === document.body || inList()) && paste(event);
  canvas.picture.addEventListener("paste", paste);
  document.addEventListener("paste", onPage);
  return () => document.removeEventListener("paste", onPage);
}
