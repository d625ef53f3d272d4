// Brings what each node gives, small, to the canvas: see canvas_pictures.js.
import { shownPictures } from "./canvas_pictures.js";

export default function ({ data }) {
  Object.assign(shownPictures, { nodes: data.nodes, stale: data.stale });
  shownPictures.repaint?.();
  return () => Object.assign(shownPictures, { nodes: {}, stale: false });
}
