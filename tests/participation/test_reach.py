"""The bounds of a rate hold what they promise: the truth lies between them in 95 of 100 cells."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from participation.test_duplicates import CARELESS
from participation.test_run import example
from scipy.stats import poisson

from sozialraum.insight.take_up.reach import share_moved, spread
from sozialraum.sources.registrations.counting import contradictions
from sozialraum.testing import synthetic_registrations
from sozialraum.testing.programme_files import AGES, write_programme
from sozialraum.testing.registrations import Slips
from sozialraum.workflows.participation.run import run_participation

SLIPS = {
    "usual": Slips(),
    "careless": CARELESS,
    "one address in ten is wrong": replace(Slips(), address=0.10),
    "one birthday in twenty is left out": replace(Slips(), no_birth_date=0.05),
}


def bounds_and_truth(city, folder, n, seed, slips):
    """Return the released cells of Bezirke by age, with the true rate; and the true children."""
    write_programme(city, folder, n=n, seed=seed, slips=slips)
    release = run_participation(example(), data=folder).released
    _, truth = synthetic_registrations(city, n, seed=seed, slips=slips)
    children = truth.drop_duplicates("child")
    bezirk = children["block"].map(city.blocks["bezirk"])
    group = pd.cut(children["age"], [5, 9, 14], labels=list(AGES)).astype(object)
    day = max(city.counts.index.get_level_values("stichtag"))
    living = city.counts.loc[day, list(AGES.values())].groupby(city.blocks["bezirk"]).sum()
    living = living.set_axis(list(AGES), axis=1).rename_axis(columns="age").stack()
    taking = children.groupby([bezirk, group]).size().rename_axis(living.index.names)
    told = release.areas.set_index(["area_set", "key", "age"]).loc["bezirke"]
    told.index.names = living.index.names
    true = taking.reindex(living.index, fill_value=0) / living.where(living > 0)
    return told.join(true.rename("true"), how="inner"), release.totals, len(children)


@pytest.mark.parametrize(
    ("case", "n", "seed"), [*((case, 10_000, 99) for case in SLIPS), ("usual", 2_000, 4)]
)
def test_the_true_rate_lies_between_the_told_bounds(city, tmp_path, n, seed, case):
    told, totals, children = bounds_and_truth(city, tmp_path, n, seed, SLIPS[case])
    told = told[told["status"] == "ok"]
    inside = told["true"].between(told["rate_low"], told["rate_high"])
    assert len(told) > 50
    assert inside.mean() >= 0.95
    assert totals["low"] <= children <= totals["high"]
    assert (told["rate_high"] - told["rate_low"]).mean() < 0.16  # and they say something


@pytest.mark.parametrize("wrong", [0.002, 0.01, 0.05])
def test_the_share_of_wrong_addresses_is_learnt_from_children_that_contradict_themselves(wrong):
    rng = np.random.default_rng(5)
    child = np.repeat(np.arange(60_000), rng.integers(1, 6, 60_000))
    home = (child % 60).astype(str)
    named = np.where(rng.random(child.size) < wrong, "elsewhere", home)
    few = (pd.Series(child).value_counts() <= 2).mean()
    found = contradictions(pd.Series(child), pd.Series(named))
    assert share_moved(**found) == pytest.approx(few * wrong, rel=0.2)


def test_without_repeated_registrations_one_in_a_hundred_pairs_is_thought_to_disagree():
    child = pd.Series(range(30))
    for cell in (pd.Series(["a"] * 30), pd.Series([None] * 30, dtype=object)):
        assert share_moved(**contradictions(child, cell)) == 0.5 / 100


def test_registrations_without_a_cell_contradict_nobody():
    child, cell = pd.Series([1] * 200), pd.Series(["a", None] * 100, dtype=object)
    # 100 registrations of one child that agree: 1/2 × (0 + 1)/(99 + 100), of no child with few
    assert share_moved(**contradictions(child, cell)) == 0.0
    assert share_moved(**contradictions(child // 1 + np.arange(200) // 2, cell)) == 0.5 / 100


@pytest.mark.parametrize("share", [0.0, 0.004, 0.3])
def test_the_spread_is_the_quantile_of_a_poisson_distribution(share):
    count = np.array([0.0, 1.0, 7.0, 40.0, 350.0, 4000.0])
    assert spread(count, share).tolist() == poisson.ppf(0.975, count * share).clip(0).tolist()
