// Finding a layer by its name or kind. Those inside closed blocks are not in the drawing: Python is asked for them once one is
// looked for, and opens the blocks on the way to the one that is chosen.
import { addOptions, openMenu } from "./canvas_menu.js";
import { walk } from "./canvas_view.js";
import { say } from "./say.js";

export function findLayer(canvas) {
  const { boxes } = canvas.data;
  const options = boxes.map(({ id, subtitle, output, family }) => ({ key: id, title: id, detail: [subtitle, output].filter(Boolean).join(" · "), family }));
  const more = boxes.some(({ opens, frame }) => opens && !frame);
  openMenu(canvas, { label: say("Find a layer"), hint: say("Type a name or a kind"), options, more, choose: (id) => goTo(canvas, id) });
  if (!more) return;
  canvas.menu.asksClosed = true;
  canvas.send("closed", {});
}

export function offerClosed(canvas) {
  const { menu } = canvas;
  const answer = canvas.data.hand.closed;
  if (!menu?.asksClosed || !menu.more || !answer) return;
  if (answer.cut) canvas.say(say("Of the layers inside closed blocks the first {0} are listed. Open a block to find all of its layers.", answer.layers.length));
  addOptions(canvas, answer.layers.map(([id, detail, family]) => ({ key: id, title: id, detail, family, marked: say("in a closed block") })));
}

function goTo(canvas, id) {
  if (canvas.boxes.has(id)) {
    canvas.select(id);
    return walk(canvas, id);
  }
  canvas.focus(drawnAround(canvas, id)); // the focus goes on from there to what is new
  canvas.send("reach", { id });
}

// The innermost of the boxes around a layer that is drawn.
function drawnAround(canvas, id) {
  let around = id;
  while (around && !canvas.boxes.has(around)) around = around.slice(0, Math.max(0, around.lastIndexOf("/")));
  return around;
}
