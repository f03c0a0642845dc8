"""A folder of files, whole or not at all: the old one stays as it was until the new one stands."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sozialraum.model.errors import DataError
from sozialraum.model.options import usable_path
from sozialraum.publish.manifest import NAME
from sozialraum.texts import problem


@contextmanager
def whole_folder(target: Path) -> Iterator[Path]:
    """Give an empty folder beside `target`, and put it in its place when all is written.

    Whatever goes wrong inside, an interruption too, the target stays as it was and the new folder
    is gone.

    Raises
    ------
    DataError
        If the target holds something that is no result of ours, or a program keeps a file of it
        open.
    """
    refuse_foreign(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_name(f".{target.name}.neu-{os.getpid()}")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir()
    try:
        yield fresh
        replace_folder(fresh, target)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def replace_folder(fresh: Path, target: Path) -> None:
    """Put `fresh` in the place of `target`; on failure `target` is as it was.

    Raises
    ------
    DataError
        If a program keeps a file of the target open.
    """
    old = target.with_name(f".{target.name}.alt-{os.getpid()}")
    try:
        if target.exists():
            target.rename(old)
        fresh.rename(target)
    except OSError as error:
        raise DataError(problem("publish.folder_in_use", file=target.name)) from error
    finally:
        # also after an interruption between the two
        if old.exists() and not target.exists():
            old.rename(target)
    shutil.rmtree(old, ignore_errors=True)


def refuse_foreign(target: Path) -> None:
    """Raise `DataError` if `target` is a file, or a folder that is no result of ours."""
    if not usable_path(target.name or str(target)):
        raise DataError(problem("publish.folder_name", file=target.name))
    if target.is_file():
        raise DataError(problem("publish.folder_is_file", file=target.name))
    if target.is_dir() and any(target.iterdir()) and not (target / NAME).is_file():
        raise DataError(problem("publish.folder_foreign", file=target.name))
