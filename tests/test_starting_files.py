"""Plan and participation files to start from: check names what is open, and filled in they run."""

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from participation.small_programme import write_small
from small_build import write_build, write_town

import sozialraum as sr
from sozialraum.config.participation import read_participation
from sozialraum.model.errors import ConfigError
from sozialraum.workflows.new import start_participation, start_plan
from sozialraum.workflows.participation import check_participation
from sozialraum.workflows.participation.run import run_participation
from sozialraum.workflows.plan.decision import decide
from sozialraum.workflows.plan.plan_checking import check_plan

ROOT = Path(__file__).parent.parent
OPEN = re.compile(r"^([a-z_0-9\"-]+) = (\[?)\"\?\?\?\"\]?$")
PLAN = {
    "offers.capacity": '"plaetze"',
    "locate.number": "8",
    "schools.size": '"schueler_2024"',
    "schools.capacity": '"kapazitaet"',
    "allocate.total": "12.0",
    "targets.value": "0.15",
    "targets.deadline": "2027-12-31",
    "targets.responsible": '"Jobcenter"',
}
PROGRAMME = {
    "stichtag": "2024-12-31",
    "sources": '["erfunden"]',
    "data": '"daten"',
    "records.file": '"anmeldungen.csv"',
    "records.columns.given_name": '"vorname"',
    "records.columns.surname": '"name"',
    "records.columns.birth_date": '"geboren"',
    "records.columns.street": '"strasse"',
    "records.columns.house_number": '"nr"',
    "records.columns.offer": '"angebot"',
    "register.file": '"adressen.csv"',
    "register.columns.street": '"strasse"',
    "register.columns.house_number": '"nr"',
    "areas.gebiete.label": '"Bezirk"',
    "areas.gebiete.column": '"bezirk"',
    "areas.gebiete.file": '"kinder.csv"',
    "areas.gebiete.key": '"bezirk"',
    'areas.gebiete.children."6-9"': '"k1"',
    'areas.gebiete.children."10-14"': '"k2"',
    "offers.file": '"angebote.csv"',
    "offers.key": '"angebot"',
    "offers.name": '"name"',
}


def filled(path, answers):
    """Fill in every open place; return which there were."""
    section, lines, open_places = "", [], []
    for line in path.read_text("utf-8").splitlines():
        if line.startswith("["):
            section = line.strip("[]")
        found = OPEN.match(line)
        if found:
            place = f"{section}.{found[1]}".lstrip(".")
            open_places.append(place)
            line = f"{found[1]} = {answers.get(place, '???')}"
        lines.append(line)
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return open_places


def placed(problems):
    """Return the places of all errors as they stand in the file, without the numbers of tables."""
    return [re.sub(r"\[\d+\]", "", p.key) for p in problems if p.severity == "error"]


def test_a_plan_file_on_musterstadt_runs_once_its_open_places_are_filled_in(tmp_path):
    path = tmp_path / "plan.toml"
    start_plan("Plan", ROOT / "config" / "musterstadt.toml", path).save(tmp_path)
    given = tomllib.loads(path.read_text("utf-8"))
    assert given["demand"] == {"areas": "bloecke", "persons": "kinder_u15", "in_need": "sgb2_u15"}
    assert (given["offers"]["file"], given["schools"]["file"]) == ("angebote.gpkg", "schulen.gpkg")
    assert given["schools"]["current"] == "sprengel"
    told = check_plan(path)
    assert sorted(filled(path, PLAN)) == sorted(PLAN)
    assert set(placed(told)) == set(PLAN)
    assert placed(check_plan(path)) == []
    text = path.read_text("utf-8").replace("draws = 200", "draws = 0")
    text = text.replace("limit = 2000", "limit = 2000\nproposals = 2000")  # the test is no plan
    path.write_text(text, "utf-8")
    decision = decide(path)
    asked = {"gap", "locate", "allocate", "catchments", "targets"}
    assert {*decision.plan.verbs} == asked == {*decision.release.scenarios}
    names = [v["name"] for v in decision.release.scenarios["allocate"]["variants"]]
    assert names == ["nach Köpfen", "stetig nach Bedarf"]
    decision.save(tmp_path / "out")
    assert (tmp_path / "out" / "szenarien.json").is_file()


def test_the_same_build_gives_the_same_plan_file(tmp_path):
    build = write_build(write_town(tmp_path / "stadt"))
    for name in ("a", "b"):
        start_plan("Plan", build, tmp_path / name / "plan.toml").save(tmp_path / name)
    one, two = ((tmp_path / n / "plan.toml").read_text("utf-8") for n in ("a", "b"))
    assert one.replace("/a/", "/b/") == two


def test_layers_that_are_not_there_stay_open(tmp_path):
    build = write_build(write_town(tmp_path / "stadt"))
    start_plan("Plan", build, tmp_path / "plan.toml").save(tmp_path)
    text = (tmp_path / "plan.toml").read_text("utf-8")
    given = tomllib.loads(text)
    for section in ("offers", "sites", "schools"):
        assert (given[section]["file"], given[section]["key"]) == ("???", "???")
    assert given["distances"] == {"method": "luftlinie"}
    assert (given["demand"]["persons"], given["demand"]["in_need"]) == ("kinder", "arm")
    told = check_plan(tmp_path / "plan.toml")
    assert {"offers.file", "offers.key", "schools.key", "sites.file"} <= {*placed(told)}
    # whatever a key is called: an open place is told as one
    about_keys = [p for p in told if p.key in ("schools.key", "schools.file")]
    assert len(about_keys) == 2
    assert all("Platzhalter" in p.expected for p in about_keys)


def test_a_result_leads_to_its_build_file(tmp_path):
    town = write_town(tmp_path / "stadt")
    build = write_build(town)
    sr.build(build).save(town / "out", files=("csv", "parquet"))
    start_plan("Plan", town / "out", tmp_path / "plan.toml").save(tmp_path)
    given = tomllib.loads((tmp_path / "plan.toml").read_text("utf-8"))
    assert (tmp_path / given["build"]).resolve() == build.resolve()


@pytest.mark.parametrize("files", ["none", "two"])
def test_a_result_without_its_one_build_file_is_told(files, tmp_path):
    town = write_town(tmp_path / "stadt")
    build = write_build(town)
    sr.build(build).save(town / "out", files=("csv", "parquet"))
    if files == "none":
        build.unlink()
    else:
        (town / "zweite.toml").write_bytes(build.read_bytes())
    with pytest.raises(ConfigError) as caught:
        start_plan("Plan", town / "out", tmp_path / "plan.toml")
    (found,) = caught.value.problems
    assert found.code == "recognise.no_build_of" and "--plan" in found.action
    assert not (tmp_path / "plan.toml").exists()


def test_a_participation_file_runs_once_its_open_places_are_filled_in(tmp_path):
    folder = write_small(tmp_path)
    path = folder / "neu.toml"
    start_participation("Ferien", path).save(folder)
    told = placed(check_participation(path))
    with pytest.raises(ConfigError):
        read_participation(path)
    assert sorted(filled(path, PROGRAMME)) == sorted(PROGRAMME)
    assert set(told) == {re.sub(r"(\.children)\..*", r"\1", place) for place in PROGRAMME}
    children = "bezirk;k1;k2\n01;40;60\n02;40;40\n03;30;30\n04;30;30\n05;30;30\n"
    (folder / "daten" / "kinder.csv").write_text(children, "utf-8")
    assert placed(check_participation(path)) == []
    result = run_participation(path)
    assert [p for p in result.problems if p.severity == "error"] == []
    result.save(folder / "out")
    assert (folder / "out" / "manifest.json").is_file()


@pytest.fixture
def call(tmp_path):
    path = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}
    verb = [sys.executable, "-m", "sozialraum", "new"]

    def run(*words):
        return subprocess.run(
            [*verb, *words], cwd=tmp_path, env=path, capture_output=True, encoding="utf-8"
        )

    return run


def test_the_verb_writes_each_kind_under_its_own_name(call, tmp_path):
    build = write_build(write_town(tmp_path / "stadt"))
    plan = call("Neustadt", "--plan", os.fspath(build))
    assert plan.returncode == 0, plan.stderr
    programme = call("Neustadt", "--teilnahme")
    assert programme.returncode == 0, programme.stderr
    made = sorted(p.name for p in (tmp_path / "config").iterdir())
    assert made == ["plan_Neustadt.toml", "teilnahme_Neustadt.toml"]
    before = (tmp_path / "config" / made[0]).read_bytes()
    assert call("Neustadt", "--plan", os.fspath(build)).returncode == 1
    assert (tmp_path / "config" / made[0]).read_bytes() == before


def test_one_call_makes_one_kind_of_file(call, tmp_path):
    done = call("Neustadt", "--teilnahme", "--plan", "b.toml")
    assert done.returncode == 2 and "nur eines davon" in " ".join(done.stderr.split())
    assert not (tmp_path / "config").exists()
