"""Total rows: found, kept apart from the areas, and used to check the sum of the parts."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd

from sozialraum.model import Problem
from sozialraum.sources.tabular.sums import is_about, is_sum
from sozialraum.texts import number, problem


def check_total_rows(
    frame: pd.DataFrame,
    totals: pd.DataFrame,
    *,
    file: str,
    unnamed: Collection[int] = (),
    unplaced: pd.DataFrame | None = None,
) -> list[Problem]:
    """Return the total rows of the file that the areas do not add up to, one finding per row.

    Only columns of whole numbers are compared: shares have no sum. Where an area's number is
    missing or withheld, the parts may be less than the total, but never more. A total may or may
    not hold the rows that belong to no area.

    Parameters
    ----------
    frame : (n_areas, n_columns), counts, in the order of the file
    totals : total rows, index = row as the spreadsheet shows it
    unnamed : those among them that have no key and are not called a total either; if they are no
        sum, they are areas whose key is missing
    unplaced : rows of people who belong to no area
    """
    if frame.empty or totals.empty:
        return []
    counts = [c for c in frame.columns if is_whole(frame[c])]
    parts, gaps = frame[counts].sum(), frame[counts].isna().any()
    rows = frame[counts].to_numpy(dtype=float)
    besides = pd.Series(0.0, counts) if unplaced is None else unplaced[counts].sum()
    found = []
    for row, total in totals[counts].astype(float).iterrows():
        wrong = [
            c
            for c in counts
            if _differs(float(total[c]), float(parts[c]), bool(gaps[c]))
            and _differs(float(total[c]), float(parts[c] + besides[c]), bool(gaps[c]))
        ]
        values = total.to_numpy(dtype=float)
        if not wrong or is_sum(values, rows):
            continue
        if row in unnamed and len(wrong) == len(counts) and not is_about(values, rows):
            found.append(problem("sources.row_without_key", file=file, row=int(str(row))))
            continue
        found.append(_mismatch(file, int(str(row)), wrong, parts, total))
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
    values = frame.to_numpy(dtype=float)
    # a number that is not known is no whole one
    whole = ((values >= 0) & (values == np.floor(values))).all(axis=0) & values.any(axis=0)
    if len(frame) < 5 or whole.sum() < (1 if len(frame) >= 10 else 2):
        return None
    counts = values[:, whole]
    hits = frame.index[(2 * counts == counts.sum(axis=0)).all(axis=1)]
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


def _mismatch(
    file: str, row: int, columns: list[str], parts: pd.Series, total: pd.Series
) -> Problem:
    """Tell one total that is not met, by its first column; the others are counted."""
    first = columns[0]
    say = {"total": number(total[first]), "found": number(parts[first]), "n": len(columns)}
    where = {"file": file, "row": row, "column": first}
    code = "sources.total_differs" if len(columns) == 1 else "sources.totals_differ"
    return problem(code, "warning", **where, **say)
