"""CSV and Parquet: a long table of all chosen runs in one file, of their figures or of their layers."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import astuple, dataclass, fields
from itertools import islice
from typing import Any

from trainer.figures.form import Form
from trainer.figures.layers import LayerRow, layer_rows
from trainer.figures.long import Row, rows

AT_ONCE = 50_000  # rows that are held in memory
TYPES = {"step": "int64", "epoch": "int64", "value": "float64"}  # of Parquet's columns; the others are words


@dataclass(frozen=True)
class Table:
    """What a file holds. row: a dataclass, whose fields are the columns; of_run: run id -> its lines."""

    row: type
    of_run: Callable[[str], Iterator[Any]]

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(each.name for each in fields(self.row))

    def lines(self, run_ids: Sequence[str]) -> Iterator[tuple]:
        """Those of all runs."""
        return (astuple(row) for run_id in run_ids for row in self.of_run(run_id))

    def write_csv(self, run_ids: Sequence[str], target: str) -> None:
        """One line a value, after a line with the columns' names; numbers with all digits, nan and inf."""
        with open(target, "w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(self.columns)
            writer.writerows(self.lines(run_ids))

    def write_parquet(self, run_ids: Sequence[str], target: str) -> None:
        """The same columns with their types; NaN is a value there and no gap."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        words = pa.dictionary(pa.int32(), pa.string())
        kinds = {name: pa.type_for_alias(alias) for name, alias in TYPES.items()}
        schema = pa.schema([(name, kinds.get(name, words)) for name in self.columns])
        found = self.lines(run_ids)
        with pq.ParquetWriter(target, schema) as writer:
            while some := list(islice(found, AT_ONCE)):
                columns = zip(*some, strict=True)
                arrays = [pa.array(each, kind) for each, kind in zip(columns, schema.types, strict=True)]
                writer.write_table(pa.Table.from_arrays(arrays, schema=schema))


FIGURES = Table(Row, rows)
LAYERS = Table(LayerRow, layer_rows)

CSV = Form(
    "csv",
    "CSV",
    "One long table as text: a line for each value of each metric at each step.",
    FIGURES.write_csv,
    ending="csv",
    media="text/csv",
)
PARQUET = Form(
    "parquet",
    "Parquet",
    "The same table with its types, for pandas, Polars, DuckDB or Arrow.",
    FIGURES.write_parquet,
    ending="parquet",
    media="application/vnd.apache.parquet",
)
LAYERS_CSV = Form(
    "layers-csv",
    "Layers as CSV",
    "What was seen inside: a line for each statistic of each layer at each look.",
    LAYERS.write_csv,
    ending="layers.csv",
    media=CSV.media,
)
LAYERS_PARQUET = Form(
    "layers-parquet",
    "Layers as Parquet",
    "The same lines of the layers with their types, in a much smaller file.",
    LAYERS.write_parquet,
    ending="layers.parquet",
    media=PARQUET.media,
)
