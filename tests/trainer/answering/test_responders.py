"""The processes that answer: one for a run, a few at most, ended when unused, started again when they die."""

from __future__ import annotations

import threading
from concurrent.futures import Future

import pytest

from builder.service import ServiceError
from tests.trainer.answering.trained import trained
from tests.trainer.conftest import until
from trainer import store
from trainer.answering import process, responders
from trainer.answering.responders import MOST, Responders
from trainer.answering.sources import NoWeightsYetError


class Worker:
    """As builder.service.Worker, without a process: answers at once, or as it is told."""

    made: list[Worker] = []

    def __init__(self, module: str) -> None:
        self.module, self.alive, self.pid = module, True, 100 + len(self.made)
        self.ready = threading.Event()
        self.ready.set()
        self.asked: list[str] = []
        self.made.append(self)

    def ask(self, task: str, given: dict) -> Future:
        self.asked.append(task)
        if given.get("given") == {"die": True}:
            raise BrokenPipeError
        future = Future()
        if given.get("given") != {"hang": True}:
            future.set_result({"task": task, "run": given["run"]})
        return future

    def end(self) -> None:
        self.alive = False


@pytest.fixture
def workers(monkeypatch) -> list[Worker]:
    monkeypatch.setattr(responders, "Worker", Worker)
    monkeypatch.setattr(Worker, "made", [])
    return Worker.made


@pytest.fixture
def run() -> str:
    return trained("iris")


def test_one_process_answers_all_questions_of_a_run(workers, run):
    asked = Responders()
    assert asked.form(run)["task"] == "form"
    assert [asked.answer(run, {}) for _ in range(3)] == [{"task": "answer", "run": run}] * 3
    assert [each.asked for each in workers] == [["form", "answer", "answer", "answer"]]
    asked.close()
    assert not workers[0].alive


def test_one_that_died_is_started_again(workers, run):
    asked = Responders()
    asked.form(run)
    workers[0].alive = False
    assert asked.answer(run, {})["task"] == "answer"
    assert [each.asked for each in workers] == [["form"], ["form", "answer"]]
    asked.close()


def test_one_that_is_gone_in_the_middle_is_said(workers, run):
    asked = Responders()
    with pytest.raises(ServiceError, match="stopped. Try again"):
        asked.answer(run, {"die": True})
    assert asked.answer(run, {})["task"] == "answer" and len(workers) == 2
    asked.close()


def test_one_that_takes_too_long_is_ended(workers, run, monkeypatch):
    monkeypatch.setattr(responders, "LIMIT", 0.05)
    asked = Responders()
    with pytest.raises(ServiceError, match="took over 0.05 s and was stopped"):
        asked.answer(run, {"hang": True})
    assert not workers[0].alive
    assert asked.answer(run, {})["task"] == "answer"
    asked.close()


def test_the_run_that_was_not_asked_for_longest_makes_room(workers):
    asked, runs = Responders(), [trained("iris") for _ in range(MOST + 1)]
    for each in (*runs[:MOST], runs[0], runs[-1]):
        asked.form(each)
    assert [each.alive for each in workers] == [True, False, *[True] * (MOST - 1)]
    asked.close()


def test_one_that_nobody_asks_is_ended_and_comes_back(workers, run):
    asked = Responders(idle=0.1)
    asked.form(run)
    until(lambda: not workers[0].alive and asked.pid(run) is None)
    assert asked.answer(run, {})["task"] == "answer"
    asked.close()


def test_a_run_that_cannot_answer_starts_no_process(workers, run):
    asked, waits = Responders(), trained("iris", state="queued")
    with pytest.raises(NoWeightsYetError):
        asked.form(waits)
    for unknown in ("0" * 16, "../../etc"):
        with pytest.raises(KeyError):
            asked.answer(unknown, {})
    (store.folder(run) / "run.db").unlink()  # deleted
    with pytest.raises(KeyError):
        asked.answer(run, {})
    assert not workers


@pytest.mark.slow  # it loads torch
def test_the_process_itself_answers_and_says_what_is_wrong(run):
    asked = Responders()
    try:
        assert asked.form(run)["kind"] == "table"
        row = [5.1, 3.5, 1.4, 0.2]
        found = asked.answer(run, {"row": row})
        assert found["classes"] == process.answer(run, {"row": row})["classes"]
        with pytest.raises(ServiceError, match="petal length is 'x'"):
            asked.answer(run, {"row": [5.1, 3.5, "x", 0.2]})
    finally:
        asked.close()
    assert asked.pid(run) is None
