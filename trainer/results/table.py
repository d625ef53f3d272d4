"""THE table of results: what each needs, how it is computed, how much time it may take, how much is kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from torch import nn

from trainer.results.answers import answers, predictions
from trainer.results.attention import attention, has_attention
from trainer.results.embedding import embedding, has_linear
from trainer.results.features import features
from trainer.results.filters import filters, has_convolution
from trainer.results.stored import Arrays
from trainer.results.view import View


def _always(network: nn.Module) -> bool:
    return True


@dataclass(frozen=True)
class Result:
    """A kind of result.

    compute  a View -> its parts by name, "" where there is one alone, as arrays. It asks the network only
             through the View, which leaves it as it was.
    share    of the time that all results may take together.
    needs    whether a network has it.
    fine     how much of its history is kept: see stored.is_kept; 0: the newest alone.
    begins   whether it is computed before the first step too.
    """

    name: str
    compute: Callable[[View], dict[str, Arrays]]
    share: float
    needs: Callable[[nn.Module], bool] = _always
    fine: int = 0
    begins: bool = False


RESULTS = (
    Result("predictions", predictions, 0.4, fine=5),
    Result("answers", answers, 0.2),
    Result("embedding", embedding, 0.1, has_linear),
    Result("filters", filters, 0.1, has_convolution, fine=1, begins=True),
    Result("features", features, 0.1),
    Result("attention", attention, 0.1, has_attention),
)
