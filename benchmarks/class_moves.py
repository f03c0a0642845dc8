"""How many areas change their class because counts are protected first, with chance beside it.

``python benchmarks/class_moves.py`` prints, for the design city (districts and catchments, ten
indicators, min–max and z, equal and quantile classes), the share of areas whose class differs from
the class of true counts, and the share by two classes or more; beside it the same for one binomial
redraw of the true counts. Further parts take the first 4k − 1 areas alone, whose windows are wider;
districts, catchments and quarters that are told together; and rates of take-up by district. Of an
indicator that is not told the index of the true counts has none either.
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
from random_programmes import counted_of

from sozialraum.model.participation_release import ALL_AGES, CHILDREN
from sozialraum.privacy.case_counts import CaseCounts
from sozialraum.privacy.protecting import protect
from sozialraum.privacy.rules import DisclosureRules
from sozialraum.workflows.participation.protecting import variable
from sozialraum.workflows.participation.releasing import release_programme

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
    return {"areas": float(np.mean(sizes))} | _shares(sums)


def measure_three(k: int, smallest: float, seeds: range) -> dict[str, float]:
    """Return the shares of areas that move where three crossing sets are told together."""
    sums = {"protected": np.zeros(3), "chance": np.zeros(3)}
    untold = tables_told = 0
    for seed in seeds:
        places, cases, base = design_city(seed=seed, quarters=30)
        names = ["Bezirk", "Sprengel", "Viertel"]
        made = protect(
            [CaseCounts(DAY, cases, base)], places, publish=names, rules=DisclosureRules(minimum=k)
        ).protected
        rng = np.random.default_rng(seed)
        for name in names:
            table = made.tables[DAY, name]
            x, b = (f.groupby(places[name]).sum() for f in (cases, base))
            told = table.middle.notna().any()
            untold, tables_told = untold + int((~told).sum()), tables_told + told.size
            kept = (b >= smallest).all(axis=1)
            x, b, share = (f.loc[kept, told[told].index] for f in (x, b, table.share))
            true = (x / b).to_numpy()
            sums["protected"] += moves(true, share.to_numpy())
            redrawn = rng.binomial(b.to_numpy().astype(int), true) / b.to_numpy()
            sums["chance"] += moves(true, redrawn)
    return {"tables": tables_told, "not told": untold} | _shares(sums)


def measure_take_up(k: int, seeds: range) -> dict[str, float]:
    """Return the shares of districts whose rate of take-up moves, of a programme of two ages.

    From 5 to 50 % of the children of a district take part.
    """
    sums = {"protected": np.zeros(3), "chance": np.zeros(3)}
    for seed in seeds:
        rng, (places, _, base) = np.random.default_rng((seed, 8)), design_city(seed=seed)
        people = base.iloc[:, 0].astype(int)
        living = pd.DataFrame({"6-9": people // 2, "10-12": people - people // 2})
        zone = places["Bezirk"]
        rate = pd.Series(rng.uniform(0.05, 0.5, zone.nunique()), sorted(set(zone)))
        chance = zone.map(rate).to_numpy()[:, None]
        truth = pd.DataFrame(rng.binomial(living, chance), living.index, living.columns)
        made = release_programme(
            counted_of(truth, zone.to_frame("Bezirk")), {"Bezirk": living.groupby(zone).sum()},
            rules=DisclosureRules(minimum=k), stichtag=DAY,
        )  # fmt: skip
        share = made.protected.tables[DAY, "Bezirk"].share[variable(CHILDREN, ALL_AGES)]
        x, b = (f.sum(axis=1).groupby(zone).sum().loc[share.index] for f in (truth, living))
        kept = ((b >= 30) & share.notna()).to_numpy()
        true = (x / b).to_numpy()[kept, None]
        sums["protected"] += moves(true, share.to_numpy()[kept, None])
        whole = b.to_numpy().astype(int)[kept, None]
        sums["chance"] += moves(true, rng.binomial(whole, true) / whole)
    return {"areas": sums["protected"][0] / len(seeds) / 4} | _shares(sums)


def _shares(sums: dict[str, Floats]) -> dict[str, float]:
    return {
        f"{name} {word}": float(values[n] / values[0])
        for name, values in sums.items()
        for n, word in ((1, "moved"), (2, "by two"))
    }


def _print(title: str, found: dict[str, float]) -> None:
    told = ", ".join(f"{key} {value:.4f}" for key, value in found.items())
    print(f"{title}: {told}", flush=True)


if __name__ == "__main__":
    for base in (30, 12):
        for minimum in (3, 5, 10):
            _print(f"bases >= {base}, k = {minimum}", measure(minimum, base))
    for minimum in (3, 5):
        found = measure(minimum, 30, most=4 * minimum - 1, seeds=SEEDS[:4])
        _print(f"first areas alone, k = {minimum}", found)
    for minimum in (3, 5):
        _print(f"three sets of areas, k = {minimum}", measure_three(minimum, 30, SEEDS[:4]))
    for minimum in (3, 5):
        _print(f"rates of take-up, k = {minimum}", measure_take_up(minimum, SEEDS))
