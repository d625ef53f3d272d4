"""What is typed into a layer's form, and what the form shows of it."""

import pytest

from builder.catalogue import CATALOGUE
from builder.kinds import Spec
from components.param_form import inferred_values, numbers_text, read_numbers


@pytest.mark.parametrize(
    "kind, name, typed, value",
    [
        ("Conv2d", "kernel_size", "3", 3),
        ("Conv2d", "kernel_size", "3x5", (3, 5)),
        ("Conv2d", "padding", "same", "same"),
        ("Permute", "dims", "0", (0,)),
        ("Split", "split_size", "(2, 3)", (2, 3)),
        ("Upsample", "scale_factor", "1.5", 1.5),
        ("Upsample", "scale_factor", "2 x 0.5", (2.0, 0.5)),
        ("Upsample", "size", "", None),
        ("Constant", "values", "1, 2.5, -3", (1.0, 2.5, -3.0)),
        ("Constant", "values", "1", (1.0,)),
    ],
)
def test_what_is_typed_is_read_and_shown_again(kind, name, typed, value):
    param = CATALOGUE[kind].param(name)
    read = read_numbers(typed, param)
    assert read == value and type(read) is type(value)
    assert param.read(read) == value
    assert read_numbers(numbers_text(read), param) == value


def test_what_is_read_off_an_input_says_which():
    specs = [Spec((7, 5, 20), batch=7), Spec((7, 5, 12), batch=7)]
    found = inferred_values(CATALOGUE["Bilinear"], specs, ("left", "right"))
    assert found == {
        "in1_features": (20, "the features of left"),
        "in2_features": (12, "the features of right"),
    }
    assert inferred_values(CATALOGUE["Bilinear"], specs[:1], ("left",))["in2_features"][0] is None
