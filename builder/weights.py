"""Weights as safetensors files: read with suspicion, written whole or not at all.

The format holds numbers only, so reading a file runs nothing; what it holds may still not fit.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import nn

LARGEST_HEADER = 100_000_000  # bytes, as the format itself says
LISTED = 3  # names in a message


class WeightsError(ValueError):
    """A weights file that cannot be used; the text says which, what is wrong, what to do."""


def refuse_unless_weights(content: bytes, name: str) -> None:
    """Raises WeightsError where `content` is no safetensors file. Needs no PyTorch."""
    length = int.from_bytes(content[:8], "little")
    if len(content) < 8 or not 0 < length <= min(LARGEST_HEADER, len(content) - 8):
        raise WeightsError(
            f"{name} is no safetensors file: its first 8 bytes do not say how long its header is. "
            "Choose a file that a run's Trained weights button gave."
        )
    try:
        header = json.loads(content[8 : 8 + length])
        ends = [entry["data_offsets"][1] for key, entry in header.items() if key != "__metadata__"]
    except (ValueError, RecursionError, TypeError, KeyError, IndexError, AttributeError):
        raise WeightsError(
            f"{name} is damaged: its header, bytes 8 to {8 + length}, cannot be read. Download it again."
        ) from None
    if not ends or max(ends) != len(content) - 8 - length:
        raise WeightsError(f"{name} is cut off or damaged behind its header. Download it again.")


def load(network: nn.Module, path: Path) -> None:
    """Puts the file's weights into the network. Raises WeightsError that names what does not fit;
    the network is as it was then.
    """
    from safetensors import SafetensorError
    from safetensors.torch import load_file, load_model

    try:
        given = load_file(path)
    except (SafetensorError, OSError, ValueError) as error:
        raise WeightsError(f"The weights file cannot be read ({error}). Choose another.") from None
    wanted = network.state_dict()
    # Weights that two layers share stand in the file once, under one of their names.
    shared = {id(tensor) for name, tensor in network.named_parameters() if name in given}
    missing = [
        name
        for name, parameter in network.named_parameters(remove_duplicate=False)
        if name not in given and id(parameter) not in shared
    ]
    _refuse("does not have", missing)
    _refuse("has, and the network does not,", given.keys() - wanted.keys())
    for name, tensor in given.items():
        if tensor.shape != wanted[name].shape:
            raise WeightsError(
                f"The weights file has {name} of shape {tuple(tensor.shape)}, and the network's is "
                f"{tuple(wanted[name].shape)}. "
                "Train the network the file belongs to, or choose another file."
            )
    load_model(network, str(path), strict=False)


def _refuse(what: str, names: Iterable[str]) -> None:
    names = sorted(names)
    if names:
        listed = ", ".join(names[:LISTED]) + (f" and {len(names) - LISTED} more" * (len(names) > LISTED))
        raise WeightsError(
            f"The weights file {what} {listed}. "
            "Train the network the file belongs to, or choose another file."
        )


def save(network: nn.Module, path: Path) -> None:
    """Write the weights whole or not at all: a process killed on the way leaves no half file
    under this name.
    """
    from safetensors.torch import save_model

    draft = path.with_suffix(".part")
    save_model(network, str(draft))  # unlike save_file it takes weights that two layers share
    with draft.open("rb") as file:
        os.fsync(file.fileno())
    draft.replace(path)
