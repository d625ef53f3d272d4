// The command palette: typed words become a layer (Python says which) or a command of the page.
import { titleOf } from "./canvas_boxes.js";
import { findLayer } from "./canvas_find.js";
import { takeTour, toggleHelp } from "./canvas_help.js";
import { makeBlock } from "./canvas_keys.js";
import { openMenu } from "./canvas_menu.js";
import { VIEWS } from "./canvas_looks.js";
import { askHowToSave } from "./canvas_save.js";
import { fit, zoom } from "./canvas_view.js";
import { insertingNow } from "./canvas_wires.js";
import { message, say } from "./say.js";

const PAUSE = 40; // milliseconds without a key until Python is asked
const PATIENCE = 4000; // until what was typed is handed on without an answer

const ACTS_BY_NAME = [
  [message("Undo"), "Ctrl+Z", (canvas) => canvas.send("undo", {})],
  [message("Redo"), "Ctrl+Y", (canvas) => canvas.send("redo", {})],
  [message("Fit the drawing: show everything"), "0", fit],
  [message("Find a layer"), "/", findLayer],
  [message("Make a block of what is selected"), "b", (canvas) => makeBlock(canvas, canvas.selected)],
  ...VIEWS.map(({ label, key, toggle }) => [label, key, toggle]),
  [message("Zoom in"), "+", (canvas) => zoom(canvas, 1.25)],
  [message("Zoom out"), "-", (canvas) => zoom(canvas, 0.8)],
  [message("Templates: open another network"), "", (canvas) => canvas.send("ask", { what: "templates" })],
  [message("Export the network"), "", (canvas) => canvas.send("ask", { what: "export" })],
  [message("Save the picture"), "", askHowToSave],
  [message("Keys and colours"), "?", toggleHelp],
  [message("Tour of this page"), "", takeTour],
];

export function openCommands(canvas) {
  const question = { asking: null, timer: 0, known: "", layers: [], waits: false };
  const paint = (menu) => {
    menu.options = optionsOf(canvas, question, menu);
    menu.repaint();
  };
  openMenu(canvas, {
    label: say("Add a layer or do something"),
    hint: say("conv 32 k5, lstm 64 bi, undo"),
    look: (menu) => {
      question.waits = false;
      askPython(canvas, question, menu, () => paint(menu));
      paint(menu);
    },
    decide: (menu, option) => (question.known === typedIn(menu) ? option : beforeAnswer(canvas, question, menu)),
  });
}

// Enter came before the answer. It is done at once, as the next keys are on their way: words that no command has are a
// layer's, and Python knows which. Only where they may be either, Enter is kept until the answer is there.
function beforeAnswer(canvas, question, menu) {
  const { called, others } = commandsFor(canvas, typedIn(menu));
  question.waits = !called.length && others.length > 0;
  if (question.waits) return null;
  return called[0] ?? unanswered(canvas, typedIn(menu));
}

const typedIn = ({ search }) => search.value.trim();

function askPython(canvas, question, menu, paint) {
  clearTimeout(question.timer);
  question.asking?.abort();
  const words = typedIn(menu);
  if (!words) return Object.assign(question, { known: "", layers: [] });
  question.timer = setTimeout(async () => {
    question.asking = new AbortController();
    const layers = await answerTo(canvas, words, question.asking.signal);
    if (canvas.menu !== menu || typedIn(menu) !== words) return;
    Object.assign(question, { known: words, layers });
    paint();
    if (question.waits) menu.pick(menu.place);
  }, PAUSE);
}

async function answerTo(canvas, words, aborted) {
  const url = new URL("api/suggestions", document.baseURI);
  url.searchParams.set("text", words);
  url.searchParams.set("doc", new URLSearchParams(location.search).get("doc") ?? "");
  url.searchParams.set("shape", flowing(canvas));
  try {
    const response = await fetch(url, { signal: AbortSignal.any([aborted, AbortSignal.timeout(PATIENCE)]) });
    return response.ok ? await response.json() : [];
  } catch {
    return null; // no answer: what was typed is handed on as it is
  }
}

// What flows where the next layer goes.
function flowing(canvas) {
  const [target, slot] = insertingNow(canvas);
  const wire = canvas.data.arrows.find((arrow) => arrow.to === target && (arrow.slot ?? 0) === slot);
  return canvas.boxes.get(wire?.from ?? canvas.selected)?.box.output ?? "";
}

// --- what there is to choose from: layers, then commands; a command that is called by its first word comes first

function optionsOf(canvas, { layers, known }, menu) {
  const words = typedIn(menu);
  const { called, others } = commandsFor(canvas, words);
  const found = !words ? [] : layers === null ? [unanswered(canvas, words)] : layers.map((layer) => layerOption(canvas, layer, known === words ? words : known));
  return called.length ? [...called, ...found] : [...found, ...others];
}

// The commands that fit the words, those that are called by the first of them by themselves.
function commandsFor(canvas, words) {
  const asked = words.toLowerCase().split(/\s+/).filter(Boolean);
  const fitting = ACTS_BY_NAME.filter(([title]) => asked.every((word) => beginsIn(title, word) || beginsIn(say(title), word))).map((each) => commandOption(canvas, each));
  const isCalled = ({ called }) => called.includes(asked[0]);
  return { called: fitting.filter(isCalled), others: fitting.filter((each) => !isCalled(each)) };
}

// Chinese has no blanks between words: there a word may stand anywhere.
const beginsIn = (title, word) => title.toLowerCase().split(/[^\p{L}\p{N}]+/u).some((part) => (/^\p{sc=Han}/u.test(word) ? part.includes(word) : part.startsWith(word)));

function commandOption(canvas, [title, key, act]) {
  const called = [title, say(title)].map((each) => each.toLowerCase().split(/[^\p{L}\p{N}]/u)[0]);
  return { title: say(title), called, detail: "", marked: key, act: () => act(canvas) };
}

function layerOption(canvas, { kind, words, family, left }, text) {
  const marked = left.length ? say("leaves out {0}", left.join(" ")) : whereItGoes(canvas);
  return { title: words, detail: say(family), family, marked, act: () => addLayer(canvas, text, kind) };
}

function unanswered(canvas, text) {
  return { title: text, detail: say("Add what this means"), act: () => addLayer(canvas, text, "") };
}

function whereItGoes(canvas) {
  const [target] = insertingNow(canvas);
  if (target) return say("before {0}", titleOf({ id: target }));
  return canvas.selected ? say("behind {0}", titleOf({ id: canvas.selected })) : "";
}

function addLayer(canvas, text, kind) {
  canvas.send("phrase", { text, kind });
}
