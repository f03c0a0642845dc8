"""Areas put together because a table has one row for them: "Moorburg und Altenwerder".

The ground is dissolved; rows of single parts are added up, a missing or withheld part makes the sum
so. A joined row is never split.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from sozialraum.model import Problem, status_frame
from sozialraum.model.keys import plain_text, restore_key
from sozialraum.sources.tabular.headers import close_names
from sozialraum.texts import problem

if TYPE_CHECKING:
    from sozialraum.config.deliveries import AreaSet
    from sozialraum.config.plan import Plan
    from sozialraum.sources.tabular.assembly import ReadTable

_REASONS = ("suppressed", "small_base", "missing")  # the first that occurs is told
# findings on the form of keys: those that the build file makes up itself may have any
_ODD_KEYS = {"sources.key_width", "sources.key_form"}
_TOUCHING = 1.0  # metres between areas that still touch


def merge_tree(section: AreaSet) -> dict[str, tuple[str, ...]]:
    """Return merged area -> what it is made of: areas, or areas merged before it."""

    def plain(key: str) -> str:
        return restore_key(plain_text(key), section.width or 0)

    return {plain(m.key): tuple(plain(k) for k in m.keys) for m in section.merge}


def merged_keys(tree: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Return part -> merged area; an area merged twice stands under its last name.

    Examples
    --------
    >>> merged_keys({"a+b": ("a", "b"), "all": ("a+b", "c")})
    {'a': 'all', 'b': 'all', 'a+b': 'all', 'c': 'all'}
    """
    above = {part: whole for whole, parts in tree.items() for part in parts}
    found = {}
    for part in above:
        whole, steps = above[part], 0
        while whole in above and steps < len(above):
            whole, steps = above[whole], steps + 1
        found[part] = whole
    return found


def merged_sets(plan: Plan) -> dict[str, dict[str, list[str]]]:
    """Return per set of areas what was put together, for the record: merged area -> its areas."""
    found = {}
    for name, section in plan.areas.items():
        tree = merge_tree(section)
        wholes: dict[str, list[str]] = {}
        for part, whole in merged_keys(tree).items():
            if part not in tree:
                wholes.setdefault(whole, []).append(part)
        found |= {section.label or name: wholes} if wholes else {}
    return found


def check_merges(tree: Mapping[str, Sequence[str]], known: Collection[str]) -> list[Problem]:
    """Return what is wrong with the merges of a set whose areas have the keys `known`."""
    found, there = [], list(known)
    for whole, parts in tree.items():
        for key in [k for k in parts if k not in there]:
            found.append(problem("sources.merge_unknown", key=key, found=close_names(key, there)))
        if whole in known:
            found.append(problem("sources.merge_key_taken", key=whole))
        there.append(whole)
    parts = [part for merged in tree.values() for part in merged]
    twice = sorted({k for k in parts if parts.count(k) > 1})
    return [*found, *(problem("sources.merge_twice", key=key) for key in twice)]


def merge_areas(
    areas: gpd.GeoDataFrame, section: AreaSet
) -> tuple[gpd.GeoDataFrame, list[Problem]]:
    """Return a set with its merges made, and what was done; columns the parts differ in are empty.

    Parameters
    ----------
    areas : index = key, columns ``name``, ``geometry`` and words
    section : with the merges
    """
    tree = merge_tree(section)
    wrong = check_merges(tree, areas.index)
    if wrong or not tree:
        return areas, wrong
    wholes = merged_keys(tree)
    target = areas.index.map(lambda key: wholes.get(key, key))
    rows, notes = [], []
    for key in dict.fromkeys(wholes.values()):
        parts = areas[target == key]
        rows.append(_merged(parts, key))
        listed = ", ".join(f"„{k}“" for k in parts.index)
        values = {"key": key, "n": len(parts), "parts": listed}
        notes.append(problem("sources.areas_put_together", "note", **values))
        if _apart(parts.geometry.to_numpy()):
            notes.append(problem("sources.merge_apart", "warning", **values))
        lost = [c for c in section.parents.values() if c in parts and parts[c].nunique() > 1]
        notes += [problem("sources.merge_parents", key=key, parts=listed, found=c) for c in lost]
    new = gpd.GeoDataFrame(rows, columns=list(areas.columns), geometry="geometry", crs=areas.crs)
    new.index = pd.Index(list(dict.fromkeys(wholes.values())), dtype=str, name=areas.index.name)
    kept = areas[[key not in wholes for key in areas.index]]
    both = gpd.GeoDataFrame(pd.concat([kept, new]), geometry="geometry", crs=areas.crs)
    return both.sort_index(), notes


def _merged(parts: gpd.GeoDataFrame, key: str) -> dict[str, object]:
    """Return the row of a merged area: dissolved ground, the names of its parts."""
    same = {
        c: parts[c].iloc[0] if parts[c].nunique(dropna=False) == 1 else ""
        for c in parts.columns.drop("geometry")
    }
    named = list(parts["name"]) != list(parts.index)
    name = " und ".join(dict.fromkeys(parts["name"])) if named else key
    shape = shapely.union_all(shapely.make_valid(parts.geometry.to_numpy()))
    return {**same, "name": name, "geometry": shape}


def _apart(shapes: np.ndarray) -> bool:
    """Tell whether some area touches none of the others."""
    if len(shapes) < 2:
        return False
    return any(
        shapely.distance(shape, shapely.union_all(np.delete(shapes, i))) > _TOUCHING
        for i, shape in enumerate(shapes)
    )


def merge_table(
    table: ReadTable, tree: Mapping[str, Sequence[str]], *, shares: Collection[str] = ()
) -> ReadTable:
    """Return a table on the keys of merged areas, with what was added up as problems.

    Parameters
    ----------
    table : index = key, parts and merged areas
    tree : of `merge_tree`
    shares : columns of delivered shares and means: they cannot be added up
    """
    if not tree:
        return table
    frame, status, text, found = merge_rows(
        table.frame, table.status, table.text, tree, shares=shares
    )
    kept = [p for p in table.problems if p.key not in tree or p.code not in _ODD_KEYS]
    return replace(table, frame=frame, status=status, text=text, problems=[*kept, *found])


def merge_rows(
    frame: pd.DataFrame,
    status: pd.DataFrame,
    text: pd.DataFrame,
    tree: Mapping[str, Sequence[str]],
    *,
    shares: Collection[str] = (),
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, list[Problem]]:
    """Return numbers, status and words on the keys of merged areas, and what was found."""
    wholes, labels = merged_keys(tree), status.astype(object)
    filled = set(frame.index[frame.notna().any(axis=1)])
    problems, rows, why, words = [], {}, {}, {}
    for whole in dict.fromkeys(wholes.values()):
        problems += _counted_twice(whole, tree, filled)
        used = _rows_of(whole, tree, filled, set(frame.index))
        there = [k for k in used if k in frame.index]
        if not there:
            continue
        rows[whole], why[whole] = _sum(frame, labels, used, shares if used != [whole] else ())
        words[whole] = text.loc[there].agg(lambda c: c.iloc[0] if c.nunique() == 1 else "")
        if used != [whole]:
            lost = [c for c in shares if c in frame and frame.loc[there, c].notna().any()]
            problems += _added(whole, there, lost)
    kept = [k for k in frame.index if k not in wholes and k not in rows]
    return (
        _with(frame.loc[kept], rows).astype(float),
        status_frame(_with(labels.loc[kept], why)),
        _with(text.loc[kept], words).astype(str),
        problems,
    )


def _rows_of(
    whole: str, tree: Mapping[str, Sequence[str]], filled: set[str], there: set[str]
) -> list[str]:
    """Return the rows that make up a merged area: its own, else those of its parts."""
    if whole in filled or whole not in tree:
        return [whole]
    used = [k for part in tree[whole] for k in _rows_of(part, tree, filled, there)]
    return [whole] if whole in there and not filled & set(used) else used


def _counted_twice(
    whole: str, tree: Mapping[str, Sequence[str]], filled: set[str]
) -> Iterator[Problem]:
    """Yield merged areas that stand in a table beside their own parts."""
    below = list(tree.get(whole, ()))
    while any(k in tree for k in below):
        below = [k for part in below for k in (tree.get(part) or [part])]
    double = [k for k in below if k in filled]
    if whole in filled and double:
        listed = ", ".join(f"„{k}“" for k in double)
        yield problem("sources.part_and_whole", key=whole, parts=listed)
    for part in tree.get(whole, ()):
        yield from _counted_twice(part, tree, filled) if part in tree else ()


def _added(whole: str, parts: list[str], lost: list[str]) -> Iterator[Problem]:
    listed = ", ".join(f"„{k}“" for k in parts)
    yield problem("sources.rows_added", "note", key=whole, parts=listed, n=len(parts))
    if lost:
        columns = ", ".join(f"„{c}“" for c in lost)
        yield problem("sources.merged_share", "warning", key=whole, columns=columns)


def _sum(
    frame: pd.DataFrame, labels: pd.DataFrame, parts: list[str], shares: Collection[str]
) -> tuple[pd.Series, pd.Series]:
    """Return the sum of some rows, and why it is none; rows that are not there are missing."""
    numbers = frame.reindex(parts)
    reasons = labels.reindex(parts).fillna("missing")
    gone = numbers.isna().any() | pd.Series(frame.columns.isin(list(shares)), frame.columns)
    total = numbers.sum().mask(gone)
    why = pd.Series("ok", index=frame.columns, dtype=object).mask(gone, "missing")
    for reason in reversed(_REASONS):
        why = why.mask(gone & reasons.eq(reason).any(), reason)
    return total, why


def _with(kept: pd.DataFrame, rows: Mapping[str, pd.Series]) -> pd.DataFrame:
    new = pd.DataFrame(list(rows.values()), index=list(rows), columns=kept.columns)
    both = pd.concat([kept.astype(object), new.astype(object)])
    both.index = pd.Index(both.index, dtype=str, name=kept.index.name)
    return both.sort_index()
