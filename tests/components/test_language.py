"""Which language a visitor reads, and how a finished sentence finds its message."""

from __future__ import annotations

from contextvars import copy_context
from types import SimpleNamespace

import pytest
import streamlit as st

from builder import Document
from builder.clipboard import pasted
from builder.custom.written import CustomError, reading
from builder.editing import EditError
from components.language import CHINESE, ENGLISH, message, of_request, settle, speaking, t, understood
from components.languages.catalogue import Catalogue, catalogue
from components.words import escaped

CATALOGUE = Catalogue(
    {
        "Undo": "撤销",
        "Everything fits.": "全部匹配。",
        "Put a Flatten before it.": "请在前面放一个 Flatten。",
        "{0} waits for {1}.": "{0} 在等待 {1}。",
        "{0} ({1}) gets {2} and takes {3}.": "{0}（{1}）收到 {2}，应为 {3}。",
        "{0} and {1}": "{0} 和 {1}",
        "{0} added": "新增 {0} 个",
        "{0} changed": "更改 {0} 个",
        "{0} was not opened. {1}": "{0} 未能打开。{1}",
        "The file cannot be read ({0}). A new one was opened.": "文件无法读取（{0}）。已打开新的。",
        "{0} of {1} layers": "{1} 层中的 {0} 层",
        "Set {0} to {1}": "把 {0} 设为 {1}",
        "line {0}, column {1}": "第 {0} 行第 {1} 列",
        "This is not JSON ({0}). A document is a file.": "这不是 JSON（{0}）。文档是文件。",
    },
    {"channels": "通道"},
)


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("Undo", "撤销"),
        ("conv1 waits for norm1.", "conv1 在等待 norm1。"),
        ("3 of 12 layers", "12 层中的 3 层"),
        ("Set groups to 2", "把 groups 设为 2"),
        (
            "a.json was not opened. line 1, column 2: This is not JSON (Expecting). A document is a file.",
            "a.json 未能打开。第 1 行第 2 列：这不是 JSON（Expecting）。文档是文件。",
        ),
        ("a waits for b. Set groups to 2.", "a 在等待 b。把 groups 设为 2。"),
        ("conv1 (Conv2d) gets channels and takes Undo.", "conv1（Conv2d）收到通道，应为 Undo。"),
        ("Everything fits. Put a Flatten before it.", "全部匹配。请在前面放一个 Flatten。"),
        ("a.json was not opened. Everything fits.", "a.json 未能打开。全部匹配。"),
        ("2 added, 1 changed", "新增 2 个，更改 1 个"),
        ("2 added · Undo · 3 kB", "新增 2 个 · Undo · 3 kB"),
        ("conv1 waits for b. c waits for d. Everything fits.", "conv1 在等待 b。c 在等待 d。全部匹配。"),
        (
            "The file cannot be read (Everything fits. Put a Flatten before it.). A new one was opened.",
            "文件无法读取（全部匹配。请在前面放一个 Flatten。）。已打开新的。",
        ),
        (
            "The file cannot be read (Undo). A new one was opened. Everything fits.",
            "文件无法读取（Undo）。已打开新的。全部匹配。",
        ),
        ("16 × 8 × 8", "16 × 8 × 8"),
        ("", ""),
        ("No message says this, and nothing is changed", "No message says this, and nothing is changed"),
    ],
)
def test_a_finished_sentence_finds_its_message(english, chinese):
    assert CATALOGUE.translated(english) == chinese


def test_the_message_with_most_letters_of_its_own_is_meant():
    assert CATALOGUE.translated("a and b waits for c.") == "a 和 b 在等待 c。"


def test_a_name_that_is_put_in_stays_though_a_message_says_the_same():
    assert CATALOGUE.translated("Undo waits for Undo.") == "Undo 在等待 Undo。"


def test_what_is_translated_stays_as_it_is():
    for english in ("conv1 waits for norm1.", "2 added, 1 changed", "Everything fits."):
        once = CATALOGUE.translated(english)
        assert CATALOGUE.translated(once) == once


def test_a_text_of_a_person_is_matched_in_no_time():
    long = "conv1 waits for " * 90
    assert CATALOGUE.translated(long) == long


def test_english_is_given_back_untouched():
    with speaking(ENGLISH):
        assert t("Undo") == message("Undo") == "Undo"


def test_the_language_is_looked_up_once_for_a_run_of_the_script(monkeypatch):
    looked_up = []

    class Context:
        locale = "zh-CN"

        @property
        def cookies(self):
            looked_up.append(True)
            return {}

    def run():
        settle()
        return [t("Undo") for _ in range(3)]

    monkeypatch.setattr(st, "context", Context())
    assert copy_context().run(run) == ["撤销"] * 3
    assert len(looked_up) == 1


def test_what_is_escaped_is_translated_first():
    with speaking(CHINESE):
        assert escaped(t("Undo")) == t("Undo") == "撤销"


@pytest.mark.parametrize(
    ("kept", "preferred", "found"),
    [
        (None, "zh-CN", CHINESE),
        (None, "zh-TW,zh;q=0.9", CHINESE),
        (None, "en-US,zh;q=0.9", ENGLISH),
        (None, "de", ENGLISH),
        (None, None, ENGLISH),
        (ENGLISH, "zh-CN", ENGLISH),
        (CHINESE, "en-US", CHINESE),
        ("../../etc", "zh-CN", CHINESE),
    ],
)
def test_what_was_chosen_goes_before_what_the_browser_prefers(kept, preferred, found):
    assert understood(kept, preferred) == found
    cookies = {"layerloom_language": kept} if kept else {}
    headers = {"accept-language": preferred} if preferred else {}
    assert of_request(SimpleNamespace(cookies=cookies, headers=headers)) == found


@pytest.mark.parametrize("text", ['{"format": "layer', '{"format": "layerloom/99", "name": "x"}', "milk"])
def test_what_the_clipboard_holds_instead_of_layers_is_said_in_chinese(text):
    with pytest.raises(EditError) as refused:
        pasted(Document(), text, "")
    said = catalogue(CHINESE).translated(str(refused.value))
    assert said.startswith("剪贴板")
    assert not {"line", "This", "holds", "Copy"} & set(said.split())


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        (
            "adds permute1 (Permute, dims=(0, 3, 1, 2)) before conv",
            "在 conv 之前添加 permute1 (Permute, dims=(0, 3, 1, 2))",
        ),
        (
            "Read back: 12 layers. What could not be taken over as it stands is noted here; "
            "your text is kept.",
            "已读回：12 层。不能原样采用的部分已在这里注明；你输入的文字已保留。",
        ),
        (
            "own (Own) runs Python code of its own (class Own). Read it and trust it, or remove it.",
            "own (Own) 会运行自带的 Python 代码（类 Own）。请阅读后信任它，或将它移除。",
        ),
        (
            "Line 1: this is not Python (invalid syntax). Correct it.",
            "第 1 行：这不是 Python（invalid syntax）。请改正。",
        ),
    ],
)
def test_what_stands_at_problems_and_repairs_is_chinese_throughout(english, chinese):
    assert catalogue(CHINESE).translated(english) == chinese


IMPORTS = "它可以按名称导入 torch, torch.nn, torch.nn.functional, math, typing。"


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        (
            "add1 (Add) takes tensors of one shape and gets (8) from fc and (20) from image. Give both "
            "branches the same sizes, or choose other inputs.",
            "add1 (Add) 需要形状相同的张量，收到的是来自 fc 的 (8)和来自 image 的 (20)。"
            "让两个分支的大小相同，或者选择别的输入。",
        ),
        (
            "conv0 (Conv2d) has a bias, and so have conv1, conv2, conv3 and 2 more. norm0 behind it "
            "subtracts each channel's mean and the bias with it, so it is learned "
            "for nothing. Set bias to False.",
            "conv0 (Conv2d) 带有偏置，conv1, conv2, conv3 以及另外 2 项也一样。"
            "后面的 norm0 会减去每个通道的均值，"
            "偏置也随之被减掉，所以白学了。把 bias 设为 False。",
        ),
        (
            "own (Own) gives a float where a tensor is needed. Look at its returns: return x, or return a, b "
            "for two outputs.",
            "own (Own) 给出 float，而这里需要张量。"
            "请检查它的 return：用 return x，有两个输出时用 return a, b。",
        ),
        (
            "main.nodes[3].shares: takes the id of another Linear or Embedding and gets 'text'.",
            "main.nodes[3].shares: 应为另一个 Linear 或 Embedding 的 id，实际是 'text'。",
        ),
        (
            "main.nodes[1]: unknown key 'color'; known are frozen, id, init, inputs, kind.",
            "main.nodes[1]: 未知的键 'color'；可用的有 frozen, id, init, inputs, kind。",
        ),
        ("conv1: note nothing → 'Looks at edges.'", "conv1: 备注 无 → 'Looks at edges.'"),
        ("Leaf: bias True → nothing", "Leaf: bias True → 无"),
    ],
)
def test_names_within_a_sentence_leave_none_of_it_english(english, chinese):
    assert catalogue(CHINESE).translated(english) == chinese


@pytest.mark.parametrize(
    ("source", "chinese"),
    [
        ("import os", f"第 1 行：import os 不能出现在自定义层里。{IMPORTS}"),
        ("from . import x", f"第 1 行：from . import x 不能出现在自定义层里。{IMPORTS}"),
        (
            "class Own(nn.Module): pass",
            "第 1 行：Own 没有 forward。请给它写一个：def forward(self, x):",
        ),
    ],
)
def test_why_a_source_is_no_custom_layer_is_said_in_chinese(source, chinese):
    own = "class Own(nn.Module):\n    def forward(self, x):\n        return x\n"
    with pytest.raises(CustomError) as refused:
        reading(source if source.startswith("class") else f"{source}\n{own}")
    assert catalogue(CHINESE).translated(str(refused.value)) == chinese
