"""What each layer does to one real example, beside the drawing: choosing it, and the pictures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import streamlit as st

import session
from builder import paths
from components.empty import Offer, empty
from components.language import message, t
from components.preview_panel import preview_panel
from components.thumbnails import thumbnails
from components.waiting import rerun_when
from components.words import escaped, told_apart
from trainer import index, store
from trainer.data import all_sets, misfits, title
from trainer.previewer import Asked, not_for, previewer, refusal

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
    found = [run for run in index.runs() if run.document_name == document.name and store.weights(run.id)]
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
        format_func=told_apart({each: t(WORDS.get(each) or title(each)) for each in options}, shown=str).get,
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


@dataclass(frozen=True)
class Seen:
    """What is to be seen of the example: each node's picture, large and small, by its place as the check
    names it.

    stale  they are of the network, or the data, before the last edit.      why  there are none, or no new
    ones, as a sentence.   waits  the new ones are being computed.
    """

    nodes: Mapping[str, Any] = field(default_factory=dict)
    thumbnails: Mapping[str, Any] = field(default_factory=dict)
    label: str = ""
    stale: bool = False
    why: str = ""
    waits: Asked | None = None


def seen(document, answer) -> Seen:
    """What is known by now; asks for what is not."""
    asked, visitor = asked_for(document), session.visit().document_id
    if asked is None:
        return Seen(
            why=message("The preview is off. Choose where the example comes from, beside the drawing.")
        )
    if answer is None:
        return Seen(stale=True)
    earlier = previewer().earlier(visitor)
    before = Seen(**earlier, stale=True) if isinstance(earlier, Mapping) else Seen(stale=True)
    if why := refusal(document, answer):
        return replace(before, why=why)
    known = previewer().answer(visitor, asked)
    if isinstance(known, str):
        return Seen(why=known)
    return replace(before, waits=asked) if known is None else Seen(**known)


def preview_is_off(document) -> None:
    first = [*fitting(document), RANDOM][0]
    empty(
        "",
        message("The preview is off. It shows what each layer does to one example, before any training."),
        Offer(message("Turn the preview on"), "visibility", session.remember, ("preview data", first)),
        key="preview",
    )


def pictures(document, answer, others: bool) -> None:
    off = asked_for(document) is None
    if off and others:
        preview_is_off(document)
    if answer is None or off:
        return
    found = seen(document, answer)
    if found.why:
        if others:
            st.caption(escaped(t(found.why)))
        return
    drawn(found, others=others)
    if found.waits:
        rerun_when(lambda: previewer().knows(found.waits))


def drawn(found: Seen, others: bool) -> None:
    """The pictures of the graph that is shown, and of the node that is selected."""
    visit = session.visit()
    nodes, around = found.nodes, paths.in_report(visit.document, visit.path)
    way, name = visit.at(visit.selected)
    here = {node.id: nodes[around + node.id] for node in visit.shown.main.nodes if around + node.id in nodes}
    selected = nodes.get(paths.in_report(visit.document, way) + name) if visit.node() else None
    if others and found.label:
        st.caption(t(f"The example is: **{escaped(t(found.label))}**"))
    preview_panel(
        here,
        selected=visit.selected,
        of=selected,
        stale=found.stale,
        key="preview" if others else "preview-of-one",
        on_event=session.on_event,
        others=others,
    )


# --- in the drawing itself


def has_pictures(document, answer) -> bool:
    """Whether the drawing keeps places for pictures: also while the checker is asked and while something
    is wrong, so that its boxes stay where they are."""
    if not session.visit().pictures or asked_for(document) is None:
        return False
    return answer is None or not not_for(document, answer)


def in_drawing(scene, document, answer) -> Seen:
    """What is to be seen in a scene: the small pictures by the ids of its boxes."""
    if not session.visit().pictures:
        return Seen()
    found = seen(document, answer)
    places = {box.id: place_of(box.id) for box in scene.boxes if box.picture}
    known = found.thumbnails
    here = {path: known[place] for path, place in places.items() if place in known}
    return replace(found, thumbnails=here, why="" if here else found.why)


def bring(found: Seen) -> None:
    """Sends the pictures to the drawing."""
    if not session.visit().pictures:
        return
    thumbnails(found.thumbnails, stale=found.stale, key="thumbnails")
    if found.waits:
        rerun_when(lambda: previewer().knows(found.waits))


def place_of(path: str) -> str:
    """A node of the drawing as the check names it."""
    visit = session.visit()
    way, name = visit.at(path)
    return paths.in_report(visit.document, way) + name
