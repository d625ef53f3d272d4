"""Data sets: what an entry says is what loading gives, split alike and the same for the same
seed.
"""

from dataclasses import replace

import pytest
import torch

from builder import Document, check
from builder.repairs import apply_fix
from tests.networks import chain
from trainer.data import DATASETS, class_repair, find, misfits
from trainer.data.dataset import CLASSIFICATION
from trainer.errors import TrainerError

NAMES = list(DATASETS)


@pytest.mark.parametrize("name", NAMES)
def test_an_entry_says_what_loading_gives(name):
    entry, data = DATASETS[name], DATASETS[name].load(0)
    assert len(data.train_x) + len(data.validation_x) == entry.examples
    assert tuple(data.train_x.shape[1:]) == entry.shape
    assert data.train_x.dtype == getattr(torch, entry.dtype)
    if entry.task == CLASSIFICATION:
        assert sorted(data.train_y.unique().tolist()) == list(range(entry.targets))
    else:
        assert data.train_y.shape == (len(data.train_x), entry.targets)
        assert data.train_y.dtype == torch.float32
    if entry.high:
        assert data.train_x.min() >= 0 and data.train_x.max() < entry.high


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
        (drawn((10,)), "diabetes", (3,), "y gives 3 numbers and diabetes asks for 1: progression."),
        (drawn((16,)), "contains_letter", (2,), "Set the dtype of x to int64"),
        (drawn((16,), "int64", high=9), "contains_letter", (2,), "Set high of x to 28."),
    ],
)
def test_a_misfit_says_which_thing_and_what_to_do(document, data, output, said):
    assert said in " ".join(misfits(document, find(data), output))


def test_another_number_of_answers_becomes_one_for_each_class():
    size = ("fc", "Linear", {"out_features": 12})
    for layers in ([size], [size, ("act", "ReLU"), ("drop", "Dropout")], [("act", "ReLU")]):
        document = chain(*layers, shape=(64,))
        fix = class_repair(document, find("digits"), check(document).shapes["answer"]["output"])
        repaired = apply_fix(document, fix)
        assert check(repaired).shapes["answer"]["output"] == (10,)
        assert class_repair(repaired, find("digits"), (10,)) is None
    assert class_repair(document, find("digits"), (7, 10)) is None
