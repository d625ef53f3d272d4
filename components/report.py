"""What the checker says, on the page: a line with the totals, or the problems with their repairs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from builder.answers import Answer
from builder.document import Document
from builder.fixes import Fix
from builder.kinds import Figures
from builder.rules import Problem
from components.language import message, t
from components.words import FLOAT, count, escaped, memory, shape

FIRST = 20  # problems that are shown at once
MOST_CHANGES = 4  # of one repair, in its preview

Preview = Callable[[Fix, str], tuple[str, ...]]
Switch = tuple[bool, Callable[[bool], Any]]  # whether it is on, and what turns it


def totals(answer: Answer | None, panel: bool = False) -> None:
    """One line: whether everything fits, and what the network costs. No totals while it does not.

    panel   whether the problems stand below on the same page, so that the line leads there.
    """
    if answer is None:
        st.caption(t(":material/hourglass_top: Checking: the checker is starting."))
        return
    errors = [problem for problem in answer.report.problems if problem.severity == "error"]
    if answer.report.checking and not errors:
        names = ", ".join(map(escaped, answer.report.checking))
        st.caption(t(f":material/hourglass_top: Checking {names}: its code is run in a process of its own."))
        return
    if not answer.report.ok:
        waiting = len(answer.report.waits)
        words = t("1 problem to solve") if len(errors) == 1 else t(f"{len(errors)} problems to solve")
        if waiting:
            words = t(f"{words}, 1 layer waits") if waiting == 1 else t(f"{words}, {waiting} layers wait")
        st.markdown(
            t(f":red[:material/error: **{words}.**] No totals until then.")
            + (f" [{t('See the problems')}](#problems)" if panel else "")
        )
        return
    total = answer.total
    st.markdown(
        t(
            f":green[:material/check_circle: **Everything fits.**] "
            f"**{count(total.parameters)}** parameters · "
            f"**{count(total.multiply_adds)}** multiply-adds · "
            f"**{memory(FLOAT * (total.parameters + total.outputs))}** memory per example"
        )
        + (_warnings(len(answer.report.problems)) if panel else "")
    )


def _warnings(number: int) -> str:
    words = t("1 warning") if number == 1 else t(f"{number} warnings")
    return f" · :orange[:material/warning:] [{words}](#problems)" if number else ""


def problems(
    found: tuple[Problem, ...],
    preview: Preview,
    on_fix: Callable[[Fix, str], Any],
    on_show: Callable[[str], Any],
    all_of_them: Switch,
) -> None:
    """A place for every problem: its sentence, a way there, its repairs and what each would change.

    It stands on the page whether there are problems or not, so that the first one moves nothing.
    preview   what a repair of a problem at a place would change, in sentences; or why it cannot.
    on_fix, on_show   get the problem's place.
    all_of_them   whether more than the first are shown, and what is called to show them.
    """
    said = [problem for problem in found if problem.severity != "checking"]
    st.subheader(t(f"Problems ({len(said)})") if said else t("Problems"), anchor="problems")
    if not said:
        st.caption(t("None are known. What does not fit, or would not learn, is said here with its repairs."))
    shown, on_all = all_of_them
    for index, problem in enumerate(said if shown else said[:FIRST]):
        _problem(index, problem, preview, on_fix, on_show)
    if len(said) > FIRST and not shown:
        st.button(t(f"Show {len(said) - FIRST} more problems"), on_click=on_all, args=(True,))


def _problem(
    index: int, problem: Problem, preview: Preview, on_fix: Callable[..., Any], on_show: Callable[..., Any]
) -> None:
    error = problem.severity == "error"
    with st.container(border=True, key=f"problem-{index}"):
        color, icon, word = ("red", "error", t("Error.")) if error else ("orange", "warning", t("Warning."))
        with st.container(horizontal=True, vertical_alignment="center", key=f"said-{index}"):
            st.markdown(f":{color}[:material/{icon}: **{word}**] {escaped(t(problem.message))}")
            if problem.node:
                label = t(f"Show {escaped(problem.node)}")
                icon = ":material/my_location:"
                st.button(label, key=f"show-{index}", icon=icon, on_click=on_show, args=(problem.node,))
        for place, fix in enumerate(problem.fixes):
            first = place == 0 and error
            repair(fix, problem.node, preview, on_fix, key=f"{index}-{place}", first=first)


def repair(
    fix: Fix, place: str, preview: Preview, on_fix: Callable[[Fix, str], Any], key: str, first: bool = False
) -> None:
    """A button that makes a repair, and beside it what that changes. first: the one to take."""
    with st.container(horizontal=True, vertical_alignment="center", key=f"repair-{key}"):
        st.button(
            escaped(t(fix.label)),
            key=f"fix-{key}",
            type="primary" if first else "secondary",
            icon=":material/build:",
            on_click=on_fix,
            args=(fix, place),
        )
        st.caption(_changes(preview(fix, place)))


def _changes(sentences: tuple[str, ...]) -> str:
    """What a repair would change, on one line; of many sentences the first."""
    rest = len(sentences) - MOST_CHANGES
    shown = [escaped(t(sentence)) for sentence in sentences[:MOST_CHANGES]]
    return "; ".join([*shown, *([t(f"and {rest} more")] if rest > 0 else [])]) or t(
        "changes nothing any more"
    )


COLUMNS = (
    message("Layer"),
    message("Kind"),
    message("Output shape"),
    message("Parameters"),
    message("Multiply-adds"),
    message("Memory"),
)


def table(document: Document, answer: Answer) -> None:
    """A row per layer: output shape, parameters, multiply-adds, memory; and the total."""
    rows = [_row(node.id, node.kind, answer) for node in document.main.nodes]
    if answer.report.ok:
        rows.append((t("Total"), "", "", *_costs(answer.total)))
    elif answer.report.checking:
        st.caption(t("No totals until all is checked."))
    else:
        st.caption(t("No totals while something is wrong."))
    if not rows:
        return
    columns = dict(zip(map(t, COLUMNS), zip(*rows, strict=True), strict=True))
    st.dataframe(columns, hide_index=True, width="stretch", height=min(36 * (len(rows) + 1), 560))
    st.caption(
        t(
            "Per example, the batch left out. Memory is that of the parameters and of the output, in "
            "numbers of 4 bytes. Training needs more: gradients, and what the optimizer keeps."
        )
    )


def _row(node_id: str, kind: str, answer: Answer) -> tuple[str, ...]:
    """What stands in each of the COLUMNS."""
    ports = answer.report.specs.get(node_id, {})
    shapes = ", ".join(t(shape(spec.example)) for spec in ports.values())
    waits = answer.report.waits.get(node_id)
    figures = answer.figures.get(node_id)
    flows = t(f"waits for {waits}") if waits else shapes
    return (node_id, kind, flows, *(_costs(figures) if figures else ("", "", "")))


def _costs(figures: Figures) -> tuple[str, str, str]:
    """Numbers as text, with their thousands parted."""
    size = memory(FLOAT * (figures.parameters + figures.outputs))
    return f"{figures.parameters:,}", f"{figures.multiply_adds:,}", size
