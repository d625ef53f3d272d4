"""What the pages do with a run when they are asked to, and the fork of one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import session
from builder import Document
from builder.custom import trust
from builder.kinds import Param
from components.form import Part
from components.language import message
from components.run_control import Fork
from components.setting_fields import SettingFields
from trainer import control, launch, shelf, shown, store
from trainer.data import all_sets
from trainer.gap import asking as gap
from trainer.kept import kept
from trainer.setting import FIRST, problems
from trainer.settings import GROUP_OF, SETTINGS


def asking(act: Callable[..., None]) -> Callable[..., None]:
    """An act on a run as a callback; what stands in its way is said."""

    @session.whole
    def ask(*given) -> None:
        try:
            act(*given)
        except KeyError:
            session.say(message("The run is not here any more. It may have been deleted."))
        except ValueError as error:
            session.say(str(error))

    return ask


def resume(run_id: str) -> None:
    launch.resume(run_id, trust=trust.kept(Document.from_json(store.document(run_id))))


def measure(run_id: str) -> None:
    gap.ask(run_id, trust.kept(Document.from_json(store.document(run_id))))


def bring_back(run_id: str) -> None:
    shelf.bring_back([run_id])


def open_fork(run_id: str) -> None:
    session.remember("fork", {})
    session.remember("forking", run_id)


ACTS = {
    "pause": asking(control.pause),
    "go_on": asking(control.go_on),
    "step": asking(control.step),
    "set_rate": asking(control.set_rate),
    "stop": asking(launch.stop),
    "resume": asking(resume),
    "measure": asking(measure),
    "bring_back": asking(bring_back),
    "fork": session.whole(open_fork),
}


def is_forking(run: store.Run) -> bool:
    """Whether the dialog of a fork stands open."""
    return session.recall("forking", "") == run.id


def changeable(run: store.Run, given: dict[str, Any]) -> tuple[Param, ...]:
    """The settings that a fork may have other than its run, the usual ones first."""
    data = all_sets().get(run.data)
    params = shown.every(given, data) if data else tuple(SETTINGS.values())
    rare = {name for name, group in GROUP_OF.items() if group != FIRST}
    return tuple(
        replace(each, advanced=each.name in rare) for each in params if each.name not in launch.POSITION
    )


def forked(run: store.Run) -> Fork:
    """The fork of a run, as its dialog sees it: the run's own settings until others are chosen."""

    def choose(name: str, value) -> None:
        changed = {**session.recall("fork", {}), name: value}
        session.remember("fork", {key: each for key, each in changed.items() if each is not None})

    def start_fork(step: int) -> bool:
        may = trust.kept(Document.from_json(store.document(run.id)))
        try:
            session.go("run", launch.fork(run.id, session.recall("fork", {}), step, may))
        except (KeyError, ValueError) as error:
            session.say(str(error))
            return False
        session.remember("forking", "")
        return True

    def fields() -> list[Part]:
        given = own | session.recall("fork", {})
        params = changeable(run, given)
        return [*SettingFields(given, choose, problems(params, given)).params(params)]

    own = dict(run.settings) | ({"lr": run.lr} if run.lr else {})
    return Fork(
        run.id,
        run.name,
        kept(run),
        fields,
        start_fork,
        lambda: session.remember("forking", ""),
        session.messages,
        session.whole,
    )
