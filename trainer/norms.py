"""What each normalization layer measures in its input, per channel, with PyTorch's own axes.

To add a normalization, add an entry to NORMALIZATIONS.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

Statistics = tuple[Tensor, Tensor]
EPSILON = 1e-5  # as BatchNorm adds to a variance


def moments(x: Tensor, axes: list[int]) -> Statistics:
    """Mean and biased variance over some axes; torch.var_mean's numbers in a tenth of its time
    on a CPU.
    """
    mean = x.mean(axes, keepdim=True)
    return mean.squeeze(axes), (x - mean).square().mean(axes)


def batch_norm(module: nn.Module, x: Tensor) -> Statistics:
    """Mean and biased variance per channel of x (N, C, *) over N and * (Ioffe & Szegedy 2015,
    alg. 1).
    """
    return moments(x, [0, *range(2, x.ndim)])


def layer_norm(module: nn.Module, x: Tensor) -> Statistics:
    """Mean and biased variance over the last axes, averaged over all examples and positions (Ba et
    al. 2016).

    All channels of an example share them, so each channel gets the same number.
    """
    mean, variance = moments(x, list(range(-len(module.normalized_shape), 0)))
    channels = module.normalized_shape[0]
    return mean.mean().expand(channels), variance.mean().expand(channels)


def group_norm(module: nn.Module, x: Tensor) -> Statistics:
    """Mean and biased variance of each channel's group per example, averaged over examples (Wu &
    He 2018).
    """
    mean, variance = moments(x.reshape(len(x), module.num_groups, -1), [2])
    size = module.num_channels // module.num_groups
    return mean.mean(0).repeat_interleave(size), variance.mean(0).repeat_interleave(size)


def instance_norm(module: nn.Module, x: Tensor) -> Statistics:
    """Mean and biased variance per channel and example, averaged over examples (Ulyanov et al.
    2016).
    """
    mean, variance = moments(x.flatten(2), [2])
    return mean.mean(0), variance.mean(0)


def _features(module: nn.Module) -> int:
    return module.num_features


def _first_axis(module: nn.Module) -> int:
    return module.normalized_shape[0]


# classes -> how many channels, what they measure. RMSNorm divides by the root mean square and
# subtracts nothing;
# its mean and variance are still the ones over its own axes.
NORMALIZATIONS: tuple[tuple[tuple[type, ...], Callable, Callable], ...] = (
    ((nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d, nn.SyncBatchNorm), _features, batch_norm),
    ((nn.InstanceNorm1d, nn.InstanceNorm2d, nn.InstanceNorm3d), _features, instance_norm),
    ((nn.LayerNorm, nn.RMSNorm), _first_axis, layer_norm),
    ((nn.GroupNorm,), lambda module: module.num_channels, group_norm),
)


def _entry(module: nn.Module) -> tuple[Callable, Callable] | None:
    return next((entry[1:] for entry in NORMALIZATIONS if isinstance(module, entry[0])), None)


def describe(module: nn.Module) -> dict[str, Any]:
    """Whether a module is a normalization, its channels, and which of running statistics, weight
    and bias it has.
    """
    entry = _entry(module)
    return {
        "norm": entry is not None,
        "channels": entry[0](module) if entry else None,
        "running": entry is not None and getattr(module, "running_mean", None) is not None,
        "affine": entry is not None and getattr(module, "weight", None) is not None,
        "bias": entry is not None and getattr(module, "bias", None) is not None,
    }


def table(module: nn.Module, x: Tensor) -> Tensor:
    """(6, channels) in the order of layout.NORM: batch and running mean and variance, weight,
    bias; NaN where none.
    """
    channels, statistics = _entry(module)
    missing = x.new_full((channels(module),), math.nan)
    learned = [getattr(module, name, None) for name in ("running_mean", "running_var", "weight", "bias")]
    rows = [missing if each is None else _per_channel(each.detach()).float() for each in learned]
    return torch.stack([*statistics(module, x), *rows])


def drift(table: Tensor) -> Tensor:
    """(1,): how far the running mean of a table is from the batch's, in the batch's standard deviations,
    averaged over the channels. Above 1, evaluation sees another network than training did.
    """
    batch_mean, batch_var, running_mean, *_ = table
    return ((running_mean - batch_mean).abs() / (batch_var + EPSILON).sqrt()).mean(0, keepdim=True)


def _per_channel(values: Tensor) -> Tensor:
    """One number per channel: LayerNorm over (C, H, W) has a weight for each place, averaged
    here over H and W.
    """
    return values.flatten(1).mean(1) if values.ndim > 1 else values
