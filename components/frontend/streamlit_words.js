// The words that Streamlit's own widgets bring along, which it has in English alone: they are exchanged where they appear.
import { message, say } from "./say.js";

const WORDS = [
  message("Choose an option"),
  message("Choose options"),
  message("No options to select"),
  message("No results"),
  message("Clear all"),
  message("Clear value"),
  message("Selected values"),
  message("Increment"),
  message("Decrement"),
  message("Upload"),
  message("Upload directories"),
  message("file upload"),
  message("Open"),
  message("Close"),
  message("Search"),
  message("Fullscreen"),
  message("Close fullscreen"),
  message("Download as CSV"),
  message("Download as PNG"),
  message("Copy Vega-Lite spec"),
  message("Show data"),
  message("Show/hide columns"),
  message("Link to heading"),
  message("Navigate to home page"),
  message("App pages"),
  message("Skip to main content"),
  message("Connecting"),
  message("Stop"),
  message("Help"),
  message("Logo"),
  message("view more"),
  message("view less"),
  message("Press Enter to apply"),
  message("Press Ctrl+Enter to apply"),
  message("Press ⌘+Enter to apply"),
];
const WITH_PLACES = [message("Help for {0}"), message("Remove {0}"), message("{0} per file")].map((text) => [text, new RegExp(`^${text.replace("{0}", "(.+)")}$`)]);
const NAMED = ["aria-label", "placeholder", "title", "alt"];
const OURS = '[data-testid="stBidiComponentRegular"], [data-testid="stMarkdownContainer"] :not(p), pre, textarea'; // not Streamlit's

const words = new Set(WORDS);

export function translateStreamlit() {
  if (globalThis.layerloomWords || say(WORDS[0]) === WORDS[0]) return;
  globalThis.layerloomWords = new MutationObserver((changes) => changes.forEach(translateChange));
  const watched = { subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: NAMED };
  globalThis.layerloomWords.observe(document.body, watched);
  translateTree(document.body);
}

function translateChange({ type, target, addedNodes, attributeName }) {
  if (type === "attributes") translateName(target, attributeName);
  else if (type === "characterData") translateText(target);
  else addedNodes.forEach(translateTree);
}

function translateTree(node) {
  if (node.nodeType === Node.TEXT_NODE) return translateText(node);
  if (node.nodeType !== Node.ELEMENT_NODE) return undefined;
  for (const element of [node, ...node.querySelectorAll("[aria-label], [placeholder], [title], [alt]")]) NAMED.forEach((name) => translateName(element, name));
  const texts = document.createTreeWalker(node, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) translateText(texts.currentNode);
  return undefined;
}

function translateName(element, name) {
  const text = element.getAttribute(name);
  const translated = text && inOurLanguage(text);
  if (translated) element.setAttribute(name, translated);
}

function translateText(node) {
  const translated = inOurLanguage(node.data);
  if (translated && !node.parentElement?.closest(OURS)) node.data = translated;
}

function inOurLanguage(text) {
  if (words.has(text)) return say(text);
  for (const [message, pattern] of WITH_PLACES) {
    const found = pattern.exec(text);
    if (found) return say(message, found[1]);
  }
  return "";
}
