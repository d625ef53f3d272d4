// How the computer fares: one chart for each kind of reading that the server has.
import { section } from "./live_elements.js";
import { BARE, layoutOf, lineTrace, modeOf } from "./live_figures.js";
import { newChart, show } from "./live_plot.js";
import { last, lastKnown, number, percent } from "./live_words.js";
import { say } from "./say.js";

const KINDS = {
  log: { title: say("Learning rate"), axis: { type: "log", tickformat: ".2~g", nticks: 3 }, format: ".3~g", words: number },
  linear: { title: say("Throughput"), axis: { rangemode: "tozero", title: say("Examples/s") }, format: ",.0f", words: number },
  share: { title: say("Use of the computer"), axis: { tickformat: ".0%", rangemode: "tozero" }, format: ".1%", words: percent },
  bytes: { title: say("Memory"), axis: { tickformat: ".2~s", ticksuffix: "B", rangemode: "tozero" }, format: ".3~s", words: (value) => `${number(value / 1e6)} MB` },
};

export function newVitals(keep) {
  const made = section(say("Rate, speed and memory"));
  made.charts = Object.fromEntries(
    Object.entries(KINDS).map(([scale, { title }]) => [scale, keep(newChart(title, { wide: "quarter", tall: false }))]),
  );
  made.grid.append(...Object.values(made.charts).map(({ card }) => card));
  return made;
}

export function showVitals(made, { readings, vitals }, theme) {
  made.whole.hidden = !vitals.size;
  for (const [scale, chart] of Object.entries(made.charts)) {
    const found = readings.filter((each) => each.scale === scale && vitals.has(each.name));
    chart.card.hidden = !found.length;
    if (found.length) show(chart, planOf(theme, found, vitals, KINDS[scale]));
  }
}

function planOf(theme, found, vitals, { axis, format, words }) {
  const newest = ({ name, title }) => `${title} ${words(lastKnown(vitals.get(name).y))}`;
  const alone = found.length === 1;
  return {
    empty: "",
    note: alone ? found[0].help : "",
    says: say("{0} at step {1}.", found.map(newest).join(", "), last(vitals.get(found[0].name).x)),
    figure: () => ({
      traces: found.map(({ name, title }, index) =>
        lineTrace(title, vitals.get(name), theme.runs[index], {
          format,
          showlegend: !alone,
          mode: modeOf(vitals.get(name).x),
        }),
      ),
      layout: layoutOf(theme, { y: axis, margin: alone ? BARE : { ...BARE, t: 30 } }),
    }),
  };
}
