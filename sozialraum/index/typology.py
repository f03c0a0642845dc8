"""Types: areas with alike profiles, numbered by burden.

A class cuts one number; a type describes a profile: two areas with the same index can be of
different types. Types found by a computer have no order and no name; here 1 is always the type with
the lowest mean burden and k the one with the highest, the seed is stated, and how stable the types
are is part of the result.

References: Lloyd (1982) for k-means; Ward (1963); Fraley & Raftery (2002) for mixtures; Duque et
al. (2007) for regions; Hennig (2007) for stability under resampling; Hubert & Arabie (1985) for the
adjusted Rand index.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from typing import Literal

import numpy as np
import pandas as pd
import scipy
from numpy.typing import NDArray
from scipy.sparse import csr_array
from sklearn.cluster import AgglomerativeClustering, KMeans
from sklearn.metrics import adjusted_rand_score
from sklearn.mixture import GaussianMixture
from threadpoolctl import threadpool_limits

from sozialraum.model import Problem, Typology
from sozialraum.model.alignment import in_key_order
from sozialraum.model.errors import DataError
from sozialraum.model.neighbours import Neighbours
from sozialraum.model.options import ClassCount, Resamples, SmallSeed, TypeMethod, option_words
from sozialraum.texts import percent, problem, text

Matrix = NDArray[np.float64]
Labels = NDArray[np.int64]
TYPE_METHODS = option_words(TypeMethod)
UNSTABLE = 0.6


def fit_typology(
    z: pd.DataFrame,
    *,
    method: TypeMethod = "kmeans",
    k: ClassCount = 5,
    seed: SmallSeed = 2024,
    neighbours: Neighbours | None = None,
    orientation: Literal["deprivation", "participation"] = "deprivation",
    labels: Sequence[str] | None = None,
    draws: Resamples = 50,
) -> Typology:
    """Group areas by their profiles.

    Parameters
    ----------
    z : (n_areas, n_indicators), standardised and directed; areas with a gap do not shape the types
    method : "kmeans"; "ward" (the smallest growth of squared deviation, step by step); "mixture"
        (normal distributions); "contiguous" (Ward, joining only neighbours: regions)
    k : number of types
    seed : of the random starts and of the resampling
    neighbours : "contiguous": which areas touch, by key (`contiguity`)
    orientation : which end of `z` is burden
    labels : German, lowest burden first
    draws : how often the areas are resampled to measure stability; 0 = not at all

    Returns
    -------
    `Typology`; its options hold the sizes, the type of each area as found (`assigned`), how many of
    them the nearest centre gives again (`agreement`), and the stability (mean adjusted Rand index
    over the resampled sets, 1 = always the same types).

    Raises
    ------
    ValueError
        If an argument is unknown or missing.
    DataError
        If there are fewer different profiles than types, or more separate regions than types.

    Examples
    --------
    >>> z = pd.DataFrame({"arm": [-1.0, -1.1, 1.0, 1.1], "arbeit": [-1.0, -0.9, 0.9, 1.1]},
    ...     index=list("abcd"))
    >>> types = fit_typology(z, k=2, draws=0)
    >>> assign_types(z, types).tolist()
    [1, 1, 2, 2]
    """
    _refuse_wrong_arguments(method, neighbours, labels, k)
    z = z.iloc[in_key_order(z.index)]
    with threadpool_limits(1):  # the same types whatever the number of processors
        return _fitted(z, method, k, seed, neighbours, orientation, labels, draws)


def _fitted(
    z: pd.DataFrame, method: TypeMethod, k: int, seed: int, neighbours: Neighbours | None,
    orientation: Literal["deprivation", "participation"], labels: Sequence[str] | None, draws: int,
) -> Typology:  # fmt: skip
    known = z.notna().all(axis=1).to_numpy()
    x = z.to_numpy(dtype=float)[known]
    if len(np.unique(x, axis=0)) < k:
        raise DataError(problem("index.too_few_profiles", found=len(np.unique(x, axis=0)), k=k))
    around = None
    if neighbours is not None:
        around = neighbours.aligned(z.index, caller="fit_typology").subset(known).matrix()
    found = _ordered(x, _cluster(x, method, k, seed, around), k, orientation)
    centres = np.array([x[found == t].mean(axis=0) for t in range(1, k + 1)])
    keys = z.index[known]
    named = (
        tuple(labels)
        if labels
        else tuple(text("index.type_label", number=t) for t in range(1, k + 1))
    )
    return Typology(
        method, tuple(str(c) for c in z.columns), tuple(tuple(c) for c in centres.tolist()), named,
        {
            "k": k, "seed": seed, "orientation": orientation, "draws": draws,
            "sizes": np.bincount(found, minlength=k + 1)[1:].tolist(),
            "assigned": {str(key): int(t) for key, t in zip(keys, found, strict=True)},
            "agreement": float((_nearest(x, centres) == found).mean()),
            "stability": _stability(x, found, method, k, seed, draws, orientation, around),
        },
    )  # fmt: skip


def assign_types(z: pd.DataFrame, typology: Typology, *, as_found: bool = False) -> pd.Series:
    """Return the type of each area, 1 = lowest burden.

    Parameters
    ----------
    z : (n_areas, n_indicators), of this year or another
    typology : from `fit_typology`
    as_found : True: the types as the method found them, by key (regions need it); False: the type
        whose centre is nearest

    Returns
    -------
    Int64; <NA> for an area with a gap, or, as found, one that was not there.
    """
    if as_found:
        assigned = typology.options["assigned"]
        found = pd.array([assigned.get(str(key), pd.NA) for key in z.index], dtype="Int64")
        return pd.Series(found, index=z.index, name="type")
    x = z[list(typology.ids)].to_numpy(dtype=float)
    gap = np.isnan(x).any(axis=1)
    found = pd.array(_nearest(np.nan_to_num(x), np.array(typology.centres)), dtype="Int64")
    found[gap] = pd.NA
    return pd.Series(found, index=z.index, name="type")


def type_certainty(
    z: pd.DataFrame, typology: Typology, *, draws: int = 200, seed: int = 2024
) -> pd.Series:
    """Return for each area how often it keeps its type over resampled areas.

    Parameters
    ----------
    z, typology : as in `assign_types`; not for "contiguous"; NaN where an area has no type
    draws, seed : of the resampling
    """
    if typology.method == "contiguous":
        message = "The 'typology' parameter of type_certainty must not be of method 'contiguous'."
        raise ValueError(message)
    given, z = z.index, z.iloc[in_key_order(z.index)]
    known = z[list(typology.ids)].notna().all(axis=1).to_numpy()
    x = z[list(typology.ids)].to_numpy(dtype=float)[known]
    own = _nearest(x, np.array(typology.centres))
    kept, options = np.zeros(len(x)), typology.options
    k = len(typology.centres)
    with threadpool_limits(1):
        for again in _resampled(x, typology.method, k, seed, draws, options["orientation"]):
            kept += again == own
    return pd.Series(kept / draws, index=z.index[known], name="type_certainty").reindex(given)


def inspect_typology(typology: Typology) -> list[Problem]:
    """List what a committee should know: unstable types, types of a single area.

    Parameters
    ----------
    typology : from `fit_typology`
    """
    found = []
    stability = typology.options.get("stability")
    if stability is not None and stability < UNSTABLE:
        found.append(problem("index.unstable_types", "warning", found=percent(stability, 0)))
    for label, size in zip(typology.labels, typology.options["sizes"], strict=True):
        if size == 1:
            found.append(problem("index.lonely_type", "warning", label=label))
    return found


def _cluster(x: Matrix, method: str, k: int, seed: int, neighbours: csr_array | None) -> Labels:
    if method == "kmeans":
        return KMeans(k, n_init=20, random_state=seed).fit_predict(x).astype(np.int64)
    if method == "mixture":
        mixture = GaussianMixture(k, n_init=5, random_state=seed, reg_covar=1e-4, max_iter=500)
        with warnings.catch_warnings():
            # A start that has not converged is still compared with the others by likelihood.
            warnings.simplefilter("ignore")
            return mixture.fit_predict(x).astype(np.int64)
    if neighbours is None:
        return AgglomerativeClustering(k, linkage="ward").fit_predict(x).astype(np.int64)
    regions, _ = scipy.sparse.csgraph.connected_components(neighbours, directed=False)
    if regions > k:
        raise DataError(problem("index.separate_regions", found=int(regions), k=k))
    if regions == 1:
        tree = AgglomerativeClustering(k, linkage="ward", connectivity=neighbours)
        return tree.fit_predict(x).astype(np.int64)
    return _within_regions(x, k, neighbours)


def _within_regions(x: Matrix, k: int, neighbours: csr_array) -> Labels:
    """Cut each separate region on its own, always splitting the one with the largest deviation."""
    regions, labels = scipy.sparse.csgraph.connected_components(neighbours, directed=False)
    parts = dict.fromkeys(range(regions), 1)
    for _ in range(k - regions):
        worst = max(
            parts,
            key=lambda r: (
                _deviation(x[labels == r]) / parts[r] if parts[r] < (labels == r).sum() else -1.0
            ),
        )
        parts[worst] += 1
    found, used = np.empty(len(x), dtype=np.int64), 0
    for region, count in parts.items():
        rows = labels == region
        own = np.zeros(rows.sum(), dtype=np.int64)
        if count > 1:
            tree = AgglomerativeClustering(
                count, linkage="ward", connectivity=neighbours[rows][:, rows]
            )
            own = tree.fit_predict(x[rows])
        found[rows] = own + used
        used += count
    return found


def _deviation(x: Matrix) -> float:
    return float(((x - x.mean(axis=0)) ** 2).sum())


def _ordered(x: Matrix, raw: Labels, k: int, orientation: str) -> Labels:
    """Number the types 1..k by mean burden; equal means by their profiles, so the result is one."""
    sign = 1.0 if orientation == "deprivation" else -1.0
    groups = [t for t in range(k) if (raw == t).any()]
    if len(groups) < k:
        raise DataError(problem("index.too_few_profiles", found=len(groups), k=k))
    centres = {t: sign * x[raw == t].mean(axis=0) for t in groups}
    order = sorted(groups, key=lambda t: (centres[t].mean(), *centres[t]))
    number = np.empty(k, dtype=np.int64)
    number[order] = np.arange(1, k + 1)
    return number[raw]


def _nearest(x: Matrix, centres: Matrix) -> Labels:
    distance = ((x[:, None, :] - centres[None, :, :]) ** 2).sum(axis=2)
    return distance.argmin(axis=1).astype(np.int64) + 1


def _resampled(
    x: Matrix, method: str, k: int, seed: int, draws: int, orientation: str
) -> Iterator[Labels]:
    """Yield the types of all areas by the centres found from areas drawn with replacement."""
    rng = np.random.default_rng(seed)
    for _ in range(draws):
        rows = rng.integers(0, len(x), len(x))
        if len(np.unique(x[rows], axis=0)) < k:
            yield np.zeros(len(x), dtype=np.int64)
            continue
        found = _ordered(x[rows], _cluster(x[rows], method, k, seed, None), k, orientation)
        centres = np.array([x[rows][found == t].mean(axis=0) for t in range(1, k + 1)])
        yield _nearest(x, centres)


def _stability(
    x: Matrix, found: Labels, method: str, k: int, seed: int, draws: int, orientation: str,
    neighbours: csr_array | None,
) -> float | None:  # fmt: skip
    # Resampled areas have no map: the stability of regions is not measured this way.
    if draws == 0 or neighbours is not None:
        return None
    again = _resampled(x, method, k, seed, draws, orientation)
    return float(np.mean([adjusted_rand_score(found, other) for other in again]))


def _refuse_wrong_arguments(
    method: str, neighbours: object, labels: Sequence[str] | None, k: int
) -> None:
    if method not in TYPE_METHODS:
        message = (
            f"The 'method' parameter of fit_typology must be one of {list(TYPE_METHODS)}. Got "
            f"{method!r} instead."
        )
        raise ValueError(message)
    if (method == "contiguous") != (neighbours is not None):
        message = (
            "The 'neighbours' parameter of fit_typology must be given for 'contiguous' and only "
            "there."
        )
        raise ValueError(message)
    if k < 2 or (labels is not None and len(set(labels)) != k):
        message = (
            f"The 'labels' parameter of fit_typology must name k = {k} types, at least 2. Got "
            f"{labels} instead."
        )
        raise ValueError(message)
