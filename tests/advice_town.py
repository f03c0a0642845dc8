"""A small city with one thing wrong, and the change that its message advises."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
from wrong_values import BASE, toml

from sozialraum import build, check_build
from sozialraum.model import Problem
from sozialraum.model.errors import SozialraumError


class Town:
    """A build file and its data in a folder, to be changed and checked again and again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.given: dict[str, Any] = deepcopy(BASE)
        self.more, self.encoding, self.asked, self.name = "", "utf-8", "bau.toml", "bau.toml"
        self.patch = pytest.MonkeyPatch()
        self.call: Callable[[Path], Any] = lambda folder: ()

    def write(self) -> Path:
        """Write the build file; return the path that is asked for."""
        written = toml(self.given) + self.more
        (self.folder / self.name).write_bytes(written.encode(self.encoding))
        return self.folder / self.asked

    def check(self) -> list[Problem]:
        """Return what `check` says now."""
        return check_build(self.write())

    def build(self) -> list[Problem]:
        """Return what `build` says now."""
        return said(lambda: build(self.write()))

    def called(self) -> list[Problem]:
        """Return what a public function says now."""
        return said(lambda: self.call(self.folder))


def said(call: Callable[[], Any]) -> list[Problem]:
    """Return all problems of a call: those it raises, or those of what it returns."""
    try:
        return list(_within(call()))
    except SozialraumError as error:
        return list(error.problems)


def _within(found: Any) -> Iterator[Problem]:
    if isinstance(found, Problem):
        yield found
    elif isinstance(found, list | tuple):
        for one in found:
            yield from _within(one)
    else:
        attrs = getattr(found, "attrs", {})
        yield from attrs.get("problems", ()) if isinstance(attrs, dict) else ()
        for name in ("problems", "findings", "notes"):
            inside = getattr(found, name, ())
            yield from _within(list(inside)) if isinstance(inside, list | tuple) else ()


Edit = Callable[[Town], object]


@dataclass(frozen=True)
class Followed:
    """A message with its advice: what brings it, and what the advice changes."""

    code: str
    wrong: Edit
    right: Edit
    ask: Callable[[Town], list[Problem]] = field(default=Town.check)


def put(place: str, value: Any) -> Edit:
    """Set a key of the build file: ``tables.0.width``."""

    def edit(town: Town) -> None:
        *above, last = [int(p) if p.isdigit() else p for p in place.split(".")]
        inside: Any = town.given
        for part, after in pairwise([*above, last]):
            if isinstance(inside, dict):
                inside = inside.setdefault(part, [] if isinstance(after, int) else {})
            else:
                inside.extend({} for _ in range(part + 1 - len(inside)))
                inside = inside[part]
        if isinstance(inside, list) and last == len(inside):
            inside.append(None)
        inside[last] = value

    return edit


def cut(place: str) -> Edit:
    """Leave a key of the build file out."""

    def edit(town: Town) -> None:
        *above, last = [int(p) if p.isdigit() else p for p in place.split(".")]
        inside: Any = town.given
        for part in above:
            inside = inside[part]
        del inside[last]

    return edit


def also(*edits: Edit) -> Edit:
    """Do one after the other."""

    def edit(town: Town) -> None:
        for one in edits:
            one(town)

    return edit


def limit(place: str, name: str, value: Any) -> Edit:
    """Lower a limit on size, so that a small file is above it."""
    return lambda town: town.patch.setattr(f"{place}.{name}", value)


def told(
    code: str, wrong: Callable[[Path], Any], right: Callable[[Path], Any], first: Edit | None = None
) -> Followed:
    """Return what a public function says when called wrongly, and as it is advised, in a folder."""

    def calls(call: Callable[[Path], Any], before: Edit | None = None) -> Edit:
        def edit(town: Town) -> None:
            if before is not None:
                before(town)
            town.call = call

        return edit

    return Followed(code, calls(wrong, first), calls(right), Town.called)


def written(more: str, encoding: str = "utf-8") -> Edit:
    """Write these lines below the build file."""

    def edit(town: Town) -> None:
        town.more, town.encoding = more, encoding

    return edit


def asked(name: str) -> Edit:
    """Ask for the build file by this name."""
    return lambda town: setattr(town, "asked", name)


def rows(change: Callable[[pd.DataFrame], Any]) -> Edit:
    """Change the delivered table; all its cells are words."""

    def edit(town: Town) -> None:
        place = town.folder / "zahlen.csv"
        table = pd.read_csv(place, sep=";", dtype=str, keep_default_na=False)
        found = change(table)
        (table if found is None else found).to_csv(place, sep=";", index=False)

    return edit


def cell(row: int, column: str, value: str) -> Edit:
    """Change one cell of the delivered table."""

    def change(table: pd.DataFrame) -> None:
        table.loc[row, column] = value

    return rows(change)


def lines(change: Callable[[bytes], bytes]) -> Edit:
    """Change the bytes of the delivered table."""
    return stored("zahlen.csv", change)


def stored(name: str, change: Callable[[bytes], bytes]) -> Edit:
    """Change the bytes of a file."""

    def edit(town: Town) -> None:
        place = town.folder / name
        place.write_bytes(change(place.read_bytes() if place.exists() else b""))

    return edit


def areas(
    change: Callable[[gpd.GeoDataFrame], gpd.GeoDataFrame],
    *,
    of: str = "felder.gpkg",
    name: str = "felder.gpkg",
    **how: Any,
) -> Edit:
    """Change the delivered areas, or write others made from them."""

    def edit(town: Town) -> None:
        found = change(gpd.read_file(town.folder / of))
        (town.folder / name).unlink(missing_ok=True)
        with warnings.catch_warnings(action="ignore"):  # of the writer, about what is made wrong
            found.to_file(town.folder / name, **how)

    return edit


def kept(edit: Edit, *names: str) -> tuple[Edit, Edit]:
    """Return an edit, and what brings the files of before back: they are delivered anew."""
    before: dict[str, bytes] = {}

    def wrong(town: Town) -> None:
        before.update({n: (town.folder / n).read_bytes() for n in names})
        edit(town)

    def right(town: Town) -> None:
        for name, content in before.items():
            (town.folder / name).write_bytes(content)

    return wrong, right
