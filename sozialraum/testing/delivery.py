"""Writing the example city as files: what a town hall would send, all in one folder."""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING

import numpy as np

from sozialraum.testing.counts import VARIABLES
from sozialraum.testing.geopackage import write_geopackage
from sozialraum.testing.grid import write_geotiff
from sozialraum.testing.monitoring import (
    count_arrivals,
    count_cohorts,
    count_pupils,
    count_stations,
    list_offers,
    make_kitas,
    with_all_day,
)
from sozialraum.testing.tables import write_csv, write_dbf, write_dictionary, write_workbook

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd
    import pandas as pd

    from sozialraum.testing.city import City

_LAYERS = (
    # file, attribute of the city, index column
    ("bloecke", "blocks", "block"),
    ("bezirke", "bezirke", "bezirk"),
    ("stadtteile", "stadtteile", "stadtteil"),
    ("sprengel", "sprengel", "sprengel"),
    ("schulen", "schools", "schule"),
    ("angebote", "offers", "angebot"),
)


def write_city(city: City, folder: Path) -> list[Path]:
    """Write all files of the example city and return their paths, in order.

    GeoPackages (blocks, Bezirke, Stadtteile, Sprengel, schools, offers, streets), the children
    grid as GeoTIFF, ``kleinraum_2023.csv`` and ``kleinraum_2024.csv`` (cp1252, semicolon, decimal
    comma, thousands dot), ``sozialdaten_2024.xlsx`` and ``sozialdaten_2023.dbf``,
    ``ferienprogramm_2024.csv``, ``uebergaenge_2023.csv`` and ``uebergaenge_2024.csv``,
    ``bildungskette_2023.csv`` and ``bildungskette_2024.csv``, ``kita_zugaenge.csv`` (one row per
    month and Sprengel), ``register.csv`` and ``schueler.csv`` (children and pupils of ten years),
    ``kitas.gpkg`` and ``ganztag.gpkg`` (places), ``schulen.csv``,
    ``angebote_liste.csv`` (whom each offer is for) and the data dictionary ``datenkatalog.csv``.
    The same city gives the same bytes.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for file, attribute, index in _LAYERS:
        write_geopackage(folder / f"{file}.gpkg", getattr(city, attribute), layer=file, index=index)
    streets = city.streets.rename(
        columns={"street": "strasse", "length": "meter", "bridge": "bruecke"}
    )
    write_geopackage(folder / "strassen.gpkg", streets, layer="strassen")
    write_geotiff(folder / "kinder_100m.tif", city.children_grid)
    for year in (2023, 2024):
        write_csv(folder / f"kleinraum_{year}.csv", _small_areas(city, year), key="block")
    _write_social_data(city, folder)
    write_csv(folder / "ferienprogramm_2024.csv", city.programme, key="block")
    transitions = city.transitions.reset_index("stichtag").sort_values(["stichtag"], kind="stable")
    for day, delivered in transitions.groupby("stichtag"):
        one = delivered.drop(columns="stichtag")
        write_csv(folder / f"uebergaenge_{str(day)[:4]}.csv", one, key="sprengel")
    for day, stations in count_stations(city).groupby("stichtag"):
        one = stations.droplevel("stichtag")
        write_csv(folder / f"bildungskette_{str(day)[:4]}.csv", one, key="sprengel")
    arrivals = count_arrivals(city).set_index("monat")
    write_csv(folder / "kita_zugaenge.csv", arrivals, key="monat")
    register = count_cohorts(city)
    write_csv(folder / "register.csv", register.set_index("stichtag"), key="stichtag")
    pupils = count_pupils(city, register).set_index("schuljahr")
    write_csv(folder / "schueler.csv", pupils, key="schuljahr")
    write_geopackage(folder / "kitas.gpkg", make_kitas(city), layer="kitas", index="kita")
    all_day = with_all_day(city)
    write_geopackage(folder / "ganztag.gpkg", all_day, layer="ganztag", index="schule")
    schools = city.schools.drop(columns="geometry")
    write_csv(folder / "schulen.csv", schools, key="schule")
    write_csv(folder / "angebote_liste.csv", list_offers(city), key="angebot")
    write_dictionary(folder / "datenkatalog.csv", _DELIVERIES)
    words = resources.files("sozialraum.testing").joinpath("liesmich.md")
    (folder / "LIESMICH.md").write_bytes(words.read_bytes())
    return sorted(folder.iterdir())


_DELIVERIES = {
    "kleinraum": [("kleinraum_2023.csv", "2023-12-31"), ("kleinraum_2024.csv", "2024-12-31")],
    "sozialdaten": [
        ("sozialdaten_2023.dbf", "2023-12-31"),
        ("sozialdaten_2024.xlsx", "2024-12-31"),
    ],
}


def _delivered(city: City, delivery: str, year: int) -> pd.DataFrame:
    names = [v.name for v in VARIABLES if v.delivery == delivery]
    return city.counts.loc[f"{year}-12-31", names]


def _small_areas(city: City, year: int) -> pd.DataFrame:
    table = _delivered(city, "kleinraum", year)
    areas: gpd.GeoDataFrame = city.blocks
    table.insert(0, "bezirk_name", city.bezirke["name"].reindex(areas["bezirk"]).to_numpy())
    table.insert(1, "flaeche_ha", np.round(areas.area.to_numpy() / 10_000, 1))
    return table


def _write_social_data(city: City, folder: Path) -> None:
    bezirk = city.bezirke["name"].reindex(city.blocks["bezirk"]).set_axis(city.blocks.index)
    now = _delivered(city, "sozialdaten", 2024)
    write_workbook(folder / "sozialdaten_2024.xlsx", now, bezirk, stichtag="31.12.2024")
    write_dbf(folder / "sozialdaten_2023.dbf", _delivered(city, "sozialdaten", 2023), key="block")
