"""The list of data sets, and the places where a person's own files come in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from components.data_facts import answers, takes
from components.language import t
from components.words import escaped, told_apart

LIST_HEIGHT = 620  # pixels; a phone shows the list before the set


def data_list(
    sets: Mapping[str, Any],
    chosen: str,
    *,
    field: Callable[..., dict[str, Any]],
    on_change: Callable[[str], Any],
) -> None:
    """All sets, each with one sentence; one of them is chosen."""
    titles = told_apart({name: each.title if each.own else t(each.title) for name, each in sets.items()})
    with st.container(height=LIST_HEIGHT, border=True, key="data-list"):
        st.radio(
            t("Data set"),
            list(sets),
            format_func=titles.get,
            captions=[_caption(each) for each in sets.values()],
            **field("data-set", chosen, on_change),
        )


def _caption(data: Any) -> str:
    where = t("Not here yet.") if data.absent else t("Your own.") if data.own else ""
    about = "" if data.own else t(data.description)
    return escaped(" ".join(filter(None, [where, about, t(f"{takes(data)}, {answers(data)}.")])))


def file_upload(endings: Sequence[str], in_words: str, limits: Sequence[Any], most: int) -> Any:
    """A file, or the files of a folder as a list; None while there is none.

    in_words  the limits that matter first, as a sentence; limits: all of them (title, value, variable).
    most      megabytes of a file.
    """
    with st.expander(t("Bring your own data"), icon=":material/upload_file:"):
        file = st.file_uploader(
            t("A file"),
            type=[ending.removeprefix(".") for ending in endings],
            max_upload_size=most,
            help=t("A table (CSV, Parquet), a zip of pictures, a text, or arrays of NumPy."),
            key="own-file",
        )
        folder = st.file_uploader(
            t("A folder of pictures"),
            accept_multiple_files="directory",
            type=["png", "jpg", "jpeg", "bmp", "gif", "webp", "ppm", "pgm"],
            max_upload_size=most,
            help=t("With one folder in it for each class."),
            key="own-folder",
        )
        st.caption(escaped(t(in_words)))
        with st.popover(t("All limits"), icon=":material/straighten:", width="stretch"):
            _limits(limits)
    return file or folder or None


def _limits(limits: Sequence[Any]) -> None:
    """How limits are raised, then each with its variable."""
    first = limits[0]
    st.caption(
        t(
            "Whoever starts the server raises a limit by setting its environment variable, as in "
            f"{first.variable}={2 * first.default}."
        )
    )
    for each in limits:
        st.markdown(f"{escaped(t(each.title))}: **{each.value:,}**  \n`{each.variable}`")


def originals(data: Any, *, on_download: Callable[[], Any], most: int) -> list[Any]:
    """What to do about a published set that is not here: download it, or bring its files; those given."""
    original = data.original
    names = ", ".join(original.lacking)
    if original.download.error:
        st.error(escaped(t(original.download.error)), icon=":material/cloud_off:")
    st.button(
        t(f"Download about {original.megabytes} MB"),
        type="primary",
        icon=":material/download:",
        on_click=on_download,
        disabled=original.download.runs,
        key="download-original",
    )
    if original.download.runs:
        st.caption(t(":material/hourglass_top: Downloading. The page may be left; the download goes on."))
    with st.expander(t("Without a network: bring the files")):
        st.caption(
            escaped(t(f"As they were published, still packed: {names}. Their checksums are compared."))
        )
        return st.file_uploader(
            t(f"Files of {escaped(data.title)}"),
            accept_multiple_files=True,
            max_upload_size=most,
            key="original-files",
        )
