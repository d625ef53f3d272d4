"""What a person gives becomes an example as the data set has them, or is refused with a sentence."""

from __future__ import annotations

import base64
import io

import numpy as np
import pytest
from PIL import Image

from tests.trainer.answering.trained import kept
from trainer import store
from trainer.answering.inputs import input_of, taken
from trainer.answering.learned import Learned, learned_from, preparation
from trainer.answering.pictures import frame_of, framed
from trainer.data import DATASETS, find
from trainer.errors import TrainerError

HERE = [each.name for each in DATASETS.values() if each.original is None]
EXACT = {"rtol": 0, "atol": 0}


def learned(data: str) -> Learned:
    return learned_from(store.Run("", data=data))


def given(data: str, **what):
    known = learned(data)
    return taken(input_of(known), known, what)[0]


@pytest.mark.parametrize("scaling", ["default", "standardize", "0 to 1"])
@pytest.mark.parametrize("data", HERE)
def test_an_example_is_prepared_as_a_run_prepares_it(data, scaling):
    data_set = find(data)
    x, y = data_set.arrays()
    train, held = data_set.parts(y, 0, 0.2)
    expected = data_set.prepared(0, 0.2, scaling)[2]
    np.testing.assert_allclose(preparation(data_set, x[train], scaling)(x[held]), expected, **EXACT)


# --- tables


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ([5, 3, "x", 0], "petal length is 'x', which is no number"),
        ([5, 3, "nan", 0], "petal length is 'nan', which is no number"),
        ([5, 3, True, 0], "which is no number"),
        ([5, 3, "1e999", 0], "which is no number"),
        ([5, 3, [1], 0], "which is no number"),
        ([5, 3, 1], "The row has 3 values, and Iris flowers has 4 columns: sepal length"),
        ("5 3 1 0 9", "The row has 5 values"),
        ([5, 3, None, 0], "petal length has no value"),
        ({"a": 1}, "must be a list"),
    ],
)
def test_a_row_that_is_none_is_refused(row, said):
    with pytest.raises(TrainerError, match=said):
        given("iris", row=row)


@pytest.mark.parametrize(
    "row", ["5.1,3.5,1.4,0.2", "5.1; 3.5; 1.4; 0.2", "5.1\t3.5\t1.4\t0.2", "5.1 3.5 1.4 0.2"]
)
def test_a_line_is_a_row(row):
    np.testing.assert_allclose(given("iris", row=row).x, [[5.1, 3.5, 1.4, 0.2]])


def test_only_a_value_that_was_in_no_training_is_warned_of():
    known = learned("iris")
    edges = [float(f"{value:.6g}") for value in known.train[0].max(0)]
    assert not given("iris", row=edges).warnings
    edges[2] += 0.1
    assert (
        given("iris", row=edges)
        .warnings[0]
        .startswith("petal length is 7. The network was trained with 1 to 6.9")
    )


def test_typical_rows_are_medians():
    known = learned("wine")
    assert input_of(known).form()["row"] == pytest.approx(np.median(known.train[0], 0).tolist(), rel=1e-5)


# --- text


def test_letters_become_the_tokens_of_the_data():
    got = given("contains_letter", text="abz")
    assert got.x.tolist() == [[2, 3, 27] + [0] * 13] and got.shown["filled"] == 13
    assert got.warnings == (
        "The shortest text in training had 4 tokens and this one has 3: the answer is a guess.",
    )


def test_unknown_letters_and_what_is_too_long_are_said():
    got = given("contains_letter", text="B" + "c" * 20)
    assert got.x[0, 0] == 1
    assert got.warnings[0] == "Unknown: B. It counts as [unk]."
    assert "never met [unk]" in got.warnings[1] and "gets the first 16" in got.warnings[2]


def test_words_are_told_apart_as_in_training():
    lines = "\n".join(
        f"{'good ' * 30 if n % 2 else 'bad ' * 30}film\t{'no yes'.split()[n % 2]}" for n in range(40)
    )
    name = kept(lines, "reviews.txt", label="behind the text", units="words")
    got = given(name, text="A GOOD film")
    tokens = find(name).tokens
    assert [tokens[each] for each in got.x[0, :3]] == ["[unk]", "good", "film"]


def test_of_running_text_the_end_counts():
    name = kept("the quick brown fox jumps over the lazy dog. " * 20, "running.txt", length=8)
    got = given(name, text="jumps over the lazy")
    assert "".join(find(name).tokens[each] for each in got.x[0]) == "the lazy"
    assert "gets the last 8" in got.warnings[0]


@pytest.mark.parametrize("text", ["", "  ", 5, None, "x" * 30_000])
def test_what_is_no_text_is_refused(text):
    with pytest.raises(TrainerError, match="no text|letters; up to"):
        given("contains_letter", text=text)


# --- series, and what else there is


@pytest.mark.parametrize(
    "series", [[], [[1]], [[0.0]] * 47, [["a"]] * 48, [[float("nan")]] * 48, [0.0] * 48, "x"]
)
def test_a_series_that_is_none_is_refused(series):
    with pytest.raises(TrainerError, match="48 steps of 1 numbers"):
        given("sine_waves", series=series)


def test_a_series_outside_of_the_training_is_warned_of():
    assert not given("sine_waves", series=[[0.5]] * 48).warnings
    assert given("sine_waves", series=[[9.0]] * 48).warnings[0].startswith("height comes to 9.")


@pytest.mark.parametrize("number", [-1, 30, 10**9, "1", 1.5, True, None])
def test_an_example_that_is_not_there_is_refused(number):
    with pytest.raises(TrainerError, match="numbered from 0 to 29"):
        given("iris", example=number)


def test_what_does_not_belong_to_the_data_is_refused():
    with pytest.raises(TrainerError, match="is given as 'text' or 'example'"):
        given("contains_letter", row=[1])


# --- pictures


def encoded(picture: Image.Image, form: str = "PNG") -> str:
    file = io.BytesIO()
    picture.save(file, form)
    return base64.b64encode(file.getvalue()).decode()


def test_a_picture_is_resized_and_taken_in_the_scale_of_the_data():
    got = given("shapes", picture=encoded(Image.new("RGB", (64, 64), (255, 51, 0))))
    np.testing.assert_allclose(got.x[0].mean((1, 2)), [1, 0.2, 0], atol=1e-6)
    assert got.x.shape == (1, 3, 16, 16) and not any("squeezed" in each for each in got.warnings)
    wide = given("shapes", picture=encoded(Image.new("RGB", (64, 32), (30, 30, 30)), "JPEG"))
    assert wide.warnings[0].startswith("The picture has 64 by 32 points and was squeezed to 16 by 16")


def test_dark_on_light_is_said_and_can_be_swapped():
    paper = Image.new("L", (80, 80), 255)
    got = given("digits", picture=encoded(paper))
    assert "brighter than any in training" in got.warnings[0] and "swap light and dark" in got.warnings[1]
    assert given("digits", picture=encoded(paper), inverted=True).x.max() == 0


def bomb() -> str:
    return encoded(Image.new("1", (12_000, 12_000)))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (bomb, "cannot be read as a picture|may have 50,000,000"),
        (
            lambda: base64.b64encode(b"this is only text").decode(),
            "cannot be read as a picture. Choose a PNG",
        ),
        (lambda: base64.b64encode(b"<svg xmlns='http://www.w3.org/2000/svg'/>").decode(), "cannot be read"),
        (lambda: "no base64!", "bytes in base64"),
        (lambda: 5, "bytes in base64"),
        (lambda: "A" * 12_000_000, "over 8.0 MB"),
    ],
    ids=["a bomb", "text", "SVG", "no base64", "a number", "too large"],
)
def test_what_is_no_picture_is_refused(content, said):
    with pytest.raises(TrainerError, match=said):
        given("digits", picture=content())


# --- drawings


def pad(picture: np.ndarray, times: int, top: int, left: int, side: int = 112) -> np.ndarray:
    """A small picture, drawn large somewhere on a pad."""
    large = np.kron(picture, np.ones((times, times), np.float32))
    ink = np.zeros((side, side), np.float32)
    ink[top : top + len(large), left : left + len(large)] = large
    return ink


def test_a_drawing_becomes_a_picture_like_those_of_the_data_wherever_and_however_large_it_is_drawn():
    pictures = learned("digits").train[0][:, 0]
    frame = frame_of(pictures)
    assert (frame.ground, frame.full, frame.height) == (0, 1, 8)
    for picture in pictures[:60]:
        first = framed(pad(picture, 6, 3, 5), frame, (8, 8))
        np.testing.assert_allclose(framed(pad(picture, 6, 50, 40), frame, (8, 8)), first, atol=1e-4)
        np.testing.assert_allclose(framed(pad(picture, 12, 8, 8), frame, (8, 8)), first, atol=0.1)
        assert np.corrcoef(first.ravel(), picture.ravel())[0, 1] > 0.6
    likeness = [
        np.corrcoef(framed(pad(picture, 8, 20, 20), frame, (8, 8)).ravel(), picture.ravel())[0, 1]
        for picture in pictures[:200]
    ]
    assert np.mean(likeness) > 0.93


def test_dark_ink_on_light_ground_is_drawn_so():
    pictures = 1 - learned("digits").train[0][:, 0]
    frame = frame_of(pictures)
    assert (frame.ground, frame.full) == (1, 0)
    small = framed(pad(1 - pictures[0], 8, 20, 20), frame, (8, 8))
    assert small[:, 0].min() > 0.5 > small.min()


@pytest.mark.parametrize("ink", [bytes(112 * 112), b"", b"123", 7, "?"])
def test_what_is_no_drawing_is_refused(ink):
    sent = base64.b64encode(ink).decode() if isinstance(ink, bytes) else ink
    with pytest.raises(TrainerError, match="Nothing is drawn yet|square of bytes|base64"):
        given("digits", ink=sent)


def test_every_ready_set_has_a_form_that_is_json_and_takes_its_own_examples():
    import json

    kinds = {}
    for name in HERE:
        known = learned(name)
        way = input_of(known)
        json.dumps(way.form(), allow_nan=False)
        got, told = taken(way, known, {"example": 0})
        json.dumps([told, dict(got.shown)], allow_nan=False)
        kinds[name] = way.kind
    assert set(kinds.values()) == {"drawing", "picture", "table", "points", "text", "series"}
