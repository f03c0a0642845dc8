"""The one error shield: whatever fails inside, only row numbers and codes come out.

pandas and the standard library put cell values into their messages ("Unable to parse string 'Anna
…'"), and an exception keeps the one before it in its context. So nothing of an error raised inside
is passed on: a new one is raised after the old one is gone.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from sozialraum.model import Problem
from sozialraum.model.errors import ConfigError, DataError, DisclosureError, SozialraumError
from sozialraum.texts import problem

Result = TypeVar("Result")
# Problems of these rooms are written to hold area keys, file and column names and numbers of rows.
_SAFE = ("participation.", "addresses.", "privacy.similar_counts", "privacy.not_comparable",
         "privacy.partition_differs", "privacy.contradiction", "privacy.geography_changed",
         "privacy.ledger_", "sources.path_", "sources.unknown_encoding")  # fmt: skip
_CODE = re.compile(r"[A-Za-z_.]{1,60}")


def shielded(work: Callable[[], Result], *, stage: str, file: str | None = None) -> Result:
    """Return ``work()``; if it fails, raise an error that holds no cell of any record.

    Parameters
    ----------
    work : does everything that sees records; its frames are gone when an error leaves here
    stage : what it does, for the message (a word of the program, never of the data)
    file : name of the file of records

    Raises
    ------
    DataError, ConfigError, DisclosureError
        With problems that say stage, code and row. An interruption stays an interruption, without
        its history.
    """
    told: tuple[Problem, ...] | None = None
    kind: type[SozialraumError] = DataError
    stopped: type[BaseException] | None = None
    try:
        # a warning may quote a cell, too; nothing of it is printed
        with warnings.catch_warnings(), _no_memory_image():
            warnings.simplefilter("ignore")
            return work()
    except SozialraumError as error:
        kind = next((k for k in (ConfigError, DisclosureError) if isinstance(error, k)), DataError)
        told = _safe(error, stage, file)
    except (KeyboardInterrupt, SystemExit) as error:
        stopped = type(error)
    except BaseException as error:
        told = (_failed(stage, file, type(error).__name__, None),)
    if stopped is not None:
        raise stopped
    raise kind(told or ())


@contextmanager
def _no_memory_image() -> Iterator[None]:
    """Let a crash of the interpreter write no image of its memory (core dump) to the disk."""
    try:
        import resource
    except ImportError:  # Windows writes none unless its administrator asks for it
        yield
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_CORE, (soft, hard))


def _safe(error: SozialraumError, stage: str, file: str | None) -> tuple[Problem, ...]:
    """Return the problems of an error; those of other rooms by their code and row only."""
    kept = [
        p if p.code.startswith(_SAFE) else _failed(stage, file, p.code, p.row)
        for p in error.problems
    ]
    return tuple(kept) or (_failed(stage, file, type(error).__name__, None),)


def _failed(stage: str, file: str | None, code: str, row: int | None) -> Problem:
    code = code if _CODE.fullmatch(code) else "unknown"
    return problem("participation.failed", file=file, row=row, stage=stage, code=code)
