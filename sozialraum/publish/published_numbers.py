"""The published numbers as readers see them: the same digits in every file."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from sozialraum.model import Edition, Indicator, Release
from sozialraum.model.units import SHARE_FACTOR

REST = "rest"
# decimals that mean something to a reader, whatever a file holds; files for programs keep them all
_MOST = {"percent": 1, "points": 1, "euro": 0} | {u: 1 for u in SHARE_FACTOR if u != "share"}
_MOST_ELSE = 2


@dataclass(frozen=True)
class Figure:
    """How a published number is shown: times `factor`, with `digits` decimals and a unit behind it.

    Parameters
    ----------
    factor : 100 for shares, which readers see in per cent; else 1
    digits : decimals of the shown number; as many as the publication has, never more
    unit : key of the unit in the texts: "percent", "per_1000", "points", "euro" or "number"
    """

    factor: int
    digits: int
    unit: str


def decimals(values: object, *, most: int = 4) -> int:
    """Return how many decimals print every value as it was published, `most` at the utmost.

    Examples
    --------
    >>> decimals([0.25, 0.5, float("nan")]), decimals([1.0, 3.0]), decimals([1 / 3])
    (2, 0, 4)
    """
    flat = np.asarray(values, dtype=float).ravel()
    flat = flat[np.isfinite(flat)]
    for digits in range(most):
        if np.all(np.abs(flat - np.round(flat, digits)) < 1e-9):
            return digits
    return most


def indicator_figures(release: Release) -> dict[str, Figure]:
    """Return per indicator how its values are shown, the same in all editions."""
    return {i.id: _figure(i, release) for i in release.indicators}


def _figure(indicator: Indicator, release: Release) -> Figure:
    columns = [e.values[indicator.id].to_numpy(float) for e in release.editions]
    digits = decimals(np.concatenate(columns))
    share = indicator.unit == "share"
    factor, unit = (100, "percent") if share else (1, indicator.unit)
    digits = min(max(0, digits - 2) if share else digits, _MOST.get(unit, _MOST_ELSE))
    spreads = [e.half_width[indicator.id] for e in release.editions if e.half_width is not None]
    if (half := pd.concat([s[s > 0] for s in spreads] or [pd.Series(dtype=float)])).size:
        # never finer than what a value may usually be off
        digits = min(digits, max(0, int(np.ceil(-np.log10(half.median() * factor)))))
    return Figure(factor=factor, digits=digits, unit=unit)


def index_digits(release: Release, column: str = "index") -> int:
    """Return the decimals with which the index is published, over all editions."""
    columns = [e.table[column].to_numpy(float) for e in release.editions if column in e.table]
    return decimals(np.concatenate(columns), most=_MOST_ELSE)


def shown_contributions(edition: Edition, *, digits: int) -> pd.DataFrame:
    """Return the contributions rounded to `digits`; each row still adds up to the shown index.

    What rounding takes away goes into ``rest``, the last column, together with what is not shown.
    Rows without a published index are NaN. Computed in whole units of the last decimal, so the sum
    is exact.

    Parameters
    ----------
    edition : its `contributions` add up to ``table["index"]``
    digits : decimals shown; at least those of the index
    """
    return rounded_parts(edition.contributions, edition.table["index"], digits=digits)


def burden_bars(release: Release, *, digits: int) -> tuple[pd.Series, float]:
    """Return from where the bars of a profile are drawn, and how long the longest is.

    A bar is the distance of an area's contribution to that of the least burdened area: the most
    burdened area has the longest one, whether a high index is good or bad.

    Parameters
    ----------
    release : its shown contributions of all editions
    digits : decimals shown

    Returns
    -------
    Per indicator the contribution of the least burdened area, and the longest distance to it.
    """
    ids = [i.id for i in release.indicators]
    parts = [shown_contributions(e, digits=digits).reindex(columns=ids) for e in release.editions]
    shown = pd.concat(parts, ignore_index=True)
    least = shown.max() if release.facts.orientation == "participation" else shown.min()
    return least, float(np.nanmax((shown - least).abs().to_numpy(), initial=0.0))


def rounded_parts(contributions: pd.DataFrame, index: pd.Series, *, digits: int) -> pd.DataFrame:
    """Return contributions as `shown_contributions` does, for `index` by area.

    Examples
    --------
    >>> parts = pd.DataFrame({"armut": [0.333], "kita": [0.333]})
    >>> rounded_parts(parts, pd.Series([0.7]), digits=2)
       armut  kita  rest
    0   0.33  0.33  0.04
    """
    unit = 10.0**digits
    whole = (contributions.drop(columns=REST, errors="ignore") * unit).round()
    shown = (index.astype(float) * unit).round()
    whole[REST] = shown - whole.sum(axis=1)
    return whole.where(shown.notna(), np.nan) / unit


def class_positions(numbers: pd.Series, labels: tuple[int, ...], k: int) -> np.ndarray:
    """Return the place of each class in its legend (0 = lowest index value), or -1.

    Parameters
    ----------
    numbers : published class numbers, Int64 with NA
    labels : class numbers lowest index value first; empty = 1..k
    k : number of classes
    """
    place = {number: i for i, number in enumerate(labels or range(1, k + 1))}
    return np.array([-1 if pd.isna(n) else place[int(n)] for n in numbers], dtype=int)
