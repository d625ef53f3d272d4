"""From an edit to its answer: check, figures and drawing of chains of 10, 100 and 1,000 layers.

python benchmarks/edit.py [--rounds 30]

For each length: the first load in a process that has checked other networks before, an edit that
changes no shape, and one that changes every shape behind it; medians. The same of ResNet-50. A source
of 1,000 lines read back. Then the memory that checks take: of a network of seven billion parameters
above that of an empty one, and of GPT-2 small above that of the checker when it has just started.
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

from builder import Document, check, edits, from_python, to_python  # noqa: E402  the path above comes first
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


RESNET = """
import sys, time
sys.path.insert(0, {root!r})
from builder import check, edits
from builder.templates import template
check(template("digits_cnn"))
document = template("resnet50")
begun = time.perf_counter()
assert check(document).ok
first = time.perf_counter() - begun
times = []
for number in range({rounds}):
    edited = edits.set_param(document, "fc", "out_features", 100 + number)
    edited = edits.set_param(edited, "stage2", "channels", 128)
    begun = time.perf_counter()
    assert check(edited).ok
    times.append(time.perf_counter() - begun)
print(first * 1e3, sorted(times)[len(times) // 2] * 1e3)
"""


def alone(code: str, **given: object) -> list[float]:
    """The numbers that a process of its own prints."""
    command = [sys.executable, "-c", code.format(root=str(ROOT), **given)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return [float(number) for number in done.stdout.split()]


def resnet(rounds: int) -> None:
    """Each first load needs a process that has not seen the network; torch is loaded and warm in it."""
    firsts, edited = zip(*(alone(RESNET, rounds=rounds) for _ in range(5)), strict=True)
    print(f"\nResNet-50: first load {min(firsts):.0f} to {max(firsts):.0f} ms, an edit {min(edited):.1f} ms")


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


TEMPLATES = """
import resource, sys
sys.path.insert(0, {root!r})
from builder.answers import _check
from builder.templates import template
for name in {names!r}:
    _check(template(name).to_json())
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def reading(rounds: int) -> None:
    """A file of about 1,000 lines, parsed, followed and settled; and again with its shapes known."""
    source = to_python(chain(488))
    first = milliseconds(lambda: from_python(source))
    again = statistics.median(milliseconds(lambda: from_python(source)) for _ in range(rounds))
    lines = source.count("\n")
    print(f"{lines:,} lines read in {first:.0f} ms the first time, {again:.0f} ms again")


def memory() -> None:
    parameters, large = alone(LARGE, layers=104)
    _, empty = alone(LARGE, layers=0)
    more = (large - empty) / 1024
    print(f"{parameters / 1e9:.2f} billion parameters checked in {more:.0f} MB more than none")
    (idle,) = alone(TEMPLATES, names=["digits_cnn"])
    (gpt,) = alone(TEMPLATES, names=["digits_cnn", "gpt2_small"])
    print(f"GPT-2 small checked in {(gpt - idle) / 1024:.0f} MB more than the idle checker")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=30)
    rounds = options.parse_args().rounds
    table(rounds)
    resnet(rounds)
    reading(rounds)
    if sys.platform != "win32":
        memory()


if __name__ == "__main__":
    main()
