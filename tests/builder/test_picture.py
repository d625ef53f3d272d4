"""The picture of a scene: everything in it, inside its edges, and no word of a document is markup."""

from dataclasses import dataclass, replace
from xml.etree import ElementTree

import pytest

from builder import Document, check, edits
from builder.captions import COLORS
from builder.drawing import Box, Scene, scene
from builder.picture import DARK, LIGHT, clipped, lines, mixed, short_count, svg, text_width
from builder.templates import template, template_names
from tests.networks import chain

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = "</text><script>alert(1)</script> & \x00 \x1b ]]> \" '"


def picture_of(document: Document, dark: bool = False) -> ElementTree.Element:
    """The picture, parsed as strictly as a viewer would."""
    return ElementTree.fromstring(svg(scene(document, check(document)), dark))


def texts(picture: ElementTree.Element) -> list[str]:
    return [text.text for text in picture.iter(f"{SVG}text")]


@pytest.mark.parametrize("name", template_names())
def test_every_box_label_and_arrow_is_in_the_picture(name):
    document = template(name)
    drawn = scene(document, check(document))
    picture = ElementTree.fromstring(svg(drawn))
    assert len(picture.findall(f"{SVG}g")) == len(drawn.boxes)
    assert len(picture.findall(f"{SVG}path")) == len(drawn.arrows) + len(drawn.links)
    said = texts(picture)
    assert all(box.title in said for box in drawn.boxes)
    assert all(arrow.label in said for arrow in drawn.arrows if arrow.label_at)


@pytest.mark.parametrize("name", template_names())
def test_nothing_stands_outside_the_picture(name):
    document = template(name)
    drawn = scene(document, check(document))
    width, height = map(float, ElementTree.fromstring(svg(drawn)).get("viewBox").split()[2:])
    assert all(box.x >= 0 and box.x + box.width <= width for box in drawn.boxes)
    assert all(0 <= y <= height for arrow in drawn.arrows for _, y in arrow.points)


def test_a_problem_is_told_in_the_box():
    document = chain(("conv1", "Conv2d", {"in_channels": 64, "out_channels": 8, "kernel_size": 3}))
    picture = picture_of(document)
    red = [text.text for text in picture.iter(f"{SVG}text") if text.get("fill") == LIGHT.bad]
    assert "64" in " ".join(red)
    assert any("waits for conv1" in text for text in texts(picture))


def test_words_of_a_document_are_never_markup():
    document = chain(("act", "ReLU"), name=HOSTILE)
    document = edits.set_note(document, "act", HOSTILE)
    text = svg(scene(document, check(document)), name=HOSTILE)
    picture = ElementTree.fromstring(text)
    assert {each.tag for each in picture.iter()} == {
        SVG + tag for tag in ("svg", "title", "rect", "path", "g", "text")
    }
    assert "<script" not in text and "\x00" not in text


def test_nothing_is_fetched_from_anywhere():
    text = svg(scene(template("digits_cnn")))
    assert "href" not in text and "url(" not in text and text.count("http") == 1


def test_light_and_dark_have_the_canvas_colours():
    document = template("digits_cnn")
    for dark, page in ((False, LIGHT), (True, DARK)):
        text = svg(scene(document, check(document)), dark)
        color = COLORS["Convolution"]
        assert page.background in text and (color.dark if dark else color.light) in text


@dataclass(frozen=True)
class Marked(Box):
    """A box with what only some scenes tell: an open block, marks."""

    frame: bool = False
    marks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Link:
    points: tuple[tuple[float, float], ...]
    label_at: tuple[float, float] | None


@dataclass(frozen=True)
class Linked(Scene):
    links: tuple[Link, ...] = ()


def test_open_blocks_stand_behind_their_lines_and_shared_weights_are_linked():
    document = template("digits_cnn")
    drawn = scene(document, check(document))
    first, *others = [Marked(**vars(box)) for box in drawn.boxes]
    frame = replace(others[-1], frame=True, marks=("3 in a row",), height=300.0)
    links = (Link(((0, 0), (10, 0)), (5, 5)), Link(((0, 9), (10, 9)), None))
    linked = Linked((first, *others[:-1], frame), drawn.arrows, drawn.width, drawn.height, links)
    picture = ElementTree.fromstring(svg(linked))
    tags = [each.tag.removeprefix(SVG) for each in picture]
    assert tags.index("g") < tags.index("path") and tags.count("g") == len(drawn.boxes)
    assert tags.count("path") == len(drawn.arrows) + len(links)
    assert texts(picture).count("same weights") == 1
    assert f"{frame.subtitle}, 3 in a row" in texts(picture)


def test_an_empty_scene_is_an_empty_picture():
    assert texts(ElementTree.fromstring(svg(scene(Document("Nothing"))))) == []


def test_colours_are_mixed_as_a_browser_mixes_them():
    assert mixed("#ff0000", "#0000ff", 50) == "#800080"
    assert mixed("#1b2430", "#ffffff", 100) == "#1b2430"


def test_counts_are_short():
    assert [short_count(number) for number in (640, 1000, 18_496, 138_357_544, 7 * 10**9)] == [
        "640",
        "1 k",
        "18.5 k",
        "138 M",
        "7 G",
    ]


def test_words_are_clipped_and_broken_to_fit():
    words = (
        "Conv2d takes (channels, height, width) and gets (784). Put a Reshape or Unflatten before it. " * 3
    )
    broken = list(lines(words, 11.5, 230))
    assert len(broken) == 3 and broken[-1].endswith("…")
    assert all(text_width(line, 11.5) <= 230 for line in broken)
    assert clipped("short", 13, 100) == "short"
    assert text_width(clipped("a_very_long_name_of_a_layer_" * 3, 13, 100), 13) <= 100
