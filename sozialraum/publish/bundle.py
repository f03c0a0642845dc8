"""All files of a build in one folder, or none: the old folder stays whole until then."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from sozialraum.model import Problem, Release
from sozialraum.publish.design import Design
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
from sozialraum.publish.papers.slides import write_slides
from sozialraum.publish.papers.word_report import write_word_report
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
    "vorlage": ("vorlage.docx", write_word_report),
    "folien": ("folien.pptx", write_slides),
}
FOLDERS = ("karten", "kommonitor")
METADATA = "metadaten"


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
    """Write the named files, check report and manifest into an empty folder.

    Parameters
    ----------
    release : what may leave the house
    fresh : from `whole_folder`, which gives it its name when everything stands
    files : words of ``[output] files``
    problems : findings for the check report
    scope : for whom the check report is
    facts : plain values for the manifest
    design : colour, logo, language and background; None = ours
    further : more files by name, written with the others or not at all

    Raises
    ------
    ValueError
        If `files` names something unknown, or `facts` holds no plain values.
    """
    known = {*WRITERS, *FOLDERS, METADATA}
    unknown = sorted(set(files) - known)
    if unknown:
        message = (
            f"The 'files' parameter of write_into must be of {sorted(known)}. Got {unknown} "
            "instead."
        )
        raise ValueError(message)
    for word in files:
        if word in WRITERS:
            name, write = WRITERS[word]
            write(release, fresh / name, **_looks(word, design))
    if "karte" in files and design is not None and design.basemap:
        from sozialraum.publish.page.folium_maps.background_map import NAME, write_background

        write_background(release, fresh / NAME, basemap=design.basemap, lang=design.lang)
    if "karten" in files:
        looks = _looks("karten", design)
        write_sheets(release, fresh / "karten", views=("index", *SHEETS), **looks)
    if "kommonitor" in files:
        write_kommonitor(release, fresh / "kommonitor")
    if METADATA in files:
        plan = (facts or {}).get("plan", {})
        licence = plan.get("output", {}).get("licence", "")
        path = fresh / "metadaten.json"
        ags = plan.get("ags", ())  # one key, or several
        own = (ags,) if isinstance(ags, str) else tuple(ags)
        write_metadata(release, path, ags=own, licence=licence)
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
        return {"lang": design.lang, "logo": design.logo_address}
    if word in ("bericht", "steckbriefe", "karten"):
        return {"accent": design.accent, "logo": design.logo}
    if word in ("vorlage", "folien"):
        return {"template": design.docx if word == "vorlage" else design.pptx}
    return {}
