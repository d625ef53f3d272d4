// Between the drawing and the form beside it: Enter leads to the first argument of a layer, Escape back to the layer.

const STREAMLIT_FIELD = ".st-key-side"; // the editor of a layer's code is one

export function editLayer(canvas, id) {
  canvas.editing = id;
  canvas.select(id);
  canvas.send("edit", { id });
}

// Once Python has drawn the page with that layer selected, its form is there or comes a moment later; it hears of the
// event, or finds what it is waited for.
export function goToForm(canvas) {
  const { editing: id, data } = canvas;
  if (!id || canvas.outbox.waiting.length || data.selected !== id) return;
  canvas.editing = "";
  globalThis.layerloomEdit = data.hand.form;
  document.dispatchEvent(new CustomEvent("layerloom:edit"));
}

// A list that is open in the form closes first.
export function listenToEscape(canvas) {
  const back = () => canvas.focus(canvas.selected);
  const backByKey = (event) => {
    const field = event.target;
    if (event.key !== "Escape" || event.defaultPrevented || !field.closest?.(STREAMLIT_FIELD) || field.shadowRoot) return;
    if (field.getAttribute("aria-expanded") !== "true") back();
  };
  document.addEventListener("layerloom:back", back);
  document.addEventListener("keydown", backByKey);
  return () => {
    document.removeEventListener("layerloom:back", back);
    document.removeEventListener("keydown", backByKey);
  };
}
