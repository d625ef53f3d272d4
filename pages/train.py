"""Train: choose data and settings, start, and look inside while the network learns."""

import streamlit as st

import session
from builder import Document
from builder.custom import trust
from builder.exporter import exporter, too_large
from builder.fixes import Fix
from builder.names import file_name
from builder.service import ServiceError, service
from components import report
from components.empty import Offer, empty
from components.export_panel import Take, export_panel
from components.language import message, t
from components.live_charts import charts_soon, live_charts
from components.run_control import fork_panel, run_control
from components.run_detail import BROKEN
from components.run_output import run_output
from components.run_panel import run_choice, run_heading, weights_choice
from components.waiting import rerun_when
from components.words import escaped
from pages import how, run_acts, trying
from pages.chosen import choose_data, chosen_data, chosen_settings, set_setting
from pages.fitting import memory_foreseen, obstacles, obstacles_shown, slow_ending
from trainer import advice, index, launch, metrics, recovery, shown, store
from trainer.data import find
from trainer.export import parts_of
from trainer.schedules import SCHEDULES
from trainer.settings import SETTINGS, Settings


@session.whole
def start(weights: bytes | None) -> None:
    """Starts a run of the network, the data and the settings as they are now."""
    document, data = session.visit().document, chosen_data()
    try:
        source = service().code(document)
        settings = Settings.from_values(shown.fitting(chosen_settings(), find(data)))
        may = trust.kept(document)
        run_id = launch.start(document, source, settings, data, weights=weights, trust=may)
        session.go("run", run_id)
    except (ServiceError, ValueError) as error:  # ValueError: a setting or the data; a sentence each
        session.say(str(error))


def advice_shown(answer) -> list[str]:
    """What the settings do to this network, with a repair; returns what keeps it from training."""
    chosen = chosen_settings()
    found = advice.problems(session.visit().document, answer.report.specs, chosen)
    for number, problem in enumerate(found):
        icon = "error" if problem.severity == "error" else "warning"
        st.warning(escaped(t(problem.message)), icon=f":material/{icon}:")
        for fix in problem.fixes:
            report.repair(fix, "", setting_preview, set_by_repair, key=f"setting-{number}")
    return [problem.message for problem in found if problem.severity == "error"]


def setting_preview(fix: Fix, _place: str) -> tuple[str, ...]:
    name, value = fix.arguments
    return (f"{name} {chosen_settings().get(name, SETTINGS[name].default)} → {value}",)


def set_by_repair(fix: Fix, _place: str) -> None:
    set_setting(*fix.arguments)


def setup(answer) -> Offer:
    """What to train, and how; returns the button that starts it, to stand elsewhere too."""
    document = session.visit().document
    st.markdown(f"#### {escaped(document.name)}")
    report.totals(answer)
    data = choose_data()
    found = obstacles(data, answer) if answer else []
    with st.container():  # always there, so that what follows keeps its place on the page
        if found:
            obstacles_shown(data, found, answer)
        if answer and answer.report.ok:
            slow_ending(data)
        refused = advice_shown(answer) if answer and answer.report.ok else []
        if answer and not found:
            refused += memory_foreseen(data, answer)
    start_button = st.container()
    how.saved()
    how.settings_form(data, service().devices() if answer else ["cpu"], bool(found))
    weights = weights_choice()
    why_not = (
        message("The checker is starting.")
        if answer is None
        else next(iter([*(problem.message for problem in found), *refused]), "")
    )
    start_button.button(
        t("Start training"),
        type="primary",
        icon=":material/play_arrow:",
        width="stretch",
        disabled=bool(why_not),
        on_click=start,
        args=(weights,),
        key="start",
    )
    return Offer(message("Start a first run"), "play_arrow", start, (weights,), why_not)


def nothing_shown(runs: list[store.Run], begin: Offer) -> None:
    charts_soon()
    if runs:
        empty(
            message("No run is chosen"),
            message("Choose one above to see its charts, or start another on the left."),
            Offer(message("Show the newest run"), "monitoring", session.go, ("run", runs[0].id)),
            key="train",
        )
        return
    empty(
        message("Nothing is training here yet"),
        message(
            "Start training on the left. Loss and accuracy, what every layer gives, and the statistics "
            "of the normalization layers appear here while the network learns."
        ),
        begin,
        key="train",
        quiet=True,
    )


def shown_run() -> store.Run | None:
    """The run in the address; it is found again after a reload or a restart of the server."""
    run_id = session.address("run")
    if not run_id:
        return None
    try:
        return store.read(run_id)
    except KeyError:
        st.info(t("The run in the address is not here any more. Choose another, or start one."))
        return None


def taken_home(run: store.Run) -> Take:
    parts = parts_of(run)
    not_here = too_large(parts, store.weights(run.id).stat().st_size, f"python -m trainer export {run.id}")
    here = [part for part in parts if part.name not in not_here]
    return Take(
        stem=file_name(run.document_name),
        parts=parts,
        at_once={"code": store.source(run.id), "document": store.document(run.id)},
        not_here=not_here,
        made=lambda: exporter().made(run.id),
        make=lambda: exporter().make_run(run.id, Document.from_json(store.document(run.id)), here),
        about=message("The trained weights, and a train.py that repeats this run loss by loss."),
    )


def run_shown(run: store.Run) -> None:
    """What stands above a run's charts: its name, what can be taken home, and its controls."""
    heading = run_heading(run, store, file_name(run.document_name))
    schedule = SCHEDULES[run.settings.get("schedule", "none")]
    follows = "" if schedule.steady else schedule.name
    run_control(run, SETTINGS["lr"], run_acts.ACTS, session.field, follows=follows)
    if heading == "try":
        trying.go_to(run)
    if heading == "export":  # no callback: a dialog is opened by the page itself
        export_panel(taken_home(run))
    elif run_acts.is_forking(run):
        fork_panel(run_acts.forked(run))
    if run.state in BROKEN:
        run_output(store.output(run.id))


def figures_soon(run: store.Run) -> None:
    """Begins with the figures of a run that was not shown before: its charts are about to ask for them."""
    if session.recall("charts of", "") != run.id:
        session.remember("charts of", run.id)
        metrics.begin(run.id)


def main() -> None:
    answer = session.visit().answer()
    left, right = st.columns([1, 3], gap="medium")
    with right:
        recovery.resume_lost(index.runs())
        run, runs = shown_run(), index.runs()
        above = st.container()
        if run:  # sent before all else, so that the browser asks for its figures while it draws the rest
            facts = {"token": run.id, "name": run.name, "state": run.state}
            live_charts([facts], key=f"live-{run.id}", on_measure=run_acts.ACTS["measure"])
    with left:
        begin = setup(answer)
    with above:
        run_choice(runs, run, field=session.field, on_change=lambda run_id: session.go("run", run_id))
        if run:
            run_shown(run)
            figures_soon(run)
        else:
            nothing_shown(runs, begin)
    if answer is None or answer.report.checking:
        rerun_when(session.checker_has_answered)


main()
