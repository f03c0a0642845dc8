"""A lock on a file that the system lets go of when the process dies."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


class Locked(Exception):
    """Another process holds the lock."""


@contextmanager
def locked_for_writing(path: Path) -> Iterator[None]:
    """Hold `path` as a lock; the file is made for it and gone afterwards.

    Parameters
    ----------
    path : of the lock; its folder must exist

    Raises
    ------
    Locked
        If another process holds it.
    OSError
        If the file cannot be made.
    """
    descriptor = _locked(path)
    try:
        yield
    finally:
        _let_go(path, descriptor)


def _locked(path: Path) -> int:
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            _lock(descriptor)
        except OSError:
            os.close(descriptor)
            raise Locked(path.name) from None
        if _is_the_file(path, descriptor):
            return descriptor
        os.close(descriptor)  # the holder before took the file away between opening and locking


def _lock(descriptor: int) -> None:
    if os.name == "nt":
        import msvcrt

        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
    else:
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _is_the_file(path: Path, descriptor: int) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False


def _let_go(path: Path, descriptor: int) -> None:
    if os.name == "nt":  # an open file cannot be removed there
        os.close(descriptor)
        with suppress(OSError):
            path.unlink()
    else:
        path.unlink(missing_ok=True)
        os.close(descriptor)
