"""Paths of the build file: every one must end at a regular file below the data folder."""

from __future__ import annotations

import re
from pathlib import Path, PureWindowsPath

from sozialraum.model.errors import ConfigError
from sozialraum.model.options import LAYER_SUFFIXES
from sozialraum.texts import problem

SUFFIXES = {
    *LAYER_SUFFIXES,
    *(".csv", ".txt", ".tsv", ".xlsx", ".xls", ".ods", ".dbf", ".parquet", ".gz"),
    *(".tif", ".tiff", ".svg", ".pbf"),
    *(".docx", ".pptx", ".md"),
}
_RESERVED = {"CON", "PRN", "AUX", "NUL", *(f"{d}{n}" for d in ("COM", "LPT") for n in range(1, 10))}
_FORBIDDEN = re.compile(r"[\x00-\x1f<>:\"|?*]")


def resolve(path: str | Path, root: str | Path) -> Path:
    """Return where `path` of a build file lies, if it may be read.

    Refused are: addresses (``http://…``), GDAL prefixes (``/vsicurl/…``, ``CSV:…``, inline XML),
    absolute paths, ``..``, links that lead out of `root`, names that Windows keeps for devices,
    control characters, folders and devices, and file types the package does not read.

    Parameters
    ----------
    path : relative to `root`, with ``/`` between folders
    root : the data folder

    Raises
    ------
    ConfigError
        With what was written and what is allowed.
    """
    written = str(path)
    reason = _reason(written)
    if reason:
        raise ConfigError(problem(f"sources.path_{reason}", found=_printable(written)))
    base = Path(root).resolve()
    place = (base / written).resolve()
    if not place.is_relative_to(base):
        raise ConfigError(problem("sources.path_outside", found=_printable(written)))
    if not place.exists():
        near = _did_you_mean(base / written)
        raise ConfigError(problem("sources.path_absent", file=written, found=near))
    if not place.is_file():
        raise ConfigError(problem("sources.path_no_file", file=written))
    return place


def _reason(written: str) -> str:
    """Return why a path is refused before anything is touched, or ""."""
    if "://" in written or written.lstrip("/\\").lower().startswith("vsi"):
        return "address"
    if _FORBIDDEN.search(written) or not written.strip():
        return "characters"
    windows = PureWindowsPath(written)
    if windows.is_absolute() or windows.drive or written.startswith(("/", "\\", "~")):
        return "absolute"
    if ".." in windows.parts:
        return "outside"
    if any(part.split(".")[0].rstrip(" ").upper() in _RESERVED for part in windows.parts):
        return "reserved"
    return "" if windows.suffix.lower() in SUFFIXES else "suffix"


def _printable(written: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in written)[:120]


def _did_you_mean(place: Path) -> str:
    """Return the names in the folder that come close, for the message."""
    import difflib

    names = [p.name for p in place.parent.iterdir()] if place.parent.is_dir() else []
    near = difflib.get_close_matches(place.name, names, n=3)
    return ", ".join(near) or "–"
