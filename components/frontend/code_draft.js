// What is being typed for a network, kept in the browser until it was read or given up for good: a rerun of the page,
// another page or a reload of this one do not take it away.

// open: whether it is being edited; base: the code it began as, "" once it was read; stamp: of the reading it waits for.
const drafts = (globalThis.layerloomDrafts ??= new Map());

export function draftOf(id) {
  if (!drafts.has(id)) drafts.set(id, stored(id));
  return drafts.get(id);
}

export function keepDraft(id, draft) {
  drafts.set(id, draft);
  try {
    if (draft) sessionStorage.setItem(place(id), JSON.stringify(draft));
    else sessionStorage.removeItem(place(id));
  } catch {
    // No storage, or a full one: then it lasts as long as the page.
  }
}

function stored(id) {
  try {
    return JSON.parse(sessionStorage.getItem(place(id)));
  } catch {
    return null;
  }
}

const place = (id) => `layerloom-code-${id}`;
