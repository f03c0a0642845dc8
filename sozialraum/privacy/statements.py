"""Everything a release tells about counts, as plain statements: low ≤ count ≤ high."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sozialraum.model.protected import Protected, ProtectedTable

COLUMNS = ("variable", "stichtag", "geography", "key", "low", "high")


def statements_of(protected: Protected) -> pd.DataFrame:
    """Return one row per cell that is told.

    Whatever is computed from protected counts is a function of these and of the totals: who wants
    to attack a release has all there is in this frame.

    Returns
    -------
    Columns `COLUMNS`: low and high are whole persons (half ones where counts were moved).
    """
    frames = [_of_table(table) for _, table in sorted(protected.tables.items())]
    found = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=COLUMNS)
    return found[list(COLUMNS)]


def _of_table(table: ProtectedTable) -> pd.DataFrame:
    told = table.middle.notna().to_numpy()
    area, variable = np.nonzero(told)
    return pd.DataFrame(
        {
            "variable": table.middle.columns.to_numpy()[variable],
            "stichtag": table.stichtag,
            "geography": table.geography,
            "key": table.middle.index.to_numpy()[area],
            "low": table.low.to_numpy()[told],
            "high": table.high.to_numpy()[told],
        }
    )
