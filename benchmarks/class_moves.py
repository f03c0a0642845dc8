"""How many areas change their class because counts are protected first, with chance beside it.

``python benchmarks/class_moves.py`` prints, for the design city (districts and catchments, ten
indicators, min–max and z, equal and quantile classes), the share of areas whose class differs from
the class of true counts, and the share by two classes or more; beside it the same for one binomial
redraw of the true counts. A last part takes the first 4k − 1 areas alone, whose windows are wider.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import numpy as np
import pandas as pd
from design_city import design_city
from numpy.typing import NDArray
from random_cities import DAY

from sozialraum.privacy.case_counts import CaseCounts
from sozialraum.privacy.protecting import protect
from sozialraum.privacy.rules import DisclosureRules

Floats = NDArray[np.float64]
SEEDS, CLASSES = range(20260, 20268), 5


def index(shares: Floats, scaling: str) -> Floats:
    """Return the mean of the scaled shares; an indicator without values is left out."""
    told = ~np.isnan(shares).all(axis=0)
    shares = shares[:, told]
    if scaling == "zscore":
        scaled = (shares - np.nanmean(shares, axis=0)) / np.nanstd(shares, axis=0)
    else:
        low, high = np.nanmin(shares, axis=0), np.nanmax(shares, axis=0)
        scaled = (shares - low) / (high - low)
    return np.nanmean(scaled, axis=1)


def classes(values: Floats, rule: str) -> NDArray[np.int64]:
    """Return classes 0 to 4 by equal intervals or quantiles."""
    inner = np.arange(1, CLASSES) / CLASSES
    limits = (
        np.quantile(values, inner)
        if rule == "quantile"
        else values.min() + inner * (values.max() - values.min())
    )
    return np.searchsorted(limits, values, side="right")


def moves(true: Floats, other: Floats) -> tuple[int, int, int]:
    """Return areas, those in another class and those two off, over all four ways."""
    areas = moved = far = 0
    for scaling in ("minmax", "zscore"):
        for rule in ("equal", "quantile"):
            one, two = (classes(index(s, scaling), rule) for s in (true, other))
            areas, moved = areas + one.size, moved + int((one != two).sum())
            far += int((np.abs(one - two) > 1).sum())
    return areas, moved, far


def tables(seed: int, smallest: float, geography: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return cases and bases of the areas whose bases are all at least `smallest`."""
    places, cases, base = design_city(seed=seed)
    x, b = (frame.groupby(places[geography]).sum() for frame in (cases, base))
    kept = (b >= smallest).all(axis=1)
    return x[kept], b[kept]


def shares(cases: pd.DataFrame, base: pd.DataFrame, rules: DisclosureRules) -> Floats:
    """Return the shares of protected counts; NaN where nothing is told."""
    own = pd.Series(cases.index, cases.index)
    made = protect([CaseCounts(DAY, cases, base)], {"g": own}, publish=["g"], rules=rules)
    return made.protected.tables[DAY, "g"].share.to_numpy()


def measure(
    k: int, smallest: float, *, most: int | None = None, seeds: range = SEEDS, **more: object
) -> dict[str, float]:
    """Return the shares of areas that move, over seeds and both sets, of `most` areas each."""
    rules = DisclosureRules(minimum=k, **more)
    sums = {"protected": np.zeros(3), "chance": np.zeros(3)}
    sizes = []
    for seed in seeds:
        for geography in ("Bezirk", "Sprengel"):
            x, b = (frame.iloc[:most] for frame in tables(seed, smallest, geography))
            sizes.append(len(x))
            true = (x / b).to_numpy()
            rng = np.random.default_rng(seed)
            redrawn = rng.binomial(b.to_numpy().astype(int), true) / b.to_numpy()
            sums["protected"] += moves(true, shares(x, b, rules))
            sums["chance"] += moves(true, redrawn)
    return {"areas": float(np.mean(sizes))} | {
        f"{name} {word}": float(values[n] / values[0])
        for name, values in sums.items()
        for n, word in ((1, "moved"), (2, "by two"))
    }


if __name__ == "__main__":
    for base in (30, 12):
        for minimum in (3, 5, 10):
            found = measure(minimum, base)
            told = ", ".join(f"{key} {value:.4f}" for key, value in found.items())
            print(f"bases >= {base}, k = {minimum}: {told}", flush=True)
    for minimum in (3, 5):
        found = measure(minimum, 30, most=4 * minimum - 1, seeds=SEEDS[:4])
        told = ", ".join(f"{key} {value:.4f}" for key, value in found.items())
        print(f"first areas alone, k = {minimum}: {told}", flush=True)
