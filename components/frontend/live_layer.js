// The histograms of one layer: asked for when it is chosen, and again when there are new looks.

const MOST = 320;

export const newLayer = () => ({ token: "", name: "", step: -1, histograms: [], gradients: [], asking: false });

// Asks where something is missing; onAnswer is called when it is there.
export async function followLayer(layer, token, name, newest, onAnswer) {
  if (layer.token !== token || layer.name !== name)
    Object.assign(layer, newLayer(), { token, name }); // what is still asked for the other one is dropped
  if (layer.asking || newest === undefined || newest <= layer.step) return;
  layer.asking = true;
  const answer = await ask(layer).catch(() => null); // the next look asks again
  if (layer.token !== token || layer.name !== name) return;
  layer.asking = false;
  if (!answer?.step?.length) return;
  append(layer.histograms, answer.step, answer.activation);
  append(layer.gradients, answer.step, answer.gradient);
  layer.step = answer.step[answer.step.length - 1];
  onAnswer();
}

async function ask({ token, name, step }) {
  const url = new URL(`api/runs/${token}/layer`, document.baseURI);
  url.searchParams.set("name", name);
  url.searchParams.set("since", step);
  const response = await fetch(url, { cache: "no-store" });
  return response.ok ? response.json() : null;
}

function append(histograms, steps, { low, high, counts }) {
  steps.forEach((step, at) => histograms.push({ step, low: low[at], high: high[at], counts: counts[at] }));
  while (histograms.length > MOST) {
    const recent = histograms.length - MOST / 4;
    histograms.splice(0, histograms.length, ...histograms.filter((_, at) => at >= recent || at % 2 === 0));
  }
}
