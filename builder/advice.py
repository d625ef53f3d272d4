"""Warnings: networks that can be built and will not do what is meant. One entry each, with its reason.

They look at neighbours within one graph and never across a block's border, since what stands there
differs from use to use. Where it may well be meant, they are silent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import prod

from builder import fixes
from builder.document import Document, Node
from builder.fixes import Fix
from builder.kinds import Spec, example_text
from builder.order import source
from builder.rules import Problem
from builder.surroundings import Surroundings, everywhere

Advice = Callable[[Surroundings], Iterator[Problem]]

KEEPING_PLACES = ("Normalization", "Activation", "Dropout", "Linear")  # families that move no dimension
STILL_LINEAR = ("Flatten", "Identity", "BatchNorm1d")  # they add nothing between two Linears
TOO_MANY_SIGMOIDS = 3
DOMINATES = 0.8  # of all parameters
LARGE = 100_000  # parameters; below it no layer is large enough to be in the way


def warnings(document: Document, of: dict[str, dict[str, Spec]]) -> Iterator[Problem]:
    """Every warning, of the network and of each block in its first use."""
    for place in everywhere(document, of):
        for advice in ADVICE:
            yield from advice(place)


def _warning(place: Surroundings, node: Node, message: str, *repairs: Fix) -> Problem:
    return Problem(place.path + node.id, f"{node.id} ({node.kind}) {message}", repairs, "warning")


def _listed(names: list[str]) -> str:
    """Names in a sentence; of many, the first three."""
    shown = names[:3] if len(names) > 4 else names
    rest = [f"{len(names) - 3} more"] if len(names) > 4 else []
    *first, last = [*shown, *rest] or [""]
    return f"{', '.join(first)} and {last}" if first else last


def nothing_is_unused(place: Surroundings) -> Iterator[Problem]:
    for name, after in place.users.items():
        node = place.graph[name]
        if not after and node.kind != "Output" and not (place.path and node.kind == "Input"):
            message = "feeds nothing, so it does nothing. Wire it on or remove it."
            yield _warning(place, node, message, Fix(f"Remove {name}", "remove", (name,)))


def linear_over_an_image(place: Surroundings) -> Iterator[Problem]:
    """Linear takes any shape and works on the last dimension, which is seldom meant for an image.

    Said of the first one only: behind it the shape is wrong for a known reason.
    """
    if place.path:
        return  # whether the channels are last is decided outside the block
    behind: set[str] = set()
    linears = {node.id for node in place.of_family("Linear")}
    for node in place.graph.nodes if linears else ():
        if behind & {source(wire) for wire in node.inputs}:
            behind.add(node.id)
            continue
        spec = place.into(node) if node.id in linears and place.kind(node).reads else None
        if spec and len(spec.example) == 3 and place.spec(node.id) and not _was_turned(place, node):
            behind.add(node.id)
            message = (
                f"works on the last dimension of {example_text(spec)} alone, one row of the image at "
                "a time. Insert a Flatten to use the whole image."
            )
            yield _warning(place, node, message, fixes.insert(node, "Flatten"))


def _was_turned(place: Surroundings, node: Node) -> bool:
    """Whether the channels were put last on the way, as ConvNeXt does: Linear is meant to mix them."""
    while (node := place.before(node)) and node.kind not in ("Permute", "Transpose"):
        if place.family(node) not in KEEPING_PLACES:
            return False
    return node is not None


def channels_come_last(place: Surroundings) -> Iterator[Problem]:
    """An image as files and matplotlib have it, where PyTorch takes the channels first."""
    for node in place.of_family("Convolution"):
        before, spec = place.before(node), place.into(node)
        if before and before.kind == "Input" and spec and _looks_channels_last(spec.example):
            height, width, channels = spec.example
            message = (
                f"takes the channels first and gets {example_text(spec)}, which looks like {channels} "
                f"channels last, so it would slide over {width} x {channels} numbers. Insert a Permute."
            )
            yield _warning(place, node, message, fixes.channels_first(node, 3))


def _looks_channels_last(example: tuple[int, ...]) -> bool:
    return len(example) == 3 and example[2] in (1, 3, 4) and min(example[:2]) >= 8


def softmax_before_the_loss(place: Surroundings) -> Iterator[Problem]:
    """Cross-entropy in PyTorch takes scores (torch.nn.CrossEntropyLoss); see trainer/loop.py."""
    for end in () if place.path else place.graph.of_kind("Output"):
        node, spec = place.before(end), place.into(end)
        while node and node.kind in ("Flatten", "Identity", "Squeeze"):
            node = place.before(node)
        if node and node.kind == "Softmax" and spec and len(spec.example) == 1:
            message = (
                "stands before the Output, and cross-entropy, the loss in training, applies a softmax "
                "itself: two of them flatten the differences and slow learning. Remove it; the largest "
                "number stays the largest."
            )
            yield _warning(place, node, message, Fix(f"Remove {node.id}", "remove", (node.id,)))


def bias_before_batchnorm(place: Surroundings) -> Iterator[Problem]:
    """The mean that BatchNorm subtracts holds the bias (Ioffe & Szegedy 2015, section 3.2)."""
    found, norms = [], []
    for norm in _batchnorms(place):
        node = place.before(norm)
        if node and place.family(node) in ("Convolution", "Linear") and _bias_is_lost(place, node, norm):
            found.append(node)
            norms.append(norm.id)
    if found:
        names = [node.id for node in found]
        others = _listed(names[1:])
        has = "has a bias" + (f", and so {'have' if len(names) > 2 else 'has'} {others}" if others else "")
        message = (
            f"{has}. {norms[0]} behind it subtracts each channel's mean and the bias with it, so it is "
            "learned for nothing. Set bias to False."
        )
        yield _warning(place, found[0], message, fixes.use_in_each(names, "bias", False))


def _batchnorms(place: Surroundings) -> Iterator[Node]:
    return (node for node in place.of_family("Normalization") if node.kind.startswith("BatchNorm"))


def _bias_is_lost(place: Surroundings, node: Node, norm: Node) -> bool:
    own = not node.shares and "bias" not in node.init and place.feeds_only(node, norm)
    return own and place.value(node, "bias") is True and place.value(norm, "affine") is True


def linears_in_a_row(place: Surroundings) -> Iterator[Problem]:
    for node in (n for n in place.of_family("Linear") if n.kind == "Linear"):
        first = _linear_before(place, node)
        if first is None:
            continue
        sizes = place.into(first), place.spec(first.id), place.spec(node.id)
        if not all(sizes):
            continue
        wide, between, narrow = (spec.example[-1] for spec in sizes)
        if between >= min(wide, narrow):  # a smaller one in between is a low rank, which is meant
            message = (
                f"follows {first.id} (Linear) with no activation between them, and two Linears in a row "
                "can do no more than one. Insert a ReLU."
            )
            yield _warning(place, node, message, fixes.insert(node, "ReLU"))


def _linear_before(place: Surroundings, node: Node) -> Node | None:
    """The Linear before a Linear, whose numbers go nowhere else and through nothing that bends them."""
    user, node = node, place.before(node)
    while node and place.feeds_only(node, user) and len(user.inputs) == 1:
        if node.kind == "Linear":
            return node
        if node.kind not in STILL_LINEAR and place.family(node) != "Dropout":
            return None
        user, node = node, place.before(node)
    return None


def dropout_before_batchnorm(place: Surroundings) -> Iterator[Problem]:
    for norm in _batchnorms(place):
        user, node = norm, place.before(norm)
        while node and place.family(node) == "Activation" and place.feeds_only(node, user):
            user, node = node, place.before(node)
        drops = node and place.family(node) == "Dropout" and place.feeds_only(node, user)
        if drops and place.value(node, "p") != 0:
            message = (
                f"takes what {node.id} ({node.kind}) has dropped from: in training that changes the "
                "variance, afterwards it does not, so the one that is remembered is wrong (Li et al. "
                f"2019). Put {node.id} behind it."
            )
            fix = Fix(f"Put {node.id} behind {norm.id}", "put_behind", (node.id, norm.id))
            yield _warning(place, norm, message, fix)


def batchnorm_of_single_numbers(place: Surroundings) -> Iterator[Problem]:
    """PyTorch raises "Expected more than 1 value per channel when training" for a batch of 1."""
    for norm in _batchnorms(place):
        spec = place.into(norm)
        if spec and len(spec.example) > 1 and prod(spec.example[1:]) == 1 and place.spec(norm.id):
            message = (
                f"gets {example_text(spec)}, one number for each channel: a mean over so few is noise in "
                "small batches, and a batch of 1 cannot be trained on at all. Use a LayerNorm."
            )
            yield _warning(place, norm, message, fixes.become(norm, "LayerNorm"))


def sigmoids_in_a_row(place: Surroundings) -> Iterator[Problem]:
    """A sigmoid's slope is at most 1/4 (Hochreiter 1991; Glorot & Bengio 2010)."""
    if sum(node.kind == "Sigmoid" for node in place.of_family("Activation")) < TOO_MANY_SIGMOIDS:
        return
    last: dict[str, str] = {}  # node -> the Sigmoid that its gradient comes through last
    row: dict[str, int] = {}  # node -> through how many, on the way with the fewest
    earlier: dict[str, str] = {}  # Sigmoid -> the one before it
    for node in place.sorted:
        best = min((source(wire) for wire in node.inputs), key=lambda name: row.get(name, 0), default="")
        fresh = place.family(node) == "Normalization" or node.kind in place.document.blocks
        row[node.id], last[node.id] = (0, "") if fresh else (row.get(best, 0), last.get(best, ""))
        if node.kind == "Sigmoid" and not _answers(place, node):
            earlier[node.id] = last[node.id]
            row[node.id], last[node.id] = row[node.id] + 1, node.id
    deepest = max(row, key=row.get, default="")
    if row.get(deepest, 0) < TOO_MANY_SIGMOIDS:
        return
    names = [last[deepest]]
    while earlier[names[-1]]:
        names.append(earlier[names[-1]])
    names.reverse()
    message = (
        f"is the first of {len(names)} Sigmoids that the gradient goes through. Each lets a quarter of it "
        f"pass at most, so 1/{4 ** min(len(names), 10):,} or less is left for the layers before them, which "
        "hardly learn. Make them ReLUs."
    )
    fix = Fix(f"Make {_listed(names)} ReLUs", "replace_kinds", (tuple(names), "ReLU"))
    yield _warning(place, place.graph[names[0]], message, fix)


def _answers(place: Surroundings, node: Node) -> bool:
    """Whether it makes probabilities of the last numbers, where a Sigmoid belongs."""
    return any(place.graph[user].kind == "Output" for user in place.users[node.id])


def one_layer_holds_nearly_everything(place: Surroundings) -> Iterator[Problem]:
    """Said of a Linear behind a flattened image alone, where pooling helps; an Embedding has to be large."""
    from builder import flow  # loads torch, and is asked only where a Linear is large

    for node in () if place.path else place.of_family("Linear"):
        flat, spec = _flattened(place, node), place.into(node)
        out = place.spec(node.id)
        if not flat or not spec or not out or spec.example[-1] * out.example[-1] < LARGE:
            continue
        costs = flow.figures(place.document, place.of)
        total = sum(cost.parameters for name, cost in costs.items() if "/" not in name)
        share = costs[node.id].parameters / total if node.id in costs and total else 0
        layers = sum(cost.parameters > 0 for cost in costs.values())
        if share > DOMINATES and layers > 2:
            before = place.into(flat)
            message = (
                f"holds {int(100 * share)}% of the network's {total:,} parameters, because it takes each of "
                f"the {' x '.join(map(str, before.example))} numbers by itself: it learns examples by "
                f"heart more than patterns. Insert an AdaptiveAvgPool2d before {flat.id}."
            )
            yield _warning(place, node, message, fixes.insert(flat, "AdaptiveAvgPool2d", output_size=1))


def _flattened(place: Surroundings, node: Node) -> Node | None:
    """The Flatten of an image before a node that reads the features off it."""
    if "in_features" in node.params:
        return None
    while (node := place.before(node)) and node.kind != "Flatten":
        if place.family(node) not in ("Dropout", "Activation"):
            return None
    spec = place.into(node) if node else None
    return node if spec and len(spec.example) == 3 and prod(spec.example[1:]) > 1 else None


ADVICE: tuple[Advice, ...] = (
    nothing_is_unused,
    linear_over_an_image,
    channels_come_last,
    softmax_before_the_loss,
    bias_before_batchnorm,
    linears_in_a_row,
    dropout_before_batchnorm,
    batchnorm_of_single_numbers,
    sigmoids_in_a_row,
    one_layer_holds_nearly_everything,
)
