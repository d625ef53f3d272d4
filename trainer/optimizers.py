"""The optimizers: all of torch.optim that can train any network here, one entry each.

To add one, add a line to OPTIMIZERS; what torch.optim has and this table leaves out stands in EXCLUDED
with its reason, and a test holds both against PyTorch.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from builder import signatures
from trainer.choices import Choice, Say, derived, table

# Not a person's choice: what is computed is the same, or the loss would be made larger.
HIDDEN = "params lr weight_decay foreach fused capturable differentiable maximize"
KNOWN: Say = {
    # PyTorch's default is 0; without momentum SGD takes many times as many steps.
    "momentum": {"low": 0.0, "high": 1.0},
    "dampening": {"low": 0.0, "high": 1.0, "advanced": True},
    "nesterov": {"help": "Looks ahead along the momentum before it takes the gradient."},
    "betas": {
        "low": 0.0,
        "high": 0.999999,
        "help": "How slowly the running averages of the gradient and of its square forget.",
    },
    "eps": {"low": 0.0, "high": 1.0, "advanced": True},
    "amsgrad": {"advanced": True},
    "decoupled_weight_decay": {
        "advanced": True,
        "help": "Weight decay as AdamW does it, apart from the gradient.",
    },
    "alpha": {"low": 0.0, "high": 1.0},
    "centered": {"help": "Divides by the spread of the gradient instead of its size.", "advanced": True},
    "rho": {"low": 0.0, "high": 1.0},
    "lr_decay": {"low": 0.0, "high": 1.0},
    "initial_accumulator_value": {"low": 0.0, "high": 1e6, "advanced": True},
    "momentum_decay": {
        "low": 0.0,
        "high": 1.0,
        "advanced": True,
        "help": "How fast the momentum grows to its full size.",
    },
    "etas": {"low": 0.0, "high": 100.0, "help": "What a step shrinks and grows by."},
    "step_sizes": {"low": 0.0, "high": 1e6, "help": "The smallest and the largest step."},
    "lambd": {"low": 0.0, "high": 1.0, "help": "How fast the learning rate falls."},
    "t0": {"low": 0.0, "high": 1e12, "help": "The step at which averaging begins.", "advanced": True},
    "beta2_decay": {"low": -1.0, "high": 0.0, "advanced": True},
    "d": {"low": 0.0, "high": 1e6},
}


@dataclass(frozen=True)
class Optimizer(Choice):
    """An optimizer of torch.optim. lr and weight_decay are PyTorch's defaults; None where it takes none.

    fused   whether to let one kernel of PyTorch move all weights: a quarter of the time, other last digits.
            Not SGD and Adagrad, whose kernels refuse the sparse gradients that the optimizers take.
    keeps   arguments -> how many numbers it keeps for each weight.
    """

    lr: float = 1e-3
    weight_decay: float | None = 0.0
    fused: bool = False
    keeps: Callable[[Mapping[str, Any]], int] = lambda arguments: 2

    @property
    def has_momentum(self) -> bool:
        """Whether a schedule can move its momentum along with the learning rate."""
        return any(param.name in ("momentum", "betas") for param in self.params)


def _optimizer(
    name: str, about: str, say: Say | None = None, rule: Any = None, hidden: str = "", **more: Any
) -> Optimizer:
    arguments = {each.name: each.default for each in signatures.arguments(name, signatures.OPTIMIZERS)}
    said = {key: {**KNOWN.get(key, {}), **(say or {}).get(key, {})} for key in {*KNOWN, *(say or {})}}
    params = derived(name, signatures.OPTIMIZERS, said, hidden=f"{HIDDEN} {hidden}")
    decay = arguments.get("weight_decay")
    rules = {"rule": rule} if rule else {}
    return Optimizer(
        name,
        about,
        params,
        lr=float(arguments["lr"]),
        weight_decay=None if decay is None else float(decay),
        **rules,
        **more,
    )


def _sgd_rule(arguments: Mapping[str, Any]) -> str:
    if arguments["nesterov"] and (not arguments["momentum"] or arguments["dampening"]):
        return "nesterov needs momentum above 0 and dampening 0. Set momentum to 0.9, or turn nesterov off."
    return ""


def _rprop_rule(arguments: Mapping[str, Any]) -> str:
    low, high = arguments["etas"]
    if not 0 < low < 1 < high:
        return "etas takes one number between 0 and 1 and one above 1. Set it to 0.5 x 1.2."
    return ""


def _with_amsgrad(arguments: Mapping[str, Any]) -> int:
    return 2 + arguments["amsgrad"]


def _with_momentum(arguments: Mapping[str, Any]) -> int:
    return int(arguments["momentum"] > 0)


OPTIMIZERS: dict[str, Optimizer] = table(
    _optimizer(
        "Adam",
        "Steps of a size of its own for each weight. A good first choice.",
        fused=True,
        keeps=_with_amsgrad,
    ),
    _optimizer(
        "AdamW",
        "Adam with weight decay apart from the gradient; the usual choice for transformers.",
        fused=True,
        keeps=_with_amsgrad,
    ),
    _optimizer(
        "SGD",
        "Plain gradient descent, with momentum. With a good schedule it is hard to beat on images.",
        {"momentum": {"default": 0.9}},
        _sgd_rule,
        keeps=_with_momentum,
    ),
    _optimizer(
        "RMSprop",
        "Divides each step by how large the gradient has been lately.",
        keeps=lambda arguments: 1 + _with_momentum(arguments) + arguments["centered"],
    ),
    _optimizer(
        "Adagrad",
        "Steps get smaller the more a weight has moved; for rare features.",
        keeps=lambda arguments: 1,
    ),
    _optimizer("Adadelta", "Adagrad that forgets. PyTorch's learning rate for it is 1."),
    _optimizer("Adamax", "Adam with the largest gradient in place of the average square."),
    _optimizer("NAdam", "Adam with Nesterov momentum."),
    _optimizer("RAdam", "Adam that begins carefully by itself, without warm-up."),
    _optimizer("ASGD", "SGD that also averages the weights along the way.", keeps=lambda arguments: 1),
    _optimizer(
        "Adafactor",
        "Adam with far less memory, for large networks.",
        hidden="eps",  # a pair of which one may be None: no field of the form can say that
        keeps=lambda arguments: 0,  # a row and a column of each matrix
    ),
    _optimizer("Rprop", "Looks at the gradient's sign alone; for batches of all examples.", rule=_rprop_rule),
)

EXCLUDED: dict[str, str] = {
    "Optimizer": "the base class of the others",
    "LBFGS": "it computes the loss several times in a step, which a loop of single steps does not do",
    "SparseAdam": "it takes sparse gradients alone, and the layers here give dense ones",
    "Muon": "it takes weights of two dimensions alone, and biases and filters have one or four",
}
