"""Every page in Chinese: what Python has written on it holds no English but names."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from builder import edits
from components.language import CHINESE, speaking
from tests.foreign import foreign
from tests.pages.words import enter, labelled, open_template
from trainer import store

SAID = ("value", "label", "help", "placeholder")
# What components go by and show translated, or not at all.
INNER = {
    "id",
    "name",
    "kind",
    "family",
    "state",
    "script",
    "plotly",
    "address",
    "document",
    "tuned",
    "note",
    "at",
    "seen",
    "of",
    "form",
    "key",
    "part",
    "type",
    "icon",
    "link",
}


@pytest.fixture(autouse=True)
def _in_chinese() -> Iterator[None]:
    with speaking(CHINESE):  # AppTest formats options outside of the page's own run
        yield


def texts(app: AppTest) -> Iterator[str]:
    """All texts of a page, those of the JavaScript components too."""
    for element in app.main:
        if element.type == "bidi_component" and "languages" not in element.proto.json:
            yield from _of_data(json.loads(element.proto.json))
        for name in SAID:
            value = getattr(element, name, None)
            if isinstance(value, str) and not (name == "value" and hasattr(element, "options")):
                yield value
        yield from map(str, getattr(element, "options", ()) or ())


def _of_data(data) -> Iterator[str]:
    if isinstance(data, dict):
        for key, value in data.items():
            if key not in INNER:
                yield from _of_data(value)
    elif isinstance(data, list):
        for value in data:
            yield from _of_data(value)
    elif isinstance(data, str):
        yield data


def leaks(app: AppTest) -> str:
    """The texts with English words in them, a line for each; '' where there are none."""
    notes = {node.note for node in app.session_state["visit"].document.main.nodes}  # the person's own
    shown = (text for text in texts(app) if text not in notes)
    return "\n".join(f"{' '.join(words)} in: {text}" for text in shown if (words := foreign(text)))


@pytest.mark.parametrize("page", ["build", "data", "train", "compare", "runs", "try_it"])
def test_a_page_holds_no_english(visit, page):
    app = visit(page, locale="zh-CN")
    assert not leaks(app)


@pytest.mark.parametrize("locale", ["zh-CN", "zh-TW", "zh"])
def test_the_browser_decides(visit, locale):
    assert labelled(visit(locale=locale).button, "撤销")


@pytest.mark.parametrize("locale", ["en-US", "de-DE"])
def test_whoever_does_not_ask_for_chinese_reads_english(visit, locale):
    with speaking(""):
        assert labelled(visit(locale=locale).button, "Undo")


def test_problems_and_repairs_are_said_in_chinese(visit):
    app = visit(locale="zh-CN")
    app.session_state["visit"].apply(edits.set_param, "conv2", "in_channels", 3)
    app = app.run()
    assert labelled(app.button, "使用传入的大小 16")
    assert not leaks(app)


def test_a_message_for_once_is_said_in_chinese(visit):
    app = visit(locale="zh-CN")
    app = enter(app, "名称", "forward")
    assert app.toast
    assert not any(foreign(toast.value) for toast in app.toast)


@pytest.mark.parametrize("template", ["siamese", "gpt2_small", "unet", "text_bilstm"])
def test_other_networks_have_chinese_forms(visit, template):
    app = open_template(visit(locale="zh-CN"), template)
    for node in app.session_state["visit"].document.main.nodes[:4]:
        app.session_state["visit"].select(node.id)
        app = app.run()
        assert not leaks(app)


def test_runs_are_told_of_in_chinese(visit):
    app = visit("runs", locale="zh-CN")
    store.create(
        "",
        "{}",
        "{}",
        name="1",
        state="failed",
        message="The loss became infinite at step 3. "
        "Make the learning rate smaller, or put a normalization into the network; "
        "a fork of the last checkpoint goes on from before.",
        data="digits",
    )
    assert not leaks(app.run())
