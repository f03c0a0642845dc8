"""Times of the small-area model: ``python benchmarks/small_area_times.py [--largest]``.

Bars on two quiet cores: 500 areas × 10 indicators × 5 years 1 s, 5,000 × 10 × 5 5 s, 33,750 × 7
20 s and 1 GiB. Processor seconds stand beside: they hardly depend on what else runs.
"""

from __future__ import annotations

import argparse
import time

import numpy as np
import pandas as pd
from random_shares import grid

from sozialraum.insight import fit_strength, strengthen
from sozialraum.model.neighbours import Neighbours

SIZES = [(20, 25, 10, 5), (50, 100, 10, 5), (135, 250, 7, 1)]


def wavy_city(rows, columns, indicators, years, *, seed=1):
    """Return counts and bases of a city whose shares rise and fall over the map."""
    rng = np.random.default_rng(seed)
    n = rows * columns
    y, x = np.divmod(np.arange(n), columns)
    theta = -1.2 + 0.8 * (np.sin(x / 7) * np.cos(y / 9))[:, None, None]
    theta = theta + rng.normal(0, 0.4, (n, indicators, 1))
    theta = theta + rng.normal(0, 0.1, (n, indicators, years))
    base = np.maximum(rng.poisson(65, theta.shape), 3)
    cases = rng.binomial(base, 1 / (1 + np.exp(-theta)))
    keys = pd.Index([f"{k:06d}" for k in range(n)])
    ids = [f"x{k}" for k in range(indicators)]

    def panel(a):
        days = {str(t): pd.DataFrame(a[:, :, t].astype(float), keys, ids) for t in range(years)}
        return pd.concat(days)

    near = Neighbours.of_pairs(keys, *grid(rows, columns), kind="queen")
    return panel(cases), panel(base), near


def timed(size):
    """Return wall and processor seconds of learning and estimating, once compiled."""
    cases, base, near = wavy_city(*size)
    wall, busy = time.perf_counter(), time.process_time()
    learnt = fit_strength(cases, base, neighbours=near)
    strengthen(cases, base, learnt, neighbours=near)
    return time.perf_counter() - wall, time.process_time() - busy


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--largest", action="store_true")
    args = parser.parse_args()
    timed((5, 6, 2, 2))
    for size in SIZES if args.largest else SIZES[:1]:
        wall, busy = timed(size)
        areas = size[0] * size[1]
        print(f"{areas} × {size[2]} × {size[3]}: {wall:.2f} s, processor {busy:.2f} s")


if __name__ == "__main__":
    main()
