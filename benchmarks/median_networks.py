"""Sites on random networks like pmed1 to pmed40 of the OR-Library, under a time limit.

    python benchmarks/median_networks.py [seconds] [most_places]

The 40 sizes of Beasley (1985): 100 to 900 places on a connected network of n²/50 roads of 1 to 100,
every place a home and a site, 5 to 300 of them open, for the shortest mean and the shortest longest
way. The published files are not in the project; networks are drawn by the published rule. Held
against each other: the value told and ways counted anew, value and bound, what is said of a search
that ran out of time, and, up to 200 places, the optimum of a program of its own. Ends with 1 if one
of them is wrong.
"""

from __future__ import annotations

import resource
import sys
import time

import numpy as np
import pandas as pd
import scipy.sparse as sp
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse.csgraph import shortest_path

from sozialraum.planning.facility_location.location import locate
from sozialraum.planning.facility_location.sites import SitePlan, site_task

PARTS = {n: (5, 10, n // 10, n // 5, n // 3) for n in (100, 200, 300, 400, 500, 600)}
SIZES = [(n, p) for n, parts in PARTS.items() for p in parts]
SIZES += [(700, 5), (700, 10), (700, 70), (700, 140), (800, 5), (800, 10), (800, 80)]
SIZES += [(900, 5), (900, 10), (900, 90)]
EXACT = 200  # places up to which the optimum is found by a program of its own


def network(n: int, seed: int) -> np.ndarray:
    """Return (n, n) shortest ways on a connected random network of n²/50 roads."""
    rng = np.random.default_rng(seed)
    tree = [(int(rng.integers(k)), k) for k in range(1, n)]
    more = max(n * n // 50 - len(tree), 0)
    roads = np.array([*tree, *rng.integers(0, n, (more, 2)).tolist()])
    roads = np.unique(np.sort(roads[roads[:, 0] != roads[:, 1]], axis=1), axis=0)
    long = rng.integers(1, 101, len(roads)).astype(float)
    graph = sp.csr_array((long, (roads[:, 0], roads[:, 1])), shape=(n, n))
    return shortest_path(graph, directed=False)


def least_mean(ways: np.ndarray, p: int) -> float:
    """Return the least sum of ways by an integer program of its own."""
    n = len(ways)
    eye, ones = sp.identity(n, format="csr"), np.ones((1, n))
    once = sp.hstack([sp.kron(eye, ones), sp.csr_array((n, n))])
    opened = sp.hstack([sp.identity(n * n), -sp.kron(np.ones((n, 1)), eye)])
    number = sp.csr_array(np.r_[np.zeros(n * n), np.ones(n)][None])
    found = milp(
        np.r_[ways.ravel(), np.zeros(n)],
        constraints=[
            LinearConstraint(once, 1, 1),
            LinearConstraint(opened, -np.inf, 0),
            LinearConstraint(number, p, p),
        ],
        integrality=np.r_[np.zeros(n * n), np.ones(n)],
        bounds=Bounds(0, 1),
        options={"time_limit": 60.0, "mip_rel_gap": 0.0},
    )
    return float(found.fun) if found.status == 0 else np.nan


def least_longest(ways: np.ndarray, p: int) -> float:
    """Return the least longest way: the shortest at which p sites cover every place."""
    steps = np.unique(ways)
    low, high = 0, len(steps) - 1
    while low < high:
        half = (low + high) // 2
        cover = LinearConstraint(sp.csr_array((ways <= steps[half]).astype(float)), 1, np.inf)
        ones = np.ones(len(ways))
        found = milp(ones, constraints=cover, integrality=ones, bounds=Bounds(0, 1))
        low, high = (low, half) if round(found.fun) <= p else (half + 1, high)
    return float(steps[low])


def solved(ways: np.ndarray, p: int, model: str, seconds: float) -> SitePlan:
    """Return what is told of a network."""
    keys = [f"{k:03d}" for k in range(len(ways))]
    frame, ones = pd.DataFrame(ways, keys, keys), pd.Series(1.0, keys)
    task = site_task(frame, ones, model=model, number=p, time_limit=seconds)
    return locate(task)


def wrong(plan: SitePlan, ways: np.ndarray, p: int, best: float) -> list[str]:
    """Return what is told and is not so."""
    nearest = ways[:, [int(key) for key in plan.sites]].min(axis=1)
    counted = nearest.sum() if plan.model == "pmedian" else nearest.max()
    dust, said = 1e-6 * max(counted, 1.0), " ".join(plan.sentences)
    proven, late = "Kein anderer Plan ist besser" in said, "time" in plan.slacks
    checks = {
        f"{len(plan.sites)} sites": len(plan.sites) > p,
        f"value {plan.value}, counted {counted}": abs(plan.value - counted) > dust,
        f"bound {plan.bound} above value": plan.bound > plan.value + dust,
        f"bound {plan.bound} above the best {best}": plan.bound > best + dust,
        f"proven {plan.value}, best {best}": proven and abs(plan.value - best) > dust,
        f"value {plan.value} below the best {best}": plan.value < best - dust,
        "proven, and out of time": proven and late,
        "proven, bound below value": proven and plan.bound < plan.value - dust,
    }
    return [name for name, is_wrong in checks.items() if is_wrong]


def main(seconds: float = 5.0, most: int = 900) -> int:
    """Print a line per size and model."""
    found = 0
    for place, (n, p) in enumerate((n, p) for n, p in SIZES if n <= most):
        ways = network(n, place)
        for model, exactly in (("pmedian", least_mean), ("pcenter", least_longest)):
            best = exactly(ways, p) if n <= EXACT else np.nan
            began = time.perf_counter()
            plan = solved(ways, p, model, seconds)
            took = time.perf_counter() - began
            told = wrong(plan, ways, p, best)
            late = "out of time" if "time" in plan.slacks else ""
            print(f"{n:4d} {p:4d} {model} {plan.value:.0f} best {best:.0f} gap {plan.gap:.2%} "
                  f"{took:.1f} s {late}", *told, sep="  ", flush=True)  # fmt: skip
            found += bool(told)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"{found} told otherwise; at most {peak:.1f} GiB")
    return int(found > 0)


if __name__ == "__main__":
    given = sys.argv[1:3]
    sys.exit(main(*(kind(word) for kind, word in zip((float, int), given, strict=False))))
