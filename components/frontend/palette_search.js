// Which kinds a search finds, the best first.

// Where a word is found, from best to worst; the worth of a kind is the sum over the words searched for.
const PLACES = [
  ({ name }, word) => name === word,
  ({ name }, word) => name.startsWith(word),
  ({ parts }, word) => parts.some((part) => part.startsWith(word)),
  ({ name }, word) => name.includes(word),
  ({ capitals }, word) => capitals.startsWith(word) && word.length > 1,
  ({ family }, word) => family.some((part) => holds(part, word)),
  ({ doc }, word) => doc.some((part) => holds(part, word)),
];

// Chinese has no blanks between words: there a word may stand anywhere.
const holds = (part, word) => (/^\p{sc=Han}/u.test(word) ? part.includes(word) : part.startsWith(word));

export function bestMatches(families, text) {
  const words = wordsOf(text);
  return families
    .flatMap((family) => family.kinds.map((kind) => ({ kind, family })))
    .map((candidate) => ({ ...candidate, worth: worthOf(searchable(candidate), words) }))
    .filter(({ worth }) => Number.isFinite(worth))
    .sort((one, other) => one.worth - other.worth);
}

function worthOf(candidate, words) {
  return words.reduce((total, word) => total + placeOfWord(candidate, word), 0);
}

function placeOfWord(candidate, word) {
  const place = PLACES.findIndex((isThere) => isThere(candidate, word));
  return place < 0 ? Infinity : place;
}

const wordsOf = (text) => text.toLowerCase().split(/[^\p{L}\p{N}]+/u).filter(Boolean);

function searchable({ kind, family }) {
  const parts = kind.name.replace(/([a-z])([A-Z])/g, "$1 $2").toLowerCase().split(" ");
  const capitals = kind.name.replace(/[^A-Z]/g, "").toLowerCase();
  return { name: kind.name.toLowerCase(), parts, capitals, family: wordsOf(`${family.name} ${family.title ?? ""}`), doc: wordsOf(kind.doc ?? "") };
}
