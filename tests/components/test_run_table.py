"""What the table of runs takes from the browser."""

from __future__ import annotations

from components import events
from components.run_table import EVENTS, MOST_CHOSEN, ids_of


def told(event: dict) -> list[dict]:
    """The events that get through, of one message."""
    found: list[dict] = []
    events.deliver({"sender": "a", "events": [{"number": 1, **event}]}, {}, EVENTS, found.append)
    return found


def test_chosen_runs_arrive():
    (event,) = told({"type": "choose", "ids": ["a", "b"]})
    assert ids_of(event) == ["a", "b"]


def test_what_is_no_choice_does_not():
    assert told({"type": "choose", "ids": "a"}) == []
    assert told({"type": "choose"}) == []
    assert ids_of({"ids": ["a", 3, None, ["b"]]}) == ["a"]
    assert len(ids_of({"ids": ["a"] * 10_000})) == MOST_CHOSEN
