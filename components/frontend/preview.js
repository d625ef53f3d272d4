// The preview: what the selected node gives for one example, and small pictures of all nodes, which select theirs.
import { acknowledge, closeOutbox, newOutbox, send } from "./outbox.js";
import { selectedNow } from "./selection.js";
import { element, markTheme, setAttribute, setText, whenGone } from "./elements.js";
import { pictureOf, said } from "./preview_picture.js";
import { say } from "./say.js";

const previews = new WeakMap();

export default function ({ data, parentElement, setTriggerValue }) {
  const preview = previews.get(parentElement) ?? mountPreview(parentElement);
  acknowledge(preview.outbox, data.acknowledged, setTriggerValue);
  paintPreview(preview, data);
  return whenGone(parentElement, () => {
    closeOutbox(preview.outbox);
    previews.delete(parentElement);
  });
}

function mountPreview(root) {
  const host = root.querySelector(".preview");
  const [title, words] = [element("h5"), element("p", { class: "words" })];
  const large = element("div", { class: "large" });
  const others = element("div", { class: "others", role: "group", "aria-label": say("What each layer gives") });
  const preview = { host, title, words, large, others, outbox: newOutbox("preview"), keys: new Map() };
  host.append(title, words, large, others);
  others.addEventListener("click", (event) => {
    const id = event.target.closest("button")?.dataset.id;
    if (id) send(preview.outbox, "select", { id }), markOther(preview, id);
  });
  previews.set(root, preview);
  return preview;
}

function paintPreview(preview, data) {
  const { host, title, words, large, others } = preview;
  markTheme(host);
  setAttribute(host, "data-stale", data.stale);
  setAttribute(host, "aria-busy", data.stale);
  setText(title, data.selected ? say("{0} gives", data.selected) : "");
  setText(words, data.of ? said(data.of) : data.stale ? say("Computing.") : say("It was not reached by the example."));
  if (changed(preview, "large", data.of)) large.replaceChildren(...(data.of ? [pictureOf(data.of, data.selected)] : []));
  if (changed(preview, "others", data.others)) others.replaceChildren(...data.others.map(newOther));
  markOther(preview, selectedNow(data.selected));
}

function changed({ keys }, name, value) {
  const key = JSON.stringify(value);
  const differs = keys.get(name) !== key;
  keys.set(name, key);
  return differs;
}

function newOther(picture) {
  const button = element("button", { type: "button", "aria-label": say("Show what {0} gives", picture.id), "aria-pressed": "false" });
  button.dataset.id = picture.id;
  const shown = pictureOf(picture, picture.id);
  shown.setAttribute("aria-hidden", "true");
  button.append(shown, element("span", { class: "name" }, picture.id));
  return button;
}

function markOther({ others }, id) {
  for (const button of others.children) setAttribute(button, "aria-pressed", button.dataset.id === id);
}
