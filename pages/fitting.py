"""Whether the drawn network and a data set belong together, on a page: what is wrong, and the ways out."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

import session
from builder.answers import Answer
from builder.custom import trust
from builder.document import Document
from builder.rules import Problem
from components import report
from components.language import message, t
from components.words import escaped
from components.words import memory as in_bytes
from pages.chosen import chosen_loss, chosen_settings
from trainer import memory, objectives, shown
from trainer.data import DataSet, misfits
from trainer.data.starter import network_for
from trainer.errors import TrainerError
from trainer.settings import Settings


def output_shape(document: Document, answer: Answer) -> tuple[int, ...] | None:
    outputs = document.main.of_kind("Output")
    specs = answer.report.specs.get(outputs[0].id, {}) if outputs else {}
    return next((spec.example for spec in specs.values()), None)


def obstacles(data: DataSet, answer: Answer) -> list[Problem]:
    """Why the drawn network cannot be trained on this data, with the loss that is set."""
    document = session.visit().document
    if data.absent:
        return [Problem("", data.absent)]
    if answer.report.checking:
        return [Problem("", message(f"{answer.report.checking[0]} is still being checked. Wait a moment."))]
    if refusal := trust.refusal(document, trust.kept(document)):
        return [Problem("", refusal)]
    if not answer.report.ok:
        return [Problem("", message("The network has problems. Solve them on the Build page first."))]
    loss = chosen_loss(data)
    found = misfits(document, data, output_shape(document, answer), objectives.numbers(loss, data))
    endings = [each for each in objectives.misfits(document, loss) if each.refused]
    return [*found, *(Problem("", each.message, (each.fix,)) for each in endings)]


def obstacles_shown(data: DataSet, found: list[Problem], answer: Answer) -> None:
    """Each sentence with its repairs, then the way to the problems, and a network that fits."""
    for number, problem in enumerate(found):
        st.warning(escaped(t(problem.message)), icon=":material/link_off:")
        for place, fix in enumerate(problem.fixes):
            report.repair(fix, "", session.visit().preview, session.repair, key=f"fit-{number}-{place}")
    if not answer.report.ok and not answer.report.checking and not data.absent:
        way_to_the_problems()
    if found and not data.absent:
        _offer(data)


def slow_ending(data: DataSet) -> None:
    """A last layer with which the network learns, and worse than it could with this loss; with its repair."""
    for ending in objectives.misfits(session.visit().document, chosen_loss(data)):
        if not ending.refused:
            st.warning(escaped(t(ending.message)), icon=":material/trending_down:")
            report.repair(ending.fix, "", session.visit().preview, session.repair, key="ending")


def memory_foreseen(data: DataSet, answer: Answer) -> list[str]:
    """Says about how much memory training will take, and returns why it cannot even begin. Activations are
    known too roughly to refuse for: the run finds out before its first step.
    """
    try:
        settings = Settings.from_values(shown.fitting(chosen_settings(), data))
    except TrainerError:  # said beside the form
        return []
    need, free = memory.rough(answer.total, settings, data), memory.available_here()
    found = memory.data_problem(data, free)
    if settings.device == "cpu":
        found = found or memory.problem(replace(need, activations=0, validation=0), free, settings.device)
        maybe = found or memory.problem(need, free, settings.device)
        said = t(
            f"Training takes about {in_bytes(need.total)} of memory beside PyTorch itself, "
            f"{in_bytes(need.data)} of it for the data; {in_bytes(free)} are free."
        )
    else:  # how much of it is free is known to the run alone
        maybe = found
        said = t(
            f"Training takes about {in_bytes(need.total)} of the graphics card's memory, "
            f"{in_bytes(need.data)} of it for the data."
        )
    if maybe:
        st.warning(escaped(t(maybe)), icon=":material/memory_alt:")
    else:
        st.caption(said)
    return [found] if found else []


def way_to_the_problems() -> None:
    """A button that leads to the Build page, where the network's problems and their repairs are."""
    if st.button(t("See the problems"), icon=":material/account_tree:"):
        st.switch_page("pages/build.py")


def _offer(data: DataSet) -> None:
    """A network that fits, in place of the drawn one."""
    network = network_for(data)
    st.button(
        t("Open {0}, which fits", escaped(network.name)),
        icon=":material/account_tree:",
        on_click=session.start,
        args=(network,),
        key="open-fitting",
    )
