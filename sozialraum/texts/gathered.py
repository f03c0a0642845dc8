"""Findings that differ in the file alone, said once: a series has a file for every month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sozialraum.model.problem import Problem
from sozialraum.texts import text

_SEVERAL = 3  # files from which on findings are said together
_NAMED = 3


def gathered(problems: Sequence[Problem]) -> list[Problem]:
    """Return findings in their order, those that differ in the file alone as one.

    Examples
    --------
    >>> same = [Problem("x", "note", "Gelesen.", file=f"m{n}.csv") for n in range(1, 25)]
    >>> [str(p) for p in gathered(same)]
    ['m1.csv, m2.csv, m3.csv und 21 weitere: Gelesen.']
    """
    alike: dict[Problem, list[str]] = {}
    for one in problems:
        alike.setdefault(replace(one, file=None), []).append(one.file or "")
    several = {one: files for one, files in alike.items() if len(set(files)) >= _SEVERAL}
    found: dict[Problem, None] = {}
    for one in problems:
        files = several.get(replace(one, file=None))
        # what stands in no file, or in few, stays as it is
        found[one if files is None else replace(one, file=_listed(files))] = None
    return list(found)


def _listed(files: list[str]) -> str:
    names = [name for name in dict.fromkeys(files) if name]
    shown, rest = ", ".join(names[:_NAMED]), len(names) - _NAMED
    return shown if rest <= 0 else text("check.and_more", listed=shown, n=rest)
