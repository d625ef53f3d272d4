"""How a network is trained: one frozen value, each of its fields described once, here.

Each is a Param like a layer's argument, so the page's form, the command line's `--set` and the
checks read the same table, `SETTINGS`, and a new setting is one line in the class below.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from builder.kinds import Param
from trainer.errors import TrainerError, unknown


def setting(default: Any, help: str, choices: tuple[str, ...] = (), **limits: Any) -> Any:
    """A field of Settings together with its description."""
    return field(default=default, metadata={"help": help, "choices": choices, **limits})


def default_threads() -> int:
    """One core fewer than there are: a thread per busy core makes PyTorch's threads wait for
    each other.
    """
    return max(1, (os.cpu_count() or 1) - 1)


@dataclass(frozen=True)
class Settings:
    """How to train. Raises TrainerError that names every value that does not fit."""

    optimizer: str = setting(
        "Adam",
        "The rule that changes the weights after each batch.",
        choices=("Adam", "AdamW", "SGD", "RMSprop"),
    )
    lr: float = setting(1e-3, "Learning rate: how far a step moves the weights.", low=1e-8, high=1e6)
    momentum: float = setting(
        0.9,
        "How much of its last step SGD keeps; the others do not use it.",
        low=0.0,
        high=1.0,
        advanced=True,
    )
    weight_decay: float = setting(
        0.0, "How strongly the weights are pulled towards zero.", low=0.0, high=10.0, advanced=True
    )
    epochs: int = setting(10, "How often to go through the training data.", low=1, high=100_000)
    batch_size: int = setting(32, "How many examples there are in a step.", low=1, high=65_536)
    seed: int = setting(
        0, "Fixes the first weights, the split and the order of the data.", low=0, high=2**31 - 1
    )
    device: str = setting(
        "cpu",
        "Where to compute; cuda is an NVIDIA graphics card.",
        choices=("cpu", "cuda"),
        advanced=True,
    )
    threads: int = setting(
        default_threads(),
        "How many processor cores to use; the last digits depend on it.",
        low=1,
        high=1024,
        advanced=True,
    )
    validation: float = setting(
        0.2, "The share of the data kept for validation.", low=0.05, high=0.9, advanced=True
    )
    telemetry_budget: float = setting(
        0.05,
        "The share of the training time that looking into the layers may take; 0 is never.",
        low=0.0,
        high=1.0,
        advanced=True,
    )
    telemetry_every: int = setting(
        1,
        "At least how many steps are from one look into the layers to the next; 0 is never.",
        low=0,
        high=1_000_000,
        advanced=True,
    )

    def __post_init__(self) -> None:
        problems = [problem(SETTINGS[each.name], getattr(self, each.name)) for each in fields(self)]
        if any(problems):
            raise TrainerError(" ".join(filter(None, problems)))
        for each in fields(self):  # 10.0 out of a form is the whole number 10
            object.__setattr__(self, each.name, each.type(getattr(self, each.name)))

    @classmethod
    def from_words(cls, words: Mapping[str, str]) -> "Settings":
        """Settings from text: {"lr": "0.01"}. Raises TrainerError for what does not fit."""
        return cls.from_values({name: read_word(find(name), word) for name, word in words.items()})

    @classmethod
    def from_values(cls, values: Mapping[str, Any]) -> "Settings":
        """Settings from some named values, the others at their defaults. Raises TrainerError."""
        return cls(**{find(name).name: value for name, value in values.items()})

    @classmethod
    def from_json(cls, text: str) -> "Settings":
        """The settings that `to_json` wrote."""
        return cls.from_values(json.loads(text))

    def to_json(self) -> str:
        """Every setting, defaults too: a default may change one day, what a run was trained with
        must not.
        """
        return json.dumps(asdict(self))


def find(name: str) -> Param:
    """The setting of this name. Raises TrainerError with the nearest name where there is none."""
    if name not in SETTINGS:
        raise unknown("setting", name, SETTINGS)
    return SETTINGS[name]


def problem(param: Param, value: Any) -> str:
    """What is wrong with this value in one sentence, or the empty string."""
    if isinstance(value, float) and param.type == "int" and value.is_integer():
        value = int(value)
    try:
        return param.misfit(param.read(value))
    except ValueError as error:
        return str(error)


def read_word(param: Param, word: str) -> Any:
    """The value a word stands for; the word itself where it is none, for `problem` to refuse."""
    try:
        return word if param.choices else TYPES[param.type](word)
    except ValueError:
        return word


TYPES = {"int": int, "float": float, "choice": str}
SETTINGS: dict[str, Param] = {
    each.name: Param(
        each.name,
        each.default,
        next(name for name, type_ in TYPES.items() if type_ is each.type),
        **each.metadata,
    )
    for each in fields(Settings)
}
