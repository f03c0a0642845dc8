"""Who makes the builds: processes of this machine, or the workers of a Dask cluster.

Both give back one line per build, as each is ready. A worker that dies takes no other build with
it: the ones it may have died of are tried again one by one, and only what kills a worker that has
nothing else to do is given up.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from multiprocessing import get_context
from typing import Any

from sozialraum.texts import text
from sozialraum.workflows.batch.jobs import Job
from sozialraum.workflows.batch.one_build import Line, build_one, prepare_worker
from sozialraum.workflows.cluster import as_ready, connected

_AHEAD = 2  # builds handed out per worker, so that none waits
_TRIES = 2


def in_processes(
    jobs: Sequence[Job], folder: str, known: dict[str, str], workers: int
) -> Iterator[Line]:
    """Make builds in `workers` processes of this machine; yield their lines as they are ready."""
    waiting = deque(jobs)
    while waiting:
        running: dict[Future[Line], Job] = {}
        try:
            with _pool(workers) as pool:
                while waiting or running:
                    while waiting and len(running) < _AHEAD * workers:
                        job = waiting.popleft()
                        running[pool.submit(build_one, job, folder, known.get(job.name))] = job
                    for ready in wait(running, return_when=FIRST_COMPLETED).done:
                        line = ready.result()
                        del running[ready]
                        yield line
        except BrokenProcessPool:
            suspects = [(job, ready) for ready, job in running.items()]
            for job, ready in suspects:
                yield _finished(ready) or _alone(job, folder, known)


def _pool(workers: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=prepare_worker)


def _finished(ready: Future[Line]) -> Line | None:
    """Return the line of a build that was ready before its pool broke."""
    if ready.done() and not ready.cancelled() and ready.exception() is None:
        return ready.result()
    return None


def _alone(job: Job, folder: str, known: dict[str, str]) -> Line:
    """Make a build in a process that has nothing else to do."""
    for _ in range(_TRIES):
        try:
            with _pool(1) as pool:
                return pool.submit(build_one, job, folder, known.get(job.name)).result()
        except BrokenProcessPool:
            continue
    return lost_line(job)


def lost_line(job: Job) -> Line:
    """Return the line of a build whose worker died each time."""
    return {
        "name": job.name, "state": "lost", "stamp": None,
        "errors": [text("batch.worker_died")], "findings": {}, "memory": None,
    }  # fmt: skip


def on_cluster(
    jobs: Sequence[Job], folder: str, known: dict[str, str], address: str
) -> Iterator[Line]:
    """Make builds on the cluster whose scheduler answers at `address`; yield their lines.

    Workers read the build files and data, and write the results, in folders that they share with
    this machine. The result of a build is its line; nothing else travels.

    Raises
    ------
    ConfigError
        If ``dask.distributed`` is not installed, or no scheduler answers.
    """
    with connected(address) as client:
        asked: dict[Any, Job] = {}
        for job in jobs:
            task = partial(build_one, job, folder, known.get(job.name))
            asked[client.submit(task, pure=False, retries=_TRIES, key=f"build-{job.name}")] = job
        for ready in as_ready(list(asked)):
            yield ready.result() if ready.status == "finished" else lost_line(asked[ready])
            ready.release()
