"""Compare: the drawn network with another normalization, trained side by side."""

from functools import reduce

import streamlit as st

import session
from builder import normalizing
from builder.catalogue import CATALOGUE
from builder.custom import trust
from builder.service import ServiceError, service
from builder.templates import FIRST, template
from components import report
from components.empty import Offer, empty
from components.language import message, t
from components.live_charts import charts_soon, live_charts
from components.waiting import rerun_when
from components.words import escaped
from pages.chosen import choose_data, chosen_data
from pages.fitting import obstacles, way_to_the_problems
from trainer import experiments, index, launch, recovery, shown, store
from trainer.data import find, title
from trainer.settings import Settings

FAMILY = "Normalization"
COLORS = ("#2f6fdf", "#d9822b", "#2e9e6b", "#9b59b6", "#c0392b", "#16a2b8")


def drawn_kinds(document) -> list[str]:
    """The normalization layers of the drawing, the most frequent first."""
    kinds = [n.kind for n in document.main.nodes if n.kind in CATALOGUE]
    drawn = [kind for kind in kinds if CATALOGUE[kind].family == FAMILY]
    return sorted(dict.fromkeys(drawn), key=drawn.count, reverse=True)


def rank(document, answer, kind: str) -> int:
    """How many dimensions an example has where the kind stands in the drawing."""
    node = document.main.of_kind(kind)[0]
    spec = next(iter(answer.report.specs[node.id].values()))
    return len(spec.example)


def others(kind: str, dimensions: int) -> list[str]:
    """The kinds that may stand in its place: those that take examples of that many dimensions."""
    return [
        other.name
        for other in CATALOGUE.values()
        if other.family == FAMILY
        and other.name != kind
        and ("" in other.takes or dimensions in map(len, other.takes))
    ]


@session.whole
def start(kind: str, variants: list[str]) -> None:
    """Starts one run per variant with the same seed and data, the drawn network first."""
    document, answer, data = session.visit().document, session.visit().answer(), chosen_data()
    try:
        settings = Settings.from_values(shown.fitting(session.recall("training", {}), find(data)))
        varied = experiments.vary(document, kind, variants, answer.report.specs)
        may = trust.kept(document)
        runs = experiments.compare(varied, settings, data, service().code, trust=may)
    except (ServiceError, ValueError) as error:  # ValueError: a sentence about a setting or a swap
        session.say(str(error))
        return
    session.go("compare", store.read(next(iter(runs.values()))).group)


def setup(document, answer) -> Offer | None:
    """What to exchange, and on what data; returns the button that starts it, to stand elsewhere too."""
    st.markdown(f"#### {escaped(document.name)}")
    report.totals(answer)
    if answer is None or answer.report.checking:
        return None
    if not answer.report.ok:
        way_to_the_problems()
        return None
    kinds = drawn_kinds(document)
    if not kinds:
        nothing_to_exchange(document, answer)
        return None
    kind, chosen = exchanged(document, answer, kinds)
    data = choose_data()
    found = [problem.message for problem in obstacles(data, answer)]
    return start_button(kind, chosen, found)


def exchanged(document, answer, kinds: list[str]) -> tuple[str, list[str]]:
    """Which normalization of the drawing is exchanged, and for which others."""
    kind = kinds[0]
    if len(kinds) > 1:
        kind = st.selectbox(t("Exchange"), kinds, help=t("Every layer of this kind is exchanged."))
    dimensions = rank(document, answer, kind)
    options = others(kind, dimensions)
    usual = "LayerNorm" if kind != "LayerNorm" else ("BatchNorm2d" if dimensions == 3 else "BatchNorm1d")
    chosen = st.multiselect(
        t("{0} against", kind),
        options,
        default=[usual] if usual in options else options[:1],
        key=f"against-{kind}-{dimensions}",
        help=t("Each is put in the place of every layer of that kind and trained as a run of its own."),
    )
    return kind, chosen


def start_button(kind: str, chosen: list[str], found: list[str]) -> Offer:
    with st.container():  # always there, so that the button keeps its place on the page
        for sentence in found:
            st.warning(escaped(t(sentence)), icon=":material/link_off:")
    why_not = next(iter(found), "" if chosen else message("Choose what to compare it with first."))
    given = (kind, chosen)
    st.button(
        t(f"Compare {kind} and {', '.join(chosen)}") if chosen else t("Compare"),
        type="primary",
        icon=":material/balance:",
        width="stretch",
        disabled=bool(why_not),
        on_click=start,
        args=given,
        key="start-comparison",
    )
    st.caption(t("The same seed, the same data in the same order, the settings of the Train page."))
    return Offer(message("Start the comparison"), "balance", start, given, why_not)


def nothing_to_exchange(document, answer) -> None:
    """What to do for a network without a normalization layer: put some in, or open another."""
    found = normalizing.places(document, answer.report.specs)
    places = len(found)
    label = message(f"Add a BatchNorm in {places} places" if places > 1 else "Add a BatchNorm")
    add = Offer(label, "add", session.apply_whole, (normalizing.add_norms, answer.report.specs))
    instead = Offer(
        message(f"Open {template(FIRST).name}, which has some"),
        "grid_view",
        session.start,
        (template(FIRST),),
    )
    empty(
        "",
        message(
            "The network has no normalization layer to exchange. Put one behind each convolution and linear "
            "layer, or compare on a network that has them. Undo, on the Build page, takes either back."
        ),
        *((add, instead) if found else (instead,)),
        key="compare-what",
    )


def comparison(group: str) -> None:
    recovery.resume_lost(index.runs(group=group))
    runs = sorted(index.runs(group=group), key=lambda run: run.created)
    if not runs:
        st.info(t("The comparison in the address is not here any more. Start another on the left."))
        return
    active = [run for run in runs if run.active]
    with st.container(horizontal=True, vertical_alignment="center"):
        names = reduce(lambda one, other: t("{0} against {1}", one, other), [run.variant for run in runs])
        st.markdown(t("#### {0} on {1}", escaped(names), escaped(t(title(runs[0].data)))))
        if active:
            st.button(
                t("Stop all"),
                icon=":material/stop:",
                on_click=lambda: [launch.stop(run.id) for run in active],
            )
    given = Settings.from_values(runs[0].settings)
    st.caption(
        t(
            f"{given.optimizer}, learning rate {given.lr:g}, batches of {given.batch_size}, "
            f"{given.epochs} epochs, seed {given.seed}."
        )
    )
    live_charts(
        [
            {"token": run.id, "name": run.variant, "color": color, "state": run.state}
            for run, color in zip(runs, COLORS * len(runs), strict=False)
        ],
        key=f"compare-{group}",
        view="compare",
    )


def nothing_compared(begin: Offer | None) -> None:
    charts_soon()
    empty(
        message("One network, two normalizations"),
        message(
            "Trains the drawn network as it is and again with another normalization in the same places: same "
            "first weights where they can be the same, same data, same order. Loss, accuracy and the layers' "
            "statistics appear here side by side."
        ),
        *((begin,) if begin else ()),
        key="compare",
        quiet=True,
    )


def main() -> None:
    answer = session.visit().answer()
    left, right = st.columns([1, 3], gap="medium")
    with left:
        begin = setup(session.visit().document, answer)
    with right:
        if group := session.address("compare"):
            comparison(group)
        else:
            nothing_compared(begin)
    if answer is None or answer.report.checking:
        rerun_when(session.checker_has_answered)


main()
