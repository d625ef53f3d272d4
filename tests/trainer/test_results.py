"""Results on examples: what is shown is what PyTorch gives, and looking changes nothing of a run."""

from __future__ import annotations

import math
import random

import numpy as np
import pytest
import torch
from safetensors.numpy import load
from torch import nn

from tests.trainer.conftest import figures
from tests.trainer.digits import new_training
from trainer import objectives, store
from trainer.data import CLASSIFICATION, DATASETS, find
from trainer.measures import Objective
from trainer.metrics import metrics
from trainer.moments import Moment
from trainer.recorder import Recorder
from trainer.results import stored
from trainer.results.answers import answers, judged, losses
from trainer.results.attention import attention
from trainer.results.embedding import embedding, into_last_linear, pca
from trainer.results.examples import examples
from trainer.results.features import EXAMPLES, features
from trainer.results.filters import filters
from trainer.results.observer import Observer
from trainer.results.table import RESULTS
from trainer.results.view import SHOWN, View, places
from trainer.settings import Settings

HALF_A_LEVEL = 0.5 / 255


class Restless(nn.Module):
    """Draws random numbers of all kinds and counts how often it ran, in evaluation mode too."""

    def __init__(self):
        super().__init__()
        self.register_buffer("runs", torch.zeros(()))

    def forward(self, x):
        self.runs += 1
        return x + torch.rand_like(x) + random.random() + float(np.random.rand())


def digits_network() -> nn.Module:
    torch.manual_seed(0)
    return nn.Sequential(
        nn.Conv2d(1, 4, 3, padding=1), nn.BatchNorm2d(4), nn.ReLU(inplace=True), nn.Dropout(),
        nn.Flatten(), nn.Linear(256, 16), nn.ReLU(), nn.Linear(16, 10),
    )  # fmt: skip


def view_of(network: nn.Module, data: str, **settings) -> View:
    """A View as an observer makes it, without what validation gave."""
    data_set, settings = find(data), Settings(**settings).for_data(find(data))
    split = data_set.load()
    chosen = torch.from_numpy(places(len(split.validation_y), settings.seed))
    objective = Objective(settings, data_set)
    return View(network, settings, objective, data_set, split.validation_x, split.validation_y, chosen)


@torch.no_grad()
def given_by(network: nn.Module, view: View, count: int = SHOWN) -> torch.Tensor:
    return network.eval()(view.examples(count))


# --- against PyTorch and numpy


@pytest.mark.parametrize("size", [(40, 6), (6, 40), (5, 1)])
def test_principal_components_are_those_of_numpys_svd(size):
    rows = np.random.default_rng(0).normal(size=size) @ np.diag(np.arange(1.0, size[1] + 1))
    points, explained = (each.numpy() for each in pca(torch.from_numpy(rows)))
    left, values, _ = np.linalg.svd(rows - rows.mean(0), full_matrices=False)
    wanted, count = left * values, min(2, len(values))
    assert np.allclose(np.abs(points[:, :count]), np.abs(wanted[:, :count]), atol=1e-8)
    assert np.allclose(explained[:count], (values**2 / (values**2).sum())[:count])
    assert points.shape == (size[0], 2) and explained.shape == (2,)


def test_the_embedding_is_of_what_goes_into_the_last_linear_layer():
    network = digits_network()
    view = view_of(network, "digits")
    wanted = given_by(network[:-1], view, 500)
    assert torch.allclose(into_last_linear(view), wanted)
    found = embedding(view)[""]
    assert found["points"].shape == (len(wanted), 2) and 0 < found["explained"].sum() <= 1


def test_predictions_and_answers_are_those_of_a_forward_pass_in_evaluation_mode():
    network = digits_network().train()
    view = view_of(network, "digits")
    found = answers(view)[""]
    assert network.training
    output, y = given_by(network, view), view.right
    shares = output.softmax(1)
    assert (found["said"] == output.argmax(1).numpy()).all()
    assert np.allclose(found["likely"], shares.amax(1))
    assert np.allclose(found["right"], shares[torch.arange(len(y)), y])
    assert np.allclose(found["loss"], nn.functional.cross_entropy(output, y, reduction="none"), atol=1e-6)


def test_what_validation_gave_is_not_computed_again():
    view = view_of(digits_network(), "digits")
    output = torch.randn(len(view.y), 10, generator=torch.Generator().manual_seed(0))
    seen = View(**{**{name: getattr(view, name) for name in View.__dataclass_fields__}, "given": output})
    assert (answers(seen)[""]["said"] == output[view.shown].argmax(1).numpy()).all()


@pytest.mark.parametrize("name", objectives.LOSSES)
def test_the_losses_of_single_examples_are_those_of_batches_of_one(name):
    entry = objectives.LOSSES[name]
    data_set = find("iris" if entry.task == CLASSIFICATION else "diabetes")
    objective = Objective(Settings(loss=name), data_set)
    output = torch.randn(6, data_set.targets, generator=torch.Generator().manual_seed(0))
    y = torch.arange(6) % 3 if entry.task == CLASSIFICATION else torch.randn(6, 1)
    wanted = torch.stack([objective(output[at : at + 1], y[at : at + 1]) for at in range(6)])
    assert torch.allclose(losses(output, y, objective), wanted, atol=1e-6)
    assert torch.allclose(losses(output, y, objective).mean(), objective(output, y), atol=1e-6)


def test_one_number_for_yes_or_no_is_judged_as_two_classes():
    objective = Objective(Settings(loss="BCEWithLogitsLoss"), find("moons"))
    found = judged(torch.tensor([[2.0], [-2.0]]), torch.tensor([1, 1]), objective)
    yes = torch.sigmoid(torch.tensor(2.0)).item()
    assert found["said"].tolist() == [1, 0]
    assert np.allclose(found["likely"], yes) and np.allclose(found["right"], [yes, 1 - yes])


def test_feature_maps_are_what_the_layers_give():
    network = digits_network()
    view = view_of(network, "digits")
    found = features(view)
    assert list(found) == [str(at) for at in range(len(network))]
    network[2].inplace = False  # what comes before it must not have been changed by it
    for at in (0, 1, 2, 5):
        wanted = given_by(network[: at + 1], view, EXAMPLES).numpy()
        low, high = found[str(at)]["range"].T.reshape(2, -1, *[1] * (wanted.ndim - 1))
        shown = found[str(at)]["maps"].reshape(wanted.shape) / 255 * (high - low) + low
        assert np.abs(shown - wanted).max() <= (high - low).max() * HALF_A_LEVEL + 1e-6
        assert found[str(at)]["shape"].tolist() == list(wanted.shape[1:])


class Reader(nn.Module):
    """Attention in all its places: an encoder layer, a decoder layer, and by itself, steps first."""

    def __init__(self):
        super().__init__()
        torch.manual_seed(0)
        self.embed = nn.Embedding(28, 16)
        self.encoder = nn.TransformerEncoderLayer(16, 4, 32, batch_first=True)
        self.decoder = nn.TransformerDecoderLayer(16, 2, 32, batch_first=True, norm_first=True)
        self.alone = nn.MultiheadAttention(16, 2)
        self.fc = nn.Linear(16, 2)

    def forward(self, text):
        embed = self.embed(text)
        encoder = self.encoder(embed)
        decoder = self.decoder(embed, encoder).transpose(0, 1)
        alone, weights = self.alone(decoder, decoder, decoder)
        assert weights.shape == (len(text), 16, 16)  # averaged, as it asked for
        return self.fc(alone.mean(0))


@pytest.mark.filterwarnings("ignore:enable_nested_tensor")
def test_attention_is_what_need_weights_gives():
    network = Reader()
    view = view_of(network, "contains_letter")
    network.eval()
    found = attention(view)
    assert set(found) == {"encoder.self_attn", "decoder.self_attn", "decoder.multihead_attn", "alone"}
    assert torch.backends.mha.get_fastpath_enabled()
    with torch.no_grad():
        embed = network.embed(view.examples(12))
        encoder = network.encoder(embed)
        normed = network.decoder.norm1(embed)
        attended = embed + network.decoder.self_attn(normed, normed, normed)[0]
        asked = network.decoder.norm2(attended)
        per_head = {"need_weights": True, "average_attn_weights": False}
        wanted = {
            "encoder.self_attn": network.encoder.self_attn(embed, embed, embed, **per_head)[1],
            "decoder.self_attn": network.decoder.self_attn(normed, normed, normed, **per_head)[1],
            "decoder.multihead_attn": network.decoder.multihead_attn(asked, encoder, encoder, **per_head)[1],
        }
    for name, weights in wanted.items():
        peak = found[name]["peak"][0]
        assert np.abs(found[name]["weights"] / 255 * peak - weights.numpy()).max() <= HALF_A_LEVEL + 1e-5
    assert found["alone"]["weights"].shape == (12, 2, 16, 16)


def test_filters_are_the_weights_of_the_first_convolution():
    network = digits_network()
    found = filters(view_of(network, "digits"))
    assert np.array_equal(found["0"]["weight"], network[0].weight.detach())
    series = nn.Sequential(nn.Conv1d(3, 5, 7), nn.Conv1d(5, 5, 3))
    assert filters(view_of(series, "digits"))["0"]["weight"].shape == (5, 1, 3, 7)


def test_a_row_is_shown_with_the_numbers_of_the_data_not_with_scaled_ones():
    view = view_of(nn.Linear(13, 3), "wine")
    found = load(examples(view))
    x, y = find("wine").arrays()
    rows = {tuple(row) for row in x.astype(np.float32)}
    assert all(tuple(row) in rows for row in found["x"])
    right = {tuple(row): answer for row, answer in zip(x.astype(np.float32), y, strict=True)}
    assert [right[tuple(row)] for row in found["x"]] == found["right"].tolist()


@pytest.mark.parametrize("name", [name for name, each in DATASETS.items() if each.original is None])
def test_the_examples_of_every_data_set_can_be_shown(name):
    view = view_of(nn.Linear(1, 1), name)
    found = load(examples(view))
    assert len(found["x"]) == len(found["right"]) == min(SHOWN, len(view.y))


def test_of_many_examples_the_seed_draws_those_that_are_shown():
    drawn = places(10_000, 3)
    assert len(set(drawn.tolist())) == SHOWN and drawn.max() < 10_000
    assert np.array_equal(drawn, places(10_000, 3)) and not np.array_equal(drawn, places(10_000, 4))


# --- laws of a run


@pytest.fixture
def observer() -> Observer:
    """Of the digits network, before its first step, with time for all."""
    training, data_set = new_training(Settings()), find("digits")
    run_id = store.create("", "{}", training.settings.to_json())
    return Observer(training, data_set.load(), data_set, Recorder(run_id), budget=1e9)


def recorded(observer: Observer) -> list[tuple]:
    """Name, step, epoch of all results that are in the store."""
    observer._recorder.commit()
    return rows_of(observer._recorder._folder.name)


def rows_of(run_id: str) -> list[tuple]:
    with store.reading(run_id) as connection:
        query = "SELECT name, step, epoch FROM results ORDER BY step, name"
        return connection.execute(query).fetchall()


def test_looking_leaves_the_network_and_all_random_numbers_as_they_were(observer):
    network = nn.Sequential(Restless(), digits_network()).train()
    network[1][1].eval()  # one that is frozen
    observer._training.network = network
    state = {name: value.clone() for name, value in network.state_dict().items()}
    modes = [module.training for module in network.modules()]
    drawn = torch.get_rng_state(), random.getstate(), np.random.get_state()[1].tolist()
    observer(45, Moment.END, None)
    assert all(value.equal(state[name]) for name, value in network.state_dict().items())
    assert [module.training for module in network.modules()] == modes
    assert drawn[0].equal(torch.get_rng_state())
    assert drawn[1:] == (random.getstate(), np.random.get_state()[1].tolist())
    assert not any(module._forward_hooks for module in network.modules())


def test_what_is_too_dear_waits_and_comes_at_the_last(observer):
    for account in observer._accounts.values():
        account.owed = math.inf
    observer._training.epoch = 1
    observer(45, Moment.EPOCH, torch.zeros(359, 10))
    assert recorded(observer) == [("examples", 0, 0)]
    observer._training.epoch = 2
    observer(90, Moment.END, torch.zeros(359, 10))
    kinds = {name.split("/")[0] for name, step, _ in recorded(observer) if step == 90}
    assert kinds == {each.name for each in RESULTS if each.name != "attention"}  # it has none


def test_a_result_that_fails_is_left_out_and_ends_no_run(observer, capsys):
    class Picky(nn.Module):
        def forward(self, x):
            if len(x) != 359:
                raise ValueError("I want all of them")
            return x

    observer._training.network = nn.Sequential(Picky(), digits_network())
    for step in (45, 90):
        observer(step, Moment.END, torch.zeros(359, 10))
    kinds = {name.split("/")[0] for name, _, _ in recorded(observer)}
    assert "predictions" in kinds and "features" not in kinds
    assert capsys.readouterr().err.count("ValueError: I want all of them") == 1


def test_only_what_is_kept_stays_when_a_newer_one_comes(observer):
    observer(0, Moment.BEGINNING, None)
    for epoch in range(1, 8):
        observer._training.epoch = epoch
        observer(45 * epoch, Moment.END if epoch == 7 else Moment.EPOCH, torch.zeros(359, 10))
        recorded(observer)
    found = recorded(observer)
    assert [epoch for name, _, epoch in found if name == "predictions"] == [1, 2, 3, 4, 5, 6, 7]
    assert [epoch for name, _, epoch in found if name == "filters/conv1"] == [0, 1, 2, 4, 7]
    assert [epoch for name, _, epoch in found if name in ("answers", "embedding")] == [7, 7]


@pytest.mark.parametrize(("fine", "most"), [(0, 0), (1, 21), (5, 32 + 16 * 15)])
def test_a_run_of_any_length_keeps_few(fine, most):
    kept = [epoch for epoch in range(1_000_000) if stored.is_kept(epoch, fine)]
    assert len(kept) <= most and kept[:3] == {0: [], 1: [0, 1, 2], 5: [0, 1, 2]}[fine]


def test_a_run_gives_the_same_with_and_without_results_and_tells_what_they_took(train):
    without, run_id = (train(epochs=2, results_budget=budget).id for budget in (0.0, 1.0))
    alike = [figures(each) for each in (without, run_id)]
    assert not alike[0].pop("results") and alike[1].pop("results")
    assert alike[0] == alike[1]
    told = metrics(run_id)
    assert told["results"]["predictions"] == told["run"]["steps"] and told["results"]["examples"] == 0
    assert 0 < told["run"]["results_share"] < 1
    assert "examples" not in metrics(run_id, told["cursor"])["results"]
    assert metrics(without)["results"] == {} and metrics(without)["run"]["results_share"] is None


def test_a_fork_begins_with_the_results_of_its_past(observer):
    for epoch in (1, 2, 3):
        observer._training.epoch = epoch
        observer(45 * epoch, Moment.END if epoch == 3 else Moment.EPOCH, torch.zeros(359, 10))
    recorded(observer)
    new = store.create("", "{}", "{}")
    store.copy_figures(observer._recorder._folder.name, new, 90)
    found = rows_of(new)
    assert ("predictions", 90, 2) in found and ("examples", 0, 0) in found
    assert max(step for _, step, _ in found) == 90


def test_a_run_from_before_there_were_results_opens_is_copied_and_goes_on():
    old, new = (store.create("", "{}", "{}", steps=9) for _ in range(2))
    with store.writing(old) as connection:
        connection.execute("DROP TABLE results")
        connection.execute("INSERT INTO steps VALUES (1, 0.5, 0.5)")
    assert metrics(old)["results"] == {}
    with pytest.raises(KeyError):
        stored.rows(old, "predictions")
    store.copy_figures(old, new, 5)
    assert metrics(new)["train"]["loss"]["step"] == [1]
    recorder = Recorder(old)
    recorder.result("predictions", 2, 1, True, b"")
    recorder.close()
    assert metrics(old)["results"] == {"predictions": 2}


def test_of_a_long_history_some_rows_and_the_newest_are_read():
    run_id = store.create("", "{}", "{}")
    recorder = Recorder(run_id)
    for epoch in range(1, 301):
        recorder.result("predictions", epoch * 10, epoch, True, stored.packed({"loss": np.ones(1)}))
    recorder.close()
    found = stored.rows(run_id, "predictions")
    assert len(found) == stored.MOST_ROWS and found[0]["epoch"] == 1 and found[-1]["epoch"] == 300
    assert [row["step"] for row in stored.rows(run_id, "predictions", 2980)] == [2990, 3000]
