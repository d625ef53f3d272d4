// The gallery: a search box, and below it a card with a picture for each template, by group.
import { acknowledge, closeOutbox, newOutbox, send } from "./outbox.js";
import { element, markTheme, setText, whenGone } from "./elements.js";
import { isComposing } from "./keys.js";
import { networkPicture } from "./gallery_picture.js";
import { say } from "./say.js";

const galleries = new WeakMap();

export default function ({ data, parentElement, setTriggerValue }) {
  const gallery = galleries.get(parentElement) ?? mountGallery(parentElement);
  acknowledge(gallery.outbox, data.acknowledged, setTriggerValue);
  gallery.host.style.height = `min(${data.height}px, 72vh)`;
  markTheme(gallery.host);
  if (!gallery.cards) showCards(gallery, data); // they are the same as long as the server runs
  return whenGone(parentElement, () => {
    closeOutbox(gallery.outbox);
    galleries.delete(parentElement);
  });
}

function mountGallery(root) {
  const host = root.querySelector(".gallery");
  const search = element("input", { type: "search", placeholder: say("Search by name, task or layer"), "aria-label": say("Search templates"), autocomplete: "off", spellcheck: "false" });
  const found = element("p", { class: "found", role: "status" });
  const shelf = element("div", { class: "shelf" });
  const gallery = { host, search, found, shelf, cards: null, outbox: newOutbox("gallery") };
  host.append(search, found, shelf);
  search.addEventListener("input", () => filterCards(gallery));
  shelf.addEventListener("click", (event) => openCard(gallery, event.target.closest("button")));
  host.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !search.value) return; // closes the dialog
    event.stopPropagation(); // Streamlit takes letters typed in a component for its own keys
    if (galleryKey(gallery, event)) event.preventDefault();
  });
  galleries.set(root, gallery);
  return gallery;
}

// --- painting

function showCards(gallery, data) {
  gallery.cards = data.cards.map((card) => ({ ...card, button: cardButton(card, data.size), text: textOf(card) }));
  const groups = [...new Set(data.cards.map((card) => card.group))];
  gallery.sections = groups.map((group, index) => groupSection(group, index, gallery.cards));
  gallery.shelf.replaceChildren(...gallery.sections);
  filterCards(gallery);
}

function groupSection(group, index, cards) {
  const id = `group-${index}`;
  const buttons = cards.filter((card) => card.group === group).map((card) => card.button);
  return element("section", { "aria-labelledby": id }, element("h3", { id }, group), element("div", { class: "cards" }, ...buttons));
}

function cardButton(card, size) {
  const figures = element("span", { class: "figures" }, element("span", {}, say("{0} parameters", card.parameters)), element("span", {}, card.takes));
  const button = element("button", { type: "button", "aria-label": say("{0}. {1} {2} parameters, takes {3}.", card.title, card.purpose, card.parameters, card.takes), title: card.source });
  button.dataset.name = card.name;
  button.append(networkPicture(card, size), element("strong", {}, card.title), element("span", { class: "purpose" }, card.purpose), figures);
  return button;
}

// --- searching

function textOf(card) {
  return [card.title, card.name, card.purpose, card.group, card.source, card.kinds].join(" ").toLowerCase();
}

function filterCards(gallery) {
  const words = gallery.search.value.toLowerCase().split(/\s+/).filter(Boolean);
  let count = 0;
  for (const card of gallery.cards) {
    card.button.hidden = !words.every((word) => card.text.includes(word));
    count += !card.button.hidden;
  }
  for (const section of gallery.sections) section.hidden = !section.querySelector("button:not([hidden])");
  gallery.shelf.scrollTop = 0;
  const all = say("{0} networks", gallery.cards.length);
  const some = count ? say("{0} of {1} networks", count, gallery.cards.length) : say("No network matches “{0}”.", gallery.search.value.trim());
  setText(gallery.found, words.length ? some : all);
}

// --- opening, and walking with the keys

function openCard(gallery, button) {
  if (button) send(gallery.outbox, "open", { name: button.dataset.name });
}

const CARD_STEPS = { ArrowRight: 1, ArrowLeft: -1 };

// Whether the key means something here.
function galleryKey(gallery, event) {
  const buttons = gallery.cards.map((card) => card.button).filter((button) => !button.hidden);
  const place = buttons.indexOf(event.target.closest("button"));
  if (place < 0) return searchGalleryKey(gallery, event, buttons);
  const step = CARD_STEPS[event.key] ?? rowStep(event.key, buttons, place);
  if (!step) return false;
  (buttons[place + step] ?? (step < 0 ? gallery.search : buttons[place])).focus();
  return true;
}

function searchGalleryKey(gallery, event, buttons) {
  if (isComposing(event)) return false;
  if (event.key === "Enter" && gallery.search.value.trim()) openCard(gallery, buttons[0]);
  else if (event.key === "ArrowDown") buttons[0]?.focus();
  else if (event.key === "Escape") {
    gallery.search.value = "";
    filterCards(gallery);
  } else return false;
  return true;
}

// How many cards on the one above or below stands.
function rowStep(key, buttons, place) {
  const direction = { ArrowDown: 1, ArrowUp: -1 }[key];
  if (!direction) return 0;
  const here = buttons[place].getBoundingClientRect();
  for (let next = place + direction; buttons[next]; next += direction) {
    const there = buttons[next].getBoundingClientRect();
    const beside = Math.abs(there.left - here.left) < here.width / 2;
    if (beside && Math.abs(there.top - here.top) > here.height / 2) return next - place;
  }
  return direction < 0 ? -place - 1 : 0;
}
