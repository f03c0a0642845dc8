"""The layers of a file: attributes that can be keys, coordinate system, what a reader must know."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from sozialraum.model import Problem
from sozialraum.sources.recognise.seen import SeenLayer
from sozialraum.sources.spatial.layers import SEVERAL, layer_names, read_layer
from sozialraum.sources.spatial.soundness import impossible
from sozialraum.sources.spatial.systems import crs_name
from sozialraum.sources.tabular.key_column import key_text
from sozialraum.texts import problem

_FILLED = 0.95
_KINDS = {"Polygon": "areas", "MultiPolygon": "areas", "Point": "points", "MultiPoint": "points"}
_KINDS |= {"LineString": "lines", "MultiLineString": "lines"}
_NAMES = ("name", "bezeichnung", "gen", "ortsteil", "stadtteil", "sprengel_name", "schule")
_RUNNING = {"gml_id", "fid", "id", "objectid", "ogc_fid", "gid"}
_GERMANY = (5.0, 47.0, 16.0, 56.0)


def layers_of(path: Path, written: str) -> Iterator[SeenLayer]:
    """Yield the layers of a file.

    Parameters
    ----------
    path : GeoPackage, GeoJSON, Shapefile, GML, KML, or a zip with one of them
    written : its name as the build file would have it

    Raises
    ------
    DataError
        If the file is no layer, or too large.
    """
    names = layer_names(path) if path.suffix.lower() in SEVERAL else [""]
    for name in names:
        frame = read_layer(path, layer=name or None)
        yield _seen(frame, written, name if len(names) > 1 else "", path)


def _seen(frame: Any, written: str, layer: str, path: Path) -> SeenLayer:
    rows = _land(frame)
    for attribute, entries in rows.items():
        frame = frame[frame[attribute].map(key_text).isin(entries)]
    kinds = {_KINDS.get(str(k), "mixed") for k in frame.geom_type.dropna().unique()}
    columns = {
        str(name): texts
        for name in frame.columns
        if name != frame.geometry.name and frame[name].dtype.kind != "f"
        for texts in [tuple(key_text(cell) for cell in frame[name])]
        if texts and sum(map(bool, texts)) >= _FILLED * len(texts)
    }
    once = [n for n, texts in columns.items() if len(set(texts)) == len(texts) > 1]
    crs, longitude, problems = _place(frame, written, path)
    return SeenLayer(
        file=written,
        layer=layer,
        features=len(frame),
        crs=crs,
        geometry=kinds.pop() if len(kinds) == 1 else "mixed",
        columns=columns,
        keys=tuple(sorted(once, key=lambda n: (_is_name(columns[n]), n.lower() in _RUNNING))),
        rows=rows,
        apart=_apart(frame),
        longitude=longitude,
        problems=tuple(problems),
    )


def _apart(frame: Any) -> tuple[int, ...]:
    """Return which areas lie as a whole far from all others: an island, or a slip of a digit."""
    shapes = frame.geometry.to_numpy()
    if frame.crs is None or not frame.crs.is_projected:
        if frame.crs is None:
            return ()
        shapes = frame.to_crs("EPSG:25832").geometry.to_numpy()
    far = impossible(shapes, areas=True) & ~impossible(shapes)
    if not far.any():
        return ()
    near = shapely.total_bounds(shapes[~far])
    outside = ~shapely.intersects(shapes, shapely.box(*near))
    return tuple(int(i) for i in np.flatnonzero(far & outside))


def _land(frame: Any) -> dict[str, tuple[str, ...]]:
    """Return which features are land, where an administrative map has waters as further ones.

    The Geofaktor of VG250 is 4 for land with structure; a municipality with a lake has two rows.
    """
    if not {"GF", "AGS"} <= set(map(str, frame.columns)) or frame["AGS"].is_unique:
        return {}
    entries = frame["GF"].map(key_text)
    land = frame["AGS"][entries == "4"]
    return {"GF": ("4",)} if len(land) and land.is_unique else {}


def _is_name(texts: tuple[str, ...]) -> bool:
    return 2 * sum(any(c.isdigit() for c in t) for t in texts) < len(texts)


def name_attribute(layer: SeenLayer, key: str) -> str | None:
    """Return the attribute that holds the names of areas, beside that of their keys."""
    texts = {n: t for n, t in layer.columns.items() if n != key and _is_name(t)}
    many = [n for n, t in texts.items() if len(set(t)) >= 0.9 * len(t)]
    usual = [n for n in many if any(word in n.casefold() for word in _NAMES)]
    return next(iter([*usual, *many]), None)


def _place(frame: Any, written: str, path: Path) -> tuple[str, float | None, list[Problem]]:
    """Return the code of a layer's system, the longitude of its middle, and what is odd."""
    west, south, east, north = (float(v) for v in frame.total_bounds)
    degrees = np.isfinite(west) and max(abs(west), abs(east)) <= 180 and max(south, north) <= 90
    if frame.crs is None or (frame.crs.is_geographic and not degrees):
        return "", None, [problem("recognise.no_crs", "warning", file=written)]
    middle = _middle_in_degrees(frame, (west + east) / 2, (south + north) / 2)
    outside = middle is not None and not (
        _GERMANY[0] <= middle[0] <= _GERMANY[2] and _GERMANY[1] <= middle[1] <= _GERMANY[3]
    )
    odd = [problem("recognise.far_away", "warning", file=written)] if outside else []
    return crs_name(frame.crs), None if middle is None else middle[0], odd


def _middle_in_degrees(frame: Any, x: float, y: float) -> tuple[float, float] | None:
    import pyproj

    try:
        to_degrees = pyproj.Transformer.from_crs(frame.crs, "EPSG:4326", always_xy=True)
        longitude, latitude = to_degrees.transform(x, y)
    except pyproj.exceptions.ProjError:
        return None
    return (longitude, latitude) if np.isfinite(longitude) else None
