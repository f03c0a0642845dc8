"""Making crosswalks: one door for every method."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from sozialraum.model.options import Mask, Overlaps

if TYPE_CHECKING:
    import geopandas as gpd

    from sozialraum.model.raster import Raster
    from sozialraum.space.crosswalk import Crosswalk

Method = Literal["nested", "areal", "dasymetric", "points"]
METHODS: tuple[str, ...] = ("nested", "areal", "dasymetric", "points")


def make_crosswalk(
    source: gpd.GeoDataFrame,
    target: gpd.GeoDataFrame,
    *,
    method: Method = "areal",
    raster: Raster | Sequence[Raster] | None = None,
    mask: Mask = "weighted",
    residential: gpd.GeoDataFrame | None = None,
    parent: str | int | None = None,
    points: gpd.GeoDataFrame | None = None,
    weight: str | None = None,
    border: float = 0.01,
    overlaps: Overlaps = "refuse",
) -> Crosswalk:
    """Make the crosswalk that moves counts of `source` areas to `target` areas.

    Parameters
    ----------
    source, target : areas, index = area key (str), in a CRS in metres
    method : "nested" (by keys: no geometry is looked at), "areal" (persons live evenly in each
        source), "dasymetric" (persons live where the cells of a raster are inhabited), "points"
        (where the points are)
    raster : one or several rasters of persons per cell for "dasymetric", in any CRS; several are
        added
    mask : "weighted" takes the cell values, "binary" only whether a cell is inhabited (of several
        rasters: in how many of them)
    residential : residential land (polygons) for "dasymetric": only cells and ground in it count;
        without a raster persons are spread evenly over it
    parent : for "nested": column of `source` with the target key, or the number of leading
        characters of the source key that make up the target key
    points : for "points": addresses or buildings
    weight : column of `points` with persons (dwellings, …) at the point; None counts every point as
        1
    border : part of a source outside all targets up to this share is a border drawn differently: it
        is given to the source's own targets and listed; more stays outside and is listed
    overlaps : what to do where targets overlap: "refuse", or "share" the double part evenly

    Returns
    -------
    A `Crosswalk`; what a method could not decide (a source without any raster cell or point) fell
    back to areal weights and stands in ``details["areal_fallback"]``.

    Raises
    ------
    DataError
        If areas, keys or raster cannot be used; all reasons at once.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import box
    >>> squares = [box(0, 0, 1, 1), box(1, 0, 3, 1)]
    >>> blocks = gpd.GeoDataFrame(index=["1", "2"], geometry=squares, crs=25833)
    >>> halves = [box(0, 0, 2, 1), box(2, 0, 3, 1)]
    >>> goals = gpd.GeoDataFrame(index=["W", "O"], geometry=halves, crs=25833)
    >>> make_crosswalk(blocks, goals).matrix.toarray().round(6)
    array([[1. , 0.5],
           [0. , 0.5]])
    """
    if method == "nested":
        from sozialraum.space.crosswalks.nested import nested_crosswalk

        return nested_crosswalk(source, target, parent=parent)
    if method == "areal":
        from sozialraum.space.crosswalks.overlay import areal_crosswalk

        return areal_crosswalk(source, target, border=border, overlaps=overlaps)
    if method == "dasymetric":
        from sozialraum.space.crosswalks.dasymetric import dasymetric_crosswalk

        return dasymetric_crosswalk(
            source, target, raster=raster, mask=mask, residential=residential, border=border,
            overlaps=overlaps,
        )  # fmt: skip
    if method == "points":
        from sozialraum.space.crosswalks.points import point_crosswalk

        return point_crosswalk(
            source, target, points=points, weight=weight, border=border, overlaps=overlaps
        )
    message = (
        f"The 'method' parameter of make_crosswalk must be one of {list(METHODS)}. "
        f"Got {method!r} instead."
    )
    raise ValueError(message)
