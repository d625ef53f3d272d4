// Where the ring and the card of the tour stand: around and beside a thing of the page, inside of the window.

const EDGE = 8; // pixels kept free along the window
const AROUND = 5; // between a thing and its ring
const AWAY = 14; // between a thing and the card
const HEADER = 64; // height of Streamlit's header, below which the page scrolls

// The first of what the selectors name that can be seen, or could be by scrolling.
export function targetOf(selectors) {
  const found = selectors.map((selector) => document.querySelector(selector));
  return found.find((each) => each?.checkVisibility() && box(each).width && box(each).right > 0);
}

const box = (target) => target.getBoundingClientRect();

// What scrolls, below Streamlit's header.
const page = () => document.querySelector('[data-testid="stMain"]');

export const scrolled = () => page()?.scrollTop ?? 0;

export function scrollTo(top) {
  page()?.scrollTo(0, top);
}

// Where it stands on the page however that is scrolled, and how high it is: a page that is loading moves its things.
export function placeOnPage(target) {
  return `${Math.round(box(target).top + scrolled())} ${target.offsetHeight}`;
}

export function bringIntoSight(target) {
  const { top, bottom } = box(target);
  const inHeader = target.closest("header");
  if (inHeader || (top >= HEADER - AROUND && bottom <= innerHeight - EDGE)) return;
  page()?.scrollBy(0, top - HEADER - EDGE);
}

export function placeRing(ring, target) {
  const { left, top, right, bottom } = box(target);
  const x = Math.max(left - AROUND, 2);
  const y = Math.max(top - AROUND, 2);
  const size = [Math.min(right + AROUND, innerWidth - 2) - x, Math.min(bottom + AROUND, innerHeight - 2) - y];
  put(ring, { left: x, top: y, width: Math.max(0, size[0]), height: Math.max(0, size[1]) });
}

// On the side where there is room; else at the lower end of the window, over what it speaks of.
export function placeCard(card, target) {
  const { left, top, right, bottom } = box(target);
  const [width, height] = [card.offsetWidth, card.offsetHeight];
  const x = within(left, innerWidth - width);
  const y = within(top + AWAY, innerHeight - height);
  const spots = [
    [right + AWAY, y],
    [left - AWAY - width, y],
    [x, bottom + AWAY],
    [x, top - AWAY - height],
  ];
  const fits = ([across, down]) => across >= EDGE && down >= EDGE && across + width <= innerWidth - EDGE && down + height <= innerHeight - EDGE;
  const [across, down] = spots.find(fits) ?? [within((innerWidth - width) / 2, innerWidth - width), innerHeight - height - EDGE];
  put(card, { left: across, top: down });
}

function within(place, most) {
  return Math.max(EDGE, Math.min(place, most - EDGE));
}

function put(each, places) {
  for (const [name, pixels] of Object.entries(places)) {
    const value = `${Math.round(pixels)}px`;
    if (each.style[name] !== value) each.style[name] = value;
  }
}
