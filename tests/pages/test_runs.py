"""The Runs page: everything that was trained, newest first."""

from __future__ import annotations

from tests.pages.words import says
from trainer import store


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
