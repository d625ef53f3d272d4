"""The little that Streamlit's theme cannot say: room, density, and calm headings."""

import streamlit as st

STYLE = """
<style>
[data-testid="stMainBlockContainer"] { padding: 3.9rem 1.4rem 2rem; max-width: 100%; }
[data-testid="stMain"] [data-testid="stMarkdownContainer"] h4 { padding: 0 0 0.35rem; font-size: 1.2rem; }
[data-testid="stMain"] [data-testid="stVerticalBlock"] { gap: 0.6rem; }
[data-testid="stMain"] [data-testid="stWidgetLabel"] p { font-size: 0.82rem; }
/* Grey words and chosen words that can be read: Streamlit's own have less contrast than WCAG's 4.5. */
[data-testid="stCaptionContainer"] { opacity: 1; }
[data-testid="stCaptionContainer"] p { color: color-mix(in srgb, currentColor 74%, transparent); }
[data-testid="stCaptionContainer"] a { color: inherit; text-decoration: underline; }
[data-variant="segmented_control"] p { color: color-mix(in srgb, currentColor, CanvasText 30%); }
/* Streamlit begins to dim each element at each click, for runs of over half a second, and the browser paints
   the whole page twice more. A line above the page says that a run takes long. */
[data-testid="stElementContainer"][data-stale="true"] { opacity: 1; transition: none; }
[data-testid="stApp"][data-test-script-state="running"]::after {
  content: ""; position: fixed; inset: 0 0 auto; height: 3px; z-index: 999992; pointer-events: none;
  background: #2f6fdf; transform-origin: left;
  opacity: 0; animation: takes-long 1.4s ease-in-out 0.5s infinite;
}
@keyframes takes-long {
  0% { opacity: 1; transform: scaleX(0); }
  70% { opacity: 1; transform: none; }
}
@media (prefers-reduced-motion: reduce) {
  @keyframes takes-long { from, to { opacity: 1; } 50% { opacity: 0.5; } }
}
/* What a page is for: close to what follows, and smaller than it. */
.st-key-purpose { margin-bottom: -0.15rem; }
.st-key-purpose p { font-size: 0.82rem; }
/* Beside the buttons in one line or two, as there is room: what stands below keeps its place. */
[data-testid="stLayoutWrapper"]:has(> .st-key-totals) { flex: 1 1 17rem; min-width: 17rem; width: auto; }
.st-key-totals p { font-size: 0.875rem; line-height: 1.35; }
.st-key-totals [data-testid="stMarkdownContainer"], .st-key-totals p { margin: 0; }
/* Sums are read as a block, and break where they are too long. */
.st-key-formulas p { font-variant-numeric: tabular-nums; overflow-wrap: anywhere; margin: 0; }
.st-key-editor input::placeholder { text-overflow: ellipsis; }
/* Messages stand below, where they cover no button of the form. */
[data-testid="stToastContainer"] { top: auto; bottom: 1rem; }
/* Wrapped, so that no code stands out of sight when it is read before it is trusted. */
.st-key-code-editor textarea {
  font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; font-size: 11.5px; line-height: 18px;
  white-space: pre-wrap; overflow-wrap: anywhere; tab-size: 4; padding: 0.5rem 0.6rem;
}
/* Small enough that the first problem and its repair stand in sight below the drawing. */
.st-key-problems h3 { font-size: 1.2rem; padding: 0 0 1rem; }
.st-key-problems [class*="st-key-problem-"] { padding: 0.45rem 0.9rem 0.6rem; gap: 0.35rem; }
.st-key-problems button { min-height: 2rem; padding-block: 0.2rem; }
/* In the frame's head, where a visitor looks for it whatever the page says. */
.st-key-language { position: fixed; top: 0.75rem; right: 1.4rem; width: auto; z-index: 999991; }
.st-key-examples [data-testid="stImage"] { gap: 0.6rem 0.5rem; }
.st-key-examples [data-testid="stImage"] img { image-rendering: pixelated; border-radius: 4px; }
/* Wide tables are moved sideways by themselves. */
.st-key-differing-settings { overflow-x: auto; }
.st-key-differing-settings td, .st-key-differing-settings th { white-space: nowrap; }
/* Icons for the eye; the words stay for screen readers. */
.st-key-layer-actions button [data-testid="stMarkdownContainer"] {
  position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap;
}
@media (max-width: 640px) {
  /* The drawing first, then what to add to it. */
  .st-key-editor [data-testid="stColumn"]:nth-of-type(2) { order: -1; }
  .st-key-editor [data-testid="stColumn"] [data-testid="stColumn"] { order: 0 !important; }
  [data-testid="stMainBlockContainer"] { padding: 3.9rem 0.7rem 2rem; }
  /* Short enough that the data set itself is seen below its list. */
  [data-testid="stLayoutWrapper"]:has(> .st-key-data-list), .st-key-data-list {
    height: 19rem !important; min-height: 0 !important; max-height: 19rem; flex: 0 0 19rem !important;
  }
  /* What a part is stands under its button, nearer to it than to the next one. */
  .st-key-parts-of-export { gap: 1rem !important; }
  [class*="st-key-export-"] { gap: 0.15rem !important; }
}
</style>
"""


def apply_style() -> None:
    """Puts the style into the page; our own text, nothing of it from a document."""
    st.html(STYLE)
