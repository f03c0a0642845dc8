"""House coordinates (Hauskoordinaten HK-DE) as the surveying offices deliver them.

Format description 4.2 (2019): no head, 18 fields. The easting has the zone in front of it
(``32640001,500``); without these two digits it is a coordinate of EPSG:25832 or 25833.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from sozialraum.model import Problem
from sozialraum.model.errors import DataError
from sozialraum.sources.official.semicolons import official_cells
from sozialraum.texts import problem

NAMES = [
    "NBA", "OI", "QUA", "LAN", "RBZ", "KRS", "GMD", "OTT", "SSS", "HNR", "ADZ", "OST", "NORD",
    "STN", "PLZ", "ONM", "ZON", "POT",
]  # fmt: skip
_OBJECT = re.compile(r"DE[A-Z]{2}.{12}")
_SYSTEMS = {32: "EPSG:25832", 33: "EPSG:25833"}
_ZONE = 1_000_000.0


def is_house_coordinates(first: Sequence[str]) -> bool:
    """Tell whether the first row of a file is that of house coordinates.

    Examples
    --------
    >>> is_house_coordinates(["N", "DEBYBYGA00000001", "A", *["0"] * 15])
    True
    """
    return len(first) == len(NAMES) and bool(_OBJECT.fullmatch(first[1]))


def read_house_coordinates(path: Path) -> tuple[pd.DataFrame, str, list[Problem]]:
    """Return houses, their coordinate system, and how many places are not exact.

    Parameters
    ----------
    path : text file of HK-DE

    Returns
    -------
    DataFrame with the 18 columns of the format as words, ``OST`` and ``NORD`` as float64 (metres,
    without the zone), and ``AGS`` (8 digits); "" where the zone is not in the file.

    Raises
    ------
    DataError
        If a coordinate is no number, or the houses lie in two zones.
    """
    houses = official_cells(path, NAMES)
    east, north = (_metres(houses[name], path.name) for name in ("OST", "NORD"))
    zones = np.unique(east // _ZONE).astype(int)
    if len(zones) > 1:
        found = ", ".join(map(str, zones))
        raise DataError(problem("sources.houses_in_zones", file=path.name, found=found))
    zone = int(zones[0]) if len(zones) else 0
    crs = _SYSTEMS.get(zone, "")
    if zone and not crs:
        raise DataError(problem("sources.houses_in_zones", file=path.name, found=str(zone)))
    ags = houses["LAN"] + houses["RBZ"] + houses["KRS"] + houses["GMD"]
    made = houses.assign(OST=east - zone * _ZONE, NORD=north, AGS=ags)
    doubtful = houses["QUA"].isin(["B", "C"])
    said = {"n": len(houses), "b": int((houses["QUA"] == "B").sum())}
    said["c"] = int(doubtful.sum()) - said["b"]
    return made, crs, [problem("sources.houses_read", "note", file=path.name, **said)]  # type: ignore[arg-type]


def _metres(column: pd.Series, file: str) -> np.ndarray:
    plain = column.str.replace(",", ".", regex=False)
    values = pd.to_numeric(plain, errors="coerce").to_numpy(float)
    wrong = np.flatnonzero(np.isnan(values))
    if len(wrong):
        at = int(wrong[0])
        said = {"row": at + 1, "column": str(column.name), "found": f"„{column.iloc[at][:40]}“"}
        raise DataError(problem("sources.no_number", file=file, **said))  # type: ignore[arg-type]
    return values
