"""What each layer does to one real example, beside the drawing: choosing it, and the pictures."""

from __future__ import annotations

import streamlit as st

import session
from builder import paths
from components.empty import Offer, empty
from components.language import message, t
from components.preview_panel import preview_panel
from components.waiting import rerun_when
from components.words import escaped
from trainer import store
from trainer.data import all_sets, misfits, title
from trainer.previewer import Asked, previewer, refusal

OFF, RANDOM = "off", "random"
WORDS = {OFF: message("Off"), RANDOM: message("Random numbers")}
MOST_RUNS = 20
MOST_EXAMPLE = 9999


def fitting(document) -> list[str]:
    here = {name: each for name, each in all_sets().items() if not each.absent}
    return [name for name, each in here.items() if not misfits(document, each)]


def chosen_data(document) -> str:
    """Where the example comes from, as it was chosen; else data that fits."""
    options = [*fitting(document), RANDOM, OFF]
    found = session.recall("preview data", "")
    return found if found in options else options[0]


def runs_of(document) -> dict[str, str]:
    """The runs of this network that have weights, newest first: id -> what to call it."""
    found = [run for run in store.runs() if run.document_name == document.name and store.weights(run.id)]
    return {run.id: t("Trained: {0}", run.name or run.id) for run in found[:MOST_RUNS]}


def asked_for(document) -> Asked | None:
    """The question that the page asks; None where the preview is off."""
    data = chosen_data(document)
    if data == OFF:
        return None
    run = session.recall("preview run", "")
    example = session.recall("preview example", 0)
    return Asked(document.to_json(), "" if data == RANDOM else data, example, run)


def choices(document) -> None:
    options = [*fitting(document), RANDOM, OFF]
    left, right = st.columns([2, 1])
    left.selectbox(
        t("Example from"),
        options,
        format_func=lambda name: t(WORDS.get(name) or title(name)),
        help=t("Data of the network's input shape, of the part that no run trains on."),
        **session.field(
            "preview:data", chosen_data(document), lambda new: session.remember("preview data", new)
        ),
    )
    right.number_input(
        t("Number"),
        min_value=0,
        max_value=MOST_EXAMPLE,
        help=t("Which example."),
        **session.field(
            "preview:example",
            session.recall("preview example", 0),
            lambda new: session.remember("preview example", int(new or 0)),
        ),
    )
    runs = {"": t("Untrained, drawn by seed 0"), **runs_of(document)}
    if session.recall("preview run", "") not in runs:
        session.remember("preview run", "")
    if len(runs) > 1:
        st.selectbox(
            t("Weights"),
            list(runs),
            format_func=runs.get,
            **session.field(
                "preview:run",
                session.recall("preview run", ""),
                lambda new: session.remember("preview run", new),
            ),
        )


def preview_beside(document, answer, height: int) -> None:
    with st.container(height=height, border=True):
        choices(document)
        pictures(document, answer, others=True)


def preview_in_form(document, answer) -> None:
    """The selected layer's picture below its form, once a preview was looked at."""
    if session.recall("preview data", "") and session.visit().selected:
        pictures(document, answer, others=False)


def pictures(document, answer, others: bool) -> None:
    asked = asked_for(document)
    if asked is None and others:
        preview_is_off(document)
    if answer is None or asked is None:
        return
    if why := refusal(document, answer):
        if others:
            st.caption(escaped(t(why)))
        return
    visitor = session.visit().document_id
    known = previewer().answer(visitor, asked)
    shown = known or previewer().earlier(visitor)
    if isinstance(shown, str):
        st.caption(f":material/error: {escaped(t(shown))}")
    else:
        drawn(shown or {"nodes": {}, "label": ""}, stale=known is None, others=others)
    if known is None:
        rerun_when(lambda: previewer().knows(asked))


def preview_is_off(document) -> None:
    first = [*fitting(document), RANDOM][0]
    empty(
        "",
        message("The preview is off. It shows what each layer does to one example, before any training."),
        Offer(message("Turn the preview on"), "visibility", session.remember, ("preview data", first)),
        key="preview",
    )


def drawn(shown, stale: bool, others: bool) -> None:
    """The pictures of the graph that is shown, and of the node that is selected."""
    visit = session.visit()
    nodes, around = shown["nodes"], paths.in_report(visit.document, visit.path)
    way, name = visit.at(visit.selected)
    here = {node.id: nodes[around + node.id] for node in visit.shown.main.nodes if around + node.id in nodes}
    selected = nodes.get(paths.in_report(visit.document, way) + name) if visit.node() else None
    if others and shown["label"]:
        st.caption(t(f"The example is: **{escaped(t(shown['label']))}**"))
    preview_panel(
        here,
        selected=visit.selected,
        of=selected,
        stale=stale,
        key="preview" if others else "preview-of-one",
        on_event=session.on_event,
        others=others,
    )
