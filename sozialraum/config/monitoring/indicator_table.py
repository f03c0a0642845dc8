"""Indicators from a table: ``indicators = "kennzahlen.csv"``, a row each, keys as columns."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from sozialraum.config.pydantic_errors import did_you_mean
from sozialraum.model.errors import ConfigError
from sozialraum.model.indicator import Indicator
from sozialraum.model.options import usable_path
from sozialraum.model.problem import Problem
from sozialraum.texts import problem

_NUMBERS = ("weight", "minimum_base", "most")
_WHOLE = ("price_year",)
_YES_OR_NO = ("confidential_base",)
_WORDS = {"ja": True, "wahr": True, "true": True, "nein": False, "falsch": False, "false": False}
_LARGEST = 5_000_000  # bytes; a table of 1,000 indicators has 200,000


@dataclass(frozen=True)
class Listed:
    """Where indicators stand that come from a table.

    Parameters
    ----------
    file : its name
    rows : line of each indicator in it
    """

    file: str
    rows: tuple[int, ...]

    def placed(self, found: Problem, ids: Sequence[str]) -> Problem:
        """Return a finding on an indicator with its line and column in the table."""
        place, _, column = (found.key or "").partition(".")
        if place.startswith("indicators["):
            number = int(place[len("indicators[") : -1]) - 1
        elif place == "indicators" and column:
            name, _, column = column.partition(".")
            number = ids.index(name) if name in ids else -1
        else:
            return found
        if not 0 <= number < len(self.rows):
            return found
        return replace(
            found, file=self.file, row=self.rows[number], column=column or None, key=None
        )


def with_listed(given: dict[str, Any], file: Path) -> tuple[dict[str, Any], Listed | None]:
    """Return a parsed build file with the indicators of its table written out.

    Raises
    ------
    ConfigError
        If the table is not there, is none, or has columns that no indicator has.
    """
    named = given.get("indicators")
    if not isinstance(named, str):
        return given, None
    where: dict[str, Any] = {"file": file.name, "key": "indicators", "found": named}
    path = file.parent / named
    if not usable_path(named) or not path.is_file():
        raise ConfigError(problem("config.listed.absent", **where))
    raw = path.read_bytes()
    if len(raw) > _LARGEST or b"\0" in raw:
        raise ConfigError(problem("config.listed.no_table", **where))
    rows = list(_rows(_text(raw)))
    if len(rows) < 2:
        raise ConfigError(problem("config.listed.no_table", **where))
    heads = [head.strip() for head in rows[0][1]]
    if wrong := list(_unknown(heads, path.name)):
        raise ConfigError(wrong)
    found = [(line, _indicator(dict(zip(heads, cells, strict=False)))) for line, cells in rows[1:]]
    listed = Listed(path.name, tuple(line for line, _ in found))
    return {**given, "indicators": [one for _, one in found]}, listed


def _text(raw: bytes) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:  # Excel on Windows
        return raw.decode("cp1252", errors="replace")


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield line and cells of every row that says something."""
    first = text.partition("\n")[0]
    sign = max(";\t,", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=sign)
    for cells in reader:
        if any(cell.strip() for cell in cells) and not cells[0].lstrip().startswith("#"):
            yield reader.line_num, cells


def _unknown(heads: Sequence[str], file: str) -> Iterator[Problem]:
    known = [f.name for f in fields(Indicator)]
    for head in dict.fromkeys(heads):
        if head and head not in known:
            hint = did_you_mean(head, known)
            yield problem("config.listed.column", file=file, row=1, column=head, found=head,
                          known=", ".join(known), hint=hint)  # fmt: skip
        elif head and list(heads).count(head) > 1:
            yield problem("config.listed.twice", file=file, row=1, column=head, found=head)


def _indicator(cells: Mapping[str, str]) -> dict[str, Any]:
    """Return a row as an indicator of a build file; an empty cell says nothing."""
    stated = {key: cell.strip() for key, cell in cells.items() if key and cell.strip()}
    return {key: _value(key, word) for key, word in stated.items()}


def _value(key: str, word: str) -> Any:
    """Return a cell in the type of its key; what is none stays text and is told as such."""
    if key in _YES_OR_NO:
        return _WORDS.get(word.casefold(), word)
    try:
        if key in _WHOLE:
            return int(word)
        if key in _NUMBERS:
            plain = word.replace(" ", "")
            return float(plain.replace(".", "").replace(",", ".") if "," in plain else plain)
    except ValueError:
        return word
    return word
