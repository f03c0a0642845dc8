"""Indicators that the numbers of a folder can give; no direction is ever guessed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from sozialraum.sources.recognise.seen import Pair, SeenTable
from sozialraum.texts.seen_words import pair_words
from sozialraum.workflows.new.proposal import OPEN, Base, ProposedIndicator, slug_of

_MOST_USED, _MOST_SHOWN, _BASES = 8, 30, 3
_STRONG = 2.4
_FEW = 4
_EVERYBODY = re.compile(r"\b(einwohner|bev[öo]lkerung|inhabitants|residents|ew)\b", re.I)
_COUNT_WORDS = re.compile(r"[ ,:]*\b(anzahl|fälle|faelle|zahl|absolut|abs\.?)$", re.I)
# words of groups that are told apart by age and sex alone
_PEOPLE = re.compile(
    r"einwohner(innen|inn?en)?|bev(ö|o|oe)lkerung(sstand)?|kinder|jugendliche|personen|menschen"
    r"|haushalte|hh"
    r"|insgesamt|gesamt|alle|anzahl|unter|über|bis|ab|und|mehr|jahren?|j\.|weiblich|männlich|frauen"
    r"|männer|mädchen|jungen|hauptwohnsitz|mit|\bu|\bue|_u|_ue|[0-9]+|[^a-zäöüß]"
)
# told apart by sex it is the same finding again
_BY_SEX = re.compile(r"\b(weiblich\w*|männlich\w*|frauen|männer|mädchen|jungen)$", re.I)
_PER_1000 = re.compile(r"je 1\.?000|per_1000|‰", re.I)


@dataclass(frozen=True)
class Found:
    """Indicators, the columns each table must give for them, and who lives there."""

    indicators: tuple[ProposedIndicator, ...]
    columns: Mapping[str, Mapping[str, str]]
    population: str


@dataclass
class _Names:
    """Names of columns: one per table and title, none twice."""

    columns: dict[str, dict[str, str]] = field(default_factory=dict)

    def of(self, table: SeenTable, title: str) -> str:
        own = self.columns.setdefault(table.label, {})
        known = {old: new for new, old in own.items()}
        if title not in known:
            taken = {name for names in self.columns.values() for name in names}
            known[title] = slug_of(table.words_of(title), taken)
            own[known[title]] = title
        return known[title]


def propose_indicators(tables: Sequence[SeenTable], replies: Mapping[str, str]) -> Found:
    """Return the indicators of some tables as far as they are answered.

    Parameters
    ----------
    tables : of one day
    replies : ``direction:ID``, ``base:ID`` (title of the denominator), ``use:ID`` ("ja", "nein"),
        ``label:ID``
    """
    names = _Names()
    known = {t.label: t for t in tables}
    ids: list[str] = []
    made: list[ProposedIndicator] = []
    for table, pair in _ordered(tables):
        one = slug_of(_label(table.words_of(pair.numerator)), ids)
        ids.append(one)
        made.append(_from_counts(one, table, pair, names, replies, known))
    for table, title in _shares(tables):
        one = slug_of(_label(title), ids)
        ids.append(one)
        made.append(_from_share(one, table, title, names))
    switched = _switch(made[:_MOST_SHOWN], replies)
    return Found(tuple(switched), names.columns, _population(tables, names))


def _ordered(tables: Sequence[SeenTable]) -> list[tuple[SeenTable, Pair]]:
    """Return the best pair of each numerator, the proved ones first."""
    best = [(t, pairs[0]) for t in tables for pairs in t.pairs.values()]
    return sorted(best, key=lambda x: -x[1].score)


def _from_counts(
    one: str,
    table: SeenTable,
    pair: Pair,
    names: _Names,
    replies: Mapping[str, str],
    known: Mapping[str, SeenTable],
) -> ProposedIndicator:
    pairs = list(table.pairs[pair.numerator])[:_BASES]
    wanted = replies.get(f"base:{one}")
    others = [p for p in table.pairs[pair.numerator] if p.denominator == wanted]
    counts = table.titles("count")
    if wanted and not others and wanted in counts:
        others = [Pair(pair.numerator, wanted, 0.0)]
    ordered = [*others, *(p for p in pairs if p.denominator != wanted)][:_BASES]
    bases = tuple(
        Base(
            names.of(known.get(p.table, table), p.denominator),
            p.denominator,
            pair_words(p),
            bool(p.share),
        )
        for p in ordered
    )
    return ProposedIndicator(
        id=one,
        label=replies.get(f"label:{one}") or _label(table.words_of(pair.numerator)),
        column=names.of(table, pair.numerator),
        bases=bases,
        direction=replies.get(f"direction:{one}", OPEN),
        used=pair.score >= _STRONG and _is_a_finding(table, pair.numerator),
    )


def _is_a_finding(table: SeenTable, title: str) -> bool:
    """Tell whether a column is more than a group of people that others are measured against."""
    if _BY_SEX.search(title):
        return False
    parts = {a: pairs for a, pairs in table.pairs.items() if not _BY_SEX.search(a)}
    base = any(pairs[0].denominator == title for pairs in parts.values())
    return not base and bool(_PEOPLE.sub("", table.words_of(title).casefold()).strip())


def _shares(tables: Sequence[SeenTable]) -> list[tuple[SeenTable, str]]:
    """Return delivered shares that no pair of counts gives."""
    return [
        (t, title)
        for t in tables
        for title in t.titles("share")
        if title not in {p.share for pairs in t.pairs.values() for p in pairs}
    ]


def _from_share(one: str, table: SeenTable, title: str, names: _Names) -> ProposedIndicator:
    column = next(c for c in table.columns if c.title == title)
    percent = column.largest is not None and column.largest > 1
    unit = "per_1000" if _PER_1000.search(title) else "percent" if percent else "share"
    return ProposedIndicator(one, _label(title), names.of(table, title), unit=unit, used=False)


def _switch(
    made: Sequence[ProposedIndicator], replies: Mapping[str, str]
) -> list[ProposedIndicator]:
    """Return the indicators with the best of them switched on, and those that were answered."""
    own = [i.id for i in made if i.used][:_MOST_USED]
    if not own:
        own = [i.id for i in made if i.bases][:_FEW] or [i.id for i in made][:_FEW]
    return [
        replace(
            i,
            used=replies.get(f"use:{i.id}", "ja" if i.id in own else "nein") == "ja",
            direction=replies.get(f"direction:{i.id}", OPEN),
            label=replies.get(f"label:{i.id}") or i.label,
        )
        for i in made
    ]


def _population(tables: Sequence[SeenTable], names: _Names) -> str:
    """Return the column that counts everybody; "" where none does."""
    found = [
        (c.total or 0.0, t, c.title)
        for t in tables
        for c in t.columns
        if c.kind == "count" and _EVERYBODY.search(c.title)
    ]
    if not found:
        return ""
    _, table, title = max(found, key=lambda x: x[0])
    return names.of(table, title)


def _label(title: str) -> str:
    """Return a title without what only says that something is counted."""
    return _COUNT_WORDS.sub("", title.replace("_", " ")).strip() or title
