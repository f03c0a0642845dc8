"""Leaflet 1.9.4 as text that can stand inside one file.

The two files come from the wheel ``django-js-lib-leaflet`` (files only; Django is not needed). They
are read as package resources and checked, so a map never loads anything from anywhere and never
carries a script nobody has looked at.
"""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from importlib import resources

from sozialraum.model.errors import DataError
from sozialraum.texts import problem

SHA256 = "db49d009c841f5ca34a888c96511ae936fd9f5533e90d8b2c4d57596f4e5641a"
_IMAGE = re.compile(r"url\((images/[\w.-]+)\)")
_SOURCE_MAP = re.compile(r"\n?//# sourceMappingURL=.*")


def checked(script: bytes) -> str:
    """Return Leaflet's script as text without its source map line.

    Raises
    ------
    DataError
        If the bytes are not those of Leaflet 1.9.4.
    """
    found = hashlib.sha256(script).hexdigest()
    if found != SHA256:
        raise DataError(problem("publish.leaflet_hash", file="leaflet.js", found=found, sha=SHA256))
    return _SOURCE_MAP.sub("", script.decode("utf-8"))


@cache
def leaflet_script() -> str:
    """Return leaflet.js 1.9.4, checked against its sha256."""
    return checked(_folder().joinpath("leaflet.js").read_bytes())


@cache
def leaflet_style() -> str:
    """Return leaflet.css with its pictures as ``data:`` addresses."""
    style = _folder().joinpath("leaflet.css").read_text(encoding="utf-8")
    return _IMAGE.sub(lambda match: f"url({_data_uri(match.group(1))})", style)


def _data_uri(image: str) -> str:
    raw = _folder().joinpath(image).read_bytes()
    return "data:image/png;base64," + base64.b64encode(raw).decode("ascii")


def _folder() -> resources.abc.Traversable:
    return resources.files("js_lib_leaflet").joinpath("static", "js_lib_leaflet")
