"""Reading st.session_state to the end, although Streamlit may cut a callback off at any touch of it.

While another click waits, the first touch raises RerunException; the next one goes through. Who has
read patiently acts in plain Python and then raises what was held back, so that the click is handed on.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from streamlit.runtime.scriptrunner import RerunException


def patiently(read: Callable[[], Any]) -> tuple[Any, RerunException | None]:
    """What is read, and the interruption that came first, to be raised when all is done."""
    later = None
    while True:
        try:
            return read(), later
        except RerunException as interruption:
            later = interruption
