"""Typed text, as the tokens of a run's data set."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from trainer.answering.learned import Learned, Taken
from trainer.data import own
from trainer.data.forms.text import LETTERS, NEXT, WORDS, parted, shown
from trainer.data.vocabulary import PAD, SPECIAL, UNKNOWN, encoded
from trainer.errors import TrainerError

LONGEST = 20_000  # letters of what is typed
LISTED = 8  # unknown letters or words in a message
MARKED = re.compile(
    "|".join(map(re.escape, SPECIAL)) + "|.", re.DOTALL
)  # [unk] is one token, not five letters


class Text:
    """What is given as typed text: {"text": "banana"}. Tokens without names are typed as numbers."""

    kind = "text"
    reads = ("text",)

    def __init__(self, learned: Learned):
        self.data_set = learned.data_set
        self.length = self.data_set.shape[0]
        self._named = bool(self.data_set.tokens)
        self.tokens: Sequence[str] = self.data_set.tokens or [str(each) for each in range(self.data_set.high)]
        chosen = own.recipe(self.data_set.name).options if self.data_set.own else {}
        self.units = chosen.get("units") or self._guessed_units()
        self._running = chosen.get("predict") == NEXT
        x = learned.train[0]
        self._shortest = int(_lengths(x).min()) if self._padded else self.length
        self._knows_unknown = self._named and bool((x == UNKNOWN).any())

    @property
    def _padded(self) -> bool:
        return self._named and self.tokens[0] == SPECIAL[PAD]

    def _guessed_units(self) -> str:
        names = self.tokens[len(SPECIAL) :] if self._padded else self.tokens
        return LETTERS if self._named and all(len(name) == 1 for name in names) else WORDS

    def form(self) -> dict[str, Any]:
        """What may be typed."""
        known = [shown(each) for each in self.tokens if each not in SPECIAL]
        return {
            "length": self.length,
            "units": self.units,
            "known": known[:100],
            "more": max(0, len(known) - 100),
        }

    def given(self, x: np.ndarray) -> dict[str, Any]:
        """An example (length,) as a person would type it."""
        numbers = x[: max(_lengths(x[None])[0], 1)] if self._padded else x
        return {
            "text": ("" if self.units == LETTERS else " ").join(self.tokens[number] for number in numbers)
        }

    def read(self, given: Mapping[str, Any]) -> Taken:
        """The text as tokens. Raises TrainerError for what is none."""
        text = given["text"]
        if not isinstance(text, str) or not text.strip():
            raise TrainerError("There is no text. Type some.")
        if len(text) > LONGEST:
            raise TrainerError(
                f"The text has {len(text):,} letters; up to {LONGEST:,} are taken. Shorten it."
            )
        parts = MARKED.findall(text) if self.units == LETTERS else parted(text, self.units)
        if not self._named:
            self._refuse_no_tokens(parts)
        # Of running text the network tells what comes next: the end counts.
        used = parts[-self.length :] if self._running else parts[: self.length]
        x = encoded([used], self.tokens, self.length)
        known = set(self.tokens)
        tokens = [[shown(part), part in known] for part in used]
        return Taken(
            x, tuple(self._warnings(parts, used)), {"tokens": tokens, "filled": self.length - len(used)}
        )

    def _refuse_no_tokens(self, parts: Sequence[str]) -> None:
        wrong = next((part for part in parts if part not in self.tokens), None)
        if wrong is not None or len(parts) < self.length:
            raise TrainerError(
                f"An example of {self.data_set.title} is {self.length} whole numbers from 0 to "
                f"{self.data_set.high - 1}, and this is {len(parts)} with '{(wrong or '')[:40]}' among them. "
                "Give them with blanks between."
            )

    def _warnings(self, parts: Sequence[str], used: Sequence[str]) -> list[str]:
        known, found = set(self.tokens), []
        unknown = list(dict.fromkeys(part for part in used if part not in known))
        if unknown:
            more = " and more" if len(unknown) > LISTED else ""
            found.append(f"Unknown: {', '.join(map(shown, unknown[:LISTED]))}{more}. It counts as [unk].")
        if unknown and not self._knows_unknown:
            found.append("The network never met [unk] in training: its answer is a guess.")
        if len(parts) > self.length and self._running:
            found.append(f"The text has {len(parts)} tokens; the network gets the last {self.length}.")
        elif len(parts) > self.length:
            found.append(f"The text has {len(parts)} tokens; the network gets the first {self.length}.")
        if len(used) < self._shortest:
            found.append(
                f"The shortest text in training had {self._shortest} tokens and this one has {len(used)}: "
                "the answer is a guess."
            )
        return found


def _lengths(x: np.ndarray) -> np.ndarray:
    """How many tokens each of x (examples, length) has before it is only filled up."""
    behind = (x[:, ::-1] != PAD).argmax(1)
    return np.where((x != PAD).any(1), x.shape[1] - behind, 0)
