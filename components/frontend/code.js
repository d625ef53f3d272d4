// The code of the network beside its drawing: the lines of the selected node are marked, a click on a line selects its
// node, and what is typed is read back as an edit.
import { element, markTheme, setAttribute, setText, whenGone } from "./elements.js";
import { draftOf, keepDraft } from "./code_draft.js";
import { goToLine, newEditor } from "./code_editor.js";
import { markLines, newListing, paintLines, showMarked } from "./code_lines.js";
import { meeting } from "./code_meeting.js";
import { say } from "./say.js";

const panels = new WeakMap();

export default function ({ data, parentElement, setTriggerValue }) {
  const panel = panels.get(parentElement) ?? mountPanel(parentElement);
  panel.data = data;
  const repaint = (meeting.repaint = () => paintPanel(panel));
  paintText(panel);
  paintPanel(panel);
  return whenGone(parentElement, () => {
    panels.delete(parentElement);
    if (meeting.repaint === repaint) meeting.repaint = null;
  });
}

function mountPanel(root) {
  const host = root.querySelector(".code");
  const panel = { host, data: null, shown: "" };
  const act = (name, label, title, done) => {
    const button = element("button", { type: "button", title }, label);
    button.addEventListener("click", () => done(panel));
    panel[name] = button;
    return button;
  };
  const bar = element(
    "div",
    { class: "bar" },
    act("edit", say("Edit"), say("Change the code and read it back as the network"), edit),
    act("copy", say("Copy"), say("Copy the code"), copy),
    act("read", say("Read back"), say("Make this code the network (Ctrl+Enter)"), read),
    act("leave", say("Leave"), say("Back to the network's own code (Esc)"), leave),
  );
  panel.status = element("p", { class: "status", role: "status" });
  panel.notes = element("ul", { class: "notes", "aria-label": say("Notes on the code") });
  panel.listing = newListing((block, node) => meeting.link?.send("line", { block, node }));
  panel.view = element("div", { class: "view" }, panel.listing.rows);
  panel.field = newEditor({ onType: (text) => typed(panel, text), onRead: () => read(panel), onLeave: () => leave(panel) });
  host.append(bar, panel.status, panel.notes, panel.view, panel.field);
  panels.set(root, panel);
  return panel;
}

// --- painting

function paintText(panel) {
  const { data, host } = panel;
  host.style.height = `${data.height}px`;
  if (data.text || panel.shown !== data.document) paintLines(panel.listing, data.text, data.marks);
  panel.shown = data.document; // of a network that has problems now, its last code stays, grey
  setAttribute(host, "data-stale", !data.text);
}

function paintPanel(panel) {
  const { data, host } = panel;
  const link = meeting.link?.data;
  markTheme(host);
  if (link) takeIn(panel, link.reading);
  const draft = draftOf(data.document);
  const open = Boolean(draft?.open);
  for (const [name, seen] of [["edit", !open], ["copy", !open && Boolean(data.text)], ["read", open], ["leave", open], ["view", !open], ["field", open]]) panel[name].hidden = !seen;
  setText(panel.edit, draft && !open ? say("Go on editing") : say("Edit"));
  panel.edit.disabled = !draft && !data.text;
  if (open && panel.field.value !== draft.text) panel.field.value = draft.text;
  paintNotes(panel, open ? (draft.notes ?? []) : []);
  setText(panel.status, sentence(panel, draft));
  const selected = link && !meeting.link.waits ? link.selected : panel.listing.selected; // a click counts at once
  if (markLines(panel.listing, selected) || (panel.wasOpen && !open)) showMarked(panel.listing, panel.view);
  panel.wasOpen = open;
}

function sentence({ data, said }, draft) {
  if (!draft?.open) return data.why || said || (draft ? say("What you typed is kept.") : say("A click on a line selects its layer."));
  if (draft.stamp) return say("Reading the code.");
  if (draft.said) return draft.said;
  if (draft.base && data.text && draft.base !== data.text) return say("The network has changed since you began. Reading back puts this code in its place.");
  return say("Ctrl+Enter reads it back, Esc leaves. It is read and never run.");
}

function paintNotes(panel, notes) {
  const key = JSON.stringify(notes);
  if (panel.notes.dataset.key === key) return;
  panel.notes.dataset.key = key;
  panel.notes.replaceChildren(...notes.map(([line, message]) => element("li", {}, ...noteParts(panel, line, message))));
}

function noteParts(panel, line, message) {
  if (!line) return [message];
  const button = element("button", { type: "button" }, say("Line {0}", line));
  button.addEventListener("click", () => goToLine(panel.field, line));
  return [button, ` ${message}`];
}

// --- editing

function edit(panel) {
  const { document: id, text } = panel.data;
  keepDraft(id, { ...(draftOf(id) ?? { text, base: text }), open: true });
  panel.said = "";
  paintPanel(panel);
  panel.field.focus({ preventScroll: true });
}

function typed(panel, text) {
  keepDraft(panel.data.document, { ...draftOf(panel.data.document), text });
}

function leave(panel) {
  const { document: id, text } = panel.data;
  const draft = draftOf(id);
  keepDraft(id, draft.text === text ? null : { ...draft, open: false, stamp: "" });
  paintPanel(panel);
  panel.edit.focus({ preventScroll: true });
}

function read(panel) {
  const draft = draftOf(panel.data.document);
  if (draft.text === panel.data.text) return leave(panel); // nothing to read
  const stamp = Math.random().toString(36).slice(2);
  keepDraft(panel.data.document, { ...draft, stamp });
  meeting.link?.send("read", { text: draft.text, stamp });
  paintPanel(panel);
}

// What came of a reading: the field closes where all was understood, and else keeps what was typed.
function takeIn(panel, reading) {
  const draft = draftOf(panel.data.document);
  if (!reading || !draft?.stamp || draft.stamp !== reading.stamp) return;
  const finished = reading.done && draft.text === panel.field.value;
  panel.said = reading.said;
  const base = reading.read ? "" : draft.base;
  keepDraft(panel.data.document, finished ? null : { ...draft, base, stamp: "", said: reading.said, notes: reading.notes });
}

function copy(panel) {
  const tell = (words) => {
    panel.said = words;
    paintPanel(panel);
  };
  // Without a secure connection there is no clipboard.
  const written = navigator.clipboard?.writeText(panel.data.text) ?? Promise.reject(new Error("no clipboard"));
  written.then(() => tell(say("Copied.")), () => tell(say("The browser did not allow copying. Select the lines and press Ctrl+C.")));
}
