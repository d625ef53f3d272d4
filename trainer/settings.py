"""How a network is trained: one frozen value, each of its fields described once, here.

Each is a Param like a layer's argument, so the page's form, the command line's `--set` and the
checks read the same table, `SETTINGS`, and a new setting is one line in the class below. Three of
them choose from tables whose entries have arguments of their own (`CHOICES`): SGD's momentum, StepLR's
step_size, the label smoothing of cross-entropy. Those are settings too, while their entry is chosen.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from types import MappingProxyType
from typing import Any

from builder.kinds import Param
from trainer import objectives
from trainer.agreement import disagreements
from trainer.choices import Choice
from trainer.data import DataSet
from trainer.data.preparing import SCALINGS
from trainer.errors import TrainerError, unknown
from trainer.objectives import AUTO
from trainer.optimizers import OPTIMIZERS
from trainer.plan import Plan
from trainer.schedules import SCHEDULES
from trainer.setting import (
    ARGUMENTS,
    CHOICES,
    LOOKING,
    PREPARING,
    REPEATING,
    SPEED,
    VALIDATION,
    WEIGHTS,
    default_threads,
    described,
    problem,
    setting,
    settled,
)
from trainer.words import read_word


@dataclass(frozen=True)
class Settings:
    """How to train. Raises TrainerError that names every value that does not fit.

    arguments   the own arguments of the loss, the optimizer and the schedule, by name. Those left out get
                their defaults, and those of entries that are not chosen are left aside.
    """

    epochs: int = setting(10, "How often to go through the training data.", low=1, high=100_000)
    batch_size: int = setting(32, "How many examples there are in a step.", low=1, high=65_536)
    loss: str = setting(
        AUTO, "What training makes small; auto is the usual one for the data.", objectives.CHOICES
    )
    optimizer: str = setting("Adam", "The rule that changes the weights after each batch.", OPTIMIZERS)
    lr: float = setting(
        None,
        "Learning rate: how far a step moves the weights. Left out, PyTorch's own for the optimizer.",
        low=1e-8,
        high=1e6,
        optional=True,
    )
    schedule: str = setting("none", "How the learning rate moves during the run.", SCHEDULES)
    weight_decay: float = setting(
        None,
        "How strongly the weights are pulled towards zero. Left out, PyTorch's own for the optimizer.",
        group=WEIGHTS,
        low=0.0,
        high=10.0,
        optional=True,
    )
    clip_norm: float = setting(
        0.0, "Gradients longer than this, all together, are shortened to it; 0 is never.",
        group=WEIGHTS, low=0.0, high=1e6,
    )  # fmt: skip
    clip_value: float = setting(
        0.0, "No single gradient is let beyond this; 0 is never.", group=WEIGHTS, low=0.0, high=1e6
    )
    validation: float = setting(
        0.2, "The share of the data kept for validation.", group=VALIDATION, low=0.05, high=0.9
    )
    early_stopping: int = setting(
        0,
        "Ends the run after so many epochs without a better validation loss; 0 is never.",
        group=VALIDATION,
        low=0,
        high=100_000,
    )
    device: str = setting(
        "cpu", "Where to compute; cuda is an NVIDIA graphics card.", ("cpu", "cuda"), group=SPEED
    )
    precision: str = setting(
        "float32",
        "The numbers of the forward pass: bf16 and fp16 are half as long, and faster on a graphics card.",
        ("float32", "bf16", "fp16"),
        group=SPEED,
    )
    threads: int = setting(
        default_threads(),
        "How many processor cores to use; the last digits depend on it.",
        group=SPEED,
        low=1,
        high=1024,
    )
    compile: bool = setting(
        False, "Steps are faster after some seconds in which torch.compile prepares them.", group=SPEED
    )
    cuda_graphs: bool = setting(
        False, "Replays a step's work on the graphics card at once: faster for small networks.", group=SPEED
    )
    seed: int = setting(
        0,
        "Fixes the first weights, the split and the order of the data.",
        group=REPEATING,
        low=0,
        high=2**31 - 1,
    )
    deterministic: bool = setting(
        False, "Only algorithms that always give the same numbers, on graphics cards too.", group=REPEATING
    )
    scaling: str = setting(
        "default",
        "How inputs are scaled, as measured on the training part; default is what the data set says.",
        choices=("default", *SCALINGS),
        group=PREPARING,
    )
    flip: bool = setting(False, "Mirrors half of the pictures trained on, left to right.", group=PREPARING)
    crop: int = setting(
        0,
        "Moves pictures trained on by up to so many points, each time anew.",
        low=0,
        high=64,
        group=PREPARING,
    )
    noise: float = setting(
        0.0,
        "Adds noise of this standard deviation to what is trained on, after scaling.",
        low=0.0,
        high=10.0,
        group=PREPARING,
    )
    telemetry_budget: float = setting(
        0.05,
        "The share of the training time that looking into the layers may take; 0 is never.",
        group=LOOKING,
        low=0.0,
        high=1.0,
    )
    telemetry_every: int = setting(
        1,
        "At least how many steps are from one look into the layers to the next; 0 is never.",
        group=LOOKING,
        low=0,
        high=1_000_000,
    )
    results_budget: float = setting(
        0.01,
        "The share of the training time that looking at results on examples may take, beside the last look; "
        "0 is never.",
        group=LOOKING,
        low=0.0,
        high=1.0,
    )
    checkpoint_every: float = setting(
        30.0,
        "After how many seconds to write a checkpoint; 0 is only at a pause and at the end.",
        group=REPEATING,
        low=0.0,
        high=86_400.0,
    )
    checkpoints_kept: int = setting(
        5,
        "How many checkpoints to keep: the last two, the best by validation loss, the others spread over the "
        "run. A fork can begin with each.",
        group=REPEATING,
        low=2,
        high=100,
    )
    arguments: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        problems = [problem(param, getattr(self, name)) for name, param in SETTINGS.items()]
        if any(problems):
            raise TrainerError(" ".join(filter(None, problems)))
        for name, param in SETTINGS.items():
            object.__setattr__(self, name, settled(param, getattr(self, name)))
        optimizer = OPTIMIZERS[self.optimizer]
        for name, own in (("lr", optimizer.lr), ("weight_decay", optimizer.weight_decay or 0.0)):
            if getattr(self, name) is None:
                object.__setattr__(self, name, own)
        object.__setattr__(self, "arguments", MappingProxyType(_completed(self.chosen, self.arguments)))
        if found := list(filter(None, disagreements(self))):
            raise TrainerError(" ".join(found))

    @property
    def chosen(self) -> dict[str, Choice]:
        """The entries chosen: {"optimizer": the one of SGD, ...}."""
        return {name: table[getattr(self, name)] for name, table in CHOICES.items()}

    def of(self, name: str) -> dict[str, Any]:
        """The arguments of what is chosen: settings.of("optimizer") is {"momentum": 0.9, ...}."""
        return {param.name: self.arguments[param.name] for param in self.chosen[name].params}

    def plan(self, steps_per_epoch: int) -> Plan:
        """What the schedule is laid over."""
        momentum = OPTIMIZERS[self.optimizer].has_momentum
        return Plan(self.lr, self.of("schedule"), self.epochs, steps_per_epoch, momentum)

    def for_data(self, data_set: DataSet) -> "Settings":
        """With the loss that `auto` is for this data. Raises TrainerError where the loss does not fit it."""
        loss = objectives.chosen(self.loss, data_set)
        lost = [
            param.name
            for param in self.chosen["loss"].params
            if not loss.param(param.name) and self.arguments[param.name] != param.default
        ]
        if lost:
            raise TrainerError(
                f"{loss.name}, the loss for {data_set.name}, takes no {lost[0]}. Leave {lost[0]} out."
            )
        return replace(self, loss=loss.name)

    @classmethod
    def from_words(cls, words: Mapping[str, str], beside: Mapping[str, Any] | None = None) -> "Settings":
        """Settings from text: {"lr": "0.01"}, and values that words replace. Raises TrainerError for
        what does not fit, and for arguments that the chosen entries do not take.
        """
        return cls.from_values({**(beside or {}), **read_words(words, beside or {})})

    @classmethod
    def from_values(cls, values: Mapping[str, Any]) -> "Settings":
        """Settings from some named values, the others at their defaults. Raises TrainerError."""
        for name in values:
            if name not in SETTINGS and name not in ARGUMENTS:
                raise unknown("setting", name, (*SETTINGS, *sorted(ARGUMENTS)))
        arguments = {name: value for name, value in values.items() if name not in SETTINGS}
        plain = {name: value for name, value in values.items() if name in SETTINGS}
        return cls(**plain, arguments=arguments)

    @classmethod
    def from_json(cls, text: str) -> "Settings":
        """The settings that `to_json` wrote."""
        return cls.from_values(json.loads(text))

    def to_values(self) -> dict[str, Any]:
        """Every setting by its name, the arguments among them."""
        return {**{name: getattr(self, name) for name in SETTINGS}, **self.arguments}

    def to_json(self) -> str:
        """Every setting, defaults too: a default may change one day, what a run was trained with
        must not.
        """
        return json.dumps(self.to_values())


def read_words(words: Mapping[str, str], beside: Mapping[str, Any]) -> dict[str, Any]:
    """Words as values; `beside` are values that stay, which may choose what has arguments.

    Raises TrainerError.
    """
    values = {**beside, **{name: word for name, word in words.items() if name in SETTINGS}}
    own = {param.name: param for param in own_params(values)}
    return {name: read_word(find(name, own), word) for name, word in words.items()}


def find(name: str, own: Mapping[str, Param]) -> Param:
    """The setting of this name, or the argument of one of the chosen entries. Raises TrainerError with
    the nearest name where there is none.
    """
    if name in SETTINGS:
        return SETTINGS[name]
    if name in own:
        return own[name]
    if takers := [each.name for table in CHOICES.values() for each in table.values() if each.param(name)]:
        raise TrainerError(
            f"'{name}' is an argument of {', '.join(takers)}, and none of these is chosen. "
            f"Choose one, or leave {name} out."
        )
    raise unknown("setting", name, (*SETTINGS, *own))


def own_params(values: Mapping[str, Any]) -> list[Param]:
    """The arguments of what these values choose; of nothing where a name is wrong."""
    chosen = (table.get(values.get(name, SETTINGS[name].default)) for name, table in CHOICES.items())
    return [param for choice in chosen if choice for param in choice.params]


def _completed(chosen: Mapping[str, Choice], given: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of the chosen entries, given or by default. Raises TrainerError."""
    if strange := [name for name in given if name not in ARGUMENTS]:
        raise unknown("setting", strange[0], (*SETTINGS, *sorted(ARGUMENTS)))
    params = {param.name: param for choice in chosen.values() for param in choice.params}
    values = {name: given.get(name, param.default) for name, param in params.items()}
    if problems := list(filter(None, (problem(param, values[name]) for name, param in params.items()))):
        raise TrainerError(" ".join(problems))
    return {name: settled(param, values[name]) for name, param in params.items()}


SETTINGS: dict[str, Param] = {
    each.name: described(each.name, each.default, each.type, each.metadata)
    for each in fields(Settings)
    if each.metadata
}
GROUP_OF: dict[str, str] = {each.name: each.metadata["group"] for each in fields(Settings) if each.metadata}
