"""The loop's order of examples: a function of the seed and the epoch, each example once."""

import pytest
import torch

from tests.trainer.conftest import until
from tests.trainer.digits import SOURCE, new_training
from trainer import loop, recorder, store
from trainer.checkpoint import Checkpoints
from trainer.control import Control
from trainer.data import find
from trainer.loop import batches, evaluate, steps_per_epoch
from trainer.measures import Objective
from trainer.settings import Settings

Y = torch.arange(70)


def order(seed: int, epoch: int) -> list[int]:
    return torch.cat(list(batches(Y, Settings(seed=seed, batch_size=32), epoch))).tolist()


def test_the_order_follows_from_seed_and_epoch_alone():
    torch.manual_seed(5)
    first = order(0, 1)
    torch.manual_seed(6)
    assert order(0, 1) == first
    assert order(0, 2) != first and order(1, 1) != first
    assert sorted(first) == Y.tolist()


@pytest.mark.parametrize(
    ("examples", "size", "steps"), [(64, 32, 2), (70, 32, 3), (65, 32, 2), (1, 32, 1), (5, 1, 5)]
)
def test_a_last_batch_of_one_example_is_left_out(examples, size, steps):
    assert steps_per_epoch(examples, size) == steps
    found = list(batches(torch.arange(examples), Settings(batch_size=size), 1))
    assert len(found) == steps


def test_all_steps_of_an_epoch_are_on_disk_while_it_is_validated(home, monkeypatch):
    """A process that is killed in a long validation loses none of them."""
    run_id = store.create(SOURCE, "", "{}")
    writing, training = recorder.Recorder(run_id), new_training(Settings(epochs=1, threads=1))
    seen: list[int] = []

    def newest() -> int:
        with store.reading(run_id) as connection:
            return connection.execute("SELECT max(step) FROM steps").fetchone()[0] or 0

    def slow(*given):
        until(lambda: newest() == training.step)
        seen.append(newest())
        return evaluate(*given)

    monkeypatch.setattr(recorder, "COMMIT_EVERY", -1.0)  # always due
    monkeypatch.setattr(loop, "evaluate", slow)
    checkpoints = Checkpoints(store.folder(run_id), 0)
    loop.train(training, find("digits").load(0), writing, Control(writing), checkpoints)
    writing.close()
    assert seen == [training.step]


def test_evaluation_is_the_mean_over_all_examples_whatever_the_batches():
    network = torch.nn.Sequential(torch.nn.Dropout(), torch.nn.Linear(4, 3))
    x, y = torch.randn(2500, 4), torch.randint(3, (2500,))
    objective = Objective(Settings(), find("iris"))
    loss, given = evaluate(network, x, y, objective, Settings())
    output = network.eval()(x)
    torch.testing.assert_close(given, output)
    assert loss == pytest.approx(torch.nn.functional.cross_entropy(output, y).item(), rel=1e-5)
