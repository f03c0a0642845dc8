"""A release as a whole folder, as the builds of these tests have it."""

from pathlib import Path

from sozialraum.publish.bundle import write_into
from sozialraum.publish.folder import whole_folder

FILES = ("karte", "csv", "parquet", "xlsx", "geopackage", "methode")


def write_all(release, folder, *, files=FILES, **more) -> list[Path]:
    """Write the named files, check report and manifest; return the paths."""
    target = Path(folder)
    with whole_folder(target) as fresh:
        write_into(release, fresh, files=files, **more)
    return sorted(p for p in target.rglob("*") if p.is_file())
