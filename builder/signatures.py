"""What PyTorch says of its own layers, losses, optimizers and schedules: arguments, defaults, types and help.

Read from the text of the installed torch, which is parsed and never imported: the web process must
not load torch, and what is read here is true of the very version that will train.
"""

from __future__ import annotations

import ast
import importlib.util
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

LAYERS = "nn/modules/*.py"  # losses too
OPTIMIZERS = "optim/*.py"  # learning rate schedules too
REQUIRED = object()  # the default of an argument that has none
# Never a user's choice on a drawing: where numbers lie, objects instead of values, what is deprecated.
HIDDEN = frozenset(
    """self device dtype args kwargs process_group custom_encoder custom_decoder include_last_offset
    min_value max_value""".split()
)


@dataclass(frozen=True)
class Argument:
    """One argument of a constructor. `type` is the annotation as PyTorch wrote it, or ''."""

    name: str
    default: Any
    type: str
    help: str


@cache
def arguments(class_name: str, room: str = LAYERS) -> tuple[Argument, ...]:
    """The constructor's arguments of `class_name` in a room of PyTorch, in order.

    Raises KeyError where this version of PyTorch has no such class.
    """
    help_texts = _help(class_name, room)
    spec = _constructor(class_name, room).args
    required = [REQUIRED] * (len(spec.args) - len(spec.defaults))
    defaults = [*required, *map(_literal, spec.defaults), *map(_literal, spec.kw_defaults)]
    return tuple(
        Argument(
            arg.arg,
            default,
            ast.unparse(arg.annotation) if arg.annotation else "",
            help_texts.get(arg.arg, ""),
        )
        for arg, default in zip([*spec.args, *spec.kwonlyargs], defaults, strict=True)
        if arg.arg not in HIDDEN
    )


def _literal(expression: ast.expr) -> Any:
    """A default's value; one that is no literal (F.relu) by its last name."""
    try:
        return ast.literal_eval(expression)
    except ValueError:
        pass
    match expression:
        case ast.BinOp(ast.Constant(value=above), ast.Div(), ast.Constant(value=below)):
            return above / below
    return ast.unparse(expression).split(".")[-1]


@cache
def init_arguments() -> dict[str, tuple[tuple[str, Any], ...]]:
    """A function of torch.nn.init -> its arguments after the tensor, and their defaults."""
    tree = ast.parse((_folder() / "nn" / "init.py").read_text(encoding="utf-8"))
    found = {}
    for item in tree.body:
        if isinstance(item, ast.FunctionDef) and re.fullmatch(r"[a-z][a-z_]*_", item.name):
            names = [arg.arg for arg in item.args.args]
            required = [REQUIRED] * (len(names) - len(item.args.defaults))
            pairs = zip(names, [*required, *map(_literal, item.args.defaults)], strict=True)
            found[item.name] = tuple(pair for pair in pairs if pair[0] not in ("tensor", "generator"))
    return found


PAGES = "https://docs.pytorch.org/docs/stable/generated"
FOUND = re.compile(r"^(nn\.functional|nn|torch)\.(\w+)")


def page_of(new: str, call: str) -> str:
    """The address of PyTorch's page on what makes a layer, or else on what calls it; '' where it has none."""
    for text in (new, call):
        if match := FOUND.match(text):
            room = "torch" if match[1] == "torch" else f"torch.{match[1]}"
            return f"{PAGES}/{room}.{match[2]}.html"
    return ""


def _folder() -> Path:
    return Path(importlib.util.find_spec("torch").submodule_search_locations[0])


@cache
def _modules(room: str) -> tuple[ast.Module, ...]:
    return tuple(ast.parse(path.read_text(encoding="utf-8")) for path in sorted(_folder().glob(room)))


@cache
def _classes(room: str) -> dict[str, ast.ClassDef]:
    return {
        node.name: node for tree in _modules(room) for node in tree.body if isinstance(node, ast.ClassDef)
    }


@cache
def _docstrings_apart(room: str) -> dict[str, ast.expr]:
    """Class -> its docstring, where it is put together behind the class: SGD.__doc__ = ..."""
    lines = (node for tree in _modules(room) for node in tree.body if isinstance(node, ast.Assign))
    targets = ((ast.unparse(node.targets[0]), node.value) for node in lines)
    return {name.removesuffix(".__doc__"): value for name, value in targets if name.endswith(".__doc__")}


def _ancestry(class_name: str, room: str) -> Iterator[ast.ClassDef]:
    """The class and its bases, nearest first, as far as the room holds them."""
    definition = _classes(room)[class_name]
    yield definition
    for base in definition.bases:
        name = ast.unparse(base).split(".")[-1]
        if name in _classes(room):
            yield from _ancestry(name, room)


def _constructor(class_name: str, room: str) -> ast.FunctionDef:
    """The first __init__ found, so the first typing overload where PyTorch wrote several."""
    for definition in _ancestry(class_name, room):
        for item in definition.body:
            if isinstance(item, ast.FunctionDef) and item.name == "__init__":
                return item
    return ast.parse("def __init__(self): ...").body[0]


def _docstring(class_name: str, room: str) -> str:
    """The class's docstring, also where it is put together from pieces (`__doc__ = (...)`)."""
    if class_name in _docstrings_apart(room):
        return _joined(_docstrings_apart(room)[class_name])
    for item in _classes(room)[class_name].body:
        whole = isinstance(item, ast.Expr) and isinstance(item.value, ast.Constant)
        pieces = isinstance(item, ast.Assign) and ast.unparse(item.targets[0]) == "__doc__"
        if whole or pieces:
            return _joined(item.value)
    return ""


def _joined(expression: ast.expr) -> str:
    texts = (node.value for node in ast.walk(expression) if isinstance(node, ast.Constant))
    return "\n".join(text for text in texts if isinstance(text, str))


ENTRY = re.compile(r"^( +)(\w+)\s*(?:\([^)]*\))?\s*:(?:\s+(.*)|$)")


def _help(class_name: str, room: str) -> dict[str, str]:
    """Argument -> its help, from the docstring's Args section (the base's where it has none)."""
    found: dict[str, str] = {}
    for definition in _ancestry(class_name, room):
        for name, text in _entries(_docstring(definition.name, room)):
            found.setdefault(name, _plain(text))
    return found


def _entries(docstring: str) -> Iterator[tuple[str, str]]:
    """The entries of the Args section: it ends at the first line indented less than they are."""
    name, text, indent = "", [], 0
    for line in docstring.partition("Args:\n")[2].splitlines():
        depth = len(line) - len(line.lstrip())
        match = ENTRY.match(line)
        if match and (not indent or depth == indent):
            if name:
                yield name, " ".join(text)
            indent, name, text = depth, match[2], [match[3] or ""]
        elif line.strip() and indent and depth < indent:
            break
        else:
            text.append(line.strip())
    if name:
        yield name, " ".join(text)


def _plain(text: str) -> str:
    """reStructuredText as plain text, without the default (the form shows it)."""
    text = re.sub(r":\w+:`([^`<]*?)(?: <[^>]*>)?`", r"\1", text)
    text = re.sub(r"`+([^`<]*?)(?: <[^>]*>)?`+_*", r"\1", text)
    text = re.sub(r"\.\. math::.*", "", text)
    text = re.sub(r"\\(?:text|mathrm|mathbf)\{([^}]*)\}", r"\1", text).replace("\\", "")
    text = re.sub(r"\(default[=:][^)]*\)|\(required\)", "", " ".join(text.split()))
    text = re.sub(r"Default:? .*?(?:\.(?!\d)|$)", "", text)
    return text.partition(".. note")[0].strip().rstrip(".,;")
