// What the rules found in a run's figures: a sentence each, where it is from, and the way to its chart.
import { element, setText } from "./elements.js";
import { section, toggleButton } from "./live_elements.js";
import { say } from "./say.js";

const FEW = 4; // as many as do not push the charts away

export function newNotices(onShow) {
  const notices = { shown: "", all: false, findings: [], onShow };
  notices.more = toggleButton("", (pressed) => {
    notices.all = pressed;
    paint(notices);
  });
  Object.assign(notices, section(say("What the figures say"), notices.more));
  notices.list = element("ul", { class: "live-notices live-full" });
  notices.calm = element("p", { class: "live-scale live-full" });
  notices.grid.append(notices.calm, notices.list);
  return notices;
}

export function showNotices(notices, { findings, run }) {
  notices.whole.hidden = !run?.step;
  const wanted = JSON.stringify(findings);
  if (wanted === notices.shown) return; // a button that has the focus stays
  Object.assign(notices, { shown: wanted, findings });
  paint(notices);
}

function paint(notices) {
  const { findings, all, calm, more, list } = notices;
  setText(calm, findings.length ? "" : say("Nothing stands out so far."));
  calm.hidden = findings.length > 0;
  more.hidden = findings.length <= FEW;
  setText(more, say("Show all {0}", findings.length));
  list.replaceChildren(...findings.slice(0, all ? findings.length : FEW).map((each) => newNotice(notices, each)));
}

function newNotice({ onShow }, finding) {
  const words = element("p", {}, finding.words);
  const link = { href: finding.address, target: "_blank", rel: "noreferrer" };
  const source = element("a", link, finding.source);
  const button = element("button", { type: "button", class: "live-toggle" }, say("Show"));
  button.setAttribute("aria-label", say("Show where: {0}", finding.words));
  button.addEventListener("click", () => onShow(finding));
  const foot = element("p", { class: "live-kind" }, finding.evidence, " ", say("After"), " ", source);
  const text = element("div", {}, words, foot);
  return element("li", { class: "live-notice", "data-severity": finding.severity }, text, button);
}
