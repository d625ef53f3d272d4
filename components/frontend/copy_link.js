// A button that puts a link with the whole document in it on the clipboard.
import { element, markTheme, setText, whenGone } from "./elements.js";
import { say } from "./say.js";

const buttons = new WeakMap();

export default function ({ data, parentElement }) {
  const copy = buttons.get(parentElement) ?? mountCopy(parentElement);
  const link = new URL(document.baseURI);
  link.search = "";
  link.hash = "";
  link.searchParams.set(data.parameter, data.value);
  if (copy.link !== link.href) setText(copy.said, ""); // what was copied is another document by now
  copy.link = link.href;
  markTheme(copy.host);
  return whenGone(parentElement, () => buttons.delete(parentElement));
}

function mountCopy(root) {
  const host = root.querySelector(".copy");
  const button = element("button", { type: "button", title: say("Whoever opens it gets a copy of this document, as a new one.") }, say("Copy link"));
  const said = element("span", { role: "status" });
  const copy = { host, said, link: "" };
  host.append(button, said);
  button.addEventListener("click", () => copyLink(copy));
  buttons.set(root, copy);
  return copy;
}

async function copyLink(copy) {
  try {
    await navigator.clipboard.writeText(copy.link);
    setText(copy.said, say("Copied: the whole document, in {0} letters.", copy.link.length.toLocaleString("en")));
  } catch { // no permission, or a page without https
    const field = element("input", { type: "text", readonly: "", "aria-label": say("Link to the document") });
    field.value = copy.link;
    copy.said.replaceChildren(say("Copy it from here: "), field);
    field.select();
  }
}
