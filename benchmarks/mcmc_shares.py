"""Brute-force oracles of the small-area model: long elliptical slice sampling.

``python benchmarks/mcmc_shares.py FOLDER`` writes the tables the tests compare with: full Bayes for
the North Carolina counts of 1974-78, from the folder of shared cases, and for homicides in the 78
counties around St. Louis in 1984-88, which libpysal ships; over variance (penalised complexity
prior, P(sd > 1) = 0.01), spatial share (uniform) and level (flat).
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd

SEED = 5


def slice_step(state, likelihood, at, now, rng):
    """Take one step of elliptical slice sampling (Murray, Adams, MacKay 2010) from N(0, I)."""
    other, bar = rng.standard_normal(state.shape), now + np.log(rng.random())
    angle = rng.random() * 2 * np.pi
    low, high = angle - 2 * np.pi, angle
    while True:
        found = state * np.cos(angle) + other * np.sin(angle)
        value = likelihood(found, *at)
        if value > bar:
            return found, value
        low, high = (angle, high) if angle < 0 else (low, angle)
        angle = low + (high - low) * rng.random()


def scaled_covariance(adjacency):
    """Return the covariance of the field, by dense algebra."""
    precision = np.diag(adjacency.sum(axis=1) * 1.001) - adjacency
    covariance = np.linalg.inv(precision)
    return covariance / np.exp(np.log(np.diag(covariance)).mean())


def full_bayes(x, n, adjacency, *, spatial, steps=60_000, burn_in=5_000):
    """Return mean and standard deviation of the log of every rate, and the mean of the rate."""
    rng = np.random.default_rng(SEED)
    values, vectors = np.linalg.eigh(scaled_covariance(adjacency))

    def effect(g, log_sd, logit):
        w = 1 / (1 + np.exp(-logit)) if spatial else 0.0
        return np.exp(log_sd) * vectors @ (np.sqrt(w * values + 1 - w) * (vectors.T @ g))

    def likelihood(g, level, log_sd, logit):
        u = level + effect(g, log_sd, logit)
        return float((x * u - n * np.exp(u)).sum())

    def prior(log_sd, logit):
        own = -4.6 * np.exp(log_sd) + log_sd
        return own + (-abs(logit) - 2 * np.log1p(np.exp(-abs(logit))) if spatial else 0.0)

    at = np.log(x.sum() / n.sum()), np.log(0.3), 0.0
    g = rng.standard_normal(len(x))
    now, kept = likelihood(g, *at), []
    for step in range(steps):
        g, now = slice_step(g, likelihood, at, now, rng)
        for _ in range(2):
            move = rng.standard_normal(3) * (0.05, 0.2, float(spatial))
            there = tuple(np.add(at, move))
            value = likelihood(g, *there)
            if np.log(rng.random()) < value + prior(*there[1:]) - now - prior(*at[1:]):
                at, now = there, value
        if step >= burn_in and step % 5 == 0:
            kept.append(at[0] + effect(g, *at[1:]))
    drawn = np.array(kept)
    return np.exp(drawn).mean(axis=0), drawn.std(axis=0)


TABLES = Path(__file__).parents[1] / "tests/insight"


def write(x, n, adjacency, keys, name, per):
    """Write rates per so many persons, and the standard deviation of their log."""
    found = {}
    for kind, spatial in (("alone", False), ("neighbours", True)):
        rate, sd = full_bayes(x, n, adjacency, spatial=spatial)
        found |= {f"rate_{kind}": per * rate, f"sd_{kind}": sd}
    pd.DataFrame(found, keys).round(4).to_csv(TABLES / name, lineterminator="\n")


def north_carolina(folder):
    """Write the table of sudden infant deaths."""
    cases = Path(folder) / "eb"
    counties = pd.read_csv(cases / "nc_sids74_spdep.csv", index_col="NAME")
    i, j = pd.read_csv(cases / "nc_queen_neighbours_1based.csv").to_numpy().T - 1
    adjacency = np.zeros((len(counties),) * 2)
    adjacency[i, j] = adjacency[j, i] = 1.0
    counted = counties["SID74"].to_numpy(float), counties["BIR74"].to_numpy(float)
    write(*counted, adjacency, counties.index, "nc_sids_mcmc.csv", 1000)


def st_louis():
    """Return the counties of libpysal's example, index = key, in metres."""
    import geopandas as gpd
    import libpysal

    counties = gpd.read_file(libpysal.examples.get_path("stl_hom.shp"))
    counties = counties.set_index(counties["FIPS"].astype(str).rename("key")).sort_index()
    return counties.set_crs(4326, allow_override=True).to_crs(32615)


def homicides():
    """Write the table of homicides around St. Louis."""
    from sozialraum.space import find_neighbours

    counties = st_louis()
    adjacency = (find_neighbours(counties).matrix().toarray() > 0).astype(float)
    counted = counties["HC8488"].to_numpy(float), counties["PO8488"].to_numpy(float)
    write(*counted, adjacency, counties.index, "stl_homicides_mcmc.csv", 100_000)


if __name__ == "__main__":
    north_carolina(sys.argv[1])
    homicides()
