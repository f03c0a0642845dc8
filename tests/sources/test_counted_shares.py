"""A delivered share with its base: the cases it can mean, and none else."""

import numpy as np
import pytest
from sources.small_build import small_build
from sources.test_reshaping import table

from sozialraum.sources.checks import check_delivery
from sozialraum.sources.delivering.counted_shares import cases_of_shares, decimals_in
from sozialraum.sources.delivery import read_delivery

AREAS = ["01", "02", "03", "04"]


@pytest.mark.parametrize(
    ("share", "base", "decimals", "low", "high"),
    [
        (36.8, 671, 1, 247, 247),
        (24.2, 1165, 1, 282, 282),
        (5.3, 3949, 1, 208, 211),
        (12, 250, 0, 29, 31),
        (2.5, 40, 1, 1, 1),
        (100, 7, 0, 7, 7),
        (0, 300, 0, 0, 1),
    ],
)
def test_the_cases_a_rounded_share_can_mean(share, base, decimals, low, high):
    # by counting: every k of the base whose share, rounded, is the delivered one
    fits = [k for k in range(base + 1) if abs(100 * k / base - share) <= 0.5 * 10**-decimals + 1e-9]
    assert (fits[0], fits[-1]) == (low, high)
    made = cases_of_shares(np.array([share]), np.array([base]), factor=100, decimals=decimals)
    assert (made.low[0], made.high[0]) == (low, high)
    assert low <= made.count[0] <= high


def test_every_share_of_small_bases_means_the_cases_it_was_made_of():
    for base in range(1, 60):
        for cases in range(base + 1):
            share = round(100 * cases / base, 1)
            made = cases_of_shares(np.array([share]), np.array([base]), factor=100, decimals=1)
            assert made.count[0] == cases


def test_what_is_not_known_stays_unknown():
    made = cases_of_shares(
        np.array([np.nan, 5.0]), np.array([50.0, np.nan]), factor=100, decimals=1
    )
    assert np.isnan(made.count).all()
    assert decimals_in(np.array([np.nan])) == 0


def shared_build(folder, shares, unit="percent"):
    rows = "".join(
        f"{k};{n};{s}\n" for k, n, s in zip(AREAS, (671, 1165, 3949, 40), shares, strict=True)
    )
    plan = small_build(folder, numbers=f"block;kinder;quote\n{rows}", tables=table(""))
    text = plan.file.read_text("utf-8").replace(
        'numerator = "arm"', f'value = "quote"\nunit = "{unit}"'
    )
    plan.file.write_text(text, "utf-8")
    from sozialraum.config import read_build

    plan = read_build(plan.file)
    return plan, read_delivery(plan, plan.root)


def test_a_share_with_its_base_becomes_counts_that_move_like_all_others(tmp_path):
    plan, delivery = shared_build(tmp_path, ("36,8", "24,2", "5,3", "."))
    (indicator,) = plan.indicators
    assert indicator.value is None
    frame, status = (f["2024-12-31"]["bloecke"] for f in (delivery.tables, delivery.status))
    cases = frame[indicator.numerator]
    assert cases[["01", "02", "03"]].to_dict() == {"01": 247, "02": 282, "03": 209}
    assert np.isnan(cases["04"])
    assert status[indicator.numerator].astype(str)["04"] == "suppressed"
    (told,) = [p for p in delivery.problems if p.code == "sources.cases_counted"]
    # 247 and 282 are sure; 208 to 211 are not
    assert "in 2 von 3 Gebieten eindeutig" in told.message
    assert [p.code for p in check_delivery(delivery, plan) if p.severity == "error"] == []


def test_a_share_that_no_number_of_these_persons_gives_is_of_others(tmp_path):
    _, delivery = shared_build(tmp_path, ("36,8", "24,2", "5,3", "33,3"))
    found = [p for p in delivery.problems if p.severity == "error"]
    # 33.3 % of 40 would be 13.32 persons: 13 are 32.5 %, 14 are 35 %
    assert [p.code for p in found] == ["sources.share_of_other_base"]
    assert "04" in found[0].found


def test_a_share_that_nobody_delivers_is_named_by_its_own_column(tmp_path):
    plan, _ = shared_build(tmp_path, ("36,8", "24,2", "5,3", "2,5"))
    (tmp_path / "zahlen.csv").write_text("block;kinder\n01;5\n02;6\n03;7\n04;8\n", "utf-8")
    delivery = read_delivery(plan, plan.root)
    found = [p for p in check_delivery(delivery, plan) if p.severity == "error"]
    assert [(p.code, p.column) for p in found] == [("check.variable_unknown", "quote")]


def test_a_share_that_is_published_stays_as_it_was_published(tmp_path):
    plan, _ = shared_build(tmp_path, ("36,8", "24,2", "5,3", "2,5"))
    text = (
        plan.file.read_text("utf-8") + '\n[disclosure]\npublished = ["armut"]\nreason = "Bericht"\n'
    )
    plan.file.write_text(text, "utf-8")
    from sozialraum.config import read_build

    (indicator,) = read_build(plan.file).indicators
    assert (indicator.value, indicator.numerator) == ("quote", None)
