"""The synthetic city of the design: blocks in districts and in catchments that cross them."""

from __future__ import annotations

import numpy as np
import pandas as pd

# mean prevalence, loading on deprivation, share of children it refers to
INDICATORS = {
    "armut": (0.16, 1.0, 1.0),
    "alleinerziehend": (0.17, 0.5, 1.0),
    "migration": (0.45, 0.6, 1.0),
    "hilfen": (0.025, 1.0, 1.0),
    "krise": (0.012, 0.7, 1.0),
    "kita_kurz": (0.11, 0.9, 0.20),
    "sprache": (0.14, 1.0, 0.07),
    "zuschlag": (0.05, 0.5, 1.0),
    "ferien": (0.04, -0.8, 0.60),
    "obhut": (0.004, 1.0, 1.0),
}


def design_city(
    blocks: int = 2000,
    districts: int = 60,
    catchments: int = 40,
    seed: int = 20260,
    quarters: int = 0,
) -> tuple[dict[str, pd.Series], pd.DataFrame, pd.DataFrame]:
    """Return areas of each block, cases and base (n_blocks, 10); deprivation is smooth.

    With `quarters` there is a third set of areas that crosses both others.
    """
    rng = np.random.default_rng(seed)
    points = rng.random((blocks, 2))
    units = pd.Index([f"{n:05d}" for n in range(blocks)])

    def nearest(centres: np.ndarray, letter: str) -> pd.Series:
        distance = ((points[:, None] - centres[None]) ** 2).sum(axis=2)
        return pd.Series([f"{letter}{n:02d}" for n in distance.argmin(axis=1)], units)

    places = {
        "Bezirk": nearest(rng.random((districts, 2)), "D"),
        "Sprengel": nearest(rng.random((catchments, 2)), "C"),
        "Block": pd.Series(units, units),
    }
    size = rng.lognormal(0, 0.9, blocks) * (rng.random(blocks) >= 0.06)
    children = rng.multinomial(20 * blocks, size / size.sum())
    peaks, height = rng.random((12, 2)), rng.normal(0, 1, 12)
    near = ((points[:, None] - peaks[None]) ** 2).sum(axis=2)
    field = (height * np.exp(-near / 0.02)).sum(axis=1)
    field = (field - field.mean()) / field.std()
    cases, base = {}, {}
    for name, (mean, loading, share) in INDICATORS.items():
        base[name] = rng.binomial(children, share) if share < 1 else children
        logit = np.log(mean / (1 - mean)) + 0.6 * loading * field + rng.normal(0, 0.3, blocks)
        cases[name] = rng.binomial(base[name], 1 / (1 + np.exp(-logit)))
    if quarters:
        places["Viertel"] = nearest(rng.random((quarters, 2)), "V")
    return places, *(pd.DataFrame(frame, units).astype(float) for frame in (cases, base))
