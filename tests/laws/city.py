"""A city on twelve squares whose keys stand in no order: arguments for every public function."""

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely import LineString, Point, box

from sozialraum.index.aggregation import aggregate
from sozialraum.index.classes import classify, fit_breaks
from sozialraum.index.hierarchy import make_tree
from sozialraum.index.method import fit_index
from sozialraum.index.preparation.treatment import fit_treatment
from sozialraum.index.scaling import fit_scale, standardise
from sozialraum.index.typology import fit_typology
from sozialraum.model import Indicator, Raster
from sozialraum.space.crosswalks.overlay import areal_crosswalk

KEYS = pd.Index(["07", "01", "12", "04", "09", "02", "11", "05", "03", "08", "10", "06"])
SITES = pd.Index(["Süd", "Nord", "Mitte"])
IDS = ["arm", "arbeit", "allein"]
MONTHS = pd.Index([f"2024-{m:02}" for m in range(1, 10)])
CRS = "EPSG:25832"
_random = np.random.default_rng(7)


def column(low: float, high: float, keys: pd.Index = KEYS, *, whole: bool = False) -> pd.Series:
    numbers = _random.uniform(low, high, len(keys))
    return pd.Series(numbers.round() if whole else numbers, keys)


def table(low: float, high: float, columns=IDS, keys: pd.Index = KEYS, *, whole: bool = False):
    return pd.DataFrame({c: column(low, high, keys, whole=whole) for c in columns}, keys)


base = table(300, 900, whole=True)
numerator = (base * table(0.05, 0.45)).round()
value = numerator / base
counts = pd.concat([numerator.add_prefix("n_"), base.add_prefix("d_")], axis=1)
indicators = [
    Indicator(
        id=i, label=i, direction="burden", numerator=f"n_{i}", denominator=f"d_{i}",
        dimension="x" if i == "allein" else "y",
    )
    for i in IDS
]  # fmt: skip
scale = fit_scale(value, indicators, method="zscore")
z = standardise(value, scale)
index = aggregate(z, indicators)["index"]
breaks = fit_breaks(index, k=3)
classes = classify(index, breaks)
typology = fit_typology(z, k=2, draws=0)
treatment = fit_treatment(value)
fitted = fit_index(value, indicators, sections={"classes": {"k": 3}})
tree = make_tree(
    indicators, method="mean", dimension_method=None, dimension_weights="equal", nodes=(),
    min_available=1.0, learnt=None,
)  # fmt: skip
persons = column(1000, 5000, whole=True)
burden = column(-2, 2)
cases = column(20, 200, whole=True)
groups = pd.Series([*"uvwuvwuvwuvw"], KEYS)
types = pd.Series([1, 2, 3] * 4, KEYS)
programme = pd.Series([True, False, False] * 4, KEYS)


def squares(wide: int, high: int, side: float, keys: pd.Index) -> gpd.GeoDataFrame:
    at = [(x * side, y * side) for y in range(high) for x in range(wide)]
    shapes = [box(x, y, x + side, y + side) for x, y in at]
    return gpd.GeoDataFrame(index=keys, geometry=shapes, crs=CRS)


areas = squares(4, 3, 1000.0, KEYS)
_order = _random.permutation(48)
BLOCKS = pd.Index([f"b{n:02}" for n in _order])
blocks = squares(8, 6, 500.0, BLOCKS)
block_counts = table(5, 60, ["kinder", "arm"], BLOCKS, whole=True)
walk = areal_crosswalk(blocks, areas)
schools = gpd.GeoDataFrame(
    index=SITES, geometry=[Point(500, 500), Point(2500, 2500), Point(3500, 900)], crs=CRS
)
points = gpd.GeoDataFrame(
    {"weight": np.arange(1.0, 49.0)},
    index=pd.Index([f"p{n:02}" for n in _order]),
    geometry=blocks.centroid.to_numpy(),
    crs=CRS,
)
roads = gpd.GeoDataFrame(
    index=["r2", "r1"], geometry=[LineString([(900, -10), (900, 3010)]), LineString([(0, 1200), (4000, 1200)])],
    crs=CRS,
)  # fmt: skip
paths = gpd.GeoDataFrame(
    index=["w3", "w1", "w2"],
    geometry=[
        LineString([(0, 500), (2000, 500), (4000, 500)]),
        LineString([(2000, 500), (2000, 2500)]),
        LineString([(2000, 2500), (4000, 2500), (4000, 500)]),
    ],
    crs=CRS,
)
distance = pd.DataFrame(
    {s: areas.centroid.distance(p) for s, p in schools.geometry.items()}, index=KEYS
)
raster = Raster(np.arange(1.0, 49.0).reshape(6, 8), 0.0, 3000.0, 500.0, 500.0, CRS)
