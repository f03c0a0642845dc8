"""Kreise and regions: keys, words of the place, rows of larger areas from the same counts."""

import re
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from small_build import counts, write_build, write_town

from sozialraum.config import read_build
from sozialraum.model.errors import ConfigError, DataError
from sozialraum.publish.page.page_data import page_data
from sozialraum.publish.papers.report_data import report_data
from sozialraum.publish.published_numbers import indicator_figures
from sozialraum.publish.wording import shown_number
from sozialraum.texts import _read, catalogue, speaking_of
from sozialraum.workflows.build.building import build
from sozialraum.workflows.show.larger_areas import level_rows
from sozialraum.workflows.show.saved import open_result

CONFIG = Path(__file__).parents[1] / "config" / "landkreis_musterland.toml"
WORDS = ("Gemeinde", "Landkreis", "Region")
MARKED = re.compile("\u27e8([^\u27e9]*)\u27e9")


def texts(entry):
    for one in entry.values() if isinstance(entry, dict) else entry:
        if isinstance(one, str):
            yield one
        elif isinstance(one, dict | list):
            yield from texts(one)


def rooms(lang):
    folder = Path(__file__).parents[1] / "sozialraum" / "texts" / lang
    return sorted(p.stem for p in folder.glob("*.toml") if p.stem != "places")


@pytest.mark.parametrize("lang", ["de", "en"])
def test_every_marked_phrase_has_its_form_for_every_place_and_none_is_idle(lang):
    used = {m for room in rooms(lang) for t in texts(_read(room, lang)) for m in MARKED.findall(t)}
    for word in WORDS:
        assert set(_read("places", lang)[word]) == used


@pytest.mark.parametrize("word", ["Stadt", *WORDS])
def test_no_mark_is_left_whatever_the_place_is(word):
    with speaking_of(word):
        for lang in ("de", "en"):
            assert not any(
                "\u27e8" in t for room in rooms(lang) for t in texts(catalogue(room, lang))
            )


def test_the_words_of_a_place_end_with_it():
    with speaking_of("Landkreis"):
        assert "Landkreis" in str(catalogue("publish")["page"])
    assert "Landkreis" not in str(catalogue("publish")["page"])


@pytest.mark.parametrize(
    ("ags", "word"),
    [
        ("'09463000'", "Stadt"), ("'09473'", "Landkreis"), ("['09463000', '09473']", "Region"),
        ("'09473'\nplace_word = 'Region'", "Region"),
    ],
)  # fmt: skip
def test_the_word_of_the_place_follows_from_its_keys(tmp_path, ags, word):
    file = write_build(write_town(tmp_path))
    text = file.read_text("utf-8").replace('"09999000"', ags)
    file.write_text(text, "utf-8")
    assert read_build(file).place_kind == word


@pytest.mark.parametrize("ags", ["'9473'", "['09463000', '0947']", "'99473'", "9473000"])
def test_what_is_no_key_of_a_gemeinde_or_kreis_is_refused(tmp_path, ags):
    file = write_build(write_town(tmp_path))
    file.write_text(file.read_text("utf-8").replace('"09999000"', ags), "utf-8")
    with pytest.raises(ConfigError) as caught:
        read_build(file)
    assert {p.key for p in caught.value.problems} == {"ags"}


LEVELS = '[[levels]]\nparent = "gross"\nof = "counts"\n'
OPEN = 'published_input = true\nreason = "erfunden"\n'


def leveled(folder, *, table=None, ledger=OPEN):
    """Write a town of 30 districts in three larger areas; return the build file."""
    import geopandas as gpd

    write_town(folder, table)
    path = folder / "daten" / "D.gpkg"
    areas = gpd.read_file(path)
    areas["g"] = ["A", "B", "C"] * 10
    areas.to_file(path)
    file = write_build(folder, ledger=ledger)
    text = file.read_text("utf-8").replace(
        '[areas.D]\nfile = "D.gpkg"\nkey = "nr"\nname = "name"\n',
        '[areas.D]\nfile = "D.gpkg"\nkey = "nr"\nname = "name"\nparents = { gross = "g" }\n',
    )
    file.write_text(text.replace("[disclosure]", f"{LEVELS}[disclosure]"), "utf-8")
    return file


def test_a_row_is_the_share_of_the_sums_and_no_mean_of_shares(tmp_path):
    table = build(leveled(tmp_path)).levels()["gross"].set_index("key")
    block = counts()
    district = block.groupby(np.arange(60) // 2).sum()
    sums = district.groupby(["A", "B", "C"] * 10).sum()
    assert table["armut"].to_dict() == pytest.approx((sums.arm / sums.kinder).to_dict(), abs=1e-6)
    assert table["armut_told"].eq(1).all() and table["areas"].eq(10).all()
    # three areas are too few for five classes, the scale of the build still gives an index
    assert table["index"].notna().all() and table["class"].isna().all()


def test_a_part_that_was_not_delivered_makes_the_sum_unknown_and_is_named(tmp_path):
    block = counts().astype(object)
    block.loc["00", "arm"], block.loc["01", "arm"] = None, None
    table = build(leveled(tmp_path, table=block)).levels()["gross"].set_index("key")
    assert np.isnan(table.at["A", "armut"]) and table.at["A", "missing"] == "D00"
    assert table["armut"].notna().sum() == 2 and np.isnan(table.at["A", "index"])


def test_protected_sums_are_functions_of_what_is_told(tmp_path):
    block = counts()
    other = block.copy()
    one = build(leveled(tmp_path / "a", table=block, ledger="")).levels()["gross"]
    # 7 and 8 of the same base lie in one window, so the rows do not differ
    result = build(leveled(tmp_path / "b", table=other, ledger=""))
    today = result.measured["2024-12-31"].table
    sums = today.middle["armut"].groupby(["A", "B", "C"] * 10).sum()
    base = today.base["armut"].groupby(["A", "B", "C"] * 10).sum()
    assert one.set_index("key")["armut"].to_dict() == pytest.approx(
        (sums / base).to_dict(), abs=1e-6
    )


def test_the_table_is_written_with_the_build(tmp_path):
    build(leveled(tmp_path)).save(tmp_path / "out")
    table = pd.read_csv(tmp_path / "out" / "ebene_gross.csv", sep=";", decimal=",")
    assert table["key"].tolist() == ["A", "B", "C"] and {"armut", "hzs"} <= set(table)


def test_page_papers_and_show_have_the_same_rows_of_larger_areas_and_of_the_whole(tmp_path):
    file = leveled(tmp_path)
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace('of = "counts"\n', 'of = "counts"\nlabel = "Teile"\n'), "utf-8")
    result = build(file)
    (level,) = page_data(result.release)["levels"]
    rows = {row[0]: row for row in level["editions"][-1]}
    figure = indicator_figures(result.release)["armut"]
    block = counts()
    parts = block.groupby(np.repeat(["A", "B", "C"] * 10, 2)).sum()
    for key, part in parts.iterrows():
        assert rows[key][1] == "10"
        assert shown_number(part.arm / part.kinder, figure) in rows[key], key
    # the whole is formed of all counts, never the mean of its parts
    last = level["editions"][-1][-1]
    everyone = block.arm.sum() / block.kinder.sum()
    assert (last[1], last[2:4]) == ("30", ("–", "–"))
    assert shown_number(everyone, figure) in last
    result.save(tmp_path / "out")
    shown = level_rows(open_result(tmp_path / "out"), "gross")
    assert [list(row) for row in shown.rows] == [list(row) for row in level["editions"][-1]]
    (paper,) = report_data(result.release)["levels"]
    assert paper["rows"] == shown.rows
    with pytest.raises(DataError) as error:
        level_rows(open_result(tmp_path / "out"), "kreis")
    assert [p.code for p in error.value.problems] == ["pipeline.no_level"]


def test_a_build_without_levels_has_no_switch(tmp_path):
    file = leveled(tmp_path)
    text = file.read_text(encoding="utf-8").replace(LEVELS, "")
    file.write_text(text, encoding="utf-8")
    release = build(file).release
    assert "levels" not in page_data(release)
    assert report_data(release)["levels"] == []


PRINTED = ("publish", "pipeline", "privacy", "participation", "planning", "index", "insight", "cli")


@pytest.mark.parametrize("room", PRINTED)
def test_no_printed_text_speaks_of_a_town_without_saying_so_by_place(room):
    plain = [MARKED.sub("", text) for text in texts(_read(room, "de"))]
    assert [text for text in plain if re.search("[Ss]t(a|ä)dt", text)] == []


EVERY = (
    "karte", "csv", "parquet", "xlsx", "geopackage", "methode", "bericht", "steckbriefe", "karten",
    "kommonitor", "metadaten", "vorlage", "folien", "cockpit",
)  # fmt: skip


def words_in(path):
    """Return the words of an output, of whatever form."""
    if path.suffix == ".pdf":
        pdf = subprocess.run(["pdftotext", path, "-"], capture_output=True, check=True)
        return pdf.stdout.decode("utf-8")
    if path.suffix in (".xlsx", ".docx", ".pptx"):
        with zipfile.ZipFile(path) as parts:
            names = [n for n in parts.namelist() if n.endswith(".xml")]
            return " ".join(parts.read(n).decode("utf-8") for n in names)
    if path.suffix in (".gpkg", ".parquet", ".png"):
        return path.read_bytes().decode("utf-8", errors="ignore")
    text = path.read_text(encoding="utf-8")
    # names of classes in styles and scripts are read by nobody; what pages draw is JSON
    return re.sub(r"<style>.*?</style>|<script>.*?</script>", "", text, flags=re.S)


def test_the_terminal_speaks_of_the_county_too(tmp_path):
    build(CONFIG).save(tmp_path / "out", files=("csv",))
    for more in ([], ["--area", "1001"], ["--level", "gemeinde"]):
        words = [sys.executable, "-m", "sozialraum", "show", str(tmp_path / "out"), *more]
        done = subprocess.run(words, capture_output=True, encoding="utf-8", check=True)
        assert "Landkreis" in done.stdout
        told = re.sub(r"[A-ZÄÖÜ]\w*stadt [0-9]+", "", done.stdout)
        assert re.findall(r".{0,30}[Ss]tadt.{0,20}", told) == []


def test_the_demo_county_has_no_town_outside_names_in_any_output(tmp_path):
    result = build(CONFIG)
    result.save(tmp_path / "out", files=EVERY)
    names = sorted(result.release.areas["name"].astype(str), key=len, reverse=True)
    quarters = {re.sub(r" [0-9]+$", "", name) for name in names}
    keys = ["musterstadt", "stadtteil"]  # a folder and a column, as the office names them
    own = re.compile("|".join(map(re.escape, [*names, *quarters, *keys])))
    outputs = [p for p in sorted((tmp_path / "out").rglob("*")) if p.is_file()]
    assert {p.suffix for p in outputs} >= {".html", ".pdf", ".xlsx", ".docx", ".pptx", ".csv"}
    for path in outputs:
        # lines are broken within names in papers
        told = own.sub("", " ".join(words_in(path).split()))
        found = re.findall(r".{0,30}[Ss]tadt.{0,20}", told)
        assert found == [], (path.name, found[:3])
