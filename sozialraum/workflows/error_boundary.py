"""The error boundary of every workflow: only this package's own errors leave it.

A full disk, a file that another program holds open, too little memory, a fault of this program:
each leaves as a `Problem` with what to do. The message names place and kind of the error and
nothing of the data; the error itself stays the cause, for whoever looks for it in Python.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

from sozialraum.model import Problem
from sozialraum.model.errors import DataError, SozialraumError
from sozialraum.texts import problem
from sozialraum.texts.system_words import system_reason

Call = TypeVar("Call", bound=Callable[..., Any])
_ROOM = Path(__file__).parents[1]
FAULT = "pipeline.fault"


def own_errors(workflow: Call) -> Call:
    """Return a workflow that raises nothing but `SozialraumError`, `TypeError` for no call of it.

    Examples
    --------
    >>> @own_errors
    ... def write() -> None:
    ...     raise OSError(28, "No space left on device", "karte.html")
    >>> write()  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    sozialraum.model.errors.DataError: karte.html: Auf dem Datenträger ist kein Platz mehr: ...
    """

    @wraps(workflow)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        try:
            return workflow(*args, **kwargs)
        except SozialraumError:
            raise
        except Exception as error:
            raise DataError(problem_of(error)) from error

    return guarded  # type: ignore[return-value]


def problem_of(error: Exception) -> Problem:
    """Return an error of the system or of this program as a finding in German."""
    if isinstance(error, MemoryError):
        return problem("pipeline.no_memory")
    if isinstance(error, OSError):
        return _of_system(error)
    frames = traceback.extract_tb(error.__traceback__)
    own = [f for f in frames if Path(f.filename).is_relative_to(_ROOM)]
    place = Path(own[-1].filename).relative_to(_ROOM).as_posix() if own else "?"
    where = f"{place}, {own[-1].lineno}" if own else place
    return problem(FAULT, found=f"{type(error).__name__} ({where})")


def _of_system(error: OSError) -> Problem:
    file = Path(str(error.filename)).name if error.filename else None
    reason, name = system_reason(error)
    return problem("pipeline.system", file=file, reason=reason, found=name)
