"""The small pictures of the gallery: inside their frame, in the families' colours, quick to make."""

import pytest

from builder.captions import COLORS
from builder.silhouette import COPIES, HEIGHT, MOST_BANDS, WIDTH, silhouette
from builder.templates import template, template_names


@pytest.mark.parametrize("name", template_names())
def test_every_layer_stands_inside_the_picture_and_has_a_colour(name):
    document = template(name)
    found = silhouette(document)
    assert len(found.patches) == len(document.main.nodes)
    for patch in found.patches:
        assert patch.x >= 0 and patch.x + patch.width <= WIDTH
        assert patch.y >= 0 and patch.y + patch.height <= HEIGHT
        assert 1 <= len(patch.families) <= MOST_BANDS
        assert set(patch.families) <= COLORS.keys()


@pytest.mark.parametrize("name", template_names())
def test_every_arrow_stands_inside_the_picture_and_points_to_the_right(name):
    document = template(name)
    found = silhouette(document)
    assert len(found.lines) == sum(len(node.inputs) for node in document.main.nodes)
    for line in found.lines:
        assert all(0 <= x <= WIDTH for x in line[::2])
        assert all(0 <= y <= HEIGHT for y in line[1::2])
        assert line[0] < line[-2]


def test_a_block_shows_what_is_in_it_and_a_repeat_is_a_stack():
    patches = dict(
        zip(template("resnet18").main.nodes, silhouette(template("resnet18")).patches, strict=True)
    )
    by_id = {node.id: patch for node, patch in patches.items()}
    assert by_id["stage1"].families[:3] == ("Convolution", "Normalization", "Activation")
    assert by_id["stage1"].copies == 2
    assert by_id["conv1"].families == ("Convolution",)
    assert max(patch.copies for patch in silhouette(template("gpt2_small")).patches) == COPIES
