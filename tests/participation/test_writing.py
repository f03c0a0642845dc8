"""The folder of a release: whole or as it was; what stands in its files for the office."""

import csv
import itertools
import json
import re
import shutil
import subprocess

import geopandas as gpd
import pytest
from participation.small_programme import run
from publish.grammar_of_sections import check_grammar
from shapely import box

from sozialraum.model.errors import DataError
from sozialraum.publish import folder as folders
from sozialraum.publish import participation as writer
from sozialraum.publish.graphics.colours import rgb
from sozialraum.publish.page.sections import participation_page as page
from sozialraum.publish.page.sections.participation_map import ranked


def contents(folder):
    return {p.name: p.read_bytes() for p in folder.iterdir()}


MAKERS = ("participation_page", "areas_csv", "offers_csv", "suppressed_csv", "_manifest")


@pytest.mark.parametrize("stop", [RuntimeError, KeyboardInterrupt, MemoryError, OSError])
@pytest.mark.parametrize("at", MAKERS)
def test_a_writer_that_fails_leaves_the_old_result_and_no_other_folder(
    folder, monkeypatch, at, stop
):
    result = run(folder)
    result.save(folder / "out")
    before, names = contents(folder / "out"), {p.name for p in folder.iterdir()}

    def fail(*arguments, **options):
        raise stop

    monkeypatch.setattr(writer, at, fail)
    with pytest.raises((stop, DataError)):
        result.save(folder / "out")
    assert contents(folder / "out") == before
    assert {p.name for p in folder.iterdir()} == names


@pytest.mark.parametrize("number", [1, 3, 5])
def test_a_full_disk_halfway_leaves_the_old_result(folder, monkeypatch, number):
    result = run(folder)
    result.save(folder / "out")
    before, names = contents(folder / "out"), {p.name for p in folder.iterdir()}
    real, calls = folders.Path.write_bytes, []

    def full(path, content):
        calls.append(path)
        if len(calls) == number:
            real(path, content[: len(content) // 2])
            raise OSError(28, "No space left on device")
        return real(path, content)

    monkeypatch.setattr(folders.Path, "write_bytes", full)
    with pytest.raises(DataError, match="Auf dem Datenträger ist kein Platz mehr"):
        result.save(folder / "out")
    monkeypatch.undo()
    assert contents(folder / "out") == before
    assert {p.name for p in folder.iterdir()} == names


def test_an_interruption_between_the_two_renames_puts_the_old_result_back(folder, monkeypatch):
    result = run(folder)
    result.save(folder / "out")
    before, names = contents(folder / "out"), {p.name for p in folder.iterdir()}
    real = folders.Path.rename

    def stop(path, target):
        if path.name.endswith(".neu"):
            raise KeyboardInterrupt
        return real(path, target)

    monkeypatch.setattr(folders.Path, "rename", stop)
    with pytest.raises(KeyboardInterrupt):
        result.save(folder / "out")
    monkeypatch.undo()
    assert contents(folder / "out") == before
    assert {p.name for p in folder.iterdir()} == names


def test_every_empty_field_has_its_sentence_and_none_has_a_number_of_persons(folder):
    (folder / "daten" / "kinder.csv").write_text(
        "bezirk;kinder\n01;100\n02;\n03;60\n04;60\n05;60\n", "utf-8"
    )
    result = run(folder)
    result.save(folder / "out")
    text = (folder / "out" / "gesperrt.csv").read_text(encoding="utf-8-sig")
    listed = list(csv.reader(text.splitlines(), delimiter=";"))
    assert listed[0] == ["Wo", "Begründung"]
    empty = (result.released.areas["status"] != "ok").sum()
    empty += (result.released.offers["status"] != "ok").sum()
    assert len(listed) - 1 == empty > 0
    for where, reason in listed[1:]:
        assert where in reason
        assert not re.search(r"\d", reason.replace(where, ""))


def test_the_page_says_direction_bounds_withheld_method_and_sources(folder):
    run(folder).save(folder / "out")
    html = (folder / "out" / "teilnahme.html").read_text(encoding="utf-8")
    for said in (
        "Höher bedeutet",
        "in mindestens 95 von 100 Feldern",
        "Was nicht gezeigt ist",
        "Quellen",
    ):
        assert said in html
    assert "anmeldungen.csv" in html and str(folder) not in html
    assert "default-src 'none'" in html
    assert "http" not in html.replace("http-equiv", "").replace("http://www.w3.org/", "")


def test_names_on_the_page_are_text_and_nothing_else(folder):
    bad = '<img src=x onerror="alert(1)">=1+1'
    path = folder / "daten" / "kinder.csv"
    quoted = bad.replace('"', '""')
    path.write_text(
        f'bezirk;kinder;name\n01;100;"{quoted}"\n02;80;Süd\n03;60;A\n04;60;B\n05;60;C\n',
        encoding="utf-8",
    )
    config = folder / "teilnahme.toml"
    told = config.read_text(encoding="utf-8").replace(
        'key = "bezirk"', 'name = "name"\nkey = "bezirk"'
    )
    config.write_text(told, encoding="utf-8")
    run(folder).save(folder / "out")
    html = (folder / "out" / "teilnahme.html").read_text(encoding="utf-8")
    assert "<img" not in html and "&lt;img" in html and "Süd" in html
    table = (folder / "out" / "teilnahme_gebiete.csv").read_text(encoding="utf-8-sig")
    assert "Süd" in table and "\n=" not in table and ";=" not in table


def test_title_and_sources_are_text_in_the_method_file_too(folder):
    config = folder / "teilnahme.toml"
    bad = "<script>x</script> [Klick](http://127.0.0.1)"
    told = config.read_text(encoding="utf-8").replace('title = "Probe"', f'title = "{bad}"')
    config.write_text(f'sources = ["{bad}"]\n{told}', encoding="utf-8")
    run(folder).save(folder / "out")
    method = (folder / "out" / "methode.md").read_text(encoding="utf-8")
    assert "<script" not in method and "[Klick]" not in method
    assert method.count("&lt;script&gt;") == 2


def test_the_manifest_holds_the_hash_of_every_file(folder):
    import hashlib

    run(folder).save(folder / "out")
    manifest = json.loads((folder / "out" / "manifest.json").read_text(encoding="utf-8"))
    others = {n: c for n, c in contents(folder / "out").items() if n != "manifest.json"}
    assert manifest["outputs"] == {n: hashlib.sha256(c).hexdigest() for n, c in others.items()}


def test_a_share_has_a_decimal_only_below_ten_per_cent():
    assert [page._digits(share) for share in (0.3, 0.255, 0.07, 0.075, 1.0)] == [0, 0, 0, 1, 0]


def test_bounds_that_are_printed_alike_are_not_printed():
    assert page._bounds(0.141, 0.143) == "" and "14 bis 15" in page._bounds(0.141, 0.148)


def test_areas_with_shapes_are_drawn_with_their_names_dark_where_fewest_take_part(folder):
    squares = [box(1000 * n, 0, 1000 * n + 1000, 1000) for n in range(4)]
    columns = {"bezirk": ["01", "02", "03", "04"], "heisst": ["Nord", "Süd", "Ost", "West"]}
    shapes = gpd.GeoDataFrame(columns, geometry=squares, crs=25832)
    shapes.to_file(folder / "daten" / "bezirke.gpkg", driver="GPKG")
    config = folder / "teilnahme.toml"
    told = config.read_text(encoding="utf-8").replace(
        'key = "bezirk"', 'key = "bezirk"\nshapes = "bezirke.gpkg"\nshapes_name = "heisst"'
    )
    config.write_text(told, encoding="utf-8")
    result = run(folder)
    assert any("keinen Umriss: 05" in p.message for p in result.problems)
    result.save(folder / "out")
    html = (folder / "out" / "teilnahme.html").read_text(encoding="utf-8")
    drawn = json.loads(re.search(r'id="daten">(.*?)</script>', html, re.DOTALL)[1])
    (ground,), section = drawn["grounds"], drawn["sections"][0]
    assert ground["names"] == columns["heisst"]
    rates = result.released.areas.query("age == 'all'").set_index("key")["rate"].iloc[:]
    all_ages = section["variants"][0]
    dark = {code: rgb(colour)[0] for code, colour in all_ages["fills"].items() if len(colour) > 1}
    shown = [(rates[key], code) for key, code in zip(columns["bezirk"], all_ages["codes"], strict=True)
             if key in rates.dropna().index]  # fmt: skip
    assert len(shown) >= 2
    told = check_grammar(html, days=["31.12.2024"])
    assert set(told.values()) == {"Dunkel = wenige erreicht, hell = viele erreicht."}
    for (one, code), (other, second) in itertools.combinations(shown, 2):
        assert (one - other) * (dark[code] - dark[second]) >= 0
    assert "Nord" in html


def test_the_ranking_begins_where_fewest_take_part(folder):
    released = run(folder).released
    rates = released.areas.query("age == 'all'").set_index(["area_set", "key"])["rate"]
    name = next(iter(released.area_sets))
    first, *places = ranked(released, name)
    assert first[0] == "city" and len(places) == len(released.areas[["area_set", "key"]]
                                                     .drop_duplicates()) - 1  # fmt: skip
    known = [rates[p] for p in places if rates[p] == rates[p]]
    assert known == sorted(known)


@pytest.mark.browser
def test_the_page_asks_nobody_for_anything_and_fits_a_telephone(folder):
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("needs a Chromium")
    run(folder).save(folder / "out")
    shot = folder / "bild.png"
    done = subprocess.run(
        [
            chromium, "--headless", "--no-sandbox", "--disable-gpu", f"--screenshot={shot}",
            "--window-size=400,900", (folder / "out" / "teilnahme.html").as_uri(),
        ],
        capture_output=True, check=False, timeout=60,
    )  # fmt: skip
    assert shot.stat().st_size > 10_000, done.stderr
    assert b"Refused" not in done.stderr
