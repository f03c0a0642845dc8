import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely import MultiPolygon, Polygon, box
from shared_data import shared
from space.areas_on_paper import areas, keyed, mosaic

from sozialraum.space.making import make_crosswalk
from sozialraum.space.repair import repair_areas

BOWTIE = Polygon([(0, 0), (10, 10), (10, 0), (0, 10)])


def log(repaired):
    return [
        (r.key, r.repair, round(r.square_metres, 6), r.other) for r in repaired.repairs.itertuples()
    ]


def test_nothing_is_repaired_unasked():
    messy = areas(a=BOWTIE, b=box(5, 0, 20, 10))
    untouched = repair_areas(messy)
    assert untouched.areas.geometry.equals(messy.geometry) and len(untouched.repairs) == 0


def test_a_bow_tie_becomes_two_triangles():
    repaired = repair_areas(areas(a=BOWTIE), invalid=True)
    assert repaired.areas.geometry.is_valid.all() and repaired.areas.area["a"] == 50.0
    assert [p.code for p in repaired.problems] == ["space.repair.invalid"]


@pytest.mark.parametrize(
    ("winner", "loser", "left"),
    [("first", "b", 30.0), ("larger", "b", 30.0), ("smaller", "a", 50.0)],
)
def test_ground_that_two_claim_goes_to_one(winner, loser, left):
    claimed = areas(a=box(0, 0, 6, 10), b=box(5, 0, 9, 10))
    repaired = repair_areas(claimed, overlaps=winner)
    other = "a" if loser == "b" else "b"
    assert log(repaired) == [(loser, "overlap", 10.0, other)]
    assert repaired.areas.area[loser] == left
    assert other in repaired.problems[0].message


def test_splinters_are_deleted_but_never_the_last_part():
    shape = MultiPolygon([box(0, 0, 10, 10), box(20, 0, 21, 1), box(30, 0, 40, 10)])
    repaired = repair_areas(areas(a=shape, b=box(50, 0, 50.5, 1)), parts_below=5.0)
    assert log(repaired) == [("a", "part", 1.0, "")]
    assert repaired.areas.area.to_dict() == {"a": 200.0, "b": 0.5}


def test_a_gap_goes_to_the_neighbour_with_the_longest_border():
    # a square of 4 m² between a (3 sides: 6 m) and b (1 side: 2 m)
    a = box(0, 0, 10, 10).difference(box(8, 4, 10, 6))
    repaired = repair_areas(areas(a=a, b=box(10, 0, 20, 10)), gaps_below=5.0)
    assert log(repaired) == [("a", "gap", 4.0, "")]
    assert repaired.areas.area["a"] == pytest.approx(100.0)
    assert len(repair_areas(areas(a=a, b=box(10, 0, 20, 10)), gaps_below=3.0).repairs) == 0


def test_a_repaired_mosaic_is_a_coverage_again():
    shapes = mosaic(25, seed=3)
    rng = np.random.default_rng(4)
    messy = shapely.buffer(shapes, rng.uniform(0.0, 0.5, 25), join_style="mitre")
    repaired = repair_areas(keyed(messy), overlaps="first", gaps_below=10.0)
    cut = repaired.areas.geometry.to_numpy()
    assert shapely.area(cut).sum() == pytest.approx(shapely.union_all(messy).area, rel=1e-9)
    lost = repaired.repairs.loc[repaired.repairs["repair"] == "overlap", "square_metres"].sum()
    assert shapely.area(messy).sum() - lost == pytest.approx(shapely.area(cut).sum(), rel=1e-6)


def test_an_unknown_winner_is_a_wrong_argument():
    with pytest.raises(ValueError, match="overlaps"):
        repair_areas(areas(a=box(0, 0, 1, 1)), overlaps="tallest")


def test_invalid_municipalities_of_germany_are_repaired_and_recorded():
    gemeinden = gpd.read_file(shared("data/vg250_gemeinden/VG250_GEM.shp")).set_index("ARS")
    invalid = gemeinden[~gemeinden.geometry.is_valid]
    assert len(invalid) == 37
    repaired = repair_areas(invalid, invalid=True)
    assert repaired.areas.geometry.is_valid.all() and len(repaired.repairs) == 37
    # rings that cross like an 8 count one loop negative: the areas by formula were too small. The other
    # method of GEOS makes holes where loops lie over each other: at most 0.05 % less
    other = shapely.area(shapely.make_valid(invalid.geometry.to_numpy()))
    ratio = repaired.areas.area.to_numpy() / other
    assert (ratio > 1 - 1e-9).all() and (ratio < 1.0005).all()
    gained = repaired.areas.area.to_numpy() - invalid.area.to_numpy()
    np.testing.assert_allclose(repaired.repairs["square_metres"], np.abs(gained), rtol=1e-6)


def test_repaired_overlaps_are_no_longer_refused():
    goals = areas(T=box(0, 0, 60, 100), U=box(40, 0, 100, 100))
    whole = areas(s=box(0, 0, 100, 100))
    walk = make_crosswalk(whole, repair_areas(goals, overlaps="first").areas)
    np.testing.assert_allclose(walk.matrix.toarray().ravel(), [0.6, 0.4], rtol=1e-9)
