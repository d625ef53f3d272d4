// The tour: a ring around the thing that is spoken of, and a card beside it. Both stand in the browser's top layer, so the
// page below keeps its place and can be used. Where the visitor is in the tour outlives the component, which Streamlit may
// take down and put up again at any time.
import { element, markTheme, setText, whenGone } from "./elements.js";
import { bringIntoSight, placeCard, placeOnPage, placeRing, scrolled, scrollTo, targetOf } from "./tour_place.js";

const tours = new WeakMap();
const walk = (globalThis.layerloomTour ??= { place: -1, leaving: 0, cameFrom: null }); // place: of the step; -1 outside the tour
const GONE = 500; // milliseconds without the component until the page counts as left
const GLIDE = 260; // milliseconds from one thing to the next

export default function ({ data, parentElement }) {
  const tour = tours.get(parentElement) ?? mountTour(parentElement);
  tour.data = data;
  clearTimeout(walk.leaving);
  markTheme(tour.host);
  if (walk.place < 0 && isNew(data.seen)) begin(tour);
  else if (walk.place >= 0) follow(tour);
  return whenGone(parentElement, () => {
    tours.delete(parentElement);
    cancelAnimationFrame(tour.frame);
    document.removeEventListener("layerloom:tour", tour.begin);
    document.removeEventListener("keydown", tour.onKey);
    walk.leaving = setTimeout(() => (walk.place = -1), GONE);
  });
}

// Whether this browser has never shown the tour; from now on it has. One that keeps nothing would show it for ever.
function isNew(name) {
  try {
    if (localStorage.getItem(name)) return false;
    localStorage.setItem(name, "shown");
    return true;
  } catch {
    return false;
  }
}

function mountTour(root) {
  const tour = { host: root.querySelector(".tour"), data: null, frame: 0, shown: -1, place: "" };
  tour.ring = element("div", { class: "ring", popover: "manual", "aria-hidden": "true" });
  tour.card = newCard(tour);
  tour.host.append(tour.ring, tour.card);
  tour.begin = () => begin(tour);
  tour.onKey = (event) => document.activeElement === document.body && pressed(tour, event);
  document.addEventListener("layerloom:tour", tour.begin); // from the list of keys
  document.addEventListener("keydown", tour.onKey);
  tours.set(root, tour);
  return tour;
}

function newCard(tour) {
  const button = (name, act) => {
    tour[name] = element("button", { type: "button", class: name });
    tour[name].addEventListener("click", act);
    return tour[name];
  };
  tour.count = element("p", { class: "count", id: "tour-count" });
  tour.title = element("h2", { id: "tour-title" });
  tour.text = element("p", { class: "text", id: "tour-text" });
  const said = element("div", { "aria-live": "polite" }, tour.count, tour.title, tour.text);
  const buttons = element("div", { class: "buttons" }, button("skip", () => end(tour)), button("back", () => go(tour, -1)), button("next", () => go(tour, 1)));
  const card = element("div", { class: "card", popover: "manual", role: "dialog", "aria-modal": "false", "aria-labelledby": "tour-count tour-title", "aria-describedby": "tour-text", tabindex: "-1" }, said, buttons);
  card.addEventListener("keydown", (event) => pressed(tour, event));
  return card;
}

const KEYS = {
  ArrowRight: (tour) => go(tour, 1),
  ArrowLeft: (tour) => go(tour, -1),
  Escape: (tour) => end(tour),
};

function pressed(tour, event) {
  if (walk.place < 0 || event.ctrlKey || event.metaKey || event.altKey || !KEYS[event.key]) return;
  event.preventDefault();
  event.stopPropagation(); // Streamlit has keys of its own
  KEYS[event.key](tour);
}

// --- walking through it

function begin(tour) {
  walk.place = 0;
  walk.cameFrom = focused();
  walk.began = walk.left = scrolled();
  follow(tour);
  const busy = walk.cameFrom?.matches("input, textarea, select");
  if (!busy) tour.card.focus({ preventScroll: true });
}

function go(tour, by) {
  const last = tour.data.steps.length - 1;
  if (walk.place + by > last) return end(tour);
  const wentBack = focused() === tour.back;
  walk.place = Math.max(0, walk.place + by);
  follow(tour);
  if (wentBack && tour.back.hidden) tour.next.focus({ preventScroll: true });
}

function end(tour) {
  const hadFocus = tour.card.contains(focused());
  walk.place = -1;
  hide(tour);
  if (scrolled() === walk.left) scrollTo(walk.began); // unless the visitor has gone on from there
  if (hadFocus && walk.cameFrom?.isConnected) walk.cameFrom.focus({ preventScroll: true });
}

// What has the focus, also inside of components.
function focused() {
  let found = document.activeElement;
  while (found?.shadowRoot?.activeElement) found = found.shadowRoot.activeElement;
  return found;
}

// --- showing it

// Paints the step, and stays beside its thing: edits and new answers move what is on the page.
function follow(tour) {
  cancelAnimationFrame(tour.frame);
  if (walk.place < 0) return hide(tour);
  const step = tour.data.steps[walk.place];
  const target = targetOf(step.at);
  if (document.querySelector('[role="dialog"][aria-modal="true"]')) hide(tour); // Streamlit asks something
  else if (target) show(tour, step, target);
  tour.frame = requestAnimationFrame(() => follow(tour));
}

function show(tour, step, target) {
  if (!tour.card.matches(":popover-open")) [tour.ring, tour.card].forEach((each) => each.showPopover());
  const arrived = tour.shown !== walk.place;
  if (arrived) {
    paint(tour, step);
    glide(tour, tour.shown >= 0);
    tour.shown = walk.place;
  }
  const place = placeOnPage(target);
  if (arrived || tour.place !== place) bringIntoSight(target), (walk.left = scrolled());
  tour.place = place;
  placeRing(tour.ring, target);
  placeCard(tour.card, target);
}

function hide(tour) {
  tour.shown = -1;
  for (const each of [tour.ring, tour.card]) if (each.matches(":popover-open")) each.hidePopover();
}

function paint(tour, step) {
  const { words, steps } = tour.data;
  setText(tour.count, step.place);
  setText(tour.title, step.title);
  tour.text.replaceChildren(...step.text.split("`").map((part, place) => (place % 2 ? element("kbd", {}, part) : part)));
  const last = walk.place === steps.length - 1;
  setText(tour.skip, words.skip);
  setText(tour.back, words.back);
  setText(tour.next, last ? words.done : words.next);
  tour.skip.hidden = last;
  tour.back.hidden = walk.place === 0;
}

function glide(tour, smoothly) {
  clearTimeout(tour.gliding);
  tour.host.classList.toggle("gliding", smoothly);
  tour.gliding = setTimeout(() => tour.host.classList.remove("gliding"), GLIDE);
}
