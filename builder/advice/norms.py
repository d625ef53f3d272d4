"""Warnings around normalization over the batch."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod

from builder import fixes
from builder.advice.words import listed, warning
from builder.document import Document
from builder.fixes import Fix
from builder.kinds import Spec, example_text
from builder.opened import Layer, Opened, opened
from builder.rules import Problem


def _batchnorms(network: Opened) -> list[Layer]:
    return [layer for layer in network.of_family("Normalization") if network.kind(layer).over_batch]


def bias_before_batchnorm(network: Opened) -> Iterator[Problem]:
    """The mean that BatchNorm subtracts holds the bias (Ioffe & Szegedy 2015, section 3.2).

    Those of one graph are one warning and one click.
    """
    norms = {}
    for norm in _batchnorms(network):
        layer = network.before(norm)
        if layer and _bias_is_lost(network, layer, norm):
            norms[layer.id] = norm
    together: dict[str, list[Layer]] = {}
    for layer in network.in_every_use(norms):
        together.setdefault(layer.block, []).append(layer)
    for first, *others in together.values():
        names = listed([layer.name for layer in others])
        has = "has a bias"
        if others:
            has = f"has a bias, and so have {names}" if others[1:] else f"has a bias, and so has {names}"
        message = (
            f"{has}. {norms[first.id].called_from(first)} behind it subtracts each channel's mean and the "
            "bias with it, so it is learned for nothing. Set bias to False."
        )
        fix = fixes.use_in_each([layer.name for layer in (first, *others)], "bias", False)
        yield warning(first, message, fix)


def _bias_is_lost(network: Opened, layer: Layer, norm: Layer) -> bool:
    if network.family(layer) not in ("Convolution", "Linear") or layer.repeat > 1 or "bias" in layer.init:
        return False
    own = not layer.shares and (layer.block, layer.name) not in network.lenders
    alone = own and network.feeds_only(layer, norm)
    return alone and network.value(layer, "bias") is True and network.value(norm, "affine") is True


def dropout_before_batchnorm(network: Opened) -> Iterator[Problem]:
    drops = {}
    for norm in _batchnorms(network):
        user, layer = norm, network.before(norm)
        while layer and network.family(layer) == "Activation" and network.feeds_only(layer, user):
            user, layer = layer, network.before(layer)
        dropped = layer and network.family(layer) == "Dropout" and network.feeds_only(layer, user)
        if dropped and network.value(layer, "p") != 0:
            drops[norm.id] = layer
    for norm in network.in_every_use(drops):
        drop = drops[norm.id]
        name = drop.called_from(norm)
        message = (
            f"takes what {name} ({drop.kind}) has dropped from: in training that changes the variance, "
            f"afterwards it does not, so the one that is remembered is wrong (Li et al. 2019). Put {name} "
            "behind it."
        )
        fix = Fix(f"Put {name} behind {norm.name}", "put_behind", (drop.name, norm.name))
        yield warning(norm, message, *([fix] if drop.beside(norm) else []))


def batchnorm_of_single_numbers(network: Opened) -> Iterator[Problem]:
    """PyTorch raises "Expected more than 1 value per channel when training" for a batch of 1."""
    found = {}
    for norm in _batchnorms(network):
        spec = network.into(norm)
        if spec and len(spec.example) > 1 and _is_single(spec) and network.spec(norm.id):
            found[norm.id] = spec
    for norm in network.in_every_use(found):
        message = (
            f"gets {example_text(found[norm.id])}, one number for each channel: a mean over so few is noise "
            "in small batches, and a batch of 1 cannot be trained on at all. Use a LayerNorm."
        )
        yield warning(norm, message, fixes.become(norm.node, "LayerNorm"))


def _is_single(spec: Spec) -> bool:
    """Whether an example has one number for each of its channels or features."""
    return prod(spec.example[1:]) == 1


def over_batches(document: Document, of: dict[str, dict[str, Spec]]) -> tuple[list[Layer], list[Layer]]:
    """The layers that normalize over the batch, in every use: those that get one number for each
    channel from an example, so that PyTorch refuses to train them on one; and the others.
    """
    network = opened(document, of)
    single, several = [], []
    for norm in _batchnorms(network):
        spec = network.into(norm)
        if spec:
            (single if _is_single(spec) else several).append(norm)
    return single, several
