"""`check` finds every wrong value of a plan or a file of participation; no run dies of one."""

import os

import geopandas as gpd
import pytest
from participation.small_programme import write_small
from shapely.geometry import Point, box
from wrong_plan_values import PLAN, RECORDS, write_points, wrong_plans, wrong_records
from wrong_values import BASE, Wrong, toml, write_city

from sozialraum.cli.check import check_file as check
from sozialraum.config.file_kinds import kind_of_file
from sozialraum.model.errors import SozialraumError
from sozialraum.workflows.error_boundary import FAULT
from sozialraum.workflows.participation.run import run_participation
from sozialraum.workflows.plan.decision import decide

# every sixth plan and second programme with each run, all of them where SOZIALRAUM_FULL is set
FULL = bool(os.environ.get("SOZIALRAUM_FULL"))
PLANS, PROGRAMMES = wrong_plans(), wrong_records()


def check_file(file):
    return check(file, progress=lambda step: None)


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    folder = tmp_path_factory.mktemp("stadt")
    write_city(folder)
    write_points(folder)
    (folder / "bau.toml").write_text(toml(BASE), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def programme(tmp_path_factory):
    folder = write_small(tmp_path_factory.mktemp("programm"))
    return folder / "daten"


def write(folder, given):
    file = folder / "plan.toml"
    file.write_text(toml(given), encoding="utf-8")
    return file


def missed(wrong: Wrong, folder, run) -> str:
    """Return what is not as it should be about one wrong value; "" if all is."""
    file = write(folder, wrong.build_file())
    found = [p for p in check_file(file) if p.severity == "error"]
    if not any(speaks_of(p, wrong) for p in found):
        return f"check does not find {wrong}: {[str(p) for p in found]}"
    if [p for p in found if p.code == FAULT or not (p.action or p.expected)]:
        return f"check does not say what to do about {wrong}: {[str(p) for p in found]}"
    try:
        run(file)
    except SozialraumError as error:
        faults = [str(p) for p in error.problems if p.code == FAULT]
        return f"a run dies of {wrong}: {faults}" if faults else ""
    return f"a run takes {wrong}"


def speaks_of(found, wrong) -> bool:
    """Tell whether a finding is about the section of a wrong value, its file or its words."""
    section = str(wrong.place[0])
    base = wrong.base.get(section)
    file = base.get("file", "-") if isinstance(base, dict) else "-"
    said = str(found)
    return section in said or found.file == file or any(w in said for w in words(wrong))


def words(wrong) -> list[str]:
    """Return the texts in a wrong value that its file does not have elsewhere."""
    inside = repr(wrong.value).split("'")[1::2]
    return [w for w in inside if w not in str(wrong.base)]


def test_the_files_that_the_corpora_start_from_are_right(city, programme):
    file = write(city, PLAN)
    assert kind_of_file(file) == "plan"
    assert [str(p) for p in check_file(file) if p.severity == "error"] == []
    assert set(decide(file).release.scenarios) == {
        "gap",
        "locate",
        "allocate",
        "catchments",
        "targets",
    }
    file = write(programme, RECORDS)
    assert kind_of_file(file) == "participation"
    assert [str(p) for p in check_file(file) if p.severity == "error"] == []
    assert run_participation(file).released is not None


@pytest.mark.parametrize("corpus", [PLANS, PROGRAMMES], ids=["plans", "participation"])
def test_a_corpus_is_large_and_wrong_in_many_ways(corpus):
    assert len(corpus) >= 100 and len({w.how for w in corpus}) >= 12


@pytest.mark.parametrize("batch", range(3))
def test_check_finds_every_wrong_value_of_a_plan(batch, city):
    tried = PLANS[:: 1 if FULL else 6][batch::3]
    assert [said for wrong in tried if (said := missed(wrong, city, decide))] == []


@pytest.mark.parametrize("batch", range(3))
def test_check_finds_every_wrong_value_of_a_file_of_participation(batch, programme):
    tried = PROGRAMMES[:: 1 if FULL else 2][batch::3]
    assert [said for wrong in tried if (said := missed(wrong, programme, run_participation))] == []


@pytest.mark.parametrize(
    ("place", "value", "meant"),
    [
        (("locate", "raduis"), 5, "radius"),
        (("locate", "model"), "mlcp", "mclp"),
        (("demand", "areas"), "feder", "felder"),
        (("demand", "persons"), "kinde", "kinder"),
        (("locate", "fixed"), ["Aa"], "A"),
        (("targets",), [PLAN["targets"][0] | {"indicator": "armmut"}], "armut"),
        (("gap", "kinds"), ["kita", "hordt"], "hort"),
        (("allocate", 0, "rules"), [{"published": "nrw_kreissozial"}], "nrw_kreissozialindex"),
    ],
)
def test_a_near_miss_in_a_plan_is_told_with_the_word_that_was_meant(place, value, meant, city):
    file = write(city, Wrong(place, value, "near miss", PLAN).build_file())
    told = [str(p) for p in check_file(file) if p.severity == "error"]
    assert len(told) == 1 and f"Gemeint ist vielleicht „{meant}“" in told[0], told


@pytest.mark.parametrize(
    ("place", "value", "meant"),
    [
        (("records", "colums"), {}, "columns"),
        (("register", "treshold"), 0.9, "threshold"),
        (("disclosure", "zeros"), "shwo", "show"),
        (("disclosure", "profile"), "kommunal5", "kommunal-5"),
        (("output", "files"), ["seiten"], "seite"),
    ],
)
def test_a_near_miss_in_a_file_of_participation_is_told_so(place, value, meant, programme):
    file = write(programme, Wrong(place, value, "near miss", RECORDS).build_file())
    told = [str(p) for p in check_file(file) if p.severity == "error"]
    assert len(told) == 1 and f"Gemeint ist vielleicht „{meant}“" in told[0], told


def test_the_problems_of_a_plan_its_build_and_its_data_come_together(city):
    wrong = PLAN | {"locate": {"raduis": 900, "number": 2, "radius": 1}}
    wrong |= {"sites": PLAN["sites"] | {"file": "ort.gpkg"}}
    file = write(city, wrong)
    (city / "anders.toml").write_text(toml(BASE | {"title": 5}), encoding="utf-8")
    told = {p.key or p.file for p in check_file(file)}
    assert "locate.raduis" in told and any("ort.gpkg" in str(p) for p in check_file(file))
    file = write(city, wrong | {"build": "anders.toml"})
    assert {"locate.raduis", "title"} <= {p.key for p in check_file(file)}


@pytest.mark.parametrize("verb", ["gap", "locate", "allocate", "catchments", "targets"])
def test_a_plan_may_ask_for_one_decision_alone(verb, city):
    others = {"gap", "locate", "allocate", "catchments", "targets"} - {verb}
    file = write(city, {key: value for key, value in PLAN.items() if key not in others})
    assert [str(p) for p in check_file(file) if p.severity == "error"] == []


def test_a_section_that_no_decision_reads_is_told(city):
    alone = {key: PLAN[key] for key in ("title", "build", "draws", "demand", "offers", "gap")}
    file = write(city, alone | {"sites": PLAN["sites"], "houses": {
        "file": "zahlen.csv", "street": "feld", "house_number": "arm"}})  # fmt: skip
    told = {p.key: p for p in check_file(file) if p.code == "planning.unread_section"}
    assert set(told) == {"sites", "houses"} and "[locate]" in told["sites"].expected


@pytest.mark.parametrize(
    ("section", "shapes", "message"),
    [
        ({"distances": {"method": "wege", "file": "wege.gpkg"}}, [], "keine Linie"),
        (
            {"distances": {"method": "wege", "file": "wege.gpkg"}},
            [box(400_000, 5_800_000, 400_009, 5_800_009)],
            "keine Linien",
        ),
        ({"crossings": {"file": "wege.gpkg"}}, [], "keine Linie"),
        ({"crossings": {"file": "wege.gpkg"}}, [Point(400_001, 5_800_001)], "keine Linien"),
        ({"sites": {"file": "wege.gpkg", "key": "id"}}, [], "keinen Punkt"),
    ],
)
def test_an_empty_layer_is_called_what_it_should_hold(section, shapes, message, city):
    layer = gpd.GeoDataFrame({"id": ["a"] * len(shapes)}, geometry=shapes, crs="EPSG:25833")
    layer.to_file(city / "wege.gpkg", driver="GPKG")
    told = [str(p) for p in check_file(write(city, PLAN | section)) if p.severity == "error"]
    assert len(told) == 1 and message in told[0] and "wege.gpkg" in told[0], told
