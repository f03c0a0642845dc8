"""``new``: a build file from a folder, or a new delivery added to one that is there."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sozialraum.config.template import toml_value
from sozialraum.model import Problem
from sozialraum.model.errors import ConfigError, DataError
from sozialraum.model.options import usable_path
from sozialraum.model.problem import Plain
from sozialraum.sources.recognise.folder import files_below, look_at_files
from sozialraum.sources.recognise.seen import SeenFolder
from sozialraum.texts import problem
from sozialraum.workflows.error_boundary import own_errors
from sozialraum.workflows.new.proposal import Proposal
from sozialraum.workflows.new.proposing import propose
from sozialraum.workflows.new.writing import proposal_text
from sozialraum.workflows.outcome import NewFile, Progress, no_progress


@dataclass(frozen=True)
class BuildDraft(NewFile):
    """A build file that is not written yet.

    Parameters
    ----------
    path : where it will lie
    folder : what was recognised
    proposal : as far as it is answered
    """

    path: Path
    folder: SeenFolder
    proposal: Proposal

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What there is to say about the tables."""
        return tuple(p for table in self.folder.tables for p in table.problems)

    def words(self) -> str:
        """Return the build file as text."""
        return proposal_text(self.proposal, self.path.as_posix())

    def summary(self) -> dict[str, Plain]:
        """Return what is proposed and what is open, for programs."""
        return {
            "file": self.path.as_posix(),
            "indicators": [i.id for i in self.proposal.used],
            "left_out": list(self.proposal.left_out),
            "questions": [
                {"id": q.id, "text": q.text, "choices": dict(q.choices), "proposal": q.proposal}
                for q in self.proposal.questions
            ],
            "problems": [p.to_dict() for p in self.problems],
        }


@own_errors
def look_below(
    folder: Path,
    *,
    keys: Mapping[str, str] | None = None,
    progress: Progress = no_progress,
) -> SeenFolder:
    """Return what the files below a folder are.

    Parameters
    ----------
    folder : with tables and areas
    keys : label of a table -> title of its key column, where the content does not tell it

    Raises
    ------
    DataError
        If there is no such folder.
    """
    if not folder.is_dir():
        raise DataError(problem("recognise.no_folder", file=folder.as_posix()))
    progress("read")
    files = {p.relative_to(folder).as_posix(): p for p in files_below(folder)}
    return look_at_files(files, keys)


@own_errors
def draft(
    seen: SeenFolder,
    name: str,
    *,
    folder: Path,
    path: Path,
    recipe: str = "minmax_mean",
    replies: Mapping[str, str] | None = None,
) -> BuildDraft:
    """Return the build file that is proposed for a folder.

    Parameters
    ----------
    seen : of `look_below`
    name : of the municipality
    folder, path : of the files, and of the build file
    recipe : method of the catalogue
    replies : id of a question -> answer

    Raises
    ------
    ConfigError
        If the name is no file name, or the recipe or the wanted areas are unknown.
    DataError
        If there are no areas, or no table fits them.
    """
    if not usable_path(name) or Path(name).name != name or "\\" in name:
        raise ConfigError(problem("config.bad_name", found=name))
    _refuse_unknown_target(seen, (replies or {}).get("target", ""))
    _refuse_no_day((replies or {}).get("stichtag", ""))
    data = relative(folder, path.parent)
    proposal = propose(seen, name, data=data, recipe=recipe, replies=replies)
    if proposal is None:
        raise DataError(_nothing_to_propose(seen, folder))
    return BuildDraft(path, seen, proposal)


def _nothing_to_propose(seen: SeenFolder, folder: Path) -> Problem:
    """Return why no build file can be proposed, with the way out."""
    if not any(x.geometry == "areas" for x in seen.layers):
        return problem("recognise.no_areas", file=folder.as_posix())
    grids = [t.file for t in seen.tables if t.kind == "zensus"]
    if grids:
        return problem("recognise.only_census", file=grids[0], grid=toml_value(grids[0]))
    return problem("recognise.no_keyed_table", file=folder.as_posix())


def _refuse_unknown_target(seen: SeenFolder, wanted: str) -> None:
    known = [x for x in seen.layers if x.geometry == "areas"]
    if wanted and not any(wanted in {x.label, x.file, x.layer} for x in known):
        listed = ", ".join(x.label for x in known) or "–"
        raise ConfigError(problem("recognise.no_target", found=wanted, known=listed))


def _refuse_no_day(given: str) -> None:
    try:
        dt.date.fromisoformat(given or "2024-12-31")
    except ValueError:
        raise ConfigError(problem("recognise.bad_day", key="stichtag", found=given)) from None


@own_errors
def relative(folder: Path, start: Path) -> str:
    """Return a folder as seen from another; whole where they lie on different drives."""
    try:
        return Path(os.path.relpath(folder.resolve(), start.resolve())).as_posix()
    except ValueError:
        return folder.resolve().as_posix()
