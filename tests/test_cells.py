"""``cells``: a grid of the census summed for areas, in pieces, on this machine and on a cluster."""

import json

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import box
from test_cli import run

import sozialraum as sr
from sozialraum.model.errors import ConfigError, DataError
from sozialraum.sources.spatial import numbered_cells
from sozialraum.space import cells_crosswalk
from sozialraum.workflows.cells import sum_cells

LEFT, BOTTOM, SIDE = 4_337_000, 2_689_000, 100


def grid(rows=40, columns=50, seed=4):
    """Return cells of a made-up grid, some suppressed, in the order of the census."""
    rng = np.random.default_rng(seed)
    there = np.flatnonzero(rng.random(rows * columns) < 0.7)
    row, column = np.divmod(there, columns)
    east, north = LEFT + SIDE * column, BOTTOM + SIDE * row
    people = rng.integers(3, 200, len(there)).astype(float)
    young = np.floor(people * rng.random(len(there)))
    young[rng.random(len(there)) < 0.1] = np.nan
    ids = [f"CRS3035RES100mN{n}E{e}" for n, e in zip(north, east, strict=True)]
    middle = {"x_mp_100m": east + 50, "y_mp_100m": north + 50}
    return pd.DataFrame({"GITTER_ID_100m": ids, **middle, "Einwohner": people, "Unter18": young})


def as_csv(table, path):
    """Write it as the census does: semicolons, a dash for a suppressed number."""
    words = table.copy()
    for name in table.columns[3:]:
        words[name] = ["–" if np.isnan(v) else f"{v:.0f}" for v in table[name]]
    words.to_csv(path, sep=";", index=False, encoding="utf-8")
    return path


def areas():
    """Return four areas whose borders cut cells; the north east of the grid belongs to none."""
    cut = [(-500, 1730), (1730, 3410)]
    shapes = {
        f"{i}{j}": box(LEFT + w, BOTTOM + s, LEFT + e, BOTTOM + n)
        for i, (w, e) in enumerate(cut)
        for j, (s, n) in enumerate(cut)
    }
    return gpd.GeoDataFrame(index=list(shapes), geometry=list(shapes.values()), crs=3035)


def expected(table, name):
    """Return sums of one column by the crosswalk of all cells at once."""
    cells = table.set_index("GITTER_ID_100m").rename(columns={"x_mp_100m": "x", "y_mp_100m": "y"})
    walk = cells_crosswalk(cells[["x", "y"]], areas())
    return walk.matrix @ np.nan_to_num(cells[name]), walk.matrix @ np.isnan(cells[name])


@pytest.fixture(params=["csv", "parquet"])
def file(request, tmp_path):
    if request.param == "csv":
        return as_csv(grid(), tmp_path / "gitter.csv")
    path = tmp_path / "gitter.parquet"
    grid().to_parquet(path, row_group_size=300, index=False)
    return path


def test_sums_in_pieces_are_those_of_all_cells_at_once(file, monkeypatch):
    monkeypatch.setattr(numbered_cells, "_ROWS", 111)
    monkeypatch.setattr("sozialraum.sources.spatial.census_grid._BLOCK", 5_000)
    found = sr.sum_cells([file], areas())
    for name in ("Einwohner", "Unter18"):
        sums, suppressed = expected(grid(), name)
        np.testing.assert_allclose(found.sums[name], sums, atol=1e-6)
        np.testing.assert_allclose(found.suppressed[name], suppressed, atol=1e-6)
    assert found.cells.tolist() == [len(grid())] * 2


def test_nobody_is_lost(file):
    found = sum_cells([file], areas())
    for name in ("Einwohner", "Unter18"):
        assert found.sums[name].sum() + found.outside[name] == pytest.approx(grid()[name].sum())
    told = {p.code: p for p in found.problems}
    assert set(told) == {"cells.outside", "cells.suppressed"}
    assert told["cells.suppressed"].column == "Unter18"


def test_other_columns_and_other_cells_may_stand_in_other_files(tmp_path):
    table = grid()
    head = list(table.columns[:3])
    whole = sum_cells([as_csv(table, tmp_path / "alle.csv")], areas())
    half = len(table) // 2
    parts = [
        as_csv(table[[*head, "Einwohner"]][:half], tmp_path / "a.csv"),
        as_csv(table[[*head, "Unter18"]], tmp_path / "b.csv"),
        as_csv(table[[*head, "Einwohner"]][half:], tmp_path / "c.csv"),
    ]
    pd.testing.assert_frame_equal(sum_cells(parts, areas()).sums, whole.sums)
    pd.testing.assert_frame_equal(sum_cells(parts[::-1], areas()).sums, whole.sums)


def test_rows_of_areas_may_come_in_any_order(file):
    turned = sum_cells([file], areas()[::-1])
    pd.testing.assert_frame_equal(turned.sums[::-1], sum_cells([file], areas()).sums)


def test_a_cell_or_a_column_that_stands_twice_is_refused(tmp_path):
    table = grid()
    first = as_csv(table, tmp_path / "a.csv")
    again = as_csv(table[:7], tmp_path / "b.csv")
    with pytest.raises(DataError) as refused:
        sum_cells([first, again], areas())
    assert refused.value.problems[0].code == "cells.twice"
    assert "7 Gitterzellen" in refused.value.problems[0].message
    other = as_csv(table.drop(columns="Unter18"), tmp_path / "c.csv")
    with pytest.raises(DataError) as refused:
        sum_cells([first, other], areas())
    assert refused.value.problems[0].found == "Einwohner" or "Einwohner" in str(refused.value)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("a;b;c;d\n1;2;3;4\n", "sources.no_census_grid"),
        ("GITTER_ID_100m;x_mp_100m;y_mp_100m;E\nCRS;50;50;viele\n", "sources.census_broken"),
        ("GITTER_ID_100m;x_mp_100m;y_mp_100m;E\nCRS;50;50\n", "sources.census_broken"),
        ("GITTER_ID_100m;x_mp_100m;y_mp_100m;E\n", "sources.census_empty"),
        ("GITTER_ID_100m;x_mp_100m;y_mp_100m;E\nCRS;;;5\n", "sources.census_place"),
    ],
)
def test_what_is_no_grid_is_refused_by_name(tmp_path, words, code):
    (tmp_path / "kaputt.csv").write_text(words, encoding="utf-8")
    with pytest.raises(DataError) as refused:
        sum_cells([tmp_path / "kaputt.csv"], areas())
    assert [p.code for p in refused.value.problems] == [code]


def test_a_damaged_parquet_file_is_refused_by_name(tmp_path):
    (tmp_path / "kaputt.parquet").write_bytes(b"kaputt")
    with pytest.raises(DataError) as refused:
        sum_cells([tmp_path / "kaputt.parquet"], areas())
    assert [(p.code, p.file) for p in refused.value.problems] == [
        ("sources.broken_parquet", "kaputt.parquet")
    ]


def test_no_file_is_no_sum():
    with pytest.raises(DataError) as refused:
        sum_cells([], areas())
    assert refused.value.problems[0].code == "cells.no_files"


def test_the_verb_writes_table_and_summary(tmp_path):
    as_csv(grid(), tmp_path / "gitter.csv")
    areas().rename_axis("AGS").reset_index().to_file(tmp_path / "gebiete.gpkg")
    asked = ("gitter.csv", "--areas", "gebiete.gpkg", "--key", "AGS", "-o", "aus")
    done = run("cells", *asked, "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["cells"] == {"Einwohner": len(grid()), "Unter18": len(grid())}
    written = pd.read_csv(tmp_path / "aus/zellen.csv", sep=";", decimal=",", dtype={"key": str})
    np.testing.assert_allclose(written["Einwohner"], expected(grid(), "Einwohner")[0], atol=1e-6)
    assert list(written) == ["key", "Einwohner", "Unter18", "Unter18_suppressed"]
    first = {p.name: p.read_bytes() for p in (tmp_path / "aus").iterdir()}
    told = run("cells", *asked, cwd=tmp_path)
    assert "4 Gebiete, 2 Spalten." in told.stdout
    assert {p.name: p.read_bytes() for p in (tmp_path / "aus").iterdir()} == first


@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning")
def test_a_cluster_gives_the_same_sums(tmp_path):
    distributed = pytest.importorskip("distributed")
    table = tmp_path / "gitter.parquet"
    grid().to_parquet(table, row_group_size=200, index=False)
    here = sum_cells([table], areas())
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address="127.0.0.1:0"
    ) as cluster:
        there = sum_cells([table], areas(), scheduler=cluster.scheduler_address)
    pd.testing.assert_frame_equal(there.table(), here.table())
    assert there.problems == here.problems


def test_an_address_without_scheduler_is_told(tmp_path):
    pytest.importorskip("distributed")
    table = as_csv(grid(), tmp_path / "gitter.csv")
    with pytest.raises(ConfigError) as refused:
        sum_cells([table], areas(), scheduler="nirgends://127.0.0.1:1")
    assert refused.value.problems[0].code == "batch.no_scheduler"
