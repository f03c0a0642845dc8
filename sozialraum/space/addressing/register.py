"""Counts spread over the houses of a local address register: the crosswalk of addresses and rules.

``share[t, s] = Σ w(houses of s in t) / Σ w(houses of s)``, with w = 1 or the dwellings of a house.
Which areas a house belongs to is what the register says of it, or where it lies.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from sozialraum.model.errors import DataError
from sozialraum.model.options import Overlaps
from sozialraum.space.areas import NAMED_KEYS, area_keys, refuse_unusable, same_crs, shapes_of
from sozialraum.space.crosswalks.assembly import Pieces, assemble_crosswalk
from sozialraum.space.crosswalks.overlay import intersection_areas, uncovered_targets
from sozialraum.space.crosswalks.points import area_of_points
from sozialraum.texts import number, problem

if TYPE_CHECKING:
    import geopandas as gpd

    from sozialraum.model.problem import Problem
    from sozialraum.space.crosswalk import Crosswalk


@dataclass(frozen=True, eq=False)
class Housed:
    """A crosswalk by houses, and what the register left open.

    Parameters
    ----------
    crosswalk : of method "addresses" or "rules"
    problems : houses without an area, keys that no area has, weights that cannot be used
    """

    crosswalk: Crosswalk
    problems: tuple[Problem, ...]


def address_crosswalk(
    register: pd.DataFrame,
    source: gpd.GeoDataFrame,
    target: gpd.GeoDataFrame,
    *,
    source_key: str | None = None,
    target_key: str | None = None,
    weight: str | None = None,
    border: float = 0.01,
    overlaps: Overlaps = "refuse",
    file: str | None = None,
    method: Literal["addresses", "rules"] = "addresses",
) -> Housed:
    """Spread counts over the houses of a register and count these per target area.

    Parameters
    ----------
    register : one row per house or building, index = row in the file; a GeoDataFrame of points
        where `source_key` or `target_key` is not given
    source, target : areas, index = area key, CRS in metres
    source_key, target_key : columns with the key of the area of each house; None = by its place
    weight : column with dwellings or persons of a house; None counts every house as 1
    border, overlaps : as of `make_crosswalk`
    file : name of the register, for the problems
    method : how it is called: "rules" where rules of house numbers gave the target

    Returns
    -------
    `Housed`. Columns add up to 1, less the share of houses that lie in no target. Sources without
    any house fall back to areal weights and stand in ``details["areal_fallback"]``.

    Raises
    ------
    DataError
        If a column is missing, weights are no numbers, the register has no coordinates where they
        are needed, or not one house lies in a source area.

    Notes
    -----
    Conservation: columns add up to 1, less the houses without a target. Unit of ``mass``: houses,
    or the sum of their `weight`. NaN: a source without a count makes the targets it gives to NaN.
    Error: `Crosswalk.split_share`, and `error.mask_interval` with another `weight` or areal shares.
    """
    _require_columns(register, (source_key, target_key, weight), file)
    houses = pd.DataFrame(
        {
            "source": _areas_of(register, source, source_key, file),
            "target": _areas_of(register, target, target_key, file),
            "weight": _weights(register, weight, file),
        }
    )
    return house_crosswalk(
        houses, source, target, method=method, border=border, overlaps=overlaps, file=file
    )


def house_crosswalk(
    houses: pd.DataFrame,
    source: gpd.GeoDataFrame,
    target: gpd.GeoDataFrame,
    *,
    method: str,
    border: float = 0.01,
    overlaps: Overlaps = "refuse",
    file: str | None = None,
) -> Housed:
    """Make the crosswalk of houses whose areas are known.

    Parameters
    ----------
    houses : one row per house; ``source``, ``target`` (area key, missing = none) and ``weight``
    source, target : areas, index = area key; their ground is only asked for sources without houses
    method : how it is called, "addresses" or "rules"
    border, overlaps, file : as of `address_crosswalk`

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import box
    >>> block = gpd.GeoDataFrame(index=["1"], geometry=[box(0, 0, 2, 1)], crs=25833)
    >>> halves = [box(0, 0, 1, 1), box(1, 0, 2, 1)]
    >>> goals = gpd.GeoDataFrame(index=["W", "O"], geometry=halves, crs=25833)
    >>> houses = {"source": ["1", "1"], "target": ["W", "O"], "weight": [3.0, 1.0]}
    >>> made = house_crosswalk(pd.DataFrame(houses), block, goals, method="addresses")
    >>> made.crosswalk.matrix.toarray()
    array([[0.75],
           [0.25]])
    """
    refuse_unusable(source=source, target=target)
    keys, goals = area_keys(source), area_keys(target)
    here, there = pd.Index(keys).get_indexer(houses["source"]), _rows(goals, houses["target"])
    heavy = houses["weight"].to_numpy(float)
    total = np.bincount(here + 1, heavy, minlength=len(keys) + 1)[1:]
    if not (total > 0).any():
        raise DataError(problem("addresses.no_house_in_areas", file=file, n=len(houses)))
    source = same_crs(source, target.crs)
    shapes, ground = shapes_of(source), shapes_of(target)
    areal = intersection_areas(shapes, ground)
    empty = total <= 0
    both = (here >= 0) & (there >= 0)
    counted = Pieces(there[both], here[both], heavy[both])
    crosswalk = assemble_crosswalk(
        counted.filled_up(areal, empty[areal.source]),
        np.where(empty, shapely.area(shapes), total),
        target_keys=goals,
        source_keys=keys,
        method=method,
        border=border,
        overlaps=overlaps,
        unmatched_target=uncovered_targets(areal, ground, goals),
        details={
            "houses": len(houses),
            "areal_fallback": [keys[k] for k in np.flatnonzero(empty)],
            "without_source": int((here < 0).sum()),
            "without_target": int((there < 0).sum()),
        },
    )
    found = (*_left_open(houses, here, keys, "source", file),
             *_left_open(houses, there, goals, "target", file))  # fmt: skip
    return Housed(replace(crosswalk, mass=total), found)


def _rows(keys: tuple[str, ...], asked: pd.Series) -> NDArray[np.int64]:
    return pd.Index(keys).get_indexer(asked)


def _require_columns(register: pd.DataFrame, columns: tuple, file: str | None) -> None:
    missing = [c for c in columns if c is not None and c not in register.columns]
    if missing:
        raise DataError([problem("addresses.no_column", file=file, column=c) for c in missing])


def _areas_of(
    register: pd.DataFrame, areas: gpd.GeoDataFrame, key: str | None, file: str | None
) -> NDArray[np.object_]:
    """Return the area key of each house: as the register says, else by its place."""
    if key is not None:
        stated = register[key].astype(object)
        return stated.where(stated.notna() & (stated != ""), None).to_numpy()
    if "geometry" not in register:
        raise DataError(problem("addresses.no_place", file=file))
    return area_of_points(register, areas)["key"].to_numpy()  # type: ignore[arg-type]


def _weights(register: pd.DataFrame, weight: str | None, file: str | None) -> NDArray[np.float64]:
    if weight is None:
        return np.ones(len(register))
    heavy = pd.to_numeric(register[weight], errors="coerce").to_numpy(float)
    wrong = np.flatnonzero(~(heavy >= 0) | ~np.isfinite(heavy))
    if len(wrong):
        notes = {"column": weight, "n": len(wrong), "row": int(register.index[wrong[0]])}
        raise DataError(problem("addresses.bad_weight", file=file, **notes))
    return heavy


def _left_open(
    houses: pd.DataFrame,
    row: NDArray[np.int64],
    keys: tuple[str, ...],
    side: str,
    file: str | None,
) -> list[Problem]:
    """Return the houses without an area, and those whose key no area has."""
    lost = houses[side][row < 0]
    stated = lost.dropna()
    found = []
    if len(lost) > len(stated):
        n, share = len(lost) - len(stated), number(100 * (len(lost) - len(stated)) / len(houses), 1)
        found.append(problem(f"addresses.no_{side}", "warning", file=file, n=n, share=share))
    if len(stated):
        unknown = sorted(stated.unique())
        named = ", ".join(unknown[:NAMED_KEYS]) + (", …" if len(unknown) > NAMED_KEYS else "")
        values = {"n": len(stated), "keys": named, "known": ", ".join(keys[:NAMED_KEYS])}
        found.append(problem(f"addresses.unknown_{side}", "warning", file=file, **values))
    return found
