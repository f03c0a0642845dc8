"""Total rows: found, kept apart from the areas, and used to check the sum of the parts."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd

from sozialraum.model import Problem
from sozialraum.texts import number, problem

_SHOWN = 5


def check_sums(
    frame: pd.DataFrame, totals: pd.DataFrame, *, file: str, unnamed: Collection[int] = ()
) -> list[Problem]:
    """Return the columns in which the areas do not add up to a total row of the file.

    Only columns of whole numbers are compared: shares have no sum. Where an area's number is
    missing or withheld, the parts may be less than the total, but never more.

    Parameters
    ----------
    frame : (n_areas, n_columns), counts
    totals : total rows, index = row as the spreadsheet shows it
    unnamed : those among them that have no key and are not called a total either; if they are no
        sum, they are areas whose key is missing
    """
    if frame.empty:
        return []
    parts, gaps = frame.sum(), frame.isna().any()
    counts = [c for c in frame.columns if is_whole(frame[c])]
    found = []
    for row, total in totals.iterrows():
        wrong = [c for c in counts if _differs(float(total[c]), float(parts[c]), bool(gaps[c]))]
        if len(wrong) == len(counts) and _is_part_of(total[counts], frame[counts]):
            continue
        if row in unnamed and counts and len(wrong) == len(counts):
            found.append(problem("sources.row_without_key", file=file, row=int(str(row))))
            continue
        found += [
            _mismatch(file, int(str(row)), c, float(parts[c]), float(total[c]))
            for c in wrong[:_SHOWN]
        ]
    return found


def hidden_total(frame: pd.DataFrame) -> str | None:
    """Return the key of a row that is the sum of all others: a total that looks like an area.

    Two columns of counts must agree, or one where there are ten rows and more.

    Examples
    --------
    >>> counts = {"a": [3.0, 4, 5, 6, 18], "b": [1.0, 1, 2, 1, 5]}
    >>> hidden_total(pd.DataFrame(counts, index=list("12349")))
    '9'
    """
    counts = [
        c for c in frame.columns if is_whole(frame[c]) and frame[c].notna().all() and frame[c].any()
    ]
    if len(frame) < 5 or len(counts) < (1 if len(frame) >= 10 else 2):
        return None
    twice = 2 * frame[counts] == frame[counts].sum()
    hits = frame.index[twice.all(axis=1)]
    return str(hits[0]) if len(hits) == 1 else None


def is_whole(values: pd.Series) -> bool:
    """Tell whether a column holds whole numbers that are not negative: counts.

    Examples
    --------
    >>> is_whole(pd.Series([1.0, None])), is_whole(pd.Series([0.5])), is_whole(pd.Series([-1.0]))
    (True, False, False)
    """
    there = values.dropna().to_numpy()
    return bool(len(there)) and bool(np.all((there >= 0) & (there == np.floor(there))))


def _differs(total: float, parts: float, gaps: bool) -> bool:
    if np.isnan(total):
        return False
    return parts > total if gaps else parts != total


def _is_part_of(total: pd.Series, frame: pd.DataFrame) -> bool:
    """Tell whether a total is a subtotal: the sum of neighbouring rows in every column."""
    sums = np.vstack([np.zeros(frame.shape[1]), frame.fillna(0).to_numpy().cumsum(axis=0)])
    wanted = total.to_numpy(dtype=float)
    for first in range(len(sums) - 1):
        if np.any(np.all(sums[first + 1 :] - sums[first] == wanted, axis=1)):
            return True
    return False


def _mismatch(file: str, row: int, column: str, parts: float, total: float) -> Problem:
    return problem(
        "sources.total_differs",
        "warning",
        file=file,
        row=row,
        column=column,
        total=number(total),
        found=number(parts),
    )
