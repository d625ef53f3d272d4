"""Words that a person types, as a layer: "conv 32 k5" is Conv2d(32, kernel_size=5).

All is read off the kinds' own entries, so a new kind needs no line here. What is typed is taken
apart by patterns and never evaluated.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from builder import blocks, custom
from builder.captions import SHORT
from builder.catalogue import KINDS
from builder.document import Document
from builder.kinds import Kind, Param, Spec

LONGEST = 200  # letters that are read
NUMBER = r"-?(?:\d{1,16}(?:\.\d{0,16})?|\.\d{1,16})(?:e-?\d{1,3})?"
ROW = rf"{NUMBER}(?:[x×,]{NUMBER})*(?![\w.])"
PIECES = re.compile(
    r"(?P<name>[^\W\d]\w*)\s*=\s*(?P<value>\([^()]*\)|\[[^\[\]]*\]|[^\s,()\[\]]+)"
    rf"|(?P<row>(?<!\w)(?:\(\s*{NUMBER}(?:\s*[x×,]\s*{NUMBER})+\s*\)|{ROW}))"
    rf"|(?P<letters>[^\W\d_]+)(?P<amount>{ROW})"
    r"|(?P<word>[^\W\d]\w*)"
    r"|(?P<stray>[^\s,()\[\]]+)",
    re.ASCII | re.IGNORECASE,
)
FARTHER = 5  # by how much a guess may be worse than the best one, in the order of `_distance`
LETTERS = {letter: name for name, letter in SHORT.items()}  # k -> kernel_size
WORTH = {"true": True, "false": False, "none": None}


@dataclass(frozen=True)
class Suggestion:
    """A layer that words may mean.

    params  the arguments that the words name; the others begin as in any new layer.
    words   the layer as Python writes it, with what it begins with.
    left    what of the words has no place in it.
    """

    kind: str
    params: Mapping[str, Any]
    words: str
    left: tuple[str, ...] = ()


@dataclass(frozen=True)
class Piece:
    """A part of what was typed: a word, numbers, letters with numbers (k5), or name=value."""

    text: str
    word: str = ""
    name: str = ""
    value: Any = None


def kinds_of(document: Document) -> tuple[Kind, ...]:
    """All kinds there are for a document: its own blocks and layers first."""
    own = [blocks.kind_named(name, document) for name in document.blocks]
    return (*own, *map(custom.kind, document.custom.values()), *KINDS)


def understood(text: str, kinds: Iterable[Kind], spec: Spec | None = None) -> list[Suggestion]:
    """What the words may mean, the likeliest first, and each kind at most once.

    spec  what flows in, where that is known: layers that take it come before others.
    """
    pieces = _pieces(text)
    found = []
    for place, kind in enumerate(kinds):
        if match := _matched(kind, pieces):
            far, params, left = match
            order = (far, len(left), _unfit(kind, spec), place)
            found.append((order, Suggestion(kind.name, params, _written(kind, params, spec), left)))
    found.sort(key=lambda pair: pair[0])
    nearest = found[0][0][0] if found else 0
    return [suggestion for (far, *_), suggestion in found if far <= nearest + FARTHER]


def _pieces(text: str) -> list[Piece]:
    text = text[:LONGEST]
    if re.search(r"\w\(", text):  # as Python writes it: its commas part arguments, not a tuple's numbers
        text = re.sub(r",(?![^(]*\)[^()]*\))", ", ", text)
    text = re.sub(r"\b(?:no|without)\s+(?=[a-z])", "no", text, flags=re.IGNORECASE)
    return [_piece(match) for match in PIECES.finditer(text.removeprefix("nn."))]


def _piece(match: re.Match[str]) -> Piece:
    if match["name"]:
        return Piece(match[0], name=match["name"].lower(), value=_value(match["value"]))
    if match["row"]:
        return Piece(match[0], value=_value(match["row"]))
    if match["letters"]:
        return Piece(match[0], name=match["letters"].lower(), value=_value(match["amount"]))
    return Piece(match[0], word=match[0].lower())


def _value(text: str) -> Any:
    """A number, a tuple of them, True, False, None, or else the text itself."""
    bare = text.strip("()[] ")
    if re.fullmatch(ROW.replace("[x×,]", r"\s*[x×,]\s*"), bare, re.ASCII | re.IGNORECASE):
        numbers = tuple(map(_number, re.split(r"\s*[x×,]\s*", bare)))
        return numbers[0] if len(numbers) == 1 else numbers
    plain = bare.strip("'\"")
    return WORTH.get(plain.lower(), plain)


def _number(text: str) -> int | float:
    return int(text) if re.fullmatch(r"-?\d+", text, re.ASCII) else float(text)


# --- one kind


def _matched(kind: Kind, pieces: Sequence[Piece]) -> tuple[int, dict[str, Any], tuple[str, ...]] | None:
    """How far the words are from the kind's name, the arguments they give, and what is left of them."""
    best = None
    for called, rest in _readings(pieces):
        far = _distance(kind, called)
        if far is None or (best and best[0] <= far):
            continue
        params, left = _arguments(kind, rest)
        if not any(piece.word for piece in left):
            best = far, params, tuple(piece.text for piece in left)
    return best


def _readings(pieces: Sequence[Piece]) -> Iterator[tuple[list[str], list[Piece]]]:
    """Which words are the layer's name, and what remains: "fc10" is a name, or a name and a number."""
    words = [place for place, piece in enumerate(pieces) if piece.word]
    glued = [place for place, piece in enumerate(pieces) if piece.name and "=" not in piece.text][:1]
    for place in glued:
        others = [*pieces[:place], *pieces[place + 1 :]]
        yield [pieces[place].text.lower()], others
        yield [pieces[place].name], [Piece(pieces[place].text, value=pieces[place].value), *others]
    for size in range(len(words), 0, -1):
        for chosen in {tuple(words[:size]), tuple(words[-size:])}:
            rest = [piece for place, piece in enumerate(pieces) if place not in chosen]
            yield [pieces[place].word for place in chosen], rest


def _distance(kind: Kind, words: Sequence[str]) -> int | None:
    """0 for the kind's own name; more, the less it looks like it; None where it does not."""
    typed, name = "".join(words), kind.name.lower()
    parts = [part.lower() for part in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+d?", kind.name)]
    stem = re.sub(r"\d+d$", "", kind.name)
    initials = "".join(letter for letter in stem if letter.isupper()).lower()
    also = {other.replace(" ", "") for other in kind.also}
    about = re.findall(r"[a-z]+", f"{kind.family} {kind.doc}".lower())
    looks = (
        typed == name,
        typed == stem.lower() or typed in also,
        name.startswith(typed),
        all(any(part.startswith(word) for part in parts) for word in words),
        len(typed) > 1 and typed in (initials, initials + name[len(stem) :]),
        typed in name,
        any(other.startswith(typed) for other in also),
        len(typed) > 2 and _runs_through(name, typed),
        len(typed) > 2 and all(any(each.startswith(word) for each in about) for word in words),
    )
    return looks.index(True) if True in looks else None


def _runs_through(name: str, typed: str) -> bool:
    """Whether all that is typed stands in the name in that order: mha in multiheadattention."""
    letters = iter(name)
    return name[:1] == typed[:1] and all(letter in letters for letter in typed)


def _unfit(kind: Kind, spec: Spec | None) -> bool:
    """Whether the kind is not for what flows in; where that is not known, images are likeliest."""
    if spec is None:
        return re.search(r"[13]d$", kind.name) is not None
    return "" not in kind.takes and len(spec.example) not in map(len, kind.takes)


# --- its arguments


def _arguments(kind: Kind, pieces: Sequence[Piece]) -> tuple[dict[str, Any], list[Piece]]:
    """The arguments that the pieces give, and the pieces that give none."""
    given: dict[str, Any] = {}
    left, numbers = [], []
    for piece in pieces:
        if not piece.word and not piece.name:
            numbers.append(piece)
        elif found := _by_word(kind, piece.word) if piece.word else _by_name(kind, piece):
            given[found[0]] = found[1]
        else:
            left.append(piece)
    places = [param for param in _places(kind, len(numbers), given) if param.name not in given]
    for piece in numbers:
        param = next((each for each in places if _takes(each, piece.value)), None)
        if param is None:
            left.append(piece)
            continue
        given[param.name] = _read(param, piece.value)
        places.remove(param)
    return given, left


def _places(kind: Kind, count: int, given: Mapping[str, Any]) -> list[Param]:
    """The arguments that numbers without a name go to: first those that PyTorch asks for."""
    required = [param for param in kind.params if param.required]
    asked = [param for param in required if param.name not in kind.reads]
    more = [p for p in kind.params if not (p.required or p.advanced or p.name in kind.reads)]
    all_of_them = count >= len(required) and not any(param.name in given for param in required)
    return [p for p in (*(required if all_of_them else asked), *more) if p.type not in ("bool", "choice")]


def _by_name(kind: Kind, piece: Piece) -> tuple[str, Any] | None:
    """k5, kernel_size=5 or kernel=5: the argument called so, or that begins so."""
    name = piece.name
    exact = (kind.param(each) for each in (LETTERS.get(name, ""), name))
    begins = (param for param in kind.params if param.name.startswith(name))
    within = (p for p in kind.params if any(part.startswith(name) for part in p.name.split("_")))
    param = next((each for group in (exact, begins, within) for each in group if each), None)
    if param is None or not _takes(param, piece.value):
        return None
    return param.name, _read(param, piece.value)


def _by_word(kind: Kind, word: str) -> tuple[str, Any] | None:
    """ "bidirectional" or "bi", "nobias", and words to choose from: "same", "reflect"."""
    switches = sorted((p for p in kind.params if p.type == "bool"), key=lambda param: param.default is True)
    for param in switches:
        if len(word) > 1 and param.name.startswith(word):
            return param.name, True
        if len(word) > 3 and word.startswith("no") and param.name.startswith(word[2:]):
            return param.name, False
    choices = [(p.name, c) for p in kind.params for c in p.choices if isinstance(c, str)]
    fitting = [(c.lower() != word, place) for place, (_, c) in enumerate(choices) if _begins(c, word)]
    return choices[min(fitting)[1]] if fitting else None


def _begins(choice: str, word: str) -> bool:
    return choice.lower() == word or (len(word) > 2 and choice.lower().startswith(word))


def _takes(param: Param, value: Any) -> bool:
    return param.accepts(value) or (param.type in ("ints", "floats") and param.accepts((value,)))


def _read(param: Param, value: Any) -> Any:
    return param.read(value if param.accepts(value) else (value,))


# --- as Python writes it


def _written(kind: Kind, params: Mapping[str, Any], spec: Spec | None) -> str:
    """The layer with its first argument bare and the others by name: Conv2d(32, kernel_size=5)."""
    shown = {**kind.start(spec), **params}
    parts, bare = [], True
    for param in kind.params:
        if param.name not in shown:
            continue
        bare = bare and param.required
        parts.append(f"{'' if bare else param.name + '='}{shown[param.name]!r}")
        bare = bare and param.name in kind.reads
    return f"{kind.name}({', '.join(parts)})"
