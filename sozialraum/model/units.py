"""In which notation a share is written, so that no function takes 0,5 % for one half.

`compute_indicators` writes the notation of every column into ``attrs["units"]`` of the values.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

UNITS = "units"
# what a share in 0..1 is multiplied with; notations that are not here are no shares of persons
SHARE_FACTOR = {
    "share": 1.0, "percent": 100.0, "per_100": 100.0, "per_1000": 1000.0, "per_10000": 10_000.0,
    "per_100000": 100_000.0,
}  # fmt: skip


def with_units(table: pd.DataFrame, units: Mapping[str, str]) -> pd.DataFrame:
    """Return the same frame that says in which notation its columns are."""
    named = table.copy(deep=False)
    named.attrs = {UNITS: dict(units)}
    return named
