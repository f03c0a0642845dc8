"""``bericht.pdf``, ``steckbriefe.pdf`` and A3 sheets: tagged PDF (PDF/UA-1), set by typst."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sozialraum.model import Release
from sozialraum.model.errors import ConfigError
from sozialraum.publish.asset_files import asset
from sozialraum.publish.layers import layer_views
from sozialraum.publish.map_layers import make_views
from sozialraum.publish.papers.profile_data import profile_data
from sozialraum.publish.papers.report_data import report_data
from sozialraum.publish.papers.sheet_data import indicator_sheets, map_sheet, ranking_sheets
from sozialraum.publish.tables.geopackage import layer_name
from sozialraum.texts import problem

SHEETS: dict[str, tuple[str, Callable[..., Iterator[dict[str, Any]]]]] = {
    "indikatoren": ("indikatorenblatt.typ", indicator_sheets),
    "rangfolge": ("rangblatt.typ", ranking_sheets),
}
_PPI = 300
_GAP = re.compile(r"[\t\r\v\f]")
# PDF/UA forbids signs that the font does not have; one such sign in a name must not end a build.
_NOT_IN_FONT = re.compile(
    "[^\n\x20-\u052f\u1e00-\u1eff\u2010-\u2026\u2030-\u203a\u20ac\u2190-\u2193\u2212]"
)


def write_report(
    release: Release, path: str | Path, *, accent: str = "#0c4a8d", logo: str | None = None
) -> None:
    """Write the report for a committee.

    Parameters
    ----------
    release : what may leave the house
    path : PDF to write
    accent : colour of headings
    logo : SVG text of the town's logo, or None
    """
    Path(path).write_bytes(typeset("bericht.typ", report_data(release, accent=accent, logo=logo)))


def write_profiles(
    release: Release,
    path: str | Path,
    *,
    keys: Sequence[str] | None = None,
    accent: str = "#0c4a8d",
    logo: str | None = None,
) -> None:
    """Write one page per area.

    Parameters
    ----------
    release : what may leave the house
    path : PDF to write
    keys : areas, in this order; None = all, by name
    accent, logo : as in `write_report`

    Raises
    ------
    ValueError
        If an area is not in the release.
    """
    known = release.areas.index
    unknown = sorted(set(keys or ()) - set(known))
    if unknown:
        message = (
            f"The 'keys' parameter of write_profiles must be area keys. Got {unknown} instead."
        )
        raise ValueError(message)
    wanted = (
        list(keys)
        if keys is not None
        else list(release.areas["name"].sort_values(kind="stable").index)
    )
    data = profile_data(release, wanted, accent=accent, logo=logo)
    # As a picture the map stands in the file once; as a drawing it would stand there per page.
    inset = typeset("lagekarte.typ", {"map": data.pop("map")}, kind="png")
    pdf = typeset("steckbriefe.typ", data, pictures={"lagekarte.png": inset})
    Path(path).write_bytes(pdf)


def write_sheets(
    release: Release,
    folder: str | Path,
    *,
    views: Sequence[str] = ("index",),
    formats: Sequence[str] = ("pdf", "svg", "png"),
    accent: str = "#0c4a8d",
    logo: str | None = None,
) -> list[Path]:
    """Write sheets of A3: maps, small maps of all indicators, the ranking with its intervals.

    PDF for the Vorlage, SVG for layout, PNG (300 dpi) for slides.

    Parameters
    ----------
    release : what may leave the house
    folder : made if it does not exist
    views : ids of views: axes ("index"), indicators, "certainty", …; `SHEETS` for the others
    formats : of "pdf", "svg", "png"
    accent, logo : as in `write_report`

    Raises
    ------
    ValueError
        If the release has no such view.
    """
    known = sheet_names(release)
    missing = sorted(set(views) - set(known))
    if missing:
        message = (
            f"The 'views' parameter of write_sheets must be of {sorted(known)}. "
            f"Got {missing} instead."
        )
        raise ValueError(message)
    folder, written = Path(folder), []
    folder.mkdir(parents=True, exist_ok=True)
    for view in views:
        for name, template, data in _sheets(release, view, accent=accent, logo=logo):
            for kind in formats:
                written.append(folder / f"{name}.{kind}")
                written[-1].write_bytes(typeset(template, data, kind=kind))
    return written


def sheet_names(release: Release) -> list[str]:
    """Return what `write_sheets` can draw of a release."""
    return [*SHEETS, *(view.id for view in [*make_views(release), *layer_views(release)])]


def _sheets(
    release: Release, wanted: str, *, accent: str, logo: str | None
) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield file name, template and data of each sheet of one view."""
    if wanted in SHEETS:
        template, pages = SHEETS[wanted]
        for number, data in enumerate(pages(release, accent=accent, logo=logo), 1):
            yield (wanted if number == 1 else f"{wanted}_{number}"), template, data
        return
    views = {view.id: view for view in [*make_views(release), *layer_views(release)]}
    data = map_sheet(release, views[wanted], accent=accent, logo=logo)
    yield f"karte_{layer_name(wanted)}", "kartenblatt.typ", data


def typeset(
    template: str,
    data: dict[str, Any],
    *,
    kind: str = "pdf",
    pictures: Mapping[str, bytes] | None = None,
) -> bytes:
    """Return a template filled with plain values: as PDF/UA-1, or its one page as SVG or PNG.

    `pictures` are files the template names.

    Only the fonts inside typst are used, so a page does not depend on the machine it was made on.
    They have Latin, Greek and Cyrillic letters; any other letter is set as "?".

    Raises
    ------
    ConfigError
        If typst is not installed.
    """
    try:
        import typst
    except ImportError as error:
        raise ConfigError(problem("publish.no_typst")) from error
    with TemporaryDirectory() as folder:
        for name in ("vorlage.typ", template):
            Path(folder, name).write_text(asset(name), encoding="utf-8")
        for name, picture in (pictures or {}).items():
            Path(folder, name).write_bytes(picture)
        inputs = {"data": json.dumps(_settable(data), ensure_ascii=False, allow_nan=False)}
        special = {"pdf": {"pdf_standards": ["ua-1"]}, "png": {"ppi": _PPI}}.get(kind, {})
        return typst.compile(
            str(Path(folder, template)),
            format=kind,
            sys_inputs=inputs,
            ignore_system_fonts=True,
            **special,
        )


def _settable(value: Any) -> Any:
    r"""Return plain values with "?" for every sign the fonts of typst do not have, blanks for tabs.

    Examples
    --------
    >>> _settable({"name": ["Łódź, Ümit,\tΚαλημέρα, \u65e5"]})
    {'name': ['Łódź, Ümit, Καλημέρα, ?']}
    """
    if isinstance(value, str):
        return _NOT_IN_FONT.sub("?", _GAP.sub(" ", value))
    if isinstance(value, dict):
        return {key: _settable(one) for key, one in value.items()}
    return [_settable(one) for one in value] if isinstance(value, list | tuple) else value
