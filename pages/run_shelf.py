"""What the Runs page does with runs: which are chosen, what is written about them, deleting, exporting."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps

import session
from builder.names import file_name
from components.figures_panel import Figures
from components.run_detail import Shelf
from pages import run_acts
from trainer import queue, shelf, store
from trainer.figures import FORMS, making
from trainer.index import Entry
from trainer.store import Run

CHOSEN = "runs:chosen"
MADE = "runs:made"


def chosen_ids() -> list[str]:
    """The runs that are chosen in the table, in the order in which they were."""
    return session.recall(CHOSEN, [])


def choose(ids: list[str]) -> None:
    session.remember(CHOSEN, ids)


# --- what is written about them


def doing(act: Callable[..., None]) -> Callable[..., None]:
    """An act on runs as a callback; what stands in its way is said."""
    return wraps(act)(run_acts.asking(act))


@doing
def tag_all(runs: Sequence[Run], tags: list[str]) -> None:
    """Add tags to runs, beside those they have."""
    for run in runs:
        shelf.tag(run.id, [*run.tags, *tags])


def places(found: Sequence[Entry]) -> dict[str, int]:
    """The number in its queue, from 1, of each run that waits."""
    if not any(each.run.state == "queued" for each in found):
        return {}
    return {run_id: place.ahead + 1 for run_id, place in queue.places().items()}


def what_is_done(found: Sequence[Entry]) -> Shelf:
    """The acts, as components take them."""

    def ahead(run_id: str) -> int | None:
        place = queue.place(run_id)
        return place.ahead if place else None

    return Shelf(
        acts=run_acts.ACTS,
        rename=doing(shelf.rename),
        tag=doing(shelf.tag),
        note=doing(shelf.write_note),
        delete=delete,
        field=session.field,
        known=sorted({tag for each in found for tag in each.run.tags}),
        ahead=ahead,
        output=store.output,
        longest=(shelf.LONGEST_NAME, shelf.LONGEST_NOTE),
        most=shelf.MOST_TAGS,
    )


# --- deleting


@doing
def delete(ids: Sequence[str]) -> None:
    shelf.delete(ids)
    choose([run_id for run_id in chosen_ids() if run_id not in ids])


@doing
def undo_deletion(deleted: Sequence[Entry]) -> None:
    """Bring back what was deleted last, and choose it again."""
    ids = shelf.deleted_last(deleted)
    shelf.bring_back(ids)
    choose(ids)


@doing
def forget(deleted: Sequence[Entry]) -> None:
    shelf.forget([each.run.id for each in deleted])


# --- exporting


def figures(chosen: Sequence[Entry]) -> Figures:
    """The figures of the chosen runs, as the dialog sees them; one made file is kept, until another is."""
    ids = [each.run.id for each in chosen]
    ended = not any(each.run.active for each in chosen)

    def made(form: str) -> bytes | None:
        key, file = session.recall(MADE, (None, None))
        return file if key == (form, *ids) and ended else None

    def make(form) -> bytes:
        file = making.make(form, ids)
        session.remember(MADE, ((form.name, *ids), file))
        return file

    return Figures(
        stem=file_name(chosen[0].run.name) if len(ids) == 1 else "runs",
        forms=list(FORMS.values()),
        made=made,
        make=make,
        send=lambda form, address: making.send(form, ids, address),
    )
