"""KomMonitor both ways, the catalogue description, and maps inside a notebook."""

import json
import re

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from publish.folders import write_all
from publish.sample import sample_release

from sozialraum.model.errors import DataError
from sozialraum.publish.manifest import sha256
from sozialraum.publish.page.notebook import choropleth, notebook_html
from sozialraum.publish.tables.kommonitor import read_kommonitor, write_kommonitor
from sozialraum.publish.tables.metadata import write_metadata


@pytest.fixture(scope="module")
def release():
    return sample_release(years=2)


def test_what_kommonitor_gets_is_what_was_published(release, tmp_path):
    written = {p.name: p for p in write_kommonitor(release, tmp_path)}
    assert set(written) == {
        "index.csv",
        "armut.csv",
        "allein.csv",
        "kita.csv",
        "hze.csv",
        "gebiete.geojson",
    }
    lines = written["index.csv"].read_text(encoding="utf-8").split("\n")
    assert lines[0].strip() == "ID;NAME;DATE_2023-12-31;DATE_2024-12-31"
    assert "," not in lines[1] and lines[1].startswith("09760001;Altstadt 1;0.")
    back = read_kommonitor(written["armut.csv"])
    for edition in release.editions:
        pd.testing.assert_series_equal(
            back[edition.stichtag], edition.values["armut"], check_names=False
        )
    assert np.isnan(back.at["09760004", "2024-12-31"])  # withheld, so not there


def test_the_geojson_for_kommonitor_has_id_name_dates_and_no_gap(release, tmp_path):
    [path] = [p for p in write_kommonitor(release, tmp_path) if p.suffix == ".geojson"]
    areas = gpd.read_file(path)
    assert list(areas.columns) == ["ID", "NAME", "DATE_2023-12-31", "DATE_2024-12-31", "geometry"]
    assert areas.crs.to_epsg() == 4326 and shapely.coverage_is_valid(areas.geometry.to_numpy())
    pd.testing.assert_series_equal(
        read_kommonitor(path)["2024-12-31"], release.current.table["index"], check_names=False
    )


def test_a_kommonitor_table_with_doubtful_cells_is_refused_with_every_row(tmp_path):
    path = tmp_path / "zeitreihe.csv"
    path.write_text(
        "ID;NAME;DATE_2023-12-31\n01;A;1.5\n02;B;1.234,5\n03;C;.\n03;C;\n", encoding="utf-8"
    )
    with pytest.raises(DataError) as error:
        read_kommonitor(path)
    assert [(p.row, p.key, p.found) for p in error.value.problems] == [
        (5, "03", None),
        (3, "02", "1.234,5"),
        (4, "03", "."),
    ]


def test_a_table_that_is_not_from_kommonitor_is_refused(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("key;value\n1;2\n", encoding="utf-8")
    with pytest.raises(DataError, match="ID") as error:
        read_kommonitor(path)
    assert len(error.value.problems) == 2


def test_the_catalogue_description_names_period_place_licence_and_every_file(release, tmp_path):
    write_all(release, tmp_path / "out", files=("csv", "karte"))
    write_metadata(
        release, tmp_path / "out" / "metadaten.json", ags=("09999000",), licence="dl-by-de/2.0"
    )
    body = json.loads((tmp_path / "out" / "metadaten.json").read_text(encoding="utf-8"))
    assert body["@type"] == "dcat:Dataset" and body["dct:title"]["@value"] == "Sozialraumindex 2024"
    assert body["dct:temporal"]["dcat:startDate"]["@value"] == "2023-12-31"
    assert body["dcatde:politicalGeocodingURI"]["@id"].endswith("municipalityKey/09999000")
    files = {d["dct:title"]: d for d in body["dcat:distribution"]}
    assert set(files) == {"index.csv", "karte.html", "pruefbericht.html"}
    assert files["index.csv"]["spdx:checksum"]["spdx:checksumValue"] == sha256(
        tmp_path / "out" / "index.csv"
    )
    assert all(
        d["dct:license"]["@id"] == "http://dcat-ap.de/def/licenses/dl-by-de/2.0"
        for d in files.values()
    )
    outline = shapely.from_wkt(body["dct:spatial"]["locn:geometry"]["@value"])
    assert outline.covers(shapely.box(*release.areas.to_crs(4326).total_bounds).buffer(-1e-4))


def test_no_licence_is_claimed_that_the_town_has_not_granted(release, tmp_path):
    write_all(release, tmp_path / "out", files=("csv", "metadaten"))
    body = json.loads((tmp_path / "out" / "metadaten.json").read_text(encoding="utf-8"))
    assert not [d for d in body["dcat:distribution"] if "dct:license" in d]
    assert body["dct:accessRights"]["@id"].endswith("/PUBLIC")
    facts = {"plan": {"ags": "09999000", "output": {"licence": "dl-zero-de/2.0"}}}
    write_all(release, tmp_path / "out", files=("csv", "metadaten"), facts=facts)
    body = json.loads((tmp_path / "out" / "metadaten.json").read_text(encoding="utf-8"))
    licences = {d["dct:license"]["@id"] for d in body["dcat:distribution"]}
    assert licences == {"http://dcat-ap.de/def/licenses/dl-zero-de/2.0"}
    for d in body["dcat:distribution"]:
        assert d["dcat:accessURL"] == d["dcat:downloadURL"] == {"@id": d["dct:title"]}


def test_an_internal_build_is_described_as_not_public(tmp_path):
    write_all(sample_release(level="intern"), tmp_path / "out", files=("csv", "metadaten"))
    body = json.loads((tmp_path / "out" / "metadaten.json").read_text(encoding="utf-8"))
    assert body["dct:accessRights"]["@id"].endswith("/NON_PUBLIC")


def test_a_notebook_gets_the_page_in_a_frame_that_cannot_reach_out(release):
    frame = notebook_html(release)
    assert frame.startswith("<iframe ") and "allow-same-origin" not in frame
    assert re.findall(r'\ssrc="', frame) == []


def test_a_choropleth_shows_each_class_and_the_missing_ones(release):
    table = release.current.table
    picture = choropleth(release.areas, table, title="<b>Index</b>")
    counts = {label: n for _, label, n in picture.legend}
    expected = {str(int(k)): int(v) for k, v in table["class"].value_counts().items()} | {
        "–": int(table["class"].isna().sum())
    }
    assert counts == expected
    shown = picture._repr_html_()
    assert shown.startswith("<iframe ") and "<b>" not in shown
    assert re.findall(r'\ssrc="', shown) == []
    with pytest.raises(ValueError, match="klasse"):
        choropleth(release.areas, table, column="klasse")
    with pytest.raises(ValueError, match="class numbers"):
        choropleth(release.areas, table, column="index")
    with pytest.raises(ValueError, match="unknown"):
        choropleth(release.areas.iloc[1:], table)


@pytest.mark.browser
def test_a_choropleth_is_drawn_in_a_notebook_without_a_request(visit, release, tmp_path):
    path = tmp_path / "notebook.html"
    picture = choropleth(release.areas, release.current.table, title="Index")
    path.write_text(
        f'<!DOCTYPE html><html data-fertig="1"><title>x</title>{picture._repr_html_()}</html>',
        encoding="utf-8",
    )
    with visit(path) as seen:
        inner = seen.page.frames[1]
        inner.wait_for_selector("html[data-fertig]")
        fills = inner.eval_on_selector_all(
            "path.leaflet-interactive", "all => all.map(p => p.getAttribute('fill'))"
        )
        assert sorted(fills) == sorted(c for c, _, n in picture.legend for _ in range(n))
        assert [u for u in seen.requests if not u.startswith(("file:", "about:"))] == []
        assert seen.console == []


@pytest.mark.browser
def test_the_page_works_inside_the_frame_of_a_notebook(visit, release, tmp_path):
    path = tmp_path / "notebook.html"
    path.write_text(
        f'<!DOCTYPE html><html data-fertig="1"><title>x</title>{notebook_html(release)}</html>',
        encoding="utf-8",
    )
    with visit(path) as seen:
        seen.page.wait_for_timeout(800)
        inner = seen.page.frames[1]
        assert inner.locator("#klassen button").count() >= 5
        assert inner.locator("path.gebiet").count() >= 26
        assert [
            u for u in seen.requests if not u.startswith(("file:", "about:"))
        ] == [] and seen.console == []
