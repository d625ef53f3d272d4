"""When a run looks at its results: at the end of an epoch, if its budget pays for it, and at the last."""

from __future__ import annotations

import time
import traceback
from dataclasses import dataclass

import torch
from torch import Tensor

from trainer.data import DataSet, Split
from trainer.moments import Moment, Observe
from trainer.recorder import Recorder
from trainer.results.examples import examples
from trainer.results.stored import is_kept, packed
from trainer.results.table import RESULTS, Result
from trainer.results.view import View, places
from trainer.training import Training

OPENING = 0.005  # seconds that what keeps no history owes from the start: a short run has it at its end alone


@dataclass
class Account:
    """Pays for one kind of result: a share of the time of training flows in, and it is open where nothing is
    owed. So a dear look is paid for by the epochs after it, and none has to be guessed at before.
    """

    share: float
    owed: float = 0.0

    def earn(self, seconds: float) -> None:
        """So many seconds of training went by."""
        self.owed = max(0.0, self.owed - self.share * seconds)


def observer(training: Training, data: Split, data_set: DataSet, recorder: Recorder) -> Observe:
    """What looks at a run's results; at nothing where the budget is 0."""
    budget = training.settings.results_budget
    try:
        return Observer(training, data, data_set, recorder, budget) if budget else _nothing
    except Exception:  # as in _look
        traceback.print_exc()
        return _nothing


def _nothing(step: int, moment: Moment, output: Tensor | None) -> None:
    """Looks at nothing."""


class Observer:
    """Computes the results that a network has and hands them to the recorder."""

    def __init__(self, training: Training, data: Split, data_set: DataSet, recorder: Recorder, budget: float):
        self._training, self._data, self._data_set, self._recorder = training, data, data_set, recorder
        chosen = places(len(data.validation_y), training.settings.seed)
        self._shown = torch.from_numpy(chosen).to(data.validation_y.device)
        self._results = [each for each in RESULTS if each.needs(training.network)]
        whole = sum(each.share for each in self._results)
        self._accounts = {
            each.name: Account(budget * each.share / whole, 0.0 if each.fine else OPENING)
            for each in self._results
        }
        recorder.result("examples", 0, 0, True, examples(self._view(None)))
        self._began = self._looked = time.perf_counter()
        self._spent = 0.0

    def __call__(self, step: int, moment: Moment, output: Tensor | None) -> None:
        """Look at what is due."""
        begins, last = moment is Moment.BEGINNING, moment is Moment.END
        if moment in (Moment.BATCH, Moment.KEPT) or (begins and step):  # a run that goes on
            return
        now = time.perf_counter()
        view = self._view(output)
        for each in tuple(self._results):
            account = self._accounts[each.name]
            account.earn(now - self._looked)
            if each.begins if begins else last or not account.owed:
                account.owed += self._look(each, view, step, 0 if begins else self._training.epoch)
        self._looked = time.perf_counter()
        self._spent += self._looked - now
        self._recorder.set(results_share=self._spent / max(self._looked - self._began, 1e-9))

    def _view(self, output: Tensor | None) -> View:
        training, data = self._training, self._data
        return View(
            training.network,
            training.settings,
            training.objective,
            self._data_set,
            data.validation_x,
            data.validation_y,
            self._shown,
            output,
            training.at_once,
        )

    def _look(self, result: Result, view: View, step: int, epoch: int) -> float:
        """Compute one kind of result; the seconds it took. One that fails is not tried again."""
        began = time.perf_counter()
        whole = view.given is not None or not epoch  # a run that is stopped in an epoch does it once more
        kept = whole and is_kept(epoch, result.fine)
        try:
            found = result.compute(view)
        except Exception:  # a run must not end for what is only looked at, whatever a person's own layer does
            traceback.print_exc()
            self._results.remove(result)
            return 0.0
        for part, arrays in found.items():
            name = f"{result.name}/{part}" if part else result.name
            self._recorder.result(name, step, epoch, kept, packed(arrays))
        return time.perf_counter() - began
