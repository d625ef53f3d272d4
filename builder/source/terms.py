"""Values that are sums of a constructor's arguments: what they are worth here, and the sum.

While a class of a source is followed, `channels * 2` is a plain 32, and it remembers that it came from
`channels`: so the class becomes a block with a param, and its uses differ in their numbers alone.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import Any

from builder import blocks


class Term:
    """What a plain value of a subclass remembers: the sum, and the object whose arguments are in it."""

    tree: ast.expr
    owner: object


class _Whole(Term, int):
    """A whole number."""


class _Flag(Term, int):
    """True or False, which Python lets nobody derive from."""


class _Decimal(Term, float):
    """A decimal number."""


class _Text(Term, str):
    """A text."""


class _Several(Term, tuple):
    """A tuple of plain values."""


_CLASSES = {int: _Whole, bool: _Flag, float: _Decimal, str: _Text, tuple: _Several}
_PLAIN = {made: base for base, made in _CLASSES.items()}


def term(value: Any, tree: ast.expr, owner: object) -> Any:
    """The value as a Term, where it is of a type that can be one; else the value."""
    made = _CLASSES.get(type(value))
    if made is None:
        return value
    found = made(value)
    found.tree, found.owner = tree, owner
    return found


def argument(name: str, value: Any, owner: object) -> Any:
    """The value of an object's constructor's argument, as what the argument's name stands for."""
    return term(plain(value), ast.Name(name, ast.Load()), owner)


def plain(value: Any) -> Any:
    """The value alone, items of a tuple or a list too."""
    if isinstance(value, Term):
        return _PLAIN[type(value)](value)
    if isinstance(value, tuple | list) and any(isinstance(item, Term) for item in value):
        return type(value)(_alone(item) for item in value)
    return value


def _alone(value: Any) -> Any:
    return _PLAIN[type(value)](value) if isinstance(value, Term) else value


def has_terms(value: Any, owner: object) -> bool:
    """Whether a value, or an item of it, is a sum of the object's arguments."""
    return any(isinstance(item, Term) and item.owner is owner for item in _items(value))


def names_in(values: Sequence[Any], owner: object) -> Iterator[str]:
    """The arguments that the values came from."""
    for item in (item for value in values for item in _items(value)):
        if isinstance(item, Term) and item.owner is owner:
            yield from (part.id for part in ast.walk(item.tree) if isinstance(part, ast.Name))


def _items(value: Any) -> Sequence[Any]:
    """A value, or the items of it; not those of its items, of which there may be billions."""
    return value if isinstance(value, tuple | list) and not isinstance(value, Term) else (value,)


def combined(make: Any, result: Any, operands: Sequence[Any], owner: object) -> Any:
    """The result of a sum, as a Term where an operand is one and a block may hold such a sum.

    make  the trees of the operands -> the tree of the sum.
    """
    if not any(isinstance(item, Term) and item.owner is owner for item in operands):
        return result
    tree = make([_tree(item, owner) for item in operands])
    return term(result, tree, owner) if written(tree) else result


def _tree(value: Any, owner: object) -> ast.expr:
    if isinstance(value, Term) and value.owner is owner:
        return value.tree
    number = plain(value)
    if isinstance(number, int | float) and number < 0:
        return ast.UnaryOp(ast.USub(), ast.Constant(-number))
    return ast.Constant(number)


def written(tree: ast.expr) -> str:
    """The sum as a document holds it: =channels * 2; '' where no block may have it."""
    text = f"={ast.unparse(ast.fix_missing_locations(tree))}"
    try:
        blocks.parsed(text)
    except ValueError:
        return ""
    return text


def sums(value: Any, owner: object) -> Any:
    """The value as a document's block holds it: its terms as texts, the rest plain."""
    if isinstance(value, Term) and value.owner is owner:
        return written(value.tree)
    if isinstance(value, tuple | list):
        return tuple(sums(item, owner) if isinstance(item, Term) else item for item in value)
    return plain(value)
