"""The catalogue of normalisers: how one column of shares becomes comparable numbers.

Each normaliser is a pair of functions over one column: `fit` learns its constants, `apply` uses
them. `apply` takes a sign: +1 if a higher value raises the index, -1 if it lowers it; for every
normaliser the second is the mirror image of the first, so that the order is exactly reversed.
Missing values (NaN) are disregarded in `fit` and kept in `apply`.

References: OECD/JRC, Handbook on Constructing Composite Indicators (2008), ch. 5; English Indices
of Deprivation 2019, Technical Report (exponential transformation).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtri

from sozialraum.kernels.arrays import as_kernel_array
from sozialraum.kernels.places import places as places_among
from sozialraum.model.alignment import aligned_to
from sozialraum.model.deciding import decided, finest_places

Column = NDArray[np.float64]
Params = dict[str, Any]
MAD_TO_SD = 1.482602218505602  # 1 / Φ⁻¹(3/4): the MAD of a normal distribution times this is its SD


@dataclass(frozen=True)
class Choices:
    """What a normaliser may be told, for one column.

    Parameters
    ----------
    ddof : 0 population SD, 1 sample SD
    weights : one weight per area (persons), or None
    centre : "mean", or a number given from outside (the rate of the whole city)
    output : lowest and highest normalised value (minmax, goalposts)
    location, step : a z value is ``location + step × z``
    goalposts : stated low and high
    anchor : stated target or reference value
    ties : "average", "min", "max": the rank of equal values
    rank_share : how a rank among n becomes a share, a name of `RANK_SHARES`; None = as usual for
        the normaliser
    cap : goalposts: values beyond the ends count as the ends
    factor : constant of the exponential transformation (23: the top tenth lies above 50)
    """

    ddof: int = 0
    weights: Column | None = None
    centre: str | float = "mean"
    output: tuple[float, float] = (0.0, 1.0)
    location: float = 0.0
    step: float = 1.0
    goalposts: tuple[float, float] | None = None
    anchor: float | None = None
    ties: str = "average"
    rank_share: str | None = None
    factor: float = 23.0
    cap: bool = True


@dataclass(frozen=True)
class Normaliser:
    """A pair of functions, and what must be told for it to work."""

    fit: Callable[[Column, Choices], Params]
    apply: Callable[[Column, Params, int], Column]
    needs: str = ""


def person_weights(weights: pd.Series, counted: pd.Series, *, caller: str) -> Column:
    """Return one weight per area, 0 where the area does not count.

    Parameters
    ----------
    weights : persons by area
    counted : (n_areas,) bool, the areas that need a weight
    caller : function whose parameter it is

    Raises
    ------
    ValueError
        If an area that counts has no weight, a negative or an infinite one, or all have 0.
    """
    (weights,) = aligned_to(caller, counted.index, "the areas", weights=weights)
    own, used = weights.to_numpy(dtype=float), counted.to_numpy(dtype=bool)
    wrong = used & ~(np.isfinite(own) & (own >= 0))
    if wrong.any() or not own[used].sum() > 0:
        keys = [str(key) for key in counted.index[wrong][:5]]
        message = (
            f"The 'weights' parameter of {caller} must hold a finite number of at least 0 for "
            f"every area with a value, and one above 0. Got {own[wrong][:5].tolist()} for {keys} "
            "instead."
        )
        raise ValueError(message)
    return np.where(used, own, 0.0)


def weighted_mean(x: Column, weights: Column | None) -> float:
    """Return the mean, or ``Σ w x / Σ w``."""
    return float(x.mean() if weights is None else (weights * x).sum() / weights.sum())


def weighted_sd(x: Column, weights: Column | None, ddof: int) -> float:
    """Return the SD about the mean; with weights ``√(Σ w (x − m)² / Σ w · n/(n − ddof))``.

    Weighted, `ddof` counts areas, so that persons or thousands of persons as weights give the same
    figure.
    """
    if weights is None:
        return float(x.std(ddof=ddof))
    variance = (weights * (x - weighted_mean(x, weights)) ** 2).sum() / weights.sum()
    return float(np.sqrt(variance * len(x) / (len(x) - ddof)))


def _fit_minmax(x: Column, choices: Choices) -> Params:
    return {"low": float(x.min()), "high": float(x.max()), "output": list(choices.output)}


def _fit_goalposts(x: Column, choices: Choices) -> Params:
    assert choices.goalposts is not None
    low, high = choices.goalposts
    cap = choices.cap
    return {"low": float(low), "high": float(high), "output": list(choices.output), "cap": cap}


def _apply_range(x: Column, params: Params, sign: int) -> Column:
    low, high = params["low"], params["high"]
    share = (x - low) / (high - low) if sign > 0 else (high - x) / (high - low)
    if params.get("cap"):
        share = np.clip(share, 0.0, 1.0)
    below, above = params["output"]
    return below + (above - below) * share


def _fit_zscore(x: Column, choices: Choices) -> Params:
    mean = weighted_mean(x, choices.weights)
    named = {"mean": mean, "zero": 0.0}
    centre = named[choices.centre] if isinstance(choices.centre, str) else float(choices.centre)
    spread = weighted_sd(x, choices.weights, choices.ddof)
    return {"centre": centre, "spread": spread, "location": choices.location, "step": choices.step}


def _fit_robust(x: Column, choices: Choices) -> Params:
    median = float(np.median(x))
    spread = MAD_TO_SD * float(np.median(np.abs(x - median)))
    return {"centre": median, "spread": spread, "location": choices.location, "step": choices.step}


def _apply_zscore(x: Column, params: Params, sign: int) -> Column:
    z = sign * (x - params["centre"]) / params["spread"]
    return params["location"] + params["step"] * z


#
#


# How a rank r among n areas (n = highest) becomes a share. English and Scottish indices print r = 1
# for the most deprived area and then write (N − r)/N for what is here (r−1)/n.
RANK_SHARES: dict[str, Callable[[Column, int], Column]] = {
    "r/n": lambda r, n: r / n,
    "(r-1)/n": lambda r, n: (r - 1.0) / n,
    "(r-1)/(n-1)": lambda r, n: (r - 1.0) / (n - 1),
    "(r-0.5)/n": lambda r, n: (r - 0.5) / n,
    "r/(n+1)": lambda r, n: r / (n + 1),
    "(r-0.375)/(n+0.25)": lambda r, n: (r - 0.375) / (n + 0.25),
}
# The quantile of a normal distribution is finite only where the share reaches neither 0 nor 1.
OPEN_RANK_SHARES = ("(r-0.5)/n", "r/(n+1)", "(r-0.375)/(n+0.25)")


def _fit_order(x: Column, choices: Choices) -> Params:
    stated = {} if choices.rank_share is None else {"rank_share": choices.rank_share}
    order = {"reference": np.sort(x).tolist(), "ties": choices.ties, "factor": choices.factor}
    return order | stated


def ascending_rank(x: Column, reference: Column, ties: str, sign: int) -> Column:
    """Return the rank (1 = lowest) each value takes among the reference values.

    A value that is none of them gets the half rank between its neighbours, so a new year stays
    usable. Values are compared as `model.deciding` says.
    """
    if sign < 0:
        return ascending_rank(-x, -reference[::-1], ties, 1)
    places = finest_places(reference)
    x, reference = decided(x, places), decided(reference, places)
    known = np.flatnonzero(~np.isnan(x))
    order = known[np.argsort(x[known])]
    below, upto = np.full(len(x), np.nan), np.full(len(x), np.nan)
    # One walk over both sorted columns: a fifth of the time of two binary searches per value.
    below[order], upto[order] = places_among(as_kernel_array(x[order]), as_kernel_array(reference))
    among = upto > below
    tied = {"min": below + 1.0, "max": upto}.get(ties, (below + 1 + upto) / 2)
    rank = np.where(among, tied, below + 0.5)
    return rank


def _apply_rank(x: Column, params: Params, sign: int) -> Column:
    return ascending_rank(x, np.asarray(params["reference"]), params["ties"], sign)


def _apply_borda(x: Column, params: Params, sign: int) -> Column:
    return _apply_rank(x, params, sign) - 1.0


def _rank_share(x: Column, params: Params, sign: int, usual: str) -> Column:
    share = RANK_SHARES[params.get("rank_share", usual)]
    return share(_apply_rank(x, params, sign), len(params["reference"]))


def _apply_percentile(x: Column, params: Params, sign: int) -> Column:
    return _rank_share(x, params, sign, "(r-1)/(n-1)")


def _apply_exponential(x: Column, params: Params, sign: int) -> Column:
    """``X = −k ln(1 − R (1 − e^(−100/k)))`` with R the share of the rank; 0..100 for R in 0..1."""
    factor = params["factor"]
    share = np.clip(_rank_share(x, params, sign, "r/n"), 0.0, 1.0)
    return -factor * np.log1p(-share * -np.expm1(-100.0 / factor))


def _apply_normal_scores(x: Column, params: Params, sign: int) -> Column:
    """``Φ⁻¹(R)`` with R the share of the rank: the value that rank has in a normal distribution."""
    inside = 0.25 / len(params["reference"])  # a value beyond all reference values stays finite
    share = np.clip(_rank_share(x, params, sign, "r/(n+1)"), inside, 1.0 - inside)
    return np.asarray(ndtri(share))


def _fit_target(x: Column, choices: Choices) -> Params:
    return {"low": float(x.min()), "high": float(x.max()), "target": choices.anchor, "cap": True}


def _fit_distance(x: Column, choices: Choices) -> Params:
    return {"low": float(x.min()), "high": float(x.max()), "target": choices.anchor, "cap": False}


def _apply_target(x: Column, params: Params, sign: int) -> Column:
    """``1 − (target − x)/(target − low)``, mirrored ``1 − (x − target)/(high − target)``."""
    target = params["target"]
    gap = (
        (target - x) / (target - params["low"])
        if sign > 0
        else (x - target) / (params["high"] - target)
    )
    reached = 1.0 - gap
    return np.minimum(reached, 1.0) if params["cap"] else reached


def _fit_fraction(x: Column, choices: Choices) -> Params:
    return {"low": float(x.min()), "high": float(x.max())}


def _apply_fraction(x: Column, params: Params, sign: int) -> Column:
    """``x/high``; mirrored ``1 − (x − low)/high``: the lowest value gets 1."""
    return x / params["high"] if sign > 0 else 1.0 - (x - params["low"]) / params["high"]


def _fit_base100(x: Column, choices: Choices) -> Params:
    return {"base": choices.anchor}


def _apply_base100(x: Column, params: Params, sign: int) -> Column:
    """``100 x/base``; mirrored about 100: ``200 − 100 x/base``."""
    level = 100.0 * x / params["base"]
    return level if sign > 0 else 200.0 - level


#
#


def _apply_none(x: Column, params: Params, sign: int) -> Column:
    return sign * x


NORMALISERS: dict[str, Normaliser] = {
    "minmax": Normaliser(_fit_minmax, _apply_range),
    "goalposts": Normaliser(_fit_goalposts, _apply_range, "goalposts"),
    "zscore": Normaliser(_fit_zscore, _apply_zscore),
    "robust": Normaliser(_fit_robust, _apply_zscore),
    "rank": Normaliser(_fit_order, _apply_rank),
    "borda": Normaliser(_fit_order, _apply_borda),
    "percentile": Normaliser(_fit_order, _apply_percentile),
    "exponential": Normaliser(_fit_order, _apply_exponential),
    "normal_scores": Normaliser(_fit_order, _apply_normal_scores),
    "target": Normaliser(_fit_target, _apply_target, "targets"),
    "distance": Normaliser(_fit_distance, _apply_target, "references"),
    "fraction_of_max": Normaliser(_fit_fraction, _apply_fraction),
    "base100": Normaliser(_fit_base100, _apply_base100, "references"),
    "none": Normaliser(lambda x, choices: {}, _apply_none),
}


def rounded(x: Column, digits: int) -> Column:
    """Round to so many digits, halves away from zero, as tables of statistical offices are rounded.

    Half is judged on twelve significant digits: 0.285 is a half although the number next to it in
    a computer is a little less.

    Examples
    --------
    >>> rounded(np.array([0.285, -0.285, 2.5, np.nan]), 2).tolist()
    [0.29, -0.29, 2.5, nan]
    """
    size = np.abs(x) * 10.0**digits
    whole = np.floor(size + 0.5 + 1e-12 * np.maximum(size, 1.0))
    return np.asarray(np.copysign(whole / 10.0**digits, x))


def is_usable(method: str, params: Params, sign: int) -> bool:
    """Tell whether the learnt constants can tell areas apart."""
    if "spread" in params:
        return bool(params["spread"] > 0)
    if method in ("minmax", "goalposts"):
        return bool(params["high"] > params["low"])
    if "reference" in params:
        return bool(params["reference"][-1] > params["reference"][0])
    if method == "fraction_of_max":
        return bool(params["high"] > params["low"] and params["high"] > 0)
    if "target" in params:
        low, high, target = params["low"], params["high"], params["target"]
        return bool(target > low if sign > 0 else target < high)
    if method == "base100":
        return bool(params["base"] > 0)
    return True
