// The choice of the language: kept as a cookie, so that the server knows it when the page is asked for again.
import { element, emptyHost, markTheme, shape } from "./elements.js";
import { translateStreamlit } from "./streamlit_words.js";

const LASTS = 365 * 24 * 3600; // seconds
const GLOBE = "M8 1.5a6.5 6.5 0 1 0 0 13a6.5 6.5 0 1 0 0-13M1.5 8h13M8 1.5c4 4 4 9 0 13c-4-4-4-9 0-13";

export default function ({ data, parentElement }) {
  document.documentElement.lang = data.chosen.replace("_", "-");
  translateStreamlit();
  const host = emptyHost(parentElement, ".language");
  const choice = element("select", { "aria-label": "Language · 语言", title: "Language · 语言" });
  for (const [code, name] of data.languages) choice.append(element("option", { value: code, lang: code.replace("_", "-") }, name));
  choice.value = data.chosen;
  choice.addEventListener("change", () => {
    document.cookie = `${data.cookie}=${choice.value}; path=/; max-age=${LASTS}; samesite=lax`;
    location.reload(); // every edit is kept, and the address says which document is open
  });
  host.append(shape("svg", { viewBox: "0 0 16 16", "aria-hidden": "true" }, shape("path", { d: GLOBE })), choice);
  markTheme(host);
}
