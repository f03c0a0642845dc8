"""Delivered shares with a named base: how many cases they mean, and how surely."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sozialraum.model import Problem, status_frame
from sozialraum.sources.delivering.notes import note
from sozialraum.texts import number, problem

if TYPE_CHECKING:
    from sozialraum.config.deliveries import CountedShare
    from sozialraum.config.plan import Plan
    from sozialraum.sources.delivering.delivered import Delivery

_MOST_DECIMALS = 6
_NEARLY = 1e-9


class Cases(NamedTuple):
    """The cases that shares mean.

    Parameters
    ----------
    count : (n_areas,) the whole number next to share times base; NaN where one is not known
    low, high : (n_areas,) smallest and largest whole number that rounds to the share
    """

    count: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]


def cases_of_shares(
    share: NDArray[np.float64], base: NDArray[np.float64], *, factor: float, decimals: int
) -> Cases:
    """Return how many cases a rounded share of a base means.

    All k with ``|factor · k / base - share| <= half`` are possible, ``half = 0.5 · 10^-decimals``.

    Parameters
    ----------
    share : (n_areas,) as delivered; NaN where there is none
    base : (n_areas,) persons
    factor : 1, 100 or 1000, how the share is written
    decimals : digits behind the mark

    Examples
    --------
    >>> share, base = np.array([36.8, 5.3]), np.array([671.0, 3949])
    >>> made = cases_of_shares(share, base, factor=100, decimals=1)
    >>> made.count, made.low, made.high
    (array([247., 209.]), array([247., 208.]), array([247., 211.]))
    """
    half = 0.5 * 10.0**-decimals
    low = np.ceil(base * (share - half) / factor - _NEARLY)
    high = np.floor(base * (share + half) / factor + _NEARLY)
    low, high = np.maximum(low, 0.0), np.where(share <= factor, np.minimum(high, base), high)
    return Cases(np.clip(np.round(share * base / factor), low, high), low, high)


def decimals_in(values: NDArray[np.float64]) -> int:
    """Return the digits behind the mark that a column of shares is written with.

    Examples
    --------
    >>> decimals_in(np.array([12.0, 7.5, np.nan])), decimals_in(np.array([0.125]))
    (1, 3)
    """
    known = values[~np.isnan(values)]
    for digits in range(_MOST_DECIMALS):
        if np.allclose(known, known.round(digits), rtol=0, atol=1e-9):
            return digits
    return _MOST_DECIMALS


def add_counted_shares(delivery: Delivery, plan: Plan) -> None:
    """Put the cases of delivered shares beside the other counts of their areas."""
    for share in plan.counted_shares:
        for day, sets in delivery.tables.items():
            for name, frame in sets.items():
                if share.value in frame and share.base in frame and share.cases not in frame:
                    sets[name] = _with_cases(delivery, frame, share, day, name)


def _with_cases(
    delivery: Delivery, frame: pd.DataFrame, share: CountedShare, day: str, name: str
) -> pd.DataFrame:
    """Return the counts of a set of areas with the cases of a share, and note how sure they are."""
    values, base = frame[share.value].to_numpy(float), frame[share.base].to_numpy(float)
    made = cases_of_shares(values, base, factor=share.factor, decimals=decimals_in(values))
    origin = delivery.origins[day][name]
    origin[share.cases] = origin.get(share.value, "")
    note(delivery, origin[share.cases], _findings(made, frame, share))
    labels = delivery.status[day][name].astype(object)
    why = labels[share.value].where(labels[share.value] != "ok", labels[share.base])
    delivery.status[day][name] = status_frame(labels.assign(**{share.cases: why}))
    return frame.assign(**{share.cases: np.where(made.low <= made.high, made.count, np.nan)})


def _findings(made: Cases, frame: pd.DataFrame, share: CountedShare) -> list[Problem]:
    known = ~np.isnan(made.count)
    wrong = np.flatnonzero(made.low > made.high)
    if len(wrong):
        at = int(wrong[0])
        row = frame.iloc[at]
        found = f"{frame.index[at]}: {number(row[share.value], 3)} von {number(row[share.base])}"
        said = {"label": share.label, "value": share.value, "base": share.base}
        return [problem("sources.share_of_other_base", n=len(wrong), found=found, **said)]  # type: ignore[arg-type]
    wide = np.maximum(made.high - made.count, made.count - made.low)[known]
    most = int(wide.max()) if len(wide) else 0
    said = {"label": share.label, "sure": int((wide == 0).sum()), "n": int(known.sum())}
    return [problem("sources.cases_counted", "note", most=max(most, 1), **said)]  # type: ignore[arg-type]
