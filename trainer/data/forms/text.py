"""A text file: lines with a label, or running text of which the next letter is to be told."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from pathlib import Path

import numpy as np

from trainer.data import limits
from trainer.data.forms.form import Form, Made, Option, Options, numbered
from trainer.data.vocabulary import encoded, vocabulary
from trainer.errors import TrainerError

LINES, NEXT = "the label of each line", "the next letter"
LETTERS, WORDS = "letters", "words"
FIRST, LAST = "before the text", "behind the text"
LOOKED_AT = 1000  # lines
LONGEST, MOST_TOKENS = 4096, 50_000
MOST_WINDOWS = 50_000  # examples made of running text


@lru_cache(2)
def read_text(path: Path) -> str:
    """The file's text. Raises TrainerError where it is none."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise TrainerError(f"{path.name} is not text in UTF-8. Save it as plain text in UTF-8.") from error
    if "\0" in text or not text.strip():
        raise TrainerError(f"{path.name} is empty, or not plain text. Save it as plain text in UTF-8.")
    return text


def _lines(path: Path) -> list[str]:
    found = [line for line in read_text(path).splitlines() if line.strip()]
    limits.EXAMPLES.holds(len(found), path.name)
    return found


def _parts(line: str, label: str) -> tuple[str, str]:
    """Text and label of a line; the label is '' where there is no tab."""
    first, tab, last = line.partition("\t") if label == FIRST else line.rpartition("\t")
    if not tab:
        return line, ""
    return (last.strip(), first.strip()) if label == FIRST else (first.strip(), last.strip())


def guess(path: Path, given: Options) -> Options:
    lines = [line for line in read_text(path).splitlines() if line.strip()][:LOOKED_AT]
    labelled = sum("\t" in line for line in lines) > 0.9 * len(lines) and len(lines) > 1
    ends = {end: {_parts(line, end)[1] for line in lines} for end in (FIRST, LAST)}
    label = min(ends, key=lambda end: len(ends[end]))
    texts = [_parts(line, label)[0] for line in lines]
    lengths = sorted(map(len, texts))
    usual = lengths[int(0.95 * (len(lengths) - 1))]
    return {
        "predict": LINES if labelled else NEXT,
        "label": label,
        "units": LETTERS if not labelled or usual < 100 else WORDS,
        "length": _length(texts, labelled, usual),
        "vocabulary": 5000,
    }


def _length(texts: list[str], labelled: bool, usual: int) -> int:
    """What holds 95 of 100 lines, or a window of running text."""
    if not labelled:
        return 64
    if usual >= 100:
        words = sorted(len(text.split()) for text in texts)
        usual = words[int(0.95 * (len(words) - 1))]
    return max(1, min(usual, LONGEST))


def options(path: Path, chosen: Options) -> tuple[Option, ...]:
    lines = (
        Option("label", "The label stands", "one", "Parted from the text by a tab.", (FIRST, LAST)),
        Option("units", "A token is", "one", "Letters or words.", (LETTERS, WORDS)),
    )
    return (
        Option("predict", "Predict", "one", "What the network is to tell.", (LINES, NEXT)),
        *(lines if chosen["predict"] == LINES else ()),
        Option(
            "length",
            "Length",
            "number",
            "Tokens of an example. Longer texts are cut, shorter ones are filled with [pad].",
            high=LONGEST,
        ),
        Option(
            "vocabulary",
            "Largest vocabulary",
            "number",
            "The most frequent tokens are kept, [pad] and [unk] among them; all others are [unk].",
            low=3,
            high=MOST_TOKENS,
        ),
    )


def make(path: Path, chosen: Options) -> Made:
    return _labelled(path, chosen) if chosen["predict"] == LINES else _windows(path, chosen)


def _labelled(path: Path, chosen: Options) -> Made:
    pairs = [_parts(line, chosen["label"]) for line in _lines(path)]
    kept = [(text, label) for text, label in pairs if label and text]
    if not kept:
        raise TrainerError(
            f"No line of {path.name} has a tab between its text and its label. Put one there, as in "
            "'good<tab>I liked it', or predict the next letter."
        )
    counted = Counter(label for _, label in kept)
    limits.CLASSES.holds(len(counted), path.name)
    texts = [parted(text, chosen["units"]) for text, _ in kept]
    tokens = vocabulary(texts, chosen["vocabulary"])
    x = encoded(texts, tokens, chosen["length"])
    labels, y = numbered([label for _, label in kept])
    left = len(pairs) - len(kept)
    cut = sum(len(text) > chosen["length"] for text in texts)
    notes = [f"{left:,} lines without a text and a label are left out."] if left else []
    notes += [f"{cut:,} texts are longer than {chosen['length']} tokens and are cut."] if cut else []
    return Made(x, y, labels, dtype="int64", high=len(tokens), tokens=tokens, notes=tuple(notes))


def parted(text: str, units: str) -> list[str]:
    """The letters or the words of a text, each of which becomes a token."""
    return text.lower().split() if units == WORDS else list(text)


def _windows(path: Path, chosen: Options) -> Made:
    """Windows of the text, and the letter behind each."""
    text, length = read_text(path), chosen["length"]
    if len(text) < length + 4:
        raise TrainerError(
            f"{path.name} has {len(text):,} letters and an example {length}. "
            "Make the length smaller, or give more text."
        )
    tokens = vocabulary([text], chosen["vocabulary"])
    numbers = encoded([text], tokens, len(text))[0]
    most = min(MOST_WINDOWS, limits.EXAMPLES.value)
    begins = np.unique(np.linspace(0, len(text) - length - 1, min(most, len(text) - length)).astype(int))
    x = numbers[begins[:, None] + np.arange(length)]
    notes = (f"Of {len(text) - length:,} places {len(begins):,}, evenly spread, are taken.",)
    return Made(
        x,
        numbers[begins + length],
        tuple(map(shown, tokens)),
        dtype="int64",
        high=len(tokens),
        tokens=tokens,
        notes=notes if len(begins) < len(text) - length else (),
    )


def shown(token: str) -> str:
    """A letter as a label shows it: a blank or a new line can be seen."""
    return {" ": "␣", "\n": "↵", "\t": "⇥"}.get(token, token)


FORM = Form(
    "text",
    "Text",
    (".txt",),
    "Lines with a label parted by a tab, or running text.",
    guess,
    options,
    make,
)
