"""Dimensions have names where a layer knows them, and never too many."""

import pytest

from builder.checks import check
from builder.dimensions import named
from builder.templates import template


@pytest.mark.parametrize("name", ["digits_cnn", "letter_finder", "letter_transformer", "iris_mlp"])
def test_every_shape_has_as_many_names_as_dimensions_or_none(name):
    document = template(name)
    report = check(document)
    found = named(document, document.main, report.specs)
    assert found
    for node, letters in found.items():
        assert len(letters) == len(next(iter(report.shapes[node].values())))


def test_images_have_channels_height_and_width_and_vectors_features():
    document = template("digits_cnn")
    found = named(document, document.main, check(document).specs)
    assert {found[n] for n in ("image", "conv1", "norm1", "relu1", "pool2")} == {"CHW"}
    assert {found[n] for n in ("flatten", "fc1", "relu3", "digit")} == {"F"}


def test_tokens_have_time_and_what_is_made_of_them_features_too():
    document = template("letter_transformer")
    found = named(document, document.main, check(document).specs)
    first, second = document.main.nodes[:2]
    assert (found[first.id], found[second.id]) == ("T", "TF")
