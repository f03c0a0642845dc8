"""Files seen: sheets, heads, keys, columns, signs and sums, as the readers of a build have them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

from sozialraum.model import Problem
from sozialraum.model.errors import DataError
from sozialraum.model.problem import Plain
from sozialraum.sources.recognise.folder import files_below, look_at_files
from sozialraum.sources.recognise.seen import SeenFolder, SeenLayer, SeenTable
from sozialraum.sources.tabular.tables import read_table
from sozialraum.texts import problem
from sozialraum.workflows.error_boundary import own_errors
from sozialraum.workflows.outcome import Outcome, Progress, no_progress

_NO_TABLES = {"personal", "unreadable", "words"}


@dataclass(frozen=True)
class Sight(Outcome):
    """What was seen; kept as ``gesehen.json``, for sums of deliveries are not protected.

    Parameters
    ----------
    folder : layers and tables as recognised
    problems : everything there is to say about them, each under the name of its file
    """

    _file: ClassVar[str] = "gesehen.json"
    _for_office: ClassVar[bool] = True

    folder: SeenFolder
    problems: tuple[Problem, ...]

    def summary(self) -> dict[str, Plain]:
        """Return everything for programs; cells of a list of single persons are nowhere in it."""
        return {
            "layers": [_layer(layer) for layer in self.folder.layers],
            "tables": [_table(table) for table in self.folder.tables],
            "others": list(self.folder.others),
            "problems": [p.to_dict() for p in self.problems],
        }


@own_errors
def see(
    paths: Sequence[Path],
    *,
    key: str | int | None = None,
    sheet: str | None = None,
    progress: Progress = no_progress,
) -> Sight:
    """Return what files are.

    Parameters
    ----------
    paths : files, or folders with them; layers among them tell which column holds the keys
    key : name or number of the key column, where it is another than the one recognised
    sheet : the one sheet to look at
    progress : told the name of each step as it begins

    Raises
    ------
    DataError
        If a file is not there, or there is none.
    """
    files = _named(paths)
    progress("read")
    folder = look_at_files(files)
    chosen = tuple(t for t in folder.tables if sheet is None or t.sheet in {sheet, ""})
    folder = replace(folder, tables=tuple(_keyed(t, key) for t in chosen))
    progress("check")
    found = [p for layer in folder.layers for p in layer.problems]
    for table in folder.tables:
        read = _as_read(table, files[table.file], folder)
        own = [p for p in table.problems if not read or p.code.startswith("recognise.")]
        found += [replace(p, file=table.label) for p in (*own, *read)]
    return Sight(folder, tuple(dict.fromkeys(found)))


def _named(paths: Sequence[Path]) -> dict[str, Path]:
    """Return name -> file, for all files and all files of folders."""
    missing = [p for p in paths if not p.exists()]
    if missing:
        raise DataError([problem("sources.path_absent", file=p.name, found="–") for p in missing])
    files: dict[str, Path] = {}
    for path in paths:
        inside = (
            {p.relative_to(path).as_posix(): p for p in files_below(path)} if path.is_dir() else {}
        )
        for name, file in (inside or {path.name: path}).items():
            files[name if name not in files else file.as_posix()] = file
    return files


def _keyed(table: SeenTable, key: str | int | None) -> SeenTable:
    if key is None or table.kind in _NO_TABLES:
        return table
    return replace(table, key=key)


def _as_read(table: SeenTable, path: Path, folder: SeenFolder) -> list[Problem]:
    """Return what the reader of a build says about a table: signs, sums, zeros of its keys."""
    if not table.key or table.long_by or table.layer or table.kind in _NO_TABLES:
        return []
    match = table.match
    layer = None if match is None else folder.layer(match.layer)
    known: dict[str, Any] = {}
    if match is not None and layer is not None and match.way in {"equal", "zeros"}:
        width = layer.width(match.attribute) if match.way == "zeros" else None
        known = {"width": width, "areas": layer.columns[match.attribute]}
    return read_table(path, key=table.key, sheet=table.sheet or None, **known).problems


# --- for programs ---------------------------------------------------------------------------------


def _layer(layer: SeenLayer) -> dict[str, Any]:
    return {
        "file": layer.file,
        "layer": layer.layer,
        "geometry": layer.geometry,
        "features": layer.features,
        "crs": layer.crs,
        "keys": list(layer.keys),
        "attributes": list(layer.columns),
    }


def _table(table: SeenTable) -> dict[str, Any]:
    match = table.match
    return {
        "file": table.file,
        "sheet": table.sheet,
        "kind": table.kind,
        "rows": table.rows,
        "head": list(table.header),
        "key": table.key,
        "areas": None if match is None else _match(match),
        "days": [day.isoformat() for day in table.period.days],
        "days_from": table.period.source,
        "long_by": list(table.long_by),
        "totals": list(table.totals),
        "columns": [
            {
                "title": c.title,
                "kind": c.kind,
                "filled": c.filled,
                "status": dict(c.status),
                "total": c.total,
                "smallest": c.smallest,
                "largest": c.largest,
                "part_of": [
                    {"column": p.denominator, "proved_by": p.share}
                    for p in table.pairs.get(c.title, ())[:3]
                ],
            }
            for c in table.columns
        ],
    }


def _match(match: Any) -> dict[str, Any]:
    return {
        "layer": match.layer,
        "attribute": match.attribute,
        "way": match.way,
        "score": round(match.score, 4),
        "matched": match.matched,
        "areas": match.areas,
        "only_in_table": list(match.left_table),
        "only_in_layer": list(match.left_layer),
    }
