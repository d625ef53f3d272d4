"""The interface in Chinese: every word of a page, the switch, and that nothing is lost by it."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.screen import fill, fits, open_build, select, until
from tests.e2e.server import Server
from tests.foreign import foreign

# All that is seen, and all that a screen reader says, in the shadows of the components too.
WORDS = """() => {
  const found = new Set(), unseen = ["STYLE", "SCRIPT", "NOSCRIPT"];
  const names = ["aria-label", "aria-description", "aria-valuetext", "title", "placeholder", "alt"];
  const walk = (root) => {
    for (const element of root.querySelectorAll("*")) {
      for (const name of names) found.add(element.getAttribute(name) ?? "");
      for (const node of unseen.includes(element.tagName) ? [] : element.childNodes)
        if (node.nodeType === Node.TEXT_NODE) found.add(node.data.trim());
      if (element.shadowRoot) walk(element.shadowRoot);
    }
  };
  walk(document.body);
  return [...found].filter(Boolean);
}"""
# The purposes of the pages that do not say whether the network fits.
THERE = {
    "data": "看看有哪些数据可用于训练",
    "runs": "查找在这里训练过的网络",
    "try_it": "给训练好的运行一个自己的输入",
}
SWITCH = "Language · 语言"
ICON = re.compile(r"^[a-z_]+( icon)?$")  # the name of a symbol, which its font draws as one


def left_in_english(page: Page) -> list[str]:
    return [
        text for text in page.evaluate(WORDS) if text != SWITCH and not ICON.match(text) and foreign(text)
    ]


def switch(page: Page) -> Locator:
    return page.get_by_role("combobox", name=SWITCH)


def in_chinese(visitor: Callable[..., Page], server: Server, path: str = "") -> Page:
    page = visitor(locale="zh-CN")
    page.goto(f"{server.url}/{path}")
    expect(page.get_by_text(THERE.get(path, "全部匹配。")).first).to_be_visible()
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")
    return page


@pytest.mark.slow
@pytest.mark.parametrize("path", ["", "data", "train", "compare", "runs", "try_it"])
def test_a_page_holds_no_english(visitor: Callable[..., Page], server: Server, path: str):
    page = in_chinese(visitor, server, path)
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    until(lambda: left_in_english(page), [], page)


@pytest.mark.slow
def test_neither_do_the_dialogs_of_the_build_page(visitor: Callable[..., Page], server: Server):
    page = in_chinese(visitor, server)
    page.get_by_role("option", name=re.compile("^conv1, ")).last.focus()
    page.keyboard.press("r")
    expect(page.get_by_role("dialog").get_by_role("option")).not_to_have_count(0)
    until(lambda: left_in_english(page), [], page)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="模板", exact=True).click()
    groups = page.get_by_role("dialog").get_by_role("heading", level=3)
    expect(groups.first).to_be_visible()
    assert [name for name in groups.all_inner_texts() if foreign(name)] == []
    page.keyboard.press("Escape")
    page.get_by_role("button", name="导出", exact=True).click()
    expect(page.get_by_role("dialog").get_by_text("权重由随机种子 0 随机生成。")).to_be_visible()


@pytest.mark.slow
def test_a_run_is_watched_in_chinese(visitor: Callable[..., Page], server: Server):
    page = in_chinese(visitor, server, "train")
    fill(page, "epochs", "2")
    page.get_by_role("button", name="开始训练", exact=True).click()
    expect(page.get_by_text("完成", exact=True).first).to_be_visible(timeout=90_000)
    expect(page.get_by_role("heading", name="损失与准确率")).to_be_visible()
    until(lambda: left_in_english(page), [], page)
    page.goto(f"{server.url}/runs")
    page.get_by_role("checkbox").last.click()
    expect(page.get_by_role("button", name="查看").first).to_be_visible()
    until(lambda: left_in_english(page), [], page)
    server.end_runs()


def test_the_switch_keeps_the_network_and_lasts(page: Page, server: Server):
    open_build(page, server)
    select(page, "conv1")
    fill(page, "out_channels", "24")
    fits(page)
    switch(page).select_option(label="简体中文")
    expect(page.get_by_role("button", name="撤销", exact=True)).to_be_enabled()  # the step back too
    expect(page.get_by_label("out_channels", exact=True)).to_have_value("24")
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    page.reload()
    expect(page.get_by_role("button", name="撤销", exact=True)).to_be_visible()
    page.get_by_role("link", name="训练", exact=True).click()
    expect(page.get_by_role("button", name="开始训练", exact=True)).to_be_visible()
    switch(page).select_option(label="English")
    expect(page.get_by_role("button", name="Start training", exact=True)).to_be_visible()
