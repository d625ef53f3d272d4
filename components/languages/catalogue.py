"""A language's messages, and how a finished English text finds its own.

Most texts arrive filled in: "conv1 waits for norm1." A message with places, "{0} waits for {1}.", is turned
into a pattern; of those that match, the one with the most letters of its own is meant. What stood in the
places is translated in turn; a text of several sentences is taken apart where no message matches it whole.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache, reduce
from pathlib import Path

from babel.messages.pofile import read_po

FOLDER = Path(__file__).parent
WORD = "word"  # msgctxt of single words that are translated where they are put into a sentence
REMEMBERED = 20_000  # texts
WEAK = 16  # letters: what a message with fewer of its own matches may be a name
LONGEST_NAME = 64  # letters
LONGEST = 1_500  # letters of a text; patterns with many places are slow on more

PLACE = re.compile(r"\{(\d+)\}")
LETTERS = re.compile(r"[A-Za-z]{2}")
NAMES = re.compile(
    r"\S*(?:(?:,? and |, | x | × | · )\S+| -?[\d.]+)*|\([^()]*\)|\S+ \((?:[^()]|\([^()]*\))*\)|[\d,.]+ [kMG]B"
)
PHRASE = re.compile(r"[A-Za-z]{2} [A-Za-z]{2}")
WORDS = re.compile(r"\w+")
OWN_WORDS = re.compile(r"(?<![\w\0])\w+(?![\w\0])")  # those that no place touches
SENTENCE = re.compile(r"(?<=[.!?…])(?<!e\.g\.)(?<!et al\.)(?<!from \.)\s+(?=\S)")
BORDER = re.compile(rf"{SENTENCE.pattern}|\n| · |; ")
SEAM = re.compile(r"[\u4e00-\u9fff]\0[A-Za-z\d]|[A-Za-z\d%]\0[\u4e00-\u9fff]")
HAN = re.compile(r"[\u4e00-\u9fff]")
SUBJECT = re.compile(
    r"([Ll]ine \d+(?:, column \d+)?:|\S+ \(\w+\)|[a-z_][\w.\[\]]*:?|\w+/[\w/]+|\w+\.[\w.\[\]]+:?) (.+)",
    re.DOTALL,
)
LAYER = re.compile(r"\S+ \(\w+\) ")  # conv1 (Conv2d) has a bias
IN_FILE = re.compile(r"Line \d+: |(main|blocks|custom)[.\[][\w.\[\]]*: ")
A_NAME = re.compile(r"a [A-Za-z_]\w*")  # a float: Chinese has no articles
CHANGED = re.compile(r"(\S+:) (\w+) (.+) → (.+)", re.DOTALL)  # conv1: padding 0 → 1
TITLES = {"note": "Note"}  # what the form calls a field of the document; arguments have PyTorch's names
KEYS = re.compile(r"[a-z]\w*(?:, [a-z]\w*)+")  # names in a row, none of which is a word
PARTS = tuple(map(re.compile, (r"(\n+)", "( · )", "(; )", "( → )")))
FULL_WIDTH = "。！？；：，、（）”"


@dataclass(frozen=True)
class Pattern:
    """A message with places, as what it matches.

    free  places that are whole sentences; a place elsewhere holds no end of a sentence, nor the last stop.
    """

    translation: str
    matches: re.Pattern
    order: tuple[int, ...]
    free: frozenset[int]
    words: frozenset[str]
    worth: int

    def filled(self, text: str) -> dict[int, str] | None:
        """What stands in the places; None where the text is another."""
        found = self.matches.fullmatch(text)
        if found is None:
            return None
        values = dict(zip(self.order, found.groups(), strict=True))
        held = [value.lstrip("; ") for place, value in values.items() if place not in self.free]
        ends = text.endswith(".") and self.order[-1] not in self.free and values[self.order[-1]].endswith(".")
        return None if ends or any(map(BORDER.search, held)) else values


def _pattern(english: str, translation: str) -> Pattern:
    pieces = PLACE.split(english)  # literal, number, literal, ...
    literals, order = pieces[::2], tuple(map(int, pieces[1::2]))
    pattern = "(.*?)".join(map(re.escape, literals))
    ends = zip(order, literals, literals[1:], strict=False)
    free = frozenset(place for place, before, after in ends if _stands_alone(before, after))
    words = frozenset(OWN_WORDS.findall(PLACE.sub("\0", english)))
    worth = sum(map(len, literals))
    return Pattern(translation, re.compile(pattern, re.DOTALL), order, free, words, worth)


def _stands_alone(before: str, after: str) -> bool:
    begins = not before or before.endswith((". ", ": ", "(", "? ", "**", "] "))
    return begins and (not after or after[0] in ")*" or bool(re.match(r"\s+[A-Z]|\. |\.$|\s+$", after)))


@dataclass(frozen=True)
class Catalogue:
    """The messages of a language: English -> translation; words are those put into sentences."""

    messages: Mapping[str, str]
    words: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def patterns(self) -> Mapping[str, list[Pattern]]:
        """Patterns by the rarest of their own words, '' for those that have none."""
        made = [_pattern(*each) for each in self.messages.items() if PLACE.search(each[0])]
        often = Counter(word for pattern in made for word in pattern.words)
        found = defaultdict(list)
        for pattern in made:
            found[min(pattern.words, key=lambda word: (often[word], word), default="")].append(pattern)
        return found

    @cached_property
    def translated(self):
        """text -> the text in this language; remembered."""
        return lru_cache(REMEMBERED)(self._translated)

    def _translated(self, text: str) -> str:
        core = text.strip()
        if not LETTERS.search(core) or len(core) > LONGEST:
            return text
        found = self._of_change(core) or self._of_place(core)
        found = found or self._said(core) or self._of_layer(core, self._said)
        found = (
            found or self._with_names(core) or self._of_layer(core, self._with_names) or self._in_parts(core)
        )
        if found is None:
            return text
        return found if found.startswith(tuple(FULL_WIDTH)) else text.replace(core, found, 1)

    def _said(self, text: str) -> str | None:
        return self.messages.get(text) or self._matched(text)

    def _near(self, text: str) -> Iterator[tuple[Pattern, dict[int, str]]]:
        """The patterns that match, that with the most letters of its own first, and what stands in them."""
        words = set(WORDS.findall(text))
        near = [each for word in (*words, "") for each in self.patterns.get(word, ()) if each.words <= words]
        for pattern in sorted(near, key=lambda each: -each.worth):
            if (values := pattern.filled(text)) is not None:
                yield pattern, values

    def _matched(self, text: str) -> str | None:
        """By a message with places that hold names, numbers and what is translated in turn."""
        for pattern, values in self._near(text):
            weak = pattern.worth < WEAK
            if all(map(self._is_name if weak else self._is_known, values.values())):
                better = self._row(text) or self._of_kind(text) if weak else None
                return better or self._filled(pattern.translation, values)
        return None

    def _with_names(self, text: str) -> str | None:
        """By a message with places that hold names of a person's, or the words of another program."""
        for pattern, values in self._near(text):
            names = [v for place, v in values.items() if place not in pattern.free and not self._is_known(v)]
            if pattern.worth >= WEAK and all(len(name) <= LONGEST_NAME for name in names):
                return self._filled(pattern.translation, values)
        return None

    def _of_change(self, text: str) -> str | None:
        """What one value of a layer was and is: what a person wrote into a note stays as it is."""
        if found := CHANGED.fullmatch(text):
            path, name, *both = found.groups()
            before, after = (self.messages.get(each, each) for each in both)
            return f"{path} {self.messages.get(TITLES.get(name), name)} {before} → {after}"
        return None

    def _of_place(self, text: str) -> str | None:
        """What is said of a line or of a place in a document's file; no name of a layer begins so."""
        if not IN_FILE.match(text):
            return None
        return self._of_layer(text, self._said) or self._of_layer(text, self._with_names)

    def _of_layer(self, text: str, way: Callable[[str], str | None]) -> str | None:
        """What is said of a layer or of a place in a file: its name and a message without a subject."""
        if (found := SUBJECT.fullmatch(text)) and (said := way(found[2])):
            line = self._said(found[1].removesuffix(":")) if found[1].lower().startswith("line ") else None
            return f"{line}：{said}" if line else f"{found[1]} {said}"
        return None

    def _of_kind(self, text: str) -> str | None:
        """What is said of a layer that is named with its kind, conv1 (Conv2d), and so begins a sentence."""
        return self._of_layer(text, self._said) if LAYER.match(text) else None

    def _is_known(self, text: str) -> bool:
        """Whether it is a name, a number, or something that is translated."""
        return not PHRASE.search(text) or self._value(text) != text

    def _is_name(self, text: str) -> bool:
        """Whether it is a name or a number, several of them, or a message as it stands."""
        if NAMES.fullmatch(text) or HAN.search(text):
            return True
        said = self._value(text)
        return said != text and not PHRASE.search(said)

    def _row(self, text: str) -> str | None:
        """2 added, 1 changed: where each part is a message of its own."""
        parts = text.split(", ")
        if len(parts) < 2 or SENTENCE.search(text):
            return None
        translated = [*map(self._value, parts)]
        return "，".join(translated) if all(map(str.__ne__, parts, translated)) else None

    def _filled(self, translation: str, values: Mapping[int, str]) -> str:
        """The translation with its values, a space between a Chinese letter and a Latin one."""
        pieces = PLACE.split(translation)
        text = pieces[0]
        for place, after in zip(pieces[1::2], pieces[2::2], strict=True):
            text = _apart(_apart(text, self._value(values[int(place)])), after)
        return text

    def _value(self, text: str) -> str:
        """What was put in: names stay as they are, words and sentences are translated."""
        if text in self.words:
            return self.words[text]
        if text.isidentifier() or KEYS.fullmatch(text):
            return text
        said = self._both(text) or self.translated(text)
        return text[2:] if said == text and A_NAME.fullmatch(text) else said

    def _both(self, text: str) -> str | None:
        """(8) from fc and (20) from image: where each part is a message, and not the whole."""
        parts = text.split(" and ")
        if len(parts) < 2 or text in self.messages or SENTENCE.search(text):
            return None
        said = [*map(self._said, parts)]
        return reduce(lambda one, other: _apart(_apart(one, "和"), other), said) if all(said) else None

    def _led(self, text: str) -> str | None:
        """By a message of several sentences, with what else stands behind it."""
        sentences = [] if "\n" in text else SENTENCE.split(text)
        for end in range(len(sentences) - 1, 1, -1):
            if said := self._said(" ".join(sentences[:end])):
                return _joined((said, self.translated(" ".join(sentences[end:]))))
        return None

    def _in_parts(self, text: str) -> str | None:
        """Sentence by sentence, where there are several; a semicolon may stand within one."""
        if said := self._led(text):
            return said
        sentences = SENTENCE.split(text)
        if len(sentences) > 1 and all(map(str.__ne__, sentences, said := [*map(self.translated, sentences)])):
            return _joined(said)
        for border in PARTS:
            parts = border.split(text)
            if len(parts) > 1:
                return _new("".join(map(self._value, parts)), text)
        if len(sentences) > 1:
            return _new(_joined(map(self.translated, sentences)), text)
        return self._row(text) or self._without_stop(text)

    def _without_stop(self, text: str) -> str | None:
        """A message that stands at the end of a sentence, for itself."""
        bare = text.removesuffix(".")
        said = self._said(bare) if bare != text else None
        return f"{said}。" if said else None


def _new(text: str, before: str) -> str | None:
    return text if text != before else None


def _apart(text: str, more: str) -> str:
    """One behind the other, with a space where a Chinese letter meets a Latin one, and else none."""
    if SEAM.search(f"{text[-1:]}\0{more[:1]}"):
        return f"{text} {more}"
    if HAN.match(text.rstrip()[-1:]) and HAN.match(more.lstrip()[:1]):
        return text.rstrip() + more.lstrip()
    return text + more


def _joined(sentences: Iterable[str]) -> str:
    """Sentences in a row; no space behind a full-width stop, which has room of its own."""
    text = ""
    for each in sentences:
        text += each if not text or text.endswith(tuple(FULL_WIDTH)) else f" {each}"
    return text


@cache
def catalogue(language: str) -> Catalogue:
    """The catalogue of a language, read once per process."""
    with (FOLDER / f"{language}.po").open("rb") as file:
        found = read_po(file, locale=language)
    written = [each for each in found if each.id and each.string]
    return Catalogue(
        {each.id: each.string for each in written if each.context != WORD},
        {each.id: each.string for each in written if each.context == WORD},
    )
