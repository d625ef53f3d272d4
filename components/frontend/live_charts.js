// The component: one feed and one history per run, one view over them; each call brings data or a new theme.
import { whenGone } from "./elements.js";
import { newCompareView } from "./live_compare.js";
import { startFeed } from "./live_feed.js";
import { append, newHistory } from "./live_history.js";
import { allow, fetchPlotlyAhead, loadPlotly, removeChart, wakeUp } from "./live_plot.js";
import { newRunView } from "./live_run.js";
import { readTheme } from "./live_theme.js";
import { FINAL_STATES } from "./live_words.js";
import { acknowledge, closeOutbox, newOutbox, send } from "./outbox.js";
import { say } from "./say.js";

export { loadPlotly };

const VIEWS = { run: newRunView, compare: newCompareView };
const instances = new WeakMap();

export default function ({ data, parentElement, setTriggerValue }) {
  if (!instances.has(parentElement))
    instances.set(parentElement, newInstance(parentElement.querySelector(".live")));
  const instance = instances.get(parentElement);
  instance.data = data;
  acknowledge(instance.outbox, data.acknowledged, setTriggerValue);
  followRuns(instance);
  chooseView(instance);
  instance.theme = readTheme(instance.root);
  redraw(instance);
  const answered = [...instance.records.values()].some(({ history }) => history.run);
  if (globalThis.Plotly || answered) bringPlotly(instance); // again, if it did not come: an ended run answers no more
  else fetchPlotlyAhead(data.plotly);
  return whenGone(parentElement, () => remove(parentElement));
}

function remove(parentElement) {
  const instance = instances.get(parentElement);
  instances.delete(parentElement);
  closeOutbox(instance.outbox);
  cancelAnimationFrame(instance.frame);
  for (const record of instance.records.values()) record.feed.close();
  instance.view?.charts.forEach(removeChart);
}

const newInstance = (root) => ({
  root,
  records: new Map(),
  view: null,
  shape: "",
  plotly: null,
  frame: 0,
  outbox: newOutbox(),
});

function followRuns(instance) {
  const wanted = new Map(instance.data.runs.map((run) => [run.token, run]));
  for (const [token, record] of instance.records) {
    if (wanted.has(token)) continue;
    record.feed.close();
    instance.records.delete(token);
  }
  for (const run of wanted.values()) {
    const record = instance.records.get(run.token);
    if (record)
      Object.assign(record, facts(run)).feed.wake(); // a finished run may have been started again
    else instance.records.set(run.token, newRecord(instance, run));
  }
}

const facts = ({ token, name, color, state }) => ({ token, name, color, state });

function newRecord(instance, run) {
  const record = { ...facts(run), history: newHistory(), trouble: "", announced: false };
  record.feed = startFeed(run.token, instance.data.every, {
    onAnswer: (answer, finished) => {
      append(record.history, answer);
      record.trouble = "";
      if (!FINAL_STATES.has(answer.run.state)) record.announced = false;
      if (finished) announce(instance, record, answer.run.state);
      soon(instance);
      requestAnimationFrame(() => setTimeout(() => bringPlotly(instance))); // the lines are sketched first
    },
    onAway: () => tell(instance, record, say("Reconnecting")),
    onUnknown: (message) => tell(instance, record, message),
  });
  return record;
}

function tell(instance, record, trouble) {
  record.trouble = trouble;
  soon(instance);
}

function chooseView(instance) {
  const shape = JSON.stringify([instance.data.view, instance.data.runs.map(({ token }) => token)]);
  if (shape === instance.shape) return;
  instance.shape = shape;
  instance.view?.charts.forEach(removeChart);
  const again = () => {
    instance.view.charts.forEach(wakeUp);
    redraw(instance);
  };
  instance.view = VIEWS[instance.data.view](instance.root, again, (event, token) => send(instance.outbox, event, { token }));
}

// However many runs answer, one redraw per frame.
function soon(instance) {
  cancelAnimationFrame(instance.frame);
  instance.frame = requestAnimationFrame(() => redraw(instance));
}

function redraw(instance) {
  const records = instance.data.runs.map(({ token }) => instance.records.get(token));
  if (!records.length) return;
  instance.view.update(records, instance.theme);
  if (instance.plotly) instance.view.charts.forEach((chart) => chart.plotly || allow(chart, instance.plotly));
}

function bringPlotly(instance) {
  if (instance.plotly) return;
  const arrived = (plotly) => {
    instance.plotly = plotly;
    if (instance.view) soon(instance);
  };
  loadPlotly(instance.data.plotly).then(arrived, () => {}); // the next answer tries again
}

// Tell Python once that a run ended, unless the page said it knows.
function announce(instance, record, state) {
  if (record.announced) return;
  record.announced = true;
  if (!FINAL_STATES.has(record.state)) send(instance.outbox, "finished", { token: record.token, state });
}
