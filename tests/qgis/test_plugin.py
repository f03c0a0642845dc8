"""The plugin for QGIS: packed, loaded in QGIS without a screen, used on the example city."""

import configparser
import json
import os
import re
import sys
import zipfile
from pathlib import Path

import pytest
from qgis_here import run_in_qgis

import sozialraum
from sozialraum.paket.plugin import make_plugin
from sozialraum.paket.plugin_zip import PLUGIN, plugin_files, write_plugin

ROOT = Path(__file__).parents[2]


def test_the_zip_holds_what_qgis_asks_for_and_is_the_same_on_any_day(tmp_path, capsys):
    assert make_plugin([str(tmp_path)]) == 0
    assert "Aus ZIP installieren" in capsys.readouterr().out
    packed = tmp_path / "sozialraum_qgis.zip"
    names = zipfile.ZipFile(packed).namelist()
    assert set(names) == {
        f"{PLUGIN}/{name}"
        for name in ("__init__.py", "metadata.txt", "calling.py", "provider.py", "words.json")
    }
    again = write_plugin(tmp_path / "noch_einmal")
    assert again.read_bytes() == packed.read_bytes()
    about = configparser.ConfigParser()
    about.read_string(plugin_files()[f"{PLUGIN}/metadata.txt"])
    general = about["general"]
    assert general["version"] == sozialraum.__version__
    assert {"name", "qgisMinimumVersion", "description", "about", "author", "email"} <= {
        *general, "qgisMinimumVersion",
    }  # fmt: skip
    assert general["hasprocessingprovider"] == "yes"


def test_the_plugin_takes_nothing_from_the_program_but_its_words():
    for name, content in plugin_files().items():
        if name.endswith(".py"):
            assert not re.findall(r"(?:from|import) sozialraum(?!_qgis)", content), name


def launcher(folder):
    """Write the program as a file of its own, as an installation has it."""
    path = folder / "sozialraum"
    path.write_text(
        f"#!/bin/sh\nPYTHONPATH='{ROOT}' exec '{sys.executable}' -m sozialraum \"$@\"\n", "utf-8"
    )
    path.chmod(0o755)
    return path


@pytest.fixture(scope="module")
def used(tmp_path_factory):
    """What the verbs gave back in QGIS."""
    if os.name == "nt":
        pytest.skip("the program of this test is a shell script")
    folder = tmp_path_factory.mktemp("erweiterung")
    zipfile.ZipFile(write_plugin(folder)).extractall(folder)
    text = (ROOT / "config" / "musterstadt.toml").read_text(encoding="utf-8")
    text = text.replace('"../shapes', f'"{(ROOT / "shapes").as_posix()}')
    (folder / "stadt.toml").write_text(text.replace("draws = 400", "draws = 50"), "utf-8")
    said = run_in_qgis(
        Path(__file__).parent / "run_plugin.py", folder, launcher(folder), folder / "stadt.toml",
        folder / "ergebnis",
    )  # fmt: skip
    [line] = [line for line in said.splitlines() if line.startswith("GESEHEN ")]
    return json.loads(line.removeprefix("GESEHEN ")), folder / "ergebnis"


def test_the_toolbox_has_three_verbs_with_german_names_and_gives_them_back(used):
    told, _ = used
    assert told["verbs"] == {
        "sozialraum:check": "Lieferung prüfen",
        "sozialraum:build": "Index berechnen und Ebene laden",
        "sozialraum:show": "Rangfolge oder ein Gebiet zeigen",
    }
    assert told["left"] == []


def test_check_build_and_show_say_what_the_program_says(used):
    told, out = used
    assert told["check"]["done"] and "0 Fehler" in told["check"]["results"]["TOLD"]
    assert told["build"]["done"] and (out / "karte.html").is_file()
    ranking = told["show"]["results"]["TOLD"]
    assert "Käthe-Ährenfeld-Schule" in ranking
    assert "Käthe-Ährenfeld-Schule" in told["area"]["results"]["TOLD"]
    assert told["area"]["results"]["TOLD"] != ranking


def test_the_areas_come_into_the_project_in_the_style_of_the_page(used):
    told, out = used
    assert told["build"]["layers"] == [[True, 26, "RuleRenderer"]]
    assert told["build"]["results"]["AREAS"] == f"{out / 'index.gpkg'}|layername=gebiete"


def test_an_error_of_the_program_and_a_missing_program_are_told_in_german(used):
    told, _ = used
    assert "nicht" in told["wrong"]["error"] and "Fehler" in told["wrong"]["error"]
    assert "sozialraum-gibt-es-nicht" in told["absent"]["error"]
    assert "Pfad angeben" in told["absent"]["error"]
