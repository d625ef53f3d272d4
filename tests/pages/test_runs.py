"""The Runs page: everything that was trained, newest first."""

from __future__ import annotations

from tests.pages.words import labelled, says
from trainer import policy, store


def test_it_says_how_to_begin_while_there_is_nothing(visit):
    assert "Nothing was trained yet" in says(visit("runs"))


def test_it_lists_runs_newest_first_and_says_what_went_wrong(visit):
    app = visit("runs")
    for name, state, message in (("First", "done", ""), ("Second", "failed", "The loss is NaN.")):
        store.create("", "{}", "{}", name=name, state=state, message=message, data="digits")
    words = says(app.run())
    assert words.index("Second") < words.index("First")
    assert "failed" in words
    assert "The loss is NaN." in words


def test_a_hostile_name_stays_text(visit):
    app = visit("runs")
    store.create("", "{}", "{}", name="![x](http://evil.invalid)", data="digits")
    app = app.run()
    assert not any("](http" in each.value for each in app.markdown)


def test_how_many_runs_compute_at_once_is_chosen_and_kept(visit):
    store.create("", "{}", "{}", name="First", state="done", data="digits")
    app = labelled(visit("runs").number_input, "Runs at once on the processor").set_value(7).run()
    assert policy.limit("cpu") == 7
    assert labelled(app.number_input, "Runs at once on the processor").value == 7
    app = labelled(app.toggle, "Resume lost runs").set_value(False).run()
    assert not app.exception and not policy.resumes_lost()


def test_a_limit_of_the_environment_can_only_be_read(visit, monkeypatch):
    monkeypatch.setenv("LAYERLOOM_RUNS_CPU", "3")
    store.create("", "{}", "{}", name="First", state="done", data="digits")
    widget = labelled(visit("runs").number_input, "Runs at once on the processor")
    assert (widget.value, widget.disabled) == (3, True)
