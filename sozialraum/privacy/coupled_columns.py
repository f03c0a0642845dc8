"""Columns whose sum was told earlier: their windows and the earlier ones are audited together.

Earlier "all poor children" were told per district, now "poor below 6" and "poor from 6" are told
per catchment: the unknown counts of all three are one system.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from sozialraum.model.protected import Recoded
from sozialraum.privacy.case_counts import Floats, Id
from sozialraum.privacy.following import Terms
from sozialraum.privacy.integer_programme import Programme
from sozialraum.privacy.interval_audit import Atoms


@dataclass(frozen=True, eq=False, repr=False)
class Coupled:
    """One system of several columns over the same atoms.

    Parameters
    ----------
    system : the atoms of all sets of areas that anything is told of
    names : sets of areas in the order of `system`
    cases, base : (n_atoms, n_columns) true counts; the last column is the one told earlier; its
        base is only an upper bound, so nothing is asked of those it does not count
    signs : (n_columns − 1,) how the last column is the sum of the others
    told : per column set of areas -> windows
    """

    system: Atoms
    names: tuple[str, ...]
    cases: Floats
    base: Floats
    signs: Floats
    told: tuple[Mapping[str, Recoded], ...]

    def gives_away(self, k: int, *, totals: bool) -> bool:
        """Tell whether some atom of some column is given away, in its count or its complement."""
        atoms, columns = self.cases.shape
        rows, low, high = self._rows(totals=totals)
        x, b = self.cases.T.ravel(), self.base.T.ravel()
        total = self.cases.sum(axis=0) if totals else np.full(columns, np.inf)
        others = self.base.sum(axis=0) - total if totals else total
        programme = Programme(rows)
        most = rows @ b
        few = np.flatnonzero((x >= 1) & (x < k))
        goal = np.minimum(np.minimum(k, b), np.repeat(total, atoms))[few]
        if not programme.reaches(few, goal, x, low, high, b).all():
            return True
        few = np.flatnonzero((b - x < k) & (b >= 1) & (np.arange(x.size) < x.size - atoms))
        goal = np.minimum(np.minimum(k, b), np.repeat(others, atoms))[few]
        return not programme.reaches(few, goal, b - x, most - high, most - low, b).all()

    def _rows(self, *, totals: bool) -> tuple[sp.csr_array, Floats, Floats]:
        """Return what is told of every column, and that the last is the sum of the others."""
        atoms, columns = self.cases.shape
        blocks = sp.block_diag([self.system.matrix] * columns, format="csr")
        ends = [self._ends(n, totals=totals) for n in range(columns)]
        low, high = (np.concatenate([e[i] for e in ends]) for i in (0, 1))
        link = sp.hstack([s * sp.eye_array(atoms) for s in (*self.signs, -1.0)], format="csr")
        fixed = link @ self.cases.T.ravel()
        rows = sp.csr_array(sp.vstack([blocks, link], format="csr"))
        return rows, np.concatenate([low, fixed]), np.concatenate([high, fixed])

    def _ends(self, n: int, *, totals: bool) -> tuple[Floats, Floats]:
        low, high = self.system.open_rows()
        for place, window in self.told[n].items():
            at = self.names.index(place)
            rows = slice(self.system.start[at], self.system.start[at + 1])
            low[rows] = np.where(np.isnan(window.low), -np.inf, window.low)
            high[rows] = np.where(np.isnan(window.high), np.inf, window.high)
        if totals:
            whole = slice(self.system.start[-1], None)
            low[whole] = high[whole] = (self.system.matrix @ self.cases[:, n])[whole]
        return low, high


def split_terms(terms: Terms) -> tuple[list[tuple[Id, int]], list[tuple[Id, int]]]:
    """Return the columns and the bases of a sum, with their signs."""
    columns = [(part[1:], sign) for part, sign in terms if part[0] == "column"]
    bases = [(part[1:], sign) for part, sign in terms if part[0] == "base"]
    return columns, bases
