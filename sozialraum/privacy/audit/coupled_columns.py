"""Columns that earlier figures tie together are audited as one system of unknown counts.

Earlier "all poor children" were told per district, now "poor below 6" and "poor from 6" are told
per catchment; or an old index was told that several counts went into.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from sozialraum.model.protected import Recoded
from sozialraum.privacy.audit.integer_programme import LinearBounds
from sozialraum.privacy.audit.interval_audit import Atoms
from sozialraum.privacy.case_counts import Floats, Id
from sozialraum.privacy.following import Terms

Rows = tuple[sp.csr_array, Floats, Floats]


@dataclass(frozen=True, eq=False, repr=False)
class Coupled:
    """One system of several columns over the same atoms.

    Parameters
    ----------
    system : the atoms of all sets of areas that anything is told of
    names : sets of areas in the order of `system`
    cases, base : (n_atoms, n_columns) true counts
    windows : per column set of areas -> windows
    extra : rows over columns × atoms that tie columns together, with their lower and upper ends
    asked : (n_columns,) True where the base is one of persons, so that those not counted are asked
        for too
    """

    system: Atoms
    names: tuple[str, ...]
    cases: Floats
    base: Floats
    windows: tuple[Mapping[str, Recoded], ...]
    extra: Rows
    asked: tuple[bool, ...]

    def given_away(self, k: int, *, totals: bool) -> frozenset[tuple[int, bool]]:
        """Return the places in columns × atoms given away, and whether it is the complement."""
        atoms, columns = self.cases.shape
        matrix, low, high = self._rows(totals=totals)
        x, b = self.cases.T.ravel(), self.base.T.ravel()
        total = self.cases.sum(axis=0) if totals else np.full(columns, np.inf)
        others = self.base.sum(axis=0) - total if totals else total
        programme, most = LinearBounds(matrix), matrix @ b
        few = np.flatnonzero((x >= 1) & (x < k))
        goal = np.minimum(np.minimum(k, b), np.repeat(total, atoms))[few]
        found = {(int(n), False) for n in few[~programme.reaches(few, goal, x, low, high, b)]}
        few = np.flatnonzero((b - x < k) & (b >= 1) & np.repeat(self.asked, atoms))
        goal = np.minimum(np.minimum(k, b), np.repeat(others, atoms))[few]
        reached = programme.reaches(few, goal, b - x, most - high, most - low, b)
        return frozenset(found | {(int(n), True) for n in few[~reached]})

    def _rows(self, *, totals: bool) -> Rows:
        """Return what is told of every column, and what ties them together."""
        columns = self.cases.shape[1]
        blocks = sp.block_diag([self.system.matrix] * columns, format="csr")
        ends = [self._ends(n, totals=totals) for n in range(columns)]
        low, high = (np.concatenate([*(e[i] for e in ends), self.extra[i + 1]]) for i in (0, 1))
        return sp.csr_array(sp.vstack([blocks, self.extra[0]], format="csr")), low, high

    def _ends(self, n: int, *, totals: bool) -> tuple[Floats, Floats]:
        low, high = self.system.open_rows()
        for place, window in self.windows[n].items():
            at = self.names.index(place)
            rows = slice(self.system.start[at], self.system.start[at + 1])
            low[rows] = np.fmax(low[rows], window.low)
            high[rows] = np.fmin(high[rows], window.high)
        if totals:
            whole = slice(self.system.start[-1], None)
            low[whole] = high[whole] = (self.system.matrix @ self.cases[:, n])[whole]
        return low, high


def sum_rows(cases: Floats, signs: Floats) -> Rows:
    """Return that the last column is, atom by atom, the sum of the others (and of what is known).

    Parameters
    ----------
    cases : (n_atoms, n_columns)
    signs : (n_columns − 1,)
    """
    parts = [s * sp.eye_array(len(cases)) for s in (*signs, -1.0)]
    link = sp.csr_array(sp.hstack(parts, format="csr"))
    fixed = link @ cases.T.ravel()
    return link, fixed, fixed


def split_terms(terms: Terms) -> tuple[list[tuple[Id, int]], list[tuple[Id, int]]]:
    """Return the columns and the bases of a sum, with their signs."""
    columns = [(part[1:], sign) for part, sign in terms if part[0] == "column"]
    bases = [(part[1:], sign) for part, sign in terms if part[0] == "base"]
    return columns, bases
