"""From an edit to its answer: check, figures and drawing of chains of 10, 100 and 1,000 layers.

python benchmarks/edit.py [--rounds 30]

For each length: the first load in a process that has checked other networks before, an edit that
changes no shape, and one that changes every shape behind it; medians. Then the memory that the
check of a network of seven billion parameters takes, above that of an empty one.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from builder import Document, check, edits  # noqa: E402  the path above comes first
from builder.document import Graph, Node  # noqa: E402
from builder.drawing import scene  # noqa: E402

LENGTHS = (10, 100, 1000)
FRESH = iter(range(10_000, 10_000_000))  # sizes that were never checked before


def chain(layers: int) -> Document:
    """Blocks of Conv2d, BatchNorm2d, ReLU and Dropout over images of 8 x 8, all of other sizes."""
    kinds = ("Conv2d", "BatchNorm2d", "ReLU", "Dropout")
    nodes = [Node("image", "Input", (), {"shape": (3, 8, 8)})]
    for index in range(layers):
        kind = kinds[index % len(kinds)]
        convolution = {"out_channels": 8 + index, "kernel_size": 3, "padding": 1}
        params = convolution if kind == "Conv2d" else {}
        nodes.append(Node(f"layer{index}", kind, (nodes[-1].id,), params))
    nodes.append(Node("answer", "Output", (nodes[-1].id,)))
    return Document(f"Chain of {layers}", Graph(tuple(nodes)))


def milliseconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return (time.perf_counter() - begun) * 1e3


def median(work: Callable[[], Callable[[], object]], rounds: int) -> float:
    """The median time of what `work` prepares anew each round."""
    return statistics.median(milliseconds(work()) for _ in range(rounds))


def small_edit(document: Document) -> Callable[[], object]:
    """Dropout's p changes: no shape does."""
    share = next(FRESH) % 9_973 / 10_000
    node = document.main.of_kind("Dropout")[-1].id
    edited = edits.set_param(document, node, "p", share)
    return lambda: check(edited)


def large_edit(document: Document) -> Callable[[], object]:
    """The image grows: every shape changes."""
    size = next(FRESH) % 997 + 9
    edited = edits.set_param(document, "image", "shape", (3, size, size + next(FRESH) % 89))
    return lambda: check(edited)


def table(rounds: int) -> None:
    check(chain(4))  # loads torch and warms its meta device
    print(f"{'layers':>7} {'first load':>12} {'no shape':>10} {'all shapes':>12} {'drawing':>9}   ms")
    for layers in LENGTHS:
        document = chain(layers)
        first = milliseconds(lambda document=document: check(document))
        report = check(document)
        few = max(3, rounds * 10 // layers)
        print(
            f"{layers:>7} {first:>12.1f} {median(lambda d=document: small_edit(d), rounds):>10.2f} "
            f"{median(lambda d=document: large_edit(d), few):>12.1f} "
            f"{median(lambda d=document, r=report: lambda: scene(d, r), rounds):>9.2f}"
        )


LARGE = """
import resource, sys
sys.path.insert(0, {root!r})
from builder import Document, check
from builder.document import Graph, Node
nodes = [Node("x", "Input", (), {{"shape": (4096,)}})]
for index in range({layers}):
    size = {{"out_features": 4096 + index % 2 * 12288}}
    nodes.append(Node(f"fc{{index}}", "Linear", (nodes[-1].id,), size))
nodes.append(Node("answer", "Output", (nodes[-1].id,)))
report = check(Document("Large", Graph(tuple(nodes))))
assert report.ok, report.problems
from builder.flow import figures
document = Document("Large", Graph(tuple(nodes)))
total = sum(f.parameters for f in figures(document, report.specs).values())
print(total, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def peak(layers: int) -> tuple[int, int]:
    """Parameters, and peak memory in kB of a process of its own."""
    code = LARGE.format(root=str(ROOT), layers=layers)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    parameters, size = done.stdout.split()
    return int(parameters), int(size)


def memory() -> None:
    parameters, large = peak(104)
    _, empty = peak(0)
    more = (large - empty) / 1024
    print(f"\n{parameters / 1e9:.2f} billion parameters checked in {more:.0f} MB more than none")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=30)
    table(options.parse_args().rounds)
    if sys.platform != "win32":
        memory()


if __name__ == "__main__":
    main()
