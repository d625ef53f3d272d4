"""What people do with runs that have ended: name them, tag them, write about them, delete them.

All of it is kept in the run's own file, with what the run itself has found out, so it goes where the run's
folder goes. A deleted run keeps its folder for a day, in which it can be brought back.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress

from builder.home import home
from trainer import index, store
from trainer.errors import TrainerError

LONGEST_NAME = 100
LONGEST_NOTE = 10_000
LONGEST_TAG = 40
MOST_TAGS = 20
KEPT = 86_400.0  # seconds that a deleted run can be brought back
REMOVED = ".removed-"  # begins a folder's name that is no run's any more


def now() -> float:
    """Seconds since 1970. One place, so that tests can let a day pass."""
    return time.time()


def rename(run_id: str, name: str) -> None:
    """Give a run another name. Raises KeyError, and TrainerError for one that is empty or too long."""
    name = " ".join(name.split())
    if not 0 < len(name) <= LONGEST_NAME:
        raise TrainerError(f"The name of a run has 1 to {LONGEST_NAME} letters; this one has {len(name)}.")
    store.update(run_id, name=name)


def tag(run_id: str, tags: Iterable[str]) -> None:
    """Give a run these tags and no others. Raises KeyError, and TrainerError for what is no tag."""
    store.update(run_id, tags=tidy(tags))


def tidy(tags: Iterable[str]) -> list[str]:
    """Tags as they are kept: in their order, each once, without blanks around them. Raises TrainerError."""
    found = list(dict.fromkeys(filter(None, (" ".join(each.split()) for each in tags))))
    if len(found) > MOST_TAGS:
        raise TrainerError(f"A run has at most {MOST_TAGS} tags, not {len(found)}. Leave some out.")
    for each in found:
        if len(each) > LONGEST_TAG or "," in each:
            raise TrainerError(
                f"The tag “{each[:LONGEST_TAG]}” is too long or has a comma in it. A tag has at most "
                f"{LONGEST_TAG} letters; commas part tags."
            )
    return found


def write_note(run_id: str, note: str) -> None:
    """Write about a run, in place of what was written before. Raises KeyError, TrainerError if too long."""
    if len(note) > LONGEST_NOTE:
        raise TrainerError(f"A note has at most {LONGEST_NOTE:,} letters; this one has {len(note):,}.")
    store.update(run_id, note=note.strip())


# --- deleting


def delete(run_ids: Sequence[str]) -> None:
    """Take runs out of all lists, together; for a day they can be brought back.

    Raises TrainerError and deletes none where one of them has not ended, and KeyError for an unknown one.
    """
    active = [run for run in map(store.read, run_ids) if run.active]
    for run in active:
        raise TrainerError(f"The run of {run.name} is {run.state}. Stop it first, then delete it.")
    moment = now()  # one for all: they were deleted together
    for run_id in run_ids:
        with store.writing(run_id) as connection:
            if not store.read_meta(run_id, connection).active:  # resumed in between: somebody works on it
                store.put_meta(connection, {"deleted": moment})


def deleted_last(deleted: Sequence[index.Entry]) -> list[str]:
    """Those of the deleted runs that were deleted together, as the last ones."""
    newest = max((each.run.deleted for each in deleted), default=None)
    return [each.run.id for each in deleted if each.run.deleted == newest]


def bring_back(run_ids: Iterable[str]) -> None:
    """Put deleted runs into the lists again. Raises KeyError for one that is gone for good."""
    for run_id in run_ids:
        store.update(run_id, deleted=None)


def forget(run_ids: Iterable[str]) -> None:
    """Remove the folders of deleted runs: nothing brings them back. Others are left alone."""
    for run_id in run_ids:
        with suppress(KeyError, FileNotFoundError):  # another page was faster
            if store.read(run_id).deleted is not None:
                _remove(run_id)


def forget_old(deleted: Sequence[index.Entry]) -> None:
    """Remove those of the deleted runs that were deleted more than a day ago, and what a removal that was cut
    off has left.
    """
    long_ago = now() - KEPT
    forget(each.run.id for each in deleted if each.run.deleted < long_ago)
    for path in (home() / "runs").glob(f"{REMOVED}*"):
        shutil.rmtree(path, ignore_errors=True)


def _remove(run_id: str) -> None:
    """At once for everyone who looks: first the folder is no run's any more, then it is emptied."""
    folder = store.folder(run_id)
    aside = folder.with_name(REMOVED + run_id)
    folder.rename(aside)
    shutil.rmtree(aside, ignore_errors=True)
