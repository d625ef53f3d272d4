"""The web process's exporter: a bundle in a process of its own, kept, cut off when it takes too long."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from builder import Document, custom_edits, edits, exporter
from builder.custom import trust
from builder.export import PARTS, find_part
from builder.exporter import LARGEST, Exporter, too_large
from builder.service import ServiceError
from builder.templates import template

DOCUMENT = template("moons_mlp")
PARTS_HERE = [find_part("document"), find_part("svg")]


@pytest.fixture
def maker() -> Iterator[Exporter]:
    maker = Exporter()
    yield maker
    maker.close()


def test_a_bundle_is_made_once_and_kept(maker: Exporter):
    assert maker.made(DOCUMENT.to_json()) is None
    made = maker.make_document(DOCUMENT, PARTS_HERE)
    assert maker.made(DOCUMENT.to_json()) is made
    assert maker.make_document(DOCUMENT, PARTS_HERE) is made
    assert Document.from_json(made.content("network.loom.json").decode()) == DOCUMENT
    assert set(made.sizes) == {"README.md", "network.loom.json", "graph.svg"}


def test_code_that_nobody_trusted_is_not_run_for_a_bundle(maker: Exporter, monkeypatch, tmp_path):
    monkeypatch.setenv("LAYERLOOM_HOME", str(tmp_path))
    document = custom_edits.add_custom(template("digits_cnn"), "flatten")
    parts = [find_part("code"), find_part("svg")]
    with pytest.raises(ServiceError, match="trust"):
        maker.make_document(document, parts)
    for custom in document.custom.values():
        trust.keep(custom)
    made = maker.make_document(document, parts)
    assert "class Halve(nn.Module)" in made.content("model.py").decode()


def test_only_the_last_bundles_are_kept(maker: Exporter, monkeypatch):
    monkeypatch.setattr(exporter, "KEPT", 1)
    told = lambda words, _: exporter.Exported(exporter.Path(words[-2])).to_json()  # noqa: E731
    monkeypatch.setattr(exporter, "run_command", told)
    renamed = edits.rename_document(DOCUMENT, "Another")
    maker.make_document(DOCUMENT, PARTS_HERE)
    maker.make_document(renamed, PARTS_HERE)
    assert maker.made(DOCUMENT.to_json()) is None
    assert maker.made(renamed.to_json())


def test_what_takes_too_long_is_stopped_with_a_sentence(maker: Exporter, monkeypatch):
    monkeypatch.setattr(exporter, "LIMIT", 0.01)
    with pytest.raises(
        ServiceError, match="not made. It took over 0.01 s and was stopped.* python -m builder export"
    ):
        maker.make_document(DOCUMENT, PARTS_HERE)


def test_the_reason_of_a_failure_is_handed_on(maker: Exporter):
    with pytest.raises(ServiceError, match="The bundle was not made. There is no run '0123456789abcdef'"):
        maker.make_run("0123456789abcdef", DOCUMENT, PARTS_HERE)


def test_weights_that_are_too_large_for_the_server_are_left_to_the_command_line():
    assert too_large(PARTS, LARGEST, "python -m builder export") == {}
    left = too_large(PARTS, 553_000_000, "python -m builder export")
    assert set(left) == {"weights", "pt2", "onnx"}
    assert left["onnx"] == (
        "The weights are 553 MB, and here 64 MB are made at most. python -m builder export makes this part."
    )
