"""``new --aus`` on folders with census grids: cells as areas, or their persons as weights."""

import zipfile

import geopandas as gpd
import numpy as np
import pytest
from shapely.geometry import box
from test_city_folders import built
from test_new_from_folder import answered, errors

from sozialraum.sources.recognise.census import census_key
from sozialraum.workflows.build.building import build
from sozialraum.workflows.build.delivery_reading import read
from sozialraum.workflows.check.checking import check_build
from sozialraum.workflows.new.making import look_below

E, N = 4_337_000, 2_689_000
SIDE, ACROSS = 1_000, 3  # metres of an area, areas in a row
KEYS = [f"{i + 1:02d}" for i in range(ACROSS * ACROSS)]
HEAD = "GITTER_ID_100m;x_mp_100m;y_mp_100m;Insgesamt_Bevoelkerung;Unter18;werterlaeuternde_Zeichen"


def areas(path, shift=0.0):
    """Write areas along the lines of the census grid, or shifted by some metres."""
    squares = [
        box(x, y, x + SIDE, y + SIDE)
        for i in range(len(KEYS))
        for x, y in [(E + shift + SIDE * (i % ACROSS), N + SIDE * (i // ACROSS))]
    ]
    names = [f"Viertel {chr(65 + i)}" for i in range(len(KEYS))]
    frame = gpd.GeoDataFrame({"NR": KEYS, "NAME": names}, geometry=squares, crs="EPSG:3035")
    frame.to_file(path)


def cells(seed=4):
    """Return (cell, people, children) and the true sums of each area; around the city too."""
    rng = np.random.default_rng(seed)
    rows, people, children = [], dict.fromkeys(KEYS, 0), dict.fromkeys(KEYS, 0)
    for i in range(-3, 33):
        for j in range(-3, 33):
            n = int(rng.integers(0, 60))
            young = int(rng.binomial(n, 0.1 + 0.02 * (i // 10) + 0.03 * (j // 10)))
            if not n:
                continue
            east, north = E + 100 * i, N + 100 * j
            rows.append((east, north, n, young))
            if 0 <= i < 30 and 0 <= j < 30:
                key = KEYS[ACROSS * (j // 10) + i // 10]
                people[key] += n
                children[key] += young
    return rows, people, children


def grid(rows, head=HEAD, columns=2):
    lines = [head]
    for east, north, *values in rows:
        given = ";".join(map(str, values[:columns]))
        lines.append(f"CRS3035RES100mN{north}E{east};{east + 50};{north + 50};{given};")
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("packed", [False, True])
def test_cells_of_the_census_are_the_areas_with_numbers(packed, tmp_path):
    rows, people, children = cells()
    areas(tmp_path / "viertel.gpkg")
    if packed:
        with zipfile.ZipFile(tmp_path / "Alter.zip", "w") as archive:
            archive.writestr("Zensus2022_Alter_100m-Gitter.csv", grid(rows))
            coarse = HEAD.replace("100m", "1km")
            archive.writestr("Zensus2022_Alter_1km-Gitter.csv", coarse + "\n")
            archive.writestr("Datensatzbeschreibung.xlsx", b"PK")
    else:
        (tmp_path / "Alter.csv").write_text(grid(rows), encoding="utf-8")
    plan = built(tmp_path)
    assert (plan.join.source, plan.join.method) == ("zellen", "cells")
    assert plan.stichtag.isoformat() == "2022-05-15"
    (indicator,) = [i for i in plan.indicators if i.numerator == "unter18"]
    frame = read(plan).tables["2022-05-15"]["zellen"]
    assert indicator.denominator == "insgesamt_bevoelkerung"
    assert frame["unter18"].sum() == sum(children.values())
    assert frame["insgesamt_bevoelkerung"].sum() == sum(people.values())
    told = [p.code for p in check_build(tmp_path / "bau.toml") if p.severity == "warning"]
    assert "sources.no_target" not in told and told.count("sources.partly_outside") <= 1
    result = build(tmp_path / "bau.toml")
    order = result.table["rank"].astype(float)
    share = {k: children[k] / people[k] for k in KEYS}
    # the least and the most burdened area, by their true shares
    ends = [min(share, key=share.get), max(share, key=share.get)]
    assert {order.idxmin(), order.idxmax()} == set(ends)


def test_persons_of_cells_are_weights_where_areas_cross(tmp_path):
    rows, _, _ = cells()
    areas(tmp_path / "bloecke.gpkg", shift=450)
    areas(tmp_path / "schulsprengel.gpkg")
    blocks = gpd.read_file(tmp_path / "bloecke.gpkg")
    blocks["NR"] = [f"B{k}" for k in blocks["NR"]]
    blocks.to_file(tmp_path / "bloecke.gpkg")
    head = HEAD.replace("Insgesamt_Bevoelkerung;Unter18", "Einwohner")
    (tmp_path / "Bevoelkerung.csv").write_text(grid(rows, head, 1), encoding="utf-8")
    lines = ["Block;Einwohner unter 15;SGB II unter 15"]
    lines += [f"B{k};{400 + 30 * i};{40 + 9 * i}" for i, k in enumerate(KEYS)]
    (tmp_path / "kinder_31.12.2023.csv").write_text("\n".join(lines), encoding="utf-8")
    path = tmp_path / "bau.toml"
    answered(tmp_path, path, target="schulsprengel.gpkg").save(tmp_path)
    assert errors(path) == []
    words = path.read_text("utf-8")
    assert 'method = "dasymetric"' in words and 'raster = "Bevoelkerung.csv"' in words


def test_a_grid_is_known_by_its_first_line_and_never_read_whole(tmp_path, monkeypatch):
    rows, _, _ = cells()
    (tmp_path / "a.csv").write_text(grid(rows), encoding="utf-8-sig")
    (tmp_path / "b.csv").write_text("Nr;Einwohner\n01;12\n", encoding="utf-8")
    assert census_key(tmp_path / "a.csv") == "GITTER_ID_100m"
    assert census_key(tmp_path / "b.csv") == ""
    monkeypatch.setattr("sozialraum.sources.recognise.folder.look_at_table", None)
    (tmp_path / "b.csv").unlink()
    (seen,) = look_below(tmp_path).tables
    assert (seen.kind, seen.rows, seen.key) == ("zensus", len(rows), "GITTER_ID_100m")
    assert [c.title for c in seen.columns] == ["Insgesamt_Bevoelkerung", "Unter18"]
