"""The words for a run in lists."""

from dataclasses import replace

from components.run_panel import run_title
from trainer.store import Run


def test_a_run_keeps_its_title_while_it_goes_on():
    """Streamlit knows an option by its words; a list whose words change loses what was chosen."""
    run = Run("a1", "Digits CNN", data="digits", created=1_700_000_000.0)
    assert run_title(run) == run_title(replace(run, state="done", epoch=3, step=100, finished=1.8e9))
    assert run_title(run).startswith("Digits CNN on digits, ")
