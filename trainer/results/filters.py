"""The filters of the first convolution: its weights, which can be looked at as pictures."""

from __future__ import annotations

import torch
from torch import nn

from trainer.results.stored import Arrays
from trainer.results.view import View

MOST = 64  # filters
SIDE = 64  # points along each side
COLORS = 3


def has_convolution(network: nn.Module) -> bool:
    """Whether there is a Conv1d or Conv2d."""
    return first_convolution(network) is not None


def first_convolution(network: nn.Module) -> tuple[str, nn.Module] | None:
    """The name and the layer that comes first as the network is written; None where there is none."""
    found = network.named_modules()
    return next((each for each in found if isinstance(each[1], nn.Conv1d | nn.Conv2d)), None)


@torch.no_grad()
def filters(view: View) -> dict[str, Arrays]:
    """Its filters, (filters, colours, height, width): of Conv1d a filter is one picture, a row for each
    channel that it reads; Conv2d on three channels reads colours; of more channels it is their mean.
    """
    name, layer = first_convolution(view.network)
    weight = layer.weight.detach()[:MOST].float().cpu()
    if weight.dim() == 3:
        weight = weight[:, None]
    elif weight.shape[1] not in (1, COLORS):
        weight = weight.mean(1, keepdim=True)
    return {name: {"weight": weight[:, :, :SIDE, :SIDE].contiguous().numpy()}}
