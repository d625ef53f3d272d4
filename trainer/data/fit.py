"""Whether a network and a data set belong together, said in sentences; needs neither PyTorch nor
the data.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from builder.fixes import Fix
from trainer.data.dataset import CLASSIFICATION

if TYPE_CHECKING:
    from builder import Document
    from trainer.data.dataset import DataSet


def misfits(
    document: Document,
    data_set: DataSet,
    output_shape: Sequence[int] | None = None,
    numbers: Sequence[int] = (),
) -> list[str]:
    """What keeps this network from training on this data; empty when it fits.

    output_shape is what flows into Output, without the batch; None where it is not known yet.
    numbers      how many the network may give, where the loss takes others than the data set's targets.
    """
    inputs = [node for node in document.main.nodes if node.kind == "Input"]
    outputs = [node for node in document.main.nodes if node.kind == "Output"]
    if len(inputs) != 1 or len(outputs) != 1:
        return [
            f"The network has {len(inputs)} inputs and {len(outputs)} outputs. "
            "To train it here, give it one Input and one Output."
        ]
    return _input_misfits(inputs[0], data_set) + _output_misfits(
        outputs[0].id, data_set, output_shape, numbers or (data_set.targets,)
    )


def class_repair(
    document: Document, data_set: DataSet, output_shape: Sequence[int] | None = None
) -> Fix | None:
    """What makes another number of answers one for each class; None where that is not what is wrong."""
    row = output_shape is not None and len(output_shape) == 1 and output_shape[0] != data_set.targets
    if not row or len(document.main.of_kind("Output")) != 1:
        return None
    wanted = data_set.targets
    label = f"Give {wanted} numbers, one for each class" if wanted > 1 else "Give 1 number, the answer"
    return Fix(label, "give_classes", (wanted,))


def _input_misfits(node, data_set: DataSet) -> list[str]:
    given = dict(node.params)
    high = given.get("high") or 0
    shape = tuple(given.get("shape", ()))
    dtype = given.get("dtype", "float32")
    found = []
    if shape != data_set.shape:
        found.append(
            f"{node.id} takes {words(shape)} and {data_set.name} gives {words(data_set.shape)}. "
            f"Set the shape of {node.id} to {words(data_set.shape)}, or choose other data."
        )
    if dtype != data_set.dtype:
        found.append(
            f"{node.id} takes {dtype} and {data_set.name} gives {data_set.dtype}. "
            f"Set the dtype of {node.id} to {data_set.dtype}, or choose other data."
        )
    elif data_set.high and high < data_set.high:
        found.append(
            f"{node.id} takes {high} tokens and {data_set.name} has {data_set.high}. "
            f"Set high of {node.id} to {data_set.high}."
        )
    return found


def _output_misfits(
    name: str, data_set: DataSet, shape: Sequence[int] | None, numbers: Sequence[int]
) -> list[str]:
    if shape is None or tuple(shape) in [(number,) for number in numbers]:
        return []
    wanted = data_set.targets
    classifies = data_set.task == CLASSIFICATION
    has = f"has {wanted} classes" if classifies else f"asks for {wanted}: {', '.join(data_set.labels)}"
    if len(shape) == 1:
        gives = "1 number" if shape[0] == 1 else f"{shape[0]} numbers"
        return [
            f"{name} gives {gives} and {data_set.name} {has}. Make the last Linear's out_features {wanted}."
        ]
    return [
        f"{name} gives {words(shape)} and {data_set.name} {has}, one number each. "
        f"Put a Flatten and a Linear with out_features {wanted} before it."
    ]


def words(shape: Sequence[int]) -> str:
    """A shape as the screen writes it: (1, 8, 8)."""
    return f"({', '.join(map(str, shape))})"
