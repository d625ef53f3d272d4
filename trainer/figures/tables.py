"""CSV and Parquet: the long table of all chosen runs in one file."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import astuple
from itertools import islice

from trainer.figures.form import Form
from trainer.figures.long import COLUMNS, Row, rows

AT_ONCE = 50_000  # rows that are held in memory


def write_csv(run_ids: Sequence[str], target: str) -> None:
    """One line a value, after a line with the columns' names; numbers with all their digits, nan and inf."""
    with open(target, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows(map(astuple, _of_all(run_ids)))


def write_parquet(run_ids: Sequence[str], target: str) -> None:
    """The same columns with their types; NaN is a value there and no gap."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    words = pa.dictionary(pa.int32(), pa.string())
    types = {"step": pa.int64(), "epoch": pa.int64(), "value": pa.float64()}
    schema = pa.schema([(name, types.get(name, words)) for name in COLUMNS])
    found = _of_all(run_ids)
    with pq.ParquetWriter(target, schema) as writer:
        while some := list(islice(found, AT_ONCE)):
            columns = zip(*map(astuple, some), strict=True)
            arrays = [pa.array(each, kind) for each, kind in zip(columns, schema.types, strict=True)]
            writer.write_table(pa.Table.from_arrays(arrays, schema=schema))


def _of_all(run_ids: Sequence[str]) -> Iterator[Row]:
    for run_id in run_ids:
        yield from rows(run_id)


CSV = Form(
    "csv",
    "CSV",
    "One long table as text: a line for each value of each metric at each step.",
    write_csv,
    ending="csv",
    media="text/csv",
)
PARQUET = Form(
    "parquet",
    "Parquet",
    "The same table with its types, for pandas, Polars, DuckDB or Arrow.",
    write_parquet,
    ending="parquet",
    media="application/vnd.apache.parquet",
)
