"""The grid of the census: each cell in its place, each number by key, nobody invented or lost."""

import zipfile

import geopandas as gpd
import numpy as np
import pytest
from shapely import box
from shared_data import shared

from sozialraum import space
from sozialraum.config import read_build
from sozialraum.model.errors import DataError
from sozialraum.sources.delivery import read_delivery
from sozialraum.sources.spatial.census_grid import (
    cells_as_areas,
    cells_as_raster,
    corners_of,
    read_cells,
)

E, N = 4_337_000, 2_689_000
SAMPLES = "sketches/turn2/forms/samples"


def number(e, n, size=100):
    return f"CRS3035RES{size}mN{n}E{e}"


def row(e, n, *values, size=100):
    middle = f"{e + size // 2};{n + size // 2}"
    return f"{number(e, n, size)};{middle};" + ";".join(map(str, values)) + "\n"


HEAD = "GITTER_ID_100m;x_mp_100m;y_mp_100m;Einwohner\n"
PEOPLE = {(0, 0): "4", (100, 0): "11", (0, 100): "–", (5000, 5000): "77"}


def people_file(folder, name="bevoelkerung.csv", rows=None):
    rows = rows or [row(E + x, N + y, v) for (x, y), v in PEOPLE.items()]
    (folder / name).write_text(HEAD + "".join(rows), encoding="utf-8")
    return folder / name


def test_published_numbers_of_cells_say_their_corner():
    # the 10 km cell and the 100 m cell that the public readers of the census test with
    ids = ["CRS3035RES10000mN2680000E4330000", "CRS3035RES100mN2689100E4337000", "100mN26891E43370"]
    east, north, size = corners_of(np.array(ids, dtype=object))
    assert east.tolist() == [4_330_000, 4_337_000, 4_337_000]
    assert north.tolist() == [2_680_000, 2_689_100, 2_689_100]
    assert size.tolist() == [10_000, 100, 100]
    # their middles, as in the files
    assert (east[0] + 5000, north[0] + 5000) == (4_335_000, 2_685_000)


@pytest.mark.parametrize(
    ("file", "level", "values"),
    [
        ("zensus2022_bevoelkerung_100m.csv", "100m", {"Einwohner": ["4", "11", "–"]}),
        ("zensus2022_alter_1km.csv", "1km", {"Durchschnittsalter": ["36,75", "39,78", "–"]}),
        ("zensus2022_haushalte_10km.csv", "10km", {"Insgesamt_Haushalte": ["143", "50"]}),
    ],
)
def test_the_three_sizes_of_cells_are_read_as_delivered(file, level, values):
    path = shared(f"{SAMPLES}/{file}")
    cells = read_cells(path)
    assert cells.size == {"100m": 100, "1km": 1000, "10km": 10_000}[level]
    for name, texts in values.items():
        assert cells.columns[name].tolist() == texts


def test_only_cells_of_the_box_are_read_and_know_their_row(tmp_path):
    cells = read_cells(people_file(tmp_path), bounds=(E, N, E + 200, N + 200))
    assert dict(zip(cells.ids, cells.lines, strict=True)) == {
        number(E, N): 2, number(E + 100, N): 3, number(E, N + 100): 4,
    }  # fmt: skip
    assert cells.total == 4
    # a cell that only touches the box is outside
    assert len(read_cells(people_file(tmp_path), bounds=(E + 200, N, E + 300, N + 100)).ids) == 0


def test_cells_are_squares_in_the_system_of_the_census(tmp_path):
    areas = cells_as_areas(read_cells(people_file(tmp_path)), "EPSG:3035")
    assert areas.area.tolist() == [10_000.0] * 4
    assert areas.geometry[number(E, N)].bounds == (E, N, E + 100, N + 100)


def test_the_form_of_2011_is_read_too(tmp_path):
    file = tmp_path / "a.csv"
    text = "Gitter_ID_100m;x_mp_100m;y_mp_100m;Einwohner\n100mN26891E43370;4337050;2689150;-1\n"
    file.write_text(text, encoding="utf-8")
    cells = read_cells(file)
    assert cells.ids.tolist() == ["100mN26891E43370"]
    assert np.isnan(cells_as_raster(cells).values).all()


def test_weights_are_zero_where_no_cell_stands_and_unknown_where_withheld(tmp_path):
    raster = cells_as_raster(read_cells(people_file(tmp_path), bounds=(E, N, E + 200, N + 200)))
    assert (raster.left, raster.top, raster.cell_width) == (E, N + 200, 100)
    # north first: the withheld cell above the one with 4 people
    assert np.array_equal(raster.values, [[np.nan, 0], [4, 11]], equal_nan=True)


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([row(E, N, 4), row(E, N, 4)], "sources.census_twice"),
        ([row(E, N, 4).replace(f"{E + 50}", f"{E + 150}")], "sources.census_place"),
        ([row(E, N, 4).replace("RES100m", "RES1000m")], "sources.census_place"),
        (["a;b;c;d\n"], "sources.census_broken"),
        ([f"{number(E, N)};1\n"], "sources.census_broken"),
    ],
)
def test_a_file_that_was_changed_is_refused(tmp_path, rows, code):
    with pytest.raises(DataError) as raised:
        read_cells(people_file(tmp_path, rows=rows))
    assert [p.code for p in raised.value.problems] == [code]


def test_other_tables_are_no_census(tmp_path):
    (tmp_path / "a.csv").write_text("block;kinder;arm\n1;2;3\n", encoding="utf-8")
    with pytest.raises(DataError) as raised:
        read_cells(tmp_path / "a.csv")
    assert [p.code for p in raised.value.problems] == ["sources.no_census_grid"]


def test_a_zip_of_a_theme_is_opened_at_the_wanted_size(tmp_path):
    with zipfile.ZipFile(tmp_path / "z.zip", "w") as archive:
        archive.writestr("Zensus2022_x_100m-Gitter.csv", HEAD + row(E, N, 4))
        head = HEAD.replace("100m", "1km")
        archive.writestr("Zensus2022_x_1km-Gitter.csv", head + row(E, N, 9, size=1000))
    assert read_cells(tmp_path / "z.zip", key="GITTER_ID_1km").columns["Einwohner"].tolist() == [
        "9"
    ]
    with pytest.raises(DataError) as raised:
        read_cells(tmp_path / "z.zip")
    assert [p.code for p in raised.value.problems] == ["sources.census_levels"]


# --- in a build -----------------------------------------------------------------------------------

BUILD = """
title = "Probe"
ags = "09761000"
stichtag = 2022-05-15
crs = "EPSG:3035"
orientation = "deprivation"

[areas.zellen]
grid = "bevoelkerung.csv"

[areas.sprengel]
file = "sprengel.gpkg"
key = "nr"

[[tables]]
file = "bevoelkerung.csv"
areas = "zellen"
key = "GITTER_ID_100m"

[[tables]]
file = "kinder.csv"
areas = "zellen"
key = "GITTER_ID_100m"
columns = { kinder = "unter18" }

[join]
source = "zellen"
target = "sprengel"
method = "areal"

[[indicators]]
id = "kinder"
label = "Kinder"
numerator = "kinder"
denominator = "Einwohner"
direction = "burden"
"""


def city(folder):
    people_file(folder)
    text = HEAD.replace("Einwohner", "unter18;werterlaeuternde_Zeichen") + row(E, N, 2, "KLAMMERN")
    (folder / "kinder.csv").write_text(text, encoding="utf-8")
    shapes = [box(E, N, E + 100, N + 200), box(E + 100, N, E + 200, N + 200)]
    gpd.GeoDataFrame({"nr": ["A", "B"]}, geometry=shapes, crs="EPSG:3035").to_file(
        folder / "sprengel.gpkg"
    )
    (folder / "b.toml").write_text(BUILD, encoding="utf-8")
    return read_build(folder / "b.toml")


def test_cells_are_areas_of_a_build_and_dashes_are_secret_not_zero(tmp_path):
    plan = city(tmp_path)
    delivery = read_delivery(plan, plan.root)
    assert [str(p) for p in delivery.problems if p.severity == "error"] == []
    cells = {number(E, N), number(E + 100, N), number(E, N + 100)}
    assert set(delivery.areas["zellen"].index) == cells
    frame = delivery.tables["2022-05-15"]["zellen"]
    status = delivery.status["2022-05-15"]["zellen"].astype(str)
    people = frame["Einwohner"]
    assert people[number(E, N)] == 4
    assert people[number(E + 100, N)] == 11
    assert np.isnan(people[number(E, N + 100)])
    assert status["Einwohner"][number(E, N + 100)] == "suppressed"
    # a cell that the table of children leaves out has none: a true zero
    assert frame["kinder"].to_dict() == {k: 2.0 * (k == number(E, N)) for k in cells}
    assert set(status["kinder"]) == {"ok"}
    found = {p.code for p in delivery.problems}
    assert {"sources.census_withheld", "sources.census_uncertain", "sources.census_absent"} <= found


def test_a_mean_of_a_cell_that_is_not_there_is_missing(tmp_path):
    plan = city(tmp_path)
    head = HEAD.replace("Einwohner", "Durchschnittsalter")
    (tmp_path / "kinder.csv").write_text(head + row(E, N, 36), encoding="utf-8")
    text = BUILD.replace('"unter18"', '"Durchschnittsalter"')
    (tmp_path / "b.toml").write_text(text, encoding="utf-8")
    plan = read_build(tmp_path / "b.toml")
    delivery = read_delivery(plan, plan.root)
    status = delivery.status["2022-05-15"]["zellen"]["kinder"].astype(str)
    assert status.value_counts().to_dict() == {"missing": 2, "ok": 1}


def test_persons_of_cells_are_weights_of_a_dasymetric_join(tmp_path):
    city(tmp_path)
    text = BUILD.replace(
        '[areas.zellen]\ngrid = "bevoelkerung.csv"',
        '[areas.zellen]\nfile = "bloecke.gpkg"\nkey = "nr"',
    )
    text = text.replace('method = "areal"', 'method = "dasymetric"\nraster = "bevoelkerung.csv"')
    tables = text[text.index("[[tables]]") : text.index("[join]")]
    text = text.replace(tables, '[[tables]]\nfile = "t.csv"\nareas = "zellen"\nkey = "nr"\n\n')
    block = gpd.GeoDataFrame({"nr": ["1"]}, geometry=[box(E, N, E + 200, N + 200)], crs="EPSG:3035")
    block.to_file(tmp_path / "bloecke.gpkg")
    (tmp_path / "t.csv").write_text("nr;Einwohner;kinder\n1;150;30\n", encoding="utf-8")
    (tmp_path / "b.toml").write_text(text, encoding="utf-8")
    plan = read_build(tmp_path / "b.toml")
    delivery = read_delivery(plan, plan.root)
    raster = delivery.rasters["bevoelkerung.csv"]
    assert np.nansum(raster.values) == 15
    joined = space.make_crosswalk(
        delivery.areas["zellen"], delivery.areas["sprengel"], method="dasymetric", raster=raster
    )
    moved = joined.apply(delivery.tables["2022-05-15"]["zellen"][["Einwohner"]])
    # 4 of 15 people live in A, 11 in B: 150 · 4/15 = 40 and 110
    assert moved["Einwohner"].round(9).to_dict() == {"A": 40.0, "B": 110.0}
