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
from builder.weights import WeightsError
from trainer import store
from trainer.data import find
from trainer.errors import TrainerError
from trainer.settings import Settings
from trainer.store import Recorder, Run
from trainer.turns import turn


def main(run_id: str) -> None:
    """Wait for a free place, train, and write how it ended."""
    asked_to_end: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _: asked_to_end.append(number))
    recorder = Recorder(run_id)
    recorder.set(pid=os.getpid(), born=psutil.Process().create_time())
    recorder.commit()

    def stop_wanted() -> bool:
        return bool(asked_to_end) or recorder.stop_wanted()

    state, message = "stopped", "Stopped before it began."
    try:
        run = store.read(run_id)
        settings = Settings.from_values(run.settings)
        with turn(settings.threads, stop_wanted) as mine:
            if mine:
                state, message = _train(run, settings, recorder, stop_wanted), ""
    except Exception as error:  # the border of the process: the page shows a sentence, output.log the rest
        traceback.print_exc()
        state, message = "failed", sentence(error)
    said = {"message": message} if message else {}
    recorder.set(state=state, finished=time.time(), **said)
    recorder.close()


def _train(run: Run, settings: Settings, recorder: Recorder, stop_wanted) -> str:
    recorder.set(state="starting")
    recorder.commit()
    import torch  # heavy: only once it is this run's turn

    from trainer import boundary, loop, trial
    from trainer.measures import Objective

    torch.set_num_threads(settings.threads)
    torch.use_deterministic_algorithms(settings.deterministic)
    device = _device(settings)
    data_set = find(run.data)
    data = data_set.load(settings.seed, settings.validation, settings.scaling).to(device)
    objective = Objective(settings, data_set)
    source = store.source(run.id)
    trial.one_step(trial.network_from(source).to(device), data, settings, data_set, objective)
    torch.manual_seed(settings.seed)  # after the trial, which draws numbers too
    network = trial.network_from(source)
    if beginning := store.beginning(run.id):
        weights.load(network, beginning)
    network.to(device)
    steps = loop.steps_per_epoch(len(data.train_y), settings.batch_size) * settings.epochs
    recorder.set(
        state="running",
        started=time.time(),
        device=_name(device),
        epochs=settings.epochs,
        steps=steps,
    )
    recorder.commit()
    observe = boundary.observer(network, data, data_set, recorder)
    state = loop.train(network, data, settings, objective, recorder, stop_wanted, observe)
    weights.save(network, store.folder(run.id) / "weights.safetensors")
    return state


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


def sentence(error: Exception) -> str:
    """What happened, for a person: which thing, what is wrong, what to do."""
    if isinstance(error, (TrainerError, WeightsError)):
        return str(error)
    if (
        isinstance(error, MemoryError)
        or "out of memory" in str(error)
        or "can't allocate memory" in str(error)
    ):
        return "The memory ran out. Make batch_size smaller, or the network narrower."
    first = (str(error).splitlines() or [""])[0]
    if "deterministic" in first:
        return f"Not everything here can be computed deterministically: {first[:200]} Turn deterministic off."
    return (
        f"Training ended with an error nobody expected, {type(error).__name__}: {first[:200]}. "
        "Look into output.log for the rest."
    )


if __name__ == "__main__":
    main(sys.argv[1])
