"""The form as one component: what is entered reaches what it is for, and nothing else does."""

import pytest

from components import form as forms
from components.form import Button, Buttons, Field, Fields, Heading, Option, form


@pytest.fixture
def drawn(monkeypatch):
    """drawn(parts) -> the data the browser gets, and the handler of what it reports."""

    def draw(*parts, of="doc/conv1"):
        got = {}
        monkeypatch.setattr(forms.events, "mount", lambda _, data, **given: got.update(data=data, **given))
        form(parts, of=of, key="layer", whole=lambda act: act)
        return got["data"], got["on_event"]

    return draw


def entered(field: Field, value) -> list:
    return list(field.entered(value))


OPTIONS = (Option(None, "nothing"), Option((1, 2), "pair"), Option("a", "A"))


@pytest.mark.parametrize(
    "field, value, read",
    [
        (Field("f", "f", "text", "", print), "3x5", ["3x5"]),
        (Field("f", "f", "text", "", print, longest=2), "3x5", ["3x"]),
        (Field("f", "f", "text", "", print), 3, []),
        (Field("f", "f", "number", "", print), "1e-3", ["1e-3"]),
        (Field("f", "f", "check", True, print), False, [False]),
        (Field("f", "f", "check", True, print), 0, []),
        (Field("f", "f", "choice", None, print, options=OPTIONS), "pair", [(1, 2)]),
        (Field("f", "f", "choice", None, print, options=OPTIONS), "another", []),
        (Field("f", "f", "choice", None, print, options=OPTIONS), ["pair"], []),
        (Field("f", "f", "choices", (), print, options=OPTIONS), ["A", "pair"], [("a", (1, 2))]),
        (Field("f", "f", "choices", (), print, options=OPTIONS), ["A", {}], []),
    ],
)
def test_a_field_gives_what_it_can_give_and_nothing_else(field, value, read):
    assert entered(field, value) == read


def test_what_is_shown_is_what_would_be_entered():
    for value in (None, (1, 2), "a"):
        field = Field("f", "f", "choice", value, print, options=OPTIONS)
        assert entered(field, field.shown()) == [value]
    field = Field("f", "f", "choices", ("a", None), print, options=OPTIONS)
    assert entered(field, field.shown()) == [("a", None)]


def test_events_reach_their_field_and_their_button(drawn):
    done = []
    _, tell = drawn(
        Fields((Field("p", "p", "number", "0.5", done.append),)),
        Buttons((Button("up", "Move up", lambda: done.append("up")),)),
    )
    tell({"type": "set", "form": "doc/conv1", "key": "p", "value": "0.6"})
    tell({"type": "press", "form": "doc/conv1", "key": "up"})
    assert done == ["0.6", "up"]


def test_what_was_entered_elsewhere_or_nowhere_changes_nothing(drawn):
    done = []
    _, tell = drawn(Fields((Field("p", "p", "number", "0.5", done.append),)))
    tell({"type": "set", "form": "doc/conv2", "key": "p", "value": "0.6"})
    tell({"type": "set", "form": "doc/conv1", "key": "q", "value": "0.6"})
    tell({"type": "press", "form": "doc/conv1", "key": "p"})
    assert done == []


def test_fields_without_anything_in_them_are_left_out(drawn):
    data, _ = drawn(Heading("Conv2d"), Fields(()), Fields((), "More arguments"))
    assert [part["part"] for part in data["parts"]] == ["heading"]
