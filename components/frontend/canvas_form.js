// Between the drawing and the form beside it: Enter leads to the first argument of a layer, Escape back to the layer.

const FORM_PATIENCE = 4000; // milliseconds until the form is not waited for any more

export function editLayer(canvas, id) {
  canvas.editing = id;
  canvas.select(id);
  canvas.send("edit", { id });
}

// Once Python has drawn the page with that layer selected, its form comes a moment later.
export function goToForm(canvas) {
  const { editing: id } = canvas;
  if (!id || canvas.outbox.waiting.length || canvas.data.selected !== id) return;
  canvas.editing = "";
  waitFor(() => isDrawn() && firstField(id), (field) => {
    field.focus();
    requestAnimationFrame(() => field.select?.()); // once the field has painted that it has the focus
  });
}

// A field that is still being drawn would lose what is selected in it.
const isDrawn = () => document.querySelector("[data-testid='stApp']")?.dataset.testScriptState !== "running";

// Streamlit writes a container's key into its class, with other signs as dashes.
const formOf = (id) => document.querySelector(`.st-key-form-of-${id.replace(/[^a-zA-Z0-9_-]/g, "-")}`);

// An argument that is read off the input is seldom what one came for.
function firstField(id) {
  const form = formOf(id);
  const fields = (part) => [...(part?.querySelectorAll("input:not([disabled]), textarea") ?? [])];
  const given = fields(form?.querySelector("[class*='st-key-arguments']"));
  return given.find((field) => field.value) ?? given[0] ?? fields(form)[0];
}

function waitFor(find, act) {
  const found = find();
  if (found) return act(found);
  const look = new MutationObserver(() => {
    const there = find();
    if (!there) return;
    stop();
    act(there);
  });
  const timer = setTimeout(() => stop(), FORM_PATIENCE);
  const stop = () => (look.disconnect(), clearTimeout(timer));
  look.observe(document.body, { childList: true, subtree: true, attributeFilter: ["data-test-script-state"] });
}

// A list that is open in the form closes first.
export function listenToEscape(canvas) {
  const back = (event) => {
    const field = event.target;
    if (event.key !== "Escape" || event.defaultPrevented || !field.closest?.("[class*='st-key-form-of-']")) return;
    if (field.getAttribute("aria-expanded") === "true") return;
    canvas.focus(canvas.selected);
  };
  document.addEventListener("keydown", back);
  return () => document.removeEventListener("keydown", back);
}
