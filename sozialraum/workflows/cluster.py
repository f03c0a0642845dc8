"""A Dask cluster that is already running, by the address of its scheduler."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sozialraum.model.errors import ConfigError
from sozialraum.texts import problem


@contextmanager
def connected(address: str) -> Iterator[Any]:
    """Yield the client of the cluster whose scheduler is at `address`.

    Raises
    ------
    ConfigError
        If ``dask.distributed`` is not installed, or there is no scheduler.
    """
    try:
        from distributed import Client
    except ImportError:
        raise ConfigError(problem("batch.no_dask")) from None
    try:
        client = Client(address, timeout="20s", set_as_default=False)
    except (OSError, ValueError, TimeoutError):
        raise ConfigError(problem("batch.no_scheduler", found=address)) from None
    with client, client.as_current():
        yield client


def as_ready(tasks: list[Any]) -> Iterator[Any]:
    """Yield tasks of a cluster as they are ready."""
    from distributed import as_completed

    yield from as_completed(tasks)
