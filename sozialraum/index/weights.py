"""Weights of the parts within each node: stated by people, or learnt from the data.

A weight is a judgement. Weights learnt from data only say how the indicators move together or
apart; every method here returns weights ≥ 0 that add up to 1 in their node, except principal
components, which give the loadings of the score itself and refuse an indicator that loads against
its declared direction.

References: Saaty (1980) for AHP; OECD/JRC Handbook (2008) ch. 6; Diakoulaki et al. (1995) for
CRITIC; Becker et al. (2017), Ecol. Indic. 80, for weights optimised to a target importance.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import pandas as pd
import scipy
from numpy.typing import NDArray

from sozialraum.errors import DataError
from sozialraum.index.factors import correlation, factor_weights, principal_components, varimax
from sozialraum.model import Indicator, Problem
from sozialraum.model.learnt import Learnt
from sozialraum.texts import number, problem

Matrix = NDArray[np.float64]
Column = NDArray[np.float64]
WeightMethod = Literal["equal", "ahp", "pca", "factor", "entropy", "critic", "optimised"]
# Mean consistency index of random judgements of 1, 2, 3 … parts (Saaty).
RANDOM_INDEX = (0.0, 0.0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49)
MOST_INCONSISTENCY = 0.1


@dataclass(frozen=True)
class Weights(Learnt):
    """Frozen weights.

    Parameters
    ----------
    method : how they were found
    by_node : per node the weight of each part
    options : what else was learnt: eigenvalues, consistency ratio, correlations
    """

    method: str
    by_node: dict[str, dict[str, float]] = field(default_factory=dict)
    options: dict[str, Any] = field(default_factory=dict)


def fit_weights(
    z: pd.DataFrame,
    indicators: Sequence[Indicator],
    *,
    method: WeightMethod = "equal",
    judgements: Mapping[str, Sequence[Sequence[float]]] | None = None,
    targets: Mapping[str, float] | None = None,
    anchor: str | None = None,
    against: Literal["refuse", "keep"] = "refuse",
    factors: int | None = None,
) -> Weights:
    """Find the weights of the indicators within each dimension.

    =========  ===================================================================================
    equal      1/m
    ahp        principal eigenvector of the pairwise `judgements`, with consistency ratio
    pca        first unit eigenvector v of the correlations: with method "sum" the score Σ v z
    factor     squared varimax loadings on the own factor × the factor's share (Nicoletti)
    entropy    1 − e with e = −Σ p ln p / ln n, p = x/Σ x: an even indicator weighs little
    critic     SD · Σ (1 − r): an indicator that varies and repeats no other weighs much
    optimised  correlations with the node proportional to the `targets`, weights ≥ 0
    =========  ===================================================================================

    Parameters
    ----------
    z : (n_areas, n_indicators), standardised and directed; rows with NaN are left out
    indicators : dimension of each column
    method : see the table
    judgements : "ahp": per dimension ("index" where there is none) a square matrix, row against
        column
    targets : "optimised": wanted importance per indicator; equal where not stated
    anchor : "pca": indicator the score must correlate with positively, whatever its dimension
        (GISD: unemployment); None = the loadings of each dimension add up to at least 0
    against : "pca": what to do with a loading against the declared direction; "keep" only to repeat
        a published index
    factors : "factor": how many; None = those with an eigenvalue above 1

    Returns
    -------
    `Weights`; aggregate with ``weights=``.

    Raises
    ------
    ValueError
        If an argument is unknown or missing.
    DataError
        If an indicator loads against its declared direction.

    Examples
    --------
    >>> z = pd.DataFrame({"a": [0.0, 1, 2, 3], "b": [0.0, 2, 1, 3]})
    >>> two = [Indicator(id=i, label=i, direction="burden", value=i) for i in "ab"]
    >>> weights = fit_weights(z, two, method="pca")
    >>> {i: round(w, 4) for i, w in weights.by_node["index"].items()}
    {'a': 0.7071, 'b': 0.7071}
    """
    _refuse_wrong_arguments(method, against, judgements, indicators)
    nodes: dict[str, list[Indicator]] = {}
    for indicator in indicators:
        nodes.setdefault(indicator.dimension or "index", []).append(indicator)
    by_node, details, problems = {}, {}, []
    for name, members in nodes.items():
        ids = [i.id for i in members]
        x = z[ids].to_numpy(dtype=float)
        x = x[~np.isnan(x).any(axis=1)]
        if method == "ahp":
            weight, detail = ahp_weights(np.asarray((judgements or {})[name], dtype=float))
        elif method == "pca":
            weight, detail = _pca(z, ids, anchor)
            problems += _against(members, weight) if against == "refuse" else []
        elif method == "factor":
            weight, detail = _factor(x, factors)
        else:
            weight, detail = (
                _SIMPLE[method](x, np.array([(targets or {}).get(i, 1.0) for i in ids])),
                {},
            )
        by_node[name] = dict(zip(ids, (float(w) for w in weight), strict=True))
        details[name] = detail
    if problems:
        raise DataError(problems)
    return Weights(method, by_node, {"nodes": details, "against": against, "areas": len(z)})


def ahp_weights(judgements: Matrix) -> tuple[Column, dict[str, float]]:
    """Return weights from pairwise judgements, and how consistent these are.

    Parameters
    ----------
    judgements : (m, m), ``a[i, j]`` = how many times as important i is as j; ``a[j, i] = 1/a[i,
        j]``

    Returns
    -------
    weights : (m,), adding up to 1
    consistency : lambda_max, ci = (λ − m)/(m − 1), cr = ci / random index; above 0.1 the judgements
        contradict each other too much

    Examples
    --------
    >>> weight, consistency = ahp_weights(np.array([[1, 2, 4], [0.5, 1, 2], [0.25, 0.5, 1]]))
    >>> weight.round(4).tolist(), abs(round(consistency["cr"], 6))
    ([0.5714, 0.2857, 0.1429], 0.0)
    """
    m = len(judgements)
    if judgements.shape != (m, m) or (judgements <= 0).any():
        message = (
            "The 'judgements' parameter must be a square matrix above 0. Got shape "
            f"{judgements.shape}."
        )
        raise ValueError(message)
    if not np.allclose(judgements * judgements.T, 1.0, rtol=1e-6):
        message = "The 'judgements' parameter must be reciprocal: a[j, i] = 1/a[i, j]."
        raise ValueError(message)
    values, vectors = np.linalg.eig(judgements)
    first = int(values.real.argmax())
    weight = np.abs(vectors[:, first].real)
    largest = float(values[first].real)
    ci = (largest - m) / (m - 1) if m > 1 else 0.0
    random_index = RANDOM_INDEX[min(m, len(RANDOM_INDEX)) - 1]
    cr = ci / random_index if random_index > 0 else 0.0
    return weight / weight.sum(), {"lambda_max": largest, "ci": ci, "cr": cr}


def inspect_weights(weights: Weights) -> list[Problem]:
    """List contradictory judgements and second dimensions behind learnt weights."""
    problems = []
    for node, detail in weights.options.get("nodes", {}).items():
        if detail.get("cr", 0.0) > MOST_INCONSISTENCY:
            problems.append(
                problem("index.inconsistent", "warning", node=node, found=number(detail["cr"], 2))
            )
        second = detail.get("eigenvalues", [0.0, 0.0])[1:2]
        if second and second[0] > 1.0:
            problems.append(
                problem("index.second_dimension", "warning", node=node, found=number(second[0], 2))
            )
    return problems


def entropy_weights(x: Matrix, targets: Column | None = None) -> Column:
    """Return ``w ∝ 1 − e``; x ≥ 0.

    Examples
    --------
    >>> entropy_weights(np.array([[1.0, 1.0], [1.0, 3.0]])).round(4).tolist()
    [0.0, 1.0]
    """
    if (x < 0).any():
        message = (
            "The 'z' parameter must be at least 0 for method='entropy': standardise with 'minmax'."
        )
        raise ValueError(message)
    p = x / x.sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        entropy = -np.where(p > 0, p * np.log(p), 0.0).sum(axis=0) / np.log(len(x))
    spread = np.maximum(1.0 - entropy, 0.0)
    return spread / spread.sum() if spread.sum() > 0 else np.full(x.shape[1], 1.0 / x.shape[1])


def critic_weights(x: Matrix, targets: Column | None = None) -> Column:
    """Return ``w ∝ SD · Σ (1 − r)`` of the columns, each first stretched to 0..1."""
    stretched = (x - x.min(axis=0)) / np.ptp(x, axis=0)
    information = stretched.std(axis=0) * (1.0 - correlation(x)).sum(axis=0)
    total = information.sum()
    return information / total if total > 1e-12 else np.full(x.shape[1], 1.0 / x.shape[1])


def optimised_weights(x: Matrix, targets: Column) -> Column:
    """Return weights ≥ 0, adding up to 1, that bring the correlations closest to the targets.

    Minimises ``Σ (t_i − r_i/Σ r)²`` over the simplex; r_i = correlation of part i with ``Σ w x``.
    Starts from equal weights and from each corner's neighbourhood, so the result depends on no
    random number.
    """
    m = x.shape[1]
    wanted = np.asarray(targets, dtype=float) / np.sum(targets)
    scaled = x - x.mean(axis=0)
    spread = scaled.std(axis=0)
    covariance = scaled.T @ scaled / len(x)

    def distance(w: Column) -> float:
        deviation = np.sqrt(max(w @ covariance @ w, 1e-300))
        r = covariance @ w / (spread * deviation)
        total = r.sum()
        return float(((wanted - r / total) ** 2).sum()) if abs(total) > 1e-12 else 1e6

    starts = [np.full(m, 1.0 / m), *(0.5 / m + 0.5 * np.eye(m))]
    simplex = {"type": "eq", "fun": lambda w: w.sum() - 1.0}
    found = [
        scipy.optimize.minimize(
            distance, start, method="SLSQP", bounds=[(0.0, 1.0)] * m, constraints=[simplex],
            options={"ftol": 1e-14, "maxiter": 1000},
        )
        for start in starts
    ]  # fmt: skip
    best = np.clip(min(found, key=lambda result: result.fun).x, 0.0, None)
    return best / best.sum()


_SIMPLE = {
    "equal": lambda x, targets: np.full(x.shape[1], 1.0 / x.shape[1]),
    "entropy": entropy_weights,
    "critic": critic_weights,
    "optimised": optimised_weights,
}


def _pca(z: pd.DataFrame, ids: list[str], anchor: str | None) -> tuple[Column, dict[str, Any]]:
    if len(ids) == 1:
        return np.ones(1), {"eigenvalues": [1.0], "vector": [1.0]}
    x = z[ids].to_numpy(dtype=float)
    found = principal_components(correlation(x))
    vector = found.vectors[:, 0]
    if anchor is not None:
        together = pd.Series(x @ vector, index=z.index).corr(z[anchor])
        vector = -vector if together < 0 else vector
    return vector, {"eigenvalues": found.eigenvalues.tolist(), "vector": vector.tolist()}


def _factor(x: Matrix, factors: int | None) -> tuple[Column, dict[str, Any]]:
    if x.shape[1] == 1:
        return np.ones(1), {"eigenvalues": [1.0], "factors": 1}
    found = principal_components(correlation(x))
    k = factors or max(1, int((found.eigenvalues > 1.0).sum()))
    loadings = found.loadings[:, :k]
    rotated = varimax(loadings) if k > 1 else loadings
    return factor_weights(rotated), {"eigenvalues": found.eigenvalues.tolist(), "factors": k}


def _against(members: Sequence[Indicator], weight: Column) -> list[Problem]:
    return [
        problem("index.against_direction", column=i.id, label=i.label, found=number(float(w), 2))
        for i, w in zip(members, weight, strict=True)
        if w < -1e-9
    ]


def _refuse_wrong_arguments(
    method: str, against: str, judgements: Mapping[str, Any] | None, indicators: Sequence[Indicator]
) -> None:
    known = ("ahp", "pca", "factor", *_SIMPLE)
    if method not in known:
        message = (
            f"The 'method' parameter of fit_weights must be one of {list(known)}. Got {method!r} "
            "instead."
        )
        raise ValueError(message)
    if against not in ("refuse", "keep"):
        message = (
            f"The 'against' parameter of fit_weights must be 'refuse' or 'keep'. Got {against!r} "
            "instead."
        )
        raise ValueError(message)
    needed = {i.dimension or "index" for i in indicators}
    if method == "ahp" and (missing := sorted(needed - set(judgements or {}))):
        message = (
            "The 'judgements' parameter of fit_weights must name every dimension. Missing: "
            f"{missing}."
        )
        raise ValueError(message)
