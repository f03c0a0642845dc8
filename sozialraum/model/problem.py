"""A finding about delivered data or a build file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal, TypeAlias, cast

# what JSON can hold: texts, numbers, lists and tables of these
Plain: TypeAlias = str | int | float | bool | Sequence["Plain"] | Mapping[str, "Plain"] | None
Severity = Literal["error", "warning", "note"]


def part_of(written: Mapping[str, Plain], name: str) -> dict[str, Any]:
    """Return a table inside what JSON held; what it holds is known to its reader alone.

    Examples
    --------
    >>> part_of({"facts": {"title": "Index"}}, "facts")["title"]
    'Index'
    """
    return cast("dict[str, Any]", written[name])


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding: where it is, what was expected, what was found, what to do.

    Parameters
    ----------
    code : catalogue key of the text, for example ``"check.duplicate_key"``; stable, for programs
    severity : "error" stops the build, "warning" does not, "note" only tells what was recognised
    message : one German sentence
    file, row, column, key : where; row counts from 1 as the spreadsheet shows it
    expected, found, action : German; what should stand there, what stands there, the next step

    Examples
    --------
    >>> print(Problem("check.x", "error", "Schlüssel doppelt.", file="a.csv", row=7))
    a.csv, Zeile 7: Schlüssel doppelt.
    """

    code: str
    severity: Severity
    message: str
    file: str | None = None
    row: int | None = None
    column: str | None = None
    key: str | None = None
    expected: str | None = None
    found: str | None = None
    action: str | None = None

    @property
    def place(self) -> str:
        """Where the finding is, in German."""
        parts = [self.file] if self.file else []
        parts += [f"Zeile {self.row}"] if self.row is not None else []
        parts += [f"Spalte „{self.column}“"] if self.column else []
        parts += [f"Schlüssel {self.key}"] if self.key else []
        return ", ".join(parts)

    def __str__(self) -> str:
        """Return the finding in one line of German."""
        text = f"{self.place}: {self.message}" if self.place else self.message
        text += f" Erwartet: {self.expected}." if self.expected else ""
        text += f" Gefunden: {self.found}." if self.found else ""
        text += f" → {self.action}" if self.action else ""
        return text

    def to_dict(self) -> dict[str, str | int]:
        """Return the fields that are set, for JSON."""
        return {k: v for k, v in asdict(self).items() if v is not None}
