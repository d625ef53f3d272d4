"""Pictures: a file that is given, or a drawing, framed as the data set's own pictures are."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from trainer.answering.learned import Learned, Taken
from trainer.data.forms.pictures import decoded, points_of
from trainer.errors import TrainerError

BYTE = 255
LARGEST_FILE = 8_000_000  # bytes
LARGEST_PAD = 64  # points along a side of what is drawn by hand
MOST_INK = 256  # points along a side of a drawing that is sent
LOOKED_AT = 2000  # pictures of the training part that are measured
INKED = 0.2  # of the strongest ink: less is the ground
DIFFERS = 1.2  # proportions that look squeezed
STROKE = 0.085, 0.85  # of a pad: a pen this wide looks like a pen in MNIST; and, of small pictures, in points


class Picture:
    """What is given as a file: {"picture": bytes in base64, "inverted": whether to swap light and dark}."""

    kind = "picture"
    reads = ("picture",)

    def __init__(self, learned: Learned):
        self.data_set = learned.data_set
        self.channels, self.height, self.width = self.data_set.shape
        x = learned.train[0][:: max(1, len(learned.train[0]) // LOOKED_AT)]
        self._is_share = x.min() >= 0 and x.max() <= 1
        self.low, self.high = (0.0, 1.0) if self._is_share else (float(x.min()), float(x.max()))
        means = self.share(x).mean((1, 2, 3))
        self._darkest, self._brightest = float(means.min()), float(means.max())

    def share(self, x: np.ndarray) -> np.ndarray:
        """The points between the darkest, 0, and the brightest, 1."""
        return (x - self.low) / ((self.high - self.low) or 1)

    def form(self) -> dict[str, Any]:
        """The size and the colours of what the network gets."""
        return {
            "width": self.width,
            "height": self.height,
            "channels": self.channels,
            "largest": LARGEST_FILE,
        }

    def given(self, x: np.ndarray) -> dict[str, Any]:
        """An example (channels, height, width) as bytes."""
        return {"points": self.shown(x)}

    def shown(self, x: np.ndarray) -> str:
        """(channels, height, width) as bytes from 0 to 255 in base64, channel by channel."""
        return base64.b64encode(
            (self.share(x) * BYTE).round().clip(0, BYTE).astype(np.uint8).tobytes()
        ).decode()

    def read(self, given: Mapping[str, Any]) -> Taken:
        """The file as an example. Raises TrainerError where it is no picture, or too large."""
        content = _bytes(given["picture"], LARGEST_FILE, "The picture")
        picture = decoded(content, "The file", "Choose a PNG, JPEG, GIF, WebP or BMP file.")
        points = points_of(picture, (self.width, self.height), self.channels).astype(np.float32) / BYTE
        points = 1 - points if given.get("inverted") else points
        x = (self.low + points * (self.high - self.low)).astype(np.float32)[None]
        warnings = [*self._squeezed(picture.width, picture.height), *self._other_light(x)]
        return Taken(x, tuple(warnings), {"points": self.shown(x[0])})

    def _squeezed(self, width: int, height: int) -> list[str]:
        proportion = width / height * self.height / self.width
        if max(proportion, 1 / proportion) < DIFFERS:
            return []
        return [
            f"The picture has {width} by {height} points and was squeezed to {self.width} by {self.height}. "
            "Cut it to the same proportions to keep its form."
        ]

    def _other_light(self, x: np.ndarray) -> list[str]:
        mean = float(self.share(x).mean())
        if self._darkest <= mean <= self._brightest:
            return []
        brighter = mean > self._brightest
        edge = self._brightest if brighter else self._darkest
        found = (
            f"The picture is brighter than any in training: on average {100 * mean:.0f} % of the brightest "
            f"point, there up to {100 * edge:.0f} %."
            if brighter
            else f"The picture is darker than any in training: on average {100 * mean:.0f} % of the "
            f"brightest point, there at least {100 * edge:.0f} %."
        )
        return [found, "If its ground is light where theirs is dark, swap light and dark."]


@dataclass(frozen=True)
class Frame:
    """How the ink stands in small grey pictures.

    ground, full   the value where nothing is drawn, and of the strongest ink.
    height, width  the room that what is drawn takes, in points.
    middle         (row, column) of its centre of mass, in points.
    """

    ground: float
    full: float
    height: float
    width: float
    middle: tuple[float, float]


class Drawing(Picture):
    """What is drawn: {"ink": a square of bytes in base64, 255 where there is ink}; or a file, as Picture."""

    kind = "drawing"
    reads = ("ink", "picture")

    def __init__(self, learned: Learned):
        super().__init__(learned)
        x = learned.train[0][:: max(1, len(learned.train[0]) // LOOKED_AT)]
        self.frame = frame_of(x[:, 0])

    def form(self) -> dict[str, Any]:
        """As of a picture, with how wide the pen is, as a share of the pad, and how light its ground is."""
        share, points = STROKE
        pen = max(share, points / min(self.width, self.height))
        return {**super().form(), "pen": pen, "light": bool(self.frame.ground > self.frame.full)}

    def read(self, given: Mapping[str, Any]) -> Taken:
        """The drawing as an example. Raises TrainerError where nothing is drawn."""
        if "picture" in given:
            return super().read(given)
        content = _bytes(given["ink"], MOST_INK**2, "The drawing")
        side = round(len(content) ** 0.5)
        if not side or side * side != len(content):
            raise TrainerError("The drawing must be a square of bytes.")
        ink = np.frombuffer(content, np.uint8).reshape(side, side).astype(np.float32) / BYTE
        if not (ink > INKED).any():
            raise TrainerError("Nothing is drawn yet.")
        x = framed(ink, self.frame, (self.height, self.width))[None, None]
        return Taken(x, (), {"points": self.shown(x[0])})


def frame_of(pictures: np.ndarray) -> Frame:
    """How the ink stands in pictures (examples, height, width), as most of them have it."""
    edge = np.concatenate([pictures[:, [0, -1]].ravel(), pictures[:, :, [0, -1]].ravel()])
    ground, low, high = float(np.median(edge)), float(pictures.min()), float(pictures.max())
    full = high if high - ground >= ground - low else low
    ink = ((pictures - ground) / ((full - ground) or 1)).clip(0, 1)
    drawn = ink[(ink > INKED).any((1, 2))]
    if not len(drawn):
        height, width = pictures.shape[1:]
        return Frame(ground, full, height, width, (height / 2, width / 2))
    heights, widths = ((drawn > INKED).any(axis) for axis in (2, 1))
    middles = np.array([_middle(each) for each in drawn])
    return Frame(
        ground,
        full,
        float(np.median([_extent(each) for each in heights])),
        float(np.percentile([_extent(each) for each in widths], 95)),
        tuple(map(float, middles.mean(0))),
    )


def framed(ink: np.ndarray, frame: Frame, size: tuple[int, int]) -> np.ndarray:
    """A drawing (side, side) of 0 to 1, cut out, scaled and put where the data's own pictures have their
    ink: (height, width) of float32. As MNIST was made: scaled into a box without changing the proportions,
    with antialiasing, and moved to its centre of mass (LeCun et al. 1998).
    """
    from PIL import Image  # heavy: a tenth of a second

    rows, columns = (np.flatnonzero((ink > INKED).any(axis)) for axis in (1, 0))
    top, bottom, left, right = rows[0], rows[-1] + 1, columns[0], columns[-1] + 1
    scale = min(frame.height / (bottom - top), frame.width / (right - left))  # points for each one drawn
    window = size[0] / scale, size[1] / scale
    middle = _middle(ink)
    # Where the window begins: the centre of mass at its place, and nothing of the ink outside.
    begins = [
        min(max(middle[axis] - frame.middle[axis] / scale, last - window[axis]), first)
        for axis, (first, last) in enumerate(((top, bottom), (left, right)))
    ]
    room = int(np.ceil(max(window))) + 1
    wide = Image.fromarray(np.pad(ink, room))
    box = (begins[1] + room, begins[0] + room, begins[1] + room + window[1], begins[0] + room + window[0])
    small = np.asarray(wide.resize((size[1], size[0]), Image.Resampling.BOX, box=box))
    return (frame.ground + small * (frame.full - frame.ground)).astype(np.float32)


def _middle(ink: np.ndarray) -> tuple[float, float]:
    """(row, column) of the centre of mass, in points from the upper left corner."""
    total = ink.sum() or 1
    return tuple(
        float((ink.sum(1 - axis) * (np.arange(ink.shape[axis]) + 0.5)).sum() / total) for axis in (0, 1)
    )


def _extent(line: np.ndarray) -> int:
    """From the first place that is true to the last."""
    places = np.flatnonzero(line)
    return int(places[-1] - places[0] + 1) if len(places) else 0


def _bytes(text: Any, most: int, what: str) -> bytes:
    """What stands in base64. Raises TrainerError where it is none, or too large."""
    if not isinstance(text, str):
        raise TrainerError(f"{what} must be given as bytes in base64.")
    if len(text) > (most + 2) // 3 * 4:
        raise TrainerError(f"{what} has over {most / 1e6:.1f} MB. Make it smaller.")
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise TrainerError(f"{what} must be given as bytes in base64.") from error
