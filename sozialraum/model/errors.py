"""The errors this package raises on purpose.

    SozialraumError
    ├── ConfigError       the build file cannot be understood
    ├── DataError         a delivered file cannot be used
    └── DisclosureError   something would leave the house that must not

Each carries its `problems`: every finding at once, with file, row, column, key, expected, found and
what to do. A wrong argument to a function is a plain `ValueError`. No message ever holds a person's
data.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sozialraum.model.problem import Problem


class SozialraumError(Exception):
    """Base of all errors raised on purpose; `problems` lists every finding."""

    def __init__(self, problems: Iterable[Problem] | Problem | str) -> None:
        if isinstance(problems, str):
            self.problems: tuple[Problem, ...] = ()
            super().__init__(problems)
            return
        listed = tuple(problems) if isinstance(problems, Iterable) else (problems,)
        self.problems = listed
        super().__init__("\n".join(str(p) for p in listed))


class ConfigError(SozialraumError):
    """The build file cannot be understood."""


class DataError(SozialraumError):
    """A delivered file cannot be used as it is."""


class DisclosureError(SozialraumError):
    """Something would leave the house that must not."""
