"""What a page is for, in one sentence above it."""

import streamlit as st

from components.language import t


def purpose(sentence: str) -> None:
    """Draws the sentence, small and grey; our own words, Markdown allowed."""
    with st.container(key="purpose"):
        st.caption(t(sentence))
