"""Each repair that follows from a layer's neighbours, and each warning's: its sentence, and one click."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from builder import Document
from tests.builder.test_advice import WRONG
from tests.builder.test_remedies import REMEDIES
from tests.e2e.screen import fits, go_to, says, stored
from tests.e2e.server import Server
from tests.networks import chain

pytestmark = pytest.mark.slow

IMAGE = (1, 8, 8)
MORE = {
    "an Unflatten before a convolution": (
        chain(("conv", "Conv2d", {"out_channels": 4, "kernel_size": 3}), shape=(64,)),
        re.compile("Insert an Unflatten before conv"),
        "adds unflatten1 (Unflatten",
    ),
    "heads that divide": (
        chain(("attend", "TransformerEncoderLayer", {"nhead": 5}), shape=(7, 12)),
        re.compile("Set nhead to [346]"),
        "attend: nhead 5 →",
    ),
}


def opened(page: Page, server: Server, document: Document) -> None:
    page.goto(f"{server.url}/?doc={stored(server, document)}")


@pytest.mark.parametrize("document, label, words", REMEDIES.values(), ids=REMEDIES)
def test_a_repair_says_what_it_changes_and_all_is_well(
    page: Page, server: Server, document: Document, label: str, words: list[str]
):
    opened(page, server, document)
    says(page, "; ".join(words))
    page.get_by_role("button", name=label, exact=True).click()
    fits(page)


@pytest.mark.parametrize("document, label, words", MORE.values(), ids=MORE)
def test_a_value_that_fits_is_one_click_away(page: Page, server: Server, document: Document, label, words):
    opened(page, server, document)
    says(page, words)
    page.get_by_role("button", name=label).click()
    fits(page)


@pytest.mark.parametrize("document, node, words, label", WRONG.values(), ids=WRONG)
def test_a_warning_says_its_reason_and_goes_with_one_click(
    page: Page, server: Server, document: Document, node: str, words: str, label: str
):
    opened(page, server, document)
    fits(page)
    says(page, words)
    page.get_by_role("button", name=label, exact=True).click()
    says(page, "None are known.")


def test_the_output_gets_as_many_numbers_as_there_are_classes(page: Page, server: Server):
    opened(page, server, chain(("flat", "Flatten"), ("fc", "Linear", {"out_features": 7}), shape=IMAGE))
    fits(page)
    go_to(page, "Train")
    says(page, "answer gives 7 numbers and digits has 10 classes.")
    page.get_by_role("button", name="Give 10 numbers, one for each class", exact=True).click()
    expect(page.get_by_role("button", name="Start training", exact=True)).to_be_enabled()
