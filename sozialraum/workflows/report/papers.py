"""Single papers from a build file: profiles of some areas, one more map."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Sequence
from pathlib import Path

from sozialraum.model.errors import DataError
from sozialraum.publish.papers.documents import sheet_names, write_profiles, write_sheets
from sozialraum.texts import problem, text
from sozialraum.workflows.build.building import build
from sozialraum.workflows.build.looks import design_of
from sozialraum.workflows.build.published_indicators import refuse_without_index
from sozialraum.workflows.build.result import Result
from sozialraum.workflows.error_boundary import own_errors

Progress = Callable[[str], None]


@own_errors
def area_profiles(
    build_file: str | Path,
    path: str | Path,
    *,
    areas: Sequence[str] = (),
    data: str | Path | None = None,
    progress: Progress = lambda step: None,
) -> Path:
    """Write the profiles of some areas (all of them if none is named) as PDF.

    Parameters
    ----------
    build_file, data : as of `build`
    path : PDF to write
    areas : keys or names

    Raises
    ------
    DataError
        If an area is unknown; names the closest one.
    """
    result = build(build_file, data=data, progress=progress)
    refuse_without_index(result.plan)
    keys = [_key(result, wanted) for wanted in areas] or None
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    design = design_of(result.plan)
    write_profiles(result.release, path, keys=keys, accent=design.accent, logo=design.logo)
    return Path(path)


@own_errors
def sheets(
    build_file: str | Path,
    folder: str | Path,
    *,
    views: Sequence[str] = ("index",),
    data: str | Path | None = None,
    progress: Progress = lambda step: None,
) -> list[Path]:
    """Write A3 sheets (PDF, SVG, PNG) of the index, an indicator or a layer.

    Raises
    ------
    DataError
        If the build has no such view; names those it has.
    """
    result = build(build_file, data=data, progress=progress)
    refuse_without_index(result.plan)
    known = sheet_names(result.release)
    missing = [view for view in views if view not in known]
    if missing:
        found = ", ".join(missing)
        raise DataError(problem("pipeline.no_view", found=found, known=", ".join(known)))
    design = design_of(result.plan)
    looks = {"accent": design.accent, "logo": design.logo}
    return write_sheets(result.release, folder, views=views, **looks)


def _key(result: Result, wanted: str) -> str:
    names = result.release.areas["name"]
    if wanted in names.index:
        return wanted
    same = names.index[names.str.casefold() == wanted.casefold()]
    if len(same) == 1:
        return str(same[0])
    close = difflib.get_close_matches(wanted, [*names.index, *names], n=1)
    hint = text("config.did_you_mean", word=close[0]) if close else ""
    raise DataError(text("cli.no_such_area", wanted=wanted, hint=hint))
