"""Nested areas: each source lies wholly in one target, and its key or a column says in which."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy import sparse

from sozialraum.model.errors import DataError
from sozialraum.space.areas import name_keys
from sozialraum.space.crosswalk import Crosswalk
from sozialraum.texts import problem

if TYPE_CHECKING:
    import geopandas as gpd


def parent_keys(source: pd.DataFrame, parent: str | int) -> pd.Series:
    """Return the key of the parent of each source area.

    Parameters
    ----------
    parent : column with the parent's key, or the number of leading characters of the own key that
        make it up (a Berlin Planungsraum ``01011101`` lies in Bezirksregion ``010111``)

    Examples
    --------
    >>> parent_keys(pd.DataFrame(index=["01011101", "12302107"]), 6).tolist()
    ['010111', '123021']
    """
    keys = source.index.astype(str)
    if isinstance(parent, int):
        return pd.Series(keys.str[:parent], index=keys)
    if parent not in source.columns:
        message = (
            "The 'parent' parameter of make_crosswalk must be a column of source or a number of "
            f"characters. Got {parent!r} instead."
        )
        raise ValueError(message)
    column = source[parent]
    column = column.where(column.isna(), column.astype(str))
    return pd.Series(column.where(column != "").to_numpy(), index=keys)


def nested_crosswalk(
    source: gpd.GeoDataFrame | pd.DataFrame,
    target: gpd.GeoDataFrame | pd.DataFrame,
    *,
    parent: str | int | None,
) -> Crosswalk:
    """Make a crosswalk of zeros and ones from the keys alone.

    Raises
    ------
    DataError
        If a source names no parent, or one that is no target.

    Notes
    -----
    Conservation: each column is a single 1. Unit of ``mass``: sources, 1 each. NaN: a source
    without a count makes its parent NaN. Error: none; no source is split (`split_share` is 0).
    """
    if parent is None:
        message = (
            "The 'parent' parameter of make_crosswalk must be given for method 'nested'. "
            "Got None instead."
        )
        raise ValueError(message)
    parents = parent_keys(source, parent)
    target_keys = tuple(target.index.astype(str))
    missing = parents[parents.isna()]
    unknown = parents[parents.notna() & ~parents.isin(target_keys)]
    problems = []
    if len(missing):
        problems.append(problem("space.parent_missing", found=name_keys(list(missing.index))))
    if len(unknown):
        stated = [f"{child} → {above}" for child, above in unknown.items()]
        problems.append(problem("space.parent_unknown", found=name_keys(stated)))
    if problems:
        raise DataError(problems)
    position = {key: row for row, key in enumerate(target_keys)}
    rows = np.array([position[key] for key in parents], dtype=np.int64)
    shape = (len(target_keys), len(parents))
    matrix = sparse.csr_array((np.ones(len(rows)), (rows, np.arange(len(rows)))), shape=shape)
    childless = sorted(set(target_keys) - set(parents))
    return Crosswalk(
        matrix=matrix,
        target_keys=target_keys,
        source_keys=tuple(parents.index),
        method="nested",
        unmatched_target=pd.Series(1.0, index=childless, dtype=float),
        details={"parent": parent},
    )
