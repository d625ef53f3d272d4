"""Where the last linear layer sees examples: what goes into it, in the two directions that differ most."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from trainer.results.stored import Arrays
from trainer.results.view import View, examples_first

POINTS = 500  # examples


def has_linear(network: nn.Module) -> bool:
    """Whether there is a layer whose input could be shown."""
    return any(isinstance(module, nn.Linear) for module in network.modules())


def embedding(view: View) -> dict[str, Arrays]:
    """`points` (examples, 2), and which share of the variance each direction has, `explained` (2,). {} where
    the last linear layer's input does not belong to single examples.
    """
    found = into_last_linear(view)
    if found is None or not found.isfinite().all():
        return {}
    points, explained = pca(found.double().cpu())
    points = points * _signs(points, view.right[:POINTS].cpu())
    return {"": {"points": points.float().numpy(), "explained": explained.float().numpy()}}


def into_last_linear(view: View) -> Tensor | None:
    """What goes into the linear layer that is called last, (examples, features), averaged over the steps of a
    sequence; None where its first dimension is not the examples'.
    """
    found = [_into_last_linear(view, x) for x in view.examples(POINTS).split(view.at_once)]
    return None if any(each is None for each in found) else torch.cat(found)


def _into_last_linear(view: View, x: Tensor) -> Tensor | None:
    given: list[Tensor] = []

    def look(module: nn.Module, args: tuple, kwargs: dict[str, Any], output: Tensor) -> None:
        given[:] = [args[0] if args else kwargs["input"]]

    linear = (module for module in view.network.modules() if isinstance(module, nn.Linear))
    view.watched(x, dict.fromkeys(linear, look))
    seen = examples_first(view.network, given[0], len(x)) if given else None
    return None if seen is None else seen.float().reshape(len(x), -1, seen.shape[-1]).mean(1)


def pca(rows: Tensor) -> tuple[Tensor, Tensor]:
    """The first two principal components of rows (n, d): each row's coordinates (n, 2), and the shares of the
    variance that they explain (2,). Through the smaller of the two Gram matrices, and without random numbers,
    which torch.pca_lowrank would draw from the run's.
    """
    centred = rows - rows.mean(0)
    across = centred.shape[1] <= centred.shape[0]
    gram = centred.T @ centred if across else centred @ centred.T
    values, vectors = torch.linalg.eigh(gram)  # in ascending order
    values, vectors = values.flip(0)[:2].clamp_min(0.0), vectors.flip(1)[:, :2]
    points = centred @ vectors if across else vectors * values.sqrt()
    missing = 2 - points.shape[1]
    explained = values / centred.square().sum().clamp_min(1e-300)
    return nn.functional.pad(points, (0, missing)), nn.functional.pad(explained, (0, missing))


def _signs(points: Tensor, y: Tensor) -> Tensor:
    """1 or -1 for each direction, for a direction's sign is free: so that it grows with the answer, and the
    picture is not mirrored from one epoch to the next.
    """
    answers = y.double().reshape(len(y), -1)[:, 0]
    return torch.where((answers - answers.mean()) @ points < 0, -1.0, 1.0)
