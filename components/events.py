"""What the browser reports, handed on exactly once.

Streamlit may merge triggers that come close together, and drops one that arrives while a run is
being restarted. So the browser numbers its events and sends all that are not acknowledged yet, and
the number of the last one handled goes back with the data. That number stands in st.session_state
although session.py is the module for it: it is about the wire, not about the document, and a
component that is left out of session.py cannot lose events. It stands in a dict that is fetched
before the events are handled: Streamlit may cut a callback off at any touch of st.session_state.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, MutableMapping
from typing import Any

import streamlit as st

Event = Mapping[str, Any]
OnEvent = Callable[[Event], Any]
Fields = Mapping[str, Mapping[str, type]]  # type of event -> its fields and their types

MOST_SENDERS = 8
MOST = 200  # events in one message; a person cannot make more between two answers


def mount(
    component: Callable[..., Any],
    data: Mapping[str, Any],
    *,
    key: str,
    fields: Fields,
    on_event: OnEvent,
    height: int | str = "content",
) -> None:
    """Draws a component and hands its events to on_event, each once and in order."""

    done: dict[str, int] = st.session_state.setdefault(f"events:{key}", {})

    def handle(queue: Any) -> bool:
        return deliver(queue, done, fields, on_event)

    result = component(
        key=key,
        data={**data, "acknowledged": dict(done)},
        height=height,
        on_events_change=lambda: handle(st.session_state[key].events),
    )
    # After a restart of the server the first trigger comes without its callback: it is only here.
    if handle(result.events):
        st.rerun()


def deliver(queue: Any, done: MutableMapping[str, int], fields: Fields, on_event: OnEvent) -> bool:
    """Hands on the events of the queue that were not handled yet; whether there were any.

    queue  {"sender": one painting of the component, "events": [{"number", "type", ...}]}.
    done   sender -> the number of its last event that was handled; of the last few senders.

    What does not look like an event is passed over: it comes from outside.
    """
    sender, events = _opened(queue)
    new = [event for event in events if event["number"] > done.get(sender, 0)]
    for event in sorted(new, key=lambda event: event["number"]):
        # Acknowledged first: an event that on_event fails on would come again for ever.
        done[sender] = event["number"]
        while len(done) > MOST_SENDERS:
            del done[next(iter(done))]
        if known := _read(event, fields):
            on_event(known)
    return bool(new)


def _opened(queue: Any) -> tuple[str, list[Event]]:
    if not isinstance(queue, Mapping) or not isinstance(queue.get("events"), list):
        return "", []
    events = [e for e in queue["events"][:MOST] if isinstance(e, Mapping) and _is(e.get("number"), int)]
    return str(queue.get("sender", ""))[:40], events


def _read(event: Event, fields: Fields) -> Event | None:
    """The event with the fields of its type and no others; None where one is missing or wrong."""
    wanted = fields.get(event.get("type", "")) if isinstance(event.get("type"), str) else None
    if wanted is None or not all(_is(event.get(name), kind) for name, kind in wanted.items()):
        return None
    return {"type": event["type"], **{name: event[name] for name in wanted}}


def _is(value: Any, kind: type) -> bool:
    return isinstance(value, kind) and not (kind is int and isinstance(value, bool))
