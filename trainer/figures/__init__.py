"""The figures of runs in the forms of other tools. To add one, write its module and list it here."""

from __future__ import annotations

from trainer.figures.form import Form
from trainer.figures.mlflow import MLFLOW
from trainer.figures.tables import CSV, LAYERS_CSV, LAYERS_PARQUET, PARQUET
from trainer.figures.tensorboard import TENSORBOARD

FORMS: dict[str, Form] = {
    form.name: form for form in (CSV, PARQUET, LAYERS_CSV, LAYERS_PARQUET, TENSORBOARD, MLFLOW)
}
