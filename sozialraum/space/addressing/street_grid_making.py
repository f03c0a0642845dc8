"""The street grid (Straßenraster) a municipality orders figures with: made from its addresses.

The employment agency forms figures for areas of a city from two files: ``-zu`` names the areas with
their inhabitants, ``-ra`` says for every street which house numbers belong to which area. Every
area needs 1,000 inhabitants; the assignment is exact to the house and without overlap.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import geopandas as gpd
import pandas as pd

from sozialraum.model import Problem
from sozialraum.model.addresses import HouseNumber, split_house_number
from sozialraum.model.errors import DataError
from sozialraum.space.neighbours import find_neighbours
from sozialraum.texts import number, problem

_KEY = re.compile(r"[0-9]{9}")
_ENDS = ((1, 997), (2, 998))  # first number and open end of the odd and the even side
_ENCODING = "cp1252"

House = tuple[int, str]
Run = tuple[str, House, House]


@dataclass(frozen=True, eq=False)
class StreetGrid:
    """A street grid, ready to be written.

    Parameters
    ----------
    ranges : one row per street and range: ``street, postcode, key, odd_from, odd_from_letter,
        odd_to, odd_to_letter, even_from, even_from_letter, even_to, even_to_letter``; 997 and 998
        are open ends, 0 where a side has no range
    areas : index = nine-digit key: ``name``, ``persons``
    too_small : areas below the smallest number of inhabitants, the smallest first
    merges : groups of areas that together reach it; () where no layer was given
    problems : houses that could not be used
    minimum : inhabitants an area needs
    """

    ranges: pd.DataFrame
    areas: pd.DataFrame
    too_small: pd.Series
    merges: tuple[tuple[str, ...], ...] = ()
    problems: tuple[Problem, ...] = field(default=())
    minimum: int = 1000

    def write(self, folder: str | Path, *, ags: str) -> tuple[Path, Path]:
        """Write ``strassenraster-zu.csv`` and ``strassenraster-ra.csv``.

        Parameters
        ----------
        folder : where to; it must be there
        ags : key of the municipality, eight digits

        Returns
        -------
        The two files.

        Raises
        ------
        DataError
            If an area has too few inhabitants: the agency takes no such grid.
        """
        if len(self.too_small):
            raise DataError(_too_small(self))
        names = [f"{k};{a.name_};{ags};{a.persons:.0f}" for k, a in _rows(self.areas)]
        lines = [_line(row, ags) for row in self.ranges.itertuples(index=False, name=None)]
        written = []
        for kind, rows in (("zu", names), ("ra", lines)):
            path = Path(folder) / f"strassenraster-{kind}.csv"
            text = "".join(f"{row}\r\n" for row in rows)
            path.write_bytes(text.encode(_ENCODING, "replace"))
            written.append(path)
        return written[0], written[1]


def _rows(areas: pd.DataFrame) -> Iterator[tuple[str, object]]:
    renamed = areas.rename(columns={"name": "name_"})
    yield from zip(areas.index, renamed.itertuples(index=False), strict=True)


def _line(row: tuple, ags: str) -> str:
    """Return a row of the file ``-ra``: 13 columns."""
    street, postcode, key, *ends = row
    return ";".join([ags, postcode, street, key, *map(str, ends), ""])


def make_street_grid(
    houses: pd.DataFrame,
    persons: pd.Series,
    *,
    area: str,
    street: str = "street",
    house_number: str = "house_number",
    suffix: str | None = None,
    postcode: str | None = None,
    names: Mapping[str, str] | None = None,
    areas: gpd.GeoDataFrame | None = None,
    minimum: int = 1000,
) -> StreetGrid:
    """Return the street grid that gives every house of a register its area.

    Parameters
    ----------
    houses : one row per house
    persons : (n_areas,) inhabitants of 31.12. of the year before, index = nine-digit key
    area, street, house_number, suffix, postcode : columns of `houses`; keys have nine digits, three
        each for Stadtdistrikt, Stadtbezirk and Stadtviertel
    names : key -> name of an area; without it the key
    areas : layer of the areas, index = key, CRS in metres; tells which may be merged
    minimum : inhabitants an area needs

    Returns
    -------
    `StreetGrid`. Numbers between two houses belong to the lower one's range, those behind the last
    house to its area: a range is never broken by a house that is not built yet.

    Raises
    ------
    DataError
        If a key has not nine digits, an area of the houses has no inhabitants, a house stands in
        two areas, or a number and the same with the letter a do: no range can tell them apart.

    Examples
    --------
    >>> houses = pd.DataFrame({"street": ["Weg"] * 3, "house_number": [1, 3, 5],
    ...     "area": ["001001001", "001001001", "001001002"]})
    >>> persons = pd.Series({"001001001": 1500.0, "001001002": 900.0})
    >>> made = make_street_grid(houses, persons, area="area")
    >>> made.ranges[["key", "odd_from", "odd_to"]].values.tolist()
    [['001001001', 1, 3], ['001001002', 5, 997]]
    >>> made.too_small.to_dict()
    {'001001002': 900.0}
    """
    keys = houses[area].astype(str)
    every = {*keys, *persons.index.astype(str)}
    wrong = sorted(key for key in every if not _KEY.fullmatch(key))
    lost = sorted(set(keys) - set(wrong) - set(persons.index[persons.notna()].astype(str)))
    for found, code in ((wrong, "grid_key"), (lost, "grid_persons")):
        if found:
            said = {"n": len(found), "found": ", ".join(found[:5])}
            raise DataError(problem(f"addresses.{code}", **said))  # type: ignore[arg-type]
    letters = houses[suffix] if suffix else pd.Series("", houses.index)
    numbers = [split_house_number(n, s) for n, s in zip(houses[house_number], letters, strict=True)]
    codes = houses[postcode].astype(str) if postcode else pd.Series("", houses.index)
    unusable = sum(n.kind not in ("single", "range") for n in numbers)
    notes = [problem("addresses.unusable", "note", n=unusable)] if unusable else []
    ranges = _ranges(houses[street].astype(str), codes, keys, numbers)
    told = pd.DataFrame(
        {"name": [(names or {}).get(str(k), str(k)) for k in persons.index], "persons": persons}
    ).sort_index()
    small = persons[persons < minimum].sort_values(kind="stable")
    merges = _merges(persons, areas, minimum) if areas is not None and len(small) else ()
    return StreetGrid(ranges, told, small, merges, tuple(notes), minimum)


def _ranges(
    streets: pd.Series, codes: pd.Series, keys: pd.Series, numbers: list[HouseNumber]
) -> pd.DataFrame:
    """Return the ranges of all streets, sorted by street and postcode."""
    held: dict[tuple[str, str], dict[int, dict[House, str]]] = {}
    for street, code, key, house in zip(streets, codes, keys, numbers, strict=True):
        if house.kind not in ("single", "range"):
            continue
        sides = held.setdefault((street, code), {0: {}, 1: {}})
        for n, letter in {(house.number, house.suffix), (house.last_number, house.last_suffix)}:
            side = sides[1 - n % 2]
            if side.setdefault((n, letter), key) != key:
                found = f"{street} {n}{letter}"
                raise DataError(problem("addresses.grid_house_twice", found=found))
    rows = [row for place in sorted(held) for row in _street(place, held[place])]
    sides = [f"{side}_{end}" for side in ("odd", "even") for end in ("from", "to")]
    ends = [name for side in sides for name in (side, f"{side}_letter")]
    return pd.DataFrame(rows, columns=["street", "postcode", "key", *ends])


def _street(
    place: tuple[str, str], sides: Mapping[int, Mapping[House, str]]
) -> Iterator[tuple[object, ...]]:
    """Yield the rows of one street: ranges of both sides, those of one area beside each other."""
    runs = [_runs(place[0], sides[side], *_ENDS[side]) for side in (0, 1)]
    whole = {key for side in runs for key, *_ in side}
    for at, empty in enumerate(runs):
        if not empty and len(whole) == 1:
            # a side without houses goes with the other one
            runs[at] = [(whole.copy().pop(), (_ENDS[at][0], ""), (_ENDS[at][1], ""))]
    for key in sorted(whole):
        odd, even = ([run for run in side if run[0] == key] for side in runs)
        for n in range(max(len(odd), len(even))):
            pair = (side[n] if n < len(side) else (key, (0, ""), (0, "")) for side in (odd, even))
            yield (*place, key, *(part for run in pair for end in run[1:] for part in end))


def _runs(street: str, houses: Mapping[House, str], begin: int, end: int) -> list[Run]:
    """Return the ranges of one side: neighbouring houses of one area, without gaps between them."""
    ordered = sorted(houses)
    starts = [
        i for i, house in enumerate(ordered) if not i or houses[house] != houses[ordered[i - 1]]
    ]
    runs: list[Run] = []
    for n, i in enumerate(starts):
        first: House = (begin, "") if n == 0 else ordered[i]
        last: House = (end, "")
        if n + 1 < len(starts):
            following = ordered[starts[n + 1]]
            before = ordered[starts[n + 1] - 1]
            if before == (following[0], ""):
                # a number without letter means all of its letters
                found = f"{street} {before[0]}, {following[0]}{following[1]}"
                raise DataError(problem("addresses.grid_letters", found=found))
            # within one number the letter decides; else the range ends below the next house
            last = before if before[0] == following[0] else (following[0] - 2, "")
        runs.append((houses[ordered[i]], first, last))
    return runs


def _merges(
    persons: pd.Series, areas: gpd.GeoDataFrame, minimum: int
) -> tuple[tuple[str, ...], ...]:
    """Return groups that reach the minimum: the smallest joins its smallest neighbour first."""
    near: dict[str, set[str]] = {str(k): set() for k in areas.index}
    for a, b in find_neighbours(areas).pairs:
        near[a].add(b)
        near[b].add(a)
    group = {str(k): (str(k),) for k in persons.index}
    total = {str(k): float(v) for k, v in persons.items()}
    while True:
        small = sorted((n, k) for k, n in total.items() if n < minimum)
        found = None
        for _, key in small:
            beside = {b for a in group[key] for b in near.get(a, ())} - set(group[key])
            known = [k for k in total if k != key and beside & set(group[k])]
            if known:
                found = key, min(known, key=lambda k: (total[k], k))
                break
        if found is None:
            return tuple(tuple(sorted(g)) for k, g in sorted(group.items()) if len(g) > 1)
        key, other = found
        group[other] += group.pop(key)
        total[other] += total.pop(key)


def _too_small(grid: StreetGrid) -> Problem:
    listed = ", ".join(f"{k} ({number(v)})" for k, v in list(grid.too_small.items())[:8])
    merges = "; ".join(" + ".join(group) for group in grid.merges[:8])
    said = {"n": len(grid.too_small), "minimum": number(grid.minimum), "found": listed}
    code = "addresses.grid_small_merged" if merges else "addresses.grid_small"
    return problem(code, merges=merges, **said)  # type: ignore[arg-type]
