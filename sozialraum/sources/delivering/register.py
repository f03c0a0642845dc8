"""The register of ``[measures]`` and the chapters of ``[report]``, held against the build."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from sozialraum.config.pydantic_errors import did_you_mean
from sozialraum.model import Problem
from sozialraum.model.dates.period import Period
from sozialraum.model.errors import DataError, SozialraumError
from sozialraum.sources.delivering.delivered import RegisteredMeasure
from sozialraum.sources.delivering.notes import note
from sozialraum.sources.paths import resolve
from sozialraum.sources.tabular.tables import read_plain
from sozialraum.texts import problem

if TYPE_CHECKING:
    from sozialraum.config.plan import Plan
    from sozialraum.sources.delivering.delivered import Delivery

T = TypeVar("T")
COLUMNS = (
    "id", "bedarf", "massnahme", "zustaendig", "kennzahl", "gebiete", "vergleich", "gewaehlt_nach",
    "beginn", "ende", "mittel_euro", "beschluss", "ziel", "frist", "stand",
)  # fmt: skip
REFERENCE = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")
PICTURES = ("karte",)
_GERMAN_DAY = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")


def with_register(delivery: Delivery, plan: Plan) -> Delivery:
    """Return the delivery with register and chapters; problems are noted under their files."""
    if plan.measures is not None:
        found = _guarded(delivery, plan.measures.file, lambda: _register(delivery, plan))
        delivery = replace(delivery, register=found or ())
    for written in () if plan.report is None else plan.report.chapters:
        _guarded(delivery, written, lambda w=written: _chapter(delivery, plan, w))
    return delivery


def _guarded(delivery: Delivery, written: str, read: Callable[[], T]) -> T | None:
    try:
        return read()
    except SozialraumError as error:
        note(delivery, written, error.problems)
        return None


def _chapter(delivery: Delivery, plan: Plan, written: str) -> None:
    path = resolve(written, plan.root)
    try:
        words = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise DataError(problem("planning.register.not_utf8", file=path.name)) from None
    delivery.chapters[written] = words
    delivery.problems.extend(_unknown_references(words, delivery, plan, path.name))


def _unknown_references(words: str, delivery: Delivery, plan: Plan, file: str) -> Iterator[Problem]:
    """Yield what a chapter refers to and the build does not have."""
    areas = delivery.areas.get(plan.join.target)
    known = {
        "kennzahl": [i.id for i in plan.indicators],
        "massnahme": [m.id for m in delivery.register],
        "bild": list(PICTURES),
    }
    for row, line in enumerate(words.splitlines(), 1):
        for found in REFERENCE.findall(line):
            kind, name, key = (*found.split(":"), "", "")[:3]
            names = known.get(kind)
            said: dict[str, Any] = {"file": file, "row": row, "found": found}
            if names is None:
                yield problem("planning.register.reference_kind", **said)
            elif name not in names:
                more = {"known": ", ".join(names) or "–", "hint": did_you_mean(name, names)}
                yield problem("planning.register.reference", **said, **more)
            elif key and areas is not None and key not in set(areas.index.astype(str)):
                yield problem("planning.register.reference_area", **said, key=key)


def _register(delivery: Delivery, plan: Plan) -> tuple[RegisteredMeasure, ...]:
    assert plan.measures is not None
    path = resolve(plan.measures.file, plan.root)
    table = read_plain(path, columns=list(COLUMNS))
    found: list[RegisteredMeasure] = []
    problems: list[Problem] = []
    for row, cells in table.iterrows():
        try:
            found.append(_measure({c: str(cells[c]).strip() for c in COLUMNS}, delivery, plan))
        except DataError as error:
            places = {"file": path.name, "row": int(str(row))}
            problems += [replace(p, **places) for p in error.problems]
    ids = [m.id for m in found]
    for doubled in sorted({i for i in ids if ids.count(i) > 1}):
        problems.append(problem("planning.register.twice", file=path.name, found=doubled))
    delivery.problems.extend(problems)
    return tuple(found)


def _measure(cells: dict[str, str], delivery: Delivery, plan: Plan) -> RegisteredMeasure:
    """Return one row, or raise everything that is wrong with it."""
    wrong: list[Problem] = []
    days = {
        column: _day(cells, column, wrong, last=column != "beginn")
        for column in ("gewaehlt_nach", "beginn", "ende", "frist")
    }
    numbers = {c: _number(cells, c, wrong) for c in ("mittel_euro", "ziel")}
    ids = [i.id for i in plan.indicators if i.value is None and i.kind == "share"]
    if cells["kennzahl"] not in ids:
        hint = did_you_mean(cells["kennzahl"], ids)
        said = {"found": cells["kennzahl"], "known": ", ".join(ids), "hint": hint}
        wrong.append(problem("planning.register.indicator", column="kennzahl", **said))
    areas, comparison = (_keys(cells, c, delivery, plan, wrong) for c in ("gebiete", "vergleich"))
    if both := sorted(set(areas) & set(comparison)):
        wrong.append(problem("planning.register.both", column="vergleich", found=", ".join(both)))
    if days["beginn"] is None or not areas or not cells["id"]:
        wrong.append(problem("planning.register.incomplete"))
    elif days["ende"] is not None and days["ende"] < days["beginn"]:
        wrong.append(problem("planning.register.turned", column="ende", found=cells["ende"]))
    if (numbers["ziel"] is None) != (days["frist"] is None):
        wrong.append(problem("planning.register.goal", column="ziel"))
    if wrong:
        raise DataError(wrong)
    assert days["beginn"] is not None
    goal = numbers["ziel"]
    return RegisteredMeasure(
        id=cells["id"], need=cells["bedarf"], label=cells["massnahme"],
        responsible=cells["zustaendig"], indicator=cells["kennzahl"], areas=areas,
        comparison=comparison, chosen=days["gewaehlt_nach"], begin=days["beginn"],
        end=days["ende"], euros=numbers["mittel_euro"], decision=cells["beschluss"],
        goal=None if goal is None else goal / 100, deadline=days["frist"], state=cells["stand"],
    )  # fmt: skip


def _day(cells: dict[str, str], column: str, wrong: list[Problem], *, last: bool) -> dt.date | None:
    """Return the last, or the first, day of a period; a German day is one, too."""
    written = _GERMAN_DAY.sub(lambda m: f"{m[3]}-{int(m[2]):02d}-{int(m[1]):02d}", cells[column])
    if not written:
        return None
    try:
        period = Period.parse(written)
    except ValueError:
        wrong.append(problem("planning.register.period", column=column, found=cells[column]))
        return None
    return period.end if last else period.start


def _number(cells: dict[str, str], column: str, wrong: list[Problem]) -> float | None:
    written = re.sub(r"[\s%€]", "", cells[column])
    if not written:
        return None
    try:
        value = float(written.replace(".", "").replace(",", ".") if "," in written else written)
    except ValueError:
        value = -1.0
    if not 0 <= value <= (100 if column == "ziel" else float("inf")):
        wrong.append(problem("planning.register.number", column=column, found=cells[column]))
        return None
    return value


def _keys(
    cells: dict[str, str], column: str, delivery: Delivery, plan: Plan, wrong: list[Problem]
) -> tuple[str, ...]:
    keys = tuple(dict.fromkeys(k for k in re.split(r"[\s,|]+", cells[column]) if k))
    areas = delivery.areas.get(plan.join.target)
    unknown = [] if areas is None else sorted(set(keys) - set(areas.index.astype(str)))
    if unknown:
        found = ", ".join(unknown)
        wrong.append(problem("planning.register.area", column=column, found=found))
    return keys
