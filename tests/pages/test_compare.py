"""The Compare page: what may stand in a normalization's place is offered, and nothing else."""

from __future__ import annotations

from tests.pages.conftest import go
from tests.pages.words import labelled, open_template, says


def test_it_opens_ready_to_compare(visit):
    app = visit("compare")
    assert not labelled(app.button, "Compare BatchNorm2d and LayerNorm").disabled
    against = labelled(app.multiselect, "BatchNorm2d against")
    assert {"LayerNorm", "GroupNorm"} <= set(against.options)
    assert "BatchNorm1d" not in against.options  # it takes no images


def test_without_another_kind_there_is_nothing_to_compare(visit):
    app = visit("compare")
    app = labelled(app.multiselect, "BatchNorm2d against").set_value([]).run()
    assert labelled(app.button, "Compare").disabled


def test_a_network_without_normalization_says_what_to_do(visit):
    app = open_template(visit(), "moons_mlp")
    app = go(app, "compare")
    assert "The network has no normalization layer to exchange." in says(app)


def test_a_comparison_that_is_not_here_is_said(visit):
    app = visit("compare")
    app.query_params["compare"] = "0123456789abcdef"
    assert "is not here any more" in says(app.run())
