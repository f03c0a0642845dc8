"""What a change of a rate is made of, and whether it is more than chance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import scipy

from sozialraum.insight.equity import Concentration
from sozialraum.model.alignment import aligned


def decompose_rate_change(
    old_cases: pd.Series, old_persons: pd.Series, new_cases: pd.Series, new_persons: pd.Series
) -> pd.DataFrame:
    r"""Split the difference of two rates into that of groups and that of who the groups are.

    .. math::
        R' - R = \sum_k \frac{w_k + w'_k}{2} (r'_k - r_k) + \sum_k \frac{r_k + r'_k}{2} (w'_k - w_k)

    with r the rate and w the share of persons of group k (Kitagawa 1955). Nothing is left over.

    Parameters
    ----------
    old_cases, old_persons : of the first period, by group (age, area, type of area); NaN is refused
    new_cases, new_persons : of the second period, same groups

    Returns
    -------
    DataFrame by group: ``rates`` (what its rate contributes), ``composition`` (what its size
    contributes), shares of persons. The sum over groups is the difference of the two rates.

    Raises
    ------
    ValueError
        If keys differ, or a group has no persons in one of the periods.

    Examples
    --------
    >>> by_age = pd.Index(["jung", "alt"])
    >>> of = lambda *n: pd.Series(n, by_age, dtype=float)
    >>> decompose_rate_change(of(10, 30), of(100, 100), of(20, 20), of(200, 50)).round(3)
          rates  composition
    jung  0.000        0.030
    alt   0.035       -0.105
    """
    parts = aligned(
        "decompose_rate_change", old_cases=old_cases, old_persons=old_persons,
        new_cases=new_cases, new_persons=new_persons,
    )  # fmt: skip
    x0, n0, x1, n1 = (np.asarray(part, dtype=float) for part in parts)
    if not ((n0 > 0) & (n1 > 0)).all() or not np.isfinite(x0 + x1).all():
        message = (
            "The 'old_persons' and 'new_persons' parameters of decompose_rate_change must be above "
            "0 in every group, and all counts finite. Got a group without persons or a missing "
            "count instead."
        )
        raise ValueError(message)
    w0, w1, r0, r1 = n0 / n0.sum(), n1 / n1.sum(), x0 / n0, x1 / n1
    found = {"rates": (w0 + w1) / 2 * (r1 - r0), "composition": (r0 + r1) / 2 * (w1 - w0)}
    return pd.DataFrame(found, parts[0].index)


@dataclass(frozen=True)
class PeriodTest:
    """The difference of a measure between two periods.

    Parameters
    ----------
    difference, standard_error : second minus first
    z, p : two-sided, under no change
    """

    difference: float
    standard_error: float
    z: float
    p: float


def compare_concentration(
    old: Concentration, new: Concentration, *, level: float = 0.95
) -> PeriodTest:
    """Test whether an outcome is more concentrated along the index than in an earlier period.

    The two periods count different persons: their variances add up.

    Parameters
    ----------
    old, new : from `concentration_index`, both at the same `level`
    level : confidence of their intervals, from which the standard errors are read
    """
    width = scipy.special.ndtri(0.5 + level / 2)
    errors = [(one.high - one.low) / (2 * width) for one in (old, new)]
    error = float(np.hypot(*errors))
    difference = new.index - old.index
    z = difference / error if error > 0 else float("nan")
    return PeriodTest(difference, error, z, float(2 * scipy.special.ndtr(-abs(z))))


def theil(amount: pd.Series, persons: pd.Series, groups: pd.Series) -> pd.Series:
    r"""Split the inequality of a mean over areas into that between and that within groups.

    .. math::
        T = \sum_i s_i \ln \frac{s_i}{f_i} = \sum_g s_g \ln \frac{s_g}{f_g} + \sum_g s_g T_g

    between and within groups,
    with s the share of the amount and f the share of persons (Theil 1967).

    Parameters
    ----------
    amount : cases, places, euros per area; 0 contributes nothing, NaN is refused
    persons : of the area, above 0
    groups : group of each area (district, type)

    Returns
    -------
    Series: ``total``, ``between``, ``within``; 0 = every person has the same.

    Raises
    ------
    ValueError
        If keys differ, somebody has less than 0, or nobody has anything.
    """
    amount, persons, groups = aligned("theil", amount=amount, persons=persons, groups=groups)
    if not (
        (amount >= 0).all() and amount.sum() > 0 and (persons > 0).all() and groups.notna().all()
    ):
        message = (
            "The 'amount' parameter of theil must be 0 or more with a sum above 0, 'persons' above "
            "0 and 'groups' named for every area. Got something else instead."
        )
        raise ValueError(message)
    total = _divergence(amount, persons)
    between = _divergence(amount.groupby(groups).sum(), persons.groupby(groups).sum())
    return pd.Series({"total": total, "between": between, "within": total - between})


def _divergence(amount: pd.Series, persons: pd.Series) -> float:
    s, f = (np.asarray(part / part.sum(), dtype=float) for part in (amount, persons))
    return float(scipy.special.rel_entr(s, f).sum())
