"""From standardised indicators to dimensions and to one index, with contributions that add up.

`aggregate` goes up the tree of `hierarchy`; `contributions` takes the index apart again;
`restandardise` puts the index itself on a scale (Berlin divides by the SD of the sum, the GISD
stretches to 0..1).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from inspect import signature
from typing import Any, Unpack

import numpy as np
import pandas as pd

from sozialraum.index.hierarchy import ROOT, IndexNode, make_tree
from sozialraum.index.keyword_options import RestandardOptions, TreeOptions
from sozialraum.index.means import MeanOptions
from sozialraum.index.nodes import aggregate_nodes, rescaled_account, root_share
from sozialraum.index.scaling import fit_scale, standardise
from sozialraum.index.weighting.weights import Weights
from sozialraum.model import Indicator, Scale
from sozialraum.model.arguments import checks_options
from sozialraum.model.options import (
    AggregationMethod,
    Ddof,
    Digits,
    DimensionId,
    Exponent,
    NodeScaleMethod,
    NotNegative,
    Penalty,
    Positive,
    PositiveShare,
    Range,
    RankShare,
    RestandardMethod,
    Share,
    SharedWeights,
    Ties,
)

_OF_TREE = ("method", "dimension_method", "dimension_weights", "nodes", "min_available")
_OF_MEANS = (
    "power", "penalty", "alpha", "beta", "owa_weights", "owa_exponent", "share_bounds"
)  # fmt: skip
_INDEX = Indicator(id=ROOT, label="Index", direction="burden", value=ROOT)


@checks_options
def aggregate(
    z: pd.DataFrame,
    indicators: Sequence[Indicator],
    *,
    method: AggregationMethod = "mean",
    dimension_method: AggregationMethod | None = None,
    dimension_weights: Mapping[DimensionId, NotNegative] | SharedWeights = "equal",
    nodes: Sequence[Mapping[str, object]] = (),
    min_available: PositiveShare = 1.0,
    power: Exponent = 2.0,
    penalty: Penalty = "add",
    alpha: Share = 0.5,
    beta: NotNegative = 0.0,
    owa_weights: Sequence[NotNegative] = (),
    owa_exponent: Positive = 1.0,
    share_bounds: Range | None = None,
    weights: Weights | None = None,
    node_scale: Scale | None = None,
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
    bod          benefit of the doubt: highest score with weights within `share_bounds`
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
    power, penalty, alpha, beta, owa_weights, owa_exponent, share_bounds : see `means.MeanOptions`
    weights : learnt weights (`fit_weights`) that take the place of the stated ones
    node_scale : a scale for dimensions (`fit_node_scale`), applied before they are aggregated

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
    tree = make_tree(
        indicators, method=method, dimension_method=dimension_method,
        dimension_weights=dimension_weights, nodes=nodes, min_available=min_available,
        learnt=None if weights is None else weights.by_node,
    )  # fmt: skip
    options = _options(power, penalty, alpha, beta, owa_weights, owa_exponent, share_bounds)
    ascent = aggregate_nodes(z, indicators, tree, options, node_scale=node_scale)
    return pd.DataFrame(ascent.values, index=z.index)


def contributions(
    z: pd.DataFrame,
    indicators: Sequence[Indicator],
    *,
    restandard: Scale | None = None,
    node_scale: Scale | None = None,
    **how: Unpack[TreeOptions],
) -> pd.DataFrame:
    """Take the index apart: what each indicator adds to it, area by area.

    Parameters
    ----------
    z, indicators : as for `aggregate`
    restandard : the scale of `fit_restandard`, if the index was put on one
    node_scale : as for `aggregate`
    how : the other arguments of `aggregate`

    Returns
    -------
    (n_areas, n_indicators); each row adds up to the index (to 1e-12 of its size); 0 for a missing
    indicator, NaN where the index is NaN. What a scale adds or takes off is spread by weight.

    Raises
    ------
    ValueError
        If a node compares areas with each other ("copeland", "kemeny", "bod"): such an index is no
        sum of contributions. Or if `restandard` is not linear.
    """
    tree, options = _tree_and_options(indicators, **how)
    ascent = aggregate_nodes(z, indicators, tree, options, node_scale=node_scale, accounts=True)
    account = ascent.accounts[ROOT]
    if restandard is not None:
        account = rescaled_account(
            ROOT, ascent.values[ROOT], account, root_share(ascent), restandard
        )
    account[np.isnan(ascent.values[ROOT])] = np.nan
    return pd.DataFrame(account, index=z.index, columns=[i.id for i in indicators])


@checks_options
def fit_node_scale(
    z: pd.DataFrame,
    indicators: Sequence[Indicator],
    *,
    method: NodeScaleMethod = "minmax",
    ddof: Ddof = 0,
    output: Range = (0.0, 1.0),
    ties: Ties = "average",
    rank_share: RankShare | None = None,
    factor: Positive = 23.0,
    digits: Digits | None = None,
    aggregation: Mapping[str, Any] | None = None,
    weights: Weights | None = None,
) -> Scale:
    """Learn a scale for the dimensions, lowest level first (the GISD stretches each to 0..1).

    Parameters
    ----------
    z, indicators : as for `aggregate`
    method, ddof, output, ties, rank_share, factor, digits : as for `fit_scale`; "sd" only divides
        by the SD; an index over ranks is no sum of contributions any more
    aggregation : the arguments `aggregate` will get
    weights : learnt weights, as for `aggregate`

    Returns
    -------
    A `Scale` with one row per node below the index.
    """
    tree, options = _tree_and_options(indicators, **{**(aggregation or {}), "weights": weights})
    made = Scale(method, (), (), {}, "deprivation", {"areas": len(z)})
    for done, node in enumerate(tree[:-1]):
        value = aggregate_nodes(z, indicators, tree[: done + 1], options, node_scale=made).values[
            node.id
        ]
        named = Indicator(id=node.id, label=node.id, direction="burden", value=node.id)
        own = fit_scale(
            pd.DataFrame({node.id: value}), [named], method="zscore" if method == "sd" else method,
            centre="zero" if method == "sd" else "mean", ddof=ddof, output=output, ties=ties,
            rank_share=rank_share, factor=factor, digits=digits,
        )  # fmt: skip
        made = Scale(
            own.method, (*made.ids, node.id), (*made.sign, 1), {**made.params, **own.params},
            "deprivation", {**own.options, "areas": len(z)},
        )  # fmt: skip
    return made


@checks_options
def fit_restandard(
    index: pd.Series,
    *,
    method: RestandardMethod = "zscore",
    ddof: Ddof = 0,
    weights: pd.Series | None = None,
    output: Range = (0.0, 1.0),
    location: float = 0.0,
    step: Positive = 1.0,
    ties: Ties = "average",
    digits: Digits | None = None,
) -> Scale:
    """Learn the scale of the index itself, as a frozen value.

    Parameters
    ----------
    index : (n_areas,)
    method, ddof, weights, output, location, step, ties, digits : as for `fit_scale`; "sd" only
        divides by the SD and leaves the centre where it is; an index of ranks or percentiles is no
        sum of contributions any more
    """
    return fit_scale(
        index.to_frame(ROOT), [_INDEX], method="zscore" if method == "sd" else method, ddof=ddof,
        weights=weights, centre="zero" if method == "sd" else "mean", output=output,
        location=location, step=step, ties=ties, digits=digits,
    )  # fmt: skip


def restandardise(
    index: pd.Series, *, scale: Scale | None = None, **how: Unpack[RestandardOptions]
) -> pd.Series:
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


def effective_weights(indicators: Sequence[Indicator], **how: Unpack[TreeOptions]) -> pd.Series:
    """Return each indicator's weight in the index: the product of the weights on its way up.

    Parameters
    ----------
    indicators : as for `aggregate`
    how : dimension_weights, nodes and weights of `aggregate`

    Examples
    --------
    >>> a = Indicator(id="a", label="a", direction="burden", value="a", dimension="d")
    >>> b = Indicator(id="b", label="b", direction="burden", value="b", dimension="d", weight=3.0)
    >>> c = Indicator(id="c", label="c", direction="burden", value="c", dimension="e")
    >>> effective_weights([a, b, c]).tolist()
    [0.125, 0.375, 0.5]
    """
    tree, _ = _tree_and_options(indicators, **how)
    share = {ROOT: 1.0}
    for node in reversed(tree):
        total = float(np.abs(node.weights).sum())
        for part, weight in zip(node.parts, node.weights, strict=True):
            share[part] = share[node.id] * weight / total
    return pd.Series([share[i.id] for i in indicators], index=[i.id for i in indicators])


def _tree_and_options(
    indicators: Sequence[Indicator], **how: Any
) -> tuple[tuple[IndexNode, ...], MeanOptions]:
    """Sort the arguments of `aggregate` into the tree and what its means are told."""
    given = {name: p.default for name, p in signature(aggregate).parameters.items()}
    if unknown := sorted(set(how) - set(given)):
        message = f"The 'how' parameter of aggregate must name its options. Got {unknown} instead."
        raise ValueError(message)
    given |= how
    weights = given["weights"]
    tree = make_tree(
        indicators, learnt=None if weights is None else weights.by_node,
        **{k: given[k] for k in _OF_TREE},
    )  # fmt: skip
    return tree, _options(**{k: given[k] for k in _OF_MEANS})


def _options(
    power: float,
    penalty: str,
    alpha: float,
    beta: float,
    owa_weights: Sequence[float],
    owa_exponent: float,
    share_bounds: tuple[float, float] | None,
) -> MeanOptions:
    return MeanOptions(power, penalty, alpha, beta, tuple(owa_weights), owa_exponent, share_bounds)
