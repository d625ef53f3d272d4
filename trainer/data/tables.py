"""A table out of a CSV or Parquet file, and its columns as numbers."""

from __future__ import annotations

import re
import warnings
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from trainer.data import limits
from trainer.errors import TrainerError

if TYPE_CHECKING:
    import pandas

LOOKED_AT = 100_000  # letters in which decimal commas are looked for
COMMA, POINT = (re.compile(rf"(?<![\w.,])-?\d+{mark}\d+(?![\w.,])") for mark in (",", r"\."))


@lru_cache(2)
def read_table(path: Path) -> pandas.DataFrame:
    """The table in a file, its columns' names as text. Raises TrainerError with what is wrong."""
    import pandas as pd  # heavy: a third of a second

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # a column of mixed types would only be warned of
            table = _read_parquet(path) if path.suffix.lower() == ".parquet" else _read_csv(path)
    except TrainerError:
        raise
    except UnicodeDecodeError as error:
        raise TrainerError(f"{path.name} is not text in UTF-8. Save it as CSV in UTF-8.") from error
    except (ValueError, OSError, pd.errors.DtypeWarning, pd.errors.ParserWarning) as error:
        first = (str(error).splitlines() or [""])[0][:200]
        raise TrainerError(
            f"{path.name} cannot be read as a table. Look for a quote that is not closed and for a row with "
            f"more cells than the first ({first})."
        ) from error
    if table.empty or len(table.columns) < 2:
        raise TrainerError(
            f"{path.name} has {len(table)} rows and {len(table.columns)} columns. "
            "A table needs a row of names, then rows of at least two columns."
        )
    limits.EXAMPLES.holds(len(table), path.name)
    limits.FEATURES.holds(len(table.columns), path.name)
    table.columns = _told_apart([str(name).strip() or "unnamed" for name in table.columns])
    for name in filter(lambda name: pd.api.types.is_object_dtype(table[name]), table.columns):
        table[name] = table[name].astype("string")  # lists, dates and the like: as they are written
    return table


def _read_parquet(path: Path) -> pandas.DataFrame:
    """A Parquet file, refused by its own head where it would unpack to too much."""
    import pandas as pd
    from pyarrow import ArrowException
    from pyarrow.parquet import read_metadata

    try:
        head = read_metadata(path)
        limits.EXAMPLES.holds(head.num_rows, path.name)
        limits.FEATURES.holds(head.num_columns, path.name)
        size = sum(head.row_group(place).total_byte_size for place in range(head.num_row_groups))
        limits.UNPACKED.holds(size // limits.MB, path.name)
        return pd.read_parquet(path)
    except (ArrowException, OSError) as error:
        raise TrainerError(f"{path.name} is no Parquet file, or it is damaged. Write it again.") from error


def _read_csv(path: Path) -> pandas.DataFrame:
    import pandas as pd

    with path.open(encoding="utf-8-sig") as file:
        head, sample = file.readline(), file.read(LOOKED_AT)
    separator = max(",;\t|", key=head.count)
    commas = separator != "," and len(COMMA.findall(sample)) > len(POINT.findall(sample))
    return pd.read_csv(
        path,
        sep=separator,
        decimal="," if commas else ".",
        na_values="?",  # as the tables of the UCI repository have it
        encoding="utf-8-sig",
        skipinitialspace=True,
        low_memory=False,
    )


def _told_apart(names: list[str]) -> list[str]:
    seen: dict[str, int] = {}
    found = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        found.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return found


def as_numbers(column: pandas.Series) -> pandas.Series:
    """The column as numbers; NaN where a cell is none, or is infinite as float32."""
    import pandas as pd

    if not pd.api.types.is_numeric_dtype(column):
        column = pd.to_numeric(column.astype("string").str.strip(), errors="coerce")
    column = column.astype("float64")
    return column.where(column.abs() <= np.finfo(np.float32).max)
