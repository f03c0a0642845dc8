"""``python -m sozialraum.testing.programme_files FOLDER``: files for ``sozialraum participation``.

Invented registrations look like those of real children, so they are made when they are needed and
are not part of the package: `anmeldungen.csv`, the address register `adressen.csv`, children per
Bezirk and Sprengel, their shapes, and the list of offers.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd

from sozialraum.testing.city import City, synthetic_city
from sozialraum.testing.geopackage import write_geopackage
from sozialraum.testing.registrations import Slips, synthetic_registrations

AGES = {"6-9": "kinder_6_9", "10-14": "kinder_10_14"}


def write_programme(
    city: City,
    folder: str | Path,
    *,
    n: int = 10_000,
    seed: int = 2024,
    slips: Slips | None = None,
    stichtag: str | None = None,
) -> list[Path]:
    """Write the files that ``config/ferienprogramm_musterstadt.toml`` names; return them.

    Parameters
    ----------
    city : of `synthetic_city`
    folder : made if it is not there; not below version control
    n, seed, slips : as of `synthetic_registrations`
    stichtag : at which the children live there, the latest of the city if None
    """
    records, _ = synthetic_registrations(city, n, seed=seed, slips=slips)
    houses = pd.DataFrame(city.addresses.drop(columns="geometry")).merge(
        city.blocks[["bezirk"]], left_on="block", right_index=True
    )
    day = stichtag or max(city.counts.index.get_level_values("stichtag"))
    blocks = city.counts.loc[day, list(AGES.values())]
    tables = {
        "anmeldungen.csv": records,
        "adressen.csv": houses[["street", "number", "suffix", "postcode", "bezirk", "sprengel"]],
        "kinder_bezirke.csv": blocks.groupby(city.blocks["bezirk"]).sum().reset_index(),
        "kinder_sprengel.csv": city.truth.loc[day, list(AGES.values())].reset_index(),
        "angebote.csv": pd.DataFrame(city.offers[["name"]]).reset_index(),
    }
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    for name, table in tables.items():
        table.to_csv(
            target / name, sep=";", index=False, encoding="utf-8-sig", lineterminator="\r\n"
        )
    shapes = {
        "bezirke.gpkg": (city.bezirke, "bezirk"),
        "sprengel.gpkg": (city.sprengel, "sprengel"),
    }
    for name, (areas, key) in shapes.items():
        write_geopackage(
            target / name, areas[["name", "geometry"]], layer=Path(name).stem, index=key
        )
    return [target / name for name in (*tables, *shapes)]


if __name__ == "__main__":
    place = sys.argv[1] if len(sys.argv) > 1 else "out/ferienprogramm_daten"
    for written in write_programme(synthetic_city(), place):
        print(written)
