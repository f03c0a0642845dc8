"""Does the early warning keep its promise? False alarms a year, and what is noticed.

``python benchmarks/watch_calibration.py RECORD`` appends one line per kind of city and seed to the
csv file RECORD, skipping what stands there, and prints the means. Per kind 12 cities, each watched
from 24 months of its own table, promised one false alarm a year, over 6 continuations of 5 years:
360 years. A step is twice the cases (flows) or trebled arrivals (stocks) in the area of middle
size, one year after the watch begins.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd
from random_months import flows, more_flows, stocks

from sozialraum.insight import apply_watch, fit_watch

PAST, YEARS, CITIES, CONTINUATIONS, AFTER = 24, 5, 12, 6, 12
KINDS = [("flow", mean, phi) for phi in (1.0, 1.6) for mean in (2.0, 8.0, 40.0)]
KINDS += [("stock", mean, 1.0) for mean in (20.0, 100.0, 600.0)]


def watched_city(kind, mean, phi, seed, *, continuations=CONTINUATIONS, draws=200):
    """Return false alarms a year and the share of steps noticed within six months."""
    months = PAST + 12 * YEARS
    if kind == "flow":
        past = flows(np.random.default_rng([seed, 0]), PAST, mean, phi)
    watch = None
    false, noticed = [], []
    for n in range(1, continuations + 1):
        rng = np.random.default_rng([seed, n])
        if kind == "flow":
            table = pd.concat([past, flows(rng, months, mean, phi).iloc[PAST:]])
            stepped, area = more_flows(rng, table, mean, PAST + AFTER)
        else:
            table, area = stocks(np.random.default_rng([seed, n]), months, mean)
            stepped, _ = stocks(np.random.default_rng([seed, n]), months, mean, PAST + AFTER)
            past, watch = table.iloc[:PAST], None  # a stock goes on from its own past
        if watch is None:
            watch = fit_watch(past, measure=kind, draws=draws)
        false.append(apply_watch(table, watch)["begins"].sum() / YEARS)
        alarm = apply_watch(stepped, watch)["alarm"].xs(area, level="key")
        noticed.append(alarm.iloc[AFTER : AFTER + 6].any())
    return float(np.mean(false)), float(np.mean(noticed))


def main(record):
    done = (
        pd.read_csv(record)
        if record.exists()
        else pd.DataFrame(columns=["kind", "mean", "phi", "seed"])
    )
    for kind, mean, phi in KINDS:
        for seed in range(100, 100 + CITIES):
            same = done[["kind", "mean", "phi", "seed"]].eq([kind, mean, phi, seed]).all(axis=1)
            if same.any():
                continue
            false, noticed = watched_city(kind, mean, phi, seed)
            line = pd.DataFrame([[kind, mean, phi, seed, false, noticed]])
            line.columns = ["kind", "mean", "phi", "seed", "false_alarms", "noticed"]
            line.to_csv(record, mode="a", header=not record.exists(), index=False)
    found = pd.read_csv(record).groupby(["kind", "phi", "mean"])[["false_alarms", "noticed"]]
    print(found.mean().round(2).to_string())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
