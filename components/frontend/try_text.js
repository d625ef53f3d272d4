// Typed text, and the tokens that the network gets of it; those it does not know are marked.
import { element, setText } from "./elements.js";
import { say } from "./say.js";

const PAUSE = 60; // milliseconds of the hand

export function newText(form, change) {
  const letters = form.units === "letters";
  const title = letters ? say("Text, up to {0} letters", form.length) : say("Text, up to {0} words", form.length);
  const typed = element("textarea", { rows: 3, spellcheck: "false", "aria-label": title });
  const tokens = element("div", { class: "tokens", role: "list", "aria-label": say("What the network gets") });
  const filled = element("small");
  let timer = 0;
  typed.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => (typed.value.trim() ? change({ text: typed.value }) : change(null, say("There is no text. Type some."))), PAUSE);
  });
  const known = form.known.join(" ") + (form.more ? ` … (+${form.more.toLocaleString("en")})` : "");
  const words = element("details", {}, element("summary", {}, letters ? say("Letters that it knows") : say("Words that it knows")), element("p", {}, known));
  return {
    parts: [element("label", { class: "typed" }, element("span", { class: "label" }, title), typed), tokens, filled, words],
    show: (given) => (typed.value = given.text),
    answered({ shown }) {
      if (!shown.tokens) return;
      tokens.replaceChildren(...shown.tokens.map(([text, isKnown]) => element("span", { class: "token", "data-known": isKnown, role: "listitem" }, isKnown ? text : say("{0} unknown", text))));
      setText(filled, shown.filled ? say("and {0} × [pad]", shown.filled) : "");
    },
    close: () => clearTimeout(timer),
  };
}
