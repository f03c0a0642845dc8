"""What ``build`` gives back: the result that may be published, and beside it the office's own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from sozialraum.model import Problem
from sozialraum.model.problem import Plain
from sozialraum.workflows.build.office import Office
from sozialraum.workflows.build.office_copy import moved_classes, office_copy
from sozialraum.workflows.build.result import Result
from sozialraum.workflows.outcome import Outcome, Progress


@dataclass(frozen=True, eq=False)
class BuildOutcome(Outcome):
    """A build for the office: unpacked, it is the result and the true numbers.

    Parameters
    ----------
    result : what may be published
    office : the true numbers; they go into the folder of the office and nowhere else
    """

    result: Result
    office: Office

    def __iter__(self) -> Iterator[Any]:
        """Yield the result, then the true numbers."""
        return iter((self.result, self.office))

    @cached_property
    def problems(self) -> tuple[Problem, ...]:
        """Findings for the office: also how many classes would be others by true counts."""
        return (*self.result.problems, *moved_classes(self.office, self.result))

    def summary(self) -> dict[str, Plain]:
        """Return the main figures of what is published, for programs."""
        return self.result.summary()

    def _keep(self, folder: Path, office: Path | None, progress: Progress) -> list[str]:
        """Write the result, and the same from true counts for the office; both or none."""
        copy = None
        if office is not None:
            copy = office_copy(self.office, self.result, office, progress=progress)
        return self.result.save(folder, office=copy, progress=progress)
