"""Musterstadt: its ground, its people, and whether they hang together."""

import numpy as np
import pandas as pd
import pytest
import shapely
from esda import Moran
from libpysal.graph import Graph

from sozialraum.testing import count_by, disclosure_city, synthetic_city
from sozialraum.testing.counts import VARIABLES
from sozialraum.testing.truth import TEN_INDICATORS

NOW = "2024-12-31"
PARTS = {  # numerator: denominator, by the words of the data dictionary
    "sgb2_u15": "kinder_u15",
    "krisen_u18": "kinder_u18",
    "hze_u18": "krisen_u18",
    "kita_lang": "schulanfaenger",
    "familiensprache": "untersuchte",
    "sprachfoerderung": "untersuchte",
    "migration_u10": "kinder_u10",
    "migration_u18": "kinder_u18",
    "alleinerziehende": "haushalte_kinder",
    "kinderreiche": "haushalte_kinder",
    "arbeitslose": "personen_18_64",
    "krippe_u3": "kinder_u3",
    "waehlende": "wahlberechtigte",
}


def test_the_city_has_the_size_that_was_asked_for(city):
    assert len(city.blocks) == 1600
    assert len(city.stadtteile) == 18
    assert len(city.bezirke) == 60
    assert len(city.sprengel) == 26
    assert len(city.schools) == 27
    people = city.counts.loc[NOW, "einwohner"].sum()
    assert abs(people - 170_000) < 5_000


def test_the_city_of_the_disclosure_benchmarks_has_catchments_that_cross_districts():
    bench = disclosure_city()
    assert [len(a) for a in (bench.blocks, bench.stadtteile, bench.sprengel)] == [2000, 60, 40]
    assert shapely.coverage_is_valid(bench.sprengel.geometry.to_numpy())
    homes = bench.addresses
    assert (homes.groupby("sprengel")["block"].agg(lambda b: b.str[:2].nunique()) > 1).mean() > 0.9
    atoms = count_by(bench, homes["block"] + "/" + homes["sprengel"])
    assert abs(atoms["kinder_u15"].sum() - 40_000) < 3_000
    for numerator, denominator in TEN_INDICATORS.items():
        assert (atoms[numerator] <= atoms[denominator]).all()
    of_block = atoms.groupby(atoms.index.str.split("/").str[0]).sum()
    expected = bench.counts.loc[NOW].loc[of_block.index]
    pd.testing.assert_frame_equal(of_block, expected, check_names=False)


def test_one_label_per_address_is_needed_to_count(city):
    with pytest.raises(ValueError, match="one label per address"):
        count_by(city, city.addresses["block"].iloc[1:])


@pytest.mark.parametrize("name", ["blocks", "bezirke", "stadtteile", "sprengel"])
def test_each_set_of_areas_is_a_coverage_without_gaps_and_holes(city, name):
    areas = getattr(city, name)
    polygons = areas.geometry.to_numpy()
    assert (areas.geom_type == "Polygon").all()
    assert areas.is_valid.all()
    assert shapely.coverage_is_valid(polygons)
    whole = shapely.union_all(polygons)
    assert whole.geom_type == "Polygon"
    assert len(whole.interiors) == 0
    assert whole.area == pytest.approx(city.blocks.area.sum(), rel=1e-9)
    assert areas.index.is_unique
    assert areas.index.is_monotonic_increasing


def test_blocks_nest_in_bezirke_and_these_in_stadtteile_by_key_and_by_place(city):
    assert (city.blocks.index.str[:4] == city.blocks["bezirk"]).all()
    assert (city.blocks["bezirk"].str[:2] == city.blocks["stadtteil"]).all()
    inside = city.blocks.representative_point().within(
        city.bezirke.geometry.reindex(city.blocks["bezirk"]).set_axis(city.blocks.index)
    )
    assert inside.all()


def test_sprengel_cross_districts_and_some_borders_run_through_inhabited_blocks(city):
    of_stadtteil = city.addresses["block"].str[:2].groupby(city.addresses["sprengel"]).nunique()
    assert (of_stadtteil > 1).sum() >= 20
    parts = city.block_parts.groupby("block").size()
    cut = parts[parts > 1].index
    assert len(cut) >= 40
    assert (city.counts.loc[NOW].loc[cut, "einwohner"] > 0).all()
    area = city.block_parts.dissolve("sprengel").area
    assert (area - city.sprengel.area).abs().max() < 1e-6


def test_every_address_lies_in_its_block_and_its_sprengel(city):
    homes = city.addresses
    blocks = city.blocks.geometry.reindex(homes["block"]).to_numpy()
    sprengel = city.sprengel.geometry.reindex(homes["sprengel"]).to_numpy()
    points = homes.geometry.to_numpy()
    assert shapely.within(points, blocks).all()
    assert shapely.intersects(sprengel, points).all()
    assert not homes.duplicated(["street", "number", "suffix"]).any()
    assert homes["postcode"].str.fullmatch(r"00\d{3}").all()


def test_one_sprengel_has_two_schools_and_every_school_stands_in_its_own(city):
    per_sprengel = city.schools.groupby("sprengel").size()
    assert sorted(per_sprengel.unique()) == [1, 2]
    assert (per_sprengel == 2).sum() == 1
    own = city.sprengel.geometry.reindex(city.schools["sprengel"]).to_numpy()
    assert shapely.within(city.schools.geometry.to_numpy(), own).all()
    assert city.schools["name"].is_unique


def test_nobody_lives_in_the_forest_and_somebody_in_every_sprengel(city):
    people = city.counts.loc[NOW, "einwohner"]
    of_stadtteil = people.groupby(city.blocks["stadtteil"]).sum()
    assert list(of_stadtteil.index[of_stadtteil == 0]) == ["18"]
    assert city.stadtteile.loc["18", "name"] == "Müraforst"
    assert (city.truth.loc[NOW, "einwohner"] > 1500).all()
    assert (people == 0).sum() > 100  # fields, works, parks, the river


@pytest.mark.parametrize(("numerator", "denominator"), PARTS.items())
def test_no_numerator_is_above_its_denominator(city, numerator, denominator):
    for counts in (city.counts, city.truth):
        assert (counts[numerator] <= counts[denominator]).all()
        assert (counts[numerator] >= 0).all()


def test_the_ages_add_up_to_the_totals(city):
    for c in (city.counts, city.truth):
        under_10 = c["kinder_u3"] + c["kinder_3_5"] + c["kinder_6_9"]
        assert (c["kinder_u10"] == under_10).all()
        assert (c["kinder_u15"] == under_10 + c["kinder_10_14"]).all()
        assert (c["kinder_u18"] == c["kinder_u15"] + c["jugend_15_17"]).all()
        grown = c["personen_18_64"] + c["personen_65"]
        assert (c["einwohner"] == c["kinder_u18"] + grown).all()
    assert set(city.counts.columns) == {v.name for v in VARIABLES}


def test_blocks_and_sprengel_count_the_same_people(city):
    blocks = city.counts.groupby("stichtag").sum()
    pd.testing.assert_frame_equal(blocks, city.truth.groupby("stichtag").sum())


def test_counts_of_whole_sprengel_are_the_sums_of_their_blocks(city):
    parts = city.block_parts.groupby("block")["sprengel"].agg(list)
    cut = parts[parts.str.len() > 1].explode()
    untouched = city.sprengel.index.difference(pd.Index(cut))
    of_block = parts.str[0]
    sums = city.counts.loc[NOW].groupby(of_block).sum()
    found = city.truth.loc[NOW].loc[untouched]
    pd.testing.assert_frame_equal(sums.loc[untouched], found, check_names=False)


def test_child_poverty_is_spatially_autocorrelated(city):
    now = city.counts.loc[NOW]
    lived_in = now["kinder_u15"] >= 5
    share = (now["sgb2_u15"] / now["kinder_u15"])[lived_in]
    graph = Graph.build_contiguity(city.blocks[lived_in], rook=False).transform("r")
    connected = ~share.index.isin(graph.isolates)
    graph = Graph.build_contiguity(city.blocks.loc[share.index[connected]], rook=False)
    moran = Moran(share[connected].to_numpy(), graph.to_W(), permutations=99)
    assert moran.I > 0.3
    assert moran.p_sim == pytest.approx(0.01)


def test_poverty_is_believable_and_differs_between_the_quarters(city):
    truth = city.truth.loc[NOW]
    city_share = truth["sgb2_u15"].sum() / truth["kinder_u15"].sum()
    share = truth["sgb2_u15"] / truth["kinder_u15"]
    assert 0.15 < city_share < 0.25
    assert share.min() < 0.05
    assert share.max() > 0.40


def test_the_two_years_are_the_same_city_a_year_apart(city):
    before, now = city.truth.loc["2023-12-31"], city.truth.loc[NOW]
    share = [(t["sgb2_u15"] / t["kinder_u15"]) for t in (before, now)]
    assert np.corrcoef(*share)[0, 1] > 0.97
    assert (now["einwohner"] / before["einwohner"]).between(0.95, 1.05).all()
    assert not before.equals(now)


def test_burdened_areas_use_the_holiday_programme_less_and_places_are_not_children(city):
    programme = city.programme
    for age in ("6_9", "10_14"):
        assert (programme[f"teilnehmende_{age}"] <= programme[f"kinder_{age}"]).all()
        assert (programme[f"buchungen_{age}"] >= programme[f"teilnehmende_{age}"]).all()
    grouped = programme.groupby(
        pd.qcut(city.burden[NOW], 3, labels=["low", "middle", "high"]), observed=True
    )
    took_part = grouped[["teilnehmende_6_9", "teilnehmende_10_14"]].sum().sum(axis=1)
    rate = took_part / grouped[["kinder_6_9", "kinder_10_14"]].sum().sum(axis=1)
    assert rate["high"] < 0.75 * rate["low"]
    booked = programme[["buchungen_6_9", "buchungen_10_14"]].to_numpy().sum()
    assert booked == len(city.bookings)
    holiday = city.offers["art"] == "ferienangebot"
    of_offer = np.bincount(city.bookings["offer"], minlength=len(city.offers))
    assert (city.offers.loc[holiday, "plaetze"] >= of_offer[holiday]).all()


def test_recommendations_add_up_and_mittelschule_more_than_doubles_where_burden_is_high(city):
    t = city.transitions
    assert (t["mittelschule"] + t["realschule"] + t["gymnasium"] == t["kinder_klasse_4"]).all()
    now = city.truth.loc[NOW]
    burden = (now["sgb2_u15"] / now["kinder_u15"]).rank(pct=True)
    grouped = (
        t.loc[NOW]
        .groupby(pd.cut(burden, [0, 0.25, 0.75, 1], labels=["low", "mid", "high"]), observed=True)
        .sum()
    )
    rate = grouped["mittelschule"] / grouped["kinder_klasse_4"]
    assert rate["high"] > 2 * rate["low"]


def test_pupils_go_to_a_school_of_their_sprengel(city):
    children = city.people.children
    pupils = children[children["school_2024"] >= 0]
    home = city.addresses["sprengel"].to_numpy()[pupils["address"]]
    assert (city.schools["sprengel"].to_numpy()[pupils["school_2024"]] == home).all()
    assert city.schools["schueler_2024"].sum() == len(pupils)
    assert (city.schools["schueler_2024"] > city.schools["kapazitaet"]).any()


def test_the_grid_of_children_lies_where_the_children_live_and_hides_ones_and_twos(city):
    grid = city.children_grid
    cells = grid.values
    assert not np.isin(cells, [1, 2]).any()
    children = city.counts.loc[NOW, "kinder_u10"].sum()
    assert 0.7 * children < cells.sum() < children
    rows, columns = np.nonzero(cells)
    points = shapely.points(
        grid.left + (columns + 0.5) * grid.cell_width, grid.top - (rows + 0.5) * grid.cell_height
    )
    settled = city.blocks[city.counts.loc[NOW, "einwohner"] > 0].to_crs(grid.crs)
    assert shapely.dwithin(points, settled.union_all(), 100.0).all()


def test_the_streets_are_one_network_with_bridges(city):
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    ends = shapely.get_coordinates(city.streets.geometry.to_numpy()).reshape(-1, 2, 2)
    nodes, number = np.unique(ends.reshape(-1, 2), axis=0, return_inverse=True)
    pairs = number.reshape(-1, 2)
    graph = coo_array((np.ones(len(pairs)), pairs.T), shape=(len(nodes), len(nodes)))
    assert connected_components(graph, directed=False)[0] == 1
    assert city.streets["bridge"].sum() >= 5
    assert (city.streets["length"] - city.streets.length).abs().max() < 0.06


def test_another_seed_gives_another_city_and_the_same_seed_the_same():
    size = {"blocks": 200, "districts": 5, "bezirke": 8, "catchments": 5, "inhabitants": 12_000}
    one, same, other = (synthetic_city(seed, **size) for seed in (1, 1, 2))
    pd.testing.assert_frame_equal(one.counts, same.counts)
    assert one.blocks.geometry.geom_equals_exact(same.blocks.geometry, 0.0).all()
    assert not np.array_equal(one.counts.to_numpy(), other.counts.to_numpy())


def test_more_districts_than_blocks_can_carry_are_refused():
    with pytest.raises(
        ValueError, match="'districts' parameter of synthetic_city must be between 3 and 16"
    ):
        synthetic_city(1, blocks=200, districts=100)
    with pytest.raises(ValueError, match="'blocks' parameter of make_terrain must be at least 150"):
        synthetic_city(1, blocks=100, districts=4, bezirke=5, catchments=4)
