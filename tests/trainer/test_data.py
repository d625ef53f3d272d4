"""Ready data sets: what an entry says is what loading gives, and what keeps a network from training on it."""

from dataclasses import replace

import pytest
import torch

from builder import Document, check
from builder.repairs import apply_fix
from tests.networks import chain
from trainer.data import CLASSIFICATION, DATASETS, find, misfits
from trainer.data.starter import network_for, starter
from trainer.errors import TrainerError

NAMES = [name for name, each in DATASETS.items() if each.original is None]  # the others: test_originals.py


@pytest.mark.parametrize("name", NAMES)
def test_an_entry_says_what_loading_gives(name):
    entry, data = DATASETS[name], DATASETS[name].load(0)
    assert len(data.train_x) + len(data.validation_x) == entry.examples
    assert tuple(data.train_x.shape[1:]) == entry.shape
    assert data.train_x.dtype == getattr(torch, entry.dtype)
    if entry.task == CLASSIFICATION:
        assert sorted(data.train_y.unique().tolist()) == list(range(entry.targets))
    else:
        assert data.train_y.shape[1:] == (entry.targets,) and data.train_y.dtype == torch.float32
    if entry.high:
        assert data.train_x.min() >= 0 and data.train_x.max() < entry.high == len(entry.tokens)
    assert len(entry.features) in (0, entry.shape[-1])
    assert data.train_x.isfinite().all() and data.train_y.isfinite().all()


def test_numbers_to_predict_are_split_at_random_each_once():
    data = find("diabetes").load(0)
    assert len(data.validation_y) == 88
    together = torch.cat([data.train_y, data.validation_y]).sort(0).values
    whole = torch.from_numpy(find("diabetes").arrays()[1])
    assert together.equal(whole.sort(0).values)


@pytest.mark.parametrize("name", [name for name in NAMES if DATASETS[name].task == CLASSIFICATION])
def test_the_split_is_stratified_and_follows_from_the_seed(name):
    data, again, other = (DATASETS[name].load(seed) for seed in (0, 0, 1))
    assert all(a.equal(b) for a, b in zip(vars(data).values(), vars(again).values(), strict=True))
    assert not data.validation_x.equal(other.validation_x)
    if DATASETS[name].task != CLASSIFICATION:
        assert len(data.validation_y) == round(0.2 * DATASETS[name].examples)
        return
    held, trained = data.validation_y.bincount(), data.train_y.bincount()
    assert ((held / (held + trained) - 0.2).abs() < 0.02).all()


def test_tabular_data_are_standardized_by_the_training_part():
    data = find("wine").load(0)
    torch.testing.assert_close(data.train_x.mean(0), torch.zeros(13), atol=1e-5, rtol=0)
    torch.testing.assert_close(data.train_x.std(0, correction=0), torch.ones(13), atol=1e-4, rtol=0)
    assert data.validation_x.mean(0).abs().max() > 1e-3


def test_the_label_of_a_string_says_whether_it_holds_an_a():
    data = find("contains_letter").load(3)
    assert (data.train_x == 2).any(1).long().equal(data.train_y)


def test_the_marks_of_temporal_order_say_its_class():
    data = find("temporal_order").load(1)
    tokens = find("temporal_order").tokens
    marks = [tokens[token] for token in data.train_x[data.train_x >= tokens.index("X")].tolist()]
    pairs = [", ".join(marks[place : place + 2]) for place in range(0, len(marks), 2)]
    assert pairs == [find("temporal_order").labels[label] for label in data.train_y.tolist()]


def test_a_sine_wave_goes_on_where_it_was_seen_last():
    data = find("sine_waves").load(0)
    # The next value of a wave of this length lies near the line through its last ones.
    last, before, coming = data.train_x[:, -1, 0], data.train_x[:, -2, 0], data.train_y[:, 0]
    assert (coming - (2 * last - before)).abs().mean() < (coming - last).abs().mean()


@pytest.mark.parametrize(("name", "separable"), [("circles", True), ("spirals", False)])
def test_circles_are_told_apart_by_their_distance_and_spirals_are_not(name, separable):
    data = find(name).load(0)
    far = data.train_x.norm(dim=1) > data.train_x.norm(dim=1).median()
    agree = (far == (data.train_y == 0)).float().mean()
    assert (agree > 0.95) == separable


def test_shapes_are_different_pictures_of_the_right_size():
    x, y = find("shapes").arrays(0)
    assert x.min() >= 0 and x.max() <= 1
    filled = (
        (x.max(1) > 0.38).reshape(len(x), -1).mean(1)
    )  # a square fills more than a triangle of its height
    assert filled[y == 1].mean() > 1.3 * filled[y == 2].mean()


@pytest.mark.parametrize("name", list(DATASETS))
def test_the_network_to_begin_with_fits(name):
    for network in {network_for(DATASETS[name]), starter(DATASETS[name])}:
        report = check(network)
        assert report.ok, report.problems
        (end,) = network.main.of_kind("Output")
        assert misfits(network, DATASETS[name], report.shapes[end.id]["output"]) == []


def test_an_unknown_data_set_is_answered_with_the_nearest():
    with pytest.raises(TrainerError, match="Did you mean 'digits'"):
        find("digit")


def drawn(shape, dtype="float32", **more) -> Document:
    document = Document.from_json(
        '{"format": "layerloom/1", "name": "N", "blocks": {}, "main": {"nodes": ['
        '{"id": "x", "kind": "Input"}, {"id": "y", "kind": "Output"}]}}'
    )
    first, last = document.main.nodes
    first = replace(first, params={"shape": shape, "dtype": dtype, **more})
    return replace(document, main=replace(document.main, nodes=(first, last)))


def test_a_network_that_fits_has_no_misfits():
    assert misfits(drawn((1, 8, 8)), find("digits"), (10,)) == []
    assert misfits(drawn((16,), "int64", high=28), find("contains_letter"), (2,)) == []


@pytest.mark.parametrize(
    ("document", "data", "output", "said"),
    [
        (drawn((3, 32, 32)), "digits", (10,), "x takes (3, 32, 32) and digits gives (1, 8, 8)."),
        (drawn((1, 8, 8)), "digits", (7,), "y gives 7 numbers and digits has 10 classes."),
        (drawn((1, 8, 8)), "digits", (4, 10), "Put a Flatten"),
        (drawn((10,)), "diabetes", (3,), "y gives 3 numbers and diabetes has 1 value to predict."),
        (drawn((16,)), "contains_letter", (2,), "Set the dtype of x to int64"),
        (drawn((16,), "int64", high=9), "contains_letter", (2,), "Set high of x to 28."),
    ],
)
def test_a_misfit_says_which_thing_and_what_to_do(document, data, output, said):
    found = misfits(document, find(data), output)
    assert said in " ".join(problem.message for problem in found)


def repaired(document, data, output):
    """The document after the first repair of each problem, and how many there were."""
    found = misfits(document, find(data), output)
    for problem in found:
        document = apply_fix(document, problem.fixes[0])
    return document, len(found)


@pytest.mark.parametrize(
    ("document", "data", "problems"),
    [
        (drawn((3, 32, 32)), "digits", 1),
        (drawn((16,)), "contains_letter", 1),
        (drawn((8,)), "contains_letter", 2),
        (drawn((16,), "int64", high=9), "contains_letter", 1),
        (drawn((4,), "int64", high=9), "iris", 1),
    ],
)
def test_an_input_that_does_not_fit_is_repaired(document, data, problems):
    document, count = repaired(document, data, None)
    assert count == problems
    assert misfits(document, find(data)) == []


@pytest.mark.parametrize(("data", "targets"), [("digits", 10), ("diabetes", 1), ("sine_waves", 12)])
def test_another_number_of_answers_becomes_the_right_one(data, targets):
    size = ("fc", "Linear", {"out_features": 7})
    shape = find(data).shape
    for layers in ([size], [size, ("act", "ReLU"), ("drop", "Dropout")], [("act", "ReLU")]):
        document = chain(("flat", "Flatten"), *layers, shape=shape)
        document, count = repaired(document, data, check(document).shapes["answer"]["output"])
        assert count == 1
        assert check(document).shapes["answer"]["output"] == (targets,)


def test_an_answer_of_two_dimensions_is_said_and_not_repaired_by_guessing():
    (problem,) = misfits(drawn((1, 8, 8)), find("digits"), (7, 10))
    assert problem.node == "y" and not problem.fixes
