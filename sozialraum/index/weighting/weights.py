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
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sozialraum.index.weighting.factors import (
    correlation,
    factor_weights,
    principal_components,
    varimax,
)
from sozialraum.index.weighting.weight_rules import RULES
from sozialraum.model import Indicator, Problem
from sozialraum.model.alignment import aligned
from sozialraum.model.arguments import checks_options
from sozialraum.model.errors import DataError
from sozialraum.model.learnt import Learnt
from sozialraum.model.options import (
    Against,
    AtLeastOne,
    DimensionId,
    IndicatorId,
    NotNegative,
    Positive,
    WeightMethod,
)
from sozialraum.texts import number, problem

Matrix = NDArray[np.float64]
Column = NDArray[np.float64]
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


@checks_options
def fit_weights(
    z: pd.DataFrame,
    indicators: Sequence[Indicator],
    *,
    method: WeightMethod = "equal",
    judgements: Mapping[DimensionId, Sequence[Sequence[Positive]]] | None = None,
    targets: Mapping[IndicatorId, NotNegative] | None = None,
    anchor: IndicatorId | None = None,
    against: Against = "refuse",
    factors: AtLeastOne | None = None,
    coefficients: Mapping[IndicatorId, float] | None = None,
    weights: pd.Series | None = None,
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
    published  the stated `coefficients`, as they are: those of a publication, not of this data
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
    coefficients : "published": per indicator its coefficient; never brought to a sum of 1, so that
        "sum" gives the published score
    weights : (n_areas,), persons; "pca", "factor": correlations over persons instead of areas; an
        area without a number does not count

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
    named = [*(targets or {}), *(coefficients or {}), *([] if anchor is None else [anchor])]
    _refuse_wrong_arguments(method, judgements, named, indicators)
    z, weights = aligned("fit_weights", z=z, weights=weights)
    persons = _persons(weights, z.index, method)
    if method == "published":
        _refuse_missing_coefficients(coefficients or {}, indicators)
    nodes: dict[str, list[Indicator]] = {}
    for indicator in indicators:
        nodes.setdefault(indicator.dimension or "index", []).append(indicator)
    by_node, details, problems = {}, {}, []
    for name, members in nodes.items():
        ids = [i.id for i in members]
        x = z[ids].to_numpy(dtype=float)
        complete = ~np.isnan(x).any(axis=1) & (persons > 0)
        x, counted = x[complete], persons[complete]
        if method == "pca":
            weight, detail = _pca(z, ids, anchor, x, counted)
        elif method == "factor":
            weight, detail = _factor(x, factors, counted)
        else:
            stated = (judgements or {}).get(name, ()), coefficients or {}, targets or {}
            weight, detail = _by_rule(method, ids, x, *stated)
        signed = method in ("pca", "published") and against == "refuse"
        problems += _against(members, weight) if signed else []
        by_node[name] = dict(zip(ids, (float(w) for w in weight), strict=True))
        details[name] = detail
    if problems:
        raise DataError(problems)
    by_persons = {} if weights is None else {"weights": str(weights.name or "weights")}
    return Weights(
        method, by_node, {"nodes": details, "against": against, "areas": len(z), **by_persons}
    )


def _by_rule(
    method: str,
    ids: Sequence[str],
    x: Matrix,
    judgements: Sequence[Sequence[float]],
    coefficients: Mapping[str, float],
    targets: Mapping[str, float],
) -> tuple[Column, dict[str, Any]]:
    """Return weights that are stated, judged, or follow from a rule without factors."""
    if method == "ahp":
        return ahp_weights(np.asarray(judgements, dtype=float))
    if method == "published":
        return np.array([float(coefficients[i]) for i in ids]), {}
    return RULES[method](x, np.array([targets.get(i, 1.0) for i in ids])), {}


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


def _pca(
    z: pd.DataFrame, ids: list[str], anchor: str | None, x: Matrix, persons: Column
) -> tuple[Column, dict[str, Any]]:
    if len(ids) == 1:
        return np.ones(1), {"eigenvalues": [1.0], "vector": [1.0]}
    found = principal_components(correlation(x, persons))
    vector = found.vectors[:, 0]
    if anchor is not None:
        score = z[ids].to_numpy(dtype=float) @ vector
        together = pd.Series(score, index=z.index).corr(z[anchor])
        vector = -vector if together < 0 else vector
    return vector, {"eigenvalues": found.eigenvalues.tolist(), "vector": vector.tolist()}


def _factor(x: Matrix, factors: int | None, persons: Column) -> tuple[Column, dict[str, Any]]:
    if x.shape[1] == 1:
        return np.ones(1), {"eigenvalues": [1.0], "factors": 1}
    found = principal_components(correlation(x, persons))
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
    method: str,
    judgements: Mapping[str, Any] | None,
    named: Sequence[str],
    indicators: Sequence[Indicator],
) -> None:
    ids = [i.id for i in indicators]
    if unknown := [name for name in named if name not in ids]:
        message = (
            "The 'targets', 'anchor' and 'coefficients' parameter of fit_weights must name "
            f"indicators. Got {unknown} instead."
        )
        raise ValueError(message)
    needed = {i.dimension or "index" for i in indicators}
    if judgements and (unknown := sorted(set(judgements) - needed)):
        message = (
            f"The 'judgements' parameter of fit_weights must name dimensions: {sorted(needed)}. "
            f"Got {unknown} instead."
        )
        raise ValueError(message)
    if method == "ahp" and (missing := sorted(needed - set(judgements or {}))):
        message = (
            "The 'judgements' parameter of fit_weights must name every dimension. Missing: "
            f"{missing}."
        )
        raise ValueError(message)


def _persons(weights: pd.Series | None, keys: pd.Index, method: str) -> Column:
    """Return one weight per area; 1 where every area counts alike, 0 where it does not count."""
    if weights is None:
        return np.ones(len(keys))
    if method not in ("pca", "factor"):
        message = (
            "The 'weights' parameter of fit_weights must be None for any method but 'pca' and "
            f"'factor'. Got it for {method!r}."
        )
        raise ValueError(message)
    persons = weights.to_numpy(dtype=float)
    persons = np.where(np.isnan(persons), 0.0, persons)
    if (persons < 0).any() or not persons.any() or not np.isfinite(persons).all():
        message = (
            "The 'weights' parameter of fit_weights must hold finite numbers of at least 0, not "
            "all of them 0."
        )
        raise ValueError(message)
    return persons


def _refuse_missing_coefficients(
    coefficients: Mapping[str, float], indicators: Sequence[Indicator]
) -> None:
    ids = [i.id for i in indicators]
    missing, unknown = sorted(set(ids) - set(coefficients)), sorted(set(coefficients) - set(ids))
    if missing or unknown:
        message = (
            "The 'coefficients' parameter of fit_weights must name every indicator for "
            f"method='published'. Missing: {missing}, unknown: {unknown}."
        )
        raise ValueError(message)
