"""From counts to shares: value, base and status of every indicator in every area.

Shares are formed after the counts were moved to the target areas, never before: the mean of two
rates is not the rate of two areas together.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from sozialraum.index.formed import with_formed
from sozialraum.model import Indicator, Problem, status_frame
from sozialraum.model.errors import DataError
from sozialraum.model.protected import ProtectedTable
from sozialraum.model.units import SHARE_FACTOR, with_units
from sozialraum.texts import number, problem

UNIT_FACTOR = {**SHARE_FACTOR, "points": 100.0, "number": 1.0, "euro": 1.0}


def scaled(indicator: Indicator, cases: Any, base: Any) -> np.ndarray:
    """Return the values of an indicator: cases per base in its notation, or the cases themselves.

    Parameters
    ----------
    indicator : a count, and a balance that is a number, need no base
    cases, base : persons, of one shape

    Returns
    -------
    Of the same shape; NaN where the base is 0 or unknown.
    """
    cases, base = np.asarray(cases, float), np.asarray(base, float)
    if indicator.is_absolute:
        return np.where(np.isnan(base) | (base > 0), cases, np.nan)
    share = np.full(cases.shape, np.nan)
    np.divide(cases, base, out=share, where=base > 0)
    return share * UNIT_FACTOR[indicator.unit]


def compute_indicators(
    counts: ProtectedTable | pd.DataFrame,
    indicators: Sequence[Indicator],
    *,
    delivered: pd.DataFrame | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Form each indicator's value, base and status.

    An indicator with counts is ``numerator / denominator × unit factor`` (share 1, percent 100,
    per_1000 1000); its base is the denominator in persons. A balance is ``(incoming - outgoing) /
    denominator``; a count is its numerator. An indicator with a delivered `value` is
    taken as it is; its base is unknown (NaN).

    Parameters
    ----------
    counts : protected counts, one variable per indicator, as `sozialraum.privacy.protect` makes
        them: the middle of each window stands for the count. Or, of counts that are published
        already, a frame: (n_areas, n_variables), persons or delivered values; NaN = not
        delivered, 0 = a counted zero
    indicators : what to form
    delivered : beside protected counts, values delivered without counts and published already

    Returns
    -------
    value : (n_areas, n_indicators); NaN wherever `status` is not "ok"; ``attrs["units"]`` says the
        notation of each column
    base : same shape, persons; NaN where unknown
    status : same shape, categories of `STATUS`: "missing" (a count was not delivered), "no_base"
        (the denominator is 0), "small_base" (below the indicator's `minimum_base`, or nothing may
        be told of so few), "suppressed" (its table is not told), else "ok"

    Raises
    ------
    DataError
        If a column is not there, an id is used twice, or a value is infinite or a count negative.

    Examples
    --------
    >>> counts = pd.DataFrame({"sgb2": [12, 0, 3], "kinder": [40, 0, np.nan]}, index=["01", "02",
    ...     "03"])
    >>> arm = Indicator(id="armut", label="Kinderarmut", direction="burden", numerator="sgb2",
    ...     denominator="kinder")
    >>> value, base, status = compute_indicators(counts, [arm])
    >>> pd.concat([value.armut, base.armut, status.armut], axis=1, keys=["value", "base", "status"])
        value  base   status
    01    0.3  40.0       ok
    02    NaN   0.0  no_base
    03    NaN   NaN  missing
    """
    if isinstance(counts, ProtectedTable):
        return _of_protected(counts, indicators, delivered)
    _refuse_bad_counts(counts, indicators)
    value, base, status = {}, {}, {}
    for indicator in indicators:
        raw, persons = _raw(counts, indicator)
        label = _labels(raw, persons, indicator)
        value[indicator.id] = np.where(label == "ok", raw, np.nan)
        base[indicator.id] = persons
        status[indicator.id] = label
    return _frames(value, base, status, counts.index, indicators)


def _of_protected(
    table: ProtectedTable, indicators: Sequence[Indicator], delivered: pd.DataFrame | None
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    if problems := [*_repeated_ids(indicators)]:
        raise DataError(problems)
    table = with_formed(table, indicators)
    index, value, base, status = table.middle.index, {}, {}, {}
    for i in indicators:
        nothing = np.full(len(index), np.nan)
        raw, persons, label = nothing, nothing, np.full(len(index), "missing", dtype=object)
        if i.value is not None and i.id not in table.status:
            known = delivered is not None and i.value in delivered and i.id in table.exact
            raw = delivered[i.value].to_numpy(float) if known else nothing  # type: ignore[index]
            label = _labels(raw, persons, i) if known else np.full(len(index), "suppressed", object)
        elif i.id in table.status:
            persons = table.base[i.id].to_numpy(float)
            raw = scaled(i, table.middle[i.id], persons)
            given = table.status[i.id].astype(object).to_numpy()
            label = np.where(given == "ok", _labels(raw, persons, i), given)
        value[i.id] = np.where(label == "ok", raw, np.nan)
        base[i.id], status[i.id] = persons, label
    return _frames(value, base, status, index, indicators)


def _frames(
    value: dict[str, np.ndarray],
    base: dict[str, np.ndarray],
    status: dict[str, np.ndarray],
    index: pd.Index,
    indicators: Sequence[Indicator],
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    frames = [pd.DataFrame(columns, index=index) for columns in (value, base, status)]
    units = {i.id: i.unit for i in indicators}
    return with_units(frames[0], units), frames[1], status_frame(frames[2])


def _raw(counts: pd.DataFrame, indicator: Indicator) -> tuple[np.ndarray, np.ndarray]:
    if indicator.value is not None:
        raw = counts[indicator.value].to_numpy(dtype=float)
        return raw, np.full(len(raw), np.nan)
    balance = indicator.kind == "balance"
    ways = indicator.parts.values() if balance else [indicator.numerator]
    above, *left = (counts[way].to_numpy(dtype=float) for way in ways)
    below = np.full(len(above), np.nan)
    if indicator.denominator is not None:
        below = np.array(counts[indicator.denominator], dtype=float)
    return scaled(indicator, above - left[0] if left else above, below), below


def _labels(raw: np.ndarray, persons: np.ndarray, indicator: Indicator) -> np.ndarray:
    label = np.where(np.isnan(raw), "missing", "ok").astype(object)
    if indicator.value is None:
        label[persons == 0] = "no_base"
        small = (persons > 0) & (persons < indicator.minimum_base) & ~np.isnan(raw)
        label[small] = "small_base"
    return label


def _refuse_bad_counts(counts: pd.DataFrame, indicators: Sequence[Indicator]) -> None:
    problems = [*_repeated_ids(indicators)]
    for column, users in _columns_used(indicators).items():
        if column not in counts:
            problems.append(
                problem("index.no_column", column=column, found=column, indicators=", ".join(users))
            )
            continue
        is_count = any(i.value != column for i in indicators if column in _columns(i))
        problems += _bad_numbers(counts[column], is_count=is_count)
    if problems:
        raise DataError(problems)


def _repeated_ids(indicators: Sequence[Indicator]) -> Iterable[Problem]:
    ids = [i.id for i in indicators]
    return [
        problem("index.repeated_id", found=i) for i in sorted({i for i in ids if ids.count(i) > 1})
    ]


def _columns(indicator: Indicator) -> tuple[str, ...]:
    return indicator.columns


def _columns_used(indicators: Sequence[Indicator]) -> dict[str, list[str]]:
    used: dict[str, list[str]] = {}
    for indicator in indicators:
        for column in _columns(indicator):
            used.setdefault(column, []).append(indicator.id)
    return used


def _bad_numbers(column: pd.Series, *, is_count: bool) -> list[Problem]:
    numbers = column.to_numpy(dtype=float)
    bad = np.isinf(numbers) | (is_count & (numbers < 0))
    return [
        problem("index.bad_number", column=str(column.name), key=str(key), found=number(found, 2))
        if np.isfinite(found)
        else problem("index.bad_number", column=str(column.name), key=str(key), found="unendlich")
        for key, found in zip(column.index[bad], numbers[bad], strict=True)
    ]
