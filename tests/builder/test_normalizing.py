"""Normalization put into a network that has none: wherever it fits, and nowhere else."""

from __future__ import annotations

import pytest

from builder import check, edits
from builder.document import Document, Graph, Node
from builder.normalizing import add_norms, places
from builder.templates import template, template_names
from trainer.data import DATASETS, misfits


def specs(document: Document):
    return check(document).specs


@pytest.mark.parametrize("name", ["moons_mlp", "lenet5", "tcn", "wide_and_deep", "dcgan_discriminator"])
def test_what_is_added_stands_behind_each_place_and_the_network_still_fits(name):
    document = template(name)
    found = places(document, specs(document))
    assert found
    larger = add_norms(document, specs(document))
    report = check(larger)
    assert report.ok
    assert len(larger.main.nodes) == len(document.main.nodes) + len(found)
    for place in found:
        (behind,) = [n for n in larger.main.nodes if place in n.inputs]
        assert behind.kind.startswith("BatchNorm")
        assert larger.main[place].params["bias"] is False
        assert report.specs[behind.id] == report.specs[place]


def test_a_layer_that_gives_the_answer_is_no_place():
    document = template("digits_softmax")
    assert places(document, specs(document)) == []
    with pytest.raises(edits.EditError, match="takes a BatchNorm"):
        add_norms(document, specs(document))


def test_a_linear_layer_over_the_steps_of_a_sequence_is_no_place():
    nodes = (
        Node("x", "Input", (), {"shape": (5, 8)}),
        Node("fc", "Linear", ("x",), {"out_features": 4}),
        Node("relu", "ReLU", ("fc",)),
        Node("y", "Output", ("relu",)),
    )
    document = Document("Steps", Graph(nodes))
    assert places(document, specs(document)) == []


def test_every_network_for_our_data_can_be_compared_afterwards():
    for name in template_names():
        document = template(name)
        if any(not misfits(document, data) for data in DATASETS.values()) and places(
            document, specs(document)
        ):
            assert check(add_norms(document, specs(document))).ok, name
