"""What estimated shares promise: orders, complements, degenerate input, refusals."""

import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from random_shares import random_shares

from sozialraum.insight import fit_strength, strengthen
from sozialraum.model.errors import DataError
from sozialraum.model.learnt import Strength
from sozialraum.model.neighbours import Neighbours

CITY = random_shares((5, 6), indicators=3, years=2, cohort=30, corr=0.6, seed=1)
DAY = "2011"


def estimate(cases, base, neighbours=CITY.neighbours, *, learn=None, **how):
    options = {k: how.pop(k) for k in ("estimate_missing", "contradictions") if k in how}
    variance = how.get("variance")
    learnt = fit_strength(cases, base, neighbours=neighbours, **how, **(learn or {}))
    return strengthen(cases, base, learnt, neighbours=neighbours, variance=variance, **options)


FOUND = estimate(CITY.cases, CITY.base)


def test_the_order_of_rows_and_columns_changes_no_byte():
    rng = np.random.default_rng(0)
    turned = CITY.cases.iloc[rng.permutation(len(CITY.cases))][["x2", "x0", "x1"]]
    found = estimate(turned, CITY.base.iloc[::-1])
    assert found.value.index.tolist() == turned.xs(DAY, level=0).index.tolist()
    for name in ("value", "sd", "own_weight", "origin", "log_odds"):
        one, two = getattr(FOUND, name), getattr(found, name)
        assert one.equals(two.loc[one.index, one.columns]), name
    back = two.index.get_indexer(one.index)
    columns = two.columns.get_indexer(one.columns)
    assert np.array_equal(FOUND.draws(3), found.draws(3)[np.ix_(range(3), back, columns)]) or (
        np.abs(FOUND.draws(3) - found.draws(3)[np.ix_(range(3), back, columns)]).max() <= 1e-12
    )


def test_the_number_of_threads_changes_no_byte():
    program = (
        "import sys; sys.path.insert(0, 'benchmarks')\n"
        "import sozialraum.insight.monte_carlo.threading as t\n"
        "t.os.cpu_count = lambda: int(sys.argv[1])\n"
        "import sozialraum.insight.small_area.expectation as e\n"
        "e.MUCH = 0\n"
        "from random_shares import random_shares\n"
        "from sozialraum.insight import fit_strength, strengthen\n"
        "c = random_shares((6, 6), indicators=2, years=2, cohort=30, seed=1)\n"
        "s = fit_strength(c.cases, c.base, neighbours=c.neighbours)\n"
        "r = strengthen(c.cases, c.base, s, neighbours=c.neighbours)\n"
        "print(s, r.value.to_numpy().tobytes().hex(), r.draws(2).tobytes().hex())"
    )
    said = [
        subprocess.run(
            [sys.executable, "-c", program, n], capture_output=True, text=True, check=True
        ).stdout
        for n in ("1", "3")
    ]
    assert said[0] == said[1]


def test_a_share_and_its_complement_add_up_to_one():
    found = estimate(CITY.base - CITY.cases, CITY.base)
    assert (FOUND.value + found.value - 1).abs().max().max() <= 1e-10


def test_strength_goes_to_plain_values_and_back():
    assert Strength.from_dict(FOUND.strength.to_dict()) == FOUND.strength


def test_shares_of_the_same_counts_are_the_same_with_a_frozen_strength():
    again = strengthen(CITY.cases, CITY.base, FOUND.strength, neighbours=CITY.neighbours)
    assert again.value.equals(FOUND.value)


def test_estimates_lie_nearer_to_the_truth_than_counted_shares():
    gain = ((FOUND.raw - CITY.truth) ** 2).mean() - ((FOUND.value - CITY.truth) ** 2).mean()
    assert (gain > 0).all()


def test_the_report_is_the_loss_of_each_person_left_out():
    # by hand for a raw share of 3 in 10: the 3 are foretold by 2/9, the 7 by 3/9
    cases, base = CITY.cases.xs(DAY, level=0), CITY.base.xs(DAY, level=0)
    case = cases * (1 - (cases - 1) / (base - 1)) ** 2
    other = (base - cases) * (cases / (base - 1)) ** 2
    expected = ((case + other) / base).mean()
    assert FOUND.report["raw"].to_numpy() == pytest.approx(expected.to_numpy(), abs=1e-12)
    assert (FOUND.report["estimated"] < FOUND.report["raw"]).all()


def test_draws_have_the_mean_and_the_covariance_they_come_from():
    drawn = FOUND.draws(4000, seed=2)
    theta = np.log(drawn / (1 - drawn))
    sd = FOUND.sd.to_numpy()
    assert np.abs(theta.mean(axis=0) - FOUND.log_odds.to_numpy()).max() <= 5 * sd.max() / 4000**0.5
    cov = np.einsum("dia,dib->iab", theta - theta.mean(axis=0), theta - theta.mean(axis=0)) / 4000
    scale = sd[:, :, None] * sd[:, None, :]
    stated = FOUND.cov.to_numpy().reshape(cov.shape)
    assert np.abs((cov - stated) / scale).max() <= 0.12  # 5 standard errors of a variance


def test_an_interval_holds_the_estimate_and_grows_with_its_level():
    low, high = FOUND.interval(0.5)
    lower, higher = FOUND.interval(0.9)
    assert (lower < low).all().all()
    assert (low < FOUND.value).all().all()
    assert (FOUND.value < high).all().all()
    assert (high < higher).all().all()


def test_nobody_is_estimated_where_nobody_lives_and_missing_counts_only_on_request():
    cases, base = CITY.cases.copy(), CITY.base.copy()
    base.loc[(DAY, "00003"), "x0"] = 0.0
    cases.loc[(DAY, "00003"), "x0"] = 0.0
    cases.loc[(DAY, "00004"), "x1"] = np.nan
    base.loc[(DAY, "00005"), "x2"] = np.nan
    found = estimate(cases, base)
    assert found.origin.loc["00003", "x0"] == "no_base"
    assert found.origin.loc["00004", "x1"] == "missing"
    assert found.origin.loc["00005", "x2"] == "no_base"
    there = found.value.isna()
    assert there.sum().sum() == 3
    asked = estimate(cases, base, estimate_missing=True)
    assert asked.origin.loc["00004", "x1"] == "borrowed"
    assert 0 < asked.value.loc["00004", "x1"] < 1
    assert np.isnan(asked.raw.loc["00004", "x1"])
    assert asked.own_weight.loc["00004", "x1"] == 0.0
    assert np.isnan(asked.value.loc["00003", "x0"])
    assert np.isnan(asked.value.loc["00005", "x2"])


def test_a_count_far_from_its_surroundings_keeps_its_number():
    cases, base = CITY.cases.copy(), CITY.base.copy()
    base.loc[(DAY, "00007"), "x0"] = 400.0
    cases.loc[(DAY, "00007"), "x0"] = 388.0
    found = estimate(cases, base)
    assert found.origin.loc["00007", "x0"] == "contradicts"
    assert found.value.loc["00007", "x0"] == pytest.approx(0.97, abs=0.01)
    plain = estimate(cases, base, contradictions=False)
    assert not plain.origin.eq("contradicts").any().any()
    assert plain.value.loc["00007", "x0"] < found.value.loc["00007", "x0"]


def test_the_window_of_a_count_makes_its_share_less_certain():
    variance = pd.DataFrame(0.0, CITY.cases.index, CITY.cases.columns)
    same = estimate(CITY.cases, CITY.base, variance=variance)
    assert same.value.equals(FOUND.value)
    wide = strengthen(
        CITY.cases, CITY.base, FOUND.strength, neighbours=CITY.neighbours, variance=variance + 8.0
    )
    assert (wide.sd > FOUND.sd).all().all()
    assert (wide.own_weight < FOUND.own_weight).all().all()


def test_auxiliary_indicators_lend_and_are_not_returned():
    helped = estimate(CITY.cases, CITY.base, auxiliary=["x1", "x2"])
    assert helped.value.columns.tolist() == ["x0"]
    assert helped.value["x0"].equals(FOUND.value["x0"])


def test_what_may_not_be_borrowed_does_not_count():
    alone = estimate(CITY.cases, CITY.base, borrow=[])
    one = CITY.cases.xs(DAY, level=0)[["x1"]]
    other = estimate(one, CITY.base.xs(DAY, level=0)[["x1"]], None)
    assert np.abs(alone.value["x1"] - other.value["x1"]).max() <= 1e-12
    assert alone.strength.spatial == ((0.0, 0.0),) * 3
    assert not other.reorders
    assert FOUND.reorders


def test_few_areas_stay_raw():
    keep = CITY.cases.index.get_level_values(1).unique()[:14]
    cases, base = (t[t.index.get_level_values(1).isin(keep)] for t in (CITY.cases, CITY.base))
    found = estimate(cases, base, None)
    assert found.strength.kept == ("raw",) * 3
    assert found.value.equals(found.raw)
    assert found.origin.eq("raw").all().all()


def changed(what):
    cases, base = CITY.cases.copy(), CITY.base.copy()
    last = cases.index.get_level_values(0) == DAY
    match what:
        case "zeros":
            cases["x1"] = 0.0
        case "everybody":
            cases["x1"] = base["x1"]
        case "constant":
            base["x1"], cases["x1"] = 50.0, 10.0
        case "twice":
            cases["x2"], base["x2"] = cases["x1"], base["x1"]
        case "complement":
            cases["x2"], base["x2"] = base["x1"] - cases["x1"], base["x1"]
        case "one person each":
            cases, base = (cases > base / 3).astype(float), base * 0 + 1
        case "huge bases":
            cases, base = cases * 1e5, base * 1e5
        case "never delivered":
            cases["x1"] = np.nan
        case "a missing year":
            cases[~last] = np.nan
        case "nothing at all":
            cases[:] = np.nan
        case "nobody":
            cases, base = cases * 0, base * 0
        case "half persons":
            cases, base = cases / 2, base / 2
    return cases, base


@pytest.mark.parametrize(
    "what",
    [
        "zeros", "everybody", "constant", "twice", "complement", "one person each", "huge bases",
        "never delivered", "a missing year", "nothing at all", "nobody", "half persons",
    ],
)  # fmt: skip
@pytest.mark.parametrize("alone", [True, False])
def test_degenerate_tables_give_finite_shares_wherever_somebody_is_counted(what, alone):
    cases, base = changed(what)
    if alone:
        cases, base = (t.xs(DAY, level=0)[["x1"]] for t in (cases, base))
    found = estimate(cases, base)
    seen, value = found.raw.notna().to_numpy(), found.value.to_numpy()
    assert (np.isfinite(value) == seen).all()
    assert ((value[seen] >= 0) & (value[seen] <= 1)).all()
    assert np.isfinite(found.sd.to_numpy()[seen]).all()
    assert np.isfinite(found.draws(2)[:, seen]).all()


@pytest.mark.parametrize("areas", [1, 2, 15, 16])
def test_any_number_of_areas_gives_finite_shares(areas):
    keep = CITY.cases.index.get_level_values(1).unique()[:areas]
    cases, base = (t[t.index.get_level_values(1).isin(keep)] for t in (CITY.cases, CITY.base))
    near = CITY.neighbours.subset(np.isin(CITY.neighbours.keys, keep))
    assert np.isfinite(estimate(cases, base, near).value).all().all()


@pytest.mark.parametrize("kind", ["an island", "all islands", "two parts"])
def test_islands_and_parts_give_finite_shares(kind):
    keys, owner = CITY.neighbours.keys, CITY.neighbours.owner
    other = CITY.neighbours.other
    keep = {
        "an island": (owner != 0) & (other != 0),
        "all islands": np.zeros(len(owner), bool),
        "two parts": (owner < 12) == (other < 12),
    }[kind]
    near = Neighbours.of_pairs(keys, owner[keep], other[keep], kind="queen")
    assert np.isfinite(estimate(CITY.cases, CITY.base, near).value).all().all()


def test_rates_above_one_are_estimated():
    cases = (CITY.base * 3).round()
    found = estimate(cases, CITY.base, learn={"rates": ["x0", "x1", "x2"]})
    assert found.value.to_numpy() == pytest.approx(3.0, rel=0.1)


def test_more_cases_than_persons_are_refused_with_their_areas():
    cases = CITY.cases.copy()
    cases.loc[(DAY, "00003"), "x0"] = CITY.base.loc[(DAY, "00003"), "x0"] + 1
    with pytest.raises(DataError, match="00003"):
        fit_strength(cases, CITY.base)


def test_wrong_calls_are_refused_in_words():
    with pytest.raises(ValueError, match="'auxiliary' parameter of fit_strength"):
        fit_strength(CITY.cases, CITY.base, auxiliary=["y"])
    with pytest.raises(ValueError, match="'rates' parameter of fit_strength"):
        fit_strength(CITY.cases, CITY.base, rates=["y"])
    with pytest.raises(ValueError, match="'borrow' parameter of fit_strength must be one of"):
        fit_strength(CITY.cases, CITY.base, borrow=["friends"])
    with pytest.raises(ValueError, match="'base' parameter of fit_strength must be finite"):
        fit_strength(CITY.cases, CITY.base.replace(CITY.base.iloc[0, 0], np.inf))
    with pytest.raises(ValueError, match="'neighbours' parameter of strengthen must be given"):
        spatial = FOUND.strength.to_dict() | {"spatial": [[0.5, 0.5]] * 3}
        strengthen(CITY.cases, CITY.base, Strength.from_dict(spatial))
    with pytest.raises(ValueError, match="'cases' parameter of strengthen must have the columns"):
        strengthen(CITY.cases[["x0"]], CITY.base[["x0"]], FOUND.strength)
    gone = CITY.cases.drop((DAY, "00003"))
    with pytest.raises(ValueError, match="areas of its last Stichtag at every Stichtag"):
        fit_strength(gone, CITY.base.drop((DAY, "00003")))
