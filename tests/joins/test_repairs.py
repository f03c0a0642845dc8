"""Messy geometry in a build: told with keys and square metres, repaired only where the file says so."""

import pytest
from joins.city_on_paper import BLOCKS, CATCHMENTS, areas, plan, points
from shapely import MultiPolygon, Polygon, box

import sozialraum
from sozialraum.model.errors import DataError
from sozialraum.workflows.build.delivery_reading import read

AREAL = 'method = "areal"'
# two triangles of 2,500 m², joined where the ring crosses itself
BOW_TIE = Polygon([(0, 0), (100, 100), (100, 0), (0, 100)])
# ring crossed · 02 reaches 2 m into 03 · a hole of 5 m × 4 m between 03 and 04 · a splinter of 1 m²
BROKEN = {
    "01": BOW_TIE,
    "02": MultiPolygon([box(100, 0, 202, 100), box(20, 120, 21, 121)]),
    "03": box(200, 0, 300, 100).difference(box(295, 40, 300, 44)),
    "04": box(300, 0, 400, 100),
}
ALL = """
[areas.bloecke.repair]
invalid = true
overlaps = "larger"
parts_below = 5.0
gaps_below = 25.0
"""


def told(problems, code):
    return [p for p in problems if p.code == code]


def test_nothing_is_repaired_unless_the_build_file_says_so(tmp_path):
    built = plan(tmp_path, AREAL, blocks=BROKEN)
    delivery = read(built)
    assert delivery.repairs == {}
    assert "bloecke" in delivery.areas and not delivery.areas["bloecke"].is_valid["01"]
    ring = told(delivery.problems, "sources.invalid_ring")[0]
    assert (ring.file, ring.key, ring.severity) == ("bloecke.gpkg", "01", "error")
    overlap = told(delivery.problems, "sources.overlap")[0]
    assert (overlap.key, overlap.found) == ("02", "200 m² mit 03")
    with pytest.raises(DataError, match=r"bloecke\.gpkg"):
        sozialraum.build(built.file)


def test_every_repair_is_recorded_with_key_and_square_metres(tmp_path):
    built = plan(tmp_path, AREAL, blocks=BROKEN, areas_more=ALL)
    delivery = read(built)
    repairs = delivery.repairs["bloecke"].round(6)
    # the crossed ring has a signed area of 0; repaired it is two triangles of 2,500 m² each.
    # 03 is smaller (9,980 m² against 10,201) and gives the ground up; the hole is theirs and 04's:
    # 14 m of its border are along 03, 4 m along 04
    assert repairs.to_dict("records") == [
        {"key": "01", "repair": "invalid", "square_metres": 5000.0, "other": ""},
        {"key": "03", "repair": "overlap", "square_metres": 200.0, "other": "02"},
        {"key": "02", "repair": "part", "square_metres": 1.0, "other": ""},
        {"key": "03", "repair": "gap", "square_metres": 20.0, "other": ""},
    ]
    assert delivery.areas["bloecke"].area.round(6).to_dict() == {
        "01": 5000.0, "02": 10_200.0, "03": 9_800.0, "04": 10_000.0,
    }  # fmt: skip
    notes = [p for p in delivery.problems if p.code.startswith("space.repair.")]
    assert [(p.key, p.file, p.severity) for p in notes] == [
        ("01", "bloecke.gpkg", "note"),
        ("03", "bloecke.gpkg", "note"),
        ("02", "bloecke.gpkg", "note"),
        ("03", "bloecke.gpkg", "note"),
    ]
    assert "200,0 m²" in notes[1].message and "02" in notes[1].message


def test_a_repaired_build_runs_and_its_repairs_reach_method_and_manifest(tmp_path):
    built = plan(tmp_path, AREAL, blocks=BROKEN, areas_more=ALL)
    result = sozialraum.build(built.file)
    assert sum(result.measured["2024-12-31"].base["armut"]) == pytest.approx(500)
    result.save(tmp_path / "out")
    manifest = (tmp_path / "out" / "manifest.json").read_text("utf-8")
    assert '"square_metres": 200.0' in manifest and '"repair": "overlap"' in manifest
    method = (tmp_path / "out" / "methode.md").read_text("utf-8")
    assert "4 Reparaturen" in method and "bloecke" in method
    report = (tmp_path / "out" / "pruefbericht.html").read_text("utf-8")
    assert "Überlappung von 200,0 m² dem Gebiet 02 gelassen" in report


@pytest.mark.parametrize(
    ("asked", "left"),
    [
        ("invalid = true", {"overlap", "tiny_parts", "gap_slivers"}),
        ('invalid = true\noverlaps = "first"', {"tiny_parts", "gap_slivers"}),
        ("invalid = true\nparts_below = 5.0", {"overlap", "gap_slivers"}),
        ("invalid = true\ngaps_below = 25.0", {"overlap", "tiny_parts"}),
    ],
)
def test_each_option_repairs_its_own_fault_and_no_other(tmp_path, asked, left):
    more = f"[areas.bloecke.repair]\n{asked}\n"
    delivery = read(plan(tmp_path, AREAL, blocks=BROKEN, areas_more=more))
    codes = {p.code.removeprefix("sources.") for p in delivery.problems}
    assert codes & {"invalid_ring", "overlap", "tiny_parts", "gap_slivers"} == left


def test_a_repair_of_one_set_leaves_the_other_alone(tmp_path):
    crossed = {"A": BOW_TIE, "B": box(150, 0, 400, 100)}
    delivery = read(plan(tmp_path, AREAL, blocks=BROKEN, catchments=crossed, areas_more=ALL))
    assert list(delivery.repairs) == ["bloecke"]
    assert told(delivery.problems, "sources.invalid_ring")[0].file == "sprengel.gpkg"


def test_areas_without_target_and_targets_without_source_are_told_in_square_metres(tmp_path):
    blocks = {**BLOCKS, "05": box(400, 0, 500, 80)}
    goals = {**CATCHMENTS, "C": box(0, 200, 100, 260)}
    numbers = "block;kinder;arm\n01;100;13\n02;200;30\n03;150;15\n04;50;5\n05;40;4\n"
    built = plan(tmp_path, AREAL, blocks=blocks, catchments=goals, numbers=numbers)
    result = sozialraum.build(built.file)
    lonely = told(result.problems, "sources.no_target")[0]
    assert lonely.key == "05" and lonely.found == "8.000 m² ohne Zielgebiet"
    empty = told(result.problems, "sources.no_source")[0]
    assert empty.key == "C" and empty.found.startswith("6.000 m²")
    lost = told(result.problems, "pipeline.join_outside")[0]
    assert lost.key == "05" and "8.000 m²" in lost.message and "etwa 40 Menschen" in lost.message


def test_ground_of_two_catchments_is_refused_or_shared_as_the_build_file_says(tmp_path):
    goals = {"A": box(0, 0, 160, 100), "B": box(140, 0, 400, 100)}
    with pytest.raises(DataError, match='overlaps = "share"'):
        sozialraum.build(plan(tmp_path, AREAL, catchments=goals).file)
    shared = plan(tmp_path, AREAL + '\noverlaps = "share"', catchments=goals)
    result = sozialraum.build(shared.file)
    # block 02 lies with 60 m in A and with 60 m in B: a half each
    assert result.measured["2024-12-31"].base["armut"].to_dict() == pytest.approx(
        {"A": 200, "B": 300}
    )
    told_there = told(result.problems, "pipeline.join_shared")[0]
    assert told_there.key == "02" and "2.000,0 m²" in told_there.message
    pair = told(result.problems, "sources.overlap")[0]
    assert (pair.file, pair.key) == ("sprengel.gpkg", "A") and "2.000 m²" in str(pair)


def test_a_catchment_of_two_schools_and_one_of_none_are_told(tmp_path):
    goals = {**CATCHMENTS, "C": box(400, 0, 500, 100)}
    built = plan(tmp_path, AREAL, catchments=goals, areas_more='schools = "schule"')
    layer = areas("nr", goals).assign(schule=["01G01, 01G02", "01G03", ""])
    layer.to_file(tmp_path / "sprengel.gpkg")
    delivery = read(built)
    shared = told(delivery.problems, "sources.shared_area")[0]
    assert shared.key == "A" and "01G01, 01G02" in shared.message and "15.000 m²" in shared.message
    assert told(delivery.problems, "sources.area_without_school")[0].key == "C"


def test_a_school_geocoded_into_another_town_is_told_by_name(tmp_path):
    more = '[[points]]\nfile = "schulen.gpkg"\nlabel = "Schulen"\nname = "name"\n'
    places = [(50, 50), (350, 590), (90_000, 0)]
    schools = points({"name": ["Nord", "Rand", "Swisttal"]}, places)
    built = plan(tmp_path, AREAL, tables=more, layers={"schulen": schools})
    found = told(sozialraum.build(built.file).problems, "sources.far_sites")
    assert len(found) == 1 and found[0].file == "schulen.gpkg"
    assert "1 Standort liegt" in found[0].message and "Swisttal" in found[0].message
