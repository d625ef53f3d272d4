"""Nothing of the interface is left out of the catalogues, and nothing in them is out of the interface."""

from __future__ import annotations

import ast
import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from components import scripts
from components.data_facts import answers, facts, takes
from components.language import CHINESE, ENGLISH, LANGUAGES, speaking, t
from components.languages.catalogue import PLACE, catalogue
from components.languages.sources import ROOT, SHOWING, as_message, messages, said
from tests.foreign import foreign
from trainer import memory
from trainer.data.forms import form_of
from trainer.memory import Need

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


@pytest.mark.parametrize("largest", ["weights", "activations", "validation", "data"])
def test_what_a_run_would_take_of_memory_is_said_in_no_english_word(largest):
    parts = ("weights", "gradients", "optimizer", "activations", "validation", "data")
    need = Need(**{name: 9_000_000_000 if name == largest else 1_234_567 for name in parts})
    said = catalogue(CHINESE).translated(memory.problem(need, 100_000_000, "cpu"))
    words = set(re.findall(r"[A-Za-z_]+", said))
    assert words <= {"cpu", "GB", "MB", "batch_size"}, said
    assert "（权重 1.2 MB，梯度 1.2 MB，" in said or largest == "weights"


def picture() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (4, 4)).save(file, "PNG")
    return file.getvalue()


def written(folder: Path, name: str) -> Path:
    """A small file of that form."""
    path = folder / name
    if name.endswith(".zip"):
        with zipfile.ZipFile(path, "w") as packed:
            for place in ("a/1.png", "b/2.png"):
                packed.writestr(place, picture())
    elif name.endswith(".npz"):
        np.savez(path, x=np.zeros((4, 2)), y=np.arange(4) % 2)
    else:
        path.write_text({"csv": "a,mean\n1,2\n3,4\n", "txt": "good\tyes\nbad\tno\n"}[name[-3:]])
    return path


@pytest.mark.parametrize("name", ["a.csv", "a.txt", "a.npz", "a.zip"])
def test_what_may_be_corrected_of_a_file_is_said_in_no_english_word_but_its_own_names(name, tmp_path):
    path, translated = written(tmp_path, name), catalogue(CHINESE).translated
    form = form_of(path)
    options = form.options(path, form.completed(path, {}))
    said = [form.title, *(option.title for option in options)]
    said += [choice for option in options if not option.named for choice in option.choices]
    assert [word for word in said if re.search("[A-Za-z]", translated(word))] == []
    assert all(option.named for option in options if {"a", "x"} & set(option.choices))


def test_a_data_set_s_size_is_a_chinese_sentence():
    data = SimpleNamespace(examples=30, shape=(3, 8, 8), high=None, task="classification", targets=2)
    with speaking(CHINESE):
        assert t(f"{takes(data)}, {answers(data)}.") == "3 × 8 × 8 个数，2 个类。"
        assert facts(data) == "30 个样本，每个 3 × 8 × 8 个数；2 个类。"


def test_where_a_run_broke_is_said_behind_why_in_chinese():
    why = (
        "The loss became not a number at step 1. Make the learning rate smaller, or put a normalization into "
        "the network; a fork of the last checkpoint goes on from before."
    )
    translated = catalogue(CHINESE).translated
    where = "fc1 is the first layer that gives infinity or NaN."
    assert translated(f"{why} {where}") == translated(why) + translated(where)
    assert not foreign(translated(why))
