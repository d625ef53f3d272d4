"""The components' scripts are put together whole, and put words into the page as text only."""

import re

import pytest

from components import assets

NAMES = ("canvas", "layer_list", "palette", "gallery", "code", "code_link", "preview")
COMPONENTS = [f"{name}.js" for name in NAMES]
DECLARED = re.compile(r"^(?:export )?(?:const|let|function|class) (\w+)", re.MULTILINE)


@pytest.mark.parametrize("name", COMPONENTS)
def test_a_script_is_one_module_without_imports(name):
    text = assets.script(name)
    assert not re.search(r"^import ", text, re.MULTILINE)
    assert re.findall(r"^export .*", text, re.MULTILINE) == [
        "export default function ({ data, parentElement, setTriggerValue }) {"
    ]


@pytest.mark.parametrize("name", COMPONENTS)
def test_no_two_modules_of_a_script_declare_the_same_name(name):
    declared = DECLARED.findall(assets.script(name))
    assert len(declared) == len(set(declared))


@pytest.mark.parametrize("name", COMPONENTS)
def test_words_reach_the_page_as_text_only(name):
    text = assets.script(name)
    for door in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("):
        assert door not in text


@pytest.mark.parametrize("name", COMPONENTS)
def test_every_name_that_is_imported_is_exported_there(name):
    for file in set(assets._imported_first(name)):
        for names, other in re.findall(r'^import \{([^}]*)\} from "\./([\w.]+)";', assets._read(file), re.M):
            exported = re.findall(r"^export (?:const|function) (\w+)", assets._read(other), re.M)
            assert {each.strip() for each in names.split(",")} <= set(exported)


def test_families_have_their_colors_in_the_style():
    assert '[data-theme="dark"] [data-family="Convolution"]' in assets.style("canvas.css")
