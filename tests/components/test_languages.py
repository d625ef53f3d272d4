"""Nothing of the interface is left out of the catalogues, and nothing in them is out of the interface."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from components import scripts
from components.language import ENGLISH, LANGUAGES
from components.languages.catalogue import PLACE, catalogue
from components.languages.sources import ROOT, SHOWING, as_message, messages, said
from tests.foreign import foreign

OTHERS = [language for language in LANGUAGES if language != ENGLISH]
FRONTEND = sorted((ROOT / "components" / "frontend").glob("*.js"))


@pytest.mark.parametrize("language", OTHERS)
def test_every_message_is_translated(language):
    translated = catalogue(language).messages
    missing = [
        f"{', '.join(places[:3])}: {text}" for text, places in messages().items() if text not in translated
    ]
    assert not missing, (
        "Write them into the catalogue: python -m components.languages adds empty entries.\n"
        + ("\n".join(missing))
    )


@pytest.mark.parametrize("language", OTHERS)
def test_the_catalogue_holds_nothing_that_no_source_says(language):
    dead = set(catalogue(language).messages) - set(messages())
    assert not dead, "python -m components.languages takes them out."


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_has_the_places_of_its_message(language):
    for text, translation in catalogue(language).messages.items():
        assert set(PLACE.findall(translation)) <= set(PLACE.findall(text)), text


def test_a_message_is_told_from_names_and_code():
    found = messages()
    assert "Find what was trained here, write about it, compare it and take its figures along." in found
    assert not any(text.startswith(("SELECT", "import ", "class ")) for text in found)


# --- texts that no marker would find

# What Streamlit shows of a call: its first argument, and these.
WORDED = set(
    "button caption markdown info warning error success subheader header title text_input text_area "
    "number_input selectbox multiselect checkbox radio toggle segmented_control pills popover expander "
    "file_uploader download_button spinner toast metric slider write status".split()
)
KEYWORDS = {"help", "placeholder", "label", "title"}
DECORATION = re.compile(r":material/(\w+|\{\d+\}):|:[a-z-]+\[|\]\(#\w+\)|\{\d+\}")
PLAIN = {
    "channels=64, stride=1",
    "None",
    "Block",
    "Layerloom",
    "http://127.0.0.1:5000",
}  # what is typed or called so in every language


def shown_to_streamlit(tree: ast.AST) -> Iterator[ast.expr]:
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute):
            if call.func.attr in WORDED and call.args:
                yield call.args[0]
            if call.func.attr in WORDED | {"Page"}:
                yield from (keyword.value for keyword in call.keywords if keyword.arg in KEYWORDS)


def literals(node: ast.expr) -> Iterator[str]:
    """The texts in an expression that go out as they are: in no call, in either branch of a choice."""
    if isinstance(node, ast.IfExp):
        yield from (*literals(node.body), *literals(node.orelse))
    elif isinstance(node, ast.BinOp):
        yield from (*literals(node.left), *literals(node.right))
    elif text := as_message(node):
        yield text


@pytest.mark.parametrize("folder", SHOWING)
def test_no_text_goes_to_the_screen_past_the_catalogue(folder):
    start: Path = ROOT / folder
    for path in [start] if start.is_file() else sorted(start.rglob("*.py")):
        for expression in shown_to_streamlit(ast.parse(path.read_text(encoding="utf-8"))):
            for text in literals(expression):
                words = re.findall(r"[A-Za-z]{2,}", DECORATION.sub("", text))
                assert not words or text in PLAIN, f"{path.name}:{expression.lineno}: wrap it in t(): {text}"


# Comments and strings, in turn.
TOKEN = re.compile(r"//[^\n]*|\"((?:[^\"\\\n]|\\.)*)\"|`((?:[^`\\]|\\.)*)`|'(?:[^'\\\n]|\\.)*'")
MARKED = re.compile(r"\b(say|message)\(\s*$")
SENTENCE = re.compile(r"^[A-Z][a-z]+$|[a-z]{2,}[,.:;]? [a-z]{2,}|^[A-Z][a-z]+ ")
NO_SENTENCES = {
    "code_colors.js": "and as assert",  # the words of Python
    "language.js": "Language · 语言",  # for who does not read the other
}
NAMED = re.compile(  # keys, kinds, and what CSS, SVG, plotly.js and the browser call things
    r"^(Enter|Escape|Delete|Backspace|Tab|Space|Ctrl|Alt|Shift|Process|Home|End|Arrow\w+|Page\w+|Input|Output)$"
    r"|^(box|card|live|label|menu|plate|picture|tool|bar|mark|option) |no clipboard|did not load|tour-title"
    r"|^input, |^xMid"
    r"|^(Reset axes|Download plot as a PNG|Double-click to zoom back out)$|^translate|live-|^\.|pointer:|<br>"
)


@pytest.mark.parametrize("path", FRONTEND, ids=lambda path: path.name)
def test_no_sentence_in_a_script_is_past_the_catalogue(path):
    text, left = path.read_text(encoding="utf-8"), []
    for token in TOKEN.finditer(text):
        string = token[1] or re.sub(r"\$\{[^}]*\}", "", token[2] or "")
        if SENTENCE.search(string) and not MARKED.search(text[: token.start()]) and not NAMED.search(string):
            left.append(string)
    assert not [each for each in left if not each.startswith(NO_SENTENCES.get(path.name, "\0"))]


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize(
    "name", ["canvas.js", "palette.js", "gallery.js", "code.js", "live_charts.js", "preview.js"]
)
def test_a_script_brings_its_messages_along(name, language):
    text = scripts.script(name, language)
    table = re.search(r"const MESSAGES = (\{.+\});", text)
    assert table
    assert all(f'"{each}"' in table[1].replace('\\"', '"') for each in said(scripts.script(name)))


@pytest.mark.parametrize("language", OTHERS)
def test_translations_hold_no_english_but_names(language):
    """Those of PyTorch's own help are full of formulas, so they are left to readers."""
    translated = catalogue(language).messages
    ours = [text for text, places in messages().items() if not places[0].startswith("builder/catalogue:")]
    left = {text: words for text in ours if len(words := foreign(PLACE.sub("", translated[text]))) > 2}
    assert not left
