"""What every verb gives back, so that terminal, assistant and batch drive all of them alike."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from sozialraum.model import Problem
from sozialraum.model.errors import ConfigError
from sozialraum.model.problem import Plain
from sozialraum.texts import problem
from sozialraum.workflows.error_boundary import own_errors

if TYPE_CHECKING:
    import pandas as pd

Progress = Callable[[str], None]


def no_progress(step: str) -> None:
    """Say nothing as a step begins."""


class Outcome:
    """What a verb found, and how it is kept: base of what every verb gives back.

    An outcome is frozen and has `problems`, the findings that did not stop the verb. What it says
    to programs is published, or the verb is for the office alone and says so.
    """

    _file: ClassVar[str] = ""
    _for_office: ClassVar[bool] = False

    def summary(self) -> dict[str, Plain]:
        """Return plain values, for ``--json`` and the assistant."""
        raise NotImplementedError

    @own_errors
    def save(
        self,
        folder: str | Path,
        *,
        office: str | Path | None = None,
        progress: Progress = no_progress,
    ) -> list[str]:
        """Write everything into a folder, whole or not at all; return the names of the files.

        Parameters
        ----------
        folder : of the result; for what is for the office alone, no public result nor one in it
        office : folder for what only the office may have, of a verb that was asked for it; neither
            in the public one nor around it; None for nowhere
        progress : given the name of each step as it begins

        Raises
        ------
        ConfigError, DataError
            If it cannot be written, a folder holds something that is no result of ours, or what is
            for the office alone would lie in a public result.
        DisclosureError
            If the ledger cannot be written, or has grown since it was read; nothing is written
            then.
        """
        return self._keep(Path(folder), None if office is None else Path(office), progress)

    def _keep(self, folder: Path, office: Path | None, progress: Progress) -> list[str]:
        """Write what is all public, or all for the office."""
        from sozialraum.publish.folder import refuse_public

        progress("publish")
        if self._for_office:
            refuse_public(folder)
        folder.mkdir(parents=True, exist_ok=True)
        return self._write(folder)

    def _write(self, folder: Path) -> list[str]:
        """Write what `summary` returns; an outcome with pages of its own writes them here."""
        return [write_summary(self.summary(), folder / self._file)]


class Findings(Outcome):
    """Base of outcomes that are findings about deliveries: a report for the office."""

    _for_office: ClassVar[bool] = True
    problems: tuple[Problem, ...]

    def _write(self, folder: Path) -> list[str]:
        from sozialraum.publish.page.report_check import write_check_report

        write_check_report(self.problems, folder / "pruefbericht.html", scope="office")
        return ["pruefbericht.html", "pruefbericht.json"]


class NewFile(Outcome):
    """Base of outcomes that are one file to go on writing in: a build, plan or participation file.

    `path` says where it is meant to lie: the paths in it are written from there.
    """

    _replaces: ClassVar[bool] = False
    path: Path

    def words(self) -> str:
        """Return what stands in the file."""
        raise NotImplementedError

    def _write(self, folder: Path) -> list[str]:
        file = folder / self.path.name
        if file.exists() and not self._replaces:
            raise ConfigError(problem("config.exists", file=file.as_posix()))
        beside = file.with_name(f"{file.name}.neu")
        beside.write_text(self.words(), encoding="utf-8", newline="\n")
        beside.replace(file)
        return [file.name]


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return a table by rows as plain values; None where there is no value."""
    plain = table.reset_index().astype(object)
    return list(plain.where(plain.notna(), None).to_dict("records"))


def write_summary(summary: Mapping[str, Any], path: Path) -> str:
    """Write the summary of an outcome as JSON; return the name of the file."""
    plain = json.dumps(summary, ensure_ascii=False, indent=1, default=str) + "\n"
    path.write_text(plain, encoding="utf-8", newline="\n")
    return path.name
