"""Can a count be as large as this? Decided by linear and integer programmes (HiGHS through scipy).

For windows that are no network: three crossing geographies, sums of several variables, rows of
earlier releases with weights. A linear bound below the goal settles it. Above, whole counts are
looked for; what is not settled counts as given away.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy
import scipy.sparse as sp
from numpy.typing import NDArray

from sozialraum.privacy.case_counts import Floats, Ints

_CLOSE = 1e-6
_NODES = 50  # counted in nodes, not in seconds: the same build decides the same everywhere
_INFEASIBLE = 2


@dataclass(frozen=True, eq=False)
class LinearBounds:
    """Rows over atoms, bounded below and above.

    Parameters
    ----------
    matrix : (n_rows, n_atoms) coefficients
    """

    matrix: sp.csr_array

    def reaches(
        self, targets: Ints, goal: Floats, atoms: Floats, low: Floats, high: Floats, cap: Floats
    ) -> NDArray[np.bool_]:
        """Tell which atoms can be as large as their goal, all counts being whole.

        Parameters as of `sozialraum.privacy.audit.network.FlowNetwork.reaches`. Whole counts met on
        the way are witnesses for other atoms and spare their programmes.
        """
        best = atoms.copy()
        self._raise_alone(targets, goal, atoms, low, high, cap, best)
        found = np.zeros(targets.size, dtype=bool)
        for t, (atom, wanted) in enumerate(zip(targets, goal, strict=True)):
            if wanted > cap[atom] + _CLOSE:
                continue
            if best[atom] < wanted - _CLOSE:
                witness = self._witness(int(atom), float(wanted), atoms, low, high, cap)
                if witness is None:
                    continue
                np.maximum(best, witness, out=best)
            found[t] = True
        return found

    def _raise_alone(
        self,
        targets: Ints,
        goal: Floats,
        atoms: Floats,
        low: Floats,
        high: Floats,
        cap: Floats,
        best: Floats,
    ) -> None:
        """Lift `best` to the goal of every target that the true counts leave room for."""
        told, columns = self.matrix @ atoms, self.matrix.tocsc()
        for atom, wanted in zip(targets, goal, strict=True):
            if wanted > cap[atom] or wanted <= best[atom]:
                continue
            inside = slice(columns.indptr[atom], columns.indptr[atom + 1])
            rows = columns.indices[inside]
            raised = told[rows] + columns.data[inside] * np.ceil(wanted - atoms[atom])
            if (raised >= low[rows] - _CLOSE).all() and (raised <= high[rows] + _CLOSE).all():
                best[atom] = wanted

    def _witness(
        self, atom: int, wanted: float, atoms: Floats, low: Floats, high: Floats, cap: Floats
    ) -> Floats | None:
        """Return whole counts that keep to all bounds with one atom at its goal; None if none."""
        floor = np.zeros(atoms.size)
        floor[atom] = np.ceil(wanted - _CLOSE)
        moved = self._least_moved(atoms, low, high, floor, cap, whole=False)
        if moved is None:
            return None
        near = np.round(moved)
        if np.abs(moved - near).max(initial=0.0) < _CLOSE:
            return near
        return self._least_moved(atoms, low, high, floor, cap, whole=True)

    def _least_moved(
        self, atoms: Floats, low: Floats, high: Floats, floor: Floats, cap: Floats, *, whole: bool
    ) -> Floats | None:
        """Return the counts nearest to the true ones within all bounds; None if none are found.

        Each count is ``true + more − less``: few persons moved is what makes the search short.
        """
        size, told = atoms.size, self.matrix @ atoms
        bounds = scipy.optimize.Bounds(
            np.concatenate([np.maximum(floor - atoms, 0), np.maximum(atoms - cap, 0)]),
            np.concatenate([np.maximum(cap - atoms, 0), np.maximum(atoms - floor, 0)]),
        )
        rows = sp.hstack([self.matrix, -self.matrix], format="csr")
        found = scipy.optimize.milp(
            np.ones(2 * size),
            constraints=scipy.optimize.LinearConstraint(rows, low - told, high - told),
            bounds=bounds,
            integrality=np.full(2 * size, int(whole)),
            options={"mip_rel_gap": 1.0, "node_limit": _NODES} if whole else {},
        )
        if found.x is None:
            return None
        counts = atoms + found.x[:size] - found.x[size:]
        return np.round(counts) if whole else counts
