"""Runs: everything that was trained, to be found again, written about, compared, exported and deleted."""

import streamlit as st

import session
from builder.service import ServiceError, service
from components.deleted_runs import deleted_runs
from components.empty import Offer, empty
from components.figures_panel import figures_panel
from components.language import message, t
from components.live_charts import charts_soon
from components.queue_panel import queue_panel
from components.run_detail import delete_button, run_detail
from components.run_table import run_table
from pages import run_shelf, side_by_side
from pages.trying import go_to
from trainer import compared, index, policy, recovery, shelf, store
from trainer.data import title
from trainer.index import Entry
from trainer.settings import SETTINGS

LOOK_EVERY = 2.0  # seconds, while a run has not ended


def the_table(found: list[Entry], chosen: list[Entry]) -> None:
    """The table, which looks by itself how runs go on; the rest of the page follows when it has to."""
    drawn = [(each.run.id, each.run.state) for each in chosen]

    @st.fragment(run_every=LOOK_EVERY if any(each.run.active for each in found) else None)
    def table() -> None:
        now = index.entries()
        ids = run_shelf.chosen_ids()
        run_table(now, ids, title=title, on_choose=run_shelf.choose, places=run_shelf.places(now))
        states = {each.run.id: each.run.state for each in now}
        if [(run_id, states[run_id]) for run_id in run_shelf.chosen_ids() if run_id in states] != drawn:
            st.rerun()

    table()


def of_one(entry: Entry, found: list[Entry]) -> None:
    run = entry.run
    pressed = run_detail(
        entry, t(title(run.data)), run.state in store.RESUMABLE, run_shelf.what_is_done(found)
    )
    if pressed == "watch":
        session.go("run", run.id)
        st.switch_page("pages/train.py")
    if pressed == "try":
        go_to(run)
    if pressed == "group":
        session.go("compare", run.group)
        st.switch_page("pages/compare.py")
    if pressed == "export":  # no callback: a dialog is opened by the page itself
        figures_panel(run_shelf.figures([entry]))


def of_several(chosen: list[Entry], found: list[Entry]) -> None:
    """What is done with several runs at once."""
    many = len(chosen)
    st.markdown(t(f"#### {many} runs are chosen"))
    too_many = many > compared.MOST
    with st.container(horizontal=True, key="run-actions"):
        st.button(
            t("Compare"),
            type="primary",
            icon=":material/balance:",
            on_click=side_by_side.open_comparison,
            args=([each.run.id for each in chosen],),
            disabled=too_many,
            help=t(f"At most {compared.MOST} runs can be compared: their lines could not be told apart.")
            if too_many
            else t("Their curves, results, settings and networks, against the first one chosen."),
        )
        exported = st.button(t("Export figures"), icon=":material/ios_share:")
        what = run_shelf.what_is_done(found)
        delete_button([each.run for each in chosen], what)
    st.multiselect(
        t("Tag them all"),
        what.known,
        accept_new_options=True,
        placeholder=t("Type a tag and press Enter"),
        **session.field("tag-all", [], lambda tags: run_shelf.tag_all([each.run for each in chosen], tags)),
    )
    if exported:
        figures_panel(run_shelf.figures(chosen))


def beside_the_table(chosen: list[Entry], found: list[Entry]) -> None:
    if not chosen:
        st.caption(
            t(
                "Choose a run to see how it was trained and to write about it; choose several to compare, "
                "export or delete them."
            )
        )
    elif len(chosen) == 1:
        of_one(chosen[0], found)
    else:
        of_several(chosen, found)


def deleted_line(deleted: list[Entry]) -> None:
    deleted_runs(deleted, on_undo=run_shelf.undo_deletion, on_forget=run_shelf.forget)


def nothing_trained() -> None:
    asked = empty(
        message("Nothing was trained yet"),
        message(
            "A run stands here once it was started: how it went, and the way back to its charts "
            "and its weights."
        ),
        Offer(message("Train the drawn network"), "play_circle"),
        key="runs",
    )
    if asked:
        st.switch_page("pages/train.py")


@session.whole
def set_limit(device: str, runs: int) -> None:
    try:
        policy.set_limit(device, runs)
    except ValueError as error:
        session.say(str(error))


def known_devices() -> list[str]:
    """What there is to train on, as far as the checker has said."""
    try:
        return service().devices() if session.checker_is_ready() else ["cpu"]
    except ServiceError:  # the next drawing asks again
        return ["cpu"]


def the_queue(found: list[Entry]) -> None:
    devices = {*known_devices(), *(each.run.settings.get("device", "cpu") for each in found)}
    queue_panel(
        {device: policy.limit(device) for device in SETTINGS["device"].choices if device in devices},
        policy.is_fixed,
        policy.resumes_lost(),
        field=session.field,
        on_limit=set_limit,
        on_resumes=policy.set_resumes_lost,
    )


def the_list() -> None:
    found, deleted = index.entries(), index.entries(deleted=True)
    shelf.forget_old(deleted)
    if recovery.resume_lost(each.run for each in found):
        found = index.entries()
    if not found:
        deleted_line(deleted)
        nothing_trained()
        the_queue(found)
        return
    by_id = {each.run.id: each for each in found}
    chosen = [by_id[run_id] for run_id in run_shelf.chosen_ids() if run_id in by_id]
    left, right = st.columns([2.9, 1], gap="medium")
    with left:
        the_table(found, chosen)
    with right:
        deleted_line(deleted)
        beside_the_table(chosen, found)
    the_queue(found)
    charts_soon()


def main() -> None:
    if ids := side_by_side.in_address():
        side_by_side.comparison(ids)
    else:
        the_list()


main()
