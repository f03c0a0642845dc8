"""All files of a build in one folder, or none: the old folder stays whole until then."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from sozialraum.model import Problem, Release
from sozialraum.publish.design import Design
from sozialraum.publish.folder import whole_folder
from sozialraum.publish.manifest import write_manifest
from sozialraum.publish.method import write_method
from sozialraum.publish.page.map_page import write_map
from sozialraum.publish.page.report_check import Scope, write_check_report
from sozialraum.publish.papers.documents import (
    SHEETS,
    write_profiles,
    write_report,
    write_sheets,
)
from sozialraum.publish.tables.csv_parquet import write_csv, write_parquet
from sozialraum.publish.tables.geopackage import write_geopackage
from sozialraum.publish.tables.kommonitor import write_kommonitor
from sozialraum.publish.tables.metadata import write_metadata
from sozialraum.publish.tables.workbook import write_xlsx

Writer = Callable[..., None]
WRITERS: dict[str, tuple[str, Writer]] = {
    "karte": ("karte.html", write_map),
    "csv": ("index.csv", write_csv),
    "parquet": ("index.parquet", write_parquet),
    "xlsx": ("index.xlsx", write_xlsx),
    "geopackage": ("index.gpkg", write_geopackage),
    "methode": ("methode.md", write_method),
    "bericht": ("bericht.pdf", write_report),
    "steckbriefe": ("steckbriefe.pdf", write_profiles),
}
FOLDERS = ("karten", "kommonitor")
METADATA = "metadaten"
FILES = ("karte", "csv", "parquet", "xlsx", "geopackage", "methode")


def write_all(
    release: Release,
    folder: str | Path,
    *,
    files: Sequence[str] = FILES,
    problems: Sequence[Problem] = (),
    facts: Mapping[str, Any] | None = None,
    design: Design | None = None,
    further: Mapping[str, bytes] | None = None,
) -> list[Path]:
    """Write the named files, check report and manifest; replace the folder when all stand.

    Parameters
    ----------
    release : what may leave the house
    folder : target; an older build in it is replaced, anything else is not touched
    files : words of ``[output] files``
    problems : findings for the check report
    facts : plain values for the manifest
    design : colour, logo, language and background; None = ours
    further : more files by name, written with the others or not at all

    Returns
    -------
    Paths of the written files.

    Raises
    ------
    DataError
        If the target holds something that is no build of ours, or a program keeps a file of it
        open.

    Notes
    -----
    Everything is written into a new folder beside the target. Then the target is renamed aside, the
    new folder renamed to the target, and the old one deleted. Windows cannot rename a folder while
    a file in it is open (a map in Excel, a table in QGIS): that fails at the first rename, before
    anything has changed, and the error says so.
    """
    known = {*WRITERS, *FOLDERS, METADATA}
    unknown = sorted(set(files) - known)
    if unknown:
        message = (
            f"The 'files' parameter of write_all must be of {sorted(known)}. Got {unknown} instead."
        )
        raise ValueError(message)
    target = Path(folder)
    with whole_folder(target) as fresh:
        write_into(
            release, fresh, files=files, problems=problems, facts=facts, design=design,
            further=further,
        )  # fmt: skip
    return sorted(p for p in target.rglob("*") if p.is_file())


def write_into(
    release: Release,
    fresh: Path,
    *,
    files: Sequence[str],
    problems: Sequence[Problem] = (),
    scope: Scope = "all",
    facts: Mapping[str, Any] | None = None,
    design: Design | None = None,
    further: Mapping[str, bytes] | None = None,
) -> None:
    """Write everything into an empty folder that gets its name later; as `write_all` otherwise.

    `scope` says for whom the check report is.
    """
    for word in files:
        if word in WRITERS:
            name, write = WRITERS[word]
            write(release, fresh / name, **_looks(word, design))
    if "karten" in files:
        looks = _looks("karten", design)
        write_sheets(release, fresh / "karten", views=("index", *SHEETS), **looks)
    if "kommonitor" in files:
        write_kommonitor(release, fresh / "kommonitor")
    if METADATA in files:
        plan = (facts or {}).get("plan", {})
        licence = plan.get("output", {}).get("licence", "")
        path = fresh / "metadaten.json"
        write_metadata(release, path, ags=plan.get("ags", ""), licence=licence)
    for name, content in (further or {}).items():
        (fresh / name).write_bytes(content)
    report = fresh / "pruefbericht.html"
    write_check_report(problems, report, title=release.facts.title, scope=scope)
    write_manifest(release, fresh, facts=facts)


def _looks(word: str, design: Design | None) -> dict[str, Any]:
    """Return the arguments of a writer that come from the design."""
    if design is None:
        return {}
    if word == "karte":
        return {"lang": design.lang, "basemap": design.basemap, "logo": design.logo_address}
    if word in ("bericht", "steckbriefe", "karten"):
        return {"accent": design.accent, "logo": design.logo}
    return {}
