"""Real shapes with slivers, real schools and Kitas of Berlin: a plan goes through, twice the same."""

import json
import shutil
from pathlib import Path

import geopandas as gpd
import pytest
from shared_data import shared

from sozialraum.workflows.plan.decision import decide
from sozialraum.workflows.plan.plan_checking import check_plan

ROOT = Path(__file__).parents[1]
BUILD = (ROOT / "config" / "berlin_einschulung.toml").as_posix()
PLAN = f"""
title = "Berlin: Kitas, drei Familienzentren, Mittel"
build = "{BUILD}"
draws = 0
[demand]
areas = "planungsraeume"
persons = "u6"
needy = [4, 5]
[distances]
detour = 1.3
[offers]
file = "berlin_facilities/kindertagesstaetten.geojson"
key = "e_nr"
name = "e_name"
capacity = "e_platz"
[gap]
name = "Kitas heute"
rings = [[1000, 1.0], [2000, 0.5]]
[sites]
file = "berlin_facilities/jugendfreizeiteinrichtungen.geojson"
key = "e_nr"
name = "e_name"
[locate]
radius = 1500
number = 3
plan_b = false
next_best = 1
[[allocate]]
name = "Stellen"
total = 30.0
units = "areas"
[[allocate.rules]]
name = "nach Köpfen"
form = "heads"
[[allocate]]
name = "Mittel"
currency = "Euro"
total = 900000.0
unit = 1000.0
units = "areas"
[[allocate.rules]]
name = "nach Bedarf"
slope = 3.0
"""


SCHOOLS = """
[schools]
file = "gs.gpkg"
key = "bsn"
name = "name"
capacity = "plaetze"
[catchments]
files = true
proposals = 5000
"""


@pytest.mark.shared
def test_berlins_planning_areas_with_their_slivers_are_given_to_376_schools(tmp_path):
    data = tmp_path / "daten"
    for name in ("berlin_lor", "berlin_catchments", "berlin_mss", "berlin_population",
                 "berlin_facilities", "zensus2011_grid"):  # fmt: skip
        shutil.copytree(shared(f"data/{name}"), data / name, copy_function=shutil.copyfile)
    schools = gpd.read_file(data / "berlin_facilities" / "schulen.geojson")
    public = (schools["schulart"] == "Grundschule") & (schools["traeger"] == "öffentlich")
    schools = schools[public].drop_duplicates("bsn").assign(plaetze=900)
    schools[["bsn", "name", "plaetze", "geometry"]].to_file(data / "gs.gpkg")
    path = tmp_path / "plan_berlin.toml"
    children = PLAN.replace('persons = "u6"', 'persons = "u6"\npupils = "a6_15"')
    path.write_text(children + SCHOOLS, encoding="utf-8")
    assert [p for p in check_plan(path, data=data) if p.severity == "error"] == []
    made = decide(path, verb="catchments", data=data)
    made.save(tmp_path / "aus")
    (drawn,) = made.result.scenarios["catchments"].variants
    assert len(schools) == 376 and set(drawn.assignment) == set(schools["bsn"])
    # ways are told of 447 areas and 376 schools, and no sentence lists all schools that are full
    assert len(drawn.assignment) == 447 and max(map(len, drawn.sentences)) < 300
    districts = gpd.read_file(next((tmp_path / "aus").glob("sprengel_*.gpkg")), layer="sprengel")
    assert len(districts) == 376 and districts.is_valid.all()


@pytest.mark.shared
def test_berlins_kitas_and_sites_go_through_and_come_out_the_same_twice(tmp_path):
    data = shared("data")
    path = tmp_path / "plan_berlin.toml"
    path.write_text(PLAN, encoding="utf-8")
    assert [p for p in check_plan(path, data=data) if p.severity == "error"] == []
    made = decide(path, data=data)
    for name in ("eins", "zwei"):
        made.save(tmp_path / name)
    again = decide(path, data=data)
    again.save(tmp_path / "drei")
    one = tmp_path / "eins"
    for file in sorted(one.iterdir()):
        for other in ("zwei", "drei"):
            assert file.read_bytes() == (tmp_path / other / file.name).read_bytes(), file.name
    told = json.loads((one / "szenarien.json").read_text(encoding="utf-8"))
    assert sorted(told) == ["allocate", "allocate_2", "gap", "locate"]
    assert told["allocate"]["variants"][0]["figures"]["total"] == pytest.approx(30.0)
    assert told["allocate_2"]["variants"][0]["figures"]["total"] == pytest.approx(900_000.0)
    said = [s for v in told["locate"]["variants"] for s in v["sentences"] if "\u00a0m" in s]
    assert said and all("Luftlinie" in s for s in said)
