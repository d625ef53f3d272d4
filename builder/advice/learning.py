"""Warnings of layers that are in the way of learning, or that learn nothing of their own."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod

from builder import fixes
from builder.advice.words import listed, warning
from builder.endings import USUAL, Misfit, misfit
from builder.fixes import Fix
from builder.kinds import NOTHING
from builder.opened import Layer, Opened
from builder.order import source
from builder.rules import Problem

PASSES_ON = ("Flatten", "Identity", "Squeeze")
STILL_LINEAR = ("Flatten", "Identity")  # with Dropout and BatchNorm they add nothing between two Linears
TOO_MANY_SIGMOIDS = 3
DOMINATES = 0.8  # of all parameters
LARGE = 100_000  # parameters; below it no layer is large enough to be in the way


def likelihoods_before_the_loss(network: Opened) -> Iterator[Problem]:
    """A last layer against the loss: see endings.py.

    Where nobody has chosen a loss, that is said of a Softmax alone, for the others may be meant.
    """
    found: dict[str, tuple[Misfit, Layer]] = {}
    ends = network.graph.of_kind("Output")
    for end in ends:
        layer, spec = network.before(end), network.into(end)
        while layer and layer.kind in PASSES_ON:
            layer = network.before(layer)
        wrong = (
            misfit(layer.kind, network.loss or USUAL) if layer and spec and len(spec.example) == 1 else None
        )
        if (
            wrong
            and (network.loss or layer.kind == "Softmax")
            and (wrong.repair != "insert" or len(ends) == 1)
        ):
            found[layer.id] = wrong, end
    for layer in network.in_every_use(found):
        yield warning(layer, found[layer.id][0].message, *_endings_repair(layer, *found[layer.id]))


def _endings_repair(layer: Layer, wrong: Misfit, end: Layer) -> Iterator[Fix]:
    if wrong.repair == "remove":
        yield Fix(f"Remove {layer.name}", "remove", (layer.name,))
    elif wrong.repair == "become":
        yield fixes.become(layer.node, wrong.layer)
    elif layer.beside(end):
        yield fixes.insert(end.node, wrong.layer, dim=1)


def linears_in_a_row(network: Opened) -> Iterator[Problem]:
    found = {}
    for layer in (each for each in network.of_family("Linear") if each.kind == "Linear"):
        first = _linear_before(network, layer)
        if first and not _is_narrow(network, first, layer):
            found[layer.id] = first
    for layer in network.in_every_use(found):
        message = (
            f"follows {found[layer.id].called_from(layer)} (Linear) with no activation between them, and two "
            "Linears in a row can do no more than one. Insert a ReLU."
        )
        yield warning(layer, message, fixes.insert(layer.node, "ReLU"))


def _linear_before(network: Opened, layer: Layer) -> Layer | None:
    """The Linear before a Linear, whose numbers go nowhere else and through nothing that bends them."""
    user, layer = layer, network.before(layer)
    while layer and network.feeds_only(layer, user) and len(user.inputs) == 1:
        if layer.kind == "Linear":
            return layer
        if not _is_still_linear(network, layer):
            return None
        user, layer = layer, network.before(layer)
    return None


def _is_still_linear(network: Opened, layer: Layer) -> bool:
    kind = network.kind(layer)
    return layer.kind in STILL_LINEAR or kind is not None and (kind.family == "Dropout" or kind.over_batch)


def _is_narrow(network: Opened, first: Layer, second: Layer) -> bool:
    """Whether fewer numbers come between two Linears than go in and out: a low rank, which is meant."""
    specs = network.into(first), network.spec(first.id), network.spec(second.id)
    if None in specs:
        return True
    wide, between, narrow = (spec.example[-1] for spec in specs)
    return between < min(wide, narrow)


def sigmoids_in_a_row(network: Opened) -> Iterator[Problem]:
    """A sigmoid's slope is at most 1/4 (Hochreiter 1991; Glorot & Bengio 2010)."""
    row = _longest_row(network)
    if len(row) < TOO_MANY_SIGMOIDS:
        return
    first, number = row[0], len(row)
    names = list(dict.fromkeys(layer.name for layer in row if layer.block == first.block))
    message = (
        f"is the first of {number} Sigmoids that the gradient goes through. Each lets a quarter of it "
        f"pass at most, so 1/{4 ** min(number, 10):,} or less is left for the layers before them, which "
        "hardly learn. Make them ReLUs."
    )
    label = f"Make {listed(names)} ReLUs" if len(names) > 1 else f"Make {names[0]} a ReLU"
    yield warning(first, message, Fix(label, "replace_kinds", (tuple(names), "ReLU")))


def _longest_row(network: Opened) -> list[Layer]:
    """The Sigmoids that no gradient to the first layers comes around, on the way with the most."""
    if sum(layer.kind == "Sigmoid" for layer in network.of_family("Activation")) < TOO_MANY_SIGMOIDS:
        return []
    last: dict[str, str] = {}  # layer -> the Sigmoid that its gradient comes through last
    row: dict[str, int] = {}  # layer -> through how many, on the way with the fewest
    earlier: dict[str, str] = {}  # Sigmoid -> the one before it
    for layer in network.sorted:
        best = min((source(wire) for wire in layer.inputs), key=lambda name: row.get(name, 0), default="")
        fresh = network.family(layer) == "Normalization"
        row[layer.id], last[layer.id] = (0, "") if fresh else (row.get(best, 0), last.get(best, ""))
        if layer.kind == "Sigmoid" and not _answers(network, layer):
            earlier[layer.id] = last[layer.id]
            row[layer.id], last[layer.id] = row[layer.id] + 1, layer.id
    names = [last[max(row, key=row.get)]]
    while names[-1]:
        names.append(earlier[names[-1]])
    return [network.graph[name] for name in reversed(names[:-1])]


def _answers(network: Opened, layer: Layer) -> bool:
    """Whether it makes probabilities of the last numbers, where a Sigmoid belongs."""
    return any(network.graph[user].kind == "Output" for user in network.users[layer.id])


def one_layer_holds_nearly_everything(network: Opened) -> Iterator[Problem]:
    """Said of a Linear alone: an Embedding has to be large. Behind a flattened image pooling helps."""
    large = [layer for layer in network.of_family("Linear") if _is_large(network, layer)]
    if not large:
        return
    from builder import flow  # loads torch, and is asked only where a Linear is large

    costs = flow.figures(network.document, network.of)
    total = sum((cost for name, cost in costs.items() if "/" not in name), NOTHING).parameters
    layers = sum(costs.get(layer.id, NOTHING).parameters > 0 for layer in network.graph.nodes)
    shares = {layer.id: costs.get(layer.id, NOTHING).parameters / max(total, 1) for layer in large}
    found = [name for name, share in shares.items() if share > DOMINATES and layers > 2]
    for layer in network.in_every_use(found):
        yield _dominates(network, layer, shares[layer.id], total)


def _is_large(network: Opened, layer: Layer) -> bool:
    spec, out = network.into(layer), network.spec(layer.id)
    return bool(spec and out and spec.example[-1] * out.example[-1] >= LARGE)


def _flattened(network: Opened, layer: Layer) -> Layer | None:
    """The Flatten of an image before a layer that reads the features off it, so that fewer may come."""
    if "in_features" in layer.params:
        return None
    while (layer := network.before(layer)) and layer.kind != "Flatten":
        if network.family(layer) not in ("Dropout", "Activation"):
            return None
    spec = network.into(layer) if layer else None
    return layer if spec and len(spec.example) == 3 and prod(spec.example[1:]) > 1 else None


def _dominates(network: Opened, layer: Layer, share: float, total: int) -> Problem:
    flat = _flattened(network, layer)
    if not flat:
        return warning(
            layer,
            f"holds {int(100 * share)}% of the network's {total:,} parameters, so it learns examples by "
            "heart more than patterns. Make out_features smaller.",
        )
    message = (
        f"holds {int(100 * share)}% of the network's {total:,} parameters, because it takes each of "
        f"the {' x '.join(map(str, network.into(flat).example))} numbers by itself: it learns examples by "
        f"heart more than patterns. Insert an AdaptiveAvgPool2d before {flat.called_from(layer)}."
    )
    fix = fixes.insert(flat.node, "AdaptiveAvgPool2d", output_size=1)
    return warning(layer, message, *([fix] if flat.beside(layer) else []))
