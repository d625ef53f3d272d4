// Making and changing elements. Every word goes in as text, never as HTML: names and notes come from anywhere.

const SVG = "http://www.w3.org/2000/svg";

export function element(tag, attributes = {}, ...children) {
  return filled(document.createElement(tag), attributes, children);
}

export function shape(tag, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG, tag), attributes, children);
}

function filled(made, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

export function setAttribute(target, name, value) {
  if (target.getAttribute(name) !== String(value)) target.setAttribute(name, value);
}

export function setText(target, text) {
  if (target.textContent !== text) target.textContent = text;
}

// Puts children in order. One that stands right is not touched: moving an element takes the focus from it.
export function arrange(parent, children) {
  let next = parent.firstElementChild;
  for (const child of children) {
    if (child === next) next = next.nextElementSibling;
    else parent.insertBefore(child, next);
  }
}

// Streamlit's theme says nothing of light and dark, so the background's lightness does.
export function markTheme(host) {
  const [red, green, blue] = getComputedStyle(host).backgroundColor.match(/[\d.]+/g).map(Number);
  host.dataset.theme = 0.299 * red + 0.587 * green + 0.114 * blue < 110 ? "dark" : "light";
}

// What a component gives Streamlit to call when it goes. Streamlit calls it too where a call of the component was overtaken
// by a newer one: then the component is still there, with all that it holds, and nothing is to be done.
export function whenGone(parentElement, leave) {
  const unlessThere = () => parentElement.isConnected || leave();
  return () => (parentElement.isConnected ? setTimeout(unlessThere) : leave());
}

// A component's own element, without what it showed before.
export function emptyHost(root, selector) {
  const before = root.querySelector(selector);
  const host = before.cloneNode(false);
  before.replaceWith(host);
  return host;
}
