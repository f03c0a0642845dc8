"""Single papers from a build file: profiles of some areas, one more map."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sozialraum.config.pydantic_errors import did_you_mean
from sozialraum.model import Problem
from sozialraum.model.errors import DataError
from sozialraum.model.problem import Plain
from sozialraum.publish.papers.documents import sheet_names, write_profiles, write_sheets
from sozialraum.texts import problem, speaking_of, text
from sozialraum.workflows.build.building import build
from sozialraum.workflows.build.looks import design_of
from sozialraum.workflows.build.published_indicators import refuse_without_index
from sozialraum.workflows.build.result import Result
from sozialraum.workflows.error_boundary import own_errors
from sozialraum.workflows.outcome import Outcome, Progress, no_progress


@dataclass(frozen=True, eq=False)
class Profiles(Outcome):
    """A page per area, of the release of a build.

    Parameters
    ----------
    result : the build
    areas : keys; all areas if empty
    file : name of the PDF
    """

    result: Result
    areas: tuple[str, ...]
    file: str

    @property
    def problems(self) -> tuple[Problem, ...]:
        """The findings of the build."""
        return self.result.problems

    def summary(self) -> dict[str, Plain]:
        """Return which areas have a page, for programs."""
        named = self.result.release.areas["name"]
        keys = self.areas or tuple(named.index)
        return {"file": self.file, "areas": {key: str(named[key]) for key in keys}}

    def _write(self, folder: Path) -> list[str]:
        keys = list(self.areas) or None
        looks = _looks(self.result)
        with speaking_of(self.result.plan.place_kind):
            write_profiles(self.result.release, folder / self.file, keys=keys, **looks)
        return [self.file]


@dataclass(frozen=True, eq=False)
class Sheets(Outcome):
    """A3 sheets (PDF, SVG, PNG) of the index, an indicator or a layer, of the release of a build.

    Parameters
    ----------
    result : the build
    views : what is drawn
    """

    result: Result
    views: tuple[str, ...]

    @property
    def problems(self) -> tuple[Problem, ...]:
        """The findings of the build."""
        return self.result.problems

    def summary(self) -> dict[str, Plain]:
        """Return what is drawn, for programs."""
        return {"views": list(self.views)}

    def _write(self, folder: Path) -> list[str]:
        looks = _looks(self.result)
        with speaking_of(self.result.plan.place_kind):
            written = write_sheets(self.result.release, folder, views=self.views, **looks)
        return [path.name for path in written]


@own_errors
def area_profiles(
    build_file: str | Path,
    *,
    areas: Sequence[str] = (),
    file: str = "profile.pdf",
    data: str | Path | None = None,
    progress: Progress = no_progress,
) -> Profiles:
    """Return the profiles of some areas (all of them if none is named).

    Parameters
    ----------
    build_file, data, progress : as of `build`
    areas : keys or names
    file : name of the PDF that is written

    Raises
    ------
    DataError
        If an area is unknown; names the closest one.
    """
    result = build(build_file, data=data, progress=progress)
    refuse_without_index(result.plan)
    return Profiles(result, tuple(_key(result, wanted) for wanted in areas), file)


@own_errors
def sheets(
    build_file: str | Path,
    *,
    views: Sequence[str] = ("index",),
    data: str | Path | None = None,
    progress: Progress = no_progress,
) -> Sheets:
    """Return A3 sheets of the index, an indicator or a layer.

    Parameters
    ----------
    build_file, data, progress : as of `build`
    views : what is drawn

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
    return Sheets(result, tuple(views))


def _looks(result: Result) -> dict[str, Any]:
    """Return colour and mark of the town."""
    design = design_of(result.plan)
    return {"accent": design.accent, "logo": design.logo}


def _key(result: Result, wanted: str) -> str:
    names = result.release.areas["name"]
    if wanted in names.index:
        return wanted
    same = names.index[names.str.casefold() == wanted.casefold()]
    if len(same) == 1:
        return str(same[0])
    hint = did_you_mean(wanted, [*names.index, *names])
    raise DataError(text("cli.no_such_area", wanted=wanted, hint=hint))
