"""The worker that checks for the web process: right answers, sentences for failures, always back."""

import os
import signal
import subprocess
import sys
from contextlib import suppress

import pytest

from builder import check, custom_edits, edits, to_python
from builder.custom import trust
from builder.repairs import apply_fix
from builder.service import Service, ServiceError, Worker
from builder.templates import template

DOCUMENT = template("digits_cnn")
BROKEN = edits.set_param(DOCUMENT, "conv2", "groups", 3)


@pytest.fixture(scope="module")
def service():
    service = Service()
    yield service
    service.close()


@pytest.mark.parametrize("document", [DOCUMENT, BROKEN], ids=["whole", "broken"])
def test_the_answer_is_the_checks_own(service, document):
    assert service.check(document).report == check(document)


def test_what_was_asked_ahead_is_asked_once(service, monkeypatch):
    asked, ask = [], Worker.ask
    monkeypatch.setattr(Worker, "ask", lambda self, task, given: asked.append(task) or ask(self, task, given))
    document = edits.set_param(DOCUMENT, "conv1", "out_channels", 21)
    service.check_soon(document)
    service.check_soon(document)
    answer = service.check(document)
    assert (answer.report, asked) == (check(document), ["check"])
    service.check_soon(document)  # known by now
    assert asked == ["check"]


def test_a_repair_survives_the_journey(service):
    (problem,) = service.check(BROKEN).report.problems
    assert service.check(apply_fix(BROKEN, problem.fixes[0])).report.ok


def test_code_is_the_printed_code(service):
    assert service.code(DOCUMENT) == to_python(DOCUMENT)


def test_code_is_read_back(service):
    document, notes = service.read(to_python(DOCUMENT))
    assert document.name == DOCUMENT.name
    assert notes == []


def test_summary_is_torchinfos_table(service):
    assert "Total params: 13,754" in service.summary(DOCUMENT, 32)


def test_problems_are_told_as_sentences(service):
    with pytest.raises(ServiceError, match="groups=3, which does not divide"):
        service.code(BROKEN)


def test_code_is_run_once_it_is_trusted_and_not_in_the_worker(service, monkeypatch, tmp_path):
    monkeypatch.setenv("LAYERLOOM_HOME", str(tmp_path))
    document = custom_edits.add_custom(DOCUMENT, "flatten")
    assert "runs Python code of its own" in service.check(document).report.problems[0].message
    trust.keep(document.custom["Halve"])
    while (report := service.check(document).report).checking:  # each look waits a moment by itself
        assert not report.ok
    assert service.check(document).report == check(document, trust=True)
    assert service.code(document) == to_python(document, trust=True)
    with pytest.raises(ServiceError, match="torchinfo would run Halve"):
        service.summary(document, 32)


def test_a_worker_that_dies_is_started_again(service):
    service.devices()
    os.kill(service.pid, signal.SIGKILL)
    with suppress(ServiceError):  # told to try again, if it was asked before its death was noticed
        service.devices()
    assert "cpu" in service.devices()


def test_a_runaway_task_is_cut_off_and_the_next_one_answered(service, monkeypatch):
    service.devices()
    os.kill(service.pid, signal.SIGSTOP)  # a worker that never answers
    monkeypatch.setattr("builder.service.LIMIT", 0.2)
    with pytest.raises(ServiceError, match="was stopped"):
        service.ask("devices")
    monkeypatch.undo()
    assert "cpu" in service.devices()


def test_a_worker_that_cannot_start_is_not_started_for_ever(monkeypatch):
    monkeypatch.setattr(sys, "executable", "/bin/false")
    service = Service()
    with pytest.raises(ServiceError, match="cannot start"):
        while True:
            service.ready  # noqa: B018  each look starts another
    service.close()


def test_asking_loads_no_torch_here():
    code = (
        "import sys; from builder.service import Service; from builder.templates import template;"
        "s = Service(); s.check(template('digits_cnn')); s.close(); print('torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
