"""Independent tasks on all threads; no result depends on how many there are."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any


def threads() -> int:
    """Return how many threads work."""
    return max(1, min(os.cpu_count() or 1, 16))


def in_threads(
    work: Callable[..., None], tasks: Sequence[tuple[Any, ...]], *, worthwhile: bool = True
) -> None:
    """Do independent tasks, on several threads where that is worthwhile."""
    if len(tasks) == 1 or threads() == 1 or not worthwhile:
        for task in tasks:
            work(*task)
        return
    with ThreadPoolExecutor(threads()) as pool:
        for done in [pool.submit(work, *task) for task in tasks]:
            done.result()
