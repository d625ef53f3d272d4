"""The Try it page: which runs can answer, and what stands there while none can."""

from __future__ import annotations

from tests.pages.words import says
from tests.trainer.answering.trained import trained


def test_it_says_how_to_begin_while_no_run_can_answer(visit):
    assert "No run can answer yet" in says(visit("try_it"))


def test_only_runs_that_have_weights_or_will_have_some_are_offered(visit):
    app = visit("try_it")
    done, failed = trained("iris"), trained("iris", state="failed")
    app = app.run()
    assert not app.exception
    assert app.selectbox[0].value == done
    assert len(app.selectbox[0].options) == 2  # one of them chooses none
    assert failed != app.selectbox[0].value
