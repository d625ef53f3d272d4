// Brings what each node gives, small, to the canvas: see canvas_pictures.js.
import { whenGone } from "./elements.js";
import { shownPictures } from "./canvas_pictures.js";

export default function ({ data, parentElement }) {
  Object.assign(shownPictures, { nodes: data.nodes, stale: data.stale });
  shownPictures.repaint?.();
  return whenGone(parentElement, () => Object.assign(shownPictures, { nodes: {}, stale: false }));
}
