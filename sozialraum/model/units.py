"""In which notation a share is written, so that no function takes 0,5 % for one half.

`compute_indicators` writes the notation of every column into ``attrs["units"]`` of the values; what
takes shares asks here, with the indicators where they are known.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from sozialraum.model.indicator import Indicator

UNITS = "units"
# what a share in 0..1 is multiplied with; notations that are not here are no shares of persons
SHARE_FACTOR = {"share": 1.0, "percent": 100.0, "per_1000": 1000.0}
_ROUNDING = 1e-9


def with_units(table: pd.DataFrame, units: dict[str, str]) -> pd.DataFrame:
    """Return the same frame that says in which notation its columns are."""
    named = table.copy(deep=False)
    named.attrs = {UNITS: dict(units)}
    return named


def share_factors(
    caller: str, name: str, table: pd.DataFrame, indicators: Iterable[Indicator] | None = None
) -> pd.Series:
    """Return by column what turns its values into shares of 0..1 when they are divided by it.

    Parameters
    ----------
    caller, name : function and parameter, for the message
    table : (n_areas, n_indicators) values
    indicators : whose notation counts; None = what the frame says itself, else shares

    Raises
    ------
    ValueError
        If a column is no share, or has values outside 0..1 after division.
    """
    units = dict(table.attrs.get(UNITS, {})) | {i.id: i.unit for i in indicators or ()}
    none = [c for c in table if units.get(c, "share") not in SHARE_FACTOR]
    if none:
        raise ValueError(_message(caller, name, {c: units[c] for c in none[:5]}))
    factors = pd.Series({c: SHARE_FACTOR[units.get(c, "share")] for c in table}, dtype=float)
    shares = table.to_numpy(dtype=float) / factors.to_numpy()
    wrong = (shares < -_ROUNDING) | (shares > 1 + _ROUNDING)
    if wrong.any():
        row, column = np.argwhere(wrong)[0]
        found = {table.columns[column]: float(table.iat[int(row), int(column)])}
        raise ValueError(_message(caller, name, found))
    return factors


def _message(caller: str, name: str, found: object) -> str:
    return (
        f"The {name!r} parameter of {caller} must hold shares of persons: in 0..1, or in the "
        f"notation that 'indicators' name. Got {found} instead."
    )
