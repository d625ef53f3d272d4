"""A person's own data sets on disk: arrays and how they came about, one folder each, never changed once kept.

    LAYERLOOM_HOME/data/sets/NAME/   description.json, x.npy, y.npy
    LAYERLOOM_HOME/data/inbox/       files that were given and are being looked at

A set's name ends with a part of the digest of its content, so that a run's record of the name says exactly
what it trained on.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import shutil
import time
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from functools import lru_cache, partial
from pathlib import Path, PurePosixPath
from typing import Any
from uuid import uuid4

import numpy as np

from builder.home import home
from trainer.data import limits
from trainer.data.dataset import CLASSIFICATION, REGRESSION, Arrays, DataSet
from trainer.data.forms import FORMS, Made, Options, form_of
from trainer.data.preparing import SCALINGS
from trainer.errors import TrainerError
from trainer.failures import is_full

FORMAT = "layerloom-data/1"
NAME = re.compile(r"[a-z0-9_]{1,40}-[0-9a-f]{8}")
KEPT_IN_INBOX = 24 * 3600.0  # seconds
FACTS = tuple(each.name for each in fields(Made) if each.name not in ("x", "y", "notes"))


@dataclass(frozen=True)
class Recipe:
    """How a set is made of a file: its name and SHA-256, its form, and the options that were chosen."""

    form: str
    file: str
    digest: str
    options: Options


def folder() -> Path:
    return home() / "data" / "sets"


# --- files that are given


def take_in(name: str, content: bytes) -> Path:
    """Puts a file into the inbox. Raises TrainerError where it is too large or of no known form."""
    safe = re.sub(r"[^\w.\- ]", "_", PurePosixPath(name.replace("\\", "/")).name).strip(". ") or "file"
    form_of(Path(safe))
    limits.FILE.holds(-(-len(content) // limits.MB), safe)
    _empty_inbox()
    place = home() / "data" / "inbox" / hashlib.sha256(content).hexdigest()[:16] / safe[-100:]
    if not place.exists() or place.stat().st_size != len(content):
        with _room(safe):
            place.parent.mkdir(parents=True, exist_ok=True)
            waiting = place.with_name(f"{uuid4().hex}.part")  # a half written file would be taken for whole
            waiting.write_bytes(content)
            waiting.replace(place)
    return place


@contextmanager
def _room(name: str, *waiting: Path) -> Iterator[None]:
    """Says it in a sentence where the disk has no room for what is written inside the block, and deletes the
    folders that were begun. Raises TrainerError.
    """
    try:
        yield
    except OSError as error:
        for place in waiting:
            shutil.rmtree(place, ignore_errors=True)
        if not is_full(error):
            raise
        raise TrainerError(f"The disk is full, so {name} was not kept. Make room in {home()}.") from error


def take_in_folder(files: Iterable[tuple[str, bytes]]) -> Path:
    """Puts the files of a folder, each with its path, into the inbox as a zip; equal ones as an equal zip."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in sorted(files):
            archive.writestr(zipfile.ZipInfo(name), content)
    return take_in("folder.zip", packed.getvalue())


def _empty_inbox() -> None:
    """Deletes what was given long ago and not kept."""
    for place in (home() / "data" / "inbox").glob("*/*"):
        if time.time() - place.stat().st_mtime > KEPT_IN_INBOX:
            shutil.rmtree(place.parent, ignore_errors=True)


@lru_cache(1)
def _made(path: Path, _changed: int, options: str) -> Made:
    return form_of(path).make(path, {name: _frozen(value) for name, value in json.loads(options).items()})


def made(path: Path, options: Options) -> Made:
    """What a file gives with these options; remembered, for a page asks again with every click.
    Raises TrainerError."""
    return _made(path, path.stat().st_mtime_ns, json.dumps(dict(options)))


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


# --- sets that are kept


def drafted(path: Path, options: Options, title: str = "") -> DataSet:
    """The set that a file would give, not kept yet. Raises TrainerError."""
    return _data_set(_described(path, options, title), lambda seed: _arrays_of(made(path, options)))


def keep(path: Path, options: Options, title: str = "") -> DataSet:
    """Makes a file a data set of its own and returns it; the same again where it is kept already.
    Raises TrainerError."""
    description = _described(path, options, title)
    arrays = made(path, options)
    place = folder() / description["name"]
    if not place.exists():
        waiting = place.with_name(f"{place.name}.part")
        shutil.rmtree(waiting, ignore_errors=True)
        with _room(path.name, waiting):
            waiting.mkdir(parents=True)
            np.save(waiting / "x.npy", arrays.x, allow_pickle=False)
            np.save(waiting / "y.npy", arrays.y, allow_pickle=False)
            text = json.dumps({**description, "created": time.time()}, indent=1)
            (waiting / "description.json").write_text(text, encoding="utf-8")
            waiting.replace(place)
    return _read(place)


def _described(path: Path, options: Options, title: str) -> dict[str, Any]:
    """All that is written down of a set. Raises TrainerError."""
    found, form = made(path, options), form_of(path)
    title = " ".join(title.split())[:80] or path.stem[:80]
    recipe = Recipe(form.name, path.name, _digest(path, path.stat().st_mtime_ns), dict(options))
    facts = {name: getattr(found, name) for name in FACTS}
    description = {
        "format": FORMAT,
        "title": title,
        "description": f"{form.title} {path.name}: {_question(found)}",
        "shape": found.x.shape[1:],
        "examples": len(found.x),
        **facts,
        "recipe": vars(recipe),
    }
    text = json.dumps(description, sort_keys=True).encode()
    digest = hashlib.sha256(text).hexdigest()[:8]
    slug = re.sub(r"[^a-z0-9]+", "_", title.lower()).strip("_")[:40].strip("_") or "data"
    return {**description, "name": f"{slug}-{digest}"}


@lru_cache(8)
def _digest(path: Path, _changed: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _question(found: Made) -> str:
    if found.task == REGRESSION:
        names = ", ".join(found.labels[:3]) + (" and more" if len(found.labels) > 3 else "")
        return f"how much is {names}?"
    return f"which of {len(found.labels)} classes is it?"


def sets() -> dict[str, DataSet]:
    """All that are kept, the newest first; a folder that cannot be read is left out."""
    found = []
    for place in folder().glob("*/description.json"):
        try:
            found.append((place.stat().st_mtime, _read(place.parent)))
        except (TrainerError, OSError):
            continue
    return {each.name: each for _, each in sorted(found, key=lambda pair: pair[0], reverse=True)}


def find(name: str) -> DataSet | None:
    """The set of this name, or of this beginning of a name where there is only one."""
    if NAME.fullmatch(name) and (folder() / name / "description.json").exists():
        return _read(folder() / name)
    found = [each for key, each in sets().items() if key.rpartition("-")[0] == name]
    return found[0] if len(found) == 1 else None


def delete(name: str) -> None:
    """Deletes a set that is kept; runs that trained on it keep their figures."""
    if NAME.fullmatch(name):
        shutil.rmtree(folder() / name, ignore_errors=True)


def recipe(name: str) -> Recipe:
    """How a set that is kept was made. Raises TrainerError."""
    return Recipe(**_description(folder() / name)["recipe"])


def _read(place: Path) -> DataSet:
    """The set in a folder. Raises TrainerError where its description is not one of ours."""
    return _data_set(_description(place), partial(_stored, place))


def _description(place: Path) -> dict[str, Any]:
    path = place / "description.json"
    changed = path.stat().st_mtime_ns
    return _parsed(path, changed)


@lru_cache(256)
def _parsed(path: Path, _changed: int) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        kinds = {
            "title": str,
            "description": str,
            "shape": list,
            "labels": list,
            "examples": int,
            "recipe": dict,
        }
        right = found["format"] == FORMAT and all(isinstance(found[key], kind) for key, kind in kinds.items())
        right = right and found["task"] in (CLASSIFICATION, REGRESSION) and found["scaling"] in SCALINGS
        right = right and found["recipe"]["form"] in FORMS
    except (ValueError, KeyError, TypeError) as error:
        raise TrainerError(f"{path} is damaged. Delete its folder and bring the file again.") from error
    if not right:
        raise TrainerError(
            f"{path} was written by another version. Delete its folder and bring the file again."
        )
    return {**found, "name": path.parent.name}


def _data_set(description: dict[str, Any], make: Any) -> DataSet:
    facts = {
        name: _frozen(description[name]) for name in (*FACTS, "name", "title", "description", "examples")
    }
    return DataSet(shape=tuple(description["shape"]), make=make, own=True, **facts)


def _arrays_of(found: Made) -> Arrays:
    return found.x, found.y


def _stored(place: Path, seed: int) -> Arrays:
    """The arrays on disk, read when they are looked at. Raises TrainerError where they are gone."""
    try:
        x, y = (np.load(place / f"{part}.npy", mmap_mode="r", allow_pickle=False) for part in "xy")
    except (OSError, ValueError) as error:
        raise TrainerError(f"The arrays of {place.name} cannot be read. Bring the file again.") from error
    return x, y
