"""Losses and measures against torch and scikit-learn, and what of a network does not go with a loss."""

import inspect

import numpy as np
import pytest
import torch
from sklearn import metrics as sklearn
from torch import nn
from torch.nn import functional

from builder import check, endings
from builder.repairs import apply_fix
from tests.networks import chain
from trainer import measures, objectives, shown
from trainer.data import find
from trainer.measures import Objective
from trainer.objectives import EXCLUDED, LOSSES, misfits, numbers
from trainer.settings import Settings

torch.manual_seed(0)
OUTPUT, CLASSES = torch.randn(50, 3), torch.randint(3, (50,))
GIVEN, RIGHT = torch.randn(50, 1), torch.randn(50, 1)
ROWS = functional.one_hot(CLASSES, 3).float()
ORACLES = [
    ({}, "iris", functional.cross_entropy(OUTPUT, CLASSES)),
    (
        {"loss": "CrossEntropyLoss", "label_smoothing": 0.2},
        "iris",
        functional.cross_entropy(OUTPUT, 0.8 * ROWS + 0.2 / 3),
    ),
    ({"loss": "NLLLoss"}, "iris", functional.nll_loss(OUTPUT, CLASSES)),
    ({"loss": "BCEWithLogitsLoss"}, "iris", functional.binary_cross_entropy(OUTPUT.sigmoid(), ROWS)),
    (
        {"loss": "MultiMarginLoss", "margin": 0.5},
        "iris",
        functional.multi_margin_loss(OUTPUT, CLASSES, margin=0.5),
    ),
    ({}, "diabetes", (GIVEN - RIGHT).square().mean()),
    ({"loss": "L1Loss"}, "diabetes", (GIVEN - RIGHT).abs().mean()),
    ({"loss": "HuberLoss", "delta": 0.5}, "diabetes", functional.huber_loss(GIVEN, RIGHT, delta=0.5)),
    ({"loss": "SmoothL1Loss", "beta": 0.5}, "diabetes", functional.smooth_l1_loss(GIVEN, RIGHT, beta=0.5)),
]


@pytest.mark.parametrize(("values", "data", "right"), ORACLES, ids=lambda value: str(value)[:40])
def test_a_loss_is_pytorchs(values, data, right):
    objective = Objective(Settings.from_values(values), find(data))
    pair = (OUTPUT, CLASSES) if data == "iris" else (GIVEN, RIGHT)
    torch.testing.assert_close(objective(*pair), right)


def test_every_loss_is_compared_with_an_oracle():
    compared = {values.get("loss", data) for values, data, _ in ORACLES}
    assert set(LOSSES) - compared <= {"MSELoss"}  # what diabetes chooses by itself


def test_every_loss_of_pytorch_is_offered_or_left_out_with_a_reason():
    theirs = {name for name, each in vars(nn).items() if inspect.isclass(each) and name.endswith("Loss")}
    assert theirs <= set(LOSSES) | set(EXCLUDED)
    assert not set(LOSSES) & set(EXCLUDED)


def test_one_number_that_says_yes_or_no_is_enough_for_two_classes():
    objective = Objective(Settings(loss="BCEWithLogitsLoss"), find("moons"))
    y = torch.tensor([1, 0, 1])
    output = torch.tensor([[2.0], [-1.0], [-3.0]])
    right = functional.binary_cross_entropy_with_logits(output, y[:, None].float())
    torch.testing.assert_close(objective(output, y), right)
    assert measures.accuracy(output, y) == pytest.approx(2 / 3)
    assert numbers(LOSSES["BCEWithLogitsLoss"], find("moons")) == (2, 1)
    assert numbers(LOSSES["BCEWithLogitsLoss"], find("iris")) == (3,)


def test_the_measures_are_scikit_learns():
    said = OUTPUT.argmax(1).numpy()
    y = CLASSES.numpy()
    assert measures.accuracy(OUTPUT, CLASSES).item() == pytest.approx(sklearn.accuracy_score(y, said))
    assert measures.f1(OUTPUT, CLASSES).item() == pytest.approx(sklearn.f1_score(y, said, average="macro"))
    np.testing.assert_array_equal(measures.confusion(OUTPUT, CLASSES), sklearn.confusion_matrix(y, said))
    never = torch.full((len(OUTPUT), 1), -1e9)  # a class that nothing is, nor is taken for
    wider = torch.cat([OUTPUT, never], 1)
    assert measures.f1(wider, CLASSES).item() == pytest.approx(sklearn.f1_score(y, said, average="macro"))
    right, given = torch.randn(40, 2), torch.randn(40, 2)
    assert measures.r2(given, right).item() == pytest.approx(sklearn.r2_score(right, given))
    tiny = right.double() * 1e-9  # as in volts or metres
    assert measures.r2(tiny * 2, tiny).item() == pytest.approx(sklearn.r2_score(tiny, tiny * 2))
    same = torch.full((40, 2), 0.5)
    assert measures.r2(given, same).item() == sklearn.r2_score(same, given) == 0
    assert measures.r2(same, same).item() == sklearn.r2_score(same, same) == 1
    assert measures.mae(given, right).item() == pytest.approx(sklearn.mean_absolute_error(right, given))


@pytest.mark.parametrize(
    ("last", "loss", "said", "refused"),
    [
        (
            "Softmax",
            "CrossEntropyLoss",
            "CrossEntropyLoss, the loss in training, applies a softmax itself",
            False,
        ),
        ("Sigmoid", "BCEWithLogitsLoss", "applies a sigmoid itself", False),
        ("Softmax", "NLLLoss", "NLLLoss takes what a LogSoftmax gives", True),
        ("", "NLLLoss", "Put a LogSoftmax behind it", True),
        ("Softmax", "MSELoss", "compares its numbers with the values to predict", False),
    ],
)
def test_a_last_layer_that_does_not_go_with_the_loss_is_said_and_repaired(last, loss, said, refused):
    layers = [("fc", "Linear", {"out_features": 3}), *([("last", last)] if last else [])]
    document = chain(*layers, shape=(4,))
    (ending,) = misfits(document, LOSSES[loss])
    assert said in ending.message and ending.refused == refused
    repaired = apply_fix(document, ending.fix)
    assert check(repaired).ok
    assert not list(misfits(repaired, LOSSES[loss]))


@pytest.mark.parametrize(
    ("last", "loss"),
    [
        ("", "CrossEntropyLoss"),
        ("LogSoftmax", "CrossEntropyLoss"),
        ("LogSoftmax", "NLLLoss"),
        ("", "MSELoss"),
    ],
)
def test_a_last_layer_that_goes_with_the_loss_is_left_alone(last, loss):
    layers = [("fc", "Linear", {"out_features": 3}), *([("last", last)] if last else [])]
    assert not list(misfits(chain(*layers, shape=(4,)), LOSSES[loss]))


def test_the_table_of_endings_has_every_loss():
    assert endings.ENDINGS.keys() == LOSSES.keys()


def test_a_logsoftmax_before_cross_entropy_changes_no_bit_of_its_gradient_but_rounding():
    """Why it is left alone: the softmax of logarithms of likelihoods are these likelihoods."""
    scores, y = torch.randn(8, 3, requires_grad=True), torch.tensor([0, 1, 2, 0, 1, 2, 0, 1])
    plain, squeezed = (
        torch.autograd.grad(functional.cross_entropy(each, y), scores)[0]
        for each in (scores, scores.log_softmax(1))
    )
    torch.testing.assert_close(plain, squeezed)


@pytest.mark.parametrize(
    ("values", "data", "loss"),
    [
        ({}, None, ""),
        ({}, "digits", "CrossEntropyLoss"),
        ({}, "diabetes", "MSELoss"),
        ({"loss": "NLLLoss"}, None, "NLLLoss"),
        ({"loss": "NLLLoss"}, "digits", "NLLLoss"),
        ({"loss": "NLLLoss"}, "diabetes", "MSELoss"),
        ({}, "deleted-0123456789", ""),
    ],
)
def test_which_loss_was_chosen(values, data, loss):
    assert shown.chosen_loss(values, data) == loss


def test_a_loss_for_numbers_is_refused_for_classes_with_what_to_choose():
    with pytest.raises(ValueError, match="Set loss to CrossEntropyLoss."):
        objectives.chosen("HuberLoss", find("iris"))
    with pytest.raises(ValueError, match="Set loss to MSELoss."):
        objectives.chosen("CrossEntropyLoss", find("diabetes"))
