"""Whether the drawn network and a data set belong together, on a page: what is wrong, and the ways out."""

from __future__ import annotations

import streamlit as st

import session
from builder.answers import Answer
from builder.custom import trust
from builder.document import Document
from builder.rules import Problem
from components import report
from components.words import escaped
from trainer.data import DataSet, all_sets, misfits
from trainer.data.starter import network_for

FIRST = "digits"  # the data set of who has not chosen one


def chosen_data() -> str:
    """The name of the data set that was chosen last; the first one where that is gone."""
    name = session.recall("data", FIRST)
    return name if name in all_sets() else FIRST


def output_shape(document: Document, answer: Answer) -> tuple[int, ...] | None:
    outputs = document.main.of_kind("Output")
    specs = answer.report.specs.get(outputs[0].id, {}) if outputs else {}
    return next((spec.example for spec in specs.values()), None)


def obstacles(data: DataSet, answer: Answer) -> list[Problem]:
    """Why the drawn network cannot be trained on this data."""
    document = session.visit().document
    if data.absent:
        return [Problem("", data.absent)]
    if answer.report.checking:
        return [Problem("", f"{answer.report.checking[0]} is still being checked. Wait a moment.")]
    if refusal := trust.refusal(document, trust.kept(document)):
        return [Problem("", refusal)]
    if not answer.report.ok:
        return [Problem("", "The network has problems. Solve them on the Build page first.")]
    return misfits(document, data, output_shape(document, answer))


def obstacles_shown(data: DataSet, found: list[Problem], answer: Answer) -> None:
    """Each sentence with its repairs, then the way to the problems, and a network that fits."""
    for number, problem in enumerate(found):
        st.warning(escaped(problem.message), icon=":material/link_off:")
        for place, fix in enumerate(problem.fixes):
            report.repair(fix, "", session.visit().preview, session.repair, key=f"fit-{number}-{place}")
    broken = not answer.report.ok and not answer.report.checking and not data.absent
    if broken and st.button("See the problems", icon=":material/account_tree:"):
        st.switch_page("pages/build.py")
    if found and not data.absent:
        _offer(data)


def _offer(data: DataSet) -> None:
    """A network that fits, in place of the drawn one."""
    network = network_for(data)
    st.button(
        f"Open {escaped(network.name)}, which fits",
        icon=":material/account_tree:",
        on_click=session.start,
        args=(network,),
        key="open-fitting",
    )
