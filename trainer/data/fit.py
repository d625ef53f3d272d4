"""Whether a network and a data set belong together, as Problems with their fixes; needs neither PyTorch
nor the data.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from builder.fixes import Fix
from builder.rules import Problem

if TYPE_CHECKING:
    from builder import Document
    from builder.document import Node
    from trainer.data.dataset import DataSet


def misfits(
    document: Document,
    data_set: DataSet,
    output_shape: Sequence[int] | None = None,
    numbers: Sequence[int] = (),
) -> list[Problem]:
    """What keeps this network from training on this data; empty when it fits.

    output_shape is what flows into Output, without the batch; None where it is not known yet.
    numbers      how many the network may give, where the loss takes others than the data set's targets.
    """
    inputs = [node for node in document.main.nodes if node.kind == "Input"]
    outputs = [node for node in document.main.nodes if node.kind == "Output"]
    if len(inputs) != 1 or len(outputs) != 1:
        message = (
            f"The network has {len(inputs)} inputs and {len(outputs)} outputs. "
            "To train it here, give it one Input and one Output."
        )
        return [Problem("", message)]
    return _input_misfits(inputs[0], data_set) + _output_misfits(
        outputs[0].id, data_set, output_shape, numbers or (data_set.targets,)
    )


def _input_misfits(node: Node, data_set: DataSet) -> list[Problem]:
    given = dict(node.params)
    high = given.get("high") or 0
    shape = tuple(given.get("shape", ()))
    dtype = given.get("dtype", "float32")
    found = []
    if shape != data_set.shape:
        message = (
            f"{node.id} takes {words(shape)} and {_called(data_set)} gives {words(data_set.shape)}. "
            f"Set the shape of {node.id} to {words(data_set.shape)}, or choose other data."
        )
        label = f"Set the shape of {node.id} to {words(data_set.shape)}"
        found.append(
            Problem(node.id, message, (Fix(label, "set_param", (node.id, "shape", data_set.shape)),))
        )
    if dtype != data_set.dtype:
        message = (
            f"{node.id} takes {dtype} and {_called(data_set)} gives {data_set.dtype}. "
            f"Set the dtype of {node.id} to {data_set.dtype}, or choose other data."
        )
        found.append(Problem(node.id, message, (_dtype_fix(node, data_set),)))
    elif data_set.high and high < data_set.high:
        message = (
            f"{node.id} takes {high} tokens and {_called(data_set)} has {data_set.high}. "
            f"Set high of {node.id} to {data_set.high}."
        )
        label = f"Set high of {node.id} to {data_set.high}"
        found.append(Problem(node.id, message, (Fix(label, "set_param", (node.id, "high", data_set.high)),)))
    return found


def _dtype_fix(node: Node, data_set: DataSet) -> Fix:
    if data_set.high:
        label = f"Make {node.id} take {data_set.high} tokens of {data_set.dtype}"
        return Fix(label, "count_tokens", (node.id, data_set.high))
    return Fix(
        f"Set the dtype of {node.id} to {data_set.dtype}", "set_param", (node.id, "dtype", data_set.dtype)
    )


def _output_misfits(
    name: str, data_set: DataSet, shape: Sequence[int] | None, allowed: Sequence[int]
) -> list[Problem]:
    wanted = data_set.targets
    if shape is None or tuple(shape) in [(number,) for number in allowed]:
        return []
    if len(shape) != 1:
        needs = f"one number for each of its {wanted} {_targets(data_set)}"
        message = (
            f"{name} gives {words(shape)} and {_called(data_set)} needs {needs}. "
            f"Put a Flatten and a Linear with out_features {wanted} before it."
        )
        return [Problem(name, message)]
    given = "1 number" if shape[0] == 1 else f"{shape[0]} numbers"
    message = (
        f"{name} gives {given} and {_called(data_set)} has {wanted} {_targets(data_set)}. "
        f"Make the last Linear's out_features {wanted}."
    )
    return [Problem(name, message, (Fix(_give(data_set), "give_classes", (wanted,)),))]


def _called(data_set: DataSet) -> str:
    """The name of a ready set; the title of a person's own, whose name ends with a digest."""
    return data_set.title if data_set.own else data_set.name


def _targets(data_set: DataSet) -> str:
    if data_set.task == "regression":
        return "value to predict" if data_set.targets == 1 else "values to predict"
    return "classes"


def _give(data_set: DataSet) -> str:
    if data_set.task == "classification":
        return f"Give {data_set.targets} numbers, one for each class"
    if data_set.targets == 1:
        return "Give 1 number, the value to predict"
    return f"Give {data_set.targets} numbers, one for each value to predict"


def words(shape: Sequence[int]) -> str:
    """A shape as the screen writes it: (1, 8, 8)."""
    return f"({', '.join(map(str, shape))})"
