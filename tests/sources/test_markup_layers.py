"""GML as a WFS delivers it, and KML: as good as any other layer, or refused by name."""

import zipfile

import geopandas as gpd
import pytest
from shapely.geometry import box

from sozialraum.model.errors import DataError
from sozialraum.sources.spatial.geometry import read_areas
from sozialraum.sources.spatial.layers import layer_names, read_layer

KEYS = ("001", "002", "003")
NAMES = ("Altstadt", "Mühlbach", "Süd & West")
START = (560_000.0, 5_400_000.0)


def corners(x, y, turned=False, scale=1000):
    """Return a square as a posList; `turned` writes north before east."""
    ring = [(x, y), (x + scale, y), (x + scale, y + scale), (x, y + scale), (x, y)]
    return " ".join(f"{n} {e}" if turned else f"{e} {n}" for e, n in ring)


def gml(path, *, code=25832, turned=False, start=START, scale=1000, head="", extra="", outer=None):
    """Write areas as a WFS 2.0 answers: members with a name space of its own."""
    outer = outer or 'numberMatched="3" numberReturned="3" timeStamp="2024-05-02T10:00:00Z"'
    members = ""
    for i, (key, name) in enumerate(zip(KEYS, NAMES, strict=True)):
        ring = corners(start[0] + i * scale, start[1], turned, scale)
        members += f"""
  <wfs:member><ave:Stadtteil gml:id="DE_{i}"><ave:nummer>{key}</ave:nummer>
    <ave:name>{name.replace("&", "&amp;")}</ave:name>
    <ave:einwohner>{1200 + i}</ave:einwohner>
    <ave:geometrie><gml:MultiSurface srsName="urn:ogc:def:crs:EPSG::{code}" gml:id="G_{i}">
      <gml:surfaceMember><gml:Polygon gml:id="P_{i}"><gml:exterior><gml:LinearRing>
        <gml:posList>{ring}</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon>
      </gml:surfaceMember></gml:MultiSurface></ave:geometrie></ave:Stadtteil></wfs:member>"""
    path.write_text(
        f'<?xml version="1.0" encoding="UTF-8"?>\n{head}<wfs:FeatureCollection '
        'xmlns:wfs="http://www.opengis.net/wfs/2.0" xmlns:gml="http://www.opengis.net/gml/3.2" '
        'xmlns:ave="http://repository.gdi-de.org/schemas/adv/produkt/alkis-vereinfacht/2.0" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        'xsi:schemaLocation="http://www.opengis.net/wfs/2.0 http://127.0.0.1:9/wfs.xsd" '
        f"{outer}>{members}{extra}\n</wfs:FeatureCollection>\n",
        encoding="utf-8",
    )
    return path


def loaded(path):
    return read_areas(path, key="nummer", name="name", target_crs="EPSG:25832")


def test_a_gml_is_read_with_its_keys_its_names_its_counts_and_its_place(tmp_path):
    path = gml(tmp_path / "stadtteile.gml")
    areas = loaded(path)
    assert areas["name"].to_dict() == dict(zip(KEYS, NAMES, strict=True))
    assert tuple(areas.total_bounds) == (START[0], START[1], START[0] + 3000, START[1] + 1000)
    frame = read_layer(path)
    assert frame["einwohner"].tolist() == [1200, 1201, 1202]
    assert [p.name for p in tmp_path.iterdir()] == ["stadtteile.gml"]


# where east and north of the first corner stand in each system, by pyproj; a degree north first
@pytest.mark.parametrize(("code", "turned"), [(25832, False), (31467, True), (4326, True)])
def test_systems_that_write_north_first_are_in_the_same_place(code, turned, tmp_path):
    square = gpd.GeoSeries([box(*START, START[0] + 1000, START[1] + 1000)], crs="EPSG:25832")
    there = square.to_crs(f"EPSG:{code}").total_bounds
    path = gml(
        tmp_path / "s.gml", code=code, turned=turned, start=(there[0], there[1]),
        scale=there[3] - there[1],
    )  # fmt: skip
    middle = loaded(path).geometry.iloc[0].centroid
    assert middle.distance(square.iloc[0].centroid) < 200  # metres; turned it were 1,000 km


def test_several_kinds_of_features_are_several_layers(tmp_path):
    point = (
        '<wfs:member><ave:Kita gml:id="K"><ave:art>Kita</ave:art><ave:lage><gml:Point '
        'srsName="urn:ogc:def:crs:EPSG::25832" gml:id="KP"><gml:pos>560500 5400500</gml:pos>'
        "</gml:Point></ave:lage></ave:Kita></wfs:member>"
    )
    path = gml(tmp_path / "alles.gml", extra=point, outer='numberReturned="4"')
    assert sorted(layer_names(path)) == ["Kita", "Stadtteil"]
    with pytest.raises(DataError, match="Kita"):
        read_layer(path)
    assert read_layer(path, layer="Kita").geom_type.tolist() == ["Point"]


@pytest.mark.parametrize(
    ("outer", "code"),
    [
        ('numberMatched="1873" numberReturned="3"', "sources.cut_off"),
        ('numberMatched="unknown" numberReturned="3" next="http://127.0.0.1:9/?startIndex=3"',
         "sources.cut_off_unknown"),
    ],
)  # fmt: skip
def test_a_part_of_a_download_is_refused(outer, code, tmp_path):
    with pytest.raises(DataError) as refused:
        read_layer(gml(tmp_path / "s.gml", outer=outer))
    assert [p.code for p in refused.value.problems] == [code]


REFUSED = {
    "sources.service_error": '<ows:ExceptionReport xmlns:ows="o"><ows:Exception/>'
    "</ows:ExceptionReport>",
    "sources.declared_words": '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/hostname">]><a>&b;</a>',
    "sources.wrong_content": "Stadtteil;Einwohner\n001;12\n",
}


@pytest.mark.parametrize("suffix", [".gml", ".kml"])
@pytest.mark.parametrize("code", sorted(REFUSED))
def test_what_is_no_layer_is_refused_by_name(code, suffix, tmp_path):
    path = tmp_path / f"s{suffix}"
    path.write_text(REFUSED[code], encoding="utf-8")
    with pytest.raises(DataError) as refused:
        read_layer(path)
    assert [p.code for p in refused.value.problems] == [code]


@pytest.mark.parametrize("form", ["kml", "kmz", "zip"])
def test_a_kml_keeps_its_keys_and_says_nothing_of_how_a_globe_draws_it(form, tmp_path):
    squares = [box(9.0 + i / 100, 48.0, 9.01 + i / 100, 48.01) for i in range(3)]
    frame = gpd.GeoDataFrame(
        {"Name": NAMES, "nummer": KEYS, "einwohner": [7, 8, 9]}, geometry=squares, crs="EPSG:4326"
    )
    path = tmp_path / "bezirke.kml"
    frame.to_file(path, driver="LIBKML")
    if form != "kml":
        with zipfile.ZipFile(tmp_path / f"bezirke.{form}", "w") as packed:
            packed.write(path, "doc.kml")
        path = tmp_path / f"bezirke.{form}"
    areas = read_areas(path, key="nummer", name="Name", target_crs="EPSG:25832")
    assert areas["name"].to_dict() == dict(zip(KEYS, NAMES, strict=True))
    read = read_layer(path)
    assert read["einwohner"].tolist() == [7, 8, 9]
    assert not {"tessellate", "visibility", "altitudeMode", "timestamp"} & set(read.columns)
