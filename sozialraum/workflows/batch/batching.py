"""Many builds from one list: each for itself, resumable, and one overview of all."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from sozialraum.model import Problem
from sozialraum.model.errors import ConfigError, DataError
from sozialraum.model.file_lock import Locked, locked_for_writing
from sozialraum.model.problem import Plain
from sozialraum.publish.overview import write_overview
from sozialraum.texts import problem
from sozialraum.workflows.batch.jobs import JobList, jobs_of
from sozialraum.workflows.batch.one_build import Line
from sozialraum.workflows.batch.record import note_line, read_record, rewrite
from sozialraum.workflows.batch.workers import in_processes, on_cluster
from sozialraum.workflows.error_boundary import own_errors
from sozialraum.workflows.outcome import Outcome

STATES = ("built", "kept", "refused", "lost")
_LOCK = ".batch.sperre"
_TEMPLATES = "_builds"


@dataclass(frozen=True, eq=False)
class Batch(Outcome):
    """What became of every build of a list; results and overview are written as they are ready.

    Parameters
    ----------
    lines : one per build, by name; see `sozialraum.workflows.batch.one_build.build_one`
    problems : what the list itself has to say
    folder : where the results stand, a folder per build
    states : number of builds per state: "built", "kept" (nothing had changed), "refused", "lost"
    memory : the largest memory that one worker held, in bytes; None where the system does not tell
    """

    _file: ClassVar[str] = "stapel.json"
    _for_office: ClassVar[bool] = True

    lines: tuple[Line, ...]
    problems: tuple[Problem, ...]
    folder: Path
    states: dict[str, int]
    memory: int | None

    @property
    def whole(self) -> bool:
        """Every build has its result."""
        return not self.states["refused"] and not self.states["lost"]

    def summary(self) -> dict[str, Plain]:
        """Return the main figures for programs."""
        return {
            "folder": self.folder.as_posix(),
            "states": self.states,
            "memory": self.memory,
            "builds": [*self.lines],
            "problems": [p.to_dict() for p in self.problems],
        }


@own_errors
def batch(
    listed: str | Path,
    out: str | Path,
    *,
    data: str | Path | None = None,
    workers: int | None = None,
    scheduler: str | None = None,
    progress: Callable[[int, int, Line], None] = lambda done, of, line: None,
) -> Batch:
    """Make many builds; a refused one does not stop the others.

    A run that was ended, killed for example, goes on where it stopped: a build is made again only
    if its build file, its recipe, one of its data files or this program has changed.

    Parameters
    ----------
    listed : folder of build files, or a batch file (``builds``, or ``template`` and ``table``)
    out : folder that gets a result folder per build, and the overview of all
    data : folder of the data of all builds, instead of the one each build file names
    workers : processes of this machine; None = as many as it has processors
    scheduler : address of a Dask scheduler, ``tcp://…``, instead of processes of this machine
    progress : told number of builds ready, number of all, and the line of the last one

    Raises
    ------
    ConfigError
        If the list names no build, or no scheduler answers.
    DataError
        If another run is working in `out`, or it cannot be written.
    """
    if workers is not None and workers < 1:
        message = f"The 'workers' parameter of batch must be 1 or more. Got {workers!r} instead."
        raise ValueError(message)
    asked, folder = jobs_of(listed, data=data), Path(out)
    with _working_in(folder):
        lines = _made(asked, folder, workers or os.cpu_count() or 1, scheduler, progress)
        whole = Batch(
            tuple(sorted(lines, key=lambda line: str(line["name"]))),
            asked.problems,
            folder,
            {state: sum(line["now"] == state for line in lines) for state in STATES},
            max((m for line in lines if (m := line.pop("memory", None))), default=None),
        )
        write_overview(folder, whole.lines)
    return whole


def _made(
    asked: JobList,
    folder: Path,
    workers: int,
    scheduler: str | None,
    progress: Callable[[int, int, Line], None],
) -> list[Line]:
    """Make all builds; return their lines, with what happened ``now``."""
    before = read_record(folder)
    _show_templates(asked, folder)
    known = {n: line["stamp"] for n, line in before.items() if line["state"] == "built"}
    place = str(folder.resolve())
    if scheduler is None:
        made = in_processes(asked.jobs, place, known, min(workers, len(asked.jobs)))
    else:
        made = on_cluster(asked.jobs, place, known, scheduler)
    lines = []
    for line in made:
        if line["state"] == "kept":
            line = {**before[line["name"]], "now": "kept", "memory": line["memory"]}
        else:
            note_line(folder, line)
            line = {**line, "now": line["state"]}
        lines.append(line)
        progress(len(lines), len(asked.jobs), line)
    rewrite(folder, [{k: v for k, v in line.items() if k != "now"} for line in lines])
    return lines


def _show_templates(asked: JobList, folder: Path) -> None:
    """Write the build files that a template made, for whoever wants to read one."""
    for job in asked.jobs:
        if job.text is not None:
            (folder / _TEMPLATES).mkdir(exist_ok=True)
            (folder / _TEMPLATES / f"{job.name}.toml").write_text(job.text, encoding="utf-8")


@contextmanager
def _working_in(folder: Path) -> Iterator[None]:
    """Hold the folder of a batch against a second run."""
    if folder.exists() and not folder.is_dir():
        raise ConfigError(problem("batch.no_folder", file=folder.name))
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with locked_for_writing(folder / _LOCK):
            yield
    except Locked:
        raise DataError(problem("batch.folder_locked", file=folder.name)) from None
