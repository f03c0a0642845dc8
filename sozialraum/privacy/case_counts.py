"""True counts of persons on the way into disclosure control: never printed, never written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sozialraum.model.protected import CaseCounts as CaseCounts
from sozialraum.privacy.links import keys_digest

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Id = tuple[str, str]
_NEARLY = 1e-6


@dataclass(frozen=True, eq=False, repr=False)
class Columns:
    """All counts of a release side by side.

    Parameters
    ----------
    ids : per column its variable and Stichtag
    units : keys
    cases, base : (n_units, n_columns); 0 where not known
    known : same shape
    whole : False where counts were moved by weights
    unbounded : (n_columns,) True where cases can be more than persons
    most : (n_columns,) largest amount of one person; NaN where cases are persons
    area_base : per set of areas (n_areas, n_columns) persons in the order of its keys, NaN where
        not known; empty where the bases of the units are known
    """

    ids: tuple[Id, ...]
    units: pd.Index
    cases: Floats
    base: Floats
    known: NDArray[np.bool_]
    whole: bool
    unbounded: NDArray[np.bool_]
    most: Floats
    area_base: Mapping[str, Floats] = field(default_factory=dict)

    def number(self) -> dict[Id, int]:
        """Return the place of every column."""
        return {name: n for n, name in enumerate(self.ids)}

    def base_on(self, place: Places) -> Floats:
        """Return (n_areas, n_columns) persons on one set of areas; 0 where not known."""
        known = self.area_base.get(place.name)
        return place.sums(self.base) if known is None else np.nan_to_num(known)


def side_by_side(
    counts: Sequence[CaseCounts], units: pd.Index, places: Mapping[str, Places]
) -> Columns:
    """Return the counts of all Stichtage as columns over the same units.

    Raises
    ------
    ValueError
        If a Stichtag is there twice, or a unit with counts is none of `units`.
    """
    days = [c.stichtag for c in counts]
    if len(set(days)) < len(days):
        raise ValueError(_wrong("counts", "of different Stichtage", str(sorted(days))))
    for c in counts:
        if not c.cases.index.isin(units).all():
            raise ValueError(_wrong("counts", "of units that 'geographies' hold", "others"))
    ids = tuple((str(v), c.stichtag) for c in counts for v in c.cases.columns)
    cases = np.hstack([c.cases.reindex(units).to_numpy(float) for c in counts])
    base = np.hstack([c.base.reindex(units).to_numpy(float) for c in counts])
    known = ~(np.isnan(cases) | np.isnan(base))
    cases, base = np.where(known, cases, 0.0), np.where(known, base, 0.0)
    whole = all(c.whole for c in counts)
    most = np.array([c.most.get(v, np.nan) for c in counts for v in c.cases.columns], float)
    if whole:
        cases, base = np.where(np.isnan(most), np.rint(cases), cases), np.rint(base)
    stated = np.array([v in c.unbounded for c in counts for v in c.cases.columns], bool)
    unbounded = (cases > base + _NEARLY).any(axis=0) | stated
    return Columns(
        ids, units, cases, base, known, whole, unbounded, most, _area_base(counts, places)
    )


def _area_base(counts: Sequence[CaseCounts], places: Mapping[str, Places]) -> dict[str, Floats]:
    """Return the bases of areas as columns, per set of areas."""
    names = {name for c in counts for name in c.area_base}
    if any(set(c.area_base) != names for c in counts) or not names <= set(places):
        raise ValueError(_wrong("counts", "with bases of the same sets of areas", "others"))
    found = {}
    for name in sorted(names):
        frames = [c.area_base[name].reindex(places[name].keys) for c in counts]
        found[name] = np.hstack([f.to_numpy(float) for f in frames])
    return found


@dataclass(frozen=True, eq=False, repr=False)
class Places:
    """One set of areas, and where the units lie.

    Parameters
    ----------
    name : of the set
    keys : areas in order
    code : (n_units,) number of the area of each unit; -1 in none
    """

    name: str
    keys: pd.Index
    code: Ints

    @cached_property
    def digest(self) -> str:
        """Content hash of the keys; worked out once, though it is asked for each column."""
        return keys_digest(self.keys)

    def sums(self, per_unit: Floats) -> Floats:
        """Return (n_areas, n_columns) sums of (n_units, n_columns) numbers."""
        found = np.zeros((len(self.keys), per_unit.shape[1]))
        inside = self.code >= 0
        np.add.at(found, self.code[inside], per_unit[inside])
        return found


def places_of(geographies: Mapping[str, pd.Series]) -> dict[str, Places]:
    """Return the sets of areas over the same units.

    Raises
    ------
    ValueError
        If there are none, or their units differ.
    """
    if not geographies:
        raise ValueError(_wrong("geographies", "at least one set of areas", "none"))
    first = next(iter(geographies.values())).index
    found = {}
    for name, zones in geographies.items():
        if not zones.index.equals(first):
            raise ValueError(_wrong("geographies", "of the same units", name))
        code, keys = pd.factorize(zones.to_numpy(object), sort=False, use_na_sentinel=True)
        order = np.argsort([str(k) for k in keys], kind="stable")
        rank = np.empty(len(keys), dtype=np.int64)
        rank[order] = np.arange(len(keys))
        code = np.where(code >= 0, rank[code], -1) if len(keys) else code
        found[name] = Places(name, pd.Index(keys, dtype=object)[order], code.astype(np.int64))
    return found


def _wrong(name: str, expected: str, found: str) -> str:
    return f"The {name!r} parameter of protect must be {expected}. Got {found} instead."
