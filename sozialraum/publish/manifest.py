"""``manifest.json``: what went in, what came out, and everything in between that decides a number.

No time of writing and no path of the machine stands in it, so the same build gives the same
manifest.
"""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from importlib import metadata
from pathlib import Path
from typing import Any

from sozialraum.model import Release
from sozialraum.publish.published_numbers import index_digits, indicator_figures

NAME = "manifest.json"
_PACKAGES = (
    "sozialraum", "numpy", "pandas", "scipy", "numba", "shapely", "geopandas", "pyogrio", "pyproj",
    "rasterio", "pyarrow", "folium", "XlsxWriter", "django-js-lib-leaflet", "typst",
)  # fmt: skip
_CHUNK = 1 << 20


def write_manifest(
    release: Release, folder: str | Path, *, facts: Mapping[str, Any] | None = None
) -> Path:
    """Write the manifest for the files that stand in `folder`.

    Parameters
    ----------
    release : its scales, breaks and details are recorded
    folder : every file in it but the manifest itself is recorded with its sha256
    facts : plain values of the build: ``inputs`` (file name: sha256), ``plan`` (as understood),
    ``seeds``, …

    Raises
    ------
    ValueError
        If a fact is not a plain value.
    """
    folder = Path(folder)
    path = folder / NAME
    outputs = {p.relative_to(folder).as_posix(): sha256(p) for p in _files(folder) if p != path}
    path.write_bytes(manifest_text(release, outputs=outputs, facts=facts or {}).encode("utf-8"))
    return path


def manifest_text(release: Release, *, outputs: Mapping[str, str], facts: Mapping[str, Any]) -> str:
    """Return the manifest as JSON with sorted keys."""
    body = {
        **facts,
        "title": release.facts.title,
        "place": release.facts.place,
        "stichtage": [edition.stichtag for edition in release.editions],
        "level": release.level,
        "areas": len(release.areas),
        "crs": release.areas.crs.to_string(),
        "indicators": [indicator.id for indicator in release.indicators],
        "scales": {axis: scale.to_dict() for axis, scale in release.scales.items()},
        "breaks": {axis: breaks.to_dict() for axis, breaks in release.breaks.items()},
        "figures": {
            "index": index_digits(release),
            "indicators": {i: asdict(figure) for i, figure in indicator_figures(release).items()},
        },
        "details": release.details,
        "notes": list(release.notes),
        "words": {key: list(messages) for key, messages in release.words.items()},
        "versions": versions(),
        "outputs": dict(outputs),
    }
    return json.dumps(body, ensure_ascii=False, indent=2, sort_keys=True, default=_plain) + "\n"


def versions() -> dict[str, str]:
    """Return Python and the packages that decide a number or a byte."""
    found = {"python": platform.python_version()}
    for name in _PACKAGES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            found[name] = "–"
    return found


def sha256(path: str | Path) -> str:
    """Return the sha256 of a file, read in pieces."""
    digest = hashlib.sha256()
    with Path(path).open("rb") as stream:
        while piece := stream.read(_CHUNK):
            digest.update(piece)
    return digest.hexdigest()


def _files(folder: Path) -> Iterable[Path]:
    return sorted(p for p in folder.rglob("*") if p.is_file())


def _plain(value: object) -> object:
    for name in ("isoformat", "tolist"):
        if hasattr(value, name):
            return getattr(value, name)()
    if isinstance(value, tuple | set | frozenset):
        return sorted(value)
    message = (
        "The 'facts' parameter of write_manifest must hold plain values. "
        f"Got {type(value).__name__} instead."
    )
    raise ValueError(message)
