"""Undo and redo. Documents never change, so remembering them is enough."""

from __future__ import annotations

from dataclasses import dataclass

from builder.document import Document

LONGEST = 500  # steps back that are kept


@dataclass(frozen=True)
class History:
    """The document as it is, as it was, and as it would be again."""

    present: Document
    past: tuple[Document, ...] = ()
    future: tuple[Document, ...] = ()

    def record(self, document: Document) -> History:
        """The history after an edit; an edit that changes nothing is none."""
        if document == self.present:
            return self
        return History(document, (*self.past, self.present)[-LONGEST:])

    def undo(self) -> History:
        if not self.past:
            return self
        return History(self.past[-1], self.past[:-1], (self.present, *self.future))

    def redo(self) -> History:
        if not self.future:
            return self
        return History(self.future[0], (*self.past, self.present), self.future[1:])
