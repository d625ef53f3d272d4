"""Train: choose data and settings, start, and look inside while the network learns."""

from dataclasses import replace

import streamlit as st

import session
from builder import Document
from builder.custom import trust
from builder.exporter import exporter, too_large
from builder.fixes import Fix
from builder.names import file_name
from builder.service import ServiceError, service
from builder.templates import template, template_names
from components import report
from components.empty import Offer, empty
from components.export_panel import Take, export_panel
from components.live_charts import live_charts
from components.param_form import param_form
from components.run_control import fork_panel, run_control
from components.run_panel import data_choice, run_choice, run_heading, weights_choice
from components.waiting import rerun_when
from components.words import escaped
from pages import run_acts
from trainer import advice, launch, recovery, store
from trainer.data import DATASETS, class_repair, misfits
from trainer.export import parts_of
from trainer.settings import SETTINGS, Settings


def chosen_settings() -> dict:
    return session.recall("training", {})


@session.whole
def set_setting(name: str, value) -> None:
    changed = {**chosen_settings(), name: value}
    if value is None or value == SETTINGS[name].default:
        changed.pop(name)
    session.remember("training", changed)


def settings_form(devices: list[str]) -> None:
    params = tuple(
        replace(param, choices=tuple(devices), advanced=len(devices) == 1)
        if param.name == "device"
        else param
        for param in SETTINGS.values()
    )
    param_form(
        "training",
        params,
        chosen_settings(),
        field=session.field,
        on_set=set_setting,
        on_unset=lambda name: set_setting(name, None),
        words="settings",
    )


@session.whole
def start(data: str, weights: bytes | None) -> None:
    """Starts a run of the network as it is drawn now."""
    document = session.visit().document
    try:
        source = service().code(document)
        settings = Settings.from_values(chosen_settings())
        may = trust.kept(document)
        run_id = launch.start(document, source, settings, data, weights=weights, trust=may)
        session.go("run", run_id)
    except (ServiceError, ValueError) as error:  # ValueError: a setting or the data; a sentence each
        session.say(str(error))


def obstacles(data: str, answer) -> list[str]:
    """Why the drawn network cannot be trained on this data; sentences."""
    document = session.visit().document
    if answer.report.checking:
        return [f"{answer.report.checking[0]} is still being checked. Wait a moment."]
    if refusal := trust.refusal(document, trust.kept(document)):
        return [refusal]
    if not answer.report.ok:
        return ["The network has problems. Solve them on the Build page first."]
    return misfits(document, DATASETS[data], output_shape(document, answer))


def output_shape(document, answer) -> tuple[int, ...] | None:
    outputs = document.main.of_kind("Output")
    specs = answer.report.specs.get(outputs[0].id, {}) if outputs else {}
    return next((spec.example for spec in specs.values()), None)


def repair_offered(data: str, answer) -> None:
    """The way from another number of outputs to one for each class, with what it changes."""
    document = session.visit().document
    fix = class_repair(document, DATASETS[data], output_shape(document, answer))
    if fix:
        report.repair(fix, "", session.visit().preview, session.repair, key="classes")


def ways_on(data: str, answer) -> None:
    """Past what keeps the network from training: a repair here, or the way to the problems."""
    if answer.report.ok:
        repair_offered(data, answer)
    elif not answer.report.checking and st.button("See the problems", icon=":material/account_tree:"):
        st.switch_page("pages/build.py")


def advice_shown(answer) -> list[str]:
    """What the settings do to this network, with a repair; returns what keeps it from training."""
    chosen = chosen_settings()
    found = advice.problems(session.visit().document, answer.report.specs, chosen)
    for index, problem in enumerate(found):
        icon = "error" if problem.severity == "error" else "warning"
        st.warning(escaped(problem.message), icon=f":material/{icon}:")
        for fix in problem.fixes:
            report.repair(fix, "", setting_preview, set_by_repair, key=f"setting-{index}")
    return [problem.message for problem in found if problem.severity == "error"]


def setting_preview(fix: Fix, _place: str) -> tuple[str, ...]:
    name, value = fix.arguments
    return (f"{name} {chosen_settings().get(name, SETTINGS[name].default)} → {value}",)


def set_by_repair(fix: Fix, _place: str) -> None:
    set_setting(*fix.arguments)


def fitting_template(data: str) -> str | None:
    """A template whose input is that data's, for who has drawn for other data."""
    return next((name for name in template_names() if not misfits(template(name), DATASETS[data])), None)


def setup(answer) -> Offer:
    """What to train, and how; returns the button that starts it, to stand elsewhere too."""
    document = session.visit().document
    st.markdown(f"#### {escaped(document.name)}")
    report.totals(answer)
    data = data_choice(
        DATASETS,
        session.recall("data", "digits"),
        field=session.field,
        on_change=lambda name: session.remember("data", name),
    )
    found = obstacles(data, answer) if answer else []
    with st.container():  # always there, so that what follows keeps its place on the page
        obstacles_shown(data, found)
        if found:
            ways_on(data, answer)
        refused = advice_shown(answer) if answer and answer.report.ok else []
    start_button = st.container()
    settings_form(service().devices() if answer else ["cpu"])
    weights = weights_choice()
    why_not = "The checker is starting." if answer is None else next(iter([*found, *refused]), "")
    start_button.button(
        "Start training",
        type="primary",
        icon=":material/play_arrow:",
        width="stretch",
        disabled=bool(why_not),
        on_click=start,
        args=(data, weights),
        key="start",
    )
    return Offer("Start a first run", "play_arrow", start, (data, weights), why_not)


def obstacles_shown(data: str, found: list[str]) -> None:
    for sentence in found:
        st.warning(escaped(sentence), icon=":material/link_off:")
    if found and (fitting := fitting_template(data)):
        st.button(
            f"Open {escaped(template(fitting).name)}, which fits",
            on_click=lambda: session.start(template(fitting)),
        )


def nothing_shown(runs: list[store.Run], begin: Offer) -> None:
    if runs:
        empty(
            "No run is chosen",
            "Choose one above to see its charts, or start another on the left.",
            Offer("Show the newest run", "monitoring", session.go, ("run", runs[0].id)),
            key="train",
        )
        return
    empty(
        "Nothing is training here yet",
        "Start training on the left. Loss and accuracy, what every layer gives, and the statistics of the "
        "normalization layers appear here while the network learns.",
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
        st.info("The run in the address is not here any more. Choose another, or start one.")
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
        about="The trained weights, and a train.py that repeats this run loss by loss.",
    )


def main() -> None:
    answer = session.visit().answer()
    left, right = st.columns([1, 3], gap="medium")
    with left:
        begin = setup(answer)
    with right:
        recovery.resume_lost(store.runs())
        run, runs = shown_run(), store.runs()
        run_choice(runs, run, field=session.field, on_change=lambda run_id: session.go("run", run_id))
        if run is None:
            nothing_shown(runs, begin)
        else:
            heading = run_heading(run, store, file_name(run.document_name))
            run_control(run, SETTINGS["lr"], run_acts.ACTS, session.field)
            if heading == "export":  # no callback: a dialog is opened by the page itself
                export_panel(taken_home(run))
            elif run_acts.is_forking(run):
                fork_panel(run_acts.forked(run))
            live_charts([{"token": run.id, "name": run.name, "state": run.state}], key=f"live-{run.id}")
    if answer is None or answer.report.checking:
        rerun_when(session.checker_has_answered)


main()
