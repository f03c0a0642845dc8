"""Whether a coordinate system has a way to ETRS89, or is only laid upon it as if it were the same.

A system without a stated datum is taken over as it is ("ballpark"): old German coordinates then
lie about 140 m off, on streets of the neighbouring area, and nothing says so.
"""

from __future__ import annotations

import warnings
from functools import lru_cache

import numpy as np
import pyproj
from pyproj.transformer import TransformerGroup

from sozialraum.model import Problem
from sozialraum.texts import number, problem

_ETRS89 = "EPSG:4258"
_GRS80 = 6_378_137.0  # metres; WGS 84 and ETRS89 have this semi-major axis


def datum_problems(
    system: pyproj.CRS, bounds: np.ndarray, *, file: str, guess: str
) -> list[Problem]:
    """Return why coordinates cannot be brought to ETRS89, with the size of the error.

    Parameters
    ----------
    system : of the file or the build file
    bounds : (4,) west, south, east, north of the layer in `system`
    file : name, for messages
    guess : codes that coordinates of this size can have, "–" where none

    Returns
    -------
    Nothing where PROJ knows the way (also by parameters good to 3 m); a warning where the datum is
    not named but the ellipsoid is that of ETRS89; else an error.
    """
    way = _way(system)
    if way == "known":
        return []
    if way == "broken":
        return [problem("sources.crs_unusable", file=file, found=system.name, guess=guess)]
    if system.ellipsoid is not None and abs(system.ellipsoid.semi_major_metre - _GRS80) < 0.5:
        return [problem("sources.crs_datum_assumed", "warning", file=file, found=system.name)]
    off = _off(system, bounds, guess)
    metres = number(off, 0) if off is not None else "100 bis 200"
    said = {"found": system.name, "metres": metres, "guess": guess}
    return [problem("sources.crs_without_datum", file=file, **said)]


@lru_cache(maxsize=64)
def _way(system: pyproj.CRS) -> str:
    """Return "known", "ballpark" or "broken" for the way of a system to ETRS89."""
    try:
        with warnings.catch_warnings():
            # a better way that needs a grid which is not installed: told by another message
            warnings.simplefilter("ignore")
            found = TransformerGroup(system, _ETRS89, always_xy=True, allow_ballpark=False)
            if found.transformers:
                return "known"
            pyproj.Transformer.from_crs(system, _ETRS89, always_xy=True)
    except (pyproj.exceptions.ProjError, IndexError):
        return "broken"
    return "ballpark"


def _off(system: pyproj.CRS, bounds: np.ndarray, guess: str) -> float | None:
    """Return by how many metres the layer would lie off if it is in the system it looks like."""
    code = guess.split(" oder ")[0]
    if not code.startswith("EPSG") or not np.isfinite(bounds).all():
        return None
    x, y = float(bounds[[0, 2]].mean()), float(bounds[[1, 3]].mean())
    places = [
        pyproj.Transformer.from_crs(one, _ETRS89, always_xy=True).transform(x, y)
        for one in (system, pyproj.CRS(code))
    ]
    if not np.isfinite(places).all():
        return None
    _, _, metres = pyproj.Geod(ellps="GRS80").inv(*places[0], *places[1])
    return float(metres) if metres >= 1 else None
