"""A layer written in Python, as text: what its class is called, takes and gives. Never run here.

The source holds one class that derives from nn.Module, and imports. torch, nn, F and math may be
used without importing them; the printed file imports what is used.
"""

from __future__ import annotations

import ast
import hashlib
import unicodedata
import warnings
from dataclasses import dataclass
from functools import cached_property, lru_cache

from builder import names
from builder.custom import signature
from builder.document import DocumentError
from builder.kinds import Kind, Param

LARGEST = 20_000  # characters, about 500 lines
DEEPEST = 100  # brackets, calls and blocks inside one another
FAMILY = "Custom"
MODULES = ("torch", "torch.nn", "torch.nn.functional", "math", "typing")
IMPLIED = {"torch": "torch", "nn": "torch.nn", "F": "torch.nn.functional", "math": "math"}
LINES = {
    "torch": "import torch",
    "torch.nn": "from torch import nn",
    "torch.nn.functional": "import torch.nn.functional as F",
    "math": "import math",
}
FORWARD = "def forward(self, x):"  # what every layer needs at least


class CustomError(DocumentError):
    """Source that can be no layer: a sentence with the line, what is wrong and what to do."""

    def __init__(self, message: str, line: int = 0):
        super().__init__("", f"Line {line}: {message}" if line else message)


@dataclass(frozen=True)
class Custom:
    """A user's own kind, written in Python. Made by `from_source`, which refuses what cannot be one."""

    source: str

    @cached_property
    def digest(self) -> str:
        """What is trusted: SHA-256 of the source. Another letter is another digest."""
        return hashlib.sha256(self.source.encode()).hexdigest()

    @property
    def read(self) -> Reading:
        return reading(self.source)

    @property
    def name(self) -> str:
        return self.read.name


@dataclass(frozen=True)
class Reading:
    """What a source says of its class.

    imports   the lines that it needs above it. `bindings`: a name they make -> what it stands for.
    body      the source without its imports.
    least     how many of the inputs must be wired.
    """

    name: str
    doc: str
    params: tuple[Param, ...]
    inputs: tuple[str, ...]
    least: int
    ports: tuple[str, ...]
    imports: tuple[str, ...]
    bindings: dict[str, str]
    body: str


def from_source(text: str) -> Custom:
    """The layer of a source: one class deriving from nn.Module, and imports. Raises CustomError."""
    if not isinstance(text, str):
        raise CustomError("The source of a custom layer is a text.")
    if len(text) > LARGEST:
        raise CustomError(f"The source has {len(text):,} characters; {LARGEST:,} is the limit. Shorten it.")
    source = _tidied(text)
    reading(source)
    return Custom(source)


def _tidied(text: str) -> str:
    """The text with plain line ends and nothing at the end of its lines."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(line.rstrip() for line in lines).strip("\n") + "\n"


@lru_cache(1_000)
def reading(source: str) -> Reading:
    """What the source says of its class. Raises CustomError; parses and runs nothing."""
    _refuse_hidden(source)
    tree = _parsed(source)
    _refuse_depth(tree)
    definition, imports = _parts(tree)
    bindings = {name: meaning for each in imports for name, meaning in _bound(each).items()}
    needed = [ast.unparse(each) for each in imports]
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    for name in sorted((IMPLIED.keys() & used) - bindings.keys()):
        bindings[name] = IMPLIED[name]
        needed.append(LINES[IMPLIED[name]])
    _refuse_class(definition, bindings)
    constructor, forward = _method(definition, "__init__"), _method(definition, "forward")
    if forward is None:
        raise CustomError(f"{definition.name} has no forward. Give it one: {FORWARD}", definition.lineno)
    try:
        inputs, least = signature.inputs(forward)
        return Reading(
            definition.name,
            (ast.get_docstring(definition) or "").partition("\n")[0],
            signature.params(constructor) if constructor else (),
            inputs,
            least,
            signature.ports(forward),
            tuple(dict.fromkeys(needed)),
            bindings,
            _without(source, tree, definition),
        )
    except signature.MisfitError as error:
        raise CustomError(str(error), error.line) from None


def _refuse_hidden(source: str) -> None:
    """Who trusts code has read it: no letter may be there without being seen, or turn the line around."""
    for number, line in enumerate(source.split("\n"), 1):
        for letter in line:
            if unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Zl", "Zp") and letter != "\t":
                message = f"there is a letter that cannot be seen (U+{ord(letter):04X}). Remove it."
                raise CustomError(message, number)


def _parsed(source: str) -> ast.Module:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # invalid escapes are for the author to see when it runs
            return ast.parse(source)
    except SyntaxError as error:
        raise CustomError(f"this is not Python ({error.msg}). Correct it.", error.lineno or 1) from None
    except (RecursionError, MemoryError):
        raise CustomError(_TOO_DEEP) from None
    except ValueError as error:  # numbers of thousands of digits
        raise CustomError(f"This is not Python ({str(error)[:80]}). Correct it.") from None


_TOO_DEEP = "The source is nested too deeply to be read. Write it as several lines."


def _refuse_depth(tree: ast.Module) -> None:
    level: list[ast.AST] = [tree]
    for _ in range(DEEPEST):
        level = [child for node in level for child in ast.iter_child_nodes(node)]
        if not level:
            return
    raise CustomError(_TOO_DEEP)


def _parts(tree: ast.Module) -> tuple[ast.ClassDef, list[ast.Import | ast.ImportFrom]]:
    """The class and the imports, all that may stand in a source beside docstrings."""
    classes, imports = [], []
    for statement in tree.body:
        match statement:
            case ast.ClassDef():
                classes.append(statement)
            case ast.Import() | ast.ImportFrom():
                imports.append(statement)
            case ast.Expr(value=ast.Constant(value=str())):
                pass
            case _:
                message = "only imports may stand beside the class. Put this into the class, or remove it."
                raise CustomError(message, statement.lineno)
    if len(classes) != 1:
        found = f"{len(classes)} classes" if classes else "no class"
        raise CustomError(
            f"A custom layer is one class and here is {found}. Write class Name(nn.Module): once."
        )
    return classes[0], imports


def _bound(statement: ast.Import | ast.ImportFrom) -> dict[str, str]:
    """Name -> what it stands for, for an import that is allowed."""
    found = {}
    if isinstance(statement, ast.ImportFrom):
        module = statement.module or ""
        if module == "__future__" and [alias.name for alias in statement.names] == ["annotations"]:
            return {}
        whole = statement.level == 0 and module in MODULES
        for alias in statement.names:
            if not whole or alias.name == "*":
                raise _not_importable(f"from {module or '.'} import {alias.name}", statement.lineno)
            found[alias.asname or alias.name] = f"{module}.{alias.name}"
        return found
    for alias in statement.names:
        if alias.name not in MODULES:
            raise _not_importable(f"import {alias.name}", statement.lineno)
        name = alias.asname or alias.name.partition(".")[0]
        found[name] = alias.name if alias.asname else name
    return found


def _not_importable(what: str, line: int) -> CustomError:
    known = ", ".join(MODULES)
    return CustomError(f"{what} cannot stand in a custom layer. It may import {known}, by name.", line)


def _refuse_class(definition: ast.ClassDef, bindings: dict[str, str]) -> None:
    name, line = definition.name, definition.lineno
    if misfit := names.id_misfit(name):
        raise CustomError(misfit.replace("a node", "a layer's class"), line)
    if name in {*bindings, *IMPLIED}:
        raise CustomError(f"the class has the name of an import, {name}. Choose another.", line)
    base = ast.unparse(definition.bases[0]) if len(definition.bases) == 1 else ""
    first, _, rest = base.partition(".")
    meant = ".".join(filter(None, (bindings.get(first, first), rest)))
    if meant != "torch.nn.Module" or definition.keywords:
        raise CustomError(f"{name} must derive from nn.Module alone: class {name}(nn.Module):", line)


def _method(definition: ast.ClassDef, name: str) -> ast.FunctionDef | None:
    found = [item for item in definition.body if getattr(item, "name", "") == name]
    for item in found:
        if not isinstance(item, ast.FunctionDef) or len(found) > 1:
            raise CustomError(f"{name} must be one plain method: def {name}(self, ...):", item.lineno)
    return found[0] if found else None


def _without(source: str, tree: ast.Module, definition: ast.ClassDef) -> str:
    """The source without its imports and docstring; comments stay."""
    gone = {
        line
        for statement in tree.body
        if statement is not definition
        for line in range(statement.lineno, statement.end_lineno + 1)
    }
    kept = (line for number, line in enumerate(source.split("\n"), 1) if number not in gone)
    return "\n".join(kept).strip("\n") + "\n"


def kind(custom: Custom) -> Kind:
    """The kind that the class is, for forms, wires and the printed code."""
    read = custom.read
    # `args` stands for all arguments in a template; an input of that name is shown as another.
    inputs = tuple("args_" if name == "args" else name for name in read.inputs)
    variadic = read.inputs[:1] != () and read.inputs[0].startswith("*")
    holes = [f"{{{name.removeprefix('*')}}}" for name in inputs]
    return Kind(
        read.name,
        FAMILY,
        read.doc or "A layer written in Python.",
        read.params,
        new=read.name,
        call=f"{{self}}({', '.join(holes)})",
        inputs=inputs,
        least=read.least,
        alone=f"{{self}}({', '.join(holes[: read.least])})"
        if read.least < len(inputs) and not variadic
        else "",
        ports=read.ports,
        dtype="any",
    )
