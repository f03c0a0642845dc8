"""What areas have in common, by EM on pseudo data, without neighbours.

Variational moments make a Gaussian observation of every counted cell; EM over these finds the
common covariance S of the indicators and the persistence φ of an area's deviations. No random
number and no sum over threads enters.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from sozialraum.insight.monte_carlo.threading import in_threads, threads
from sozialraum.insight.small_area.cells import Cells
from sozialraum.insight.small_area.quadrature import NODES, WEIGHTS, lasting, log_odds_of
from sozialraum.kernels import small_area as kernels

Array = NDArray[np.float64]

ROUNDS = 60
SETTLED = 0.005  # change of covariances in units of the variances, and of φ
LONGEST = 16.0  # times a step of EM
FEW_AREAS = 25  # below, covariances are shrunk as by J + 1 areas that have nothing in common
BLOCKS = 16  # areas are summed in so many parts, however many threads there are
FLOOR = 1e-4  # smallest eigenvalue of S
PERSISTENCE = 0.05, 0.995
AROUND = np.array([-0.1, -0.04, -0.015, -0.005, 0.0, 0.005, 0.015, 0.04, 0.1])
MUCH = 3_000_000  # operations from which on threads are worthwhile


@dataclass(frozen=True, eq=False)
class Common:
    """Hyperparameters: S (J, J) and φ."""

    between: Array
    persistence: float

    def covariance(self, periods: int) -> Array:
        """Return ``S ⊗ Φ`` over all columns."""
        return np.kron(self.between, lasting(self.persistence, periods))


@dataclass(eq=False)
class Pseudo:
    """Gaussian observations z with variance s² of θ, and the θ ~ N(mean, var) they were made at.

    All are (areas, columns); kernels write into them.
    """

    cells: Cells
    mean: Array
    var: Array
    z: Array
    s2: Array

    @classmethod
    def of(cls, cells: Cells) -> Pseudo:
        """Return the observations at shares drawn a little to those of the whole city."""
        share = city_share(cells)
        start = (cells.count + 3 * share) / (cells.base + 3)
        start = np.clip(start, 1e-6, np.where(cells.rate, np.inf, 1 - 1e-6))
        shape = cells.count.shape
        mean, var = log_odds_of(start, cells.rate), np.full(shape, 0.05)
        made = cls(cells, mean, var, np.zeros(shape), np.zeros(shape))
        made.renew()
        return made

    def renew(self) -> None:
        """Make z and s² anew at the present mean and variance."""
        c = self.cells
        counted = c.count, c.base, c.window, self.mean, self.var, c.rate
        kernels.pseudo_data(*counted, NODES, WEIGHTS, self.z, self.s2)


def city_share(cells: Cells) -> Array:
    """Return the share of all areas together per column, never quite 0 or 1."""
    share = (cells.count.sum(axis=0) + 0.5) / (cells.base.sum(axis=0) + 1.0)
    return np.where(cells.rate, share, np.minimum(share, 1 - 1e-6))


def start_level(cells: Cells) -> Array:
    """Return the level μ that a search begins at, per column."""
    return log_odds_of(city_share(cells), cells.rate)


def over_areas(kernel: object, areas: int, columns: int, *arguments: object) -> None:
    """Run a kernel of independent areas on all threads."""
    edges = np.linspace(0, areas, threads() + 1).astype(int)
    tasks = [(int(a), int(b), *arguments) for a, b in pairwise(edges) if b > a]
    in_threads(kernel, tasks, worthwhile=areas * columns**3 > MUCH)  # type: ignore[arg-type]


def sample_size(columns: int) -> int:
    """Return how many areas EM looks at, at most."""
    return int(max(250, min(1500, 1.2e8 / columns**3)))


def sampled(cells: Cells) -> Cells:
    """Return areas evenly spread in the order of keys, all of them where they are few."""
    size = sample_size(cells.count.shape[1])
    if cells.areas <= size:
        return cells
    return cells.rows(np.linspace(0, cells.areas - 1, size).astype(np.int64))


def fit_common(cells: Cells) -> Common:
    """Return S and φ by EM, every third step lengthened (Varadhan and Roland 2008)."""
    pseudo, mu = Pseudo.of(cells), start_level(cells)
    common = _first_guess(pseudo, mu)
    steps: list[Array] = []
    for _ in range(_rounds(cells)):
        steps.append(common.between)
        squares = _squares(pseudo, mu, common)
        found = _maximised(squares, cells, common)
        mu = _level(pseudo, mu, common)
        pseudo.renew()
        still = abs(found.persistence - common.persistence) < SETTLED
        common = found
        if len(steps) == 3:
            if still and _gap(steps[1], common.between) < SETTLED:
                break
            common = replace(common, between=_lengthened(steps[1], steps[2], common.between))
            steps = []
    return common


def _rounds(cells: Cells) -> int:
    """Return how many rounds are worth their time: all for small tables, fewer for large ones."""
    return int(max(15, min(ROUNDS, 5e8 / (cells.areas * cells.count.shape[1] ** 3))))


def _gap(first: Array, second: Array) -> float:
    """Return the largest change of a covariance in units of the variances."""
    own = np.sqrt(np.diag(second))
    return float((np.abs(second - first) / (own[:, None] * own)).max())


def _lengthened(S0: Array, S1: Array, S2: Array) -> Array:
    """Return the step ``S0 + 2 l r + l² v`` that EM would take in many rounds, kept positive."""
    r, v = S1 - S0, S2 - 2 * S1 + S0
    own = np.sqrt(np.diag(S2))
    scale = own[:, None] * own
    bend = np.sqrt(((v / scale) ** 2).sum())
    length = np.sqrt(((r / scale) ** 2).sum()) / bend if bend > 0 else 1.0
    length = min(max(length, 1.0), LONGEST)
    least = np.linalg.eigvalsh(S2)[0] / 4
    while length > 1.0:
        reached = S0 + 2 * length * r + length**2 * v
        if np.linalg.eigvalsh(reached)[0] >= least:
            return reached
        length = (length + 1) / 2 if length > 1.1 else 1.0
    return S2


def fit_level(cells: Cells, common: Common) -> tuple[Pseudo, Array]:
    """Return the observations and the level μ per column at given S and φ, without neighbours."""
    pseudo, mu = Pseudo.of(cells), start_level(cells)
    for done in range(ROUNDS):
        before = mu
        alone(pseudo, mu, common)
        mu = _level(pseudo, mu, common)
        pseudo.renew()
        if done > 2 and np.abs(mu - before).max() < SETTLED / 5:
            break
    return pseudo, mu


def _first_guess(pseudo: Pseudo, mu: Array) -> Common:
    """Return half the moments of z over all Stichtage."""
    cells, seen = pseudo.cells, np.isfinite(pseudo.s2)
    shape = (cells.areas, cells.indicators, cells.periods)
    gap = np.where(seen, pseudo.z - mu, 0.0).reshape(shape).sum(axis=2)
    gap /= np.maximum(seen.reshape(shape).sum(axis=2), 1)
    moments = np.einsum("ia,ib->ab", gap, gap) / cells.areas
    own = np.maximum(np.diag(moments) / 2, 0.02)
    between = np.where(np.eye(len(own), dtype=bool), own, moments / 2)
    return Common(_positive(between, 0.01), 0.9 if cells.periods > 1 else 0.0)


def _squares(pseudo: Pseudo, mu: Array, common: Common) -> Array:
    """Return Σ E[e e'] over areas, and leave mean and variance of θ in `pseudo`."""
    cells = pseudo.cells
    columns = cells.count.shape[1]
    Psi = common.covariance(cells.periods)
    edges = np.linspace(0, cells.areas, BLOCKS + 1).astype(int)
    parts = np.zeros((BLOCKS, columns, columns))
    tasks = [
        (int(a), int(b), pseudo.z, pseudo.s2, mu, Psi, part, pseudo.mean, pseudo.var)
        for a, b, part in zip(edges[:-1], edges[1:], parts, strict=True)
    ]
    in_threads(kernels.expected_squares, tasks, worthwhile=cells.areas * columns**3 > MUCH)
    upper = parts.sum(axis=0)
    return np.triu(upper) + np.triu(upper, 1).T


def _maximised(squares: Array, cells: Cells, common: Common) -> Common:
    """Return the S and φ that make the expected squares most likely."""
    n, J, T = cells.areas, cells.indicators, cells.periods
    folded = squares.reshape(J, T, J, T)
    if T == 1:
        return Common(_shrunk(folded[:, 0, :, 0] / n, n), 0.0)
    best = -np.inf
    between, persistence = common.between, common.persistence
    for phi in np.unique(np.clip(common.persistence + AROUND, *PERSISTENCE)):
        within = lasting(float(phi), T)
        S = np.einsum("atbu,tu->ab", folded, np.linalg.inv(within)) / (n * T)
        fit = -(T * np.linalg.slogdet(S)[1] + J * np.linalg.slogdet(within)[1])
        if fit > best:
            best, between, persistence = fit, S, float(phi)
    return Common(_shrunk(between, n), persistence)


def _shrunk(S: Array, areas: int) -> Array:
    """Return S with its covariances shrunk where there are few areas to tell them.

    A weight of J + 1 areas makes 0.78 of a correlation of 0.9 at 400 areas of 20 persons, and
    intervals that hold 94 of 100; none at all makes them too narrow where shares are not normal on
    the log odds (Berlin, 434 areas: 84 of 100).
    """
    weight = (len(S) + 1) * max(0.5, min(1.0, FEW_AREAS / areas))
    return _positive((areas * S + weight * np.diag(np.diag(S))) / (areas + weight), FLOOR)


def _positive(S: Array, floor: float) -> Array:
    values, vectors = np.linalg.eigh((S + S.T) / 2)
    return np.einsum("ak,k,bk->ab", vectors, np.maximum(values, floor), vectors)


def _level(pseudo: Pseudo, mu: Array, common: Common) -> Array:
    """Return μ half a step towards the weighted mean of z, half towards that of θ."""
    own = np.repeat(np.diag(common.between), pseudo.cells.periods)
    weight = np.where(np.isfinite(pseudo.s2), 1.0 / (pseudo.s2 + own), 0.0)
    total = weight.sum(axis=0)
    step = (weight * (pseudo.z - mu)).sum(axis=0) / np.maximum(total, 1e-9)
    return mu + 0.5 * step + 0.5 * (pseudo.mean - mu).mean(axis=0)


def settled(cells: Cells, common: Common, mu: Array, rounds: int) -> Pseudo:
    """Return the observations of all areas at a given level, without neighbours."""
    pseudo = Pseudo.of(cells)
    for _ in range(rounds):
        alone(pseudo, mu, common)
        pseudo.renew()
    return pseudo


def alone(pseudo: Pseudo, mu: Array, common: Common) -> None:
    """Leave in `pseudo` mean and variance of θ without neighbours."""
    n, M = pseudo.z.shape
    none = np.zeros((M, 0)), np.zeros((n, 0)), np.zeros((n, 0, 0))
    nothing = np.zeros(0, np.int64), np.zeros((n, 0, 0))
    Psi = common.covariance(pseudo.cells.periods)
    over_areas(
        kernels.area_posterior, n, M, pseudo.z, pseudo.s2, mu, Psi, *none, pseudo.mean,
        pseudo.var, *nothing,
    )  # fmt: skip


def without(common: Common, taken: float, factors: Array) -> Common:
    """Return the areas' own part when neighbours take a share of what is common."""
    between = common.between - taken * np.einsum("ak,bk->ab", factors, factors)
    return replace(common, between=between)
