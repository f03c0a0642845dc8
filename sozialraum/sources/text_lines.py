"""The rows of a text table, split into cells only where somebody looks at them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import overload

# Rows up to here are split one by one: heads lie there.
_HEAD = 400


class Lines(Sequence[list[str]]):
    """The rows of a text without quotes, split into cells when they are asked for."""

    def __init__(self, lines: list[str], delimiter: str) -> None:
        self.lines = lines
        self.delimiter = delimiter
        self._rows: list[list[str]] | None = None

    def __len__(self) -> int:
        return len(self.lines)

    @overload
    def __getitem__(self, at: int) -> list[str]: ...
    @overload
    def __getitem__(self, at: slice) -> list[list[str]]: ...
    def __getitem__(self, at: int | slice) -> list[str] | list[list[str]]:
        if isinstance(at, slice):
            first = range(*at.indices(len(self)))
            return [self._split(i) for i in first] if len(first) < _HEAD else self._all()[at]
        return self._split(at) if 0 <= at < _HEAD else self._all()[at]

    def _split(self, at: int) -> list[str]:
        line = self.lines[at] if self._rows is None else ""
        return self._rows[at] if self._rows else line.split(self.delimiter) if line else []

    def _all(self) -> list[list[str]]:
        if self._rows is None:
            self._rows = [line.split(self.delimiter) if line else [] for line in self.lines]
        return self._rows
