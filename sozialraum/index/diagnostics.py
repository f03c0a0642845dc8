"""Do the parts of an index belong together, and does one repeat another.

`cronbach_alpha`, `sampling_adequacy`, `bartlett_test` and `variance_inflation` are the figures;
`inspect_index` turns them into sentences that say what they mean for a decision.

References: Cronbach (1951); Kaiser (1974) for KMO; Bartlett (1951); OECD/JRC Handbook (2008) ch. 4.
Figures agree with R's psych and car.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import scipy

from sozialraum.index.weighting.factors import correlation, principal_components
from sozialraum.model import Indicator, Problem
from sozialraum.model.alignment import aligned
from sozialraum.model.deciding import decided
from sozialraum.texts import number, percent, problem

FEWEST_AREAS_PER_INDICATOR = 3
HIGH_CORRELATION = 0.9
HIGH_INFLATION = 10.0
MOSTLY_ZERO = 0.5
LOW_ALPHA = 0.6
LOW_KMO = 0.5


@dataclass(frozen=True, eq=False)
class Reliability:
    """Cronbach's alpha of a group of indicators.

    Parameters
    ----------
    alpha : ``m/(m − 1) · (1 − Σ var / var of the sum)``
    mean_correlation : average correlation of two indicators
    items : per indicator alpha_if_dropped and item_rest (its correlation with the sum of the
        others)
    """

    alpha: float
    mean_correlation: float
    items: pd.DataFrame


def cronbach_alpha(x: pd.DataFrame, *, standardised: bool = True) -> Reliability:
    """Return how well directed indicators agree.

    Parameters
    ----------
    x : (n_areas, n_indicators), all pointing the same way; pairs of values are used where rows have
        gaps
    standardised : from correlations; False = from covariances of the values as they are, whose
        units then matter

    Examples
    --------
    >>> round(cronbach_alpha(pd.DataFrame({"a": [1.0, 2, 3], "b": [1.0, 3, 2]})).alpha, 4)
    0.6667
    """
    r = x.corr()
    c = (r if standardised else x.cov()).to_numpy()
    rows = {}
    for place, name in enumerate(x):
        rest = np.delete(np.arange(len(c)), place)
        own, others = c[place, rest].sum(), c[np.ix_(rest, rest)]
        rows[name] = {
            "alpha_if_dropped": _alpha(others),
            "item_rest": own / np.sqrt(c[place, place] * others.sum())
            if others.sum() > 0
            else np.nan,
        }
    pairs = r.to_numpy()[np.triu_indices(len(r), 1)]
    return Reliability(
        _alpha(c),
        float(pairs.mean()) if len(pairs) else np.nan,
        pd.DataFrame.from_dict(rows, orient="index"),
    )


def _alpha(c: np.ndarray) -> float:
    m = len(c)
    return (
        float(m / (m - 1) * (1.0 - np.trace(c) / c.sum()))
        if m > 1 and c.sum() != 0
        else float("nan")
    )


def sampling_adequacy(x: pd.DataFrame) -> tuple[float, pd.Series]:
    """Return the Kaiser–Meyer–Olkin measure ``Σ r²/(Σ r² + Σ partial²)``, overall and each.

    NaN where the correlations cannot be inverted (one indicator is the sum of others).
    """
    r = correlation(x.to_numpy(dtype=float))
    if np.linalg.matrix_rank(r) < len(r):
        return float("nan"), pd.Series(np.nan, index=x.columns)
    inverse = np.linalg.inv(r)
    scale = np.sqrt(np.diag(inverse))
    partial = -inverse / np.outer(scale, scale)
    r2, p2 = r**2, partial**2
    np.fill_diagonal(r2, 0.0)
    np.fill_diagonal(p2, 0.0)
    each = r2.sum(axis=0) / (r2.sum(axis=0) + p2.sum(axis=0))
    return float(r2.sum() / (r2.sum() + p2.sum())), pd.Series(each, index=x.columns)


def bartlett_test(x: pd.DataFrame) -> tuple[float, int, float]:
    """Test that all correlations are zero: ``χ² = −(n − 1 − (2m + 5)/6) ln det R``, freedom, p.

    Parameters
    ----------
    x : (n_areas, n_indicators); rows with a missing value are left out
    """
    complete = x.dropna().to_numpy(dtype=float)
    n, m = complete.shape
    logdet = float(np.linalg.slogdet(correlation(complete))[1])
    statistic, freedom = -(n - 1 - (2 * m + 5) / 6) * logdet, m * (m - 1) // 2
    return statistic, freedom, float(scipy.special.chdtrc(freedom, statistic))


def variance_inflation(x: pd.DataFrame) -> pd.Series:
    """Return 1/(1 − R²) of each indicator given the others; infinite where it is their sum."""
    r = correlation(x.to_numpy(dtype=float))
    if np.linalg.matrix_rank(r) < len(r):
        solvable = [
            np.linalg.matrix_rank(np.delete(np.delete(r, i, 0), i, 1)) < np.linalg.matrix_rank(r)
            for i in range(len(r))
        ]
        rest = np.diag(np.linalg.pinv(r))
        return pd.Series(np.where(solvable, np.maximum(rest, 1.0), np.inf), index=x.columns)
    return pd.Series(np.diag(np.linalg.inv(r)), index=x.columns)


def eigenvalues(x: pd.DataFrame) -> pd.Series:
    """Return the eigenvalues of the correlations, falling; index = number of the component.

    Parameters
    ----------
    x : (n_areas, n_indicators); no value missing
    """
    found = principal_components(correlation(x.to_numpy(dtype=float))).eigenvalues
    return pd.Series(found, index=pd.RangeIndex(1, len(found) + 1, name="component"))


def inspect_index(
    value: pd.DataFrame,
    z: pd.DataFrame,
    indicators: Sequence[Indicator],
    *,
    outcomes: Iterable[str] = (),
    allocation: Iterable[str] = (),
    title: str = "index",
) -> list[Problem]:
    """Say in German what a committee should know about the indicators before it trusts the index.

    Parameters
    ----------
    value : (n_areas, n_indicators), shares
    z : same, standardised and directed
    indicators : with direction, dimension and columns
    outcomes : columns (counts or ids) the index is later to be compared with: school transitions,
        take-up of offers
    allocation : columns a later allocation of money or staff uses besides the index
    title : what indicators without a dimension are called

    Returns
    -------
    Problems: an outcome used as an input is an error; the rest are warnings and notes.
    """
    value, z = aligned("inspect_index", value=value, z=z)
    found = [*circular(indicators, set(outcomes), set(allocation)), *_columns(value, indicators)]
    usable = [i for i in indicators if z[i.id].nunique() > 1]
    if len(value) < FEWEST_AREAS_PER_INDICATOR * len(indicators):
        found.append(
            problem(
                "index.few_areas",
                "warning",
                found=len(value),
                needed=FEWEST_AREAS_PER_INDICATOR * len(indicators),
            )
        )
    twins = _redundant(z, usable)
    found += twins or _explained(z, usable)
    groups: dict[str, list[Indicator]] = {}
    for i in usable:
        groups.setdefault(i.dimension, []).append(i)
    for name, members in groups.items():
        if len(members) >= 2:
            found += _group(z, name or title, members)
    return found


def circular(
    indicators: Sequence[Indicator], outcomes: set[str], allocation: set[str]
) -> list[Problem]:
    """Return indicators that are an outcome the index shall explain, or what it distributes."""
    found = []
    for i in indicators:
        inputs = {i.id, i.numerator, i.value, *i.parts.values()} - {None}
        if inputs & outcomes:
            found.append(problem("index.outcome_as_input", "error", column=i.id, label=i.label))
        if inputs & allocation:
            found.append(
                problem("index.allocation_uses_input", "warning", column=i.id, label=i.label)
            )
    return found


def _columns(value: pd.DataFrame, indicators: Sequence[Indicator]) -> list[Problem]:
    found = []
    for i in indicators:
        known = value[i.id].dropna()
        if known.nunique() < 2:
            found.append(
                problem(
                    "index.constant",
                    "error",
                    column=i.id,
                    label=i.label,
                    found="überall derselbe Wert",
                )
            )
        elif (known == 0).mean() > MOSTLY_ZERO:
            found.append(
                problem(
                    "index.mostly_zero",
                    "warning",
                    column=i.id,
                    label=i.label,
                    found=percent((known == 0).mean(), 0),
                )
            )
    return found


def _redundant(z: pd.DataFrame, usable: Sequence[Indicator]) -> list[Problem]:
    if len(usable) < 2:
        return []
    r = z[[i.id for i in usable]].corr().to_numpy()
    pairs = [(x, y) for x in range(len(usable)) for y in range(x + 1, len(usable))]
    strong = [(x, y) for x, y in pairs if decided(abs(r[x, y])) > HIGH_CORRELATION]
    return [
        problem(
            "index.redundant",
            "warning",
            column=usable[x].id,
            first=usable[x].label,
            second=usable[y].label,
            found=number(r[x, y], 2),
        )
        for x, y in sorted(strong, key=lambda pair: -abs(r[pair]))
    ]


def _explained(z: pd.DataFrame, usable: Sequence[Indicator]) -> list[Problem]:
    """Find indicators that follow from several others though from no single one."""
    own = z[[i.id for i in usable]].dropna()
    if len(usable) < 3 or len(own) <= len(usable):
        return []
    inflation = variance_inflation(own)
    return [
        problem(
            "index.explained",
            "warning",
            column=i.id,
            label=i.label,
            found=number(inflation[i.id], 1) if np.isfinite(inflation[i.id]) else "unendlich",
        )
        for i in usable
        if decided(inflation[i.id]) > HIGH_INFLATION
    ]


def _group(z: pd.DataFrame, name: str, members: Sequence[Indicator]) -> list[Problem]:
    own = z[[i.id for i in members]].dropna()
    if len(own) <= len(members):
        return []
    found = []
    parts = principal_components(correlation(own.to_numpy(dtype=float)))
    for i, loading in zip(members, parts.vectors[:, 0], strict=True):
        if loading < -1e-9:
            found.append(
                problem(
                    "index.against_direction",
                    "warning",
                    column=i.id,
                    label=i.label,
                    found=number(float(loading), 2),
                )
            )
    if decided(parts.eigenvalues[1]) > 1.0:
        found.append(
            problem(
                "index.second_dimension",
                "warning",
                node=name,
                found=number(parts.eigenvalues[1], 2),
            )
        )
    alpha = cronbach_alpha(own).alpha
    if decided(alpha) < LOW_ALPHA:
        found.append(problem("index.low_alpha", "warning", node=name, found=number(alpha, 2)))
    adequacy = sampling_adequacy(own)[0]
    if decided(adequacy) < LOW_KMO:
        found.append(problem("index.low_kmo", "warning", node=name, found=number(adequacy, 2)))
    return found
