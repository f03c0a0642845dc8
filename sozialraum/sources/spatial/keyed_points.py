"""Points with a key and their own columns: sites, schools and offers that a plan works with."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import geopandas as gpd

from sozialraum.model.errors import DataError
from sozialraum.model.keys import clean_key
from sozialraum.sources.spatial.geometry import read_shapes, require_columns, states_crs
from sozialraum.sources.spatial.sites import refuse_impossible
from sozialraum.sources.spatial.systems import settle_crs, transform_layer
from sozialraum.texts import problem


def read_keyed_points(
    path: str | Path,
    *,
    key: str,
    target_crs: str,
    columns: Sequence[str] = (),
    kind: str | None = None,
    kinds: Sequence[str] = (),
    layer: str | None = None,
    crs: str | None = None,
) -> gpd.GeoDataFrame:
    """Return points by key, with every column of the layer.

    Parameters
    ----------
    path : GeoPackage, Shapefile or GeoJSON
    key : column with the key, text; each once
    columns : columns that must be there
    kind, kinds : keep only points whose `kind` is one of `kinds`; all where `kinds` is empty
    layer, crs, target_crs : as of `read_points`

    Raises
    ------
    DataError
        If a column is missing, a key is there twice, a point has no place, or none is of the kinds.
    """
    path = Path(path)
    raw = read_shapes(path, layer, empty="sources.no_points")
    require_columns(raw, [key, *columns, *([kind] if kind else [])], path.name)
    if kinds and kind is not None:
        raw = _of_kinds(raw, kind, kinds, path.name)
    keys = raw[key].map(clean_key)
    lost = sorted(keys[raw.geometry.is_empty | raw.geometry.isna()])
    if lost:
        said = {"n": len(lost), "keys": ", ".join(lost[:5]) + (", …" if len(lost) > 5 else "")}
        raise DataError(problem("sources.point_without_place", file=path.name, column=key, **said))
    doubled = sorted(set(keys[keys.duplicated()]))
    if doubled:
        found = ", ".join(doubled[:5])
        raise DataError(problem("sources.point_key_twice", file=path.name, column=key, found=found))
    placed = settle_crs(raw, file=path.name, crs=crs, stated_in_file=states_crs(path)).frame
    points = transform_layer(placed, target_crs, file=path.name)
    refuse_impossible(points, list(keys), file=path.name)
    return points.set_axis(keys.to_numpy()).rename_axis(index=None).sort_index()


def _of_kinds(
    raw: gpd.GeoDataFrame, kind: str, kinds: Sequence[str], file: str
) -> gpd.GeoDataFrame:
    kept = raw[raw[kind].isin(list(kinds))]
    if kept.empty:
        known = ", ".join(sorted({str(k) for k in raw[kind].dropna()})[:12]) or "–"
        asked = ", ".join(kinds)
        raise DataError(
            problem("sources.no_point_of_kind", file=file, column=kind, found=asked, known=known)
        )
    return kept
