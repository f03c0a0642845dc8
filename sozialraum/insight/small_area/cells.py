"""Counts and bases as the model takes them: areas × (indicator × Stichtag), in the order of keys.

Areas, indicators and Stichtage stand in the order of their names here, whatever order they came in.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sozialraum.model.alignment import aligned_tables, in_key_order
from sozialraum.model.errors import DataError
from sozialraum.texts import problem

Array = NDArray[np.float64]
ROUNDING = 1e-9  # of a count: shares times bases are no whole numbers


@dataclass(frozen=True, eq=False)
class Cells:
    """NamedCells cells; column ``j·T + t`` is indicator j at Stichtag t.

    Parameters
    ----------
    count, base, window : (areas, columns), persons; `window` is the variance of the count itself,
        persons², 0 where it is exact; all 0 where nothing is counted
    rate : (columns,), True where a person can be counted more than once (Poisson)
    periods : number of Stichtage T
    """

    count: Array
    base: Array
    window: Array
    rate: NDArray[np.bool_]
    periods: int

    @property
    def areas(self) -> int:
        """Number of areas."""
        return len(self.count)

    @property
    def indicators(self) -> int:
        """Number of indicators J."""
        return self.count.shape[1] // self.periods

    @property
    def current(self) -> NDArray[np.int64]:
        """Columns of the last Stichtag."""
        return np.arange(self.periods - 1, self.count.shape[1], self.periods)

    def rows(self, keep: NDArray[np.int64]) -> Cells:
        """Return some areas."""
        parts = {n: getattr(self, n)[keep] for n in ("count", "base", "window")}
        return replace(self, **parts)

    def block(self, indicators: NDArray[np.int64]) -> Cells:
        """Return some indicators, all their Stichtage."""
        columns = (indicators[:, None] * self.periods + np.arange(self.periods)).ravel()
        parts = {n: getattr(self, n)[:, columns].copy() for n in ("count", "base", "window")}
        return replace(self, rate=self.rate[columns], **parts)


@dataclass(frozen=True, eq=False)
class NamedCells:
    """The cells with their names.

    Parameters
    ----------
    cells : see `Cells`
    keys : areas in the order of the cells
    ids : indicators likewise
    stichtage : Stichtage likewise, "" where there is but one without a name
    given : keys and indicators of the last Stichtag as they came
    no_base : areas × indicators at the last Stichtag, True where nobody is counted from
    """

    cells: Cells
    keys: pd.Index
    ids: tuple[str, ...]
    stichtage: tuple[str, ...]
    given: tuple[pd.Index, pd.Index]
    no_base: NDArray[np.bool_]


def count_cells(
    caller: str,
    cases: pd.DataFrame,
    base: pd.DataFrame,
    variance: pd.DataFrame | None,
    *,
    rates: tuple[str, ...],
    periods: int,
) -> NamedCells:
    """Return the tables as cells.

    Parameters
    ----------
    caller : name of the public function, for messages
    cases, base, variance : areas × indicators, or (Stichtag, area) × indicators
    rates : indicators that are rates
    periods : most Stichtage that are looked at, the last ones
    """
    cases, base, variance = aligned_tables(caller, cases=cases, base=base, variance=variance)
    _refuse_unknown(caller, rates, cases.columns)
    named = {"cases": cases, "base": base, "variance": variance}
    _refuse_infinite(caller, {n: t for n, t in named.items() if t is not None})
    _refuse_impossible(cases, base, rates)
    tables = {"": None} if cases.index.nlevels == 1 else _stichtage(cases.index, periods)
    now = _at(cases, list(tables)[-1])
    keys = now.index[in_key_order(now.index)]
    if cases.index.nlevels > 1:
        _refuse_lost(caller, cases.index, keys)
    ids = sorted(cases.columns, key=str)
    shape = (len(keys), len(ids) * len(tables))

    def stacked(table: pd.DataFrame) -> Array:
        found = [_at(table, day).reindex(keys)[ids].to_numpy(float) for day in tables]
        return np.ascontiguousarray(np.stack(found, axis=2).reshape(shape))

    x, n = stacked(cases), stacked(base)
    seen = ~np.isnan(x) & (n > 0)
    w = np.zeros(shape) if variance is None else np.nan_to_num(stacked(variance))
    rate = np.repeat([i in rates for i in ids], len(tables))
    parts = [np.where(seen, part, 0.0) for part in (x, n, w)]
    cells = Cells(*parts, rate, len(tables))
    return NamedCells(
        cells=cells,
        keys=keys,
        ids=tuple(map(str, ids)),
        stichtage=tuple(map(str, tables)),
        given=(now.index, now.columns),
        no_base=~(n[:, cells.current] > 0),
    )


def _stichtage(index: pd.Index, periods: int) -> dict[object, None]:
    days = sorted(index.get_level_values(0).unique())
    return dict.fromkeys(days[-periods:])


def _at(table: pd.DataFrame, day: object) -> pd.DataFrame:
    return table if table.index.nlevels == 1 else table.xs(day, level=0)


def _refuse_unknown(caller: str, rates: tuple[str, ...], columns: pd.Index) -> None:
    if unknown := [r for r in rates if r not in columns]:
        message = (
            f"The 'rates' parameter of {caller} must name columns of 'cases'. "
            f"Got {unknown} instead."
        )
        raise ValueError(message)


def _refuse_lost(caller: str, index: pd.Index, keys: pd.Index) -> None:
    """Refuse areas of earlier Stichtage that the last one does not have."""
    lost = index.get_level_values(1).unique().difference(keys)
    if len(lost):
        message = (
            f"The 'cases' parameter of {caller} must have the areas of its last Stichtag at every "
            f"Stichtag. Got {[str(k) for k in lost[:5]]} at an earlier one only; move counts of "
            "other boundaries by a crosswalk first."
        )
        raise ValueError(message)


def _refuse_infinite(caller: str, tables: dict[str, pd.DataFrame]) -> None:
    for name, table in tables.items():
        values = table.to_numpy(float)
        bad = np.isinf(values) | ((values < 0) if name == "variance" else False)
        if bad.any():
            message = (
                f"The {name!r} parameter of {caller} must be finite"
                f"{' and not negative' if name == 'variance' else ''}. Got {values[bad][0]!r} "
                "instead."
            )
            raise ValueError(message)


def _refuse_impossible(cases: pd.DataFrame, base: pd.DataFrame, rates: tuple[str, ...]) -> None:
    above = cases > base * (1 + ROUNDING) + ROUNDING
    above.loc[:, [c for c in above.columns if c in rates]] = False
    bad = (above & base.notna()) | (cases < 0) | (base < 0)
    rows = bad.any(axis=1).to_numpy()
    if rows.any():
        keys = cases.index.get_level_values(-1)[rows].unique()
        shown = ", ".join(str(k) for k in keys[:5])
        raise DataError(problem("index.more_than_all", found=len(keys), keys=shown))
