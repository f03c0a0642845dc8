"""What every verb gives back, so that terminal, assistant and batch drive all of them alike."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from sozialraum.model import Problem

if TYPE_CHECKING:
    import pandas as pd

Progress = Callable[[str], None]


def no_progress(step: str) -> None:
    """Say nothing as a step begins."""


class Outcome(Protocol):
    """What a verb found, and how it is kept.

    An outcome is frozen. What it says to programs is published, or the verb is for the office alone
    and says so.
    """

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Findings that did not stop the verb."""

    def summary(self) -> dict[str, Any]:
        """Return plain values, for ``--json`` and the assistant."""

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
        folder : of the result
        office : folder for what only the office may have; None for nowhere
        progress : given the name of each step as it begins
        """


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return a table by rows as plain values; None where there is no value."""
    plain = table.reset_index().astype(object)
    return list(plain.where(plain.notna(), None).to_dict("records"))


def write_office_report(problems: Sequence[Problem], folder: Path) -> list[str]:
    """Write findings as ``pruefbericht.html`` and ``pruefbericht.json``; return these names.

    Raises
    ------
    DataError
        If the folder is a public result, or lies in one: findings name delivered counts.
    """
    from sozialraum.publish.folder import refuse_public
    from sozialraum.publish.page.report_check import write_check_report

    refuse_public(folder)
    folder.mkdir(parents=True, exist_ok=True)
    write_check_report(problems, folder / "pruefbericht.html", scope="office")
    return ["pruefbericht.html", "pruefbericht.json"]


def write_summary(outcome: Outcome, path: Path) -> str:
    """Write the summary of an outcome as JSON; return the name of the file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    plain = json.dumps(outcome.summary(), ensure_ascii=False, indent=1, default=str) + "\n"
    path.write_text(plain, encoding="utf-8", newline="\n")
    return path.name
