"""Pictures, texts and arrays: what is guessed of a file, and what arrays come of it."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from trainer.data.forms import FORMS, form_of
from trainer.errors import TrainerError


def made(path: Path, **options):
    form = form_of(path)
    return form.make(path, form.completed(path, options))


def picture(color, size=(8, 6), kind="PNG") -> bytes:
    content = io.BytesIO()
    Image.new("RGB" if isinstance(color, tuple) else "L", size, color).save(content, kind)
    return content.getvalue()


def zipped(path: Path, files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    return path


@pytest.fixture
def pets(tmp_path: Path) -> Path:
    files = {
        f"pets/{kind}/{n}.png": picture(color)
        for kind, color in (("cat", (255, 0, 0)), ("dog", (0, 0, 255)))
        for n in range(5)
    }
    return zipped(
        tmp_path / "pets.zip", {**files, "__MACOSX/pets/cat/._0.png": b"x", "pets/readme.txt": b"x"}
    )


def test_the_folder_of_a_picture_is_its_class(pets):
    found = made(pets)
    assert found.labels == ("cat", "dog") and found.x.shape == (10, 3, 6, 8)
    red, _, blue = found.x.mean((2, 3)).T
    assert ((red > blue) == (found.y == 0)).all()


@pytest.mark.parametrize("kind", ["PNG", "PPM"])
def test_grey_pictures_of_16_bits_keep_their_greys(tmp_path, kind):
    ramp = np.linspace(0, 65535, 48).round().astype(np.uint16).reshape(6, 8)
    content = io.BytesIO()
    Image.fromarray(ramp).save(content, kind)
    ending = {"PNG": "png", "PPM": "pgm"}[kind]
    files = {f"{each}/{n}.{ending}": content.getvalue() for each in "ab" for n in (1, 2)}
    found = made(zipped(tmp_path / "deep.zip", files))
    assert found.x.shape == (4, 1, 6, 8)  # grey by itself
    np.testing.assert_allclose(found.x[0, 0], ramp / 257, atol=1)


def test_a_photograph_is_turned_upright_as_its_camera_says(tmp_path):
    content, turned = io.BytesIO(), Image.Exif()
    turned[0x0112] = 6  # the camera was held upright
    lying = np.zeros((6, 8, 3), np.uint8)
    lying[:, :4] = 255  # light on the left, which is above
    Image.fromarray(lying).save(content, "JPEG", exif=turned)
    found = made(
        zipped(tmp_path / "photos.zip", {f"{k}/{n}.jpg": content.getvalue() for k in "ab" for n in "12"})
    )
    assert found.x.shape == (4, 3, 8, 6)
    assert found.x[0, :, :3].min() > 200 and found.x[0, :, 5:].max() < 55


def test_folders_above_the_classes_are_said_to_be_put_together(pets, tmp_path):
    assert made(pets).notes == ()
    files = {
        f"{part}/{kind}/{n}.png": picture(n) for part in ("train", "val") for kind in "ab" for n in (1, 2)
    }
    (note,) = made(zipped(tmp_path / "parts.zip", files)).notes
    assert note.startswith("Folders above the classes are put together: train, val.")


def test_size_and_colour_are_guessed_and_may_be_changed(pets, tmp_path):
    found = made(pets, height=3, width=4, color="grey")
    assert found.x.shape == (10, 1, 3, 4)
    files = {f"{kind}/{n}.png": picture(n, (300, 150)) for kind in "ab" for n in range(3)}
    large = zipped(tmp_path / "grey.zip", files)
    assert made(large).x.shape == (6, 1, 32, 64)


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({}, "holds no pictures"),
        ({"a.txt": b"x"}, "holds no pictures"),
        ({"all/1.png": picture(1), "all/2.png": picture(2)}, "Give each class a folder of its own"),
        ({"a/1.png": picture(1), "b/2.png": b"no picture"}, "b/2.png cannot be read as a picture"),
        ({"a/1.png": picture(1), "b/2.png": picture(1)[:40]}, "b/2.png cannot be read as a picture"),
        ({"a/1.png": picture(1), "b/2.png": b"%!PS-Adobe-3.0 EPSF-3.0"}, "cannot be read as a picture"),
    ],
)
def test_a_zip_without_classes_of_pictures_is_refused(tmp_path, files, said):
    with pytest.raises(TrainerError, match=said):
        made(zipped(tmp_path / "bad.zip", files))


def test_a_path_out_of_the_zip_leads_nowhere(tmp_path):
    files = {f"../../{kind}/../{kind}/{n}.png": picture(n) for kind in "ab" for n in range(3)}
    with pytest.raises(TrainerError, match="holds no pictures"):
        made(zipped(tmp_path / "slip.zip", files))
    assert [each.name for each in tmp_path.rglob("*")] == ["slip.zip"]


def test_a_zip_bomb_is_stopped_at_the_limit(tmp_path, monkeypatch):
    monkeypatch.setenv("LAYERLOOM_DATA_UNPACKED_MB", "2")
    files = {f"{kind}/{n}.png": bytes(900_000) for kind in "ab" for n in range(4)}
    bomb = zipped(tmp_path / "bomb.zip", files)
    assert bomb.stat().st_size < 20_000
    with pytest.raises(TrainerError, match="cannot be read as a picture|LAYERLOOM_DATA_UNPACKED_MB"):
        made(bomb)
    one = {"a/1.png": picture(1), "b/2.png": bytes(5_000_000)}
    with pytest.raises(TrainerError, match="LAYERLOOM_DATA_UNPACKED_MB"):
        made(zipped(tmp_path / "one.zip", one))


def test_a_picture_of_too_many_points_is_not_decoded(tmp_path, monkeypatch):
    monkeypatch.setattr("trainer.data.forms.pictures.MOST_POINTS", 1000)
    files = {"a/1.png": picture(1, (40, 40)), "b/2.png": picture(1)}
    with pytest.raises(TrainerError, match="a/1.png has 40 by 40 points"):
        made(zipped(tmp_path / "large.zip", files))


def test_too_many_files_are_refused_before_one_is_read(pets, monkeypatch):
    monkeypatch.setenv("LAYERLOOM_DATA_ENTRIES", "5")
    with pytest.raises(TrainerError, match="12 files, and the limit is 5"):
        made(pets)


# --- text


@pytest.mark.parametrize("order", ["{label}\t{text}", "{text}\t{label}"])
def test_lines_with_a_label_are_told_on_either_side(tmp_path, order):
    path = tmp_path / "moods.txt"
    lines = [order.format(label="ab"[n % 2], text=f"word{n}") for n in range(20)]
    path.write_text("\n".join(lines))
    found = made(path)
    assert found.labels == ("a", "b") and found.y.tolist() == [n % 2 for n in range(20)]
    assert found.tokens[:2] == ("[pad]", "[unk]") and found.high == len(found.tokens)
    text = ["".join(found.tokens[token] for token in row if token) for row in found.x]
    assert text == [f"word{n}" for n in range(20)]


def test_long_texts_are_cut_short_ones_padded_and_rare_tokens_unknown(tmp_path):
    path = tmp_path / "words.txt"
    path.write_text("a\tno no no yes\nb\tno\n" * 3)
    found = made(path, units="words", length=2, vocabulary=3)
    assert found.tokens == ("[pad]", "[unk]", "no")
    assert found.x.tolist() == [[2, 2], [2, 0]] * 3
    assert found.notes == ("3 texts are longer than 2 tokens and are cut.",)
    assert made(path, units="words", length=4, vocabulary=3).x[0].tolist() == [2, 2, 2, 1]


def test_running_text_asks_for_the_next_letter(tmp_path):
    path = tmp_path / "song.txt"
    text = "la la li lu " * 20
    path.write_text(text)
    found = made(path, length=5)
    letters = [found.tokens[token] for token in found.y]
    assert letters == list(text[5:])
    assert "".join(found.tokens[token] for token in found.x[3]) == text[3:8]
    assert "␣" in found.labels and found.high == len(found.labels)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"\0\0\0", "not plain text"),
        (b"\xff\xff", "not text in UTF-8"),
        (b"short", "Make the length smaller"),
    ],
)
def test_a_text_that_is_none_is_refused(tmp_path, content, said):
    path = tmp_path / "bad.txt"
    path.write_bytes(content)
    with pytest.raises(TrainerError, match=said):
        made(path)


# --- arrays


def saved(path: Path, **arrays) -> Path:
    np.savez(path, **arrays)
    return path


def test_arrays_are_taken_by_their_names(tmp_path):
    x, y = np.random.default_rng(0).normal(size=(9, 4)), np.arange(9) % 3
    found = made(saved(tmp_path / "a.npz", other=np.zeros(2), y=y, x=x))
    np.testing.assert_allclose(found.x, x, rtol=1e-6)
    assert found.labels == ("0", "1", "2") and found.y.tolist() == y.tolist()


def test_bytes_of_pictures_are_kept_as_bytes_with_the_channels_first(tmp_path):
    x = np.random.default_rng(0).integers(0, 256, (6, 5, 4, 3), dtype=np.uint8)
    found = made(saved(tmp_path / "a.npz", images=x, labels=np.arange(6) % 2))
    assert found.divisor == 255 and found.x.dtype == np.uint8
    assert np.array_equal(found.x, x.transpose(0, 3, 1, 2))


def test_grey_pictures_without_a_channel_get_one(tmp_path):
    """As in the file of MNIST that Keras hands out."""
    x = np.random.default_rng(0).integers(0, 256, (6, 5, 4), dtype=np.uint8)
    path = saved(tmp_path / "a.npz", x_train=x, y_train=np.arange(6) % 2)
    assert np.array_equal(made(path).x, x[:, None])
    assert made(path, channels="as they are").x.shape == x.shape
    series = saved(tmp_path / "b.npz", x=x.astype("float32"), y=np.arange(6) % 2)
    assert made(series).x.shape == x.shape


def test_decimal_answers_are_values(tmp_path):
    y = np.random.default_rng(0).normal(size=(8, 2))
    found = made(saved(tmp_path / "a.npz", x=np.zeros((8, 3)), y=y))
    assert found.task == "regression" and found.labels == ("y 1", "y 2")
    np.testing.assert_allclose(found.y, y, rtol=1e-6)


def test_a_column_of_whole_numbers_are_classes_and_what_is_not_used_is_said(tmp_path):
    """As in CIFAR-10 as Keras hands it out."""
    x, y = np.zeros((8, 4, 4, 3), np.uint8), (np.arange(8) % 3)[:, None].astype(np.uint8)
    found = made(saved(tmp_path / "a.npz", x_train=x, y_train=y, x_test=x, y_test=y))
    assert found.task == "classification" and found.labels == ("0", "1", "2")
    (note,) = found.notes
    assert note == "Arrays that are not used: x_test, y_test. What is validated on is taken from x_train."
    assert made(saved(tmp_path / "b.npz", x=x, y=y)).notes == ()


def test_rows_of_whole_numbers_are_tokens(tmp_path):
    x = np.random.default_rng(0).integers(0, 30, (8, 6))
    found = made(saved(tmp_path / "a.npz", x=x, y=list("abababab")))
    assert found.dtype == "int64" and found.high == x.max() + 1 and found.labels == ("a", "b")
    assert made(tmp_path / "a.npz", kind="numbers").dtype == "float32"


class Bomb:
    """What would run if anything were unpickled."""

    def __reduce__(self):
        return (pytest.fail, ("a pickle was opened",))


@pytest.mark.parametrize(
    ("arrays", "said"),
    [
        ({"x": np.zeros((5, 2))}, "holds 1 arrays"),
        ({"x": np.zeros((5, 2)), "y": np.zeros(4)}, "as many in the one as in the other"),
        ({"x": np.full((5, 2), np.nan), "y": np.arange(5) % 2}, "holds NaN"),
        ({"x": np.array([Bomb()] * 5), "y": np.arange(5)}, "holds object, which is not read"),
        ({"x": np.zeros((5, 2)), "y": np.array([0.5, np.inf, 1, 2, 3])}, "y holds NaN, infinity or"),
        (
            {"x": np.zeros((5, 2)), "y": np.arange(5) * 1e300},
            "y holds NaN, infinity or a number beyond 3.4e38",
        ),
        ({"x": np.full((5, 2), 1e300), "y": np.arange(5)}, "x holds NaN, infinity or a number beyond 3.4e38"),
        ({"x": np.zeros((5, 1, 1, 1, 1, 1)), "y": np.arange(5) % 2}, "at most 5 dimensions"),
        ({"x": np.zeros((5, 0)), "y": np.arange(5) % 2}, "holds no number"),
        ({"x": np.array(["a"] * 5), "y": np.arange(5) % 2}, "Give numbers"),
    ],
)
def test_arrays_that_are_none_are_refused(tmp_path, arrays, said):
    with pytest.raises(TrainerError, match=said):
        made(saved(tmp_path / "bad.npz", **arrays))


def test_classes_that_no_whole_number_can_tell_apart_are_refused(tmp_path):
    path = saved(tmp_path / "a.npz", x=np.zeros((6, 2)), y=np.arange(6) % 3 * 1e30)
    with pytest.raises(TrainerError, match="a class is one whole number"):
        made(path, predict="classes")


def test_a_head_that_promises_too_much_is_not_believed(tmp_path):
    head = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        head, {"descr": "<f8", "fortran_order": False, "shape": (10**9, 10**9)}
    )
    files = {"x.npy": head.getvalue(), "y.npy": head.getvalue()}
    with pytest.raises(TrainerError, match="LAYERLOOM_DATA_NUMBERS"):
        made(zipped(tmp_path / "huge.npz", files))


@pytest.mark.parametrize("content", [b"", b"\x80\x04 a pickle", b"PK\x05\x06" + b"\0" * 18])
def test_what_is_no_file_of_arrays_is_refused(tmp_path, content):
    path = tmp_path / "bad.npz"
    path.write_bytes(content)
    with pytest.raises(TrainerError, match="no file of arrays|holds 0 arrays"):
        made(path)


def test_an_unknown_ending_is_refused_with_the_known_ones():
    with pytest.raises(TrainerError, match=r"a.pkl is of no form that is read here.*\.csv.*\.npz"):
        form_of(Path("a.pkl"))


@pytest.mark.parametrize("form", FORMS.values(), ids=lambda form: form.name)
def test_every_form_says_what_it_takes(form):
    assert form.title and form.about.endswith(".") and all(ending.startswith(".") for ending in form.endings)
