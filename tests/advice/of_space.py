"""What the functions of `space` refuse in a notebook, and what their messages advise."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
from advice_town import told
from rasterio import open as open_raster
from rasterio.transform import Affine
from shapely import Point, Polygon, box
from space.areas_on_paper import CRS, EAST, NORTH, areas, chequer, keyed

from sozialraum.model import Raster
from sozialraum.space import (
    cached_crosswalk,
    cells_crosswalk,
    find_neighbours,
    from_pairs,
    grouped_median,
    make_crosswalk,
    vintage_crosswalk,
    zonal_statistics_of_file,
)
from sozialraum.space.crosswalk import Crosswalk

BLOCKS, GOALS = keyed(chequer(4, 250.0)), keyed(chequer(2, 500.0), prefix="t")
BOW = Polygon([(EAST, NORTH), (EAST + 900, NORTH + 900), (EAST + 900, NORTH), (EAST, NORTH + 900)])
CELLS = pd.DataFrame({"x": [EAST + 50, EAST + 150], "y": [NORTH + 50, NORTH + 50]})
COUNTS = pd.DataFrame({"n": 3.0, "kinder": 12.0}, index=BLOCKS.index)
KEY = pd.DataFrame({"alt": ["a", "a", "b"], "neu": ["x", "y", "y"], "anteil": [0.5, 0.5, 1.0]})


def made(source=BLOCKS, target=GOALS, **how):
    """Ask for a crosswalk."""
    return lambda _: make_crosswalk(source, target, **how)


def moved(counts=COUNTS, **how):
    """Move counts from blocks to larger areas."""
    return lambda _: make_crosswalk(BLOCKS, GOALS).apply(counts, **how)


def of_raster(crs=CRS, east=EAST):
    return made(method="dasymetric", raster=Raster(np.ones((10, 10)), east, NORTH + 1000, 100.0, 100.0, crs, "k.tif"))  # fmt: skip


def of_vintages(**columns):
    """Read a table that says how old areas became new ones."""
    return lambda _: vintage_crosswalk(KEY.assign(**columns), old="alt", new="neu", share="anteil")


def in_cells(x=CELLS["x"]):
    return lambda _: cells_crosswalk(CELLS.assign(x=x), GOALS, crs=CRS)


def of_pairs(*pairs):
    """Read neighbours out of a list."""
    named = pd.DataFrame(list(pairs), columns=["area", "neighbour"])
    return lambda _: from_pairs(list("abc"), named)


def median_of(digits: int):
    """Ask for a median of a raster of many values, rounded to so many digits."""

    def call(folder):
        place, path = Affine(10, 0, EAST, 0, -10, NORTH + 1000), folder / "werte.tif"
        size = {"width": 100, "height": 100, "count": 1, "dtype": "float64", "crs": CRS}
        values = np.random.default_rng(1).uniform(0, 1, (100, 100)).round(digits)
        with open_raster(path, "w", transform=place, **size) as file:
            file.write(values, 1)
        return zonal_statistics_of_file(GOALS, path, statistics=("median",), most_values=1000)

    return call


def damaged(folder):
    """Keep a crosswalk, damage what is kept, and read it."""
    path = make_crosswalk(BLOCKS, GOALS).save(folder)
    path.write_bytes(path.read_bytes()[:-40])
    return Crosswalk.load(path)


def deleted(folder):
    """Delete what is damaged; the next run keeps it anew."""
    (path,) = folder.glob("*.npz")
    path.unlink()
    cached_crosswalk(BLOCKS, GOALS, folder=folder)
    return Crosswalk.load(path)


OF_SPACE = (
    told("space.empty", made(BLOCKS[:0]), made()),
    told("space.duplicate_keys", made(BLOCKS.set_axis(["a", *BLOCKS.index[:-1]])
      .set_axis(["a"] * 16)), made(BLOCKS.assign(k=["a"] * 16).dissolve("k"))),
    told("space.duplicate_keys", moved(pd.concat([COUNTS, COUNTS[:1]])), moved()),
    told("space.no_crs", made(BLOCKS.set_crs(None, allow_override=True)),
      made(BLOCKS.set_crs(None, allow_override=True).set_crs(CRS))),
    told("space.not_projected", made(BLOCKS.to_crs(4326)), made(BLOCKS.to_crs(4326).to_crs(CRS))),
    told("space.not_projected", lambda _: find_neighbours(BLOCKS.to_crs(4326)),
      lambda _: find_neighbours(BLOCKS.to_crs(4326).to_crs(CRS))),
    told("space.not_finite", made(areas(a=Polygon([(np.inf, 0), (1, 1), (1, 0)]), b=box(EAST, NORTH,
      EAST + 9, NORTH + 9))), made(areas(b=box(EAST, NORTH, EAST + 9, NORTH + 9)))),
    told("space.not_polygons", made(areas(a=Point(EAST, NORTH), b=box(EAST, NORTH, EAST + 9, NORTH + 9))),
      made(areas(b=box(EAST, NORTH, EAST + 9, NORTH + 9)))),
    told("space.invalid_geometry", made(areas(a=BOW)), made(areas(a=BOW.buffer(0)))),
    told("space.no_overlap", made(BLOCKS.set_crs("EPSG:25832", allow_override=True)), made()),
    told("space.rate", moved(COUNTS.assign(quote=np.linspace(0.1, 0.9, 16))),
      moved(COUNTS.assign(quote=np.linspace(0.1, 0.9, 16)), rates={"quote": "kinder"})),
    told("space.rate", moved(COUNTS.assign(quote=np.linspace(0.1, 0.9, 16))),
      moved(COUNTS.assign(quote=np.linspace(0.1, 0.9, 16)), units={"quote": "count"})),
    told("space.not_a_count", moved(COUNTS.assign(n=-9.0)), moved(COUNTS.assign(n=np.nan))),
    told("space.raster_missing", made(method="dasymetric"), of_raster()),
    told("space.raster_missing", made(method="dasymetric"), made(method="areal")),
    told("space.raster_no_crs", of_raster(crs=""), of_raster()),
    told("space.raster_no_overlap", of_raster(east=EAST + 90_000), of_raster()),
    told("space.chain", lambda _: make_crosswalk(BLOCKS, GOALS).then(make_crosswalk(BLOCKS, GOALS)),
      lambda _: make_crosswalk(BLOCKS, GOALS).then(make_crosswalk(GOALS, GOALS))),
    told("space.chain_incomplete", of_vintages(anteil=[0.5, 0.2, 1.0]), of_vintages()),
    told("space.bad_share", of_vintages(anteil=[50.0, 50.0, 100.0]), of_vintages()),
    told("space.classes_unordered", lambda _: grouped_median(COUNTS, edges=[0, 9, 6]),
      lambda _: grouped_median(COUNTS, edges=[0, 6, 9])),
    told("space.unknown_keys", moved(pd.concat([COUNTS, COUNTS[:1].set_axis(["außen"])])), moved()),
    told("space.cells_off_grid", in_cells([EAST + 50, EAST + 133]), in_cells()),
    told("space.damaged", damaged, deleted),
    told("space.overlapping_targets", made(target=areas(a=box(EAST, NORTH, EAST + 900, NORTH + 900),
      b=box(EAST, NORTH, EAST + 500, NORTH + 500))), made(target=areas(a=box(EAST, NORTH, EAST + 900,
      NORTH + 900), b=box(EAST, NORTH, EAST + 500, NORTH + 500)), overlaps="share")),
    told("space.neighbours.unknown_area", of_pairs(("a", "b"), ("a", "z")), of_pairs(("a", "b"))),
    told("space.neighbours.own_area", of_pairs(("a", "b"), ("a", "a")), of_pairs(("a", "b"))),
    told("space.neighbours.pair_twice", of_pairs(("a", "b"), ("a", "b")), of_pairs(("a", "b"))),
    told("space.neighbours.no_geometry", lambda _: find_neighbours(gpd.GeoDataFrame(index=["a", "b"],
      geometry=[None, box(0, 0, 9, 9)], crs=CRS)), lambda _: find_neighbours(gpd.GeoDataFrame(index=["a",
      "b"], geometry=[box(9, 0, 18, 9), box(0, 0, 9, 9)], crs=CRS))),
    told("space.too_many_values", median_of(9), median_of(2)),
)  # fmt: skip
