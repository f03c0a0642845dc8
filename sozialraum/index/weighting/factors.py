"""Principal components and factors of a correlation matrix, with signs that mean something.

A component has no sign of its own. Here it points where its parts as a whole point (their loadings
add up to at least 0); an indicator that then still loads negatively stands against its declared
direction.

References: Jolliffe (2002); Jöreskog (1967) for maximum likelihood; Kaiser (1958) for varimax;
Nicoletti, Scarpetta & Boylaud (2000), OECD Economics Dept. WP 226, for weights from rotated
loadings.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import NDArray

from sozialraum.model.deciding import decided

Matrix = NDArray[np.float64]
Column = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Components:
    """All principal components of a correlation matrix.

    Parameters
    ----------
    eigenvalues : (m,), falling; they add up to m
    vectors : (m, m), unit vectors as columns
    """

    eigenvalues: Column
    vectors: Matrix

    @property
    def loadings(self) -> Matrix:
        """Correlation of each part with each component: ``vector · √eigenvalue``."""
        return self.vectors * np.sqrt(np.maximum(self.eigenvalues, 0.0))


def correlation(x: Matrix, weights: Column | None = None) -> Matrix:
    """Return Pearson correlations over the rows without NaN, cut to [-1, 1].

    Parameters
    ----------
    x : (n, m)
    weights : (n,), persons of each row, at least 0; None = every row counts alike

    Examples
    --------
    Two persons in a row count as the row twice.

    >>> x = np.array([[0.0, 1.0], [1.0, 0.0], [2.0, 2.0]])
    >>> twice = correlation(x[[0, 1, 2, 2]])
    >>> np.abs(correlation(x, np.array([1.0, 1.0, 2.0])) - twice).max() < 1e-12
    np.True_
    """
    there = ~np.isnan(x).any(axis=1)
    counted = None if weights is None else weights[there]
    if counted is not None and (counted == counted[:1]).all():
        counted = None
    found = _correlation(x[there], counted)
    return np.clip(np.atleast_2d(found), -1.0, 1.0)


def _correlation(x: Matrix, weights: Column | None) -> Matrix:
    if weights is None:
        return np.asarray(np.corrcoef(x, rowvar=False))
    covariance = np.atleast_2d(np.cov(x, rowvar=False, aweights=weights, ddof=0))
    spread = np.sqrt(np.diag(covariance))
    return np.asarray(covariance / np.outer(spread, spread))


def principal_components(r: Matrix) -> Components:
    """Return the components of a correlation matrix.

    Parameters
    ----------
    r : (m, m), correlations

    Examples
    --------
    >>> found = principal_components(np.array([[1.0, 0.6], [0.6, 1.0]]))
    >>> found.eigenvalues.round(6).tolist(), found.vectors[:, 0].round(4).tolist()
    ([1.6, 0.4], [0.7071, 0.7071])
    """
    values, vectors = np.linalg.eigh(r)
    values, vectors = values[::-1], vectors[:, ::-1]
    towards = vectors.sum(axis=0)
    # A component that balances its parts exactly points where its largest loading points, of
    # several as large ones the first.
    largest = vectors[decided(np.abs(vectors)).argmax(axis=0), np.arange(len(r))]
    towards = np.where(np.abs(towards) < 1e-9, largest, towards)
    return Components(values, vectors * np.where(towards < 0, -1.0, 1.0))


def varimax(loadings: Matrix, *, steps: int = 500, tolerance: float = 1e-10) -> Matrix:
    """Rotate loadings so that each factor has few large ones (Kaiser-normalised).

    Parameters
    ----------
    loadings : (m, k)
    """
    length = np.sqrt((loadings**2).sum(axis=1, keepdims=True))
    scaled = loadings / np.where(length > 0, length, 1.0)
    rotation, before = np.eye(loadings.shape[1]), 0.0
    for _ in range(steps):
        turned = scaled @ rotation
        target = turned**3 - turned * (turned**2).mean(axis=0)
        u, s, v = np.linalg.svd(scaled.T @ target)
        rotation = u @ v
        if s.sum() <= before * (1.0 + tolerance):
            break
        before = s.sum()
    return scaled @ rotation * length


def factor_weights(rotated: Matrix) -> Column:
    """Return weights from rotated loadings: squared loading on the own factor × its share.

    Each part belongs to the factor it loads highest on; its squared loading, as a share of the
    factor's variance, is weighted with the factor's share of the explained variance; the weights
    add up to 1.

    Examples
    --------
    >>> factor_weights(np.array([[0.9, 0.1], [0.9, 0.1], [0.1, 0.8]])).round(3).tolist()
    [0.358, 0.358, 0.283]
    """
    squared = rotated**2
    variance = squared.sum(axis=0)
    own = squared.argmax(axis=1)
    rows = np.arange(len(rotated))
    weight = squared[rows, own] / variance[own] * (variance[own] / variance.sum())
    return weight / weight.sum()


@dataclass(frozen=True, eq=False)
class Factors:
    """A maximum-likelihood factor model ``R ≈ L Lᵀ + Ψ``.

    Parameters
    ----------
    loadings : (m, k)
    uniqueness : (m,), the diagonal of Ψ
    """

    loadings: Matrix
    uniqueness: Column


def ml_factors(r: Matrix, k: int = 1) -> Factors:
    """Fit a factor model by maximum likelihood.

    Parameters
    ----------
    r : (m, m), correlations
    k : number of factors

    Examples
    --------
    Loadings .9 .8 .7 .6 on one factor come back from the correlations they imply.

    >>> load = np.array([0.9, 0.8, 0.7, 0.6])
    >>> r = np.outer(load, load); np.fill_diagonal(r, 1.0)
    >>> ml_factors(r).loadings[:, 0].round(4).tolist()
    [0.9, 0.8, 0.7, 0.6]
    """
    start = (1.0 - 0.5 * k / len(r)) / np.diag(np.linalg.pinv(r))
    fit = scipy.optimize.minimize(
        _misfit, np.clip(start, 0.005, 1.0), args=(r, k), jac=_misfit_slope, method="L-BFGS-B",
        bounds=[(0.005, 1.0)] * len(r), options={"ftol": 1e-15, "gtol": 1e-10, "maxiter": 5000},
    )  # fmt: skip
    loadings = _loadings(fit.x, r, k)
    return Factors(loadings * np.where(loadings.sum(axis=0) < 0, -1.0, 1.0), fit.x)


def _scaled_eigen(psi: Column, r: Matrix) -> tuple[Column, Matrix]:
    root = 1.0 / np.sqrt(psi)
    values, vectors = np.linalg.eigh(r * np.outer(root, root))
    return values[::-1], vectors[:, ::-1]


def _misfit(psi: Column, r: Matrix, k: int) -> float:
    rest = _scaled_eigen(psi, r)[0][k:]
    return float((rest - np.log(rest) - 1.0).sum())


def _misfit_slope(psi: Column, r: Matrix, k: int) -> Column:
    loadings = _loadings(psi, r, k)
    implied = loadings @ loadings.T + np.diag(psi)
    return np.diag(implied - r) / psi**2


def _loadings(psi: Column, r: Matrix, k: int) -> Matrix:
    values, vectors = _scaled_eigen(psi, r)
    return np.sqrt(psi)[:, None] * vectors[:, :k] * np.sqrt(np.maximum(values[:k] - 1.0, 0.0))
