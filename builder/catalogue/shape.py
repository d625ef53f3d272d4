"""Layers and tensor operations that move numbers around and compute nothing."""

from collections.abc import Mapping
from typing import Any

from builder.catalogue.derive import DIM, layer, without
from builder.kinds import Joint, Kind, Misfit, Param, Spec

FAMILY = "Shape"
FAR = {"low": -1_000_000, "high": 1_000_000}
WHICH = "The dimension; the batch is dimension 0."
EVERYTHING = slice(None, None, None)


def _pairs(spec) -> dict:
    return {"dim": 1, "unflattened_size": (spec.shape[1], 1, 1)} if len(spec.shape) == 2 else {}


def _last_two_swapped(spec) -> dict:
    rest = list(range(len(spec.shape)))
    return {"dims": (*rest[:-2], rest[-1], rest[-2])} if len(rest) > 2 else {"dims": tuple(rest)}


def _size(spec: Spec, dim: int) -> int | None:
    return spec.shape[dim] if -len(spec.shape) <= dim < len(spec.shape) else None


# --- what becomes of the dimensions' names


def _as_they_were(values: Mapping[str, Any], names: str) -> str:
    return names


def _reordered(values: Mapping[str, Any], names: str) -> str:
    return "".join(names[dim] for dim in values["dims"])


def _swapped(values: Mapping[str, Any], names: str) -> str:
    letters = list(names)
    one, other = values["dim0"], values["dim1"]
    letters[one], letters[other] = letters[other], letters[one]
    return "".join(letters)


# --- slices: x[:, 2:5]


def _index(values: Mapping[str, Any]) -> str:
    start, end, step = ("" if values[n] is None else values[n] for n in ("start", "end", "step"))
    if isinstance(values["dim"], str):  # in a block it may be an argument
        cut = f"slice({values['start']}, {values['end']}, {values['step']})"
        return f"(slice(None),) * ({values['dim']}) + ({cut},)"
    cut = f"{start}:{end}" + f":{step}" * (step != "")
    before = ":, " * values["dim"] if values["dim"] >= 0 else "..., "
    return f"{before}{cut}{', :' * (-values['dim'] - 1)}"


def _cut(index: Any) -> dict[str, Any] | None:
    """The dimension and the ends of the one slice that is not all of its dimension."""
    places = index if isinstance(index, tuple) else (index,)
    dots = places[:1] == (...,)
    places = places[dots:]
    if not all(isinstance(place, slice) for place in places):
        return None
    cuts = [(at, place) for at, place in enumerate(places) if place != EVERYTHING]
    if len(cuts) != 1:
        return None
    at, place = cuts[0]
    dim = at - len(places) if dots else at
    return {"dim": dim, "start": place.start, "end": place.stop, "step": place.step}


def _takes_a_part(values: Mapping[str, Any], inputs: tuple[Spec, ...]) -> Misfit | None:
    if any(values[name] is not None for name in ("start", "end", "step")):
        return None
    return Misfit("has no start and no end, so it takes everything. Set start to 1.", {"start": 1})


# --- several pieces


def _pieces_come_out(values: Mapping[str, Any], inputs: tuple[Spec, ...]) -> Misfit | None:
    """torch.chunk gives fewer pieces than asked for where they do not come out."""
    size, chunks = _size(inputs[0], values["dim"]), values["chunks"]
    if size is None or -(-size // -(-size // chunks)) == chunks:
        return None
    fitting = [n for n in range(2, chunks) if -(-size // -(-size // n)) == n]
    return Misfit(
        f"cuts dimension {values['dim']}, which has {size}, into {chunks} pieces, and PyTorch gives "
        f"fewer. Set chunks to a number that divides {size}.",
        {"chunks": fitting[-1]} if fitting else {},
    )


def _sizes_add_up(values: Mapping[str, Any], inputs: tuple[Spec, ...]) -> Misfit | None:
    size, given = _size(inputs[0], values["dim"]), values["split_size"]
    if len(given) < 2:
        return Misfit(f"has one size in split_size; give it two or more that add up to {size}.")
    if size is None or sum(given) == size:
        return None
    last = size - sum(given[:-1])
    return Misfit(
        f"has split_size={given}, which adds up to {sum(given)}, and dimension {values['dim']} has "
        f"{size}. Make its sizes add up to {size}.",
        {"split_size": (*given[:-1], last)} if last > 0 else {},
    )


def _halves(spec: Spec) -> dict[str, Any]:
    if len(spec.shape) < 2 or spec.shape[1] < 2:
        return {}
    half = spec.shape[1] // 2
    return {"split_size": (half, spec.shape[1] - half), "dim": 1}


def _in_two(spec: Spec) -> dict[str, Any]:
    even = (dim for dim in range(1, len(spec.shape)) if spec.shape[dim] % 2 == 0)
    return {"dim": next(even, 1)}


def _repeats_one(values: Mapping[str, Any], inputs: tuple[Spec, ...]) -> Misfit | None:
    x, like = inputs
    if x.shape[:1] in ((1,), like.shape[:1]):
        return None
    return Misfit(
        f"repeats its input's first dimension, which has {x.shape[0] if x.shape else 'no size'} and "
        "must have 1. Put an Unsqueeze at 0 before it.",
        before=("Unsqueeze", {"dim": 0}),
    )


KINDS = (
    layer(
        "Flatten",
        FAMILY,
        "Lays each example out as one long row, as Linear needs it after an image.",
        say={"start_dim": DIM, "end_dim": DIM},
        dtype="any",
    ),
    layer(
        "Unflatten",
        FAMILY,
        "Folds one dimension into several: a row of 64 numbers into an image of (1, 8, 8).",
        start={"dim": 1, "unflattened_size": (1, 4, 5)},
        say={"dim": DIM, "unflattened_size": {"low": -1, "high": 10_000_000}},
        suits=_pairs,
        dtype="any",
        example=(20,),
    ),
    Kind(
        "Reshape",
        FAMILY,
        "Gives each example another shape with as many numbers; the batch stays.",
        params=(
            Param(
                "shape",
                (-1,),
                "ints",
                "The new shape of one example, the batch left out; one -1 is worked out.",
                required=True,
                low=-1,
                high=10_000_000,
            ),
        ),
        call="{x}.reshape({x}.size(0), {*shape})",
        suits=lambda spec: {"shape": spec.example},
        dtype="any",
    ),
    Kind(
        "Permute",
        FAMILY,
        "Changes the order of the dimensions; the batch is dimension 0.",
        params=(Param("dims", (0, 2, 1), "ints", "The new order, the batch (0) included.", True, **DIM),),
        call="{x}.permute({*dims})",
        renames=_reordered,
        suits=_last_two_swapped,
        dtype="any",
        example=(7, 12),
    ),
    Kind(
        "Transpose",
        FAMILY,
        "Two dimensions change places; the batch is dimension 0.",
        params=(
            Param("dim0", 1, "int", "The one dimension; the batch is dimension 0.", True, **DIM),
            Param("dim1", 2, "int", "The other dimension.", True, **DIM),
        ),
        call="{x}.transpose({dim0}, {dim1})",
        renames=_swapped,
        dtype="any",
        example=(7, 12),
    ),
    Kind(
        "Squeeze",
        FAMILY,
        "Takes away dimensions of size 1; a larger one stays as it is.",
        params=(Param("dim", 1, "ints", WHICH, True, rank=-1, **DIM),),
        call="{x}.squeeze({dim})",
        suits=lambda spec: {"dim": spec.shape.index(1) if 1 in spec.shape else 1},
        dtype="any",
        example=(1, 6, 6),
    ),
    Kind(
        "Unsqueeze",
        FAMILY,
        "Adds a dimension of size 1.",
        params=(Param("dim", 1, "int", "Where the new dimension stands; the batch is 0.", True, **DIM),),
        call="{x}.unsqueeze({dim})",
        dtype="any",
    ),
    Kind(
        "Expand",
        FAMILY,
        "Repeats the first dimension of x for each example of like: a learned token for every image.",
        call="{x}.expand({like}.size(0), *{x}.shape[1:])",
        inputs=("x", "like"),
        dtype="any",
        rule=_repeats_one,
    ),
    Kind(
        "Select",
        FAMILY,
        "Takes one slice along a dimension: dim 1, index -1 is the last step of a sequence.",
        params=(
            Param("dim", 1, "int", "The dimension to cut; the batch is dimension 0.", True, **DIM),
            Param("index", -1, "int", "Which slice, counted from 0; -1 is the last.", True, **FAR),
        ),
        call="{x}.select({dim}, {index})",
        renames=lambda values, names: without(names, values["dim"]),
        dtype="any",
        example=(7, 12),
    ),
    Kind(
        "Slice",
        FAMILY,
        "Takes a part of a dimension: from start up to, and without, end.",
        params=(
            Param("dim", 1, "int", "The dimension to cut; the batch is dimension 0.", True, **DIM),
            Param("start", None, "int", "Where it starts; None is the beginning.", optional=True, **FAR),
            Param("end", -1, "int", "Where it ends; -1 leaves the last one out.", True, optional=True, **FAR),
            Param(
                "step",
                None,
                "int",
                "Every how many are taken; None is all.",
                optional=True,
                low=1,
                high=1_000_000,
                advanced=True,
            ),
        ),
        call="{x}[{index}]",
        joints={"index": Joint(_index, _cut)},
        renames=_as_they_were,
        rule=_takes_a_part,
        dtype="any",
        example=(7, 12),
    ),
    Kind(
        "Chunk",
        FAMILY,
        "Cuts a dimension into equal pieces, each an output of its own.",
        params=(
            Param("chunks", 2, "int", "How many pieces.", True, low=2, high=64),
            Param("dim", 1, "int", WHICH, True, **DIM),
        ),
        call="{x}.chunk({chunks}, dim={dim})",
        counted="chunks",
        renames=_as_they_were,
        rule=_pieces_come_out,
        suits=_in_two,
        dtype="any",
    ),
    Kind(
        "Split",
        FAMILY,
        "Cuts a dimension into pieces of the sizes you name, each an output of its own.",
        params=(
            Param("split_size", (4, 4), "ints", "The size of each piece.", True, low=1, high=10_000_000),
            Param("dim", 1, "int", WHICH, True, **DIM),
        ),
        call="{x}.split({split_size}, dim={dim})",
        counted="split_size",
        renames=_as_they_were,
        rule=_sizes_add_up,
        suits=_halves,
        dtype="any",
    ),
)
