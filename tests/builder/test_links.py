"""A document in a link: whole, or a sentence."""

import base64
import zlib

import pytest

from builder import links
from builder.files import LARGEST
from builder.templates import template, template_names

DOCUMENT = template("digits_cnn")


def packed(text: str) -> str:
    return links.MARK + base64.urlsafe_b64encode(zlib.compress(text.encode(), 9)).decode().rstrip("=")


@pytest.mark.parametrize("name", template_names())
def test_a_link_gives_the_document_back(name):
    assert links.unpacked(links.packed(template(name))) == template(name)


def test_a_link_holds_nothing_that_an_address_may_not():
    assert links.LETTERS.fullmatch(links.packed(DOCUMENT).replace(".", "", 1))


def test_a_link_that_is_cut_anywhere_is_refused_with_a_sentence():
    whole = links.packed(DOCUMENT)
    for length in range(len(whole)):
        with pytest.raises(links.LinkError, match="cut short"):
            links.unpacked(whole[:length])


def test_a_link_with_another_letter_is_refused_or_the_same():
    whole = links.packed(DOCUMENT)
    for place in range(len(links.MARK), len(whole)):
        changed = whole[:place] + ("B" if whole[place] != "B" else "C") + whole[place + 1 :]
        try:
            assert links.unpacked(changed) == DOCUMENT  # its last letter may hold bits that nobody reads
        except links.LinkError as error:
            assert str(error).endswith(".")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("1.", "cut short"),
        ("garbage", "another Layerloom"),
        ("2.abc", "another Layerloom"),
        ("1.<script>", "cut short"),
        ("1." + "A" * links.LONGEST, "cut short"),
        (packed("[]"), "cannot be opened"),
        (packed('{"format": "layerloom/9", "main": {"nodes": []}}'), "made by a newer Layerloom"),
        (packed("x" * (LARGEST + 1)), "5,000,000 is the limit"),
        (packed("x" * (LARGEST + 9)), "cut short"),
        (packed("[" * 3_000_000), "cannot be opened"),
    ],
)
def test_what_is_no_network_is_refused_with_a_sentence(text, sentence):
    with pytest.raises(links.LinkError, match=sentence):
        links.unpacked(text)


def test_a_document_that_is_too_large_is_told_so(monkeypatch):
    monkeypatch.setattr(links, "LONGEST", 100)
    links.packed.cache_clear()
    with pytest.raises(links.LinkError, match="Digits CNN is too large for a link: .* Download the document"):
        links.packed(DOCUMENT)
    links.packed.cache_clear()
