"""The components' scripts are put together whole, reach the browser, and put words into a page as text."""

import re

import pytest
from playwright.sync_api import Browser, expect

from components import assets, scripts

COMPONENTS = [name for name, text in scripts.MODULES.items() if scripts.DEFAULT in text]
PAGE = "http://scripts.test/"


@pytest.mark.parametrize("name", COMPONENTS)
def test_a_script_is_one_module_with_its_component(name):
    text = scripts.script(name)
    assert not re.search(r"^import ", text, re.MULTILINE)
    assert f"export default {name.replace('.', '_')}.component;" in text
    assert len(re.findall(r"^export default ", text, re.MULTILINE)) == 1


@pytest.mark.parametrize("name", scripts.MODULES)
def test_words_reach_the_page_as_text_only(name):
    for door in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("):
        assert door not in scripts.MODULES[name]


@pytest.mark.parametrize("name", scripts.MODULES)
def test_every_name_that_is_imported_is_exported_there(name):
    for names, other in scripts.IMPORT.findall(scripts.MODULES[name]):
        exported = scripts._exported(other)
        assert {each.strip().split(" as ")[0] for each in names.split(",")} <= set(exported), other


def test_a_browser_fetches_each_component_with_what_streamlit_sends(browser: Browser):
    page = browser.new_page()

    def serve(route) -> None:
        if "/app-js/" not in route.request.url:
            return route.fulfill(body="<!doctype html>", content_type="text/html")
        version, name = route.request.url.split("/")[-2:]
        text, current = scripts.served(name, version)
        assert current
        return route.fulfill(body=text, content_type="text/javascript")

    page.route("**/*", serve)
    page.goto(PAGE)
    for name in COMPONENTS:
        sent = scripts.loader(name)
        assert len(sent) < 600
        assert page.evaluate(CALLED, [sent, False]) == "component", name
    page.close()


def test_a_script_that_does_not_come_is_a_sentence_in_its_place(browser: Browser):
    page = browser.new_page()
    page.route(
        "**/*", lambda route: route.abort() if "app-js" in route.request.url else route.fulfill(body="")
    )
    page.goto(PAGE)
    page.evaluate(CALLED, [scripts.loader("canvas.js"), True])
    expect(page.get_by_text("could not be loaded. Reload the page")).to_be_visible()
    page.close()


CALLED = """async ([script, calls]) => {
    const address = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
    const { default: component } = await import(address);
    if (calls) component({ parentElement: document.body });
    return component.name;
}"""


def test_families_have_their_colors_in_the_style():
    assert '[data-theme="dark"] [data-family="Convolution"]' in assets.style("canvas.css")


SECOND = {"=": "+", "Backspace": "Delete", "ContextMenu": "Shift+F10", "Ctrl+Shift+z": "Ctrl+y"}


def test_each_key_of_the_drawing_is_in_its_help():
    keys, looks, listed = (scripts.MODULES[f"canvas_{name}.js"] for name in ("keys", "looks", "help"))
    found = re.findall(r'^  "?([^\s"]+?)"?: \(canvas', keys, re.MULTILINE)
    found += re.findall(r'key: "(.)"', looks)
    listed = listed[listed.index("KEY_LIST") : listed.index("];")].replace("C, X, V", "C Ctrl+X Ctrl+V")
    listed = listed.replace("↑", "ArrowUp").replace("↓", "ArrowDown")
    told = {key.lower() for key in re.split(r'[\s,"()\[\];]+', listed)}
    assert len(found) > 30
    assert [key for key in found if SECOND.get(key, key).lower() not in told] == ["?"]  # it opens the help
