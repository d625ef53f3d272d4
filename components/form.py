"""A form as one component: fields that say at once what was entered, buttons, folds, lines of words.

One component, and not a widget of Streamlit's for each field, because a layer or a run's settings have up to
thirty: the browser would take longer to draw them than everything else takes after a click.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from components import assets, events

EVENTS: events.Fields = {
    "set": {"form": str, "key": str, "value": object},
    "press": {"form": str, "key": str},
}
LONGEST = 10_000  # letters of what is typed

Whole = Callable[[Callable[..., Any]], Callable[..., Any]]  # see session.whole

_component = assets.component(
    "layerloom_form", html='<div class="form"></div>', css=assets.style("form.css"), js="form.js"
)


@dataclass(frozen=True)
class Option:
    """One of what may be chosen. Labels tell the options of a field apart."""

    value: Any
    label: str


@dataclass(frozen=True)
class Field:
    """A place to enter something.

    type         text, number, check, choice (one of the options) or choices (some of them, in an order).
    value        what it shows: text or digits, True or False, an option's value, or a sequence of them.
    on_change    called with what is entered: a str, "" for nothing; a bool; a value; a tuple of them.
    placeholder  stands in grey while there is nothing.
    clearable    whether a number may be taken away; else an emptied field shows it again.
    low, high    where a step up or down ends, and the ends of a slider.
    slider       a number that is as easily pushed as typed.
    wide         takes a whole row.
    problem      what is wrong with the value, in a sentence; it stands below.
    """

    key: str
    label: str
    type: str
    value: Any
    on_change: Callable[[Any], Any]
    help: str = ""
    placeholder: str = ""
    options: tuple[Option, ...] = ()
    clearable: bool = True
    low: float | None = None
    high: float | None = None
    step: float = 1
    slider: bool = False
    wide: bool = False
    problem: str = ""
    longest: int = LONGEST

    def entered(self, value: Any) -> tuple[Any, ...]:
        """(what on_change gets,) of what came from the browser; () for what this field cannot give."""
        if self.type == "check":
            return (value,) if isinstance(value, bool) else ()
        if self.type in ("text", "number"):
            return (value[: self.longest],) if isinstance(value, str) else ()
        known = {option.label: option.value for option in self.options}
        if self.type == "choice":
            return (known[value],) if isinstance(value, str) and value in known else ()
        if not isinstance(value, list) or not all(isinstance(each, str) and each in known for each in value):
            return ()
        return (tuple(known[label] for label in value),)

    def shown(self) -> Any:
        """The value as the browser has it: options by their labels."""
        labels = {option.value: option.label for option in self.options}
        if self.type == "choice":
            return labels.get(self.value, "")
        if self.type == "choices":
            return [labels[value] for value in self.value if value in labels]
        return self.value


@dataclass(frozen=True)
class Button:
    """What is pressed; with an icon of frontend/form_icons.js its words are for screen readers alone."""

    key: str
    label: str
    on_press: Callable[[], Any]
    icon: str = ""


@dataclass(frozen=True)
class Heading:
    """What the form is about: a title, a sentence, and where there is more to read (label, address)."""

    title: str
    words: str = ""
    link: tuple[str, str] | None = None


@dataclass(frozen=True)
class Buttons:
    buttons: tuple[Button, ...]


@dataclass(frozen=True)
class Fields:
    """Fields two in a row; under a title they are folded away, until it is clicked.

    first  one comes here for these: Enter in the drawing leads to the first of them.
    """

    fields: tuple[Field, ...]
    title: str = ""
    first: bool = False


@dataclass(frozen=True)
class Lines:
    """Lines of words; strong: parts of each line as (words, whether they stand out). Where a form has had
    some and has none now, their room stays, so what is being entered does not move.
    """

    lines: tuple[str, ...] = ()
    strong: tuple[tuple[str, str], ...] = ()


Part = Heading | Buttons | Fields | Lines


def form(parts: Sequence[Part], *, of: str, key: str, whole: Whole, before: Collection[str] = ()) -> None:
    """Draws the form.

    of      what the form is of: what was entered in the form of something else is passed over.
    before  what it was `of` under other names: a form that is on the screen still has the last one.
    whole   see session.whole: what on_change and on_press do is done to its end.
    """
    fields = {field.key: field for part in parts if isinstance(part, Fields) for field in part.fields}
    buttons = {button.key: button for part in parts if isinstance(part, Buttons) for button in part.buttons}

    def on_event(event: events.Event) -> None:
        if event["form"] not in (of, *before):
            return
        if event["type"] == "press" and (button := buttons.get(event["key"])):
            whole(button.on_press)()
        elif event["type"] == "set" and (field := fields.get(event["key"])):
            for value in field.entered(event["value"]):
                whole(field.on_change)(value)

    data = {"name": f"form {key}", "of": of, "parts": [data for part in parts for data in _part(part)]}
    events.mount(_component, data, key=key, fields=EVENTS, on_event=on_event)


def _part(part: Part) -> Iterator[dict[str, Any]]:
    match part:
        case Heading(title, words, link):
            yield {"part": "heading", "title": title, "words": words, "link": link}
        case Buttons(buttons):
            told = [{"key": each.key, "label": each.label, "icon": each.icon} for each in buttons]
            yield {"part": "buttons", "buttons": told}
        case Fields(fields, title, first) if fields:
            yield {"part": "fields", "title": title, "first": first, "fields": [*map(_field, fields)]}
        case Lines(lines, strong):
            yield {"part": "lines", "lines": lines, "strong": strong}


def _field(field: Field) -> dict[str, Any]:
    """What the browser needs of it, defaults left out."""
    data: dict[str, Any] = {"key": field.key, "label": field.label, "type": field.type}
    data["value"] = field.shown()
    extra: Mapping[str, Any] = {
        "help": field.help,
        "placeholder": field.placeholder,
        "options": [option.label for option in field.options],
        "slider": field.slider,
        "wide": field.wide,
        "problem": field.problem,
        "longest": field.longest if field.type == "text" and field.longest != LONGEST else 0,
    }
    if field.type == "number":
        data |= {"low": field.low, "high": field.high, "step": field.step, "clearable": field.clearable}
    return data | {name: value for name, value in extra.items() if value}
