"""The one place where pyogrio opens a file: by its content, hardened, without SQL."""

from __future__ import annotations

import glob
import json
import re
import tempfile
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyproj
import shapely

from sozialraum.model.errors import DataError
from sozialraum.model.options import LAYER_SUFFIXES
from sozialraum.sources.file_limits import BROKEN_ZIP, LIMITS, Limits, require_size
from sozialraum.sources.spatial.downloads import cut_off
from sozialraum.sources.spatial.gdal import harden
from sozialraum.sources.spatial.markup import MARKUP, lonely_copy, plain_columns, require_features
from sozialraum.sources.tabular.encodings import foreign_umlaut
from sozialraum.texts import problem

if TYPE_CHECKING:
    import geopandas as gpd

_CODE_PAGES = {
    0x01: "cp437",
    0x02: "cp850",
    0x03: "cp1252",
    0x57: "cp1252",
    0x64: "cp852",
    0xC8: "cp1250",
}
_CRS_NAME = re.compile(r"(urn:(x-)?ogc:def:crs:|EPSG:|OGC:)[A-Za-z0-9:.,_-]*$", re.I)
_MAIN = LAYER_SUFFIXES - {".zip", ".kmz"}
_PARTS = {*_MAIN, ".shx", ".dbf", ".prj", ".cpg"}
_ZIPS = {".zip", ".kmz"}
# files that may hold more than one layer
SEVERAL = {".gpkg", *MARKUP}


def read_layer(
    path: Path, *, layer: str | None = None, encoding: str | None = None, geometry: bool = True
) -> gpd.GeoDataFrame:
    """Return a layer as it stands in the file.

    Parameters
    ----------
    path : GeoPackage, Shapefile, GeoJSON, GML, KML, dbf, or a zip with one of them
    layer : name of the layer; None = the only one
    encoding : of a Shapefile's or dbf's texts; None = as the file says, else by its content
    geometry : False reads the columns only

    Raises
    ------
    DataError
        If the file is too large, is not what its name says, points to somewhere else, or has
        several layers.
    """
    require_size(path)
    if path.suffix.lower() in _ZIPS:
        return _read_zipped(path, layer, encoding, geometry)
    _require_content(path)
    _require_parts(path)
    if path.suffix.lower() in MARKUP:
        with lonely_copy(path) as copy:
            chosen = _choose_layer(copy, layer)
            return plain_columns(_open(copy, chosen, encoding, geometry), path)
    chosen = _choose_layer(path, layer)
    if path.suffix.lower() in {".shp", ".dbf"} and encoding is None:
        encoding = dbf_encoding(path)
    return _open(path, chosen, encoding, geometry)


def _require_parts(path: Path) -> None:
    """Refuse a Shapefile that came without its index or its table."""
    if path.suffix.lower() != ".shp":
        return
    there = {p.suffix.lower() for p in path.parent.glob(f"{glob.escape(path.stem)}.*")}
    missing = [part for part in (".shx", ".dbf") if part not in there]
    if missing:
        found = ", ".join(path.stem + part for part in missing)
        raise DataError(problem("sources.shapefile_part", file=path.name, found=found))


def dbf_encoding(path: Path) -> str:
    """Return the encoding of a dbf: its ``.cpg``, strict UTF-8, its code page, or Windows-1252.

    Raises
    ------
    DataError
        If nothing tells the encoding and Windows-1252 makes no German words of the bytes.
    """
    cpg = next(
        (p for p in (path.with_suffix(".cpg"), path.with_suffix(".CPG")) if p.is_file()), None
    )
    stated = cpg.read_text(encoding="ascii", errors="replace").strip() if cpg else ""
    if stated:
        return {"UTF8": "UTF-8", "65001": "UTF-8", "1252": "cp1252", "88591": "ISO-8859-1"}.get(
            stated, stated
        )
    dbf = path.with_suffix(".dbf")
    if not dbf.is_file():
        return "UTF-8"
    raw = dbf.read_bytes()
    body = raw[int.from_bytes(raw[8:10], "little") :]
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        pass
    else:
        return "UTF-8"
    page = _CODE_PAGES.get(raw[29]) if len(raw) > 29 else None
    if page is not None:
        return page
    found = foreign_umlaut(body)
    if found is not None:
        raise DataError(problem("sources.foreign_umlaut_layer", file=path.name, found=found))
    return "cp1252"


def _open(path: Path, layer: str | None, encoding: str | None, geometry: bool) -> Any:
    import pyogrio

    options: dict[str, Any] = {"encoding": encoding} if encoding else {}
    with _opened(path):
        info = pyogrio.read_info(path, layer=layer, force_feature_count=True, **options)
        if info["features"] > LIMITS.features:
            raise DataError(
                problem(
                    "sources.too_many_features",
                    file=path.name,
                    found=info["features"],
                    limit=LIMITS.features,
                )
            )
        return pyogrio.read_dataframe(
            path,
            layer=layer,
            read_geometry=geometry,
            force_2d=True,
            datetime_as_string=True,
            **options,
        )


@contextmanager
def _opened(path: Path) -> Iterator[None]:
    """Harden GDAL, keep its comments to itself, and turn its errors into ours."""
    import pyogrio

    harden()
    with warnings.catch_warnings():
        # GDAL comments on dates, widths and ring order; what matters of it is checked afterwards
        warnings.simplefilter("ignore", RuntimeWarning)
        warnings.simplefilter("ignore", UserWarning)
        try:
            yield
        except (
            pyogrio.errors.DataSourceError,
            pyogrio.errors.DataLayerError,
            pyogrio.errors.CRSError,
            pyogrio.errors.FieldError,
            pyogrio.errors.GeometryError,
            pyogrio.errors.FeatureError,
            pyproj.exceptions.CRSError,
            shapely.errors.ShapelyError,
            ValueError,
            LookupError,
        ) as error:
            found = type(error).__name__
            raise DataError(
                problem("sources.unreadable_layer", file=path.name, found=found)
            ) from None


def layer_names(path: Path) -> list[str]:
    """Return the layers of a file that may have several.

    Raises
    ------
    DataError
        If it is none, or too large.
    """
    import pyogrio

    require_size(path)
    _require_content(path)
    if path.suffix.lower() in MARKUP:
        with lonely_copy(path) as copy, _opened(copy):
            found = [(str(row[0]), row[1]) for row in pyogrio.list_layers(copy)]
        return [name for name, shape in found if shape] or [name for name, _ in found]
    with _opened(path):
        return [str(row[0]) for row in pyogrio.list_layers(path)]


def _choose_layer(path: Path, layer: str | None) -> str | None:
    if path.suffix.lower() not in SEVERAL:
        return None
    names = layer_names(path)
    if layer is None and len(names) == 1:
        return names[0]
    if layer in names:
        return layer
    listed = ", ".join(names)
    if layer is None:
        raise DataError(problem("sources.several_layers", file=path.name, found=listed))
    raise DataError(problem("sources.no_layer", file=path.name, found=listed, layer=layer))


def _require_content(path: Path) -> None:
    """Refuse a file whose first bytes do not fit its name: GDAL would follow the bytes."""
    suffix = path.suffix.lower()
    with path.open("rb") as file:
        start = file.read(100)
    fits = {
        ".gpkg": start.startswith(b"SQLite format 3\x00"),
        ".shp": start.startswith(b"\x00\x00\x27\x0a"),
        ".dbf": start[:1] in {b"\x02", b"\x03", b"\x30", b"\x31", b"\x83", b"\x8b", b"\xf5"},
    }.get(suffix)
    if suffix in {".geojson", ".json"}:
        _require_geojson(path)
    elif suffix in MARKUP:
        require_features(path)
    elif not fits:
        raise DataError(problem("sources.wrong_content", file=path.name, found=suffix))


def _require_geojson(path: Path) -> None:
    """Refuse what is no FeatureCollection, and a linked coordinate system: GDAL would fetch it."""
    try:
        content = json.loads(path.read_bytes().decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise DataError(problem("sources.broken_json", file=path.name)) from None
    if not isinstance(content, dict) or content.get("type") != "FeatureCollection":
        raise DataError(problem("sources.no_geojson", file=path.name))
    if not _is_named(content.get("crs")):
        raise DataError(problem("sources.crs_link", file=path.name))
    cut = cut_off(content, path.name)
    if cut is not None:
        raise DataError(cut)


def _is_named(system: object) -> bool:
    """Tell whether the ``crs`` of a GeoJSON is absent, null, or the name of a registered system."""
    if system is None:
        return True
    properties = system.get("properties") if isinstance(system, dict) else None
    if not isinstance(properties, dict):
        return False
    if system["type"] == "EPSG":  # type: ignore[index]
        return str(properties.get("code", "")).isdigit()
    name = properties.get("name")
    return system["type"] == "name" and isinstance(name, str) and bool(_CRS_NAME.match(name))  # type: ignore[index]


def _read_zipped(path: Path, layer: str | None, encoding: str | None, geometry: bool) -> Any:
    """Unpack the parts of one layer into a fresh folder; names inside are not trusted."""
    with zipfile.ZipFile(path) as archive, tempfile.TemporaryDirectory() as folder:
        members = [m for m in archive.infolist() if Path(m.filename).suffix.lower() in _PARTS]
        main = [m for m in members if Path(m.filename).suffix.lower() in _MAIN]
        if len(main) != 1:
            found = ", ".join(m.filename for m in main) or "–"
            raise DataError(problem("sources.zip_layers", file=path.name, found=found))
        stem = Path(main[0].filename).stem
        try:
            for member in members:
                inner = Path(member.filename)
                if inner.stem == stem:
                    Path(folder, f"layer{inner.suffix.lower()}").write_bytes(archive.read(member))
        except BROKEN_ZIP:
            raise DataError(problem("sources.broken_archive", file=path.name)) from None
        return read_layer(
            Path(folder, f"layer{Path(main[0].filename).suffix.lower()}"),
            layer=layer,
            encoding=encoding,
            geometry=geometry,
        )


def vertices_of(areas: gpd.GeoDataFrame, limits: Limits = LIMITS) -> int:
    """Return the number of vertices of a layer.

    Raises
    ------
    DataError
        If there are more than `limits.vertices`.
    """
    count = int(shapely.get_num_coordinates(areas.geometry.to_numpy()).sum())
    if count > limits.vertices:
        raise DataError(problem("sources.too_many_vertices", found=count, limit=limits.vertices))
    return count
