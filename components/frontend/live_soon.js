// On a page that leads to charts: what draws them is loaded while the browser has nothing else to do.
let asked = false;

export default function ({ data }) {
  if (asked) return;
  asked = true;
  const whenIdle = globalThis.requestIdleCallback ?? setTimeout; // Safari has none
  whenIdle(() => {
    import(new URL(data.script, document.baseURI).href).then(
      ({ loadPlotly }) => loadPlotly(data.plotly).catch(() => {}),
      () => {}, // the charts try again, and say so
    );
  });
}
