"""Normalization: x_hat = (x - mu) / sqrt(var + eps), y = gamma * x_hat + beta.

The kinds differ in which numbers share one mu and var.
"""

from builder.catalogue.derive import CHANNELS, NORMALIZED, SPACES, largest_divisor, layer
from builder.kinds import Kind

FAMILY = "Normalization"
MEASURED = {"momentum": 0.1}  # momentum=None cannot run on the meta device; shapes do not depend on it
ALL_SPACES = tuple(takes for takes, _, _ in SPACES.values())
BETWEEN = {"alpha": {"low": 0.0}, "beta": {"low": 0.0}, "k": {"low": 0.0}}
ALPHA = "What the mean of the squares is multiplied with"
BETA = "The power that the divisor is raised to"
K = "What is added to the divisor before it is raised"


def _batch(rank: int) -> Kind:
    takes, example, _ = SPACES[rank]
    single = rank == 1
    return layer(
        f"BatchNorm{rank}d",
        FAMILY,
        f"Evens out each {'feature' if single else 'channel'} over the batch; remembers running "
        "statistics for use after training.",
        reads={"num_features": CHANNELS},
        takes=("F", "CL") if single else (takes,),
        probe=MEASURED,
        over_batch=True,
        example=(20,) if single else example,
    )


def _instance(rank: int) -> Kind:
    takes, example, space = SPACES[rank]
    return layer(
        f"InstanceNorm{rank}d",
        FAMILY,
        f"Evens out each channel of each {space} by itself; used for style transfer.",
        reads={"num_features": CHANNELS},
        takes=(takes,),
        probe=MEASURED,
        example=example,
    )


KINDS = (
    *map(_batch, SPACES),
    layer(
        "LayerNorm",
        FAMILY,
        "Evens out each example by itself, over its features or over all of (C, H, W).",
        reads={"normalized_shape": NORMALIZED},
        weight=("normalized_shape",),
    ),
    layer(
        "GroupNorm",
        FAMILY,
        "Evens out each example by itself, a group of channels at a time.",
        start={"num_groups": 4},
        reads={"num_channels": CHANNELS},
        divides=(("num_groups", "num_channels"),),
        suits=lambda spec: {"num_groups": largest_divisor(spec.shape[1], 4)},
    ),
    *map(_instance, SPACES),
    layer(
        "RMSNorm",
        FAMILY,
        "Divides each example by its root mean square; no mean is taken away.",
        reads={"normalized_shape": NORMALIZED},
        weight=("normalized_shape",),
        say={"eps": {"type": "float"}},
    ),
    layer(
        "SyncBatchNorm",
        FAMILY,
        "BatchNorm over the batches of several GPUs at once. In a single process it does what "
        "BatchNorm does; in several it needs GPUs.",
        reads={"num_features": CHANNELS},
        takes=("F", *ALL_SPACES),
        probe=MEASURED,
        over_batch=True,
    ),
    layer(
        "LocalResponseNorm",
        FAMILY,
        "Divides each number by how large its neighbours in nearby channels are, as in AlexNet.",
        start={"size": 5},
        say=BETWEEN,
        takes=ALL_SPACES,
    ),
    layer(
        "CrossMapLRN2d",
        FAMILY,
        "LocalResponseNorm as Caffe computed it, for images; kept for old networks.",
        start={"size": 5},
        say={
            "size": {"help": "How many neighbouring channels are looked at"},
            "alpha": {"help": ALPHA, "low": 0.0},
            "beta": {"help": BETA, "low": 0.0},
            "k": {"help": K, "low": 0.0, "type": "float"},
        },
        takes=("CHW",),
    ),
)
