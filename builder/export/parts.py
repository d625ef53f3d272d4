"""The parts of a bundle. To add a form a network can be taken home in, add an entry to PARTS."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from builder.drawing import dot
from builder.export import forms, scripts
from builder.export.network import ExportError, LeftOutError, Network
from builder.export.notebook import notebook
from builder.picture import svg

Write = Callable[[Network, Path], str]
ZOOM = 2  # pixels of a PNG for each of the drawing's, for screens that show two in one
MOST_PIXELS = 16_000  # along an edge: what viewers open, and at most 1 GB while it is painted


@dataclass(frozen=True)
class Part:
    """One file of a bundle.

    name   what `--part` calls it.       file  its path in the bundle.
    about  one sentence for a person.
    write  writes the file and returns what is to be remarked about it, or ''. Raises LeftOutError, or
           what PyTorch raises, where it cannot be made.
    holds_weights  whether its size grows with the network's.
    """

    name: str
    file: str
    about: str
    write: Write
    holds_weights: bool = False


def text(make: Callable[[Network], str]) -> Write:
    """A `write` for a part that is text."""

    def write(network: Network, path: Path) -> str:
        path.write_text(make(network), encoding="utf-8")
        return ""

    return write


def _png(network: Network, path: Path) -> str:
    from resvg_py import svg_to_bytes

    if _blank(svg_to_bytes(svg_string=LETTER), svg_to_bytes(svg_string=NO_LETTER)):
        raise LeftOutError(
            "This computer has no fonts to write into a PNG. Open graph.svg in a browser instead."
        )
    longest = max(network.scene.width, network.scene.height, 1)
    zoom = min(ZOOM, MOST_PIXELS / longest)
    picture = svg(network.scene, name=network.document.name)
    path.write_bytes(bytes(svg_to_bytes(svg_string=picture, zoom=zoom)))
    return ""


NO_LETTER = '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20"/>'
LETTER = NO_LETTER.replace("/>", '><text y="16" font-family="sans-serif">x</text></svg>')


def _blank(picture: bytes, nothing: bytes) -> bool:
    return bytes(picture) == bytes(nothing)


PARTS: tuple[Part, ...] = (
    Part(
        "code", "model.py", "The network as PyTorch source; it needs torch alone.", text(lambda n: n.source)
    ),
    Part(
        "train", "train.py", "Trains model.py on arrays of your own, in data.npz.", text(scripts.train_script)
    ),
    Part("notebook", "notebook.ipynb", "The same as a Jupyter notebook.", text(notebook)),
    Part(
        "document",
        "network.loom.json",
        "The drawing, to open in Layerloom again.",
        text(lambda network: network.document.to_json()),
    ),
    Part(
        "weights",
        "weights.safetensors",
        "The weights, as model.py names them.",
        forms.write_weights,
        holds_weights=True,
    ),
    Part(
        "pt2",
        "model.pt2",
        "Network and weights as a torch.export program, without model.py.",
        forms.write_program,
        holds_weights=True,
    ),
    Part(
        "onnx",
        "model.onnx",
        "Network and weights for ONNX Runtime and other programs.",
        forms.write_onnx,
        holds_weights=True,
    ),
    Part(
        "svg",
        "graph.svg",
        "The drawing as a picture of any size.",
        text(lambda n: svg(n.scene, name=n.document.name)),
    ),
    Part("png", "graph.png", "The drawing as a picture in pixels.", _png),
    Part("dot", "graph.dot", "The drawing for Graphviz.", text(lambda n: dot(n.document, n.report).source)),
    Part(
        "tensorboard",
        "tensorboard/events.out.tfevents.0.layerloom",
        "The graph, for tensorboard --logdir tensorboard.",
        forms.write_tensorboard,
    ),
    Part(
        "requirements",
        "requirements.txt",
        "What the scripts here need.",
        text(lambda _: scripts.requirements()),
    ),
)


def find_part(word: str, parts: Iterable[Part] = PARTS) -> Part:
    """The part of that name or file: onnx, model.onnx. Raises ExportError with the nearest name."""
    known = {key: part for part in parts for key in (part.name, part.file)}
    if word in known:
        return known[word]
    near = get_close_matches(word, known, n=1)
    hint = f" Did you mean '{near[0]}'?" if near else ""
    raise ExportError(f"There is no part '{word}'.{hint} Choose one of: {', '.join(p.name for p in parts)}.")
