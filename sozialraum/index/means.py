"""How the parts of one node become one number, area by area, and what each part contributes.

Every mean takes values `x` and weights `w`, both (n_areas, n_parts); the weights of a row add up to
1 and are 0 where a part is missing (its `x` is then 0). It returns the value and a factor per part
with ``Σ factor · x = value``, exactly: that is how contributions add up at every level.

The factors of a linear mean are its weights. The harmonic and power means and the Mazziotta–Pareto
index are homogeneous of degree one, so Euler's theorem gives ``∂f/∂x``. For the geometric mean that
would only repeat the weights; here a part adds its weight's share of the mean plus its logarithmic
distance from it, ``w G (1 + ln(x/G))`` (a logarithmic-mean Divisia decomposition about the area's
own mean).

References: OECD/JRC Handbook (2008) ch. 6; Mazziotta & Pareto (2016), Soc. Indic. Res. 127; Casadio
Tarabusi & Guarini (2013), Soc. Indic. Res. 112; Yager (1988) and Torra (1997) for ordered weights.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]
Column = NDArray[np.float64]


@dataclass(frozen=True)
class MeanOptions:
    """What a mean may be told.

    Parameters
    ----------
    power : exponent of the power mean, not 0
    penalty : Mazziotta–Pareto and mean–min: "add" (high = burden: an uneven profile raises the
        index) or "subtract" (high = good: it lowers the index)
    alpha, beta : mean–min: 0 = plain mean, 1 = only the worst part counts; beta softens it
    owa_weights : ordered weights, largest part first; needs all parts
    owa_exponent : without `owa_weights`: Q(r) = r^a spreads them; 1 = mean, towards 0 the maximum,
        large = the minimum
    share_bounds : "bod": lowest and highest share of a weight in the sum of weights
    total : sum of the stated weights, for "sum"
    """

    power: float = 2.0
    penalty: str = "add"
    alpha: float = 0.5
    beta: float = 0.0
    owa_weights: tuple[float, ...] = ()
    owa_exponent: float = 1.0
    share_bounds: tuple[float, float] | None = None
    total: float = 1.0


Mean = Callable[[Matrix, Matrix, MeanOptions], tuple[Column, Matrix]]


def arithmetic(x: Matrix, w: Matrix, options: MeanOptions) -> tuple[Column, Matrix]:
    """``Σ w x``."""
    # Row by row and without a product matrix; a BLAS product could differ with the thread count.
    return np.einsum("ij,ij->i", w, x), w


def total(x: Matrix, w: Matrix, options: MeanOptions) -> tuple[Column, Matrix]:
    """``Σ W x``, weights W as stated; missing parts take the mean of the others."""
    factor = w * options.total
    return np.einsum("ij,ij->i", factor, x), factor


def geometric(x: Matrix, w: Matrix, options: MeanOptions) -> tuple[Column, Matrix]:
    """``Π x^w``; 0 if a part is 0."""
    used = w > 0
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.where(used, np.log(x), 0.0)
        value = np.exp(np.where(used, w * logs, 0.0).sum(axis=1))
        factor = w * value[:, None] * (1.0 + logs - np.log(value)[:, None]) / x
    return value, np.where(used & (value > 0)[:, None], factor, 0.0)


def power(x: Matrix, w: Matrix, options: MeanOptions) -> tuple[Column, Matrix]:
    """``(Σ w x^p)^(1/p)``; harmonic for p = −1; 0 if p < 0 and a part is 0."""
    p, used = options.power, w > 0
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.where(used, w * x**p, 0.0).sum(axis=1) ** (1.0 / p)
        factor = w * x ** (p - 1.0) * value[:, None] ** (1.0 - p)
    return value, np.where(used & (x > 0) & (value > 0)[:, None], factor, 0.0)


def harmonic(x: Matrix, w: Matrix, options: MeanOptions) -> tuple[Column, Matrix]:
    """``1 / Σ (w/x)``."""
    return power(x, w, MeanOptions(power=-1.0))


def mazziotta_pareto(x: Matrix, w: Matrix, options: MeanOptions) -> tuple[Column, Matrix]:
    """``M ± S·cv = M ± S²/M`` with the population SD S over the parts of an area.

    Where all parts are 0 the value is 0, the limit; else it needs M above 0, and is NaN without.
    """
    sign = 1.0 if options.penalty == "add" else -1.0
    mean = (w * x).sum(axis=1)
    squares = (w * x**2).sum(axis=1)
    spread = (w * (x - mean[:, None]) ** 2).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = mean + sign * spread / mean
        steep = 2 * x / mean[:, None] - (squares / mean**2)[:, None] - 1.0
    nothing = (np.where(w > 0, x, 0.0) == 0).all(axis=1)
    value = np.where(nothing, 0.0, np.where(mean > 0, value, np.nan))
    return value, np.where(nothing[:, None], w, w * (1.0 + sign * steep))


def mean_min(x: Matrix, w: Matrix, options: MeanOptions) -> tuple[Column, Matrix]:
    """``M ∓ α (√((M − x_worst)² + β²) − β)``; the worst is the lowest ("add": the highest)."""
    sign = 1.0 if options.penalty == "add" else -1.0
    used = w > 0
    worst = np.where(used, -sign * x, np.inf).argmin(axis=1)
    is_worst = (np.arange(x.shape[1]) == worst[:, None]) & used
    mean = (w * x).sum(axis=1)
    gap = mean - np.where(is_worst, x, 0.0).sum(axis=1)
    penalty = options.alpha * (np.hypot(gap, options.beta) - options.beta)
    with np.errstate(divide="ignore", invalid="ignore"):
        slope = np.where(gap == 0, 0.0, penalty / gap)
    return mean + sign * penalty, w + sign * slope[:, None] * (w - is_worst)


def ordered_weights(x: Matrix, w: Matrix, options: MeanOptions) -> tuple[Column, Matrix]:
    """``Σ v_j x_(j)``, x_(1) the largest; v from Q(cumulated w) or as stated."""
    order = np.argsort(np.where(w > 0, -x, np.inf), axis=1, kind="stable")
    if options.owa_weights:
        stated = np.asarray(options.owa_weights, dtype=float)
        by_order = np.broadcast_to(stated / stated.sum(), x.shape)
    else:
        cumulated = np.clip(np.cumsum(np.take_along_axis(w, order, axis=1), axis=1), 0.0, 1.0)
        by_order = np.diff(cumulated**options.owa_exponent, axis=1, prepend=0.0)
    factor = np.empty_like(x)
    np.put_along_axis(factor, order, by_order, axis=1)
    return (factor * x).sum(axis=1), factor


MEANS: dict[str, Mean] = {
    "mean": arithmetic,
    "sum": total,
    "geometric": geometric,
    "harmonic": harmonic,
    "power": power,
    "mpi": mazziotta_pareto,
    "mean_min": mean_min,
    "owa": ordered_weights,
}
# These need positive parts: a logarithm, a quotient or a root stands in the formula.
NEEDS_POSITIVE = frozenset({"geometric", "harmonic", "power"})
