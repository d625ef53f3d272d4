"""Every event of the browser is handled exactly once and in order, whatever the wire does to it."""

import random

import pytest

from components.events import Receiver, deliver

FIELDS = {"select": {"id": str}, "move": {"id": str, "by": int}, "undo": {}}


class Server:
    """What Python keeps of one component, and what it was told."""

    def __init__(self):
        self.told = []
        self.receiver = Receiver(FIELDS, self.told.append)

    def gets(self, queue) -> bool:
        return deliver([(self.receiver, queue)])


def queue(*numbers: int, sender: str = "a") -> dict:
    events = [{"number": n, "type": "select", "id": f"n{n}"} for n in numbers]
    return {"sender": sender, "events": events}


def told(server: Server) -> list[str]:
    return [event["id"] for event in server.told]


def test_an_event_is_handled_once_however_often_it_comes():
    server = Server()
    assert [server.gets(queue(1)) for _ in range(3)] == [True, False, False]
    assert told(server) == ["n1"]


def test_a_growing_queue_is_handled_in_order_and_without_repeats():
    server = Server()
    for seen in (queue(1), queue(1, 2, 3), queue(3, 2), queue(2, 3, 4)):
        server.gets(seen)
    assert told(server) == ["n1", "n2", "n3", "n4"]


def test_nothing_is_lost_on_a_wire_that_drops_repeats_and_delays():
    chance, server = random.Random(0), Server()
    waiting, number = [], 0
    while number < 200 or waiting:
        if number < 200:
            number += 1
            waiting.append(number)
        for _ in range(chance.choice([0, 0, 1, 2])):
            server.gets(queue(*waiting))
        if chance.random() < 0.4:  # the acknowledgement comes through
            done = server.receiver.done.get("a", 0)
            waiting = [each for each in waiting if each > done]
    assert told(server) == [f"n{n}" for n in range(1, 201)]


def test_a_component_painted_anew_begins_at_one_again():
    server = Server()
    server.gets(queue(1, 2))
    server.gets(queue(1, sender="b"))
    assert told(server) == ["n1", "n2", "n1"]


def test_after_a_restart_of_the_server_the_next_event_is_handled():
    before, after = Server(), Server()
    before.gets(queue(1, 2, 3))
    after.gets(queue(4))
    assert told(after) == ["n4"]


def test_an_event_that_fails_does_not_come_again_for_ever():
    def fail(_event):
        raise RuntimeError

    receiver = Receiver(FIELDS, fail)
    with pytest.raises(RuntimeError):
        deliver([(receiver, queue(1))])
    assert not deliver([(receiver, queue(1))])


def test_what_several_components_send_is_handled_in_the_order_in_which_it_was_done():
    told = []
    form, drawing = (Receiver(FIELDS, lambda event, by=by: told.append((by, event["id"]))) for by in "fd")
    assert deliver([(drawing, queue(2, 5, sender="d")), (form, queue(1, 3, 4, sender="f"))])
    assert told == [("f", "n1"), ("d", "n2"), ("f", "n3"), ("f", "n4"), ("d", "n5")]
    assert not deliver([(form, queue(1, 3, 4, sender="f"))])  # its own callback comes later


@pytest.mark.parametrize(
    "strange",
    [
        None,
        "text",
        {"sender": "a"},
        {"sender": "a", "events": "text"},
        {"sender": "a", "events": [None, {}, {"number": "1"}, {"number": True}]},
        {"sender": ["a"], "events": [{"number": 1, "type": ["select"], "id": "x"}]},
        {"sender": "a", "events": [{"number": 1, "type": "format_disk", "id": "x"}]},
        {"sender": "a", "events": [{"number": 1, "type": "select"}]},
        {"sender": "a", "events": [{"number": 1, "type": "move", "id": "x", "by": "1"}]},
        {"sender": "a", "events": [{"number": 1, "type": "move", "id": "x", "by": True}]},
    ],
)
def test_what_is_no_event_is_passed_over(strange):
    server = Server()
    server.gets(strange)
    assert server.told == []


def test_an_event_carries_its_own_fields_and_no_others():
    server = Server()
    event = {"number": 1, "type": "undo", "id": "x", "by": 3}
    server.gets({"sender": "a", "events": [event]})
    assert server.told == [{"type": "undo"}]
