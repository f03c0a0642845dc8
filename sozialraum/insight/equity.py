"""Inequality along the index: concentration index and curve, slope and relative index.

Groups (areas, classes, types) stand in the order of their burden, the most burdened first. R is the
fractional mid-rank of a group: the share of persons before it plus half of its own. Groups with the
same burden share one rank.

The groups are all there are, not a sample; what is uncertain is how many of the persons of a group
have the outcome. Intervals are therefore those of the counts alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sozialraum.insight.intervals import quantile
from sozialraum.model.alignment import aligned
from sozialraum.model.deciding import decided

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Concentration:
    """How unequally an outcome is spread along the index.

    Parameters
    ----------
    index : C, -1..1; above 0 = the less burdened have more of it
    erreygers, wagstaff : corrected for the bounds of a share (0..1)
    low, high, erreygers_low, … : interval of each
    mean : share over all persons
    groups, persons : number of groups and persons
    """

    index: float
    low: float
    high: float
    erreygers: float
    erreygers_low: float
    erreygers_high: float
    wagstaff: float
    wagstaff_low: float
    wagstaff_high: float
    mean: float
    groups: int
    persons: float


def mid_ranks(persons: pd.Series, burden: pd.Series) -> pd.Series:
    """Return the fractional mid-rank of each group, the most burdened first.

    Examples
    --------
    >>> mid_ranks(pd.Series([10.0, 20.0, 10.0]), pd.Series([3.0, 1.0, 3.0])).tolist()
    [0.25, 0.75, 0.25]
    """
    persons, burden = aligned("mid_ranks", persons=persons, burden=burden)
    falling = pd.Series(decided(-burden.to_numpy(float)), burden.index)
    total = persons.groupby(falling).sum().sort_index()
    share = total / total.sum()
    middle = share.cumsum() - share / 2
    return falling.map(middle).rename("rank")


def concentration_index(
    cases: pd.Series, persons: pd.Series, burden: pd.Series, *, level: float = 0.95
) -> Concentration:
    r"""Measure how an outcome is concentrated along the index, from counts per group.

    .. math::
        C = \frac{2}{\mu} \sum f_t y_t R_t - 1, \quad
        E = 4 \mu C, \quad W = \frac{C}{1 - \mu}

    with f the share of persons and y the share with the outcome (Kakwani, Wagstaff and van
    Doorslaer 1997; Erreygers 2009; Wagstaff 2005). The intervals follow from the binomial variance
    of the counts by the delta method: :math:`\partial C/\partial y_t = f_t (2 R_t - 1 - C)/\mu`.

    Parameters
    ----------
    cases : persons with the outcome, by group; need not be whole; groups with a NaN are left out
    persons : of the group
    burden : orders the groups, high = most burdened
    level : confidence

    Raises
    ------
    ValueError
        If there are fewer than two groups with persons, no cases, or more cases than persons.
    """
    y, f, rank, n = _ordered("concentration_index", cases=cases, persons=persons, burden=burden)
    mean = float(f @ y)
    if not 0 < mean <= 1 or (y > 1).any():
        message = (
            "The 'cases' parameter of concentration_index must hold at least one case and not more "
            f"cases than persons. Got {mean:.6g} cases per person instead."
        )
        raise ValueError(message)
    spread = 2 * float(f @ (y * rank)) - mean
    index = spread / mean
    bound = mean * (1 - mean)
    slopes = {
        "index": f * (2 * rank - 1 - index) / mean,
        "erreygers": 4 * f * (2 * rank - 1),
        "wagstaff": f * ((2 * rank - 1) / bound - spread * (1 - 2 * mean) / bound**2)
        if bound > 0
        else np.full_like(f, np.nan),
    }
    wagstaff = spread / bound if bound > 0 else float("nan")
    values = {"index": index, "erreygers": 4 * spread, "wagstaff": wagstaff}
    found: dict[str, float] = {}
    for name, value in values.items():
        error = float(np.sqrt(((slopes[name] ** 2) * y * (1 - y) / n).sum()))
        step = quantile(level) * error
        prefix = "" if name == "index" else f"{name}_"
        found |= {name: value, f"{prefix}low": value - step, f"{prefix}high": value + step}
    return Concentration(**found, mean=mean, groups=len(y), persons=float(n.sum()))


def grouped_standard_error(share: pd.Series, persons: pd.Series, burden: pd.Series) -> float:
    r"""Return the standard error of C if the T groups themselves are a sample.

    :math:`\frac{1}{T} (\sum f a^2 - (1 + C)^2)`, :math:`a_t = \frac{y_t}{\mu} (2 R_t - 1 - C) + 2 -
    q_{t-1} - q_t`, q the ordinates of the concentration curve (Kakwani et al. 1997, eq. 14).

    Parameters
    ----------
    share : (n_areas,), 0..1; areas in which one of the three is NaN are left out
    persons : (n_areas,)
    burden : (n_areas,), puts the areas in order, highest first
    """
    y, f, rank, _ = _ordered("grouped_standard_error", share=share, persons=persons, burden=burden)
    mean = f @ y
    index = 2 / mean * (f @ (y * rank)) - 1
    q = np.cumsum(f * y) / mean
    before = np.concatenate([[0.0], q[:-1]])
    a = y / mean * (2 * rank - 1 - index) + 2 - before - q
    return float(np.sqrt(max(f @ a**2 - (1 + index) ** 2, 0.0) / len(y)))


def individual_concentration(
    outcome: pd.Series, burden: pd.Series, *, level: float = 0.95
) -> tuple[float, float, float]:
    r"""Return C and its interval from single persons that are a sample (Kakwani et al. 1997).

    Persons with the same burden (of the same area) share one rank and make a group t:
    :math:`\frac{1}{n} (\sum f a^2 - (1 + C)^2) + \frac{1}{n \mu^2} \sum f \sigma_t^2
    (2 R_t - 1 - C)^2`, a as for `grouped_standard_error`.

    Parameters
    ----------
    outcome : per person, at least 0; persons with a NaN are left out
    burden : per person, high = most burdened
    level : confidence
    """
    outcome, burden = aligned("individual_concentration", outcome=outcome, burden=burden)
    known = outcome.notna() & burden.notna()
    outcome, burden = outcome[known], burden[known]
    one = pd.Series(1.0, outcome.index)
    y, f, rank, count = _ordered(
        "individual_concentration", cases=outcome, persons=one, burden=burden
    )
    within = outcome.groupby(-burden).var(ddof=0).to_numpy(float)
    mean, n = f @ y, count.sum()
    index = 2 / mean * (f @ (y * rank)) - 1
    q = np.cumsum(f * y) / mean
    before = np.concatenate([[0.0], q[:-1]])
    a = y / mean * (2 * rank - 1 - index) + 2 - before - q
    between = max(float(f @ a**2) - (1 + index) ** 2, 0.0)
    inside = float(f @ (within * (2 * rank - 1 - index) ** 2)) / mean**2
    step = quantile(level) * np.sqrt((between + inside) / n)
    return float(index), float(index - step), float(index + step)


def concentration_curve(cases: pd.Series, persons: pd.Series, burden: pd.Series) -> pd.DataFrame:
    """Return the curve: share of persons (most burdened first) against share of cases.

    Parameters
    ----------
    cases, persons : (n_areas,); areas in which one of the three is NaN are left out
    burden : (n_areas,), puts the areas in order, highest first

    Returns
    -------
    DataFrame ``persons_share``, ``cases_share`` from (0, 0) to (1, 1); below the diagonal = the
    more burdened have less of it.
    """
    y, f, _, _ = _ordered("concentration_curve", cases=cases, persons=persons, burden=burden)
    persons_share = np.concatenate([[0.0], np.cumsum(f)])
    cases_share = np.concatenate([[0.0], np.cumsum(f * y) / (f @ y)])
    return pd.DataFrame({"persons_share": persons_share, "cases_share": cases_share})


@dataclass(frozen=True)
class Slope:
    """Slope and relative index of inequality.

    Parameters
    ----------
    sii : rate of the least burdened end minus rate of the most burdened end, on the fitted line
    rii : the same as a ratio; NaN (undefined) where an end of the fitted line is not above 0
    sii_low, sii_high, rii_low, rii_high : intervals
    most_burdened, least_burdened : fitted rates at the two ends
    """

    sii: float
    sii_low: float
    sii_high: float
    rii: float
    rii_low: float
    rii_high: float
    most_burdened: float
    least_burdened: float


def slope_index(
    rate: pd.Series,
    persons: pd.Series,
    burden: pd.Series,
    *,
    standard_error: pd.Series | None = None,
    level: float = 0.95,
) -> Slope:
    r"""Fit a line through the rates along the mid-ranks (SII) and compare its ends (RII).

    Weighted least squares :math:`y = b_0 + b_1 R` with the persons as weights; SII = b₁, RII =
    (b₀ + b₁)/b₀; the variance is :math:`H \operatorname{diag}(se^2) H'` (H = projection on the
    coefficients), of the RII by the delta method.

    Parameters
    ----------
    rate, persons : per group; groups with a NaN in one of the three are left out
    burden : orders the groups, high = most burdened
    standard_error : of the rates, NaN: no interval; None = binomial, for shares
    level : of the intervals

    Raises
    ------
    ValueError
        If there are fewer than two different burdens.
    """
    rate, persons, burden, standard_error = aligned(
        "slope_index", rate=rate, persons=persons, burden=burden, standard_error=standard_error
    )
    known = rate.notna() & persons.gt(0) & burden.notna()
    y, n = rate[known].to_numpy(float), persons[known].to_numpy(float)
    if burden[known].nunique() < 2:
        message = (
            "The 'burden' parameter of slope_index must tell at least two groups apart. Got "
            f"{burden[known].nunique()} instead."
        )
        raise ValueError(message)
    rank = mid_ranks(persons[known], burden[known]).to_numpy(float)
    x = np.column_stack([np.ones_like(rank), rank])
    weighted = x * n[:, None]
    project = np.linalg.solve(x.T @ weighted, weighted.T)
    b = project @ y
    if standard_error is None:
        variance = np.clip(y * (1 - y), 0.0, None) / n
    else:
        variance = standard_error[known].to_numpy(float) ** 2
    covariance = (project * variance) @ project.T
    z = quantile(level)
    step = z * np.sqrt(covariance[1, 1])
    ratios = _ratio_of_ends(b, covariance, z)
    return Slope(
        float(b[1]), float(b[1] - step), float(b[1] + step), *ratios, float(b[0]),
        float(b[0] + b[1]),
    )  # fmt: skip


def _ratio_of_ends(b: Array, covariance: Array, z: float) -> tuple[float, float, float]:
    """Return the ratio of both ends of a line and its interval; NaN where an end is not above 0."""
    ends = decided([b[0], b[0] + b[1], np.abs(b).max()])
    if not (ends[:2] > 0).all():
        return float("nan"), float("nan"), float("nan")
    ratio = (b[0] + b[1]) / b[0]
    gradient = np.array([-b[1] / b[0] ** 2, 1 / b[0]])
    # on the log scale, so that a ratio and its inverse have the same interval turned round
    relative = z * np.sqrt(gradient @ covariance @ gradient) / ratio
    return float(ratio), float(ratio * np.exp(-relative)), float(ratio * np.exp(relative))


def _ordered(caller: str, **columns: pd.Series) -> tuple[Array, Array, Array, Array]:
    """Return share with outcome, share of persons, mid-rank, persons; most burdened first."""
    found = dict(zip(columns, aligned(caller, **columns), strict=True))
    persons = found["persons"]
    cases = found["cases"] if "cases" in found else found["share"] * persons
    table = pd.DataFrame({"cases": cases, "persons": persons, "burden": found["burden"]}).dropna()
    table = table[table["persons"] > 0]
    if table["burden"].nunique() < 2:
        message = (
            f"The 'burden' parameter of {caller} must tell at least two groups apart. Got "
            f"{table['burden'].nunique()} instead."
        )
        raise ValueError(message)
    table["rank"] = mid_ranks(table["persons"], table["burden"])
    table = table.groupby("rank", as_index=False)[["cases", "persons"]].sum()
    table = table.sort_values("rank", kind="stable")
    n = table["persons"].to_numpy(float)
    y = table["cases"].to_numpy(float) / n
    return y, n / n.sum(), table["rank"].to_numpy(float), n
