"""The web process's end of the preview: the last question counts, and nothing runs on for nobody."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import replace

import pytest

from builder.answers import Answer
from builder.checks import check
from builder.custom_edits import add_custom
from builder.kinds import Figures
from builder.templates import template
from trainer import previewer as module
from trainer.previewer import Asked, Previewer, refusal

PATIENCE = 30.0  # seconds


class Process:
    """A worker that answers when it is told to."""

    made: queue.Queue[Process]

    def __init__(self, name: str) -> None:
        assert name == "trainer.preview"
        self.ready = threading.Event()
        self.ready.set()
        self.alive = True
        self.asked: list[tuple[dict, Future]] = []
        self.came = threading.Semaphore(0)
        self.ended = threading.Event()
        Process.made.put(self)

    def ask(self, task: str, given: dict) -> Future:
        self.asked.append((given, Future()))
        self.came.release()
        return self.asked[-1][1]

    def end(self) -> None:
        self.alive = False
        self.ended.set()


@pytest.fixture
def answering(monkeypatch: pytest.MonkeyPatch) -> Iterator[Previewer]:
    monkeypatch.setattr(module, "Worker", Process)
    monkeypatch.setattr(module, "LOOK", 0.001)
    Process.made = queue.Queue()
    yield Previewer()


def started() -> Process:
    return Process.made.get(timeout=PATIENCE)


def known(answering: Previewer, asked: Asked):
    """The answer, once it is there."""
    done = threading.Event()
    for _ in range(int(PATIENCE / 0.01)):
        if answering.knows(asked):
            return answering.answer("ann", asked)
        done.wait(0.01)
    raise AssertionError("no answer")


def test_a_question_is_answered_once_and_remembered(answering):
    asked = Asked("{}", "digits")
    assert answering.answer("ann", asked) is None
    process = started()
    assert process.came.acquire(timeout=PATIENCE)
    process.asked[0][1].set_result({"nodes": {}, "label": "5"})
    assert known(answering, asked)["label"] == "5"
    assert answering.earlier("ann")["label"] == "5"
    assert answering.earlier("ben") is None
    assert len(process.asked) == 1


def test_of_several_questions_only_the_last_is_asked(answering):
    first, second, third = (Asked(text, "") for text in "123")
    answering.answer("ann", first)
    process = started()
    assert process.came.acquire(timeout=PATIENCE)
    answering.answer("ann", second)
    answering.answer("ann", third)
    process.asked[0][1].set_result({"label": "1"})
    assert process.came.acquire(timeout=PATIENCE)
    process.asked[1][1].set_result({"label": "3"})
    assert known(answering, third) == {"label": "3"}
    assert [given["document"] for given, _ in process.asked] == ["1", "3"]


def test_one_that_nobody_waits_for_any_more_is_cut_off(answering, monkeypatch):
    monkeypatch.setattr(module, "UNWANTED", 0.0)
    answering.answer("ann", Asked("1", ""))
    process = started()
    assert process.came.acquire(timeout=PATIENCE)
    answering.answer("ann", Asked("2", ""))
    assert process.ended.wait(PATIENCE)


def test_one_that_takes_too_long_is_stopped_with_a_sentence(answering, monkeypatch):
    monkeypatch.setattr(module, "LIMIT", 0.0)
    asked = Asked("1", "")
    answering.answer("ann", asked)
    assert "was stopped" in known(answering, asked)
    assert started().ended.is_set()


def test_a_process_of_its_own_answers():
    answering = Previewer()
    try:
        asked = Asked(template("iris_mlp").to_json(), "iris")
        answering.answer("ann", asked)
        found = known(answering, asked)
        assert found["label"] in ("setosa", "versicolor", "virginica")
        wrong = Asked(template("iris_mlp").to_json(), "iris", 0, "0" * 16)
        answering.answer("ann", wrong)
        assert "no weights yet" in known(answering, wrong)
    finally:
        answering.close()


def answer_for(document) -> Answer:
    return Answer(check(document), {node.id: Figures(0, 0, 0) for node in document.main.nodes})


def test_what_has_no_preview_says_why():
    digits = template("digits_cnn")
    answer = answer_for(digits)
    assert refusal(digits, answer) == ""
    large = replace(answer, figures={"fc": Figures(5_000_001, 0, 0)})
    assert "5,000,001 parameters" in refusal(digits, large)
    many = replace(answer, report=replace(answer.report, specs=dict.fromkeys(map(str, range(301)), {})))
    assert "301 layers" in refusal(digits, many)
    assert "runs no such code" in refusal(add_custom(digits, "flatten"), answer)
