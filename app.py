"""The frame: the page list, the page settings, and the app's own routes."""

import gc
import pkgutil
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import streamlit as st
from streamlit.runtime.pages_manager import PagesManager

import dialogs
import routes
import session
from components import language
from components.gallery import template_cards
from components.language import message, t
from components.language_switch import language_switch
from components.purpose import purpose
from components.theme import apply_style
from components.words import escaped

FIRST_PAGE = 2.0  # seconds in which a browser draws it
ICON = Path(__file__).parent / "components" / "frontend" / "icon.svg"


@dataclass(frozen=True)
class Place:
    """A page of the app: file is its name in pages/; document: whether it shows the open document."""

    file: str
    title: str
    icon: str
    purpose: str
    document: bool = True


PLACES = (
    Place(
        "build",
        message("Build"),
        "account_tree",
        message(
            "Draw a neural network: see what flows through it with every click, and what is wrong with it."
        ),
    ),
    Place(
        "data",
        message("Data"),
        "dataset",
        message(
            "See what there is to train on, bring data of your own, and make them fit the drawn network."
        ),
    ),
    Place(
        "train",
        message("Train"),
        "play_circle",
        message("Train the drawn network on data, and look inside every layer while it learns."),
    ),
    Place(
        "compare",
        message("Compare"),
        "balance",
        message(
            "Train the drawn network with different normalization layers, side by side and on equal terms."
        ),
    ),
    Place(
        "runs",
        message("Runs"),
        "list",
        message("Find what was trained here, write about it, compare it and take its figures along."),
        document=False,
    ),
    Place(
        "try_it",
        message("Try it"),
        "touch_app",
        message("Give a trained run an input of your own and see what it answers, and how sure it is."),
        document=False,
    ),
)

# Streamlit takes the folder pages/ for its own kind of pages until st.navigation is first called: a
# link to /train right after a restart would run that page without this frame.
PagesManager.uses_pages_directory = False


def warm_up() -> None:
    """What the first visitor would wait for: the checker, pandas, which Streamlit loads with the first
    component, what the pages import, and dates. Then, as a browser may be there already and wants its first
    page: the templates' pictures, and plotly.js as it is sent. What is loaded in the end is taken out of
    garbage collection: to look through it each time takes a fifth of a second."""
    session.checker_is_ready()
    import_module("pandas")
    shown = {place.file for place in PLACES}  # run by Streamlit, each time anew
    for found in pkgutil.iter_modules([str(Path(__file__).parent / "pages")], "pages."):
        if found.name.removeprefix("pages.") not in shown:
            import_module(found.name)
    language.load()
    time.sleep(FIRST_PAGE)
    template_cards()
    routes.plotly_zipped()
    gc.collect()
    gc.freeze()


@asynccontextmanager
async def started(_: st.App) -> AsyncIterator[None]:
    """Begins with that when the server starts, in a thread of its own: a browser may be there already."""
    threading.Thread(target=warm_up, daemon=True).start()
    yield


app = st.App(__file__, routes=routes.ROUTES, lifespan=started)


def draw(page: st.Page, place: Place) -> None:
    """The page, below its purpose; where it shows the document, other tabs of it are heard of."""
    purpose(place.purpose)
    if place.document:
        dialogs.newer_elsewhere()
    page.run()
    if place.document:
        dialogs.watch()


def main() -> None:
    st.set_page_config("Layerloom", str(ICON), layout="wide")
    language.settle()
    session.open_address()
    session.visit().ask_ahead()  # the checker works while the frame is drawn
    st.logo(str(ICON), size="large")
    apply_style()
    language_switch()
    pages = {
        st.Page(
            f"pages/{place.file}.py",
            title=t(place.title),
            icon=f":material/{place.icon}:",
            default=place is PLACES[0],
        ): place
        for place in PLACES
    }
    page = st.navigation(list(pages), position="top")
    draw(page, pages[page])
    for news in session.messages():
        st.toast(escaped(t(news)), icon=":material/info:", duration="long")


if __name__ == "__main__":
    main()
