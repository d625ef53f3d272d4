// Streamlit calls this again whenever the data or the theme changes. The charts themselves are served as modules by the
// app's own route, because Streamlit sends inline scripts anew with every message.
import { whenGone } from "./elements.js";
import { say } from "./say.js";

export default function (component) {
  const root = component.parentElement;
  const modules = import(new URL(component.data.script, document.baseURI).href);
  modules.then(
    ({ update }) => update(component),
    () => tellLoadingFailed(root),
  );
  return whenGone(root, () =>
    modules.then(
      ({ remove }) => remove(root),
      () => {},
    ),
  );
}

function tellLoadingFailed(root) {
  root.querySelector(".live").textContent = say("The charts could not be loaded. Reload the page to try again.");
}
