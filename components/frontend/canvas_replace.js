// Another kind in a layer's place, or in that of all of its kind: Python says which may stand there.
import { titleOf } from "./canvas_boxes.js";
import { answerMenu, fillMenu, openMenu } from "./canvas_menu.js";
import { say } from "./say.js";

export function askForKind(canvas, id) {
  openMenu(canvas, { label: say("Replace {0}", titleOf({ id })), hint: say("Type a kind's name"), options: null, choose: () => {} });
  canvas.menu.asksKinds = id;
  canvas.send("kinds", { id });
}

export function offerKinds(canvas) {
  const { menu } = canvas;
  const answer = canvas.data.hand.kinds;
  if (!menu?.asksKinds || menu.options || answer?.id !== menu.asksKinds) return;
  const { id, kind, kinds, fellows } = answer;
  if (!kinds.length) {
    fillMenu(canvas, []);
    return canvas.say(say("Nothing can stand in the place of {0}: {1} has no relatives.", id, kind));
  }
  let all = false;
  const chips = fellows > 1 ? { label: say("Which layers"), names: [say("Only {0}", titleOf({ id })), say("All {0} {1}", fellows, kind)], chosen: 0, choose: (place) => (all = place === 1) } : null;
  const options = kinds.map(([name, doc]) => ({ key: name, title: name, detail: doc, family: canvas.boxes.get(id)?.box.family }));
  answerMenu(canvas, { label: say("Replace {0}", titleOf({ id })), hint: say("Type a kind's name"), options, chips, choose: (name) => canvas.send("replace", { id, kind: name, all }) });
}
