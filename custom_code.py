"""What a visitor does with layers written in Python: add one, write its code, trust it."""

from __future__ import annotations

from dataclasses import dataclass

from builder import DocumentError, custom_edits
from builder.custom import Custom, trust
from builder.edits import EditError
from visit import Visit

DRAFTS = "drafts"  # where in the visit's settings


@dataclass(frozen=True)
class Draft:
    """Code that cannot be a layer yet, kept so that nothing typed is lost.

    before  the code in the document that it was typed over: it holds only as long as that stands.
    """

    before: str
    text: str
    error: str


def draft(visit: Visit, custom: Custom) -> Draft | None:
    """What was typed last for a layer's code and could not be taken."""
    found = visit.settings.get(DRAFTS, {}).get((visit.document_id, custom.name))
    return found if found and found.before == custom.source else None


def write(visit: Visit, name: str, text: str) -> None:
    """Gives a layer other code: an edit; or keeps it as a draft, with what is wrong."""
    if name not in visit.document.custom:
        return
    before = visit.document.custom[name].source
    drafts = {key: value for key, value in visit.settings.get(DRAFTS, {}).items() if key[1] != name}
    try:
        custom_edits.set_source(visit.document, name, text)
    except (EditError, DocumentError) as error:
        drafts[visit.document_id, name] = Draft(before, text, str(error))
    else:
        visit.apply_whole(custom_edits.set_source, name, text)
    visit.settings[DRAFTS] = drafts


def keep_trust(_visit: Visit, custom: Custom) -> None:
    """Trusts the very code that was shown, for every network of this place."""
    if trust.allowed():
        trust.keep(custom)
