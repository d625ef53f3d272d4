"""python -m components.languages: brings the catalogues up to date, and lists what has no translation.

--merge FILE.json ... takes in translations first (message -> translation); --check writes nothing.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from components.languages.catalogue import FOLDER, WORD
from components.languages.sources import messages

HEADER = (
    b"# Messages of Layerloom: English as it stands in the sources, what is put in as {0}, {1}, ...\n"
    b"# Kept by python -m components.languages. msgctxt word: words that sentences take in.\n\n"
)


def updated(path: Path, found: dict[str, list[str]], given: dict[str, str]) -> Catalog:
    """The catalogue with an entry for each message, in the order of the alphabet, and no others."""
    with path.open("rb") as file:
        before = read_po(file, locale=path.stem)
    after = Catalog(locale=path.stem)
    for text in sorted(found):
        known = before.get(text)
        after.add(text, given.get(text) or (known.string if known else ""))
    for entry in before:
        if entry.id and entry.context == WORD:
            after.add(entry.id, entry.string, context=WORD)
    return after


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m components.languages", description=__doc__.split("\n")[0]
    )
    parser.add_argument(
        "--merge", nargs="*", type=Path, default=[], help="JSON files: message -> translation"
    )
    parser.add_argument("--check", action="store_true", help="write nothing")
    options = parser.parse_args()
    given: dict[str, str] = {}
    for path in options.merge:
        found = json.loads(path.read_text(encoding="utf-8"))
        given |= {text.strip(): translation.strip() for text, translation in found.items()}
    found, missing = messages(), 0
    for path in sorted(FOLDER.glob("*.po")):
        catalogue = updated(path, found, given)
        for entry in catalogue:
            if entry.id and not entry.string:
                missing += 1
                print(f"{path.name}: {', '.join(found[entry.id][:2])}: {entry.id}")
        if not options.check:
            with path.open("wb") as file:
                file.write(HEADER)
                write_po(file, catalogue, width=0, sort_output=True, no_location=True, omit_header=True)
    print(f"{missing} messages have no translation." if missing else "All messages are translated.")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
