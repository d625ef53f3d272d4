// The palette: a search box, and below it every kind of layer as a button, by family.
import { acknowledge, closeOutbox, newOutbox, send } from "./outbox.js";
import { element, markTheme, setText, whenGone } from "./elements.js";
import { isComposing } from "./keys.js";
import { bestMatches } from "./palette_search.js";
import { say } from "./say.js";

const palettes = new WeakMap();

export default function ({ data, parentElement, setTriggerValue }) {
  const palette = palettes.get(parentElement) ?? mountPalette(parentElement);
  acknowledge(palette.outbox, data.acknowledged, setTriggerValue);
  palette.host.style.height = `${data.height}px`;
  markTheme(palette.host);
  const offered = JSON.stringify(data.families);
  if (offered !== palette.offered) {
    palette.offered = offered;
    palette.families = data.families;
    paintPalette(palette);
  }
  return whenGone(parentElement, () => {
    closeOutbox(palette.outbox);
    palettes.delete(parentElement);
  });
}

function mountPalette(root) {
  const host = root.querySelector(".palette");
  const search = element("input", { type: "search", placeholder: say("Search layers"), "aria-label": say("Search layers"), "aria-description": say("The arrow keys lead to the layers found."), autocomplete: "off", spellcheck: "false" });
  const kinds = element("div", { class: "kinds", tabindex: "-1" }); // else Tab stops at it, as at all that scrolls
  const found = element("p", { class: "found", role: "status" });
  const palette = { host, search, kinds, found, families: [], outbox: newOutbox("palette"), offered: "" };
  host.append(search, found, kinds);
  search.addEventListener("input", () => paintPalette(palette));
  kinds.addEventListener("click", (event) => addKind(palette, event.target.closest("button")));
  host.addEventListener("keydown", (event) => {
    event.stopPropagation(); // Streamlit takes letters typed in a component for its own keys
    if (paletteKey(palette, event)) event.preventDefault();
  });
  palettes.set(root, palette);
  return palette;
}

// --- painting

function paintPalette(palette) {
  const { search, kinds, found, families } = palette;
  const words = search.value.trim();
  const matches = words ? bestMatches(families, words) : [];
  kinds.replaceChildren(...(words ? [resultsOf(matches)] : families.filter((family) => family.kinds.length).map(sectionOf)));
  kinds.querySelector("button")?.setAttribute("tabindex", "0");
  kinds.scrollTop = 0;
  setText(found, words && !matches.length ? say("No layer matches “{0}”.", words) : "");
}

function sectionOf(family, index) {
  const id = `family-${index}`;
  const heading = element("h3", { id }, family.title);
  const buttons = family.kinds.map((kind) => kindButton(kind, family.title));
  const note = family.note ? [element("p", { class: "note" }, family.note)] : [];
  const section = element("section", { "aria-labelledby": id }, heading, ...note, element("div", { class: "chips" }, ...buttons));
  section.dataset.family = family.name;
  return section;
}

function resultsOf(matches) {
  const rows = matches.map(({ kind, family }) => {
    const button = kindButton(kind, family.title, element("small", {}, family.title));
    button.dataset.family = family.name;
    return button;
  });
  return element("div", { class: "results" }, ...rows);
}

// Only the first is in the order of Tab, or the drawing would stand behind 150 of them: the arrow keys lead on.
function kindButton(kind, family, ...more) {
  const title = [kind.doc, family].filter(Boolean).join("\n");
  const button = element("button", { type: "button", tabindex: "-1", "aria-label": say("Add {0}", kind.title ?? kind.name), title }, element("span", {}, kind.title ?? kind.name), ...more);
  button.dataset.kind = kind.name;
  return button;
}

// --- adding, and walking with the keys

function addKind(palette, button) {
  if (button) send(palette.outbox, "add", { kind: button.dataset.kind });
}

const STEPS = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };

// Whether the key means something here.
function paletteKey(palette, event) {
  const buttons = [...palette.kinds.querySelectorAll("button")];
  const place = buttons.indexOf(event.target.closest("button"));
  if (place < 0) return searchKey(palette, event, buttons);
  if (event.key === "Escape") return backToSearch(palette);
  const step = STEPS[event.key];
  if (!step) return false;
  if (place + step < 0) return backToSearch(palette);
  buttons[place + step]?.focus();
  return true;
}

function searchKey(palette, event, buttons) {
  if (isComposing(event)) return false;
  if (event.key === "Enter" && palette.search.value.trim()) {
    addKind(palette, buttons[0]);
    palette.search.select();
    return true;
  }
  if (event.key === "Escape" && palette.search.value) {
    palette.search.value = "";
    paintPalette(palette);
    return true;
  }
  if (event.key !== "ArrowDown") return false;
  buttons[0]?.focus();
  return true;
}

function backToSearch(palette) {
  palette.search.focus();
  palette.search.select();
  return true;
}
