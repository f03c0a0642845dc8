"""Everything that a fetch file names: asked for, compared, kept with its origin beside it."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

from sozialraum.model import Problem
from sozialraum.model.errors import DataError
from sozialraum.model.problem import Plain
from sozialraum.sources.origin import Origin, origin_of, write_origin
from sozialraum.texts import problem
from sozialraum.workflows.error_boundary import own_errors
from sozialraum.workflows.fetch.features import fetch_features
from sozialraum.workflows.fetch.genesis import fetch_table
from sozialraum.workflows.fetch.requests import Client
from sozialraum.workflows.fetch.sections import Download, FetchPlan, read_fetch
from sozialraum.workflows.outcome import Outcome, Progress, no_progress


@dataclass(frozen=True)
class Fetched(Outcome):
    """What came; the files themselves lie where the fetch file says as soon as they are there.

    Parameters
    ----------
    origins : of the files that are there now, in the order of the fetch file
    changed : names of files whose content is another than before
    problems : why others did not come; their former files are as they were
    """

    _file: ClassVar[str] = "abruf.json"

    origins: tuple[Origin, ...]
    changed: tuple[str, ...]
    problems: tuple[Problem, ...]

    def summary(self) -> dict[str, Plain]:
        """Return everything for programs."""
        return {
            "files": [origin.to_dict() for origin in self.origins],
            "changed": list(self.changed),
            "problems": [p.to_dict() for p in self.problems],
        }


@own_errors
def fetch(
    path: str | Path,
    *,
    today: dt.date | None = None,
    progress: Progress = no_progress,
) -> Fetched:
    """Fetch everything that a fetch file names.

    Parameters
    ----------
    path : fetch file (TOML)
    today : the day that is written into the origin of a file; None = the day it is
    progress : told the name of each step as it begins

    Raises
    ------
    ConfigError
        If the fetch file cannot be understood; nobody has been asked then.
    """
    path = Path(path)
    plan = read_fetch(path)
    folder = plan.place_of(plan.folder)
    day = (today or dt.date.today()).isoformat()
    origins, changed, problems = [], [], []
    progress("fetch")
    for download in plan.downloads:
        place = folder / download.file
        former = origin_of(place)
        try:
            origin = _one(download, plan, place, day)
        except DataError as error:
            problems += [replace(p, file=download.file) for p in error.problems]
            continue
        origins.append(origin)
        if former is not None and former.sha256 != origin.sha256:
            changed.append(download.file)
    return Fetched(tuple(origins), tuple(changed), tuple(problems))


def _one(download: Download, plan: FetchPlan, place: Path, day: str) -> Origin:
    """Fetch one file; it is written whole or not at all."""
    body, facts = _body(download, Client(download.file, timeout=plan.timeout))
    found = hashlib.sha256(body).hexdigest()
    if download.sha256 is not None and found != download.sha256:
        raise DataError(problem("fetch.other_hash", found=found, wanted=download.sha256))
    if not body:
        raise DataError(problem("fetch.nothing"))
    origin = Origin(
        file=download.file,
        url=download.address,
        day=day,
        sha256=found,
        size=len(body),
        source=download.source,
        licence=download.licence,
        **facts,
    )
    place.parent.mkdir(parents=True, exist_ok=True)
    beside = place.with_name(f"{place.name}.teil")
    beside.write_bytes(body)
    beside.replace(place)
    write_origin(place, origin)
    return origin


def _body(download: Download, client: Client) -> tuple[bytes, dict[str, Any]]:
    if download.kind in {"wfs", "features"}:
        return fetch_features(download, client)
    if download.kind == "genesis":
        return fetch_table(download, client), {"table": download.table}
    return client.get(download.address), {}
