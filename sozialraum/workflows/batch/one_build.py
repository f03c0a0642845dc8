"""One build of a batch, as a worker makes it: it always ends in a line, never in an error."""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sozialraum.workflows.batch.jobs import Job

if TYPE_CHECKING:
    from sozialraum.config import Plan
    from sozialraum.workflows.build.result import Result

Line = dict[str, Any]
_THREADS = ("NUMBA_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
_SHOWN = 3


def prepare_worker() -> None:
    """Let a worker compute on one thread: its neighbours use the other processors."""
    for name in _THREADS:
        os.environ.setdefault(name, "1")


def build_one(job: Job, folder: str, known: str | None) -> Line:
    """Make one build and write its result; return the line of the batch about it.

    Parameters
    ----------
    job : the build
    folder : in which the result folder of the build stands
    known : stamp of the result that stands there already; the same stamp is not built again

    Returns
    -------
    ``name``, ``state`` ("built", "kept" or "refused"), ``stamp``, ``memory`` (largest use of this
    process so far in bytes, None where the system does not say), and of a build ``title``,
    ``place``, ``stichtag``, ``areas``, ``with_index``, ``findings`` (code -> number); of a refused
    one ``errors`` (the first three, as words).
    """
    from sozialraum.config import read_build
    from sozialraum.model.errors import SozialraumError
    from sozialraum.workflows.build.building import build

    target = Path(folder) / job.name
    line: Line = {"name": job.name, "state": "refused", "stamp": None}
    try:
        plan = read_build(job.file, data=job.data, text=job.text)
        line["stamp"] = stamp_of(plan, job)
        if line["stamp"] == known and (target / "manifest.json").is_file():
            return {**line, "state": "kept", "memory": memory_used()}
        result = build(plan)
        result.save(target)
        line |= {"state": "built", **_about(result)}
    except SozialraumError as error:
        line |= _refused(error)
    return {**line, "memory": memory_used()}


def _about(result: Result) -> Line:
    summary = result.summary()
    named = ("title", "stichtag", "areas", "with_index")
    return {
        **{name: summary[name] for name in named},
        "place": result.plan.place,
        "findings": _by_kind(result.problems),
    }


def _refused(error: Any) -> Line:
    errors = [p for p in error.problems if p.severity == "error"] or [*error.problems]
    told = [str(p) for p in errors[:_SHOWN]] or [str(error)]
    return {"errors": told, "findings": _by_kind(error.problems)}


def _by_kind(problems: Any) -> dict[str, int]:
    counted = Counter(p.code for p in problems if p.severity != "note")
    return dict(sorted(counted.items()))


def stamp_of(plan: Plan, job: Job) -> str:
    """Return what a result follows from: build file, versions, names, sizes and times of its data.

    The data themselves are not read for it, and a stamp tells nothing of them.
    """
    from sozialraum.publish.manifest import versions

    words = job.text if job.text is not None else Path(job.file).read_text("utf-8-sig")
    files = sorted(set(_files_of(plan.model_dump(mode="json"))))
    stated = [[name, *_size_and_time(plan.root / name)] for name in files]
    recipe = [str(plan.recipe), *_size_and_time(plan.file.parent / str(plan.recipe))]
    told = json.dumps([versions(), words, job.data, recipe, stated], ensure_ascii=False)
    return hashlib.sha256(told.encode("utf-8")).hexdigest()[:16]


def _files_of(section: Any) -> Iterator[str]:
    """Yield every file that a build file names."""
    if isinstance(section, Mapping):
        named = section.get("file")
        if isinstance(named, str):
            yield named
        for inner in section.values():
            yield from _files_of(inner)
    elif isinstance(section, list | tuple):
        for inner in section:
            yield from _files_of(inner)


def _size_and_time(path: Path) -> list[int]:
    try:
        found = path.stat()
    except OSError:
        return []
    return [found.st_size, found.st_mtime_ns]


def memory_used() -> int | None:
    """Return the largest memory this process has held, in bytes; None where it is not told."""
    if sys.platform == "win32":
        return None
    import resource

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024
