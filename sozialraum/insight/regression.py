"""Logistic regression of counts with errors that allow for clusters."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sozialraum.model.alignment import aligned


@dataclass(frozen=True, eq=False)
class LogisticModel:
    """A logistic model of counts with standard errors that allow for clusters.

    Parameters
    ----------
    table : by term: ``estimate``, ``error`` (clustered), ``odds``, ``low``, ``high``, ``p``
    clusters : number of clusters
    children : number of children
    """

    table: pd.DataFrame
    clusters: int
    children: float
    details: dict[str, float] = field(default_factory=dict)


def logistic(
    cases: pd.Series,
    children: pd.Series,
    terms: pd.DataFrame,
    clusters: pd.Series,
    *,
    level: float = 0.95,
) -> LogisticModel:
    r"""Fit :math:`\operatorname{logit} p = b_0 + b'x` to counts in clusters (schools).

    Maximum likelihood by Newton steps. Standard errors by the sandwich
    :math:`A^{-1} (\sum_g u_g u_g') A^{-1}`, u the scores added up per cluster (school), times
    G/(G - 1); intervals and p with Student's t, G - 1 degrees of freedom.

    Parameters
    ----------
    cases, children : per row (area × stratum), index = key of the row
    terms : per row, the explaining numbers; a constant is added
    clusters : per row, the cluster it belongs to; a row with NaN in any of the four is left out
    clusters : per row, the cluster it belongs to
    level : of the intervals

    Raises
    ------
    ValueError
        If keys differ, the fit does not exist (a term separates the outcomes) or there are fewer
        clusters than terms.
    """
    cases, children, terms, clusters = aligned(
        "logistic", cases=cases, children=children, terms=terms, clusters=clusters
    )
    known = cases.notna() & children.gt(0) & terms.notna().all(axis=1) & clusters.notna()
    x = np.column_stack([np.ones(known.sum()), terms[known].to_numpy(float)])
    y, n = cases[known].to_numpy(float), children[known].to_numpy(float)
    group, names = pd.factorize(clusters[known])
    if len(names) <= x.shape[1]:
        message = (
            "The 'clusters' parameter of logistic must name more clusters than terms. Got "
            f"{len(names)} and {x.shape[1]} instead."
        )
        raise ValueError(message)
    b = _newton(x, y, n)
    p = 1 / (1 + np.exp(-(x @ b)))
    bread = np.linalg.inv((x * (n * p * (1 - p))[:, None]).T @ x)
    scores = np.zeros((len(names), x.shape[1]))
    np.add.at(scores, group, x * (y - n * p)[:, None])
    g = len(names)
    covariance = bread @ (scores.T @ scores) @ bread * g / (g - 1)
    error = np.sqrt(np.diag(covariance))
    from scipy import stats  # slow to import, and only needed here

    t = stats.t(g - 1)
    step = t.ppf(0.5 + level / 2) * error
    table = pd.DataFrame(
        {
            "estimate": b, "error": error, "odds": np.exp(b), "low": np.exp(b - step),
            "high": np.exp(b + step), "p": 2 * t.sf(np.abs(b / error)),
        },
        index=["constant", *map(str, terms.columns)],
    )  # fmt: skip
    return LogisticModel(table, g, float(n.sum()), {"level": level})


def _newton(
    x: NDArray[np.float64], y: NDArray[np.float64], n: NDArray[np.float64]
) -> NDArray[np.float64]:
    share = np.clip(y.sum() / n.sum(), 1e-9, 1 - 1e-9)
    b = np.zeros(x.shape[1])
    b[0] = np.log(share / (1 - share))
    for _ in range(50):
        p = 1 / (1 + np.exp(-(x @ b)))
        information = (x * (n * p * (1 - p))[:, None]).T @ x
        if np.linalg.cond(information) > 1e14:
            break
        move = np.linalg.solve(information, x.T @ (y - n * p))
        b = b + move
        if np.abs(b).max() > 30:
            break
        if np.abs(move).max() < 1e-12:
            return b
    message = (
        "The 'terms' parameter of logistic must have a finite estimate. Got a term that separates "
        "the outcomes or repeats another instead."
    )
    raise ValueError(message)
