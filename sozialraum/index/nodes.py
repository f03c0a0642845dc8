"""Going up the tree of an index, node by node, and keeping account of what each indicator adds.

The account of a node is a matrix (n_areas, n_indicators) whose rows add up to the node's value. A
mean passes on its parts' accounts times its factors; a scale of the node itself stretches the
account and spreads what it adds or takes off over the indicators by weight.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sozialraum.index.hierarchy import ROOT, IndexNode
from sozialraum.index.means import MEANS, NEEDS_POSITIVE, MeanOptions
from sozialraum.index.ordering import ORDERINGS
from sozialraum.index.scaling import standardise
from sozialraum.model import Indicator, Scale
from sozialraum.model.errors import DataError
from sozialraum.texts import problem

Column = NDArray[np.float64]
Matrix = NDArray[np.float64]
LINEAR_SCALES = ("zscore", "minmax", "goalposts", "robust", "base100", "none")


@dataclass(frozen=True, eq=False)
class Ascent:
    """The values of all nodes and, if kept, their accounts.

    Parameters
    ----------
    values : per node, children before parents
    accounts : per node what each indicator adds; empty if not kept
    shares : per node the part each indicator's weight has in it
    """

    values: dict[str, Column]
    accounts: dict[str, Matrix]
    shares: dict[str, Column]


def aggregate_nodes(
    z: pd.DataFrame,
    indicators: Sequence[Indicator],
    tree: Sequence[IndexNode],
    options: MeanOptions,
    *,
    node_scale: Scale | None = None,
    accounts: bool = False,
) -> Ascent:
    """Compute all nodes from the indicators up.

    Parameters
    ----------
    z : (n_areas, n_indicators)
    indicators, tree, options : see `aggregation.aggregate`
    node_scale : puts the nodes it names on a scale of their own before they go further up
    accounts : keep account of contributions

    Raises
    ------
    ValueError
        If a column is missing, a method is unknown, or an account is wanted of a node that compares
        areas.
    """
    known, leaves = _columns(z, indicators), len(indicators)
    shares = {i.id: row for i, row in zip(indicators, np.eye(leaves), strict=True)}
    kept = {i: _own_account(known[i], row) for i, row in shares.items()} if accounts else {}
    found: dict[str, Column] = {}
    for node in tree:
        if accounts:
            _refuse_ordering(node)
        value, factor = _combine(node, known, options, z.index)
        shares[node.id] = _share_of(node, shares)
        account = _account_of(node, factor, kept) if accounts else None
        if node_scale is not None and node.id in node_scale.ids:
            value, account = _rescaled(node.id, value, account, shares[node.id], node_scale)
        known[node.id] = found[node.id] = value
        if account is not None:
            kept[node.id] = account
    return Ascent(found, kept, shares)


def _refuse_ordering(node: IndexNode) -> None:
    if node.method in ORDERINGS:
        message = (
            f"The 'method' parameter of contributions must be a mean. Got {node.method!r} instead."
        )
        raise ValueError(message)


def _share_of(node: IndexNode, shares: Mapping[str, Column]) -> Column:
    """Return the share of each indicator in a node."""
    size = np.abs(node.weights)
    pairs = zip(size / size.sum(), node.parts, strict=True)
    return np.asarray(sum(w * shares[part] for w, part in pairs))


def _account_of(node: IndexNode, factor: Matrix, kept: Mapping[str, Matrix]) -> Matrix:
    """Return what each indicator adds to a node, through its parts."""
    return np.asarray(sum(factor[:, [c]] * kept[part] for c, part in enumerate(node.parts)))


def linear(name: str, scale: Scale) -> tuple[float, float]:
    """Return slope and offset of a linear scale for one column.

    Raises
    ------
    ValueError
        If the scale is not linear.
    """
    method = scale.params[name].get("method", scale.method)
    if method not in LINEAR_SCALES or scale.params[name].get("cap"):
        message = (
            "The 'method' parameter of fit_node_scale must be one of "
            f"{LINEAR_SCALES} for contributions. Got {method!r} instead."
        )
        raise ValueError(message)
    exact = {k: v for k, v in scale.params[name].items() if k != "digits"}
    ends = _stretched(name, np.array([0.0, 1.0]), replace(scale, params={name: exact}))
    return float(ends[1] - ends[0]), float(ends[0])


def _own_account(column: Column, row: Column) -> Matrix:
    return np.nan_to_num(column)[:, None] * row


def rescaled_account(
    name: str, value: Column, account: Matrix, share: Column, scale: Scale
) -> Matrix:
    """Return a node's account after its linear scale; what rounding adds is spread by share."""
    slope, offset = linear(name, scale)
    spread = offset * share
    if "digits" in scale.params[name]:
        exact = slope * value + offset
        spread = spread + (_stretched(name, value, scale) - exact)[:, None] * share
    return np.asarray(slope * account + spread)


def _stretched(name: str, value: Column, scale: Scale) -> Column:
    own = replace(scale, ids=(name,), sign=(scale.sign[scale.ids.index(name)],))
    return np.asarray(standardise(pd.DataFrame({name: value}), own)[name].to_numpy())


def _rescaled(
    name: str, value: Column, account: Matrix | None, share: Column, scale: Scale
) -> tuple[Column, Matrix | None]:
    stretched = _stretched(name, value, scale)
    if account is None:
        return stretched, None
    return stretched, rescaled_account(name, value, account, share, scale)


def _columns(z: pd.DataFrame, indicators: Sequence[Indicator]) -> dict[str, Column]:
    if absent := [i.id for i in indicators if i.id not in z]:
        message = (
            f"The 'z' parameter of aggregate must have a column per indicator. Missing: {absent}."
        )
        raise ValueError(message)
    return {i.id: z[i.id].to_numpy(dtype=float) for i in indicators}


def _combine(
    node: IndexNode, known: Mapping[str, Column], options: MeanOptions, index: pd.Index
) -> tuple[Column, Matrix]:
    x = np.column_stack([known[part] for part in node.parts])
    stated = np.asarray(node.weights, dtype=float)
    there = ~np.isnan(x)
    complete = bool(there.all())
    enough = there.mean(axis=1) >= node.min_available - 1e-9
    if node.method in ORDERINGS:
        compared = np.where(enough[:, None], x, np.nan)
        return ORDERINGS[node.method](compared, stated, options), np.zeros_like(x)
    _refuse_wrong_node(node, options)
    total = float(np.abs(stated).sum())
    usable = enough
    if complete:
        # The usual case: the same weights in every row, as a view that takes no memory.
        w = np.broadcast_to(stated / total, x.shape)
    else:
        x, w = np.where(there, x, 0.0), np.where(there, stated, 0.0)
        share = np.abs(w).sum(axis=1)
        usable = enough & (share > 0)
        w = np.divide(w, share[:, None], out=np.zeros_like(w), where=usable[:, None])
    _refuse_negative(node, x, index)
    value, factor = MEANS[node.method](x, w, replace(options, total=total))
    if node.method == "mpi":
        _refuse_undefined(node, np.isnan(value) & usable, index)
    return np.where(usable, value, np.nan), factor


def _refuse_wrong_node(node: IndexNode, options: MeanOptions) -> None:
    if node.method not in MEANS:
        message = (
            f"The 'method' parameter of aggregate must be one of {[*MEANS, *ORDERINGS]}. Got "
            f"{node.method!r} instead."
        )
        raise ValueError(message)
    if min(node.weights) < 0 and node.method != "sum":
        message = (
            f"The 'method' of {node.id!r} must be 'sum', for it has negative weights. Got "
            f"{node.method!r} instead."
        )
        raise ValueError(message)
    if node.method == "owa" and options.owa_weights and len(options.owa_weights) != len(node.parts):
        message = (
            f"The 'owa_weights' parameter must have {len(node.parts)} weights for {node.id!r}."
        )
        raise ValueError(message)


def _refuse_negative(node: IndexNode, x: Matrix, index: pd.Index) -> None:
    if node.method not in NEEDS_POSITIVE:
        return
    rows = (x < 0).any(axis=1)
    if rows.any():
        keys = ", ".join(str(k) for k in index[rows][:5])
        raise DataError(
            problem("index.not_positive", found=int(rows.sum()), keys=keys, node=node.id)
        )


def _refuse_undefined(node: IndexNode, rows: NDArray[np.bool_], index: pd.Index) -> None:
    if rows.any():
        keys = ", ".join(str(k) for k in index[rows][:5])
        raise DataError(
            problem("index.mean_not_positive", found=int(rows.sum()), keys=keys, node=node.id)
        )


def root_share(ascent: Ascent) -> Column:
    """Return the part each indicator's weight has in the whole index."""
    return ascent.shares[ROOT]
