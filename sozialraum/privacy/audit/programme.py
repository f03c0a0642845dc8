"""Bounds by linear and integer programmes, where items are more than two hierarchies of counts.

Three crossing geographies, rates, indices, sums over years. The linear bound comes with its dual,
which is the proof; where its solution is not whole-numbered, the integer programme decides (HiGHS
through scipy).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import scipy
import scipy.sparse as sp
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
_WHOLE = 1e-6
_MARGINAL = 1e-9
_CLOSE = 1e-9
_NODES = 50  # counted in nodes, not in seconds: the same build decides the same everywhere
_POOL_SIZE = 4_000_000  # numbers kept of earlier solutions, at most


@dataclass(frozen=True, eq=False)
class Programme:
    """Rows over atoms, bounded below and above.

    Parameters
    ----------
    matrix : (n_rows, n_atoms) coefficients
    n_atoms : number of atoms
    pool : whole-numbered counts met so far, to be tried again when the bounds of rows have changed
    """

    matrix: sp.csr_array
    n_atoms: int
    pool: Pool = field(default_factory=lambda: Pool([], []), repr=False)

    def extremes(
        self,
        targets: Ints,
        goal: Floats,
        atoms: Floats,
        low: Floats,
        high: Floats,
        cap: Floats,
        *,
        upward: bool = True,
        use_pool: bool = True,
    ) -> tuple[Floats, list[dict[int, float]]]:
        """Return the largest (smallest) value of each target atom, and the rows that prove it.

        Parameters as in `sozialraum.privacy.audit.network.Network.extremes`. Whole-numbered
        solutions met on the way are witnesses for other atoms and spare their programmes; those
        of earlier calls are, too, where they keep to the bounds of this one.
        """
        system = _split(self.matrix, low, high, self._box(low, high, cap, atoms))
        best = np.maximum(atoms, self.pool.largest(low, high, cap)) if use_pool else atoms.copy()
        bound, proofs = atoms[targets].astype(float), [{} for _ in targets]
        if upward and use_pool:
            self._raise_alone(targets, goal, atoms, low, high, cap, best)
        for t, atom in enumerate(targets):
            if upward and use_pool and best[atom] >= goal[t] - _WHOLE:
                bound[t] = best[atom]
                continue
            wanted = goal[t] if upward and use_pool else np.inf
            bound[t], solution, proof = self._extreme(
                int(atom), system, low, high, upward, wanted, atoms
            )
            if upward and _is_whole(solution):
                best = np.maximum(best, solution)
                if use_pool:
                    self.pool.add(np.round(solution), self.matrix)
            reached = bound[t] >= goal[t] - _WHOLE if upward else bound[t] <= goal[t] + _WHOLE
            proofs[t] = {} if reached else proof
        return bound, proofs

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
        """Lift `best` to the goal of every target that the true counts leave room for.

        The true counts with one of them raised are whole counts too: where no row objects they are
        the witness, and no programme is needed.
        """
        told = self.matrix @ atoms
        columns = self.matrix.tocsc()
        for atom, wanted in zip(targets, goal, strict=True):
            if not np.isfinite(wanted) or wanted > cap[atom] or wanted <= best[atom]:
                continue
            inside = slice(columns.indptr[atom], columns.indptr[atom + 1])
            rows = columns.indices[inside]
            raised = told[rows] + columns.data[inside] * np.ceil(wanted - atoms[atom])
            if (raised >= low[rows] - _WHOLE).all() and (raised <= high[rows] + _WHOLE).all():
                best[atom] = wanted

    def _box(self, low: Floats, high: Floats, cap: Floats, atoms: Floats) -> Floats:
        """Return a finite upper bound per atom: larger than any finite total can force."""
        known = np.concatenate([low[np.isfinite(low)], high[np.isfinite(high)], atoms])
        return np.minimum(cap, 1e4 + 4.0 * np.abs(known).max(initial=0.0))

    def _extreme(
        self,
        atom: int,
        system: _System,
        low: Floats,
        high: Floats,
        upward: bool,
        wanted: float,
        atoms: Floats,
    ) -> tuple[float, Floats, dict[int, float]]:
        """Return the extreme count of an atom, at most `wanted`, the counts, and the proof."""
        cost = np.zeros(self.n_atoms)
        cost[atom] = -1.0 if upward else 1.0
        ceiling = system.ceiling.copy()
        ceiling[atom] = min(ceiling[atom], np.ceil(wanted))
        # measured on 76 to 257 rows: presolving takes longer than it saves
        found = scipy.optimize.linprog(
            cost, system.upper, system.upper_bound, system.equal, system.equal_bound,
            bounds=np.column_stack([system.floor, ceiling]), method="highs-ds",
            options={"presolve": False},
        )  # fmt: skip
        if found.status != 0:
            message = f"The linear programme of an audit did not end: {found.message}"
            raise RuntimeError(message)
        proof = system.proof(found)
        if _is_whole(found.x):
            return float(found.x[atom]), found.x, proof
        if upward and found.x[atom] < wanted - _WHOLE < np.inf:  # no fraction makes it a breach
            return float(np.floor(found.x[atom] + _WHOLE)), found.x, proof
        near = np.round(found.x)
        if near[atom] == found.x[atom] and self._fits(near, low, high, system.floor, ceiling):
            return float(near[atom]), near, proof
        rows = _Rows(self.matrix[system.several], low[system.several], high[system.several])
        proven = True
        if upward and np.isfinite(wanted):
            whole, proven = rows.nearest(
                np.round(atoms), np.ceil(system.floor - _WHOLE), ceiling, atom
            )
            reached = float(np.ceil(wanted)) - float(whole is None)
        else:
            whole = rows.extreme(cost, np.ceil(system.floor - _WHOLE), ceiling)
            reached = float(whole[atom])
        if abs(reached - found.x[atom]) > _WHOLE:
            taking_part = self._taking_part(
                atom, low, high, np.round(atoms), system, ceiling, proven
            )
            proof = dict.fromkeys(taking_part.tolist(), 0.0)
        return reached, found.x if whole is None else whole, proof

    def _taking_part(
        self,
        atom: int,
        low: Floats,
        high: Floats,
        atoms: Floats,
        system: _System,
        ceiling: Floats,
        proven: bool,
    ) -> Ints:
        """Return rows that rule a count out because there are only whole persons.

        Rounding is part of the argument, so there are no multipliers. As few rows as do: a row the
        atom is in, the smallest first, with all that is told of its atoms alone; every row only if
        that is not enough. Where nothing is proven, those the atom is in: there it is to be
        loosened.
        """
        told = np.isfinite(low) | np.isfinite(high)
        size = np.diff(self.matrix.indptr)
        own = np.flatnonzero((self.matrix[:, [atom]].toarray()[:, 0] != 0) & told)
        if not proven:
            return own
        wide = own[size[own] > 1]
        wide = wide[np.argsort(size[wide], kind="stable")]
        for row in wide:
            near = np.sort(self.matrix[[row]].indices)
            inside = np.zeros(self.n_atoms)
            inside[near] = 1.0
            within = (abs(self.matrix).sign() @ inside == size) & (size > 0) & told
            some = np.flatnonzero(within & (size > 1))
            inner = _Rows(sp.csr_array(self.matrix[some][:, near]), low[some], high[some])
            floor, place = np.ceil(system.floor[near] - _WHOLE), int(np.searchsorted(near, atom))
            found, is_proven = inner.nearest(atoms[near], floor, ceiling[near], place)
            if found is None and is_proven:
                return np.flatnonzero(within)
        return np.flatnonzero(told)

    def _fits(
        self, counts: Floats, low: Floats, high: Floats, floor: Floats, ceiling: Floats
    ) -> bool:
        """Tell whether counts keep to every row and bound."""
        told = self.matrix @ counts
        inside = (counts >= floor - _WHOLE).all() and (counts <= ceiling + _WHOLE).all()
        return bool(inside and (told >= low - _WHOLE).all() and (told <= high + _WHOLE).all())


@dataclass(frozen=True, eq=False)
class _Rows:
    """Rows of several atoms, for the integer programmes."""

    matrix: sp.csr_array
    low: Floats
    high: Floats

    def extreme(self, cost: Floats, floor: Floats, ceiling: Floats) -> Floats:
        """Return the whole counts of least cost."""
        found = self._solve(cost, self.matrix, self.low, self.high, floor, ceiling)
        if found.status != 0:
            message = f"The integer programme of an audit did not end: {found.message}"
            raise RuntimeError(message)
        return np.round(found.x)

    def nearest(
        self, atoms: Floats, floor: Floats, ceiling: Floats, atom: int
    ) -> tuple[Floats | None, bool]:
        """Return whole counts near the true ones with one atom at its ceiling; None if none is.

        Each count is ``true + more − less``. Few persons moved is what makes the search short: by
        itself the largest count of an atom among two hundred rows takes minutes. The second value
        is False where the search was given up: nothing is proven then, and the atom counts as given
        away.
        """
        size, told = atoms.size, self.matrix @ atoms
        floor = floor.copy()
        floor[atom] = ceiling[atom]
        found = self._solve(
            np.ones(2 * size), sp.hstack([self.matrix, -self.matrix], format="csr"),
            self.low - told, self.high - told,
            np.concatenate([np.maximum(floor - atoms, 0), np.maximum(atoms - ceiling, 0)]),
            np.concatenate([np.maximum(ceiling - atoms, 0), np.maximum(atoms - floor, 0)]),
            {"mip_rel_gap": 1.0, "node_limit": _NODES},
        )  # fmt: skip
        if found.x is None:
            return None, found.status == 2
        return atoms + np.round(found.x[:size] - found.x[size:]), True

    def _solve(
        self,
        cost: Floats,
        matrix: sp.csr_array,
        low: Floats,
        high: Floats,
        floor: Floats,
        ceiling: Floats,
        options: dict[str, float] | None = None,
    ) -> Any:
        return scipy.optimize.milp(
            cost,
            constraints=scipy.optimize.LinearConstraint(matrix, low - _CLOSE, high + _CLOSE),
            integrality=np.ones(cost.size),
            bounds=scipy.optimize.Bounds(floor, ceiling),
            options=options or {"mip_rel_gap": 0.0},
        )


@dataclass(frozen=True, eq=False)
class Pool:
    """Whole-numbered counts per atom, and what every row would tell of them.

    The search for suppressions audits the same rows under many bounds. Counts that keep to the
    bounds prove how large an atom can be, whichever bounds they were found under.
    """

    atoms: list[Floats]
    told: list[Floats]

    def add(self, solution: Floats, matrix: sp.csr_array) -> None:
        """Keep a solution; the oldest goes when there is no room."""
        self.atoms.append(solution)
        self.told.append(matrix @ solution)
        if len(self.atoms) * sum(matrix.shape) > _POOL_SIZE:
            del self.atoms[0], self.told[0]

    def largest(self, low: Floats, high: Floats, cap: Floats) -> Floats:
        """Return the largest count per atom among those that keep to the bounds; 0 if none does."""
        if not self.atoms:
            return np.zeros(cap.size)
        atoms, told = np.stack(self.atoms), np.stack(self.told)
        possible = ((told >= low - _WHOLE) & (told <= high + _WHOLE)).all(axis=1)
        possible &= (atoms <= cap + _WHOLE).all(axis=1)
        return atoms[possible].max(axis=0, initial=0.0)


@dataclass(frozen=True, eq=False)
class _System:
    """The rows as HiGHS wants them.

    Rows of one atom are bounds (`floor`, `ceiling`, and which row gives each; -1 none); of the
    others (`several`) equalities, and upper bounds (lower ones sign-turned).
    """

    equal: sp.csr_array | None
    equal_bound: Floats | None
    upper: sp.csr_array | None
    upper_bound: Floats | None
    equal_rows: Ints
    upper_rows: Ints
    upper_sign: Floats
    several: Ints
    floor: Floats
    ceiling: Floats
    floor_by: Ints
    ceiling_by: Ints
    scale: Floats

    def proof(self, found: Any) -> dict[int, float]:
        """Return the rows with a dual price, with their multipliers."""
        proof: dict[int, float] = {}
        if self.equal is not None:
            for row, price in zip(self.equal_rows, found.eqlin.marginals, strict=True):
                proof[int(row)] = -float(price)
        if self.upper is not None:
            prices = found.ineqlin.marginals * self.upper_sign
            for row, price in zip(self.upper_rows, prices, strict=True):
                proof[int(row)] = proof.get(int(row), 0.0) - float(price)
        for by, prices in (
            (self.floor_by, found.lower.marginals), (self.ceiling_by, found.upper.marginals),
        ):  # fmt: skip
            for atom in np.flatnonzero((by >= 0) & (np.abs(prices) > _MARGINAL)):
                row = int(by[atom])
                proof[row] = proof.get(row, 0.0) - float(prices[atom]) / self.scale[row]
        return {row: price for row, price in proof.items() if abs(price) > _MARGINAL}


def _split(matrix: sp.csr_array, low: Floats, high: Floats, box: Floats) -> _System:
    size = np.diff(matrix.indptr)
    single, several = np.flatnonzero(size == 1), np.flatnonzero(size > 1)
    scale = np.ones(matrix.shape[0])
    scale[single] = matrix.data[matrix.indptr[single]]
    floor, ceiling = np.zeros(box.size), box.copy()
    floor_by, ceiling_by = np.full(box.size, -1), np.full(box.size, -1)
    for row in single:
        atom = matrix.indices[matrix.indptr[row]]
        least, most = np.sort(np.array([low[row], high[row]]) / scale[row])
        if least > floor[atom]:
            floor[atom], floor_by[atom] = least, row
        if most < ceiling[atom]:
            ceiling[atom], ceiling_by[atom] = most, row
    same = np.isfinite(low) & np.isfinite(high) & (high - low <= 1e-12) & (size > 1)
    above, below = (np.isfinite(end) & ~same & (size > 1) for end in (high, low))
    equal_rows = np.flatnonzero(same)
    upper_rows = np.concatenate([np.flatnonzero(above), np.flatnonzero(below)])
    sign = np.concatenate([np.ones(above.sum()), -np.ones(below.sum())])
    upper = sp.diags_array(sign) @ matrix[upper_rows] if upper_rows.size else None
    return _System(
        matrix[equal_rows] if equal_rows.size else None,
        low[equal_rows] if equal_rows.size else None,
        upper,
        np.concatenate([high[above], -low[below]]) if upper_rows.size else None,
        equal_rows,
        upper_rows,
        sign,
        several,
        floor,
        np.maximum(ceiling, floor),
        floor_by,
        ceiling_by,
        scale,
    )


def _is_whole(solution: Floats) -> bool:
    return bool(np.abs(solution - np.round(solution)).max(initial=0.0) < _WHOLE)
