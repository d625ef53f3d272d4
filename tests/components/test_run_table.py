"""What the table of runs gives to the browser, and takes from it."""

from __future__ import annotations

import json

from components import events
from components.language import ENGLISH, speaking
from components.run_table import EVENTS, MOST_CHOSEN, ids_of, row
from trainer.index import Entry
from trainer.store import Run


def told(event: dict) -> list[dict]:
    """The events that get through, of one message."""
    found: list[dict] = []
    queue = {"sender": "a", "events": [{"number": 1, **event}]}
    events.deliver([(events.Receiver(EVENTS, found.append), queue)])
    return found


def test_chosen_runs_arrive():
    (event,) = told({"type": "choose", "ids": ["a", "b"]})
    assert ids_of(event) == ["a", "b"]


def test_what_is_no_choice_does_not():
    assert told({"type": "choose", "ids": "a"}) == []
    assert told({"type": "choose"}) == []
    assert ids_of({"ids": ["a", 3, None, ["b"]]}) == ["a"]
    assert len(ids_of({"ids": ["a"] * 10_000})) == MOST_CHOSEN


def test_five_hundred_runs_fit_into_one_message():
    run = Run("0" * 16, name="A name of usual length", tags=["one", "two"], note="A few words on it.")
    with speaking(ENGLISH):
        sent = row(Entry(run, {"loss": 0.123456789}, {"loss": 0.1}, 13_754), lambda name: name)
    assert 500 * len(json.dumps(sent)) < 300_000  # bytes, with every click
