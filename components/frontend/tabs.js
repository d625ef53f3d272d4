// Notices that the open document was changed elsewhere: asks for its revision while the page is seen.
import { whenGone } from "./elements.js";
import { acknowledge, closeOutbox, newOutbox, send } from "./outbox.js";

const EVERY = 2000; // milliseconds
const watches = new WeakMap();

export default function ({ data, parentElement, setTriggerValue }) {
  const watch = watches.get(parentElement) ?? mountWatch(parentElement);
  watch.data = data;
  acknowledge(watch.outbox, data.acknowledged, setTriggerValue);
  return whenGone(parentElement, () => {
    clearInterval(watch.timer);
    document.removeEventListener("visibilitychange", watch.look);
    closeOutbox(watch.outbox);
    watches.delete(parentElement);
  });
}

function mountWatch(root) {
  const watch = { data: null, outbox: newOutbox("tabs"), told: "", suspected: "" };
  watch.look = () => lookForNewer(watch);
  watch.timer = setInterval(watch.look, EVERY);
  document.addEventListener("visibilitychange", watch.look);
  watches.set(root, watch);
  return watch;
}

async function lookForNewer(watch) {
  if (document.visibilityState !== "visible") return;
  const { document: id, revision, address } = watch.data;
  const newest = await fetchRevision(new URL(address.replace("{document}", id), document.baseURI));
  const found = `${id} ${newest} ${revision}`;
  const same = newest === null || newest === revision || watch.data.revision !== revision || watch.data.document !== id;
  // Seen twice: an edit of this very tab may be in the store a moment before the page knows.
  if (!same && watch.suspected === found && watch.told !== found) {
    watch.told = found;
    send(watch.outbox, "newer", { document: id });
  }
  watch.suspected = same ? "" : found;
}

async function fetchRevision(url) {
  try {
    const response = await fetch(url, { cache: "no-store" });
    return response.ok ? (await response.json()).revision : null;
  } catch {
    return null; // the server is away; Streamlit says so
  }
}
