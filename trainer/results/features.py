"""What each layer gives for a few examples, as small pictures."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from torch import Tensor, nn

from trainer import modules
from trainer.results.pictures import as_maps, levels
from trainer.results.stored import Arrays
from trainer.results.view import View, examples_first

EXAMPLES = 12
LAYERS = 48  # of more some, evenly spread
MAPS, SIDE = 16, 24


def features(view: View) -> dict[str, Arrays]:
    """By layer, in the order in which they ran: `maps` (examples, maps, height, width) as bytes between each
    example's `range` (examples, 2), and the `shape` of what it gives. A layer whose examples are not to be
    told apart is left out.
    """
    x = view.few(EXAMPLES)
    found: dict[str, Arrays] = {}

    def look(name: str, module: nn.Module, args: tuple, kwargs: dict[str, Any], output: Any) -> None:
        tensor = modules.first_tensor(output)
        if tensor is None or not tensor.is_floating_point() or not tensor.numel():
            return
        values = examples_first(module, tensor, len(x))
        if values is not None:
            found.pop(name, None)  # of a layer that runs more than once the last time counts
            found[name] = _arrays(values)

    view.watched(x, {module: partial(look, name) for name, module in _some(modules.layers(view.network))})
    return found


def _some(layers: list) -> list:
    chosen = np.linspace(0, len(layers) - 1, min(len(layers), LAYERS)).astype(int)
    return [layers[place] for place in chosen]


def _arrays(values: Tensor) -> Arrays:
    maps, span = levels(as_maps(values, MAPS, SIDE))
    shape = np.array(values.shape[1:], np.int32)
    return {"maps": maps.cpu().numpy(), "range": span.cpu().numpy(), "shape": shape}
