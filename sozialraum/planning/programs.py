"""Linear programs with whole numbers, put together block by block and solved by HiGHS."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy
import scipy.sparse as sp


@dataclass(frozen=True, eq=False)
class Solution:
    """What the solver found.

    Parameters
    ----------
    x : variables of the best solution, empty if none was found
    value, bound : cost of `x` and the least cost any solution can have
    gap : (value - bound) / |value|, infinite without a solution
    finished : the solver stopped because it was done, not because time was up
    """

    x: np.ndarray
    value: float
    bound: float
    gap: float
    finished: bool

    @property
    def found(self) -> bool:
        """Whether there is a solution."""
        return self.x.size > 0

    @property
    def why_not(self) -> str:
        """Why there is no solution: "nothing_left" to choose from, or "time" was up."""
        return "nothing_left" if self.finished else "time"


class Program:
    """Minimise cost over blocks of variables under blocks of rows.

    Examples
    --------
    >>> program = Program()
    >>> y = program.variables(2, cost=[3.0, 2.0], integer=True)
    >>> program.rows([(y, np.ones((1, 2)))], low=1)
    >>> program.solve().x.tolist()
    [0.0, 1.0]
    """

    def __init__(self) -> None:
        self._columns: list[tuple[np.ndarray, ...]] = []
        self._entries: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []
        self._limits: list[tuple[np.ndarray, np.ndarray]] = []
        self._width = 0
        self._height = 0

    def variables(
        self,
        count: int,
        *,
        cost: Any = 0.0,
        lower: Any = 0.0,
        upper: Any = 1.0,
        integer: bool = False,
    ) -> slice:
        """Add `count` variables and return where they stand."""
        spread = [np.broadcast_to(np.asarray(v, float), count) for v in (cost, lower, upper)]
        self._columns.append((*spread, np.full(count, float(integer))))
        self._width += count
        return slice(self._width - count, self._width)

    def rows(
        self, terms: list[tuple[slice, Any]], *, low: Any = -np.inf, high: Any = np.inf
    ) -> None:
        """Add the rows ``low <= Σ matrix @ variables <= high``."""
        height = terms[0][1].shape[0]
        for where, matrix in terms:
            part = sp.coo_array(matrix)
            self._entries.append((part.row + self._height, part.col + where.start, part.data))
        limits = [np.broadcast_to(np.asarray(v, float), height) for v in (low, high)]
        self._limits.append((limits[0], limits[1]))
        self._height += height

    def relax(self) -> tuple[np.ndarray, float, np.ndarray] | None:
        """Solve without whole numbers: (x, value, reduced costs), or None where there is no plan.

        A reduced cost says by how much the value rises at least when a variable leaves its bound
        by 1.
        """
        cost, lower, upper, _ = (np.concatenate(c) for c in zip(*self._columns, strict=True))
        matrix, low, high = self._rows()
        same = low == high
        above, below = np.isfinite(high) & ~same, np.isfinite(low) & ~same
        result = scipy.optimize.linprog(
            cost,
            A_ub=sp.vstack([matrix[above], -matrix[below]]),
            b_ub=np.r_[high[above], -low[below]],
            A_eq=matrix[same] if same.any() else None,
            b_eq=low[same] if same.any() else None,
            bounds=np.column_stack([lower, upper]),
            method="highs",
        )
        if result.x is None or result.status != 0:
            return None
        return result.x, result.fun, result.lower.marginals + result.upper.marginals

    def narrow(self, where: slice, *, lower: np.ndarray, upper: np.ndarray) -> None:
        """Tighten the bounds of one block of variables."""
        width = 0
        for k, (cost, low, high, integer) in enumerate(self._columns):
            if width == where.start:
                limits = np.maximum(low, lower), np.minimum(high, upper)
                self._columns[k] = (cost, *limits, integer)
            width += len(cost)

    def _rows(self) -> tuple[sp.csr_array, np.ndarray, np.ndarray]:
        row, column, data = (np.concatenate(e) for e in zip(*self._entries, strict=True))
        low, high = (np.concatenate(v) for v in zip(*self._limits, strict=True))
        shape = (self._height, self._width)
        return sp.csr_array((data, (row, column)), shape=shape), low, high

    def solve(self, *, time_limit: float = 60.0, gap: float = 0.0) -> Solution:
        """Return the best solution found within `time_limit` seconds, or proven within `gap`."""
        cost, lower, upper, integer = (np.concatenate(c) for c in zip(*self._columns, strict=True))
        matrix, low, high = self._rows()
        result = scipy.optimize.milp(
            cost,
            constraints=scipy.optimize.LinearConstraint(matrix.tocsc(), low, high),
            integrality=integer,
            bounds=scipy.optimize.Bounds(lower, upper),
            options={"time_limit": time_limit, "mip_rel_gap": gap},
        )
        if result.x is None:
            return Solution(np.empty(0), np.inf, -np.inf, np.inf, result.status == 2)
        bound = result.mip_dual_bound if result.mip_dual_bound is not None else result.fun
        reached = result.mip_gap if result.mip_gap is not None else 0.0
        return Solution(result.x, result.fun, bound, reached, result.status == 0)
