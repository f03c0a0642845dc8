"""Windows of counts as a network, where the zones form at most two hierarchies.

Blocks, two crossing geographies and the city: each zone is a node, each atom an arc from its zone
in the one hierarchy to its zone in the other. Window ends are whole, so every bound is a minimum
cut and whole, too: what the network says is exact for whole persons.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from sozialraum.kernels.optimisation.mincut import arc_extremes
from sozialraum.privacy.case_counts import Floats, Ints


@dataclass(frozen=True, eq=False)
class FlowNetwork:
    """Arcs 0..n_atoms-1 are the atoms, the rest the rows that are zones of more than one atom.

    Parameters
    ----------
    tail, head : nodes of each arc
    arc_of_row : arc that carries each row's bounds; -1 for a zone without atoms
    below : (n_rows of several atoms, n_atoms) sums of atoms, in the order of their arcs
    start, arcs : incident arcs per node, compressed
    """

    tail: Ints
    head: Ints
    arc_of_row: Ints
    below: sp.csr_array
    start: Ints
    arcs: Ints
    n_atoms: int

    def reaches(
        self, targets: Ints, goal: Floats, atoms: Floats, low: Floats, high: Floats, cap: Floats
    ) -> NDArray[np.bool_]:
        """Tell which atoms can be as large as their goal.

        Parameters
        ----------
        targets : atom numbers
        goal : per target, persons
        atoms : (n_atoms,) true counts; they keep to all bounds
        low, high : per row, what is told
        cap : per atom, largest count it can have (its base)
        """
        arc_low, arc_high = self._bounds(low, high, cap)
        flow = np.concatenate([atoms, self.below @ atoms])
        bound, _, _ = arc_extremes(
            targets.astype(np.int64), goal.astype(float), True, self.tail, self.head, flow,
            arc_low, arc_high, self.start, self.arcs, True,
        )  # fmt: skip
        return bound >= goal - 1e-6

    def _bounds(self, low: Floats, high: Floats, cap: Floats) -> tuple[Floats, Floats]:
        """Return the bounds of every arc: the tightest of the rows it carries."""
        arc_low, arc_high = np.zeros(self.tail.size), np.full(self.tail.size, np.inf)
        arc_high[: self.n_atoms] = cap
        known = self.arc_of_row >= 0
        np.maximum.at(arc_low, self.arc_of_row[known], low[known])
        np.minimum.at(arc_high, self.arc_of_row[known], high[known])
        return arc_low, arc_high


def as_network(matrix: sp.csr_array) -> FlowNetwork | None:
    """Return the network of 0/1 rows over atoms; None if they do not form two hierarchies."""
    if matrix.nnz and not np.all(matrix.data == 1.0):
        return None
    size = np.diff(matrix.indptr)
    several = np.flatnonzero(size > 1)
    family = _two_families(matrix[several], size[several])
    if family is None:
        return None
    return _build(matrix, several[np.argsort(size[several], kind="stable")], several, family)


def _two_families(zones: sp.csr_array, size: Ints) -> Ints | None:
    """Colour zones 0 or 1; zones of one colour are nested or disjoint. None if impossible."""
    shared = sp.coo_array(zones @ zones.T)
    crossing = shared.data < np.minimum(size[shared.row], size[shared.col])
    conflict = sp.csr_array(
        (np.ones(crossing.sum()), (shared.row[crossing], shared.col[crossing])), shape=shared.shape
    )
    colour = np.full(size.size, -1)
    for first in range(size.size):
        if colour[first] >= 0:
            continue
        colour[first], stack = 0, [first]
        while stack:
            zone = stack.pop()
            for other in conflict.indices[conflict.indptr[zone] : conflict.indptr[zone + 1]]:
                if colour[other] < 0:
                    colour[other] = 1 - colour[zone]
                    stack.append(int(other))
                elif colour[other] == colour[zone]:
                    return None
    return colour


def _build(matrix: sp.csr_array, ordered: Ints, several: Ints, family: Ints) -> FlowNetwork:
    """Lay arcs: root → zones of family 0 → atoms → zones of family 1 → root."""
    n_atoms = matrix.shape[1]
    colour = dict(zip(several.tolist(), family.tolist(), strict=True))
    top = [np.zeros(n_atoms, np.int64), np.zeros(n_atoms, np.int64)]  # present outermost node
    leaf = [np.zeros(n_atoms, np.int64), np.zeros(n_atoms, np.int64)]
    n_arcs = n_atoms + len(ordered)
    tail, head = np.zeros(n_arcs, np.int64), np.zeros(n_arcs, np.int64)
    arc_of_row = np.full(matrix.shape[0], -1, np.int64)
    for position, row in enumerate(ordered.tolist()):
        members = matrix.indices[matrix.indptr[row] : matrix.indptr[row + 1]]
        side, node, arc = colour[row], position + 1, n_atoms + position
        for inner in np.unique(top[side][members]):
            if inner > 0:
                (tail if side == 0 else head)[n_atoms + inner - 1] = node
        leaf[side][members] = np.where(leaf[side][members] == 0, node, leaf[side][members])
        top[side][members] = node
        (head if side == 0 else tail)[arc] = node
        arc_of_row[row] = arc
    tail[:n_atoms], head[:n_atoms] = leaf[0], leaf[1]
    single = np.flatnonzero(np.diff(matrix.indptr) == 1)
    arc_of_row[single] = matrix.indices[matrix.indptr[single]]
    below = sp.csr_array(matrix[ordered])
    return FlowNetwork(
        tail, head, arc_of_row, below, *_incidence(tail, head, len(ordered) + 1), n_atoms
    )


def _incidence(tail: Ints, head: Ints, nodes: int) -> tuple[Ints, Ints]:
    ends = np.concatenate([tail, head])
    arcs = np.concatenate([np.arange(tail.size), np.arange(tail.size)])
    order = np.argsort(ends, kind="stable")
    start = np.concatenate([[0], np.cumsum(np.bincount(ends, minlength=nodes))])
    return start.astype(np.int64), arcs[order].astype(np.int64)
