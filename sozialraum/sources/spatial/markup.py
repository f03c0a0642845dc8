"""Layers that are XML: GML of a WFS, and KML.

GDAL would write a file of its own beside a GML and would follow others that lie there; it is given
a copy that lies alone.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from xml.parsers import expat

import pandas as pd

from sozialraum.model.errors import DataError
from sozialraum.sources.spatial.downloads import cut_off
from sozialraum.texts import problem

MARKUP = {".gml", ".kml"}
_REFUSALS = {"exceptionreport", "serviceexceptionreport", "html"}
_FIRST_BYTES = 1 << 20
_WHOLE = re.compile(r"(?a)-?(?:0|[1-9]\d{0,14})")
_NUMBER = re.compile(r"(?a)-?(?:0|[1-9]\d{0,14})(?:\.\d+)?")
# what is no attribute: how a globe draws a feature of a KML, and the box around one of a GML
_DRAWN = {
    *("lowercorner", "uppercorner"),
    *("timestamp", "begin", "end", "altitudemode", "tessellate", "extrude", "visibility"),
    *("draworder", "icon", "snippet"),
}


def first_element(path: Path) -> tuple[str, dict[str, str]]:
    """Return the name of the first element of an XML file without its prefix, and its attributes.

    Raises
    ------
    DataError
        If it is no XML, or one that declares words of its own.
    """
    parser, found = expat.ParserCreate(), []

    def start(name: str, given: dict[str, str]) -> None:
        found.append((name.rpartition(":")[2], given))
        parser.StartElementHandler = None

    def refuse(*_: object) -> None:
        raise DataError(problem("sources.declared_words", file=path.name))

    parser.StartElementHandler = start
    parser.StartDoctypeDeclHandler = refuse
    with path.open("rb") as file:
        try:
            parser.Parse(file.read(_FIRST_BYTES), False)
        except expat.ExpatError:
            found = []
    if not found:
        raise DataError(problem("sources.wrong_content", file=path.name, found=path.suffix.lower()))
    return found[0]


def require_features(path: Path) -> None:
    """Refuse the error of a service that was saved as a layer, and a part of a download."""
    name, given = first_element(path)
    if name.lower() in _REFUSALS:
        raise DataError(problem("sources.service_error", file=path.name, found=name))
    cut = cut_off(download_words(given), path.name)
    if cut is not None:
        raise DataError(cut)


def download_words(given: dict[str, str]) -> dict[str, object]:
    """Return what the first element of a WFS says of a download, in the words of its GeoJSON."""
    returned = given.get("numberReturned", "")
    kept: dict[str, object] = {k: v for k, v in given.items() if k.startswith(("number", "time"))}
    if given.get("next"):
        kept["links"] = [{"rel": "next"}]
    return {**kept, "there": int(returned)} if returned.isdigit() else {}


@contextmanager
def lonely_copy(path: Path) -> Iterator[Path]:
    """Give a copy of a file in a folder of its own, under the same name."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, path.name)
        shutil.copyfile(path, copy)
        yield copy


def plain_columns(frame: Any, path: Path) -> Any:
    """Return a layer whose columns of numbers are numbers; keys with leading zeros stay texts."""
    drawn = [c for c in frame.columns if str(c).lower() in _DRAWN]
    of_gml = path.suffix.lower() == ".gml"
    frame = frame.drop(columns=[c for c in drawn if of_gml or frame[c].nunique() <= 1])
    for name in frame.columns:
        if frame[name].dtype.kind in "OU" or pd.api.types.is_string_dtype(frame[name]):
            frame[name] = _as_numbers(frame[name])
    return frame


def _as_numbers(column: pd.Series) -> pd.Series:
    texts = [t.strip() for t in column if isinstance(t, str)]
    if not texts or not all(map(_NUMBER.fullmatch, texts)):
        return column
    whole = len(texts) == len(column) and all(map(_WHOLE.fullmatch, texts))
    return pd.to_numeric(column).astype("int64" if whole else "float64")
