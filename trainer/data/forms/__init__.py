"""The forms of file that data may come in: to add one, write a Form in a file here and list it."""

from __future__ import annotations

from pathlib import Path

from trainer.data.forms import arrays, pictures, table, text
from trainer.data.forms.form import Form, Made, Option, Options
from trainer.errors import TrainerError

__all__ = ["ENDINGS", "FORMS", "Form", "Made", "Option", "Options", "form_of"]

FORMS: dict[str, Form] = {each.FORM.name: each.FORM for each in (table, pictures, text, arrays)}
ENDINGS = tuple(ending for form in FORMS.values() for ending in form.endings)


def form_of(path: Path) -> Form:
    """The form of a file, told by the end of its name. Raises TrainerError where there is none."""
    for form in FORMS.values():
        if path.suffix.lower() in form.endings:
            return form
    raise TrainerError(f"{path.name} is of no form that is read here. Give one of: {', '.join(ENDINGS)}.")
