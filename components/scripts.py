"""The JavaScript in frontend/, as the browser fetches it: one script per component, from the app's own route.

The files are ES modules that import each other. What a component needs of them is put together into one
script, in which each has a scope of its own, so that the browser asks once and not forty times. Its address
holds a version and the language, so that it may be kept for good. Streamlit would send the text anew with
every message.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from builder.captions import COLORS
from components.language import ENGLISH, LANGUAGES, chosen, speaking, t
from components.languages.catalogue import FOLDER
from components.languages.sources import said

FRONTEND = Path(__file__).parent / "frontend"
MODULES = {path.name: path.read_text(encoding="utf-8") for path in sorted(FRONTEND.glob("*.js"))}
_SOURCES = "".join(MODULES.values()).encode() + b"".join(map(Path.read_bytes, sorted(FOLDER.glob("*.po"))))
VERSION = hashlib.sha256(_SOURCES).hexdigest()[:12]
SCRIPT_ROUTE = "app-js/{version}/{name}"

IMPORT = re.compile(r'^import \{([^}]*)\} from "\./([\w.]+)";\n', re.MULTILINE)
EXPORT = re.compile(r"^export (?:async )?(?:function|const) (\w+)", re.MULTILINE)
HANDED_ON = re.compile(r"^export \{ (\w+) \};\n", re.MULTILINE)  # what came from another module
DEFAULT = "export default function ("
NO_MESSAGES = "const MESSAGES = {};"  # in say.js


def address(name: str, language: str | None = None) -> str:
    """Where the browser finds a script, from the root of the app; in the visitor's language."""
    return SCRIPT_ROUTE.format(version=f"{VERSION}-{language or chosen()}", name=name)


def served(name: str, version: str) -> tuple[str, bool]:
    """A script in the language of a version, and whether that version is of now. Raises KeyError."""
    number, _, language = version.partition("-")
    known = language if language in LANGUAGES else ENGLISH
    return script(name, known), (number, language) == (VERSION, known)


def loader(name: str, language: str = ENGLISH) -> str:
    """What Streamlit sends in place of a component's script: how to fetch it, and what to say if it fails."""
    with speaking(language):
        words = json.dumps(t("This part of the page could not be loaded. Reload the page to try again."))
    return (
        f"const words = {words};\n"
        "const silent = { default: ({ parentElement }) => void (parentElement.textContent = words) };\n"
        f'const whole = import(new URL("{address(name, language)}", document.baseURI).href);\n'
        "const { default: component } = await whole.catch(() => silent);\n"
        "export default component;\n"
    )


@cache
def script(name: str, language: str = ENGLISH) -> str:
    """The module and all it imports, as one module. Raises KeyError where there is none of that name."""
    names = list(dict.fromkeys(_imported_first(name)))
    exported = _exported(name)
    last = [f"export const {{ {', '.join(exported)} }} = {_scope(name)};\n"] if exported else []
    if DEFAULT in MODULES[name]:
        last.append(f"export default {_scope(name)}.component;\n")
    return _with_messages("\n".join([*map(_scoped, names), *last]), language)


def _imported_first(name: str) -> Iterator[str]:
    for _, other in IMPORT.findall(MODULES[name]):
        yield from _imported_first(other)
    yield name


def _exported(name: str) -> list[str]:
    return [*EXPORT.findall(MODULES[name]), *HANDED_ON.findall(MODULES[name])]


def _scope(name: str) -> str:
    return name.replace(".", "_")


def _scoped(name: str) -> str:
    """A module as a function's body: what it imports are constants, what it exports is handed out."""
    body = MODULES[name].replace(DEFAULT, "function component(")
    given = [*_exported(name), *(["component"] if DEFAULT in MODULES[name] else [])]
    body = HANDED_ON.sub("", IMPORT.sub(_as_constants, body))
    body = re.sub(r"^export ", "", body, flags=re.MULTILINE)
    return f"const {_scope(name)} = (() => {{\n{body}return {{ {', '.join(given)} }};\n}})();\n"


def _as_constants(found: re.Match[str]) -> str:
    return f"const {{{found[1].replace(' as ', ': ')}}} = {_scope(found[2])};\n"


def _with_messages(text: str, language: str) -> str:
    """The script with those messages of the language that occur in it."""
    if language == ENGLISH:
        return text
    with speaking(language):
        messages = {each: t(each) for each in (*said(text), *COLORS)}
    return text.replace(NO_MESSAGES, f"const MESSAGES = {json.dumps(messages, ensure_ascii=False)};")
