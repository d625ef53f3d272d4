"""A call of a component that a newer one has overtaken: Streamlit calls its cleanup although the component
is still there, and nothing of it may be lost."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from components import scripts

LAYERS = {
    "items": [{"id": "conv1", "family": "Convolution", "subtitle": "Conv2d", "state": "ok"}],
    "selected": "",
    "chosen": [],
    "height": 200,
    "label": "Layers",
    "acknowledged": {},
}
CALLED = """async ([script, data]) => {
    const source = new Blob([script], { type: "text/javascript" });
    const { default: call } = await import(URL.createObjectURL(source));
    const parentElement = document.querySelector("main");
    window.sent = [];
    const setTriggerValue = (_, queue) => window.sent.push(queue.events.length);
    window.leave = call({ data, parentElement, setTriggerValue });
    window.again = () => call({ data, parentElement, setTriggerValue });
}"""


def components() -> list[str]:
    """The modules that Streamlit calls and that hold something between two calls."""
    return [name for name, text in scripts.MODULES.items() if scripts.DEFAULT in text and "return " in text]


@pytest.mark.parametrize("name", components())
def test_what_a_component_holds_goes_only_when_its_element_is_gone(name):
    text = scripts.MODULES[name]
    called = text[text.index(scripts.DEFAULT) :].split("\n}\n")[0]
    assert not re.search(r"return \(\) =>", called)


def test_a_call_that_was_overtaken_takes_nothing_along(page: Page):
    page.set_content('<main><div class="layers"></div></main>')
    page.evaluate(CALLED, [scripts.script("layer_list.js"), LAYERS])
    row = page.get_by_role("option", name="conv1")
    row.focus()
    page.evaluate("async () => { leave(); await new Promise(setTimeout); again(); }")
    expect(row).to_be_focused()
    row.click()
    assert page.evaluate("() => sent") == [1]


def test_an_element_that_is_gone_sends_nothing_again(page: Page):
    page.set_content('<main><div class="layers"></div></main>')
    page.clock.install()
    page.evaluate(CALLED, [scripts.script("layer_list.js"), LAYERS])
    page.get_by_role("option", name="conv1").click()
    page.evaluate("() => { document.querySelector('main').remove(); leave(); }")
    page.clock.run_for(10_000)
    assert page.evaluate("() => sent") == [1]
