"""Packing the plugin: its modules, its German words and what QGIS wants to know of it, in a zip."""

from __future__ import annotations

import json
import zipfile
from importlib import import_module, resources
from pathlib import Path

from sozialraum.texts import catalogue

PLUGIN, FILE = "sozialraum_qgis", "sozialraum_qgis.zip"
_FIRST_DAY = (1980, 1, 1, 0, 0, 0)  # the earliest a ZIP can say: same bytes on any day
_MADE = '"""Made by ``python -m sozialraum.paket.plugin``."""'
_START = f"{_MADE}\n\nfrom sozialraum_qgis.provider import classFactory\n"


def _version() -> str:
    """Return the version of the program that packs."""
    return str(import_module("sozialraum").__version__)


def plugin_files() -> dict[str, str]:
    """Return the files of the plugin by their path in the zip.

    The plugin runs in the Python of QGIS, where this program is not installed: it takes nothing
    from here but its words.
    """
    folder = resources.files("sozialraum.qgis") / "plugin"
    modules = {
        f"{PLUGIN}/{one.name}": one.read_text(encoding="utf-8")
        for one in folder.iterdir()
        if one.name.endswith(".py")
    }
    words = catalogue("qgis")
    told = "".join(f"{key}={value}\n" for key, value in words["metadata"].items())
    return {
        **dict(sorted(modules.items())),
        f"{PLUGIN}/__init__.py": _START,
        f"{PLUGIN}/metadata.txt": f"[general]\n{told}version={_version()}\n",
        f"{PLUGIN}/words.json": json.dumps(words["plugin"], ensure_ascii=False, indent=1),
    }


def write_plugin(folder: Path) -> Path:
    """Write the plugin as a zip into a folder, which is made; return the zip."""
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / FILE
    with zipfile.ZipFile(target, "w") as packed:
        for name, content in plugin_files().items():
            entry = zipfile.ZipInfo(name, date_time=_FIRST_DAY)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            entry.create_system = 0
            packed.writestr(entry, content.encode("utf-8"))
    return target
