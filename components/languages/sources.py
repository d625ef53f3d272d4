"""The messages that stand in the sources: what has to be in every catalogue.

In app.py, pages/ and components/ a message is what t(), message() or dialog() is given; in JavaScript, what
say() or message() is. The rest of the program knows nothing of languages: there every text with a
blank in it counts that is no docstring and not passed over below.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterable, Iterator
from itertools import count
from pathlib import Path
from types import ModuleType

from builder.captions import COLORS
from builder.catalogue import KINDS
from builder.templates import TEMPLATES
from trainer.data import DATASETS
from trainer.data.forms import FORMS
from trainer.setting import CHOICES
from trainer.settings import SETTINGS
from trainer.shown import every

ROOT = Path(__file__).parents[2]
SHOWING = ("app.py", "pages", "components")
MARKERS = frozenset({"t", "message", "dialog"})
SAID = re.compile(r'(?<![.\w])(?:say|message)\(\s*"((?:[^"\\]|\\.)*)"')

# What holds no text for the interface: printed code, SQL, patterns, and what the command line says of itself.
PASSED_OVER = frozenset(
    {
        "builder/__main__.py",
        "builder/export/command.py",
        "builder/export/notebook.py",
        "builder/export/scripts.py",
        "builder/source/write.py",
        "builder/source/spellings.py",
        "builder/catalogue/exclusions.py",
        "trainer/__main__.py",
        "trainer/command_control.py",
        "trainer/command_output.py",
        "trainer/command_try.py",
        "trainer/command_runs.py",
        "trainer/data/command.py",
        "trainer/script.py",
        "trainer/script_text.py",
    }
)
CODE = re.compile(
    r".*\n|(SELECT|INSERT|UPDATE|DELETE|CREATE|ALTER|DROP|PRAGMA|BEGIN) |.* \? ORDER BY"  # SQL
    r"|[\^\\<>.,(|]|.*\\[.sdw|]|.*\(\.\*"  # patterns
    r"|(class|def|import|return) |from .*( import|__future__)|for .*:$|.*__init__|.*(, |\()self\b"
    r"|[\w{} ]*\w_\w[\w{} ]*$"  # names in a row
    r"|(nn|torch|self)\.|\w+\(\{|.* = (self\.|nn\.)|.*\{\*?[a-z_]|.* in range\("  # printed code
)
NAMED = re.compile(r"\{[a-z]*\}")
TEMPLATE = re.compile(r"[a-z]+ [a-z]+ [a-z].*\{[a-z]*\}|\{[a-z]*\}\W* [A-Za-z][a-z]* [a-z]+ ")
# Names in a row, and what the errors of others are known by.
NAMES = frozenset(
    {
        "'Helvetica Neue', Helvetica, Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif",
        "allocate memory",
        "CUDA driver",
        "CUDA error",
        "No space left on device",
        "disk is full",
        "milestones gamma",
        "epoch IN (SELECT epoch FROM epochs WHERE step <= ?)",
        "step <= ?",
        "unnamed: 0",
        " as {0}",
        "can't allocate memory",
        "out of memory",
        "parameters modules children apply requires_grad_ named_parameters eval train",
        "public, max-age=31536000, immutable",
        "range len list tuple super print enumerate zip isinstance dict",
        "to cuda cpu float long contiguous requires_grad_ eval train",
    }
)


def messages() -> dict[str, list[str]]:
    """Message -> where it stands, as path:line."""
    found: dict[str, list[str]] = {}
    for place, text in (*_in_python(), *_in_javascript(), *_of_kinds()):
        if re.search(r"[A-Za-z]{2}", re.sub(r"\{\d+\}", "", text)):
            found.setdefault(text.strip(), []).append(place)
    return found


# --- Python


def _in_python() -> Iterator[tuple[str, str]]:
    for path in sorted(ROOT.rglob("*.py")):
        name = path.relative_to(ROOT).as_posix()
        folder = name.split("/")[0]
        if name in PASSED_OVER or folder in ("tests", "benchmarks", "docs") or folder.startswith("."):
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        found = [*_marked(tree)] if folder in SHOWING else [*_sentences(tree)]
        yield from ((f"{name}:{line}", text) for line, text in found)


def _marked(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """The texts in t(...), message(...) and dialog(...), either branch of a choice; and what is raised."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _called(node) in MARKERS and node.args:
            yield from ((node.lineno, text) for text in _texts(node.args[0]))
        elif isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and node.exc.args:
            yield from ((node.lineno, text) for text in _texts(node.exc.args[0]))


def _called(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else ""


def _texts(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.IfExp):
        yield from (*_texts(node.body), *_texts(node.orelse))
    elif isinstance(node, ast.BoolOp):
        yield from (text for value in node.values for text in _texts(value))
    elif (text := as_message(node)) is not None:
        yield text


def as_message(node: ast.expr) -> str | None:
    """A text as it stands in the source: what an f-string puts in becomes {0}, {1}, ..."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if not isinstance(node, ast.JoinedStr):
        return None
    places = iter(range(len(node.values)))
    return "".join(
        part.value if isinstance(part, ast.Constant) else f"{{{next(places)}}}" for part in node.values
    )


def _sentences(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Every text with a blank in it, docstrings left out."""
    passed = {id(each) for each in _passed(tree)}
    for node in ast.walk(tree):
        text = as_message(node) if id(node) not in passed else None
        if text and TEMPLATE.search(text):
            text = _numbered(text)
        if text and " " in text.strip() and not CODE.match(text.strip()) and text not in NAMES:
            yield node.lineno, text


def _numbered(text: str) -> str:
    """A text that str.format fills in, its places numbered like those of an f-string."""
    places = count()
    return NAMED.sub(lambda _: f"{{{next(places)}}}", text)


def _passed(tree: ast.AST) -> Iterable[ast.AST]:
    """Docstrings, the parts of f-strings, which are taken whole, names in a row ("a b".split()), and why
    something of PyTorch's is left out, which only tests read.
    """
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield from ast.walk(ast.Tuple(node.values))
        elif isinstance(node, ast.Attribute) and node.attr == "split":
            yield node.value
        elif isinstance(node, ast.AnnAssign) and getattr(node.target, "id", "") == "EXCLUDED":
            yield from ast.walk(node)
        elif isinstance(
            node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
        ) and ast.get_docstring(node):
            yield node.body[0].value


# --- what else there is


def _in_javascript() -> Iterator[tuple[str, str]]:
    for path in sorted((ROOT / "components" / "frontend").glob("*.js")):
        for text in said(path.read_text(encoding="utf-8")):
            yield f"components/frontend/{path.name}:1", text


def said(script: str) -> list[str]:
    """The messages in a script."""
    return [re.sub(r"\\(.)", r"\1", text) for text in SAID.findall(script)]


def _of_kinds() -> Iterator[tuple[str, str]]:
    """The families, the groups of templates, and what PyTorch says of its arguments."""
    yield from (("builder/templates/index.py:1", each.group) for each in TEMPLATES)
    yield from (("builder/kinds.py:1", family) for family in COLORS)
    for kind in KINDS:
        params = [text for param in kind.params for text in (param.help, param.wants())]
        yield from ((f"builder/catalogue:{kind.name}", text) for text in (kind.doc, *params))
    yield from (("trainer/data/ready", data.title) for data in DATASETS.values())
    for param in (*SETTINGS.values(), *(each for data in DATASETS.values() for each in every({}, data))):
        yield "trainer/settings.py:1", param.wants()
    for form in FORMS.values():
        yield f"trainer/data/forms:{form.name}", form.title
        yield from _of_options(sys.modules[form.make.__module__])
    for choice in (choice for table in CHOICES.values() for choice in table.values()):
        params = [text for param in choice.params for text in (param.help, param.wants())]
        yield from ((f"trainer/settings.py:{choice.name}", text) for text in (choice.about, *params))


def _of_options(module: ModuleType) -> Iterator[tuple[str, str]]:
    """The titles of the options of a form of file, and those choices that are not names out of a file."""
    for node in ast.walk(ast.parse(Path(module.__file__).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and _called(node) == "Option":
            values = [value for each in (node.args[1], *node.args[4:5]) for value in _values(each, module)]
            yield from ((f"{module.__name__}:{node.lineno}", value) for value in values)


def _values(node: ast.expr, module: ModuleType) -> Iterator[str]:
    """The texts that an expression stands for, as far as the module itself says."""
    if isinstance(node, ast.Tuple):
        yield from (value for each in node.elts for value in _values(each, module))
        return
    found = node.value if isinstance(node, ast.Constant) else getattr(module, getattr(node, "id", ""), ())
    yield from (found,) if isinstance(found, str) else found
