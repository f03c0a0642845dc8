"""Tables that must go because earlier figures tie several counts together."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import NamedTuple

import numpy as np
import scipy.sparse as sp

from sozialraum.model.protected import Recoded
from sozialraum.privacy.audit.coupled_columns import Coupled, Rows, split_terms, sum_rows
from sozialraum.privacy.audit.interval_audit import Atoms
from sozialraum.privacy.case_counts import Id
from sozialraum.privacy.following import Source
from sozialraum.privacy.old_ledger import TiedRow
from sozialraum.privacy.tables.release_work import Tables, Work

Key = tuple[Id, str]


class _Tie(NamedTuple):
    """Columns tied together, and their system given the tables that are told."""

    columns: list[Id]
    equations: Callable[[Tables], Coupled]


def tables_that_tie(work: Work, tables: Tables) -> list[Key]:
    """Return the tables that cannot be told beside what was told earlier, in the order they go.

    Of each system the one with the most areas goes first, until nothing is given away that earlier
    figures alone did not give away.

    Raises
    ------
    DisclosureError
        If an earlier figure is about areas that this release does not have.
    """
    gone: list[Key] = []
    for tie in [*_sums(work), *_rows(work)]:
        left = {key: t for key, t in tables.items() if key not in gone and key[0] in tie.columns}
        before = _given_away(work, tie, {})
        while left and not _given_away(work, tie, left) <= before:
            key = max(left, key=lambda key: (len(work.places[key[1]].keys), key))
            gone.append(key)
            del left[key]
    return gone


def _given_away(work: Work, tie: _Tie, published: Tables) -> frozenset[tuple[int, bool]]:
    return tie.equations(published).given_away(work.rules.k, totals=work.rules.knows_totals)


def _sums(work: Work) -> Iterator[_Tie]:
    """Yield the columns whose sum was told earlier."""
    for source, terms in work.following.coupled.items():
        parts, _ = split_terms(terms)
        yield _Tie([name for name, _ in parts], partial(_sum_system, work, source))


def _sum_system(work: Work, source: Source, published: Tables) -> Coupled:
    parts, bases = split_terms(work.following.coupled[source])
    before = dict(work.memory.rows(source, work.places))
    names = tuple(sorted({*before, *work.publish}))
    system, cases, base = work.auditor.atoms_of(names)
    number = work.columns.number()
    x, b = (frame[:, [number[name] for name, _ in parts]] for frame in (cases, base))
    signs = np.array([sign for _, sign in parts], float)
    known = sum((sign * base[:, number[name]] for name, sign in bases), np.zeros(len(base)))
    both = np.column_stack([x, known + x @ signs])
    return Coupled(
        system,
        names,
        both,
        # the base of the sum is only known to be no more than this
        np.column_stack([b, np.abs(known) + b.sum(axis=1)]),
        (*_windows(work, [name for name, _ in parts], published), before),
        sum_rows(both, signs),
        (*[True] * len(parts), False),
    )


def _rows(work: Work) -> Iterator[_Tie]:
    """Yield the columns that rows of old ledgers tie together, each group once."""
    groups: list[tuple[set[Id], list[TiedRow]]] = []
    for row in work.old_rows.tied:
        own = {name for name, _, _ in row.terms}
        touching = [g for g in groups if g[0] & own]
        groups = [g for g in groups if not g[0] & own]
        joined = own.union(*(g[0] for g in touching)), [row, *(r for g in touching for r in g[1])]
        groups.append(joined)
    for columns, rows in groups:
        yield _Tie(sorted(columns), partial(_row_system, work, sorted(columns), rows))


def _row_system(work: Work, columns: list[Id], rows: list[TiedRow], published: Tables) -> Coupled:
    alone = [
        {place: Recoded(low, low, high) for place, low, high in work.old_rows.of(name)}
        for name in columns
    ]
    places = {place for row in rows for _, place, _ in row.terms}
    names = tuple(sorted({*places, *work.publish, *(p for own in alone for p in own)}))
    system, cases, base = work.auditor.atoms_of(names)
    numbers = [work.columns.number()[name] for name in columns]
    now = _windows(work, columns, published)
    return Coupled(
        system,
        names,
        cases[:, numbers],
        base[:, numbers],
        tuple(_tightest(one, own) for one, own in zip(now, alone, strict=True)),
        _tied(system, names, columns, rows),
        tuple(not work.columns.unbounded[n] for n in numbers),
    )


def _tied(system: Atoms, names: tuple[str, ...], columns: list[Id], rows: list[TiedRow]) -> Rows:
    """Return the rows of an old ledger over columns × atoms."""
    atoms, entries = system.size, []
    for n, row in enumerate(rows):
        for (name, place, area), coefficient in row.terms.items():
            own = system.matrix[[system.start[names.index(place)] + area]].indices
            first = atoms * columns.index(name)
            entries += [(n, first + int(atom), coefficient) for atom in own]
    at_row, at_column, value = zip(*entries, strict=True)
    shape = (len(rows), atoms * len(columns))
    matrix = sp.csr_array((value, (at_row, at_column)), shape=shape)
    low, high = (np.array([getattr(row, end) for row in rows]) for end in ("low", "high"))
    return matrix, low, high


def _windows(work: Work, columns: list[Id], published: Tables) -> list[dict[str, Recoded]]:
    """Return per column what is told of it now, by set of areas."""
    return [
        {g: published[name, g].window for g in work.publish if (name, g) in published}
        for name in columns
    ]


def _tightest(one: dict[str, Recoded], other: dict[str, Recoded]) -> dict[str, Recoded]:
    """Return the windows of both, where both are told their intersection."""
    found = dict(one)
    for place, window in other.items():
        low, high = window.low, window.high
        if place in one:
            low, high = np.fmax(low, one[place].low), np.fmin(high, one[place].high)
        found[place] = Recoded((low + high) / 2, low, high)
    return found
