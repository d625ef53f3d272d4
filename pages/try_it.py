"""Try it: a trained run answers what a person gives it."""

import streamlit as st

import session
from components.empty import Offer, empty
from components.language import message, t
from components.run_panel import run_choice
from components.try_panel import try_panel
from trainer import index, recovery, store
from trainer.answering.sources import NoWeightsYetError, newest_weights
from trainer.errors import TrainerError


def answers(run: store.Run) -> bool:
    """Whether a run can answer now or later: it has weights, or goes on and will have some."""
    try:
        newest_weights(run.id)
    except NoWeightsYetError:
        return True
    except (TrainerError, KeyError):
        return False
    return True


def chosen(runs: list[store.Run]) -> store.Run | None:
    """The run in the address; without one the newest."""
    run_id = session.address("run")
    if not run_id:
        return runs[0] if runs else None
    try:
        return store.read(run_id)
    except KeyError:
        st.info(t("The run in the address is not here any more. Choose another, or start one."))
        return None


def nothing_to_try() -> None:
    asked = empty(
        message("No run can answer yet"),
        message(
            "A run answers here once it was trained: draw a digit, type a word, change a row of its data."
        ),
        Offer(message("Train the drawn network"), "play_circle"),
        key="try",
    )
    if asked:
        st.switch_page("pages/train.py")


def main() -> None:
    recovery.resume_lost(index.runs())
    runs = [run for run in index.runs() if answers(run)]
    run = chosen(runs)
    run_choice(runs, run, field=session.field, on_change=lambda run_id: session.go("run", run_id))
    if run is None:
        if not runs:
            nothing_to_try()
        return
    try_panel(run.id, key=f"try-{run.id}")


main()
