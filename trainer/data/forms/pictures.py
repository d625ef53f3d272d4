"""A zip of pictures: the folder that a picture lies in is its class."""

from __future__ import annotations

import io
import warnings
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path, PurePosixPath

import numpy as np

from trainer.data import limits
from trainer.data.forms.archive import Archive, opened
from trainer.data.forms.form import Form, Made, Option, Options, numbered
from trainer.errors import TrainerError

ENDINGS = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp", ".ppm", ".pgm")
FORMATS = ("PNG", "JPEG", "BMP", "GIF", "WEBP", "PPM")
MOST_POINTS = 50_000_000  # of one picture before it is made small
LARGEST, USUAL = 512, 64  # points along a side of what a network gets; the guess is at most USUAL
LOOKED_AT = 20  # pictures from which size and colour are guessed
GREY, COLOR = "grey", "colour"
BYTE = 255
DEEP, DEEP_BYTE = ("I", "I;16", "I;16B", "I;16L"), 257  # modes of 16 bits, and what one of 8 is worth there
GREY_MODES = ("L", "LA", "1", *DEEP)
MOST_NAMED = 8  # folders in a sentence


def listed(archive: Archive, name: str) -> dict[str, str]:
    """Path of a picture -> its class. Raises TrainerError where there are none, or no folders."""
    pictures = [each for each in archive.names if each.lower().endswith(ENDINGS)]
    found = {each: PurePosixPath(each).parent.name for each in pictures}
    if not pictures:
        raise TrainerError(
            f"{name} holds no pictures ({', '.join(ENDINGS)}). Pack a folder of folders, one for each class."
        )
    if len(set(found.values())) < 2:
        raise TrainerError(
            f"The pictures in {name} lie in one folder. Give each class a folder of its own, as in "
            "cats/1.png and dogs/1.png, and pack them again."
        )
    limits.EXAMPLES.holds(len(found), name)
    return found


def decoded(content: bytes, name: str, instead: str = "Take it out of the zip, or save it again."):
    """The picture, decoded and upright, as its camera says. Raises TrainerError where it is none of the
    known formats, or too large; instead: what to do where it cannot be read.
    """
    from PIL import Image, ImageOps  # heavy: a tenth of a second

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(content), formats=FORMATS)
            if picture.width * picture.height > MOST_POINTS:
                raise TrainerError(
                    f"{name} has {picture.width} by {picture.height} points; a picture may have "
                    f"{MOST_POINTS:,}. Make it smaller."
                )
            picture.load()
            ImageOps.exif_transpose(picture, in_place=True)
    except TrainerError:
        raise
    except Exception as error:  # Pillow's decoders raise what they like for a broken file
        raise TrainerError(f"{name} cannot be read as a picture. {instead}") from error
    return picture


def points_of(picture, size: tuple[int, int], channels: int) -> np.ndarray:
    """A decoded picture as a network's data set has it: (channels, height, width) of bytes; size is
    (width, height).
    """
    points = np.asarray(_in_bytes(picture).convert("L" if channels == 1 else "RGB").resize(size))
    return points[None] if channels == 1 else points.transpose(2, 0, 1)


def _in_bytes(picture):
    """A grey picture of 16 bits in 8, from black to white; Pillow would make all but the darkest white."""
    from PIL import Image

    if picture.mode not in DEEP:
        return picture
    return Image.fromarray((np.asarray(picture) / DEEP_BYTE).round().clip(0, BYTE).astype(np.uint8))


def guess(path: Path, given: Options) -> Options:
    return _guessed(path)


@lru_cache(4)
def _guessed(path: Path) -> Options:
    with opened(path) as archive:
        found = list(listed(archive, path.name))
        chosen = found[:: max(1, len(found) // LOOKED_AT)][:LOOKED_AT]
        pictures = [decoded(archive.read(name), name) for name in chosen]
    sizes = Counter(each.size for each in pictures)
    width, height = sizes.most_common(1)[0][0]
    shrink = max(1.0, max(width, height) / USUAL)
    return {
        "height": max(1, round(height / shrink)),
        "width": max(1, round(width / shrink)),
        "color": GREY if all(each.mode in GREY_MODES for each in pictures) else COLOR,
        "scaling": "none",
    }


def options(path: Path, chosen: Options) -> tuple[Option, ...]:
    return (
        Option("height", "Height", "number", "Every picture is made this high.", high=LARGEST),
        Option("width", "Width", "number", "Every picture is made this wide.", high=LARGEST),
        Option("color", "Colour", "one", "Grey is one channel, colour three.", (GREY, COLOR)),
        Option(
            "scaling",
            "Scale the channels",
            "one",
            "Points run from 0 to 1. Standardize gives each channel mean 0 and variance 1.",
            ("none", "standardize"),
        ),
    )


def make(path: Path, chosen: Options) -> Made:
    size, channels = (chosen["width"], chosen["height"]), 1 if chosen["color"] == GREY else 3
    with opened(path) as archive:
        found = listed(archive, path.name)
        limits.NUMBERS.holds(len(found) * channels * size[0] * size[1], path.name)
        labels, y = numbered(list(found.values()))
        x = np.empty((len(found), channels, size[1], size[0]), np.uint8)
        for row, name in enumerate(found):
            x[row] = points_of(decoded(archive.read(name), name), size, channels)
    return Made(x, y, labels, scaling=chosen["scaling"], divisor=BYTE, notes=tuple(_notes(found)))


def _notes(found: dict[str, str]) -> Iterator[str]:
    """Folders above the classes, which may have been meant as parts."""
    above = sorted({PurePosixPath(each).parent.parent.name for each in found})
    if len(above) > 1:
        names = ", ".join(above[:MOST_NAMED]) + (" and more" if len(above) > MOST_NAMED else "")
        yield f"Folders above the classes are put together: {names}. Training and validation are split anew."


FORM = Form(
    "pictures",
    "Pictures",
    (".zip",),
    "A folder or a zip of pictures, one folder for each class.",
    guess,
    options,
    make,
)
