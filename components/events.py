"""What the browser reports, handed on exactly once.

Streamlit may merge triggers that come close together, and drops one that arrives while a run is
being restarted. So the browser numbers its events and sends all that are not acknowledged yet, and
the number of the last one handled goes back with the data. That number stands in st.session_state
although session.py is the module for it: it is about the wire, not about the document, and a
component that is left out of session.py cannot lose events. It stands in a dict that is fetched
before the events are handled: Streamlit may cut a callback off at any touch of st.session_state.

The numbers go through the whole page. Of what comes close together Streamlit calls the newest
component's callback first; so whichever is called hands on what all of them have sent, in order: a
layer that is selected and then followed by another from the palette gets that one behind itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import RerunException

from patience import patiently

Event = Mapping[str, Any]
OnEvent = Callable[[Event], Any]
Fields = Mapping[str, Mapping[str, type]]  # type of event -> its fields and their types

MOST_SENDERS = 8
MOST = 200  # events in one message; a person cannot make more between two answers


@dataclass
class Receiver:
    """Who hears the events of a component.

    fields   the types of events it has; what looks otherwise is passed over: it comes from outside.
    done     sender, one painting of the component -> the number of its last event that was handled.
    """

    fields: Fields
    on_event: OnEvent
    done: dict[str, int] = field(default_factory=dict)


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

    receivers: dict[str, Receiver] = st.session_state.setdefault("receivers", {})
    receiver = receivers.setdefault(key, Receiver(fields, on_event))
    receiver.on_event = on_event

    def changed() -> None:
        queues, later = patiently(
            lambda: [
                (each, st.session_state[name].events)
                for name, each in receivers.items()
                if name in st.session_state
            ]
        )
        deliver(queues)
        if later:
            raise later

    result = component(
        key=key,
        data={**data, "acknowledged": dict(receiver.done)},
        height=height,
        on_events_change=changed,
    )
    # After a restart of the server the first trigger comes without its callback: it is only here.
    if deliver([(receiver, result.events)]):
        st.rerun()


def deliver(queues: Iterable[tuple[Receiver, Any]]) -> bool:
    """Hands on the events of the queues that were not handled yet, in order; whether there were any.

    A queue is {"sender": one painting of the component, "events": [{"number", "type", ...}]}.
    """
    new, later = [], None
    for receiver, queue in queues:
        sender, events = _opened(queue)
        last = receiver.done.get(sender, 0)
        new += [(event["number"], sender, event, receiver) for event in events if event["number"] > last]
    for number, sender, event, receiver in sorted(new, key=lambda each: each[0]):
        # Acknowledged first: an event that on_event fails on would come again for ever.
        receiver.done[sender] = number
        while len(receiver.done) > MOST_SENDERS:
            del receiver.done[next(iter(receiver.done))]
        if known := _read(event, receiver.fields):
            later = _told(receiver.on_event, known) or later
    if later:
        raise later  # another click waits; what was to be done here is done
    return bool(new)


def _told(on_event: OnEvent, event: Event) -> RerunException | None:
    try:
        on_event(event)
    except RerunException as interruption:  # raised when the event is handled: see patience.py
        return interruption
    return None


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
