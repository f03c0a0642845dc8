"""A zip with one table in it is opened like the table: official flat files come so."""

from __future__ import annotations

import zipfile
from pathlib import Path, PurePosixPath

from sozialraum.model.errors import DataError
from sozialraum.model.options import LAYER_SUFFIXES
from sozialraum.sources.file_limits import BROKEN_ZIP
from sozialraum.texts import problem

_TABLES = {".csv", ".txt", ".tsv"}


def single_table(path: Path) -> str | None:
    """Return the name of the one table in a zip; None where it holds a layer, or several tables."""
    with zipfile.ZipFile(path) as archive:
        names = [m.filename for m in archive.infolist() if not m.is_dir()]
    kinds = {name: PurePosixPath(name).suffix.lower() for name in names}
    if (LAYER_SUFFIXES - {".zip"}) & set(kinds.values()):
        return None
    tables = [name for name, kind in kinds.items() if kind in _TABLES]
    return tables[0] if len(tables) == 1 else None


def read_member(path: Path, name: str) -> bytes:
    """Return one file of a zip that passed `check_size`.

    Raises
    ------
    DataError
        If the zip is damaged.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.read(name)
    except BROKEN_ZIP:
        raise DataError(problem("sources.broken_archive", file=path.name)) from None
