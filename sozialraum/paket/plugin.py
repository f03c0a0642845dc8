"""``python -m sozialraum.paket.plugin FOLDER``."""

from __future__ import annotations

import argparse
from pathlib import Path

from sozialraum.paket.plugin_zip import write_plugin
from sozialraum.texts import catalogue, text


def make_plugin(words: list[str] | None = None) -> int:
    """Write the plugin, say how it is installed."""
    said = catalogue("qgis")["help"]
    asked = argparse.ArgumentParser(
        prog="python -m sozialraum.paket.plugin", description=said["qgis"]
    )
    asked.add_argument("folder", metavar="ZIEL", type=Path, help=said["folder"])
    written = write_plugin(asked.parse_args(words).folder)
    print(text("qgis.made", file=written.as_posix()))
    return 0


if __name__ == "__main__":
    raise SystemExit(make_plugin())
