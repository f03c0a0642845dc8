"""Cities with known shares: correlated indicators, lasting over years, alike among neighbours."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from sozialraum.model.neighbours import Neighbours


@dataclass(frozen=True)
class Shares:
    cases: pd.DataFrame
    base: pd.DataFrame
    truth: pd.DataFrame  # of the last Stichtag
    neighbours: Neighbours

    @property
    def raw(self):
        last = self.cases.index.get_level_values(0).max()
        return (self.cases / self.base).xs(last, level=0)


def grid(rows, columns):
    """Return the pairs of squares that touch, corners included, each from both sides."""
    place = np.arange(rows * columns).reshape(rows, columns)
    pairs = []
    for down, right in ((0, 1), (1, 0), (1, 1), (1, -1)):
        left = place[: rows - down, max(0, -right) : columns - max(0, right)]
        other = place[down:, max(0, right) : columns + min(0, right)]
        pairs.append(np.column_stack([left.ravel(), other.ravel()]))
    one = np.vstack(pairs)
    both = np.vstack([one, one[:, ::-1]])
    return both[:, 0], both[:, 1]


def smooth_field(rows, columns, wide, rng):
    """Draw intrinsic fields over the grid, geometric mean variance 1, (areas, wide)."""
    n = rows * columns
    i, j = grid(rows, columns)
    adjacency = np.zeros((n, n))
    adjacency[i, j] = 1.0
    precision = np.diag(adjacency.sum(axis=1) * 1.001) - adjacency
    covariance = np.linalg.inv(precision)
    covariance /= np.exp(np.log(np.diag(covariance)).mean())
    field = np.linalg.cholesky(covariance) @ rng.standard_normal((n, wide))
    return field - field.mean(axis=0)


def random_shares(
    shape=(20, 20), indicators=4, years=3, cohort=65, corr=0.5, space=0.6, *, seed, lasting=0.95,
    spread=0.7, wild=0, wrong_neighbours=False, levels=None,
):  # fmt: skip
    """Return a city of rows × columns areas; `cohort` is the mean number of persons per cell."""
    rng = np.random.default_rng(seed)
    n = shape[0] * shape[1]
    alike = np.linalg.cholesky(corr * np.ones((indicators,) * 2) + (1 - corr) * np.eye(indicators))
    smooth = smooth_field(*shape, indicators, rng) @ alike.T if space else np.zeros((n, indicators))
    time = np.arange(years)
    root = np.linalg.cholesky(lasting ** np.abs(time[:, None] - time) + 1e-12 * np.eye(years))
    own = np.einsum("tu,iju->ijt", root, rng.standard_normal((n, indicators, years)))
    own = np.einsum("jk,ikt->ijt", alike, own)
    level = rng.uniform(-2.2, -0.3, indicators) if levels is None else np.asarray(levels)
    theta = np.sqrt(space) * smooth[:, :, None] + np.sqrt(1 - space) * own
    theta = level[:, None] + spread * theta
    if wild:
        some = rng.choice(n, wild, replace=False)
        theta[some] += rng.choice([-1, 1], (wild, 1, 1)) * 3
    truth = 1 / (1 + np.exp(-theta))
    sizes = cohort * rng.gamma(4, 0.25, (n, 1, 1)) * np.ones(truth.shape)
    base = np.maximum(rng.poisson(sizes), 3)
    cases = rng.binomial(base, truth)
    keys = pd.Index([f"{k:05d}" for k in range(n)])
    i, j = grid(*shape)
    if wrong_neighbours:
        turned = rng.permutation(n)
        i, j = turned[i], turned[j]
    neighbours = Neighbours.of_pairs(keys, i, j, kind="queen")
    ids = [f"x{k}" for k in range(indicators)]

    def panel(a):
        days = {f"20{10 + t}": pd.DataFrame(a[:, :, t].astype(float), keys, ids) for t in time}
        return pd.concat(days, names=["stichtag", "key"])

    return Shares(panel(cases), panel(base), pd.DataFrame(truth[:, :, -1], keys, ids), neighbours)
