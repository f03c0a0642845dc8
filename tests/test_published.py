"""Published indices computed again from published inputs: whole vectors, by key.

Berlin's Monitoring Soziale Stadtentwicklung and its health atlas through the shipped build files,
from the delivered tables to the released table.
"""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from shared_data import shared

import sozialraum
from sozialraum.workflows.build.building import build_for_office

ROOT = Path(__file__).parents[1]
EDITIONS = (2013, 2015, 2017)
# As in the shared table 1: 0 stands for "left out of the index".
DYNAMICS = {"+": 1, "+/-": 3, "-": 5}


def table(edition: int, number: str) -> pd.DataFrame:
    name = f"berlin-monitoring-social-urban-development-{edition}-00-{number}.csv"
    path = shared(f"data/berlin_mss/{edition}/{name}")
    return pd.read_csv(path, dtype=str).set_index("id")


@pytest.fixture(scope="module", params=EDITIONS)
def edition(request):
    data = shared("data")
    build = ROOT / "config" / f"berlin_mss_{request.param}.toml"
    return request.param, sozialraum.build(build, data=data)


def test_every_class_of_both_axes_is_the_published_one(edition):
    year, result = edition
    published = table(year, "1-planning-areas")
    ours = result.table
    assert set(ours.index) == set(published.index)
    status = published["status_index"].astype(int).replace(0, pd.NA).astype("Int64")
    dynamics = published["dynamic_index"].map(DYNAMICS).astype("Int64")
    pd.testing.assert_series_equal(
        ours["class"], status.reindex(ours.index), check_names=False, check_index_type=False
    )
    pd.testing.assert_series_equal(
        ours["dynamics_class"], dynamics.reindex(ours.index), check_names=False,
        check_index_type=False,
    )  # fmt: skip


def test_z_values_sums_and_indices_are_the_published_ones(edition):
    # The columns of table 3 are mislabelled: after z_s1 … z_s4 come sum, index and class of the
    # status axis, then z_d1; the 2015 file has a junk row and lacks one area.
    year, result = edition
    published = table(year, "3-districts").drop(index="00000000", errors="ignore")
    scored = result.scored[result.plan.stichtag.isoformat()]["status"]
    used = scored.index.dropna().index.intersection(published.index)
    assert len(used) >= 433
    for n in range(1, 5):
        theirs = published.iloc[:, n].astype(float).reindex(used)
        np.testing.assert_allclose(scored.z[f"s{n}"].reindex(used), theirs, rtol=0, atol=1e-5)
    total = published.iloc[:, 5].astype(float).reindex(used)
    np.testing.assert_allclose(scored.z.sum(axis=1).reindex(used), total, rtol=0, atol=2e-5)
    index = published.iloc[:, 6].astype(float).reindex(used)
    np.testing.assert_allclose(scored.index.reindex(used), index, rtol=0, atol=1e-5)


def test_the_published_z_of_the_dynamics_axis_is_ours_as_far_as_its_printed_input_tells(edition):
    # Of the dynamics axis only z_d1 is in table 3. Its input is printed with five decimals: half a
    # unit of the last one moves z by 5e-6 / sd, and z is printed with five decimals itself. In
    # 2013, with an sd below 1, that is 1.03e-5, and one area of 434 uses it (1.008e-5).
    year, result = edition
    published = table(year, "3-districts").drop(index="00000000", errors="ignore")
    stichtag = result.plan.stichtag.isoformat()
    scored = result.scored[stichtag]["dynamics"]
    used = scored.index.dropna().index.intersection(published.index)
    theirs = published.iloc[:, 8].astype(float).reindex(used)
    spread = result.measured[stichtag].value["d1"].reindex(used).std(ddof=0)
    off = (scored.z["d1"].reindex(used) - theirs).abs()
    assert off.max() <= 5e-6 / spread + 5e-6
    assert (off > 1e-5).sum() == (1 if year == 2013 else 0)


def test_every_area_left_out_is_listed_with_its_reason(edition):
    year, result = edition
    published = table(year, "1-planning-areas")
    left_out = set(published.index[published["status_index"] == "0"])
    excluded = result.release.details["excluded"]
    assert set(excluded) == left_out
    assert all(excluded.values())


def test_the_total_groups_join_both_axes(edition):
    _, result = edition
    known = result.table.dropna(subset=["class", "dynamics_class"])
    signs = {number: sign for sign, number in DYNAMICS.items()}
    joined = [
        f"{s}{signs[d]}" for s, d in zip(known["class"], known["dynamics_class"], strict=True)
    ]
    assert known["total_class_label"].tolist() == joined


@pytest.fixture(scope="module")
def both():
    return build_for_office(ROOT / "config" / "berlin_einschulung.toml", data=shared("data"))


@pytest.fixture(scope="module")
def catchments(both):
    return both.result


@pytest.fixture(scope="module")
def delivered(both):
    return both.office.delivery.tables["2018-12-31"]["planungsraeume"]


def test_published_shares_times_their_base_are_whole_numbers_of_people(both, delivered):
    # S1 refers to the 15- to 64-year-olds, S3 to all, S4 to the under-15s: with these bases, and
    # only with these, share x base is whole in every one of the 436 areas
    bases = {
        "s1": delivered[["a15_18", "a18_27", "a27_45", "a45_55", "a55_65"]].sum(axis=1),
        "s3": delivered["einwohner"],
        "s4": delivered["u6"] + delivered["a6_15"],
    }
    for share, base in bases.items():
        cases = (delivered[share] * base / 100).dropna()
        assert len(cases) == 436
        assert (cases - cases.round()).abs().max() < 0.0013
    assert both.office.counted["2018-12-31"].counts["sgb2_u15"].notna().sum() > 300


def test_counts_move_to_346_catchments_and_none_is_lost(catchments, delivered):
    moved = catchments.crosswalk.apply(delivered[["einwohner", "u6"]])
    outside = catchments.crosswalk.outside(delivered[["einwohner", "u6"]])
    assert len(catchments.table) == 346
    for column in ("einwohner", "u6"):
        total = moved[column].sum() + outside[column]
        assert total == pytest.approx(delivered[column].sum(), rel=1e-9)
        assert outside[column] < 0.002 * delivered[column].sum()


def test_a_catchment_of_whole_planning_areas_has_exactly_their_share(catchments, delivered):
    # an oracle by hand: catchments that contain whole planning areas only
    walk = catchments.crosswalk
    matrix = walk.matrix.toarray()
    whole = [t for t, row in enumerate(matrix) if row.any() and np.isin(row, (0.0, 1.0)).all()]
    assert whole
    delivered = delivered.reindex(list(walk.source_keys))
    for t in whole:
        parts = matrix[t] == 1.0
        children = (delivered["u6"] + delivered["a6_15"])[parts]
        poor = (delivered["s4"] * (delivered["u6"] + delivered["a6_15"]) / 100)[parts].round()
        known = poor.notna()
        value = catchments.measured["2018-12-31"].value.at[walk.target_keys[t], "kinderarmut"]
        assert value == pytest.approx(poor[known].sum() / children[known].sum(), abs=1e-12)


def test_the_health_atlas_is_the_published_one_in_every_planning_area():
    result = sozialraum.build(ROOT / "config" / "berlin_gssa_2013.toml", data=shared("data"))
    path = shared("data/berlin_gssa/gssa_2013_planungsraeume.csv")
    published = pd.read_csv(path, dtype={"plrID": str}).set_index("plrID")["GESIx_2013"]
    ours = result.scored[result.plan.stichtag.isoformat()]["index"].index
    # one area of the atlas, without any value, is not in the later geometry
    assert set(published.dropna().index) <= set(ours.index)
    theirs = published.reindex(ours.index)
    assert (ours.isna() == theirs.isna()).all()
    assert ours.notna().sum() == 421
    assert (ours - theirs).abs().max() <= 2e-6
    assert result.table["index"].count() == 421
