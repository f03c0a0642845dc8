"""A town of square blocks for tests of catchments."""

from itertools import product

import numpy as np
import pandas as pd
from scipy.sparse.csgraph import connected_components

from sozialraum.planning.districting.catchment_task import catchment_task
from sozialraum.planning.districting.description import describe_catchments


def grid(width=6, height=5, schools=((0, 0), (5, 4)), seed=0, **options):
    """Square blocks of 300 m, schools in some of them."""
    rng = np.random.default_rng(seed)
    cells = [(x, y) for y in range(height) for x in range(width)]
    keys = [f"b{x}{y}" for x, y in cells]
    names = [f"S{j}" for j in range(len(schools))]
    way = [[300.0 * (abs(x - a) + abs(y - b)) for a, b in schools] for x, y in cells]
    pairs = [(f"b{x}{y}", f"b{x + 1}{y}") for x, y in cells if x + 1 < width]
    pairs += [(f"b{x}{y}", f"b{x}{y + 1}") for x, y in cells if y + 1 < height]
    pupils = pd.Series(rng.integers(0, 9, len(cells)) * 1.0, index=keys)
    arguments = {"capacity": pd.Series(pupils.sum() * 0.6, index=names), "limit": 9000} | options
    return catchment_task(pd.DataFrame(way, keys, names), pupils, pairs, **arguments)


KEYS = [f"b{x}{y}" for y in range(5) for x in range(6)]


def whole(task, plan):
    return all(
        connected_components(task.graph[own][:, own], directed=False)[0] == 1
        for own in (np.flatnonzero(plan == j) for j in range(len(task.schools)))
    )


def least_of_all_plans(task):
    """Return the value of the best of all plans for two schools, each in a block of its own."""
    plans = (np.array(code) for code in product((0, 1), repeat=len(task.blocks)))
    allowed = (p for p in plans if (p[task.seat] == [0, 1]).all() and whole(task, p))
    return min(describe_catchments(task, plan).value for plan in allowed)
