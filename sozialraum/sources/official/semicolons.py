"""Cells of official text files, which have no head, no quotes and one length of their rows."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from sozialraum.model.errors import DataError
from sozialraum.sources.file_limits import require_size
from sozialraum.sources.tabular.encodings import decode
from sozialraum.texts import problem


def official_cells(path: Path, names: list[str]) -> pd.DataFrame:
    """Return the cells of a text file as words, index ``row`` from 1.

    Parameters
    ----------
    path : divided by semicolons, UTF-8 or Windows-1252
    names : of the columns that the format prescribes

    Raises
    ------
    DataError
        If the file cannot be decoded, or a row has another length.
    """
    require_size(path)
    decoded = decode(path.read_bytes(), file=path.name)
    errors = [p for p in decoded.problems if p.severity == "error"]
    if errors:
        raise DataError(errors)
    rows = [line.split(";") for line in decoded.text.splitlines() if line.strip()]
    wrong = [n for n, row in enumerate(rows, 1) if len(row) != len(names)]
    if wrong:
        said = {"found": len(rows[wrong[0] - 1]), "width": len(names)}
        raise DataError(problem("sources.ragged", file=path.name, row=wrong[0], **said))
    index = pd.RangeIndex(1, len(rows) + 1, name="row")
    return pd.DataFrame([[c.strip() for c in row] for row in rows], index, names, dtype=object)
