"""How many tables and cities are refused: cities of 8 to 60 areas with at least 30 children each.

``python benchmarks/realistic_cities.py [CITIES]`` prints per minimum the cities, their tables, the
tables that are not told, and the cities of which no table is.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import numpy as np
import pandas as pd
from random_cities import DAY

from sozialraum.privacy.case_counts import CaseCounts
from sozialraum.privacy.protecting import protect
from sozialraum.privacy.rules import DisclosureRules

MINIMA = (3, 5)


def realistic_city(seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return cases and base: three to eight shares of 3 to 45 %, 120 to 500 children as a rule."""
    rng = np.random.default_rng((seed, 77))
    areas, shares = int(rng.integers(8, 61)), int(rng.integers(3, 9))
    keys = [f"{n:03d}" for n in range(areas)]
    usual = np.log(rng.choice([120, 250, 500]))
    people = np.maximum(rng.lognormal(usual, 0.5, areas), 30).round()
    cases = {}
    for v in range(shares):
        share = rng.uniform(0.03, 0.45) * rng.lognormal(0, 0.4, areas)
        share = np.clip(share, 0.002, 0.95)
        cases[f"v{v}"] = rng.binomial(people.astype(int), share).astype(float)
    return pd.DataFrame(cases, keys), pd.DataFrame(dict.fromkeys(cases, people), keys)


def main(cities: int) -> None:
    """Print what is refused."""
    found = {k: np.zeros(4, int) for k in MINIMA}
    for seed in range(cities):
        k = MINIMA[seed % len(MINIMA)]
        cases, base = realistic_city(seed)
        place = {"g": pd.Series(cases.index, cases.index)}
        made = protect(
            [CaseCounts(DAY, cases, base)], place, publish=["g"], rules=DisclosureRules(minimum=k)
        )
        refused, tables = len(made.protected.unpublished), cases.shape[1]
        found[k] += [1, tables, refused, int(refused == tables)]
    for k, (n, tables, refused, whole) in found.items():
        print(f"minimum {k}: {n} cities, {tables} tables, {refused} not told, {whole} without any")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 400)
