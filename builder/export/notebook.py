"""The network as a Jupyter notebook: its source, an example, its weights, and a loop that trains it."""

from __future__ import annotations

import textwrap
from string import Template

from builder import names
from builder.export.network import Network
from builder.export.scripts import shape_text
from builder.kinds import Spec
from builder.source.write import formatted

MAIN = '\n\nif __name__ == "__main__":\n'  # as write.py prints it


def notebook(network: Network) -> str:
    """The notebook's text, in version 4 of its format, checked. It runs from top to bottom."""
    import nbformat  # a fifth of a second
    from nbformat import v4

    cells = [
        make(text.strip("\n"), id=f"cell-{place}")
        for place, (make, text) in enumerate(
            (getattr(v4, f"new_{kind}_cell"), text) for kind, text in _cells(network)
        )
    ]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    found = v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
    nbformat.validate(found)
    return nbformat.writes(found) + "\n"


def _cells(network: Network) -> list[tuple[str, str]]:
    """(markdown or code, text) of each cell."""
    source, _, example = network.source.partition(MAIN)
    facts = "\n\n".join(network.facts)
    given = {
        "name": names.markdown(network.document.name),
        "facts": f"\n\n{facts}" if facts else "",
        "network": network.class_name,
        "seed": network.seed,
        "takes": ", ".join(f"`{name}` {shape_text(spec)}" for name, spec in network.inputs.items()),
        "examples": ", ".join(_examples(spec) for spec in network.inputs.values()) + ",",
        "right": _right(network),
        "output": "network(*(each[batch] for each in x))" + "[0]" * (len(network.outputs) > 1),
    }
    return [
        ("markdown", INTRODUCTION.substitute(given)),
        ("code", source),
        ("markdown", "## An example\n\nIts weights are drawn at random."),
        ("code", textwrap.dedent(example)),
        ("markdown", WEIGHTS_WORDS),
        ("code", formatted(WEIGHTS.substitute(given))),
        ("markdown", TRAIN_WORDS.substitute(given)),
        ("code", formatted(TRAIN.substitute(given))),
    ]


def _examples(spec: Spec) -> str:
    sizes = ", ".join(map(str, ("examples", *spec.example)))
    if spec.dtype == "float32":
        return f"torch.randn({sizes})"
    return f"torch.randint(0, {spec.high or 2}, [{sizes}], dtype=torch.{spec.dtype})"


def _right(network: Network) -> str:
    """Something right for the example to learn: classes for a vector of scores, else values."""
    spec = next(iter(network.outputs.values()))
    if len(spec.example) == 1 and spec.dtype == "float32" and spec.example[0] > 1:
        return f"y, loss_of = torch.randint(0, {spec.example[0]}, (examples,)), nn.functional.cross_entropy"
    sizes = ", ".join(map(str, ("examples", *spec.example)))
    return f"y, loss_of = torch.randn({sizes}), nn.functional.mse_loss"


INTRODUCTION = Template("""
# $name

A network drawn with Layerloom. It takes $takes; N is the number of examples in a batch.$facts
""")
WEIGHTS_WORDS = """
## Its weights

Out of `weights.safetensors` where that file is next to this notebook, else drawn at random.
"""
WEIGHTS = Template("""
import os

torch.manual_seed($seed)
network = $network()
if os.path.exists("weights.safetensors"):
    from safetensors.torch import load_model

    load_model(network, "weights.safetensors")
sum(parameter.numel() for parameter in network.parameters())
""")
TRAIN_WORDS = Template("""
## Train it

Here on examples that mean nothing: put your own into `x`, a tensor for each input, and `y`.
""")
TRAIN = Template("""
examples, batch_size, epochs = 64, 32, 3
x = ($examples)
$right

trained = [each for each in network.parameters() if each.requires_grad]
optimizer = torch.optim.Adam(trained, lr=1e-3)
network.train()
for epoch in range(1, epochs + 1):
    for batch in torch.randperm(examples).split(batch_size):
        optimizer.zero_grad()
        loss = loss_of($output, y[batch])
        loss.backward()
        optimizer.step()
    print(f"epoch {epoch}  loss {loss.item():.4f}")
""")
