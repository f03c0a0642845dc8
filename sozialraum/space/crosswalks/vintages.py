"""Old to new boundaries: conversion tables (Umsteigeschlüssel) as crosswalks, one year or many.

Statistical offices publish for each territorial reform which share of an old area went to which new
one. Such a table is a crosswalk, and several reforms are a chain: ``first.then(second)``.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

import numpy as np
import pandas as pd
from scipy import sparse

from sozialraum.model.errors import DataError
from sozialraum.space.areas import name_keys
from sozialraum.space.crosswalk import Crosswalk
from sozialraum.texts import number, problem

# Published factors are rounded to a few decimals; a column may miss 1 by this much and is then
# closed.
ROUNDED = 5e-3


def vintage_crosswalk(
    changes: pd.DataFrame,
    *,
    old: str = "old",
    new: str = "new",
    share: str | None = "share",
    unchanged: Sequence[str] = (),
) -> Crosswalk:
    """Make the crosswalk of one reform from its conversion table.

    Parameters
    ----------
    changes : one row per pair of an old and a new area
    old, new : columns with the area keys
    share : column with the share (0..1) of the old area's persons that went to the new one; None
        where every old area went wholly into one new area
    unchanged : keys that exist before and after and are not in the table

    Returns
    -------
    `Crosswalk` from old to new areas, keys sorted. Shares of an old area that are rounded (their
    sum is within 0.005 of 1) are scaled to 1 and listed in ``details["closed"]``.

    Raises
    ------
    DataError
        If a share is outside 0..1, or the shares of an old area do not add up to 1.

    Notes
    -----
    Conservation: columns add up to 1. Unit of ``mass``: old areas, 1 each. NaN: an old area
    without a count makes the new ones it gives to NaN. Error: `Crosswalk.split_share`; where the
    office publishes shares by persons and by ground, `error.mask_interval` of both.

    Examples
    --------
    >>> rows = {"old": ["1", "1", "2"], "new": ["A", "B", "B"], "share": [0.3, 0.7, 1]}
    >>> vintage_crosswalk(pd.DataFrame(rows)).matrix.toarray()
    array([[0.3, 0. ],
           [0.7, 1. ]])
    """
    table = pd.DataFrame(
        {
            "old": changes[old].astype(str).to_numpy(),
            "new": changes[new].astype(str).to_numpy(),
            "share": 1.0 if share is None else changes[share].to_numpy(float),
        }
    )
    kept = pd.DataFrame({"old": list(unchanged), "new": list(unchanged), "share": 1.0})
    table = pd.concat([table, kept], ignore_index=True)
    closed = _refuse_wrong_shares(table)
    old_keys, new_keys = sorted(set(table["old"])), sorted(set(table["new"]))
    rows = pd.Index(new_keys).get_indexer(table["new"])
    columns = pd.Index(old_keys).get_indexer(table["old"])
    total = table.groupby("old")["share"].transform("sum").to_numpy()
    values = table["share"].to_numpy() / total
    shape = (len(new_keys), len(old_keys))
    matrix = sparse.csr_array(sparse.coo_array((values, (rows, columns)), shape=shape))
    return Crosswalk(
        matrix=matrix,
        target_keys=tuple(new_keys),
        source_keys=tuple(old_keys),
        method="vintage",
        details={"closed": closed},
    )


def _refuse_wrong_shares(table: pd.DataFrame) -> dict[str, float]:
    share = table["share"]
    wrong = table.loc[~share.between(0, 1), "old"]
    if len(wrong):
        raise DataError(problem("space.bad_share", found=name_keys(list(wrong))))
    total = table.groupby("old")["share"].sum()
    open_columns = total[(total - 1).abs() > ROUNDED]
    if len(open_columns):
        stated = [f"{key}: {number(value, 3)}" for key, value in open_columns.items()]
        raise DataError(problem("space.chain_incomplete", found=name_keys(stated)))
    rounded = total[(total - 1).abs() > 1e-12]
    return {str(key): float(value) for key, value in rounded.items()}


def chain_vintages(crosswalks: Sequence[Crosswalk]) -> Crosswalk:
    """Return the crosswalk over several reforms, the oldest first."""
    if not crosswalks:
        message = "The 'crosswalks' parameter of chain_vintages must not be empty. Got () instead."
        raise ValueError(message)
    return reduce(lambda one, following: one.then(following), crosswalks)


def share_crosswalk(
    areas: pd.DataFrame,
    *,
    column: str,
    separator: str = ",",
    seats: pd.Series | None = None,
) -> Crosswalk:
    """Make the crosswalk from catchments to schools where one catchment has two schools or more.

    Parameters
    ----------
    areas : index = area key
    column : the schools of each area, for example ``"01G42,01G40"``
    seats : places per school; a shared catchment's children are split by them (None: evenly)
    separator : what stands between two areas in `column`

    Returns
    -------
    `Crosswalk` to schools. Areas without any school are in ``unmatched_source``; shared ones are
    listed in ``details["shared"]``.

    Notes
    -----
    Conservation: columns add up to 1, or to 0 without a school. Unit of ``mass``: areas, 1 each.
    NaN: an area without a count makes its schools NaN. Error: `Crosswalk.split_share` is the part
    of a school that rests on shared areas; `error.mask_interval` with and without `seats`.
    """
    named = areas[column].fillna("").astype(str).str.split(separator)
    pairs = named.explode().str.strip()
    pairs = pairs[pairs != ""]
    schools = sorted(pairs.unique())
    weight = np.ones(len(pairs)) if seats is None else pairs.map(seats).to_numpy(float)
    if not (weight > 0).all():
        lacking = sorted(set(pairs[~(weight > 0)]))
        message = f"The 'seats' parameter of share_crosswalk must be > 0. Got none for {lacking}."
        raise ValueError(message)
    keys = tuple(areas.index.astype(str))
    columns = pd.Index(keys).get_indexer(pairs.index.astype(str))
    total = np.bincount(columns, weight, minlength=len(keys))
    shape = (len(schools), len(keys))
    cells = (weight / total[columns], (pd.Index(schools).get_indexer(pairs), columns))
    matrix = sparse.csr_array(sparse.coo_array(cells, shape=shape))
    without = [key for key, n in zip(keys, total, strict=True) if n == 0]
    times = pairs.groupby(pairs.index).size()
    return Crosswalk(
        matrix=matrix,
        target_keys=tuple(schools),
        source_keys=keys,
        method="shared",
        unmatched_source=pd.Series(1.0, index=without, dtype=float),
        details={"shared": {str(k): int(v) for k, v in times[times > 1].items()}},
    )
