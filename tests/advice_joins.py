"""Joins, rasters, sites and long tables with one thing wrong, and what their messages advise."""

from __future__ import annotations

import warnings

import geopandas as gpd
import numpy as np
import pandas as pd
import rasterio
from advice_town import Edit, Followed, also, areas, cut, kept, put, rows, stored
from rasterio.transform import from_origin
from shapely import LineString, Point

F = Followed
AHP = {"method": "ahp", "judgements": {"geld": [[1.0]], "lernen": [[1.0]]}}
ODD_AHP = {"method": "ahp", "judgements": {"geld": [[1.0, 2.0]], "lernen": [[1.0]]}}
STATIONS = [
    {"id": n, "label": n, "reached": f"{n}_{{group}}", "eligible": f"von_{n}_{{group}}"}
    for n in ("kita", "schule")
]
CHAIN = {"label": "Kette", "groups": {"m": "Jungen", "w": "Mädchen"}, "stations": STATIONS}

# a transverse Mercator on the ellipsoid of Bessel; of which datum, nobody knows
NO_DATUM = (
    b'PROJCS["ohne",GEOGCS["ohne",DATUM["unbekannt",SPHEROID["Bessel_1841",6377397.155,299.1528128]]'
    b',PRIMEM["Greenwich",0],UNIT["Degree",0.0174532925199433]],PROJECTION["Transverse_Mercator"],'
    b'PARAMETER["False_Easting",500000],PARAMETER["False_Northing",0],PARAMETER["Central_Meridian",'
    b'15],PARAMETER["Scale_Factor",0.9996],PARAMETER["Latitude_Of_Origin",0],UNIT["Meter",1]]'
)


def quarters(town):
    """Deliver five larger areas, each of five small ones, as the areas of the index."""
    small = gpd.read_file(town.folder / "felder.gpkg")
    small["viertel"] = [f"V{n // 5}" for n in range(25)]
    small.to_file(town.folder / "felder.gpkg")
    large = small.dissolve("viertel").reset_index()[["viertel", "geometry"]]
    large.to_file(town.folder / "viertel.gpkg")
    town.given["areas"]["viertel"] = {"file": "viertel.gpkg", "key": "viertel"}
    town.given["join"] = {"source": "felder", "target": "viertel"}
    town.given["disclosure"] = {"published_input": True, "reason": "veröffentlicht"}


def raster(value, *, odd=None, dtype="float32", **how) -> Edit:
    """Deliver a raster of one value for the join, one cell of it another."""

    def edit(town):
        cells = np.full((25, 25), value, dtype)
        cells[0, 0] = value if odd is None else odd
        place = {"width": 25, "height": 25, "count": 1, "dtype": cells.dtype, "crs": "EPSG:25833"}
        with warnings.catch_warnings(action="ignore"):  # of the libraries that write it
            grid = from_origin(400_000, 5_802_500, 100, 100)
            with rasterio.open(
                town.folder / "kinder.tif", "w", transform=grid, **place, **how
            ) as f:
                f.write(cells, 1)
        town.given["join"] |= {"method": "dasymetric", "raster": "kinder.tif"}

    return also(quarters, edit)


def houses(weight=1.0, *, outlines=False, away=0.0) -> Edit:
    """Deliver buildings for the join."""

    def edit(town):
        random = np.random.default_rng(1)
        at = random.uniform(0, 2500, (400, 2)) + np.array([400_000 + away, 5_800_000])
        shapes = [Point(*one) for one in at]
        shapes = [one.buffer(4) for one in shapes] if outlines else shapes
        layer = gpd.GeoDataFrame({"wohnungen": [weight] * 400}, geometry=shapes, crs=25833)
        layer.to_file(town.folder / "haeuser.gpkg")
        how = {"method": "points", "points": "haeuser.gpkg", "weight": "wohnungen"}
        town.given["join"] |= how

    return also(quarters, edit)


def schools(change=lambda layer: layer) -> Edit:
    """Deliver a school per larger area, and join by the nearest."""

    def edit(town):
        large = gpd.read_file(town.folder / "viertel.gpkg")
        layer = change(large.set_geometry(large.centroid))
        (town.folder / "schulen.gpkg").unlink(missing_ok=True)
        layer.to_file(town.folder / "schulen.gpkg")
        near = {"file": "schulen.gpkg", "key": "viertel"}
        town.given["join"] |= {"method": "nearest", "nearest": near}

    return also(quarters, edit)


def paths(shape) -> Edit:
    """Deliver a network of paths made of the rows of fields, each as `shape` draws it."""

    def edit(town):
        drawn = [shape(400_000, 5_800_250 + 500 * n) for n in range(5)]
        network = gpd.GeoDataFrame(geometry=drawn, crs=25833)
        (town.folder / "wege.gpkg").unlink(missing_ok=True)
        network.to_file(town.folder / "wege.gpkg")
        town.given["join"]["nearest"]["network"] = "wege.gpkg"

    return also(schools(), edit)


def of_two_sexes(town):
    """Deliver the table long, every number once for boys and once for girls."""
    rows(lambda t: pd.concat([t.melt("feld").assign(wer=w) for w in ("m", "w")]).assign(
        value=lambda t: [str(int(v) - (w == "w")) for v, w in zip(t["value"], t["wer"], strict=True)]
    ))(town)  # fmt: skip
    town.given["tables"][0] |= {"names": ["variable"], "values": ["value"]}


def with_groups(town):
    """Deliver the columns of a chain, too."""
    names = [f"{n}_{g}" for n in ("kita", "schule") for g in "mw"]
    rows(lambda t: t.assign(**dict.fromkeys(names, "40"), **{f"von_{n}": "90" for n in names}))(
        town
    )
    town.given["chain"] = CHAIN


OF_JOINS = (
    F("space.raster_infinite", raster(np.inf), raster(1)),
    F("space.raster_nobody", also(raster(1), put("join.nodata", 1.0)), cut("join.nodata")),
    F("space.raster_negative", raster(1, odd=-1), put("join.nodata", -1.0)),
    F("sources.raster_sentinel", raster(1, odd=65535, dtype="uint16"), put("join.nodata", 65535.0)),
    F("pipeline.no_site", schools(lambda s: s.assign(viertel="X")), schools()),
    F("pipeline.sites_elsewhere", schools(lambda s: s.assign(viertel=["X", *s["viertel"][1:]])),
      schools()),
    F("pipeline.site_without_place", schools(lambda s: s.assign(geometry=[None, *s.geometry[1:]])),
      schools()),
    F("pipeline.no_walking_limit", also(schools(), put("join.nearest.limit", "Land")),
      put("join.nearest.limit", 2000.0)),
    F("space.no_lines", paths(Point), paths(lambda x, y: LineString([(x, y), (x + 2500, y)]))),
    F("config.type_names", put("typology", {"k": 3, "labels": ["a", "a", "b"]}),
      put("typology.labels", ["a", "b", "c"])),
    F("config.step_refuses", put("weighting", ODD_AHP), put("weighting", AHP)),
    F("sources.names_not_unique", of_two_sexes, put("tables.0.rows", {"wer": ["m"]})),
    F("sources.grains_mixed", also(rows(lambda t: t.loc[[*range(25)] * 2].assign(
      jahr=["2024"] * 25 + ["2024-11"] * 25)), put("tables.0.stichtag", {"column": "jahr"})),
      put("tables.0.rows", {"jahr": ["2024"]})),
    F("sources.hidden_total", *kept(also(areas(lambda a: a.assign(feld=[*a["feld"][:24], "26"])),
      rows(lambda t: t.assign(feld=[*t["feld"][:24], "26"], **{c: [*t[c][:24], str(t[c][:24].astype(
      int).sum())] for c in t.columns[1:]}))), "zahlen.csv", "felder.gpkg")),
    F("sources.crs_without_datum", also(areas(lambda a: a, name="f.shp"), put("areas.felder.file",
      "f.shp"), stored("f.prj", lambda _: NO_DATUM)), put("areas.felder.crs", "EPSG:25833")),
    F("config.chain.station_twice", also(with_groups, put("chain.stations", [STATIONS[0]] * 2)),
      put("chain.stations", STATIONS)),
    F("config.chain.no_group", also(with_groups, put("chain.stations", [{**STATIONS[0],
      "reached": "kita_m"}, STATIONS[1]])), put("chain.stations", STATIONS)),
)  # fmt: skip
