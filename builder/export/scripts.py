"""The texts of a bundle: a script that trains on one's own arrays, its requirements, and the README.

What a person wrote comes in through names.one_line or names.markdown only, so it can end nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import version
from string import Template

from builder import names
from builder.export.network import Network
from builder.kinds import Spec
from builder.source.write import formatted

CLASS = "CLASS"  # stands for the network's in USES
NEEDED = ("torch", "numpy", "safetensors")


def shape_text(spec: Spec) -> str:
    """The shape of a batch with its dtype: (N, 1, 8, 8) of float32."""
    return f"({', '.join(map(str, ('N', *spec.example)))}) of {spec.dtype}"


def train_script(network: Network) -> str:
    """A script that trains model.py on the arrays in data.npz and prints each epoch's loss."""
    arrays = list(network.inputs) if len(network.inputs) > 1 else ["x"]
    if "y" in arrays:
        arrays = [f"x{place}" for place in range(len(arrays))]
    takes = zip(arrays, network.inputs.values(), strict=True)
    examples = "\n".join(f"    {array}  {shape_text(spec)}" for array, spec in takes)
    first, *others = network.outputs.items()
    more = f"\n\nOf the network's outputs the first, {first[0]}, is trained." if others else ""
    return formatted(
        TRAIN.substitute(
            name=names.one_line(network.document.name),
            examples=examples,
            gives=shape_text(first[1]),
            more=more,
            network=network.class_name,
            seed=network.seed,
            arrays=", ".join(f'"{name}"' for name in arrays) + ("," if len(arrays) == 1 else ""),
            keywords=", ".join(f"{name}={name}" for name in (*arrays, "y")),
            output="network(*x)[0]" if others else "network(*x)",
        )
    )


TRAIN = Template('''"""Trains $name on arrays of your own.

Put them into data.npz, next to this file and model.py:

$examples
    y  what is right of each example: whole numbers are classes, as (N,); decimal
       numbers are values, in the shape of what the network gives, $gives

    numpy.savez("data.npz", $keywords)

Then: python train.py. It begins with weights.safetensors where that file is here too,
prints the mean loss of each epoch, and writes trained.safetensors.$more
"""

import sys
from pathlib import Path
from statistics import mean

import numpy as np
import torch
from safetensors.torch import load_model, save_model
from torch.nn.functional import cross_entropy, mse_loss

import model

HERE = Path(__file__).parent
ARRAYS = ($arrays)
SEED = $seed
EPOCHS = 10
BATCH_SIZE = 32
LEARNING_RATE = 1e-3
VALIDATION = 0.2  # the share of the examples that is kept to measure on


def main():
    torch.manual_seed(SEED)
    network = model.$network()
    if (HERE / "weights.safetensors").exists():
        load_model(network, HERE / "weights.safetensors")
    x, y = arrays()
    order = torch.randperm(len(y))
    held = max(1, round(len(y) * VALIDATION))
    validation, training = order[:held], order[held:]
    trained = [each for each in network.parameters() if each.requires_grad]
    optimizer = torch.optim.Adam(trained, lr=LEARNING_RATE)
    for epoch in range(1, EPOCHS + 1):
        network.train()
        losses = []
        for batch in batches(training[torch.randperm(len(training))]):
            optimizer.zero_grad()
            loss = loss_of(network, [each[batch] for each in x], y[batch])
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        network.eval()
        with torch.no_grad():
            held_out = [
                loss_of(network, [each[batch] for each in x], y[batch]).item()
                for batch in validation.split(BATCH_SIZE)
            ]
        print(f"epoch {epoch}  loss {mean(losses):.4g}  val_loss {mean(held_out):.4g}")
    save_model(network, str(HERE / "trained.safetensors"))


def arrays():
    """The examples, one tensor for each input of the network, and what is right."""
    try:
        data = np.load(HERE / "data.npz", allow_pickle=False)
    except FileNotFoundError:
        sys.exit(f"There is no data.npz in {HERE}. The first lines of train.py say how to make it.")
    missing = [name for name in (*ARRAYS, "y") if name not in data]
    if missing:
        sys.exit(f"data.npz has no array {missing[0]}. The first lines of train.py say how.")
    *x, y = (torch.from_numpy(data[name]) for name in (*ARRAYS, "y"))
    return [each.float() if each.is_floating_point() else each for each in x], y


def batches(indices):
    """A last batch of one example is left out: BatchNorm cannot train on it."""
    return [each for each in indices.split(BATCH_SIZE) if len(each) > 1 or BATCH_SIZE == 1]


def loss_of(network, x, y):
    """Cross entropy for classes, the mean squared error for values."""
    output = $output
    if y.is_floating_point():
        return mse_loss(output, y.to(output.dtype))
    if output.shape[:-1] == y.shape:  # classes stand last, as for places of a sequence
        return cross_entropy(output.flatten(0, -2), y.flatten().long())
    return cross_entropy(output, y.long())


if __name__ == "__main__":
    main()
''')


def versions() -> dict[str, str]:
    """The packages that the scripts of a bundle import, in the versions that made it."""
    return {package: version(package).partition("+")[0] for package in NEEDED}


def requirements() -> str:
    """The same for pip."""
    return "".join(f"{package}=={found}\n" for package, found in versions().items())


def readme(network: Network, told: Mapping[str, str], missing: Mapping[str, str]) -> str:
    """What each file is, how to run it, and what is missing and why.

    told     file -> what it is.        missing  file -> why it is not there.
    """
    facts = "\n".join(f"{fact}\n" for fact in network.facts)
    rows = "\n".join(f"| `{file}` | {words} |" for file, words in told.items())
    gone = "\n".join(f"- `{file}`: {names.markdown(why)}" for file, why in missing.items())
    return README.substitute(
        name=names.markdown(network.document.name),
        facts=f"{facts}\n" if facts else "",
        rows=rows,
        network=network.class_name,
        uses="".join(use for file, use in USES.items() if file in told).replace(CLASS, network.class_name),
        gone=f"\n## Not in this bundle\n\n{gone}\n" if gone else "",
    )


README = Template("""# $name

A network drawn with Layerloom. `model.py` is the code that was checked; all else here is made of it.

$facts| file | what it is |
|---|---|
$rows

## Use it

```
pip install -r requirements.txt
python model.py     # prints the shape of what it gives for an example
```

$uses$gone""")

USES = {
    "train.py": """`python train.py` trains; its first lines say on what.

""",
    "weights.safetensors": """The weights, into the network of `model.py`:

```python
from safetensors.torch import load_model
from model import CLASS

network = CLASS()
load_model(network, "weights.safetensors")
network.eval()
```

By hand, `safetensors.torch.load_file` gives a dictionary for `load_state_dict`. A tensor that has two names
in the network stands in the file under one of them, and the file's metadata says which: load with
`strict=False` then.

""",
    "model.pt2": """Without `model.py`: `torch.export.load("model.pt2").module()`.

""",
    "model.onnx": """With `pip install onnxruntime`, without PyTorch:

```python
import onnxruntime

session = onnxruntime.InferenceSession("model.onnx")
inputs = {each.name: ... for each in session.get_inputs()}  # arrays of each.shape
outputs = session.run(None, inputs)
```

""",
    "tensorboard/events.out.tfevents.0.layerloom": """The graph, with `pip install tensorboard`:
`tensorboard --logdir tensorboard`, then Graphs.

""",
}
