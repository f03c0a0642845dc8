"""Transformations and outliers: what was changed is a frozen value, and a record anyone can read.

One extreme area can stretch a min–max scale so far that all others lie close together. The rule of
the COIN tools: a column passes if its skewness is below 2 or its excess kurtosis below 3.5; else up
to five extreme values are pulled in; if that is not enough, the column is transformed.

References: OECD/JRC Handbook (2008) ch. 5; Becker et al. (2022), JOSS 7 (the rule); Box & Cox
(1964).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import scipy
from numpy.typing import NDArray

from sozialraum.model.arguments import checks_options
from sozialraum.model.errors import DataError
from sozialraum.model.learnt import Learnt
from sozialraum.model.options import Count, NotNegative, TransformFunction, TreatmentRule
from sozialraum.texts import problem

Column = NDArray[np.float64]


@dataclass(frozen=True)
class FittedTreatment(Learnt):
    """Frozen treatment of each column.

    Parameters
    ----------
    rule : what was asked for
    params : per column its `action` ("none", "winsorise", "log", "boxcox") and constants: low,
        high; shift; lambda
    record : per column skewness and kurtosis before and after, and how many values were pulled in
    """

    rule: str
    params: dict[str, dict[str, Any]] = field(default_factory=dict)
    record: dict[str, dict[str, Any]] = field(default_factory=dict)


def skewness(x: Column) -> float:
    """Return the sample skewness of type 2, ``G₁ = g₁ √(n(n−1))/(n−2)``; NaN for a constant column.

    Examples
    --------
    >>> round(skewness(np.array([1.0, 2, 3, 10])), 6)
    1.763633
    """
    if len(x) < 3:
        return float("nan")
    n, deviation = len(x), x - x.mean()
    variance = (deviation**2).mean()
    if variance <= (1e-14 * np.abs(x).max()) ** 2:
        return float("nan")
    return float((deviation**3).mean() / variance**1.5 * np.sqrt(n * (n - 1)) / (n - 2))


def kurtosis(x: Column) -> float:
    """Return the sample excess kurtosis of type 2, ``G₂``; NaN for a constant column."""
    if len(x) < 4:
        return float("nan")
    n, deviation = len(x), x - x.mean()
    variance = (deviation**2).mean()
    if variance <= (1e-14 * np.abs(x).max()) ** 2:
        return float("nan")
    excess = (deviation**4).mean() / variance**2 - 3.0
    return float(((n + 1) * excess + 6.0) * (n - 1) / ((n - 2) * (n - 3)))


@checks_options
def fit_treatment(
    value: pd.DataFrame,
    *,
    rule: TreatmentRule = "winsorise_then_log",
    most: Count = 5,
    skew_limit: NotNegative = 2.0,
    kurtosis_limit: NotNegative = 3.5,
) -> FittedTreatment:
    """Decide per column what to do about extreme values.

    Parameters
    ----------
    value : (n_areas, n_indicators); NaN is disregarded
    rule : "none"; "winsorise" (pull in up to `most` values, one distinct value at a time, at the
        end the skewness points to); "winsorise_then_log" or "…_boxcox" (the same, and where it does
        not suffice the transformation instead); "log" or "boxcox" (every column that does not pass)
    most : values that may be pulled in
    skew_limit, kurtosis_limit : a column passes below either

    Examples
    --------
    >>> value = pd.DataFrame({"a": [*range(1, 20), 400.0]})
    >>> fit_treatment(value).params["a"]
    {'action': 'winsorise', 'low': 1.0, 'high': 19.0}
    """
    params, record = {}, {}
    for name in value:
        # Sorted: sums then do not depend on the order of rows, not even in their last digit.
        x = np.sort(value[name].dropna().to_numpy(dtype=float))
        params[name], record[name] = _treat(x, rule, most, (skew_limit, kurtosis_limit))
    return FittedTreatment(rule, params, record)


def treat(value: pd.DataFrame, treatment: FittedTreatment) -> pd.DataFrame:
    """Apply a treatment; NaN stays NaN, columns it does not know stay as they are.

    Examples
    --------
    >>> value = pd.DataFrame({"a": [1.0, 5.0]})
    >>> treat(value, FittedTreatment("winsorise", {"a": {"action": "winsorise", "low": 0.0,
    ...     "high": 3.0}})).a.tolist()
    [1.0, 3.0]
    """
    changed = {
        name: _APPLY[params["action"]](value[name].to_numpy(dtype=float), params)
        for name, params in treatment.params.items()
        if name in value
    }
    return value.assign(**changed)


@checks_options
def transform(value: pd.DataFrame, functions: Mapping[str, TransformFunction]) -> pd.DataFrame:
    """Apply stated transformations before everything else: incomes as logarithms, for example.

    Parameters
    ----------
    value : (n_areas, n_indicators)
    functions : per column "log", "log1p", "sqrt", "logit" or "negative_to_missing"

    Raises
    ------
    ValueError
        If a function or column is unknown.
    DataError
        If a value lies outside what the function can take.

    Examples
    --------
    >>> transform(pd.DataFrame({"einkommen": [1.0, np.e]}), {"einkommen": "log"}).einkommen.tolist()
    [0.0, 1.0]
    """
    if unknown := [c for c in functions if c not in value]:
        message = (
            f"The 'functions' parameter of transform must name columns of 'value'. Got {unknown} "
            "instead."
        )
        raise ValueError(message)
    problems, changed = [], {}
    for name, function in functions.items():
        x = value[name].to_numpy(dtype=float)
        with np.errstate(divide="ignore", invalid="ignore"):
            changed[name] = _FUNCTIONS[function](x)
        lost = (~np.isfinite(changed[name]) & ~np.isnan(x)) & (function != "negative_to_missing")
        if lost.any():
            keys = ", ".join(str(k) for k in value.index[lost][:5])
            problems.append(
                problem(
                    "index.not_transformable",
                    column=name,
                    found=int(lost.sum()),
                    keys=keys,
                    function=function,
                )
            )
    if problems:
        raise DataError(problems)
    return value.assign(**changed)


_FUNCTIONS: dict[str, Callable[[Column], Column]] = {
    "log": np.log,
    "log1p": np.log1p,
    "sqrt": np.sqrt,
    "logit": lambda x: np.log(x / (1.0 - x)),
    "negative_to_missing": lambda x: np.where(x < 0, np.nan, x),
}


def _passes(x: Column, limits: tuple[float, float]) -> bool:
    skew, excess = skewness(x), kurtosis(x)
    return bool(np.isnan(skew) or np.isnan(excess) or abs(skew) < limits[0] or excess < limits[1])


def _treat(
    x: Column, rule: str, most: int, limits: tuple[float, float]
) -> tuple[dict[str, Any], dict[str, Any]]:
    before = {"skewness": skewness(x), "kurtosis": kurtosis(x), "pulled_in": 0}
    params: dict[str, Any] = {"action": "none"}
    if rule == "none" or not len(x) or _passes(x, limits):
        return params, {**before, "passes": not len(x) or _passes(x, limits)}
    pulled, steps = x, 0
    if rule.startswith("winsorise"):
        pulled, steps = _winsorise(x, most, limits)
        if rule == "winsorise" or _passes(pulled, limits):
            params = {
                "action": "winsorise",
                "low": float(pulled.min()),
                "high": float(pulled.max()),
            }
    if params["action"] == "none":
        params, steps = (_fit_log(x) if rule.endswith("log") else _fit_boxcox(x)), 0
    after = _APPLY[params["action"]](x, params)
    return params, {
        **before, "pulled_in": steps,
        "skewness_after": skewness(after), "kurtosis_after": kurtosis(after),
        "passes": _passes(after, limits),
    }  # fmt: skip


def _winsorise(x: Column, most: int, limits: tuple[float, float]) -> tuple[Column, int]:
    pulled, steps = x, 0
    while steps < most and not _passes(pulled, limits):
        high = skewness(pulled) >= 0
        end = pulled.max() if high else pulled.min()
        rest = pulled[pulled != end]
        # Pulling in the last distinct value would leave a constant column.
        if len(np.unique(rest)) < 2:
            break
        pulled = np.where(pulled == end, rest.max() if high else rest.min(), pulled)
        steps += 1
    return pulled, steps


def _fit_log(x: Column) -> dict[str, Any]:
    """``ln(x − min + 0.01 (max − min))``, mirrored for a long lower tail."""
    mirrored = bool(skewness(x) < 0)
    up = -x if mirrored else x
    return {"action": "log", "mirrored": mirrored, "shift": float(-up.min() + 0.01 * np.ptp(up))}


def _apply_log(x: Column, params: Mapping[str, Any]) -> Column:
    up = -x if params.get("mirrored") else x
    # Below the lowest reference value a new year stays at that value's transform.
    moved = np.maximum(up + params["shift"], np.finfo(float).tiny)
    return -np.log(moved) if params.get("mirrored") else np.log(moved)


def _fit_boxcox(x: Column) -> dict[str, Any]:
    shift = float(-x.min() + 0.01 * np.ptp(x)) if x.min() <= 0 else 0.0
    positive = x + shift
    logs = np.log(positive)

    def unlikely(power: float) -> float:
        spread = np.var(_boxcox(positive, power))
        return float(len(x) / 2 * np.log(spread) - (power - 1.0) * logs.sum())

    best = scipy.optimize.minimize_scalar(
        unlikely, bounds=(-5.0, 5.0), method="bounded", options={"xatol": 1e-10}
    )
    return {"action": "boxcox", "shift": shift, "lambda": float(best.x)}


def _boxcox(x: Column, power: float) -> Column:
    """``(x^λ − 1)/λ``, ln x for λ = 0."""
    logs = np.log(x)
    return logs if power == 0 else np.expm1(power * logs) / power


_APPLY = {
    "none": lambda x, params: x,
    "winsorise": lambda x, params: np.clip(x, params["low"], params["high"]),
    "log": _apply_log,
    "boxcox": lambda x, params: _boxcox(
        np.maximum(x + params["shift"], np.finfo(float).tiny), params["lambda"]
    ),
}
