"""``index.csv`` for Excel by double click and ``index.parquet`` for programs."""

from __future__ import annotations

from numbers import Integral
from pathlib import Path

import numpy as np
import pandas as pd

from sozialraum.model import Release
from sozialraum.publish.tables.table_columns import flat_table
from sozialraum.texts import catalogue


def write_csv(release: Release, path: str | Path) -> None:
    """Write the current edition as a German Excel opens it by double click.

    UTF-8 with byte order mark, semicolon, decimal comma, no thousands mark, CRLF; all text quoted,
    so that keys keep their leading zeros for readers that honour quotes, and no cell starts like a
    formula.
    """
    table = marked(flat_table(release), release.level)
    Path(path).write_bytes(b"\xef\xbb\xbf" + csv_text(table).encode("utf-8"))


def marked(table: pd.DataFrame, level: str) -> pd.DataFrame:
    """Return a table for the office with a last column that says so in every row; others as are."""
    words = catalogue("publish")["head"]
    return table.assign(**{words["intern_column"]: words["intern"]}) if level == "intern" else table


def csv_text(table: pd.DataFrame) -> str:
    r"""Return a table as German CSV.

    Examples
    --------
    >>> csv_text(pd.DataFrame({"key": ["01", "02"], "index": [0.5, float("nan")]}))
    '"key";"index"\r\n"01";0,5\r\n"02";\r\n'
    """
    lines = [";".join(_quoted(str(c)) for c in table.columns)]
    lines += [";".join(map(_csv_cell, row)) for row in table.itertuples(index=False, name=None)]
    return "".join(line + "\r\n" for line in lines)


def _csv_cell(value: object) -> str:
    if value is None or pd.isna(value):
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float):
        # The shortest digits that read back to the same number, never 1e-05.
        return np.format_float_positional(value, trim="-").replace(".", ",")
    if isinstance(value, Integral):
        return str(value)
    return _quoted(str(value))


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def write_parquet(release: Release, path: str | Path) -> None:
    """Write the current edition for programs: the same columns as the CSV, numbers as numbers."""
    flat_table(release).to_parquet(path, index=False, engine="pyarrow")
