"""All published rows as one system of intervals over atoms, split into independent parts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import scipy.sparse as sp
from numpy.typing import NDArray

from sozialraum.privacy.audit.atoms import Atoms
from sozialraum.privacy.audit.network import Network, as_network
from sozialraum.privacy.audit.programme import Programme
from sozialraum.privacy.audit.rows import Row

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Series = tuple[str, str]  # variable, Stichtag


@dataclass(frozen=True, eq=False)
class Part:
    """Rows and unknowns that hang together, and the method that bounds them."""

    rows: Ints
    unknowns: Ints
    method: Network | Programme


@dataclass(frozen=True, eq=False)
class System:
    """Interval rows over unknowns; an unknown is one atom's count of one variable at one Stichtag.

    Parameters
    ----------
    rows : what is published
    matrix : (n_rows, n_unknowns) coefficients
    series : (variable, Stichtag) in order; unknown number = series number × n_atoms + atom number
    atoms : the refinement of all geographies
    parts : independent parts
    """

    rows: tuple[Row, ...]
    matrix: sp.csr_array
    series: tuple[Series, ...]
    atoms: Atoms
    parts: tuple[Part, ...]

    @property
    def n_atoms(self) -> int:
        """Number of atoms."""
        return len(self.atoms.labels)

    def truth(self, counts: Mapping[Series, pd.Series]) -> Floats:
        """Return the true count of every unknown.

        Raises
        ------
        ValueError
            If the counts of a variable at a Stichtag are not given.
        """
        absent = [s for s in self.series if s not in counts]
        if absent:
            message = f"The counts of {absent} must be given: published rows are about them."
            raise ValueError(message)
        return np.concatenate([self.atoms.totals(counts[s]) for s in self.series])

    def name(self, unknown: int) -> str:
        """Return an unknown in words: "armut 2024-12-31: Bezirk D06 ∩ Sprengel C25"."""
        variable, stichtag = self.series[unknown // self.n_atoms]
        return f"{f'{variable} {stichtag}'.strip()}: {self.atoms.name(unknown % self.n_atoms)}"

    def bounds(self) -> tuple[Floats, Floats]:
        """Return lower and upper end of every row as published."""
        low = np.array([row.low for row in self.rows], dtype=float)
        return low, np.array([row.high for row in self.rows], dtype=float)


def build_system(rows: Sequence[Row], atoms: Atoms) -> System:
    """Return the system of all rows.

    Parameters
    ----------
    rows : published items, of this and of earlier publications
    atoms : refinement of every geography that a row names
    """
    series = tuple(sorted({(t.variable, t.stichtag) for row in rows for t in row.terms}))
    number, n_atoms = {s: n for n, s in enumerate(series)}, len(atoms.labels)
    members = {
        zone: atoms.members(*zone)
        for zone in {(t.geography, t.zone) for r in rows for t in r.terms}
    }
    at, unknown, coefficient = [], [], []
    for position, row in enumerate(rows):
        for term in row.terms:
            inside = members[term.geography, term.zone]
            unknown.append(number[term.variable, term.stichtag] * n_atoms + inside)
            at.append(np.full(inside.size, position))
            coefficient.append(np.full(inside.size, term.coefficient))
    shape = (len(rows), len(series) * n_atoms)
    matrix = sp.csr_array(
        (np.concatenate(coefficient), (np.concatenate(at), np.concatenate(unknown))), shape=shape
    )
    matrix.sum_duplicates()
    return System(tuple(rows), matrix, series, atoms, _parts(matrix))


def _parts(matrix: sp.csr_array) -> tuple[Part, ...]:
    n_rows = matrix.shape[0]
    links = sp.block_array([[None, matrix], [matrix.T, None]], format="csr")
    _, label = sp.csgraph.connected_components(links, directed=False)
    parts = []
    for part in np.unique(label[:n_rows]):
        rows = np.flatnonzero(label[:n_rows] == part)
        unknowns = np.flatnonzero(label[n_rows:] == part)
        inner = sp.csr_array(matrix[rows][:, unknowns])
        inner.sort_indices()
        method = as_network(inner) or Programme(inner, unknowns.size)
        parts.append(Part(rows, unknowns, method))
    return tuple(parts)
