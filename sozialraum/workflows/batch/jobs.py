"""The single builds of a batch: where each build file is, and the folder its result gets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sozialraum.config.batch_file import BatchFile, read_batch
from sozialraum.config.toml_text import read_toml
from sozialraum.model import Problem
from sozialraum.model.errors import ConfigError
from sozialraum.model.options import usable_path
from sozialraum.texts import problem
from sozialraum.workflows.batch.templates import filled_templates

_PATTERN = set("*?[")
# What only a build file says at its top; plan files, lists of a batch and others have none of it.
_OF_BUILDS = {"indicators", "areas", "stichtag"}
_RECORDS = "records"


@dataclass(frozen=True)
class Job:
    """One build of a batch.

    Parameters
    ----------
    name : of its result folder
    file : the build file
    text : what stands in it, where it was made from a template and lies nowhere
    data : folder of its data, instead of the one it names
    """

    name: str
    file: str
    text: str | None = None
    data: str | None = None


@dataclass(frozen=True)
class JobList:
    """The builds of a batch, sorted by name, and what the list itself has to say."""

    jobs: tuple[Job, ...]
    problems: tuple[Problem, ...]


def jobs_of(listed: str | Path, *, data: str | Path | None = None) -> JobList:
    """Return the builds that a folder or a batch file names.

    Parameters
    ----------
    listed : a folder, of which every build file counts, or a file as `read_batch` reads it
    data : folder of the data of all builds, instead of the one each build file names

    Raises
    ------
    ConfigError
        If nothing is named, a name cannot be a folder, or two builds would share one.
    """
    place = Path(listed)
    where = None if data is None else str(Path(data))
    if place.is_dir():
        jobs, problems = _of_folder(place, where)
    elif place.is_file():
        jobs, problems = _of_file(read_batch(place), where)
    else:
        raise ConfigError(problem("batch.no_list", file=str(place)))
    refused = [*_unusable(jobs, place.name), *_doubled(jobs, place.name)]
    if refused:
        raise ConfigError(refused)
    if not jobs:
        raise ConfigError([problem("batch.no_builds", file=place.name), *problems])
    return JobList(tuple(sorted(jobs, key=lambda job: job.name)), tuple(problems))


def _of_folder(folder: Path, data: str | None) -> tuple[list[Job], list[Problem]]:
    files = sorted(folder.glob("*.toml"))
    builds = [file for file in files if may_be_build(file)]
    others = _other_files([file for file in files if file not in builds], folder.name)
    return [Job(file.stem, str(file), data=data) for file in builds], others


def _other_files(files: Sequence[Path], place: str) -> list[Problem]:
    """Tell which files are no builds and therefore not computed; nothing where there are none."""
    names = ", ".join(file.name for file in files)
    return [problem("batch.other_files", "note", file=place, found=names)] if names else []


def may_be_build(file: Path) -> bool:
    """Tell whether a TOML file is a build file; one that cannot be read may be, and is told of."""
    try:
        keys = set(read_toml(file))
    except ConfigError:
        return True
    return len(keys & _OF_BUILDS) > 1 and _RECORDS not in keys


def _of_file(batch: BatchFile, data: str | None) -> tuple[list[Job], list[Problem]]:
    files, problems = _named_files(batch)
    jobs = [Job(file.stem, str(file), data=data) for file in files]
    if batch.template is not None:
        template = batch.place_of(batch.template)
        jobs += [
            Job(name, str(template.parent / f"{name}.toml"), text=text, data=data)
            for name, text in filled_templates(batch).items()
        ]
    return jobs, problems


def _named_files(batch: BatchFile) -> tuple[list[Path], list[Problem]]:
    """Return the build files of ``builds``, and which other files its patterns met."""
    found: dict[Path, None] = {}
    others: dict[Path, None] = {}
    missing = []
    for written in batch.builds:
        met = _matches(batch.file.parent, written)
        builds = [file for file in met if not _PATTERN & set(written) or may_be_build(file)]
        if not builds:
            missing.append(problem("batch.no_match", file=batch.file.name, found=written))
        found |= dict.fromkeys(builds)
        others |= dict.fromkeys(file for file in met if file not in builds)
    if missing:
        raise ConfigError(missing)
    return [*found], _other_files([*others], batch.file.name)


def _matches(folder: Path, written: str) -> list[Path]:
    """Return the files that an entry names; a pattern is looked for below `folder` alone."""
    if not _PATTERN & set(written):
        place = folder / written
        return [place] if place.is_file() else []
    return [] if Path(written).is_absolute() else sorted(folder.glob(written))


def _unusable(jobs: Sequence[Job], file: str) -> Iterator[Problem]:
    for job in jobs:
        if not usable_path(job.name) or set(job.name) & set("/\\") or job.name[0] in "._":
            yield problem("batch.bad_name", file=file, found=job.name)


def _doubled(jobs: Sequence[Job], file: str) -> Iterator[Problem]:
    times = Counter(job.name.casefold() for job in jobs)
    for name, n in sorted(times.items()):
        if n > 1:
            yield problem("batch.same_name", file=file, found=name, n=n)
