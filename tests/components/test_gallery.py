"""The gallery: what it sends to the browser, as AppTest sees it."""

import json

import pytest
from streamlit.testing.v1 import AppTest

from builder.templates import GROUPS, template_names
from components.gallery import template_cards
from components.language import CHINESE, speaking

MOST = 100_000  # characters for all cards: a slow connection waits for them


def page() -> None:
    from components.gallery import gallery, template_cards

    gallery(template_cards(), key="gallery", on_event=print)


@pytest.fixture(scope="module")
def sent() -> str:
    app = AppTest.from_function(page, default_timeout=30).run()
    assert not app.exception
    return next(e.proto.json for e in app.main if e.type == "bidi_component")


def test_it_has_a_card_with_a_picture_for_each_template(sent):
    cards = json.loads(sent)["cards"]
    assert [card["name"] for card in cards] == list(template_names())
    assert all(card["patches"] and card["lines"] and card["purpose"] for card in cards)
    assert len(sent) < MOST


def test_groups_stand_together():
    groups = [card.group for card in template_cards()]
    assert list(dict.fromkeys(groups)) == list(GROUPS)
    assert groups == sorted(groups, key=GROUPS.index)


def test_the_groups_have_names_in_the_visitors_language():
    with speaking(CHINESE):
        said = {card.group: card.data()["group"] for card in template_cards()}
    assert [group for group in GROUPS if said[group] == group] == []


def test_a_card_says_what_the_network_takes_and_what_layers_it_has():
    cards = {card.name: card for card in template_cards()}
    assert cards["resnet50"].takes == "3 × 224 × 224"
    assert cards["iris_mlp"].takes == "4 numbers"
    assert cards["gpt2_small"].takes == "1024 tokens"
    assert cards["siamese"].takes == "1 × 28 × 28 and 1 × 28 × 28"
    assert "ScaledDotProductAttention" in cards["gpt2_small"].kinds.split()
    assert cards["gpt2_small"].parameters == "124,439,808"
