// The words of the interface in the visitor's language, with values in the places {0}, {1}. A message that the table
// does not have, as in English, stays as it is. components/assets.py puts the table in, with the messages that occur
// in the script.
const MESSAGES = {};

export function say(text, ...values) {
  return (MESSAGES[text] ?? text).replace(/\{(\d+)\}/g, (_, place) => values[place]);
}

// What is wrong with a layer, with how bad it is.
export function withState({ state, message: words }) {
  return state === "error" ? say("error: {0}", words) : state === "warning" ? say("warning: {0}", words) : words;
}

// Marks a text of a table that is said later, so that it is found in the source.
export const message = (text) => text;
