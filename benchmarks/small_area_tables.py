"""The tables of the small-area model: Berlin and simulated cities, resumable.

``python benchmarks/small_area_tables.py berlin|cities RECORD [--draws 25] [--shared FOLDER]`` adds
one line per (kind, draw) to the csv file RECORD, skipping what stands there, and prints the means.
Columns in points or per cent; "class" columns are those of an index of all indicators in fifths.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pandas as pd
from random_shares import random_shares

from sozialraum.insight import fit_strength, strengthen

CUT = 1.6448536269514722  # of a normal distribution, 5 % above

CITIES = [
    {"cohort": c, "corr": r, "space": s}
    for c in (20, 65, 300)
    for r in (0.0, 0.5, 0.9)
    for s in (0.0, 0.6)
]
HOSTILE = [
    {"wild": 20},
    {"wrong_neighbours": True},
    {"spread": 0.05},
    {"lasting": 0.5},
    {"cohort": 2000, "corr": 0.0, "space": 0.0, "wild": 20},
    {"shape": (6, 10)},
    {"shape": (4, 5)},
    {"indicators": 10, "years": 5},
    {"indicators": 1, "years": 1},
    {"cohort": 20, "indicators": 1, "years": 1, "shape": (6, 10)},
]


def fifths(values):
    """Return the fifth of each row, per column: 0 = lowest."""
    order = np.argsort(np.argsort(values, axis=0, kind="stable"), axis=0, kind="stable")
    return order * 5 // len(values)


def index_of(shares):
    """Return the mean of standardised columns; the areas are the last axis but one."""
    spread = np.maximum(shares.std(axis=-2, keepdims=True), 1e-12)
    return ((shares - shares.mean(axis=-2, keepdims=True)) / spread).mean(axis=-1)


def rmse(found, truth):
    return 100 * float(np.sqrt(np.mean((found - truth) ** 2)))


def held(found, truth):
    """Return the per cent of shares inside their 90 % interval."""
    theta = np.log(truth / (1 - truth))
    return 100 * float((np.abs((theta - found.log_odds) / found.sd) < CUT).to_numpy().mean())


def classes_drawn(found, truth, seed):
    """Return what draws say about the fifth of an index, and how far that is true."""
    drawn = index_of(found.draws(400, seed=seed))
    rank = np.argsort(np.argsort(drawn, axis=1), axis=1)
    own = np.argsort(np.argsort(index_of(truth)))
    chance = np.stack([(rank * 5 // len(own) == k).mean(axis=0) for k in range(5)], axis=1)
    right = np.arange(5) == (own * 5 // len(own))[:, None]
    low, high = np.quantile(rank, [0.05, 0.95], axis=0)
    cell = np.minimum((chance * 10).astype(int), 9).ravel()
    parts = {}
    for k in range(10):
        parts[f"said_{k}"] = float(chance.ravel()[cell == k].sum())
        parts[f"true_{k}"] = float(right.ravel()[cell == k].sum())
    return {
        "told": 100 * chance.max(axis=1).mean(),
        "true": 100 * right[np.arange(len(own)), chance.argmax(axis=1)].mean(),
        "ranks_held": 100 * np.mean((own >= low - 0.5) & (own <= high + 0.5)),
        "cells": chance.size, **parts,
    }  # fmt: skip


def one_city(kind, seed):
    """Return one line of the record."""
    city = random_shares(**kind, seed=seed)
    learnt = fit_strength(city.cases, city.base, neighbours=city.neighbours)
    found = strengthen(city.cases, city.base, learnt, neighbours=city.neighbours)
    truth, raw = city.truth.to_numpy(), city.raw.to_numpy()
    value = found.value.to_numpy()
    errors = [np.sqrt(((v - truth) ** 2).mean(axis=0)) for v in (raw, value)]
    line = {"rmse_raw": rmse(raw, truth), "rmse": rmse(value, truth)}
    line |= {"fifth_raw": 100 * np.mean(fifths(raw) == fifths(truth))}
    line |= {"fifth": 100 * np.mean(fifths(value) == fifths(truth))}
    for name, one in (("class_raw", raw), ("class", value)):
        same = fifths(index_of(one)) == fifths(index_of(truth))
        line[name] = 100 * np.mean(same)
    smoothed = np.array(learnt.kept) == "smoothed"
    return line | {
        "worst_column": 100 * (errors[1] / errors[0] - 1).max(),
        "shares_held": held(found, city.truth),
        "a": learnt.spatial[0][1],
        "trust": np.mean(learnt.trust),
        "smoothed": 100 * smoothed.mean(),
        "contradicts": 100 * found.origin.eq("contradicts").to_numpy().mean(),
        **classes_drawn(found, truth, seed),
    }


def berlin(shared):
    """Return true shares, cohorts and the fully counted indicators of Berlin's planning areas."""
    import geopandas as gpd

    from sozialraum.space.neighbours import contiguity

    data = Path(shared) / "data"

    def table(path):
        return pd.read_csv(data / path, dtype={"id": str}).set_index("id")

    mss = {
        day: table(
            f"berlin_mss/{day}/berlin-monitoring-social-urban-development-{day}-00-2-1-"
            "planning-areas.csv"
        )
        for day in (2013, 2015, 2017)
    }
    persons = table("berlin_population/berlin-lor-population-2018-02-t2-planning-areas.csv")
    origin = table("berlin_population/berlin-lor-population-2018-02-t1-planning-areas.csv")
    areas = gpd.read_file(data / "berlin_lor/berlin-lor-planning-areas-until-2020.geojson")
    key = next(
        c for c in areas.columns
        if areas[c].astype(str).str.fullmatch(r"\d{8}").all()
    )  # fmt: skip
    areas = areas.set_index(areas[key].astype(str)).to_crs(25833)
    areas = areas[~areas.index.duplicated()]
    child = "s4_percentage_transfer_payments_recipients_below_15_years"
    now = mss[2017]
    keep = now.index[(now["inhabitants"] >= 300) & (now[child] > 0)]
    keep = keep.intersection(persons.index).intersection(areas.index).unique().sort_values()
    graph = contiguity(areas.loc[keep], tolerance=0.5, across=10.0)
    persons, origin = persons.loc[keep], origin.loc[keep]
    mss = {day: t.reindex(keep) for day, t in mss.items()}
    return mss, persons, origin, graph, child


def berlin_truth(shared):
    mss, persons, origin, graph, child = berlin(shared)
    kids = persons["inhabitants_age_below_6"] + persons["inhabitants_age_6_15"]
    ages = ("15_18", "18_27", "27_45", "45_55", "55_65")
    adults = persons[[f"inhabitants_age_{a}" for a in ages]].sum(axis=1)
    poor = pd.DataFrame({str(d): t[child] / 100 for d, t in mss.items()})
    full = {
        "arbeitslos": (mss[2017]["s1_percentage_unemployed"] / 100, adults),
        "leistung": (
            mss[2017]["s3_percentage_transfer_payments_recipients"] / 100, persons["inhabitants"],
        ),
    }  # fmt: skip
    foreign = origin["inhabitants_with_migration_background"] / origin["inhabitants"]
    return poor.where(poor > 0), kids, full, foreign, graph


def berlin_line(seed, shared, truth=None):
    """Return RMSE, right fifths and held shares of one draw, per way of borrowing."""
    poor, kids, full, foreign, graph = truth or berlin_truth(shared)
    rng = np.random.default_rng(seed)
    cohort = np.maximum((kids / 15).round(), 3)
    days = list(poor.columns)
    sizes = {d: cohort.where(poor[d].notna(), 0).astype(int) for d in days}
    drawn = {d: rng.binomial(sizes[d], poor[d].fillna(0)).astype(float) for d in days}
    drawn = pd.DataFrame(drawn, poor.index)
    counted = pd.concat({d: drawn[[d]].set_axis(["armut"], axis=1) for d in days})
    bases = pd.concat(
        {d: cohort.where(poor[d].notna(), 0.0).to_frame("armut").astype(float) for d in days}
    )
    last = days[-1]
    x, n = counted.copy(), bases.copy()
    for name, (share, size) in full.items():
        x[name], n[name] = np.nan, np.nan
        x.loc[last, name] = (share * size).round().to_numpy()
        n.loc[last, name] = size.to_numpy(float)
    one = (x.loc[last], n.loc[last])
    tables = {
        "alone": (one[0][["armut"]], one[1][["armut"]], None),
        "neighbours": (one[0][["armut"]], one[1][["armut"]], graph),
        "years": (counted, bases, None),
        "years + neighbours": (counted, bases, graph),
        "indicators": (*one, None),
        "indicators + neighbours": (*one, graph),
        "all three": (x, n, graph),
    }
    lines = [judged("raw", one[0]["armut"] / one[1]["armut"], poor[last])]
    for name, (cases, base, near) in tables.items():
        learnt = fit_strength(cases, base, neighbours=near)
        found = strengthen(cases, base, learnt, neighbours=near)
        lines.append(judged(name, found.value["armut"], poor[last], found, "armut"))
    size = np.maximum((kids / 15).round(), 3).astype(int)
    some = pd.Series(rng.binomial(size, foreign), foreign.index, dtype=float)
    cases = one[0].drop(columns="armut").assign(herkunft=some)
    base = one[1].drop(columns="armut").assign(herkunft=size.astype(float))
    learnt = fit_strength(cases, base, neighbours=graph)
    found = strengthen(cases, base, learnt, neighbours=graph)
    lines.append(judged("migration raw", some / size, foreign))
    lines.append(judged("migration", found.value["herkunft"], foreign, found, "herkunft"))
    return lines


def judged(name, found, truth, strengthened=None, column=None):
    line = {"kind": name, "rmse": rmse(found, truth)}
    right = fifths(found.to_numpy()) - fifths(truth.to_numpy())
    line |= {"fifth": 100 * np.mean(right == 0), "off_by_two": 100 * np.mean(np.abs(right) > 1)}
    if strengthened is not None:
        one = strengthened.log_odds[column], strengthened.sd[column]
        theta = np.log(truth / (1 - truth))
        line["shares_held"] = 100 * float(np.mean(np.abs((theta - one[0]) / one[1]) < CUT))
    return line


def summary(record):
    """Return means per kind; how far class probabilities are off comes from all draws together."""
    table = pd.read_csv(record)
    groups = table.groupby("kind", sort=False)
    means = groups.mean().drop(columns="seed")
    said = [c for c in table if c.startswith("said_")]
    if said:
        sums = groups.sum()
        off = sum((sums[s] - sums[s.replace("said", "true")]).abs() for s in said)
        means["probability_off"] = 100 * off / sums["cells"]
        means["worst_column"] = groups["worst_column"].max()
        means = means.drop(columns=[c for c in means if c[:5] in ("said_", "true_")] + ["cells"])
    return means.assign(draws=groups.size()).round(2)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=["berlin", "cities"])
    parser.add_argument("record", type=Path)
    parser.add_argument("--draws", type=int, default=25)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--kinds", choices=["main", "hostile", "both"], default="both")
    args = parser.parse_args()
    done = pd.read_csv(args.record) if args.record.exists() else pd.DataFrame()
    there = set(zip(done.get("kind", ()), done.get("seed", ()), strict=True))
    truth = berlin_truth(args.shared) if args.what == "berlin" else None
    kinds = {"main": CITIES, "hostile": HOSTILE, "both": CITIES + HOSTILE}[args.kinds]
    for seed in range(100, 100 + args.draws):
        for kind in kinds if args.what == "cities" else ["raw"]:
            if (str(kind), seed) in there:
                continue
            if args.what == "berlin":
                lines = berlin_line(seed, args.shared, truth)
            else:
                lines = [{"kind": str(kind), **one_city(kind, seed)}]
            table = pd.DataFrame([{"seed": seed, **line} for line in lines])
            table.to_csv(args.record, mode="a", header=not args.record.exists(), index=False)
    print(summary(args.record).to_string())


if __name__ == "__main__":
    main()
