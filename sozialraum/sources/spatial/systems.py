"""Coordinate systems of delivered files: read, or refused with the way out; never assumed."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pyproj

from sozialraum.model import Problem
from sozialraum.model.errors import DataError
from sozialraum.sources.spatial.datum import datum_problems
from sozialraum.sources.spatial.soundness import placed_bounds
from sozialraum.texts import number, problem

_GERMANY = (5.0, 47.0, 16.0, 56.0)
_FAR = 10.0  # degrees
_OLD_DATUMS = ("Hauptdreiecksnetz", "DHDN", "RD/83", "PD/83", "Rauenberg", "S42/83", "Pulkovo 1942")


@dataclass(frozen=True)
class Placed:
    """A layer with its coordinate system settled, and what was noticed about it."""

    frame: gpd.GeoDataFrame
    problems: list[Problem]


def parse_crs(text: str, *, file: str | None = None) -> pyproj.CRS:
    """Return a coordinate system by its code.

    Raises
    ------
    DataError
        If there is no such system.

    Examples
    --------
    >>> parse_crs("EPSG:25832").name
    'ETRS89 / UTM zone 32N'
    """
    try:
        return pyproj.CRS.from_user_input(text)
    except pyproj.exceptions.CRSError:
        raise DataError(problem("sources.crs_unknown", file=file, found=str(text)[:60])) from None


def settle_crs(
    frame: gpd.GeoDataFrame, *, file: str, crs: str | None = None, stated_in_file: bool = True
) -> Placed:
    """Return a layer in the coordinate system its file or the build file names.

    Parameters
    ----------
    frame : layer as read
    file : name, for messages
    crs : as stated in the build file; it stands before the file's own
    stated_in_file : False for a GeoJSON without ``crs``: readers assume degrees there, which is
        right only if the numbers can be degrees

    Raises
    ------
    DataError
        If no system is known, or the coordinates are impossible in it.
    """
    bounds = placed_bounds(frame)
    own = frame.crs if stated_in_file or _are_degrees(bounds) else None
    if crs is None and own is None:
        raise DataError(_unknown(bounds, file))
    system = own if crs is None else parse_crs(crs, file=file)
    problems = []
    if (
        crs is not None
        and own is not None
        and stated_in_file
        and not own.equals(system, ignore_axis_order=True)
    ):
        problems.append(
            problem("sources.crs_replaced", "note", file=file, found=crs_name(own), crs=crs)
        )
    placed = frame.set_crs(system, allow_override=True)
    problems += _refused(datum_problems(system, bounds, file=file, guess=guess_crs(bounds)))
    problems += _check_place(bounds, system, file)
    if _is_old(system):
        problems.append(
            problem("sources.crs_gauss_krueger", "warning", file=file, found=crs_name(system))
        )
    return Placed(placed, problems)


def transform_layer(
    frame: gpd.GeoDataFrame, target: str | None, *, file: str | None = None
) -> gpd.GeoDataFrame:
    """Return a layer in the target system; None leaves it as it is."""
    if target is None:
        return frame
    system = parse_crs(target, file=file)
    if frame.crs.equals(system, ignore_axis_order=True):
        return frame.set_crs(system, allow_override=True)
    return frame.to_crs(system)


def crs_name(system: pyproj.CRS) -> str:
    """Return the code of a system, also where a file names it without one; else its name.

    Examples
    --------
    >>> crs_name(pyproj.CRS("EPSG:31468"))
    'EPSG:31468'
    """
    authority = system.to_authority(min_confidence=25)
    return ":".join(authority) if authority else system.name


def guess_crs(bounds: np.ndarray) -> str:
    """Return the systems that coordinates of this size can have in Germany, for messages only.

    Examples
    --------
    >>> guess_crs(np.array([370000, 5800000, 415000, 5837000]))
    'EPSG:25832 oder EPSG:25833'
    >>> guess_crs(np.array([4400000, 5300000, 4420000, 5310000]))
    'EPSG:31468 oder EPSG:5678'
    """
    x, y = bounds[[0, 2]].mean(), bounds[[1, 3]].mean()
    if 5_200_000 < y < 6_150_000:
        if 200_000 < x < 900_000:
            return "EPSG:25832 oder EPSG:25833"
        if 32_200_000 < x < 33_900_000:
            return "EPSG:4647" if x < 33_000_000 else "EPSG:5650"
        if 2_400_000 < x < 5_700_000 and 300_000 < x % 1_000_000 < 700_000:
            zone = int(x // 1_000_000)
            return f"EPSG:{31464 + zone} oder EPSG:{5674 + zone}"
    if 4_000_000 < x < 4_700_000 and 2_600_000 < y < 3_600_000:
        return "EPSG:3035"
    if 550_000 < x < 1_750_000 and 5_900_000 < y < 7_400_000:
        return "EPSG:3857"
    return "EPSG:4326" if _are_degrees(bounds) else "–"


def _unknown(bounds: np.ndarray, file: str) -> Problem:
    where = _coordinates(bounds)
    if _are_degrees(bounds):
        return problem("sources.no_crs_degrees", file=file, found=where)
    return problem("sources.no_crs", file=file, found=where, guess=guess_crs(bounds))


def _are_degrees(bounds: np.ndarray) -> bool:
    return bool(np.all(np.abs(bounds[[0, 2]]) <= 180) and np.all(np.abs(bounds[[1, 3]]) <= 90))


def _refused(found: list[Problem]) -> list[Problem]:
    """Raise what is an error; return the rest."""
    if any(p.severity == "error" for p in found):
        raise DataError(found)
    return found


def _check_place(bounds: np.ndarray, system: pyproj.CRS, file: str) -> list[Problem]:
    """Refuse metres in a system of degrees and degrees as metres; warn outside Germany."""
    degrees = _are_degrees(bounds)
    name = crs_name(system)
    if not np.isfinite(bounds).all():
        return []
    if system.is_geographic != degrees:
        where = _coordinates(bounds)
        raise DataError(
            problem(
                "sources.crs_impossible", file=file, crs=name, found=where, guess=guess_crs(bounds)
            )
        )
    to_degrees = pyproj.Transformer.from_crs(system, "EPSG:4326", always_xy=True)
    west, south, east, north = to_degrees.transform_bounds(*bounds)
    inside = (
        west > _GERMANY[0] and south > _GERMANY[1] and east < _GERMANY[2] and north < _GERMANY[3]
    )
    if inside:
        return []
    _refuse_turned(bounds, file)
    if _beyond_use(system, (west, south, east, north)):
        _refuse_other_system(bounds, name, file)
    columns = f"{number(west, 1)} bis {number(east, 1)} Grad Ost"
    where = f"{columns}, {number(south, 1)} bis {number(north, 1)} Grad Nord"
    return [problem("sources.crs_elsewhere", "warning", file=file, crs=name, found=where)]


def _beyond_use(system: pyproj.CRS, degrees: tuple[float, float, float, float]) -> bool:
    """Tell whether coordinates lie far from where a system is used: they are of another one."""
    use = system.area_of_use
    if use is None or not np.isfinite(degrees).all():
        return True
    west, south, east, north = degrees
    across = west > use.east + _FAR or east < use.west - _FAR
    return across or south > use.north + _FAR or north < use.south - _FAR


def _refuse_other_system(bounds: np.ndarray, name: str, file: str) -> None:
    """Refuse coordinates that would be right in another system."""
    guess = guess_crs(bounds)
    if guess not in ("–", "EPSG:4326") and name not in guess.split(" oder "):
        where = _coordinates(bounds)
        raise DataError(
            problem("sources.crs_impossible", file=file, crs=name, found=where, guess=guess)
        )


def _refuse_turned(bounds: np.ndarray, file: str) -> None:
    """Refuse coordinates that lie in Germany once east and north change places."""
    turned = bounds[[1, 0, 3, 2]]
    in_germany = _GERMANY[0] < turned[0] < _GERMANY[2] and _GERMANY[1] < turned[1] < _GERMANY[3]
    if in_germany or (not _are_degrees(turned) and guess_crs(turned) != "–"):
        raise DataError(problem("sources.axes_turned", file=file, found=_coordinates(bounds)))


def _coordinates(bounds: np.ndarray) -> str:
    digits = 2 if _are_degrees(bounds) else 0
    x, y = bounds[[0, 2]].mean(), bounds[[1, 3]].mean()
    return f"{number(float(x), digits)} / {number(float(y), digits)}"


def _is_old(system: pyproj.CRS) -> bool:
    names = f"{system.name} {system.datum.name if system.datum else ''}"
    return any(old in names for old in _OLD_DATUMS)
