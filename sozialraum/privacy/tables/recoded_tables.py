"""The windows of every table of a release, before it is decided which of them are told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sozialraum.model.protected import Partition, Recoded
from sozialraum.model.status import STATUS
from sozialraum.privacy.case_counts import Columns, Floats, Ints, Places
from sozialraum.privacy.noise import Noise
from sozialraum.privacy.partitions import choose_partition, coarsest
from sozialraum.privacy.recoding import (
    recode,
    recode_sums,
    recode_within,
    smallest_base,
)
from sozialraum.privacy.rules import DisclosureRules

_ENDLESS = 1e9


@dataclass(frozen=True, eq=False, repr=False)
class Sums:
    """True sums of all columns on one set of areas; stays inside.

    Parameters
    ----------
    place : the set of areas
    cases, base : (n_areas, n_columns) persons
    known : same shape, True where at least one unit was delivered
    cases_whole, base_whole : the same counts as whole persons, cases never above the base
    """

    place: Places
    cases: Floats
    base: Floats
    known: NDArray[np.bool_]
    cases_whole: Floats
    base_whole: Floats


def sums_on(columns: Columns, place: Places) -> Sums:
    """Return the sums of all columns on one set of areas."""
    cases, base = place.sums(columns.cases), columns.base_on(place)
    known = place.sums(columns.known.astype(float)) > 0
    if place.name in columns.area_base:
        known &= ~np.isnan(columns.area_base[place.name])
    base_whole = np.rint(base)
    bounded = np.where(columns.unbounded, np.inf, base_whole)
    cases_whole = np.where(np.isnan(columns.most), np.minimum(np.rint(cases), bounded), cases)
    return Sums(place, cases, base, known, cases_whole, base_whole)


@dataclass(frozen=True, eq=False, repr=False)
class Table:
    """One column on one set of areas: its windows, and the windows of a confidential base.

    Parameters
    ----------
    window : of the cases; NaN where nothing is told
    base : of a confidential base; None where the base is known
    partition : None where the windows follow from others
    """

    window: Recoded
    base: Recoded | None = None
    partition: Partition | None = None

    def published_where(self, published: NDArray[np.bool_]) -> Table:
        """Return the table with nothing told elsewhere."""
        return replace(self, window=Recoded(*(np.where(published, a, np.nan) for a in _ends(self))))


def _ends(table: Table) -> tuple[Floats, Floats, Floats]:
    return table.window.middle, table.window.low, table.window.high


def partitions_for(
    columns: Columns,
    sums: Mapping[str, Sums],
    publish: tuple[str, ...],
    rules: DisclosureRules,
    frozen: Mapping[tuple[str, str], Partition],
    linked: frozenset[str],
    mirrored: frozenset[str],
    confidential: frozenset[str],
) -> dict[tuple[str, str], Partition]:
    """Return per (variable, set of areas) how its counts are grouped, alike on every Stichtag.

    Parameters
    ----------
    frozen : partitions of the ledger; they stay
    linked : variables that are told for more than one set of areas
    mirrored : variables whose complement is told as well; their zeros are not shown
    confidential : variables whose base is not known either; nothing follows from it
    """
    found: dict[tuple[str, str], list[Partition]] = {}
    for name in publish:
        here = sums[name]
        total, base = here.cases.sum(axis=0), here.base.sum(axis=0)
        hidden = np.array([variable in confidential for variable, _ in columns.ids])
        areas = ((here.base > 0) | hidden & here.known).sum(axis=0)
        base = np.where(hidden, np.inf, base)
        for n, (variable, _) in enumerate(columns.ids):
            one = choose_partition(
                int(areas[n]), total[n], base[n], rules, linked=variable in linked
            )
            if variable in mirrored:
                one = one._replace(zeros="suppress")
            found.setdefault((variable, name), []).append(one)
    return {key: frozen.get(key) or coarsest(listed) for key, listed in found.items()}


def recode_table(
    columns: Columns,
    n: int,
    sums: Sums,
    partition: Partition,
    *,
    hidden: Recoded | None,
    noise: Noise | None = None,
) -> Table:
    """Return the windows of one column on one set of areas, or its counts with noise.

    `hidden` are the windows of a base that is not known; None where it is.
    """
    x, b = sums.cases_whole[:, n], sums.base_whole[:, n]
    least = b if hidden is None else np.nan_to_num(hidden.low)
    told = sums.known[:, n] & (least >= smallest_base(partition.minimum))
    if not np.isnan(columns.most[n]):
        window = recode_sums(sums.cases[:, n], b, partition, most=float(columns.most[n]))
    elif noise is not None:
        most = np.full(b.size, np.inf) if columns.unbounded[n] else b
        window = noise.recode(columns, n, sums.place, x, most)
    elif hidden is not None:
        window = recode_within(x, hidden, partition)
    else:
        window = recode(x, np.full(b.size, _ENDLESS) if columns.unbounded[n] else b, partition)
    return Table(window, hidden, None if noise else partition).published_where(told)


def exact_table(sums: Sums, n: int) -> Table:
    """Return a column that is published exactly elsewhere as it is."""
    x = np.where(sums.known[:, n], sums.cases[:, n], np.nan)
    return Table(Recoded(x, x, x))


def added(parts: list[tuple[Recoded, int]], most: Floats) -> Recoded:
    """Return the windows of a sum or difference of windows, within 0 and `most`.

    Parameters
    ----------
    parts : windows and their signs
    most : (n_areas,) largest count, the base

    Examples
    --------
    >>> one = Recoded(np.array([3.0]), np.array([1.0]), np.array([5.0]))
    >>> two = Recoded(np.array([7.0]), np.array([6.0]), np.array([8.0]))
    >>> found = added([(two, 1), (one, -1)], np.array([30.0]))
    >>> found.low.tolist(), found.middle.tolist(), found.high.tolist()
    ([1.0], [4.0], [7.0])
    """
    low = sum(sign * (w.low if sign > 0 else w.high) for w, sign in parts)
    high = sum(sign * (w.high if sign > 0 else w.low) for w, sign in parts)
    middle = sum(sign * w.middle for w, sign in parts)
    cut = (low < 0) | (high > most)
    low, high = np.maximum(low, 0.0), np.minimum(high, most)
    return Recoded(np.where(cut, (low + high) / 2, middle), low, high)


def status_codes(
    sums: Sums, n: int, published: NDArray[np.bool_], *, suppressed: bool, empty: NDArray[np.bool_]
) -> Ints:
    """Return why each cell of a column has a value or none, as places in `STATUS`."""
    cases = [~sums.known[:, n], empty, np.full(published.size, suppressed), ~published]
    words = ("missing", "no_base", "suppressed", "small_base")
    return np.select(cases, [STATUS.index(word) for word in words], STATUS.index("ok"))
