"""What is typed into a layer's form, and what the form shows of it."""

import pytest

from builder.catalogue import CATALOGUE
from builder.kinds import Param, Spec
from components.argument_fields import argument_fields, inferred_values
from components.param_fields import param_field
from components.typed import number_text, numbers_text, read_number, read_numbers


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


@pytest.mark.parametrize("value", [0, 3, -7, 0.1, 1e-5, 0.123456789, 1e30, 2.0])
def test_a_number_is_shown_with_all_its_digits(value):
    assert float(number_text(value)) == value


@pytest.mark.parametrize(
    "kind, name, typed, value",
    [
        ("Conv2d", "groups", "4", 4),
        ("Conv2d", "groups", "2.5", 2.5),  # the document says what it takes
        ("Dropout", "p", "0.25", 0.25),
        ("Dropout", "p", "1", 1.0),
        ("Dropout", "p", "", None),
        ("Dropout", "p", "much", "much"),
    ],
)
def test_a_number_is_read_as_it_was_typed(kind, name, typed, value):
    read = read_number(typed, CATALOGUE[kind].param(name))
    assert read == value and type(read) is type(value)


def fields_of(kind: str, given=None, specs=(), **options):
    """The fields of a layer's arguments by name, and what was set and taken away through them."""
    kind, done = CATALOGUE[kind], []
    parts = argument_fields(
        kind.params,
        given or {},
        on_set=lambda name, value: done.append((name, value)),
        on_unset=lambda name: done.append((name,)),
        inferred=inferred_values(kind, specs, ("conv1",)),
        **options,
    )
    return {field.key: field for part in parts for field in part.fields}, done


@pytest.mark.parametrize("kind", CATALOGUE)
def test_every_argument_of_every_layer_has_a_field_that_shows_its_value_and_reads_it_back(kind):
    for param in CATALOGUE[kind].params:
        fields, done = fields_of(kind, {param.name: param.default})
        field = fields[param.name]
        assert field.help and field.label == param.name
        for value in field.entered(field.shown()):
            field.on_change(value)
        if param.default is None and not param.optional:
            assert done in ([(param.name,)], [(param.name, None)])
        else:
            assert done == [(param.name, param.default)], param


@pytest.mark.parametrize("kind", CATALOGUE)
def test_three_arguments_at_most_stand_first_and_the_others_are_folded(kind):
    params = CATALOGUE[kind].params
    first, folded = argument_fields(params, {}, on_set=print, on_unset=print, inferred={})
    assert len(first.fields) <= 3 and folded.title
    assert {field.key for part in (first, folded) for field in part.fields} == {each.name for each in params}


def test_what_is_read_off_the_input_stands_in_grey_and_an_emptied_field_takes_it_again():
    fields, done = fields_of("Conv2d", specs=[Spec((7, 16, 4, 4), batch=7)])
    field = fields["in_channels"]
    assert (field.value, field.placeholder) == ("", "16, the channels of conv1")
    field.on_change("3")
    field.on_change("")
    assert done == [("in_channels", 3), ("in_channels",)]


def test_a_share_of_one_has_a_slider_and_a_rate_has_none():
    assert fields_of("Dropout")[0]["p"].slider
    assert not fields_of("BatchNorm2d")[0]["eps"].slider


def test_inside_a_block_a_number_may_be_a_sum():
    fields, done = fields_of("Conv2d", {"out_channels": "=channels*2"}, sums=True)
    assert (fields["out_channels"].type, fields["out_channels"].value) == ("text", "=channels*2")
    fields["out_channels"].on_change("=channels*3")
    fields["out_channels"].on_change("8")
    assert done == [("out_channels", "=channels*3"), ("out_channels", 8)]


def test_a_name_or_a_choice_that_would_be_cut_takes_a_row():
    fields, _ = fields_of("BatchNorm2d")
    assert fields["track_running_stats"].wide and not fields["momentum"].wide
    long_choice = Param("loss", "CrossEntropyLoss", "choice", choices=("CrossEntropyLoss", "NLLLoss"))
    assert param_field(long_choice, "NLLLoss", print).wide


def test_what_is_no_number_is_shown_as_it_was_typed():
    param = Param("lr", 0.1, "float")
    assert param_field(param, "much", print).shown() == "much"
    assert numbers_text([0.9, 0.999]) == numbers_text((0.9, 0.999)) == "0.9, 0.999"  # a list out of JSON
