"""What typed words mean: layers with their arguments, never an error and never run."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builder import Document, edits
from builder.catalogue import CATALOGUE, KINDS
from builder.document import Block, Graph, Node
from builder.kinds import Spec
from builder.phrases import kinds_of, understood
from tests.networks import chain

BATCH = 7
IMAGE = chain(("conv1", "Conv2d", {"out_channels": 8, "kernel_size": 3}), shape=(3, 8, 8))


def first(text: str, spec: Spec | None = None) -> str:
    return understood(text, KINDS, spec)[0].words


@pytest.mark.parametrize(
    "text, words",
    [
        ("conv 32 k5", "Conv2d(32, kernel_size=5)"),
        ("conv 32 k5 s2 p1", "Conv2d(32, kernel_size=5, stride=2, padding=1)"),
        ("conv 32 3x5 same no bias", "Conv2d(32, kernel_size=(3, 5), padding='same', bias=False)"),
        ("conv1d 8 dilation=2", "Conv1d(8, kernel_size=3, dilation=2)"),
        ("nn.Conv2d(3, 32, (3,5), padding=(1,2))", "Conv2d(3, 32, kernel_size=(3, 5), padding=(1, 2))"),
        ("transpose conv 8 g2", "ConvTranspose2d(8, kernel_size=2, groups=2)"),
        ("bn", "BatchNorm2d()"),
        ("batch norm 1d", "BatchNorm1d()"),
        ("fc 10", "Linear(10)"),
        ("fc10", "Linear(10)"),
        ("linear 20 10", "Linear(20, 10)"),
        ("lstm 64 bi", "LSTM(64, bidirectional=True)"),
        ("gru 10 layers2", "GRU(10, num_layers=2)"),
        ("mha 8", "MultiheadAttention(8)"),
        ("drop 0.3", "Dropout(p=0.3)"),
        ("pool", "MaxPool2d(2)"),
        ("maxpool 3x3 2", "MaxPool2d((3, 3), stride=2)"),
        ("add", "Add()"),
        ("relu6", "ReLU6()"),
        ("reshape 16x8x8", "Reshape((16, 8, 8))"),
        ("input 3x32x32", "Input((3, 32, 32))"),
    ],
)
def test_words_become_a_layer(text, words):
    assert first(text) == words


def test_layers_for_what_flows_in_come_first():
    signal, image = Spec((BATCH, 6, 20), batch=BATCH), Spec((BATCH, 6, 20, 20), batch=BATCH)
    assert first("conv 8", signal) == "Conv1d(8, kernel_size=3)"
    assert first("conv 8", image) == "Conv2d(8, kernel_size=3)"
    assert first("gn", image) == "GroupNorm(3)"


def test_what_has_no_place_is_said_and_a_word_that_means_nothing_finds_nothing():
    (found, *_) = understood("conv 32 k0.5", KINDS)
    assert (found.params, found.left) == ({"out_channels": 32}, ("k0.5",))
    assert not understood("conv qwertz", KINDS)


def test_blocks_of_the_document_are_found_with_their_params():
    block = Block(Graph((Node("x", "Input"), Node("out", "Output", ("x",)))), {"channels": 64})
    kinds = kinds_of(Document(blocks={"Residual": block}))
    assert understood("resid 16", kinds)[0].words == "Residual(channels=16)"


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_every_kind_is_found_by_its_own_name_and_begins_as_from_the_palette(kind):
    for text in (kind.name, kind.name.lower(), f"nn.{kind.name}()"):
        found = understood(text, KINDS)[0]
        assert (found.kind, found.params, found.left) == (kind.name, {}, ())


WORDS = st.sampled_from(
    ["conv", "k5", "3x5", "(3, 5)", "no", "bi", "p=", "=", "1e-5", "lstm", "²", "-", "x3"]
)


@given(st.one_of(st.text(max_size=300), st.lists(WORDS, max_size=12).map(" ".join)))
@settings(max_examples=150)
def test_whatever_is_typed_every_suggestion_can_be_added(text):
    for found in understood(text, KINDS):
        kind = CATALOGUE[found.kind]
        assert all(kind.param(name).accepts(value) for name, value in found.params.items())
    for found in understood(text, KINDS)[:3]:
        document = edits.add_after(IMAGE, "conv1", found.kind, None, found.params)
        assert Document.from_json(document.to_json()) == document


def test_long_words_are_read_in_no_time():
    """Patterns that try all ways to part a text would not come back from these."""
    for text in ("a" * 10_000, "(" * 5_000, "1x" * 5_000, "9" * 10_000, "no " * 3_000, "a=" * 4_000):
        understood(text, KINDS)
