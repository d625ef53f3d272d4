"""What does not go together among several settings, and what is allowed and helps nobody; in sentences."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from trainer.optimizers import OPTIMIZERS

if TYPE_CHECKING:
    from trainer.settings import Settings


def disagreements(settings: Settings) -> Iterator[str]:
    """What does not go together among several settings; sentences."""
    for name, choice in settings.chosen.items():
        yield choice.rule(settings.of(name))
    if settings.weight_decay and OPTIMIZERS[settings.optimizer].weight_decay is None:
        yield f"{settings.optimizer} has no weight decay. Set weight_decay to 0, or choose another optimizer."
    if settings.schedule == "CyclicLR" and settings.arguments["base_lr"] >= settings.lr:
        yield "base_lr is the lower rate of CyclicLR and lr the higher one. Make base_lr smaller than lr."
    if settings.device == "cpu" and settings.precision == "fp16":
        yield "precision fp16 is for graphics cards. Set it to bf16 or float32, or device to cuda."
    if settings.device == "cpu" and settings.cuda_graphs:
        yield "cuda_graphs needs a graphics card. Turn it off, or set device to cuda."
    if settings.compile and settings.cuda_graphs:
        yield "compile and cuda_graphs each replace the forward pass. Turn one of them off."


def remarks(settings: Settings) -> list[str]:
    """What is allowed and does not do what one may hope for; sentences."""
    found = []
    if settings.device == "cpu" and settings.precision == "bf16":
        found.append("bf16 makes most processors slower, not faster. It is for graphics cards.")
    if settings.clip_norm and settings.clip_value:
        found.append("clip_value is applied first, then clip_norm.")
    return found
