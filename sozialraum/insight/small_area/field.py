"""The spatial field: a scaled graph of neighbours, its sparse factor, and how much it is worth.

BYM2 (Riebler, Sørbye, Simpson and Rue 2016): the graph's Laplacian, made proper, with a geometric
mean of its variances of 1 in every connected part; an area without neighbours has variance 1.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components
from scipy.sparse.linalg import splu

from sozialraum.insight.small_area.cells import Cells
from sozialraum.insight.small_area.expectation import Common, Pseudo, over_areas, without
from sozialraum.kernels import small_area as kernels
from sozialraum.kernels import sparse_factor

Array = NDArray[np.float64]

PROPER = 1.001  # times the diagonal of the Laplacian
SHARES = (0.25, 0.5, 0.75, 0.95)
RATIOS = (0.6, 1.7, 3.0)
EARNED = 1.0  # log units by which neighbours must be more likely
MANY_AREAS = 10_000  # from here on one field, not two


@dataclass(frozen=True, eq=False)
class Factor:
    """``P = L D L'`` of a symmetric positive matrix by compressed columns."""

    start: NDArray[np.int64]
    row: NDArray[np.int64]
    value: Array
    d: Array

    @classmethod
    def of(cls, matrix: sp.csc_array) -> Factor:
        """Return the factor in the order the matrix stands in."""
        n = matrix.shape[0]
        start, row = matrix.indptr.astype(np.int64), matrix.indices.astype(np.int64)
        parent, count = np.empty(n, np.int64), np.empty(n, np.int64)
        sparse_factor.elimination_tree(start, row, parent, count)
        first = np.concatenate([[0], np.cumsum(count)])
        made = cls(first, np.empty(first[-1], np.int64), np.empty(first[-1]), np.empty(n))
        sparse_factor.factorise(
            start, row, matrix.data, parent, made.start, made.row, made.value, made.d
        )
        return made

    @property
    def logdet(self) -> float:
        """Logarithm of the determinant."""
        return float(np.log(self.d).sum())

    def solve(self, right: Array) -> Array:
        """Return ``P^-1 right``."""
        x = right.copy()
        sparse_factor.solve(self.start, self.row, self.value, self.d, x)
        return x

    def blocks(self, size: int, place: NDArray[np.int64]) -> Array:
        """Return the diagonal blocks of the inverse; block g stands at ``place[g]``."""
        diagonal, below = np.empty(len(self.d)), np.empty(len(self.value))
        sparse_factor.selected_inverse(self.start, self.row, self.value, self.d, diagonal, below)
        found = np.zeros((len(self.d) // size, size, size))
        sparse_factor.diagonal_blocks(self.start, self.row, diagonal, below, place, size, found)
        return found


@dataclass(frozen=True, eq=False)
class Graph:
    """The scaled precision of a field over neighbours, in an order that keeps its factor sparse.

    Parameters
    ----------
    precision : scaled Laplacian, its areas in that order
    order : area at each place of it
    logdet : of the precision
    """

    precision: sp.coo_array
    order: NDArray[np.int64]
    logdet: float

    @classmethod
    def of(cls, neighbours: sp.csr_array) -> Graph | None:
        """Return the graph of an adjacency matrix; None if nobody has a neighbour."""
        both = sp.csr_array(neighbours + neighbours.T)
        both.setdiag(0)
        both.eliminate_zeros()
        if both.nnz == 0:
            return None
        both.data = np.ones_like(both.data)
        many = np.asarray(both.sum(axis=1)).ravel()
        proper = sp.csc_array(sp.diags_array(np.where(many > 0, many * PROPER, 1.0)) - both)
        order = np.argsort(splu(proper, permc_spec="MMD_AT_PLUS_A").perm_c).astype(np.int64)
        turned = sp.csc_array(proper[order][:, order])
        turned.sort_indices()
        factor = Factor.of(turned)
        variances = factor.blocks(1, np.arange(len(order)))[:, 0, 0]
        part = connected_components(turned, directed=False)[1]
        mean = np.bincount(part, np.log(variances)) / np.bincount(part)
        scale = sp.diags_array(np.exp(mean[part] / 2))
        scaled = sp.csc_array(scale @ turned @ scale)
        scaled.sort_indices()
        return cls(sp.coo_array(scaled), order, factor.logdet + float(mean[part].sum()))

    def joined(self, information: Array) -> Factor:
        """Return the factor of ``Q ⊗ I + blockdiag(A)``, A (areas, K, K)."""
        n, K = information.shape[:2]
        Q, k = self.precision, np.arange(K)
        rows = [(Q.row[:, None] * K + k).ravel()]
        columns = [(Q.col[:, None] * K + k).ravel()]
        values = [np.repeat(Q.data, K)]
        base = np.arange(n)[:, None, None] * K
        rows.append(np.broadcast_to(base + k[None, :, None], (n, K, K)).ravel())
        columns.append(np.broadcast_to(base + k[None, None, :], (n, K, K)).ravel())
        values.append(information[self.order].ravel())
        at = np.concatenate(rows), np.concatenate(columns)
        matrix = sp.csc_array((np.concatenate(values), at), shape=(n * K, n * K))
        matrix.sort_indices()
        return Factor.of(matrix)

    def solve(self, factor: Factor, right: Array) -> Array:
        """Return the mean of the field, (areas, K), for the areas' information b."""
        found = np.empty_like(right)
        found[self.order] = factor.solve(right[self.order].ravel()).reshape(right.shape)
        return found


def factors_of(common: Common, areas: int) -> Array:
    """Return the strongest one or two factors of S, (J, K)."""
    values, vectors = np.linalg.eigh(common.between)
    k = min(1 if areas > MANY_AREAS else 2, len(values))
    chosen = vectors[:, ::-1][:, :k] * np.sqrt(values[::-1][:k])
    # a vector and its opposite are the same factor: the largest entry is positive
    largest = np.abs(chosen).argmax(axis=0)
    return chosen * np.sign(chosen[largest, np.arange(k)])


def area_terms(pseudo: Pseudo, mu: Array, Psi: Array, load: Array) -> tuple[Array, Array, Array]:
    """Return what every area says about the field, A and b, and its own log likelihood."""
    n, M = pseudo.z.shape
    K = load.shape[1]
    A, b, loglik = np.zeros((n, K, K)), np.zeros((n, K)), np.zeros(n)
    over_areas(kernels.area_information, n, M, pseudo.z, pseudo.s2, mu, Psi, load, A, b, loglik)
    return A, b, loglik


def choose_field(
    pseudo: Pseudo, mu: Array, common: Common, graph: Graph | None
) -> tuple[float, float]:
    """Return (τ, a) by marginal likelihood; (0, 0) unless neighbours earn their place."""
    if graph is None:
        return 0.0, 0.0
    likelihood = _Likelihood(pseudo, mu, common, graph)
    found = {(0.0, 0.0): likelihood(0.0, 0.0)}
    found |= {(t, t): likelihood(t, t) for t in SHARES}
    taken = max(list(found)[1:], key=lambda pair: found[pair])[0]
    # τ = a alone takes the field's variance from the spread of areas, too small where it is smooth
    found |= {(taken, taken * r): likelihood(taken, taken * r) for r in RATIOS}
    return max(found, key=lambda pair: found[pair])


def log_evidence(
    pseudo: Pseudo, mu: Array, common: Common, graph: Graph | None, field: tuple[float, float]
) -> float:
    """Return the log likelihood of the pseudo data at given hyperparameters, but for constants."""
    if graph is None or field[1] == 0:
        return _alone(pseudo, mu, common)
    return _Likelihood(pseudo, mu, common, graph)(*field)


def _alone(pseudo: Pseudo, mu: Array, common: Common) -> float:
    Psi = common.covariance(pseudo.cells.periods)
    return float(area_terms(pseudo, mu, Psi, np.zeros((len(Psi), 0)))[2].sum())


class _Likelihood:
    """The marginal likelihood of a field over (τ, a); what areas say is worked out once per τ."""

    def __init__(self, pseudo: Pseudo, mu: Array, common: Common, graph: Graph) -> None:
        self.pseudo, self.mu, self.common, self.graph = pseudo, mu, common, graph
        self.factors = factors_of(common, pseudo.cells.areas)
        self.said: dict[float, tuple[Array, Array, Array]] = {}

    def __call__(self, taken: float, amount: float) -> float:
        A, b, own = self._terms(taken)
        total = float(own.sum())
        if amount == 0:
            return total
        factor = self.graph.joined(amount * A)
        right = np.sqrt(amount) * b
        explained = (right * self.graph.solve(factor, right)).sum()
        prior = self.graph.logdet * b.shape[1]
        return total + 0.5 * float(explained) - 0.5 * (factor.logdet - prior) - EARNED

    def _terms(self, taken: float) -> tuple[Array, Array, Array]:
        if taken not in self.said:
            cells: Cells = self.pseudo.cells
            Psi = without(self.common, taken, self.factors).covariance(cells.periods)
            load = np.repeat(self.factors, cells.periods, axis=0)
            self.said[taken] = area_terms(self.pseudo, self.mu, Psi, load)
        return self.said[taken]
