"""The process of a run: python -m trainer.worker RUN. It ends in one of done, stopped, failed;
never silently.
"""

from __future__ import annotations

import os
import signal
import sys
import time
import traceback

import psutil

from builder import weights
from trainer import checkpoint, failures, memory, queue, store
from trainer.control import Control
from trainer.data import DataSet, Split, find
from trainer.errors import TrainerError
from trainer.recorder import Recorder
from trainer.settings import Settings
from trainer.store import Run


def main(run_id: str) -> None:
    """Wait for a free place, train, and write how it ended."""
    asked_to_end: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _: asked_to_end.append(number))
    recorder = Recorder(run_id)
    try:
        recorder.set(pid=os.getpid(), born=psutil.Process().create_time())
        recorder.commit()
        run = store.read(run_id)
        settings = Settings.from_values(run.settings)
        control = Control(recorder, run_id, settings.device, lambda: bool(asked_to_end))
        if queue.wait(run_id, settings.device, control.stop_wanted):
            state = _train(run, settings, recorder, control)
        else:
            state = "stopped"
            recorder.set(message="Stopped before it began.")
        recorder.set(state=state, finished=time.time())
        recorder.commit()
    except Exception as error:  # the border of the process: the page shows a sentence, output.log the rest
        traceback.print_exc()
        recorder.fail(failures.sentence(error, _node(error)))
    recorder.close()
    queue.leave(run_id)


def _node(error: Exception) -> str:
    if "torch" not in sys.modules:  # it failed before
        return ""
    from trainer import nodes

    return nodes.of_error(error)


def _train(run: Run, settings: Settings, recorder: Recorder, control: Control) -> str:
    recorder.set(state="starting")
    recorder.commit()
    import torch  # heavy: only once it is this run's turn

    from trainer import boundary, loop, trial
    from trainer.gap import answering, asking
    from trainer.measures import Objective
    from trainer.results import observer
    from trainer.training import Training

    torch.set_num_threads(settings.threads)
    torch.use_deterministic_algorithms(settings.deterministic)
    device = _device(settings)
    data_set = find(run.data)
    data = _moved(_loaded(data_set, settings), device)
    objective = Objective(settings, data_set)
    source = store.source(run.id)
    found = trial.one_step(source, data, settings, data_set, objective)
    checkpoint.seed_generators(settings.seed)  # after the trial, which draws numbers too
    network = trial.network_from(source)
    if beginning := store.beginning(run.id):
        weights.load(network, beginning)
    steps = loop.steps_per_epoch(len(data.train_y), settings.batch_size)
    training = Training(network.to(device), settings, objective, steps, found.at_once)
    if state := checkpoint.newest(run.folder):
        training.restore(state)
    recorder.set(
        state="running",
        started=run.started or time.time(),
        device=_name(device),
        memory=found.need.total,
        validated_at_once=found.at_once,
        not_finite="",
        epochs=settings.epochs,
        steps=steps * settings.epochs,
    )
    recorder.commit()
    checkpoints = checkpoint.Checkpoints(
        run.folder, settings.checkpoint_every, settings.checkpoints_kept, recorder.validation_losses
    )
    control.on_demand[asking.NAME] = answering.during(training, data, recorder)
    observers = (
        boundary.observer(network, data, data_set, recorder),
        observer.observer(training, data, data_set, recorder),
    )

    def observe(*seen) -> None:
        for each in observers:
            each(*seen)

    ended = loop.train(training, data, recorder, control, checkpoints, observe)
    weights.save(network, store.folder(run.id) / "weights.safetensors")
    return ended


def _loaded(data_set: DataSet, settings: Settings) -> Split:
    memory.refuse_unless_data_fits(data_set)
    try:
        return data_set.load(settings.seed, settings.validation, settings.scaling)
    except TrainerError:
        raise
    except MemoryError as error:
        raise failures.DataError(
            f"The memory ran out while the data {data_set.title} was prepared. {memory.LESS_DATA}."
        ) from error
    except Exception as error:  # whatever the readers of files raise
        raise failures.DataError(
            f"The data {data_set.title} cannot be read ({failures.first_line(error)}). "
            "Look whether its files are there and whole, then resume the run."
        ) from error


def _moved(data: Split, device) -> Split:
    """The data where it is computed, unless there is no room for it."""
    from trainer.estimate import available

    if device.type != "cpu":
        memory.refuse_unless_data_moves(data.nbytes, available(device), device.type)
    return data.to(device)


def _device(settings: Settings):
    import torch

    if settings.device == "cuda" and not torch.cuda.is_available():
        raise TrainerError(
            "The device is cuda and PyTorch finds no NVIDIA card that it can use here. Set device to cpu."
        )
    return torch.device(settings.device)


def _name(device) -> str:
    import torch

    return torch.cuda.get_device_name(device) if device.type == "cuda" else "cpu"


if __name__ == "__main__":
    main(sys.argv[1])
