// A plain field for code: Tab indents, Ctrl+Enter reads it back, Esc gives up.
import { element } from "./elements.js";
import { say } from "./say.js";

const INDENT = "    ";

export function newEditor({ onType, onRead, onLeave }) {
  const field = element("textarea", { "aria-label": say("Code to read back"), spellcheck: "false", autocapitalize: "off", autocomplete: "off", wrap: "off" });
  field.addEventListener("input", () => onType(field.value));
  field.addEventListener("keydown", (event) => {
    event.stopPropagation(); // neither Streamlit's keys nor the drawing's
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) onRead();
    else if (event.key === "Escape") onLeave();
    else if (event.key === "Tab" && !event.altKey && !event.ctrlKey && !event.metaKey) indent(field, event.shiftKey);
    else return;
    event.preventDefault();
  });
  for (const each of ["keyup", "keypress", "paste", "copy", "cut"]) field.addEventListener(each, (event) => event.stopPropagation());
  return field;
}

function indent(field, back) {
  const { selectionStart: from, selectionEnd: to, value } = field;
  const start = value.lastIndexOf("\n", from - 1) + 1;
  if (from === to && !back) return replace(field, from, to, INDENT.slice((from - start) % INDENT.length));
  const lines = value.slice(start, to).split("\n");
  const text = lines.map((line) => (back ? line.replace(/^ {1,4}/, "") : line && INDENT + line)).join("\n");
  if (text === value.slice(start, to)) return;
  replace(field, start, to, text);
  if (from === to) field.setSelectionRange(Math.max(start, from - INDENT.length), Math.max(start, from - INDENT.length));
  else field.setSelectionRange(start, start + text.length);
}

// As if it was typed, so that the browser's own undo knows of it.
function replace(field, start, end, text) {
  field.setSelectionRange(start, end);
  const typed = text ? document.execCommand("insertText", false, text) : document.execCommand("delete");
  if (typed) return;
  field.setRangeText(text, start, end, "end");
  field.dispatchEvent(new Event("input"));
}

// Selects a line, counted from 1, and brings it into sight.
export function goToLine(field, number) {
  const lines = field.value.split("\n");
  const start = lines.slice(0, number - 1).reduce((sum, line) => sum + line.length + 1, 0);
  field.focus({ preventScroll: true });
  field.setSelectionRange(start, start + (lines[number - 1] ?? "").length);
  const height = Number.parseFloat(getComputedStyle(field).lineHeight);
  field.scrollTop = (number - 1) * height - field.clientHeight / 3;
}
