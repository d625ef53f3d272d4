"""What people ask of a run while it trains: to pause, go on, do one batch, take another learning rate.

Asking writes into the run's own file; the run looks there between two batches. What it is wanted to do
outlives its process: a run that is paused, killed and resumed is paused.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Protocol

from trainer import queue, store
from trainer.errors import TrainerError
from trainer.recorder import Recorder
from trainer.settings import Settings

LOOK_EVERY = 0.05  # seconds, while it is paused


# --- asking


def pause(run_id: str) -> None:
    """Ask a run to pause after its current batch. Raises KeyError, and TrainerError where it has ended."""
    _ask(run_id, {"wanted": "pause"})


def go_on(run_id: str) -> None:
    """Ask a paused run to go on, once it is its turn. Raises as pause does."""
    _ask(run_id, {"wanted": "run"})


def step(run_id: str) -> None:
    """Ask for one batch more and a pause behind it. Raises as pause does."""
    _ask(run_id, {"wanted": "pause"}, ("step", None))


def set_rate(run_id: str, lr: float) -> None:
    """Ask for another learning rate from the next batch on; a schedule goes on as if it had been laid from
    it. Raises as pause does, and TrainerError for one that the run could not have been given.
    """
    Settings.from_values({**store.read(run_id).settings, "lr": lr})
    _ask(run_id, {"lr": float(lr)}, ("lr", float(lr)))


def demand(run_id: str, name: str, **facts: Any) -> None:
    """Ask for something that is done once, between two batches, as Control.on_demand says; facts are
    written with it. Raises as pause does.
    """
    _ask(run_id, facts, (name, None))


def _ask(run_id: str, facts: dict[str, Any], command: tuple[str, float | None] | None = None) -> None:
    with store.writing(run_id) as connection:
        run = store.read_meta(run_id, connection)
        if not run.active or run.wanted == "stop":
            raise TrainerError(
                f"The run of {run.name} is {run.state}, so nothing can be asked of it. Resume or fork it."
            )
        connection.execute(store.COMMANDS)
        store.put_meta(connection, facts)
        if command is not None:
            connection.execute("INSERT INTO commands (name, value) VALUES (?, ?)", command)


# --- obeying


class Steered(Protocol):
    """What is trained, as far as asking goes: trainer.loop.Training."""

    step: int

    def set_rate(self, lr: float) -> None: ...


class Stopwatch:
    """The seconds that a run has trained, its pauses left out."""

    def __init__(self) -> None:
        self._before, self._began = 0.0, time.monotonic()

    @property
    def seconds(self) -> float:
        return self._before + time.monotonic() - self._began

    @seconds.setter
    def seconds(self, seconds: float) -> None:
        self._before, self._began = seconds, time.monotonic()


class Control:
    """The run's own end: what is asked, looked at between two batches, and done there.

    ended      whether the process is asked to end by a signal.
    on_demand  what can be asked for with `demand`, by name; it changes nothing of the training.
    """

    def __init__(
        self,
        recorder: Recorder,
        run_id: str = "",
        device: str = "cpu",
        ended: Callable[[], bool] = lambda: False,
    ):
        self._recorder, self._run_id, self._device, self._ended = recorder, run_id, device, ended
        self._rates: dict[int, float] | None = (
            None  # of the time before a resumption; read at the first batch
        )
        self._newest = 0  # the last command that was looked at
        self._steps = 0  # single batches still to do
        self.stopwatch = Stopwatch()
        self.on_demand: dict[str, Callable[[], None]] = {}

    def stop_wanted(self) -> bool:
        """Whether the run is to end."""
        return self._ended() or self._recorder.asked()[0] == "stop"

    def ready(self, training: Steered, keep: Callable[[], None]) -> bool:
        """Do what is asked and return whether to train on the next batch; False is to stop.

        Waits while the run is paused, having called `keep`, which writes all there is to disk.
        """
        if self._rates is None:
            self._rates = self._recorder.rates()
        if training.step in self._rates:  # given here before the run was resumed
            training.set_rate(self._rates[training.step])
        wanted = self._obeyed(training)
        return wanted == "run" or (wanted == "pause" and self._paused(training, keep))

    def _obeyed(self, training: Steered) -> str:
        """What the run is wanted to do, once all commands are done that came since the last look."""
        wanted, newest = self._recorder.asked()
        if self._ended() or wanted == "stop":
            return "stop"
        if newest > self._newest:
            self._newest = newest
            for number, name, value in self._recorder.commands():
                self._do(name, value, training)
                self._recorder.done(number, training.step)
        if wanted == "run":
            self._steps = 0
        return wanted

    def _do(self, name: str, value: float | None, training: Steered) -> None:
        if name == "lr":
            training.set_rate(value)
        elif name == "step":
            self._steps += 1
        elif answer := self.on_demand.get(name):
            trained = self.stopwatch.seconds
            answer()
            self.stopwatch.seconds = trained

    def _paused(self, training: Steered, keep: Callable[[], None]) -> bool:
        """Wait until the run may go on, for one batch or for good; False is to stop."""
        if self._one_batch():
            return True
        keep()
        trained = self.stopwatch.seconds
        self._say("paused")
        queue.leave(self._run_id)  # another may compute in the meantime
        try:
            while (wanted := self._obeyed(training)) == "pause":
                self._recorder.commit_if_due()
                if self._one_batch():
                    return True
                time.sleep(LOOK_EVERY)
            return wanted == "run" and self._back()
        finally:
            self.stopwatch.seconds = trained

    def _one_batch(self) -> bool:
        self._steps -= (found := self._steps > 0)
        return found

    def _back(self) -> bool:
        """Wait for a turn again; False where a stop came first."""
        self._say("queued")
        mine = queue.wait(self._run_id, self._device, self.stop_wanted)
        if mine:
            self._say("running")
        return mine

    def _say(self, state: str) -> None:
        self._recorder.set(state=state)
        self._recorder.commit()
