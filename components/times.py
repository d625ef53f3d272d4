"""When something was, as a person says it: today 14:05."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta, timezone

import streamlit as st

from components.language import day, t


def when(seconds: float, now: float | None = None) -> str:
    """A time in the visitor's own zone; seconds since 1970. Older ones with their date."""
    west = st.context.timezone_offset or 0  # minutes, as the browser counts them
    zone = timezone(timedelta(minutes=-west)) if west else UTC
    then = datetime.fromtimestamp(seconds, zone)
    today = datetime.fromtimestamp(time.time() if now is None else now, zone).date()
    clock = f"{then:%H:%M}"
    if then.date() == today:
        return t(f"today {clock}")
    if then.date() == today - timedelta(days=1):
        return t(f"yesterday {clock}")
    return f"{day(then, 'MMMMd' if then.year == today.year else 'yMMMMd')} {clock}"
