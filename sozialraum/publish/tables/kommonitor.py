"""A bridge to KomMonitor, both ways: the tables and the GeoJSON its importer takes.

KomMonitor knows an area by ``ID`` and ``NAME`` and a value by its date, ``DATE_2024-12-31``. Its
importer reads decimal points and turns everything else into a number silently, so we write points
and leave out what is withheld; and we read only what is a number without doubt.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from sozialraum.model import Problem, Release
from sozialraum.model.errors import DataError
from sozialraum.publish.escape import cell
from sozialraum.publish.page.map_data import simplify_areas
from sozialraum.publish.tables.geopackage import layer_name
from sozialraum.texts import problem

ID, NAME, DATE = "ID", "NAME", "DATE_"
_DATE_COLUMN = re.compile(r"^DATE_(\d{4}-\d{2}-\d{2})$")
_NUMBER = re.compile(r"^-?\d+([.,]\d+)?$")


def write_kommonitor(release: Release, folder: str | Path) -> list[Path]:
    """Write one time series per indicator and the index, and the areas as GeoJSON (WGS 84).

    Parameters
    ----------
    release : what may leave the house; a withheld value is an empty cell
    folder : made if it does not exist

    Returns
    -------
    Paths: ``index.csv``, one CSV per indicator, ``gebiete.geojson`` with the index per date.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    tables = {"index": _series(release, "index")}
    tables |= {layer_name(i.id): _series(release, i.id) for i in release.indicators}
    written = []
    for name, table in tables.items():
        written.append(folder / f"{name}.csv")
        text = table.to_csv(sep=";", index=False, lineterminator="\r\n", na_rep="")
        written[-1].write_bytes(text.encode("utf-8"))
    written.append(folder / "gebiete.geojson")
    written[-1].write_bytes(_geojson(release, tables["index"]).encode("utf-8"))
    return written


def read_kommonitor(path: str | Path) -> pd.DataFrame:
    """Read a time series that KomMonitor exported, CSV or GeoJSON.

    Parameters
    ----------
    path : file that KomMonitor wrote

    Returns
    -------
    DataFrame, float64: index = ``ID`` as text, one column per ISO date, NaN where the file has no
    value.

    Raises
    ------
    DataError
        With all findings: no ``ID``, no date column, an ``ID`` twice, a cell that is no number or
        could be read in two ways (``1.234,5``).
    """
    path = Path(path)
    rows = _geojson_rows(path) if path.suffix.lower() in (".json", ".geojson") else _csv_rows(path)
    dates = {c: m.group(1) for c in rows.columns if (m := _DATE_COLUMN.match(str(c)))}
    found = []
    if ID not in rows:
        found.append(
            problem(
                "publish.kommonitor_no_id",
                file=path.name,
                found=", ".join(map(str, rows.columns[:8])),
            )
        )
    if not dates:
        found.append(problem("publish.kommonitor_no_date", file=path.name))
    if found:
        raise DataError(found)
    keys = rows[ID].astype(str).str.strip()
    found = [
        problem("publish.kommonitor_twice", file=path.name, row=int(i) + 2, key=k)
        for i, k in keys[keys.duplicated()].items()
    ]
    found += _not_numbers(rows, dates, keys, path.name)
    if found:
        raise DataError(found)
    values = rows[list(dates)].map(_number)
    return (
        values.set_axis(pd.Index(keys, name="key")).rename(columns=dates).astype(float).sort_index()
    )


def _series(release: Release, column: str) -> pd.DataFrame:
    table = pd.DataFrame({ID: [cell(k) for k in release.areas.index]}, index=release.areas.index)
    table[NAME] = [cell(name) for name in release.areas["name"]]
    for edition in release.editions:
        values = edition.table["index"] if column == "index" else edition.values[column]
        table[DATE + edition.stichtag] = values.reindex(table.index).astype(float)
    return table


def _geojson(release: Release, table: pd.DataFrame) -> str:
    geometry = simplify_areas(release.areas).geometry
    frame = gpd.GeoDataFrame(table.reset_index(drop=True), geometry=geometry.to_numpy(), crs=4326)
    plain = json.loads(frame.to_json(na="null", drop_id=True))
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":")) + "\n"


def _csv_rows(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, sep=";", dtype=str, keep_default_na=False, encoding="utf-8-sig")


def _geojson_rows(path: Path) -> pd.DataFrame:
    features = json.loads(path.read_text(encoding="utf-8-sig"))["features"]
    rows = pd.DataFrame([feature["properties"] for feature in features], dtype=object)
    return rows.map(lambda value: "" if value is None or value != value else str(value))


def _not_numbers(
    rows: pd.DataFrame, dates: dict[str, str], keys: pd.Series, file: str
) -> list[Problem]:
    return [
        problem(
            "publish.kommonitor_number",
            file=file,
            row=int(i) + 2,
            column=column,
            key=keys[i],
            found=raw,
        )
        for column in dates
        for i, raw in rows[column].items()
        if raw.strip() and not _NUMBER.match(raw.strip())
    ]


def _number(raw: str) -> float:
    return float(raw.strip().replace(",", ".")) if raw.strip() else np.nan
