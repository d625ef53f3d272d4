"""Which language a visitor reads, and how a finished sentence finds its message."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from components.language import CHINESE, ENGLISH, message, of_request, speaking, t, understood
from components.languages.catalogue import Catalogue
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
    },
    {"channels": "通道"},
)


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("Undo", "撤销"),
        ("conv1 waits for norm1.", "conv1 在等待 norm1。"),
        ("3 of 12 layers", "12 层中的 3 层"),
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
