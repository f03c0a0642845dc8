"""From standardised indicators to dimensions and to one index, with contributions that add up.

`aggregate` goes up the tree of `hierarchy`; `contributions` takes the index apart again;
`restandardise` puts the index
itself on a scale (Berlin divides by the SD of the sum, the GISD stretches to 0..1).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sozialraum.errors import DataError
from sozialraum.index.hierarchy import ROOT, Node, make_tree
from sozialraum.index.means import MEANS, NEEDS_POSITIVE, MeanOptions
from sozialraum.index.ordering import ORDERINGS
from sozialraum.index.scaling import fit_scale, standardise
from sozialraum.model import Indicator, Scale
from sozialraum.texts import problem

AggregationMethod = Literal[
    "mean", "sum", "geometric", "harmonic", "power", "mpi", "mean_min", "owa", "copeland", "kemeny"
]  # fmt: skip
_INDEX = Indicator(id=ROOT, label="Index", direction="burden", value=ROOT)


def aggregate(
    z: pd.DataFrame,
    indicators: Sequence[Indicator],
    *,
    method: AggregationMethod = "mean",
    dimension_method: AggregationMethod | None = None,
    dimension_weights: Mapping[str, float] | Literal["equal", "size"] = "equal",
    nodes: Sequence[Mapping[str, Any]] = (),
    min_available: float = 1.0,
    power: float = 2.0,
    penalty: Literal["add", "subtract"] = "add",
    alpha: float = 0.5,
    beta: float = 0.0,
    owa_weights: Sequence[float] = (),
    owa_exponent: float = 1.0,
) -> pd.DataFrame:
    r"""Aggregate standardised indicators over their dimensions to the index.

    With weights :math:`w` that add up to 1 among the parts that are there:

    ===========  ===================================================================================
    mean         :math:`\sum w x`
    sum          :math:`\sum W x` with the weights as stated, never renormalised (MSS, IoD)
    geometric    :math:`\prod x^{w}`
    harmonic     :math:`1/\sum (w/x)`
    power        :math:`(\sum w x^p)^{1/p}`
    mpi          :math:`M \pm S^2/M` (Mazziotta–Pareto; adjusted: with `ampi_goalposts`)
    mean_min     :math:`M \mp \alpha(\sqrt{(M - x_{worst})^2 + \beta^2} - \beta)`
    owa          ordered weights, largest part first
    copeland     won minus lost comparisons with the other areas, weighted majority
    kemeny       place in the ranking that agrees most with all parts; up to 14 areas
    ===========  ===================================================================================

    Parameters
    ----------
    z : (n_areas, n_indicators), from `standardise`; NaN = not there
    indicators : dimension and weight (relative to the others of its dimension) of each column
    method, dimension_method : of the index, and of the dimensions below it (None = the same)
    dimension_weights : by name, "equal", or "size" (each indicator counts alike)
    nodes : further levels and exceptions per node: mappings with id and parent, weight, method,
    min_available
    min_available : share of its parts that a node needs, 0..1; with fewer it has no value
    power, penalty, alpha, beta, owa_weights, owa_exponent : see `means.MeanOptions`

    Returns
    -------
    (n_areas, n_nodes): a column per dimension and, last, "index"; NaN where too few parts are
    there.

    Raises
    ------
    ValueError
        If an argument is unknown.
    DataError
        If a geometric, harmonic or power mean meets a negative value.

    Examples
    --------
    >>> z = pd.DataFrame({"a": [0.2, 1.0], "b": [0.4, np.nan]}, index=["01", "02"])
    >>> two = [Indicator(id=i, label=i, direction="burden", value=i) for i in "ab"]
    >>> aggregate(z, two)["index"].round(3).tolist()
    [0.3, nan]
    >>> aggregate(z, two, min_available=0.5)["index"].round(3).tolist()
    [0.3, 1.0]
    """
    options = _options(power, penalty, alpha, beta, owa_weights, owa_exponent)
    tree = make_tree(
        indicators, method=method, dimension_method=dimension_method,
        dimension_weights=dimension_weights, nodes=nodes, min_available=min_available,
    )  # fmt: skip
    known = _columns(z, indicators)
    found = {}
    for node in tree:
        known[node.id], _ = _combine(node, known, options, z.index)
        found[node.id] = known[node.id]
    return pd.DataFrame(found, index=z.index)


def contributions(
    z: pd.DataFrame,
    indicators: Sequence[Indicator],
    *,
    method: AggregationMethod = "mean",
    dimension_method: AggregationMethod | None = None,
    dimension_weights: Mapping[str, float] | Literal["equal", "size"] = "equal",
    nodes: Sequence[Mapping[str, Any]] = (),
    min_available: float = 1.0,
    power: float = 2.0,
    penalty: Literal["add", "subtract"] = "add",
    alpha: float = 0.5,
    beta: float = 0.0,
    owa_weights: Sequence[float] = (),
    owa_exponent: float = 1.0,
    restandard: Scale | None = None,
) -> pd.DataFrame:
    """Take the index apart: what each indicator adds to it, area by area.

    Parameters
    ----------
    z, indicators, method … owa_exponent : as for `aggregate`
    restandard : the scale of `fit_restandard`, if the index was put on one; a centre that was
    taken off is spread over
        the indicators by their weight

    Returns
    -------
    (n_areas, n_indicators); each row adds up to the index (to 1e-12 of its size); 0 for a missing
    indicator, NaN
    where the index is NaN.

    Raises
    ------
    ValueError
        If a node ranks areas against each other ("copeland", "kemeny"): such an index is no sum of
        contributions. Or if
        `restandard` is not linear.
    """
    options = _options(power, penalty, alpha, beta, owa_weights, owa_exponent)
    tree = make_tree(
        indicators, method=method, dimension_method=dimension_method,
        dimension_weights=dimension_weights, nodes=nodes, min_available=min_available,
    )  # fmt: skip
    known = _columns(z, indicators)
    factors: dict[str, NDArray[np.float64]] = {}
    for node in tree:
        if node.method in ORDERINGS:
            message = (
                f"The 'method' parameter of contributions must be a mean. Got {node.method!r} "
                "instead."
            )
            raise ValueError(message)
        known[node.id], factors[node.id] = _combine(node, known, options, z.index)
    reach = _factors_of_leaves(tree, factors, len(z))
    columns = {i.id: reach[i.id] * np.nan_to_num(known[i.id]) for i in indicators}
    added = pd.DataFrame(columns, index=z.index)
    added[np.isnan(known[ROOT])] = np.nan
    return (
        added
        if restandard is None
        else _restandardised(added, _shares(tree, indicators), restandard)
    )


def fit_restandard(
    index: pd.Series,
    *,
    method: Literal["zscore", "sd", "minmax", "none"] = "zscore",
    ddof: int = 0,
    weights: pd.Series | None = None,
    output: tuple[float, float] = (0.0, 1.0),
    location: float = 0.0,
    step: float = 1.0,
) -> Scale:
    """Learn the scale of the index itself, as a frozen value.

    Parameters
    ----------
    index : (n_areas,)
    method, ddof, weights, output, location, step : as for `fit_scale`; "sd" only divides by the SD
        and leaves the centre where it is
    """
    return fit_scale(
        index.to_frame(ROOT), [_INDEX], method="zscore" if method == "sd" else method, ddof=ddof,
        weights=weights, centre="zero" if method == "sd" else "mean", output=output,
        location=location, step=step,
    )  # fmt: skip


def restandardise(index: pd.Series, *, scale: Scale | None = None, **how: Any) -> pd.Series:
    """Put the index on a scale of its own: by a frozen `scale`, or by one learnt here.

    Parameters
    ----------
    index : (n_areas,); NaN stays NaN
    scale : from `fit_restandard`, for example of a reference year; `how` is then not used
    how : arguments of `fit_restandard`

    Examples
    --------
    >>> restandardise(pd.Series([1.0, 3.0], index=["01", "02"])).tolist()
    [-1.0, 1.0]
    """
    learnt = fit_restandard(index, **how) if scale is None else scale
    return standardise(index.to_frame(ROOT), learnt)[ROOT]


def _options(
    power: float,
    penalty: str,
    alpha: float,
    beta: float,
    owa_weights: Sequence[float],
    owa_exponent: float,
) -> MeanOptions:
    if penalty not in ("add", "subtract"):
        message = (
            f"The 'penalty' parameter of aggregate must be 'add' or 'subtract'. Got {penalty!r} "
            "instead."
        )
        raise ValueError(message)
    if power == 0:
        message = (
            "The 'power' parameter of aggregate must not be 0: use method='geometric'. Got 0 "
            "instead."
        )
        raise ValueError(message)
    return MeanOptions(power, penalty, alpha, beta, tuple(owa_weights), owa_exponent)


def _columns(z: pd.DataFrame, indicators: Sequence[Indicator]) -> dict[str, NDArray[np.float64]]:
    if absent := [i.id for i in indicators if i.id not in z]:
        message = (
            f"The 'z' parameter of aggregate must have a column per indicator. Missing: {absent}."
        )
        raise ValueError(message)
    return {i.id: z[i.id].to_numpy(dtype=float) for i in indicators}


def _combine(
    node: Node, known: Mapping[str, NDArray[np.float64]], options: MeanOptions, index: pd.Index
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    x = np.column_stack([known[part] for part in node.parts])
    stated = np.asarray(node.weights, dtype=float)
    there = ~np.isnan(x)
    enough = there.mean(axis=1) >= node.min_available - 1e-9
    if node.method in ORDERINGS:
        return ORDERINGS[node.method](np.where(enough[:, None], x, np.nan), stated), np.zeros_like(
            x
        )
    if node.method not in MEANS:
        message = (
            f"The 'method' parameter of aggregate must be one of {[*MEANS, *ORDERINGS]}. Got "
            f"{node.method!r} instead."
        )
        raise ValueError(message)
    x, w = np.where(there, x, 0.0), np.where(there, stated, 0.0)
    _refuse_negative(node, x, index)
    if node.method == "owa" and options.owa_weights and len(options.owa_weights) != len(node.parts):
        message = (
            f"The 'owa_weights' parameter must have {len(node.parts)} weights for {node.id!r}."
        )
        raise ValueError(message)
    share = w.sum(axis=1)
    usable = enough & (share > 0)
    w = np.divide(w, share[:, None], out=np.zeros_like(w), where=usable[:, None])
    value, factor = MEANS[node.method](x, w, _with_total(options, float(stated.sum())))
    return np.where(usable, value, np.nan), factor


def _with_total(options: MeanOptions, stated: float) -> MeanOptions:
    return MeanOptions(**{**vars(options), "total": stated})


def _refuse_negative(node: Node, x: NDArray[np.float64], index: pd.Index) -> None:
    if node.method not in NEEDS_POSITIVE:
        return
    rows = (x < 0).any(axis=1)
    if rows.any():
        keys = ", ".join(str(k) for k in index[rows][:5])
        raise DataError(
            problem("index.not_positive", found=int(rows.sum()), keys=keys, node=node.id)
        )


def _factors_of_leaves(
    tree: Sequence[Node], factors: Mapping[str, NDArray[np.float64]], n: int
) -> dict[str, NDArray[np.float64]]:
    """Multiply the factors from the root down to each indicator."""
    reach = {ROOT: np.ones(n)}
    for node in reversed(tree):
        for column, part in enumerate(node.parts):
            reach[part] = reach[node.id] * factors[node.id][:, column]
    return reach


def effective_weights(
    indicators: Sequence[Indicator],
    *,
    dimension_weights: Mapping[str, float] | Literal["equal", "size"] = "equal",
    nodes: Sequence[Mapping[str, Any]] = (),
) -> pd.Series:
    """Return each indicator's weight in the index: the product of the weights on its way up.

    Examples
    --------
    >>> a = Indicator(id="a", label="a", direction="burden", value="a", dimension="d")
    >>> b = Indicator(id="b", label="b", direction="burden", value="b", dimension="d", weight=3.0)
    >>> c = Indicator(id="c", label="c", direction="burden", value="c", dimension="e")
    >>> effective_weights([a, b, c]).tolist()
    [0.125, 0.375, 0.5]
    """
    shares = _shares(
        make_tree(indicators, dimension_weights=dimension_weights, nodes=nodes), indicators
    )
    return pd.Series(shares, index=[i.id for i in indicators])


def _shares(tree: Sequence[Node], indicators: Sequence[Indicator]) -> list[float]:
    share = {ROOT: 1.0}
    for node in reversed(tree):
        for part, weight in zip(node.parts, node.weights, strict=True):
            share[part] = share[node.id] * weight / sum(node.weights)
    return [share[i.id] for i in indicators]


def _restandardised(added: pd.DataFrame, shares: list[float], scale: Scale) -> pd.DataFrame:
    """``y = slope · index + offset``: the offset goes to the indicators by weight."""
    ends = standardise(pd.DataFrame({ROOT: [0.0, 1.0]}), scale)[ROOT]
    if scale.method not in ("zscore", "minmax", "robust", "none"):
        message = (
            f"The 'restandard' parameter of contributions must be linear. Got {scale.method!r} "
            "instead."
        )
        raise ValueError(message)
    slope, offset = float(ends[1] - ends[0]), float(ends[0])
    return added * slope + offset * np.asarray(shares)
