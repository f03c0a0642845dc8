"""What an inequality, and a change of segregation, is made of."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sozialraum.insight.equity import concentration_index, mid_ranks
from sozialraum.model.alignment import aligned, aligned_tables

Array = NDArray[np.float64]

_ROUNDS = 10_000
_SETTLED = 1e-13
_PARTS = ("groups", "units", "structure")


def decompose_concentration(
    cases: pd.Series, persons: pd.Series, burden: pd.Series, factors: pd.DataFrame
) -> pd.DataFrame:
    r"""Split a concentration index into what goes with each factor, and the rest.

    With :math:`y = \alpha + \sum_k \beta_k x_k + \varepsilon` over persons,

    .. math::
        C = \sum_k \frac{\beta_k \bar x_k}{\mu} C_k + \frac{2}{\mu} \sum f_t \varepsilon_t R_t

    (Wagstaff, van Doorslaer and Watanabe 2003): a factor contributes how strongly the outcome goes
    with it times how unequally it is spread itself. That areas with it have more cases is no cause.

    Parameters
    ----------
    cases : persons with the outcome, by area
    persons : of the area, above 0
    burden : orders the areas, high = most burdened
    factors : (n_areas, n_factors), shares or numbers with a mean other than 0

    Returns
    -------
    DataFrame by factor, and ``residual``: ``elasticity`` (βx̄/μ), ``concentration`` (C of the
    factor), ``contribution``; the contributions add up to C of `concentration_index`.

    Raises
    ------
    ValueError
        If keys differ, a number is missing, or the factors say the same.

    Examples
    --------
    >>> keys = list("abcd")
    >>> of = lambda *n: pd.Series(n, keys, dtype=float)
    >>> found = decompose_concentration(of(40, 30, 20, 10), of(100, 100, 100, 100),
    ...     of(4, 3, 2, 1), pd.DataFrame({"arm": of(0.8, 0.6, 0.4, 0.2)}))
    >>> found.contribution.round(3).abs().tolist()
    [0.25, 0.0]
    """
    name = "decompose_concentration"
    cases, persons, burden, factors = aligned(
        name, cases=cases, persons=persons, burden=burden, factors=factors
    )
    x, n = factors.to_numpy(float), persons.to_numpy(float)
    _refuse_unknown_factors(x, n, cases, burden)
    f = n / n.sum()
    rank = mid_ranks(persons, burden).to_numpy(float)
    y = cases.to_numpy(float) / n
    mean, centre = float(f @ y), f @ x
    beta = _slopes(x - centre, y - mean, f)
    elasticity, spread = beta * centre / mean, 2 * (f * rank) @ x / centre - 1
    parts = pd.DataFrame(
        {
            "elasticity": elasticity,
            "concentration": spread,
            "contribution": elasticity * spread,
        },
        factors.columns,
    )
    whole = concentration_index(cases, persons, burden).index
    parts.loc["residual"] = [np.nan, np.nan, whole - float(parts["contribution"].sum())]
    return parts


def _refuse_unknown_factors(
    x: NDArray[np.float64], n: NDArray[np.float64], cases: pd.Series, burden: pd.Series
) -> None:
    numbers = np.column_stack([x, n, cases.to_numpy(float), burden.to_numpy(float)])
    if not np.isfinite(numbers).all() or not (n > 0).all() or not (n @ x != 0).all():
        message = (
            "The 'factors' parameter of decompose_concentration must be known in every area, with "
            "a mean other than 0, and 'persons' above 0. Got something else instead."
        )
        raise ValueError(message)


def _slopes(
    x: NDArray[np.float64], y: NDArray[np.float64], f: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the slopes of a regression of centred values, each area weighted by its persons."""
    root = np.sqrt(f)
    beta, _, rank, _ = np.linalg.lstsq(root[:, None] * x, root * y, rcond=1e-12)
    if rank < x.shape[1]:
        message = (
            "The 'factors' parameter of decompose_concentration must not say the same twice. "
            "Got such ones."
        )
        raise ValueError(message)
    return beta


def decompose_segregation_change(old: pd.DataFrame, new: pd.DataFrame) -> pd.Series:
    r"""Split the change of segregation into that of sizes and that of who lives with whom.

    Segregation is the mutual information of units and groups,

    .. math::
        M = \sum_{ug} p_{ug} \ln \frac{p_{ug}}{p_u p_g}

    A table with the odds ratios of one period and the margins of another (iterative proportional
    fitting) says what segregation would be had only the sizes changed (Karmel and MacLachlan 1988);
    the three parts are Shapley values, so no order of change is preferred (Deutsch, Flückiger and
    Silber 2009; Elbers 2023).

    Parameters
    ----------
    old, new : persons, units (areas, schools) × groups; the same units and groups, each with
        persons in both periods

    Returns
    -------
    Series: ``old`` and ``new`` (M), ``change``, and its parts: ``groups`` (sizes of the groups in
    the whole city), ``units`` (sizes of the areas), ``structure`` (who lives with whom).

    Raises
    ------
    ValueError
        If units or groups differ, a number is missing or negative, or a unit or a group is empty.

    Examples
    --------
    >>> old = pd.DataFrame({"a": [40.0, 10.0], "b": [10.0, 40.0]}, index=["x", "y"])
    >>> found = decompose_segregation_change(old, old.mul([2, 1], axis=0)).abs().round(3)
    >>> found[["change", "groups", "units", "structure"]].tolist()
    [0.02, 0.001, 0.021, 0.0]
    """
    before, after = aligned_tables("decompose_segregation_change", old=old, new=new)
    tables = {0: before.to_numpy(float), 1: after.to_numpy(float)}
    for table in tables.values():
        sums = np.concatenate([table.sum(axis=0), table.sum(axis=1)])
        if not (np.isfinite(table).all() and (table >= 0).all() and (sums > 0).all()):
            message = (
                "The 'old' and 'new' parameters of decompose_segregation_change must hold persons, "
                "some in every unit and group. Got something else instead."
            )
            raise ValueError(message)
    shares = {k: t / t.sum() for k, t in tables.items()}
    found = {
        (g, u, s): _information(_with_margins(shares[s], shares[u].sum(1), shares[g].sum(0)))
        for g in (0, 1) for u in (0, 1) for s in (0, 1)
    }  # fmt: skip
    parts = dict.fromkeys(_PARTS, 0.0)
    orders = list(permutations(range(3)))
    for order in orders:
        at = [0, 0, 0]
        for place in order:
            start = found[at[0], at[1], at[2]]
            at[place] = 1
            parts[_PARTS[place]] += (found[at[0], at[1], at[2]] - start) / len(orders)
    ends = {"old": found[0, 0, 0], "new": found[1, 1, 1]}
    return pd.Series({**ends, "change": ends["new"] - ends["old"], **parts})


def _with_margins(table: Array, units: Array, groups: Array) -> Array:
    """Return the table with the odds ratios of `table` and other sums of rows and columns."""
    fitted = table.copy()
    for _ in range(_ROUNDS):
        fitted *= (units / fitted.sum(axis=1))[:, None]
        fitted *= groups / fitted.sum(axis=0)
        if np.abs(fitted.sum(axis=1) - units).max() < _SETTLED:
            return fitted
    return fitted


def _information(table: Array) -> float:
    even = np.outer(table.sum(axis=1), table.sum(axis=0))
    known = table > 0
    return float((table[known] * np.log(table[known] / even[known])).sum())
