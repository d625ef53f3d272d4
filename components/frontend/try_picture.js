// A picture of one's own: chosen, dropped or pasted; and the points that the network gets of it.
import { element, setText } from "./elements.js";
import { bytesOf, paintPoints, textOf } from "./try_points.js";
import { say } from "./say.js";

let numbers = 0; // a label belongs to its input by an id

export function newPicture(form, change, words = {}) {
  const points = element("canvas", { class: "points", width: form.width, height: form.height, role: "img" });
  const caption = words.seen ?? say("What the network gets, {0} × {1} points", form.width, form.height);
  points.setAttribute("aria-label", caption);
  points.style.setProperty("--proportion", form.width / form.height);
  const seen = element("figure", {}, points, element("figcaption", { class: "words" }, caption));
  const picture = { form, change, text: "", ...newPlace(), swap: element("input", { type: "checkbox" }) };
  picture.swap.addEventListener("change", () => send(picture));
  listen(picture);
  const onPaste = (event) => take(picture, event.clipboardData.files[0], event);
  document.addEventListener("paste", onPaste);
  return {
    seen,
    parts: [seen, picture.host],
    show: () => ((picture.text = ""), (picture.swapper.hidden = true), setText(picture.name, "")),
    answered: ({ shown }) => shown.points && paintPoints(points, bytesOf(shown.points), form),
    close: () => document.removeEventListener("paste", onPaste),
  };
}

function newPlace() {
  const id = `picture-${(numbers += 1)}`;
  const input = element("input", { type: "file", id, class: "unseen", accept: "image/png,image/jpeg,image/gif,image/webp,image/bmp" });
  const name = element("small", { role: "status" });
  const label = element("label", { for: id, class: "button" }, say("Choose a picture"));
  const hint = element("small", {}, say("or drop or paste one here"));
  return { input, name, label, host: element("div", { class: "opener-of-pictures" }, input, label, hint, name) };
}

function listen(picture) {
  const { host, input, swap } = picture;
  picture.swapper = element("label", { class: "swap" }, swap, element("span", {}, say("Swap light and dark")));
  picture.swapper.hidden = true;
  host.append(picture.swapper);
  input.addEventListener("change", () => {
    take(picture, input.files[0]);
    input.value = ""; // so that the same file can be chosen again
  });
  host.addEventListener("dragover", (event) => event.preventDefault()); // else the browser would leave the page for the file
  host.addEventListener("drop", (event) => take(picture, event.dataTransfer.files[0], event));
}

async function take(picture, file, event) {
  if (!file) return;
  event?.preventDefault();
  const { largest } = picture.form;
  if (file.size > largest) return setText(picture.name, say("{0} is larger than {1} MB. Make it smaller.", file.name, largest / 1e6));
  const bytes = await file.arrayBuffer().catch(() => null); // a folder, or a file that is gone
  if (!bytes) return setText(picture.name, say("{0} cannot be read. Choose it again.", file.name));
  setText(picture.name, file.name);
  picture.text = textOf(new Uint8Array(bytes));
  picture.swapper.hidden = false;
  return send(picture);
}

function send({ text, swap, change }) {
  if (text) change({ picture: text, inverted: swap.checked });
}
