"""Areas that nothing tells apart: `check` says so, a build of published input stops with the same."""

import geopandas as gpd
import pytest
from shapely.geometry import box
from wrong_values import BASE, toml, write_city

import sozialraum
from sozialraum import check_build
from sozialraum.model.errors import SozialraumError

ALIKE = ("index.constant", "index.too_few_values")


def of_check(file, severity):
    """Return what `check` says about areas that are alike."""
    found = [p for p in check_build(file) if p.severity == severity and p.code in ALIKE]
    return sorted((p.code, p.column) for p in found)


def published(file):
    """Make the input of a build published as it is."""
    text = file.read_text(encoding="utf-8")
    file.write_text(text + '\n[disclosure]\npublished_input = true\nreason = "Jahrbuch"\n', "utf-8")
    return file


def refused(file):
    with pytest.raises(SozialraumError) as caught:
        sozialraum.build(file)
    return sorted((p.code, p.column) for p in caught.value.problems if p.severity == "error")


def strips(folder, counts):
    """Write a build whose areas are strips from north to south that cut across all squares."""
    write_city(folder)
    wide = 2500 / len(counts)
    shapes = [
        box(400_000 + wide * n, 5_800_000, 400_000 + wide * (n + 1), 5_802_500)
        for n in range(len(counts))
    ]
    keys = [f"B{n}" for n in range(len(counts))]
    layer = gpd.GeoDataFrame({"block": keys}, geometry=shapes, crs="EPSG:25833")
    layer.to_file(folder / "bloecke.gpkg", driver="GPKG")
    rows = [f"{k};{a};{b};{n};{6 * n}" for k, (a, b, n) in zip(keys, counts, strict=True)]
    (folder / "bloecke.csv").write_text(
        "\n".join(["block;arm;kita;kinder;einwohner", *rows]), encoding="utf-8"
    )
    areas = BASE["areas"] | {"bloecke": {"file": "bloecke.gpkg", "key": "block"}}
    tables = [{"file": "bloecke.csv", "areas": "bloecke", "key": "block"}]
    join = {"source": "bloecke", "target": "felder", "method": "areal"}
    file = folder / "bau.toml"
    file.write_text(toml(BASE | {"areas": areas, "tables": tables, "join": join}), "utf-8")
    return file


ONE_FOR_ALL = [("index.constant", "armut"), ("index.constant", "kita")]


@pytest.mark.parametrize(
    ("counts", "told"),
    [
        ([(3000, 6000, 12_000)], ONE_FOR_ALL),
        ([(300, 600, 1200), (500, 1000, 2000), (700, 1400, 2800)], ONE_FOR_ALL),
        ([(300, 600, 1200), (500, 900, 2000)], [("index.constant", "armut")]),
    ],
)
def test_a_join_that_leaves_all_areas_alike_is_refused_by_both(counts, told, tmp_path):
    file = strips(tmp_path, counts)
    assert of_check(file, "warning") == told
    file = published(file)
    assert of_check(file, "error") == refused(file) == told


def test_fewer_different_areas_than_classes_are_refused_by_both(tmp_path):
    counts = [(300, 600, 1200), (700, 900, 2000)]
    file = strips(tmp_path, counts)
    text = file.read_text(encoding="utf-8").replace("classes = {}", 'classes = {method = "jenks"}')
    file.write_text(text, encoding="utf-8")
    assert of_check(file, "warning") == [("index.too_few_values", None)]
    assert of_check(published(file), "error") == refused(file) == [("index.too_few_values", None)]


def test_a_table_without_a_join_is_looked_at_alike(tmp_path):
    write_city(tmp_path)
    rows = [f"{n:02d};{10 * n};{20 * n + n % 7};{40 * n};{240 * n}" for n in range(20, 45)]
    keys = [f"{n:02d}" for n in range(1, 26)]
    rows = [";".join([k, *r.split(";")[1:]]) for k, r in zip(keys, rows, strict=True)]
    (tmp_path / "zahlen.csv").write_text(
        "\n".join(["feld;arm;kita;kinder;einwohner", *rows]), encoding="utf-8"
    )
    file = tmp_path / "bau.toml"
    file.write_text(toml(BASE), encoding="utf-8")
    assert of_check(file, "warning") == [("index.constant", "armut")]
    assert of_check(published(file), "error") == refused(file) == [("index.constant", "armut")]
