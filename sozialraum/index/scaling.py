"""Standardising: what is learnt from one year (`fit_scale`) and used on any year (`standardise`).

A frozen `Scale` is what keeps an index comparable over time. Under a reference year values may
leave the range 0..1; they are kept as they are, and `outside_range` names them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sozialraum.index.normalisers import (
    NORMALISERS,
    Choices,
    is_usable,
    person_weights,
    rounded,
)
from sozialraum.index.preparation.scale_checks import refuse_wrong_arguments, refuse_wrong_ranks
from sozialraum.model import Indicator, Problem, Scale
from sozialraum.model.alignment import aligned
from sozialraum.model.arguments import checks_options
from sozialraum.model.deciding import refuse_infinite
from sozialraum.model.errors import DataError
from sozialraum.model.options import (
    Centre,
    Ddof,
    Digits,
    IndicatorId,
    Orientation,
    Positive,
    Range,
    RankShare,
    ScaleMethod,
    Ties,
)
from sozialraum.texts import problem

# A column whose range is below this share of its size differs by rounding alone.
CONSTANT = 1e-12


@checks_options
def fit_scale(
    value: pd.DataFrame,
    indicators: Sequence[Indicator],
    *,
    method: ScaleMethod = "minmax",
    methods: Mapping[IndicatorId, ScaleMethod] | None = None,
    orientation: Orientation = "deprivation",
    ddof: Ddof = 0,
    weights: pd.Series | None = None,
    centre: Centre = "mean",
    base: pd.DataFrame | None = None,
    output: Range = (0.0, 1.0),
    location: float = 0.0,
    step: Positive = 1.0,
    goalposts: Mapping[IndicatorId, Range] | None = None,
    targets: Mapping[IndicatorId, float] | None = None,
    references: Mapping[IndicatorId, float] | None = None,
    ties: Ties = "average",
    rank_share: RankShare | None = None,
    factor: Positive = 23.0,
    cap: bool = True,
    digits: Digits | None = None,
) -> Scale:
    r"""Learn the constants that make the indicators comparable.

    ===================  ======================================================  ============
    method               value of an indicator that raises the index             needs
    ===================  ======================================================  ============
    minmax               :math:`(x - \min)/(\max - \min)`, stretched to `output`
    goalposts            the same with stated ends, capped at them if `cap`      `goalposts`
    zscore               `location` + `step` · (x − centre)/SD
    robust               the same with median and 1.4826 · MAD
    rank, borda          rank among the areas, 1 = lowest; rank − 1
    percentile           R = (rank − 1)/(n − 1)
    exponential          −k ln(1 − R(1 − e^(−100/k))), R = rank/n, k = `factor`
    normal_scores        Φ⁻¹(R), R = rank/(n + 1)
    target               1 − (target − x)/(target − min), at most 1              `targets`
    distance             the same without the cap, against a reference           `references`
    fraction_of_max      x/max
    base100              100 · x/base (base year = 100, Land = 100)              `references`
    none                 x
    ===================  ======================================================  ============

    An indicator that lowers the index (a resource under orientation "deprivation", a burden under
    "participation") gets the mirror image.

    Parameters
    ----------
    value : (n_areas, n_indicators), the areas that shape the scale; NaN is disregarded
    indicators : direction per column
    method, methods : one normaliser for all, and exceptions by indicator id
    orientation : which end is high: "deprivation" (high = burden) or "participation" (high = good)
    ddof : 0 population SD, 1 sample SD
    weights : (n_areas,), persons for mean and SD; None = every area counts alike
    centre : "mean" of the areas, "zero", or "city_rate" (the rate of the sums, needs `base`)
    base : same shape as `value`, persons behind each value, for "city_rate"
    output, location, step, goalposts, targets, references, factor, cap : see the table
    ties : the rank of equal values: their mean, lowest or highest rank
    rank_share : another R for the methods that have one; r counts from the lowest area, so that
        "(r-1)/n" is the (N − r)/N of indices that count from the most deprived one
    digits : the comparable numbers are rounded to so many decimals; None = not rounded

    Returns
    -------
    A frozen `Scale`.

    Raises
    ------
    ValueError
        If an argument is unknown or missing for the method, or keys differ.
    DataError
        If an indicator is constant or has fewer than two values: it cannot tell areas apart.

    Examples
    --------
    >>> value = pd.DataFrame({"armut": [0.1, 0.3, 0.2]}, index=["01", "02", "03"])
    >>> arm = Indicator(id="armut", label="Armut", direction="burden", value="armut")
    >>> scale = fit_scale(value, [arm], method="minmax", orientation="participation")
    >>> standardise(value, scale).armut.tolist()
    [1.0, 0.0, 0.49999999999999994]
    """
    by_id = {i.id: (methods or {}).get(i.id, method) for i in indicators}
    stated: dict[str, Mapping[str, Any]] = {
        "goalposts": goalposts or {},
        "targets": targets or {},
        "references": references or {},
    }
    refuse_wrong_arguments(by_id, stated, centre=centre, base=base, methods=methods, value=value)
    refuse_wrong_ranks(by_id, rank_share)
    refuse_infinite(value[list(by_id)], parameter="value", caller="fit_scale")
    _, weights, base = aligned("fit_scale", value=value, weights=weights, base=base)
    persons = None if weights is None else _persons(value[list(by_id)], weights)
    signs = tuple(direction_sign(i, orientation) for i in indicators)
    common = Choices(
        ddof=ddof, weights=persons, centre=centre, output=(output[0], output[1]),
        location=location, step=step, ties=ties, rank_share=rank_share, factor=factor, cap=cap,
    )  # fmt: skip
    by_rate = base if centre == "city_rate" else None
    params, problems = {}, []
    for indicator, sign in zip(indicators, signs, strict=True):
        name = by_id[indicator.id]
        choices = _with_anchors(common, stated, indicator.id, name)
        learnt, found = _fit_column(value, by_rate, indicator, name, choices, sign)
        params[indicator.id] = learnt if digits is None else {**learnt, "digits": digits}
        problems += found
    if problems:
        raise DataError(problems)
    options = {
        "ddof": ddof, "centre": centre,
        "weights": None if weights is None else str(weights.name or "weights"),
        "areas": len(value),
    }  # fmt: skip
    return Scale(method, tuple(by_id), signs, params, orientation, options)


def standardise(value: pd.DataFrame, scale: Scale) -> pd.DataFrame:
    """Apply a `Scale`: the same shares give the same numbers in every year.

    Parameters
    ----------
    value : (n_areas, n_indicators); further columns are left out
    scale : learnt by `fit_scale`, from these areas or from a reference year

    Returns
    -------
    (n_areas, n_indicators) in the scale's order; NaN where `value` is NaN. Nothing is clipped to
    0..1.

    Raises
    ------
    ValueError
        If an indicator of the scale is not in `value`.
    """
    absent = [i for i in scale.ids if i not in value]
    if absent:
        message = (
            f"The 'value' parameter of standardise must have the columns {list(scale.ids)}. "
            f"Missing: {absent}."
        )
        raise ValueError(message)
    columns = {
        i: _applied(value[i].to_numpy(dtype=float), scale.params[i], scale.method, sign)
        for i, sign in zip(scale.ids, scale.sign, strict=True)
    }
    return pd.DataFrame(columns, index=value.index)


def _applied(
    column: NDArray[np.float64], params: Mapping[str, Any], method: str, sign: int
) -> NDArray[np.float64]:
    z = NORMALISERS[params.get("method", method)].apply(column, dict(params), sign)
    return rounded(z, params["digits"]) if "digits" in params else z


def ampi_goalposts(
    value: pd.DataFrame, references: Mapping[str, float] | None = None
) -> dict[str, tuple[float, float]]:
    """Return the goalposts of the adjusted Mazziotta–Pareto index: the reference becomes 100.

    ``reference ± (max − min)/2`` over all areas and years given; used as ``fit_scale(…,
    method="goalposts", goalposts=…, output=(70, 130), cap=False)`` and aggregated with method
    "mpi".

    Parameters
    ----------
    value : (n_rows, n_indicators), all areas of all years; NaN is disregarded
    references : value per indicator that becomes 100; None = the mean

    References
    ----------
    Mazziotta & Pareto (2016), Social Indicators Research 127.

    Examples
    --------
    >>> ampi_goalposts(pd.DataFrame({"a": [0.0, 1.0, 4.0]}), {"a": 1.0})
    {'a': (-1.0, 3.0)}
    """
    stated = references or {}
    half = (value.max() - value.min()) / 2
    centre = {c: float(stated.get(c, value[c].mean())) for c in value}
    return {str(c): (centre[c] - float(half[c]), centre[c] + float(half[c])) for c in value}


def outside_range(z: pd.DataFrame, scale: Scale) -> pd.DataFrame:
    """Mark the values a frozen min–max scale puts outside its reference range.

    Returns
    -------
    bool, same shape as `z`; False for normalisers without a range.
    """
    marked = pd.DataFrame(False, index=z.index, columns=z.columns)
    for i in scale.ids:
        if "output" in scale.params[i]:
            low, high = sorted(scale.params[i]["output"])
            rounding = 1e-12 * (high - low)
            marked[i] = (z[i] < low - rounding) | (z[i] > high + rounding)
    return marked


def direction_sign(indicator: Indicator, orientation: str) -> int:
    """Return +1 if a higher value of the indicator raises the index, -1 if it lowers it."""
    high_end = {"deprivation": "burden", "participation": "resource"}
    if orientation not in high_end:
        message = (
            f"The 'orientation' parameter must be one of {sorted(high_end)}. Got {orientation!r} "
            "instead."
        )
        raise ValueError(message)
    return 1 if indicator.direction == high_end[orientation] else -1


def _persons(value: pd.DataFrame, weights: pd.Series) -> NDArray[np.float64]:
    """Return the persons of each area of which anything is known."""
    return person_weights(weights, value.notna().any(axis=1), caller="fit_scale")


def _with_anchors(
    common: Choices, stated: Mapping[str, Mapping[str, Any]], name: str, method: str
) -> Choices:
    """Return what the normaliser of one indicator is told: the ends stated for it, too."""
    anchors = stated["targets" if method == "target" else "references"]
    return replace(common, goalposts=stated["goalposts"].get(name), anchor=anchors.get(name))


def _fit_column(
    value: pd.DataFrame, base: pd.DataFrame | None, indicator: Indicator, name: str,
    choices: Choices, sign: int,
) -> tuple[dict[str, Any], list[Problem]]:  # fmt: skip
    """Learn the constants of one indicator, or say why it cannot tell areas apart.

    With persons behind each value, the centre is the rate of the whole city.
    """
    column = value[indicator.id].to_numpy(dtype=float)
    known = ~np.isnan(column)
    if base is not None:
        choices = replace(choices, centre=_city_rate(column, base[indicator.id]))
    if isinstance(choices.centre, float) and np.isnan(choices.centre):
        return {}, [problem("index.no_rate", column=indicator.id, label=indicator.label)]
    if _is_constant(column[known]):
        found = "überall derselbe Wert" if known.any() else "kein Wert"
        return {}, [_of_column("index.constant", indicator, found=found)]
    weights = None if choices.weights is None else choices.weights[known]
    learnt = NORMALISERS[name].fit(column[known], replace(choices, weights=weights))
    usable = is_usable(name, learnt, sign)
    listed = [] if usable else [_of_column("index.not_usable", indicator, method=name)]
    return {"method": name, "n": int(known.sum()), **learnt}, listed


def _of_column(code: str, indicator: Indicator, **values: str) -> Problem:
    words: dict[str, Any] = {"column": indicator.id, "label": indicator.label, **values}
    return problem(code, **words)


def _is_constant(known: NDArray[np.float64]) -> bool:
    return len(known) < 2 or bool(np.ptp(known) <= CONSTANT * np.abs(known).max())


def _city_rate(column: NDArray[np.float64], base: pd.Series) -> float:
    """Return the rate of all persons; NaN where a value has no base, or nobody lives there."""
    persons = base.to_numpy(dtype=float)
    known = ~np.isnan(column)
    total = persons[known].sum()
    return float((column[known] * persons[known]).sum() / total) if total > 0 else float("nan")
