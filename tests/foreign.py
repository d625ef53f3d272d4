"""Which words of a text are left in English on a page that is not."""

from __future__ import annotations

import re
from functools import cache

from builder.catalogue import KINDS
from builder.templates import template, template_names
from trainer.data import DATASETS
from trainer.setting import ARGUMENTS
from trainer.settings import SETTINGS

WORD = re.compile(r"(?<![\w./])[A-Za-z]{3,}(?![\w/])")  # what has a _ in it is a name
# Names: of products, keys, formats, values, and what a person may type as an example.
NAMES = set(
    "Layerloom PyTorch English torchinfo NVIDIA ONNX Sequential Python Module torch math init utils GPU "
    "Caffe parametrizations safetensors SAFETENSORS cuda cpu Adam Enter Esc Escape Space Ctrl Alt Shift "
    "Delete UTF CSV CSV SVG PNG None True False same valid zeros reflect replicate circular weight bias conv "
    "lstm channels stride int float functional optim Block swish softplus log exp tanh Norm gate batch "
    "seq feature Notes CHW orthogonal forward BatchNorm python builder trainer export tensorboard "
    "Vega Lite pandas Polars DuckDB Arrow MLflow TensorBoard TSV PARQUET ZIP TXT NPZ JPG BMP GIF WEBP PPM "
    "PGM logdir Parquet NumPy numpy zip path examples good tab liked nesterov dampening AMSGrad "
    "Szegedy MNIST Fashion CIFAR savez Pascanu Mikolov Bengio".split()
)
MARKDOWN = re.compile(r":material/\w+:|:[a-z-]+\[|\]\([^)]*\)|\\|\u2060")
SOURCES = re.compile(
    r"[A-Z][\w. -]+ (et al\. )?\d{4}"
)  # where a network was published stays as it was written


def foreign(text: str) -> list[str]:
    """The English words of a text that are no names."""
    known = names()
    said = MARKDOWN.sub("", text)
    return [] if SOURCES.match(said) else [word for word in WORD.findall(said) if word not in known]


@cache
def names() -> set[str]:
    """What is called the same in every language: kinds, arguments and their values, networks, layers."""
    found = (
        set(NAMES)
        | set(SETTINGS)
        | set(DATASETS)
        | ARGUMENTS
        | {str(c) for each in SETTINGS.values() for c in each.choices}
    )
    for kind in KINDS:
        found |= {kind.name, *kind.inputs, *kind.ports}
        for param in kind.params:
            found |= {*param.name.split("_"), *map(str, param.choices)}
    for document in map(template, template_names()):
        found |= set(re.findall(r"[A-Za-z]+", document.name))
        for name, block in document.blocks.items():
            found |= {name, *block.params}
    return found | {node.id for graph in _graphs() for node in graph.nodes}


def _graphs():
    for document in map(template, template_names()):
        yield from (document.main, *(block.graph for block in document.blocks.values()))
