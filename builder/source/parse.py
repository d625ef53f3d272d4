"""A Python file taken apart without running it: its tree, its names, the comments above its lines."""

from __future__ import annotations

import ast
import io
import tokenize
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field

LARGEST = 300_000  # characters: about 8,000 lines
DEEPEST = 80  # brackets, calls and attributes inside one another
LONGEST_SHOWN = 60

# What these names mean in a piece of code that was pasted without its imports.
USUAL_IMPORTS = {"torch": "torch", "nn": "torch.nn", "F": "torch.nn.functional"}


class SourceError(ValueError):
    """Source that cannot be read at all; the message says where, and what to do."""


@dataclass(frozen=True)
class Note:
    """What could not be read, or was changed in reading: the line (0: the whole), and why."""

    line: int
    message: str


@dataclass(frozen=True)
class Source:
    """A parsed file.

    comments  a line of code -> the comment that stands directly above it.
    imports   a name -> what it stands for: F -> torch.nn.functional.
    values    a name at module level -> the expression that was last assigned to it.
    """

    tree: ast.Module
    lines: list[bytes] = field(default_factory=list)
    comments: dict[int, str] = field(default_factory=dict)
    imports: dict[str, str] = field(default_factory=dict)
    classes: dict[str, ast.ClassDef] = field(default_factory=dict)
    functions: dict[str, ast.FunctionDef] = field(default_factory=dict)
    values: dict[str, ast.expr] = field(default_factory=dict)

    def text(self, node: ast.AST) -> str:
        """The code of a node as a message shows it: short, and on one line."""
        if not hasattr(node, "lineno"):
            return type(node).__name__
        start = node.col_offset
        same_line = node.end_lineno == node.lineno
        piece = self.lines[node.lineno - 1][start : node.end_col_offset if same_line else None]
        text = piece[: 4 * LONGEST_SHOWN].decode("utf-8", "replace").strip()
        long = len(text) > LONGEST_SHOWN or not same_line
        return text[: LONGEST_SHOWN - 3] + "..." if long else text


def parse(text: str) -> Source:
    """The file taken apart. Raises SourceError where it is too large, too deep or no Python."""
    if not isinstance(text, str):
        raise SourceError("This is not text. Give the source as a string.")
    if len(text) > LARGEST:
        raise SourceError(
            f"The source has {len(text):,} characters and {LARGEST:,} is the limit. "
            "Give only the class of the network and the blocks it uses."
        )
    tree = _tree(text)
    _refuse_depth(tree)
    source = Source(tree, text.encode().replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n"))
    source.comments.update(_comments(text))
    source.imports.update(USUAL_IMPORTS)
    for statement in _statements(tree.body):
        _enter(source, statement)
    return source


def _tree(text: str) -> ast.Module:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # invalid escapes in somebody's text are not our concern
            return ast.parse(text)
    except SyntaxError as error:
        where = f"Line {error.lineno}" if error.lineno else "The source"
        raise SourceError(f"{where} is not Python ({error.msg}). Correct it and read it again.") from None
    except (RecursionError, MemoryError):
        raise SourceError(_too_deep(0)) from None
    except ValueError as error:  # null bytes, lone surrogates
        raise SourceError(
            f"The source is not Python ({str(error)[:80]}). Save it as plain UTF-8 text."
        ) from None


def _too_deep(line: int) -> str:
    where = f"Line {line}" if line else "The source"
    return f"{where} is nested too deeply to be read. Write it as several lines."


def _refuse_depth(tree: ast.Module) -> None:
    todo: list[tuple[ast.AST, int]] = [(tree, 0)]
    while todo:
        node, depth = todo.pop()
        if depth > DEEPEST:
            raise SourceError(_too_deep(getattr(node, "lineno", 0)))
        for child in ast.iter_child_nodes(node):
            # a + b + c + ... leans to the left and is read in one go
            level = isinstance(node, ast.BinOp) and isinstance(child, ast.BinOp)
            flat = level and child is node.left and type(node.op) is type(child.op)
            todo.append((child, depth + (not flat)))


def _comments(text: str) -> dict[int, str]:
    """A line of code -> the comment lines directly above it, as one text."""
    if "#" not in text:
        return {}
    alone: dict[int, str] = {}
    try:
        for token in tokenize.generate_tokens(io.StringIO(text, newline=None).readline):
            if token.type == tokenize.COMMENT and not token.line[: token.start[1]].strip():
                alone[token.start[0]] = token.string[1:].strip()
    except (tokenize.TokenError, SyntaxError):  # comments are a courtesy: keep those before it
        pass
    return _joined(alone)


def _joined(alone: dict[int, str]) -> dict[int, str]:
    found: dict[int, str] = {}
    for line, comment in alone.items():  # in order: tokens come in order
        above = found.pop(line, "")
        found[line + 1] = f"{above} {comment}".strip()
    return found


def _statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements of a module, those of `try:` and `if ...:` among them, `__main__` left out."""
    for statement in body:
        if isinstance(statement, ast.Try) or isinstance(statement, ast.If) and not is_main(statement):
            yield from _statements(statement.body)
        else:
            yield statement


def is_main(statement: ast.stmt) -> bool:
    """Whether this is `if __name__ == "__main__":`."""
    if not isinstance(statement, ast.If) or not isinstance(statement.test, ast.Compare):
        return False
    left = statement.test.left
    return isinstance(left, ast.Name) and left.id == "__name__"


def enter_import(source: Source, statement: ast.Import | ast.ImportFrom) -> None:
    """Enters the names that an import makes."""
    for name in statement.names:
        if isinstance(statement, ast.ImportFrom):
            source.imports[name.asname or name.name] = f"{statement.module}.{name.name}"
        elif name.asname:
            source.imports[name.asname] = name.name
        else:
            root = name.name.partition(".")[0]
            source.imports[root] = root


def _enter(source: Source, statement: ast.stmt) -> None:
    match statement:
        case ast.Import() | ast.ImportFrom():
            enter_import(source, statement)
        case ast.FunctionDef(name=name):
            source.functions[name] = statement
        case ast.ClassDef(name=name):
            source.classes.pop(name, None)  # a second class of the name takes the place of the last
            source.classes[name] = statement
        case ast.Assign(targets=targets, value=value):
            for target in targets:
                if isinstance(target, ast.Name):
                    source.values.pop(target.id, None)
                    source.values[target.id] = value
        case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
            source.values.pop(name, None)
            source.values[name] = value
