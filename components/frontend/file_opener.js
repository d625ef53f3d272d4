// A place to choose a file or to drop one on. The file is read here, and what cannot be text or is too large is not sent.
import { acknowledge, closeOutbox, newOutbox, send } from "./outbox.js";
import { element, markTheme, setAttribute, setText, whenGone } from "./elements.js";

const openers = new WeakMap();

export default function ({ data, parentElement, setTriggerValue }) {
  const opener = openers.get(parentElement) ?? mountOpener(parentElement);
  acknowledge(opener.outbox, data.acknowledged, setTriggerValue);
  opener.data = data;
  markTheme(opener.host);
  setText(opener.label, data.label);
  setText(opener.hint, data.hint);
  setAttribute(opener.input, "accept", data.types);
  return whenGone(parentElement, () => {
    closeOutbox(opener.outbox);
    openers.delete(parentElement);
  });
}

function mountOpener(root) {
  const host = root.querySelector(".opener");
  const input = element("input", { type: "file", id: "file", "aria-describedby": "hint" });
  const label = element("span", { class: "label" });
  const hint = element("small", { id: "hint" });
  const place = element("label", { for: "file" }, label);
  const opener = { host, input, label, hint, data: null, outbox: newOutbox("file") };
  host.append(input, place, hint);
  input.addEventListener("change", () => {
    take(opener, input.files[0]);
    input.value = ""; // so that the same file can be chosen again
  });
  listenToDrops(opener, host);
  openers.set(root, opener);
  return opener;
}

function listenToDrops(opener, host) {
  const mark = (over) => host.classList.toggle("over", over);
  host.addEventListener("dragover", (event) => {
    event.preventDefault(); // else the browser would leave the page for the file
    mark(true);
  });
  host.addEventListener("dragleave", () => mark(false));
  host.addEventListener("drop", (event) => {
    event.preventDefault();
    mark(false);
    take(opener, event.dataTransfer.files[0]);
  });
}

async function take(opener, file) {
  if (!file) return;
  const { name, size } = file;
  const refuse = (why) => send(opener.outbox, "refused", { name, size, why });
  if (size > opener.data.largest) return refuse("large");
  const bytes = await file.arrayBuffer().catch(() => null); // a folder, or a file that is gone
  if (!bytes) return refuse("unreadable");
  try {
    send(opener.outbox, "file", { name, text: new TextDecoder("utf-8", { fatal: true }).decode(bytes) });
  } catch {
    refuse("binary");
  }
}
