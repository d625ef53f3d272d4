"""The frame: the page list, the page settings, and the app's own routes."""

import gc
from pathlib import Path

import streamlit as st
from streamlit.runtime.pages_manager import PagesManager

import routes
import session
from components.gallery import template_cards
from components.language import t
from components.language_switch import language_switch
from components.theme import apply_style
from components.words import escaped

ICON = Path(__file__).parent / "components" / "frontend" / "icon.svg"

# Streamlit takes the folder pages/ for its own kind of pages until st.navigation is first called: a
# link to /train right after a restart would run that page without this frame.
PagesManager.uses_pages_directory = False

app = st.App(__file__, routes=routes.ROUTES)


@st.cache_resource
def settle() -> None:
    """Once per server: starts the checker, and takes what is loaded out of garbage collection."""
    session.checker_is_ready()
    gc.collect()
    gc.freeze()


def main() -> None:
    st.set_page_config("Layerloom", str(ICON), layout="wide")
    st.logo(str(ICON), size="large")
    apply_style()
    language_switch()
    settle()
    session.open_address()
    page = st.navigation(
        [
            st.Page("pages/build.py", title=t("Build"), icon=":material/account_tree:", default=True),
            st.Page("pages/train.py", title=t("Train"), icon=":material/play_circle:"),
            st.Page("pages/compare.py", title=t("Compare"), icon=":material/balance:"),
            st.Page("pages/runs.py", title=t("Runs"), icon=":material/list:"),
        ],
        position="top",
    )
    page.run()
    for message in session.messages():
        st.toast(escaped(t(message)), icon=":material/info:", duration="long")
    template_cards()  # once per server, and when the first page has been drawn already


if __name__ == "__main__":
    main()
