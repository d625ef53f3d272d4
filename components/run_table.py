"""The table of runs: searched, filtered and sorted in the browser, with the runs that are chosen."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from components import assets, events
from components.language import ENGLISH, chosen, t

EVENTS: events.Fields = {"choose": {"ids": list}}
SCORES = ("accuracy", "r2")  # what is shown of how well a run does; the first that it has
MOST_CHOSEN = 1000
LOCALES = {ENGLISH: "en-GB"}  # ours -> the browser's, where its name is another

_component = assets.component(
    "layerloom_run_table",
    html='<div class="runs"></div>',
    css=assets.style("run_table.css"),
    js="run_table.js",
)


def run_table(
    entries: Sequence[Any],
    selected: Sequence[str],
    *,
    title: Callable[[str], str],
    on_choose: Callable[[list[str]], Any],
    places: Mapping[str, int] = MappingProxyType({}),
) -> None:
    """Draws the entries of trainer.index.

    selected   ids of the runs that are chosen.
    title      data set's name -> what it is called.
    on_choose  called with the ids that are chosen now.
    places     id of a run that waits -> its number in the queue, from 1.
    """
    language = chosen()
    data = {
        "runs": [{**row(each, title), "place": places.get(each.run.id, 0)} for each in entries],
        "chosen": list(selected),
        "language": LOCALES.get(language, language.replace("_", "-")),
    }
    events.mount(
        _component, data, key="run-table", fields=EVENTS, on_event=lambda event: on_choose(ids_of(event))
    )


def ids_of(event: Mapping[str, Any]) -> list[str]:
    """What was chosen; what comes from outside and is no text is left out."""
    return [each for each in event["ids"][:MOST_CHOSEN] if isinstance(each, str)]


def row(entry: Any, title: Callable[[str], str]) -> dict[str, Any]:
    """What goes to the browser of a run; text is all that the search looks through."""
    run = entry.run
    data = t(title(run.data))
    score = next((name for name in SCORES if name in entry.last), SCORES[0])
    searched = (run.name, run.variant, run.note, data, run.data, run.document_name, *run.tags)
    return {
        **{name: getattr(run, name) for name in ("id", "name", "variant", "state", "epoch", "epochs")},
        **{name: getattr(run, name) for name in ("seconds", "created", "tags")},
        "said": f"{run.name} ({run.variant})" if run.variant else run.name,
        "data": data,
        "network": run.document_name,
        "loss": figure(entry, "loss"),
        "score": {"name": score, **figure(entry, score)},
        "forked": bool(run.parent),
        "note": bool(run.note),
        "text": " ".join(searched).lower(),
    }


def figure(entry: Any, name: str) -> dict[str, float | None]:
    """The last and the best value of what was measured; None for what is no finite number."""
    values = {"last": entry.last.get(name), "best": entry.best.get(name)}
    return {
        key: value if value is not None and math.isfinite(value) else None for key, value in values.items()
    }
