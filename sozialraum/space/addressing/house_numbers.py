"""Districts by house-number rules: "ung. 1-25; ger. 2-38; gesamt; ohne HNr.".

Many municipalities define school districts as a list of streets with ranges of house numbers.
Applied to the local address register, the list becomes an assignment of houses to districts, and a
crosswalk weighted by houses. What cannot be understood is listed, never guessed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd

from sozialraum.addresses import normalise_postcode, normalise_street, split_house_number
from sozialraum.errors import DataError
from sozialraum.model import Problem
from sozialraum.space.areas import NAMED_KEYS
from sozialraum.space.assembly import Pieces, assemble
from sozialraum.space.crosswalk import Crosswalk
from sozialraum.texts import problem

Side = Literal["all", "odd", "even"]
END = 10**6
_SIDES: dict[str, Side] = {"u": "odd", "ung": "odd", "ungerade": "odd", "ungerade nr": "odd"}
_SIDES |= {"g": "even", "ger": "even", "gerade": "even", "gerade nr": "even"}
_DASHES = str.maketrans("‐‑‒–—―−", "-------")
_SIDE = re.compile(r"^(ungerade|gerade|ung|ger|u|g)(?:\.|\b)\s*(?:nrn?\.?|hnr\.?|hausnr\.?)?:?\s*")
_NUMBER = re.compile(r"^(?:nrn?\.?|hnr\.?|hausnr\.?)\s*(?=\d)")
_WHOLE = {"gesamt", "ganz", "alle", "komplett", "ganze strasse", "ganze straße"}
_WITHOUT = re.compile(r"^(?:ohne|o\.)\s*(?:hnr|hausnummer|hausnr|nr)\.?$")
_SPAN = re.compile(r"^(\d{1,4})\s*([a-z]?)\s*(?:-|bis)\s*(?:(\d{1,4})\s*([a-z]?)|(ende))$")
_FROM = re.compile(r"^ab\s*(\d{1,4})\s*([a-z]?)$")
_TO = re.compile(r"^bis\s*(\d{1,4})\s*([a-z]?)$")
_ONE = re.compile(r"^(\d{1,4})\s*([a-z]?)$")


class Span(NamedTuple):
    """One part of a rule: the houses of one side from one number to another.

    Both ends belong to it. An end without letter takes in all letters of its number ("1-25" holds
    25 b); with a letter it ends there ("1-25 a" does not hold 25 b).

    Parameters
    ----------
    side : "odd", "even" or "all"
    first, first_suffix, last, last_suffix : its ends; `last` = `END` is open
    without_number : it is about houses without a number, and about nothing else
    """

    side: Side = "all"
    first: int = 0
    first_suffix: str = ""
    last: int = END
    last_suffix: str = ""
    without_number: bool = False

    def holds(self, number: int, suffix: str) -> bool:
        """Tell whether a house is part of it."""
        if self.without_number:
            return False
        if self.side != "all" and number % 2 != (self.side == "odd"):
            return False
        if not self.first <= number <= self.last:
            return False
        if number == self.first and suffix < self.first_suffix:
            return False
        return not (number == self.last and self.last_suffix and suffix > self.last_suffix)


@dataclass(frozen=True, eq=False)
class Rules:
    """Rules as understood.

    Parameters
    ----------
    table : one row per part: row (of the file, the heading is row 1), street (as written), name
        (normalised), postcode, area, span
    problems : rows that are not understood or contradict themselves
    """

    table: pd.DataFrame
    problems: tuple[Problem, ...]


@dataclass(frozen=True, eq=False)
class Assignment:
    """Which district each house of the register belongs to.

    Parameters
    ----------
    area : (n_houses,) district; None = none
    reason : (n_houses,) "assigned", "overlap" (rules name two districts), "uncovered" or
        "unreadable" (house number of the register)
    problems : what the rules leave open, rules without a house
    """

    area: pd.Series
    reason: pd.Series
    problems: tuple[Problem, ...]


def parse_rule(text: str) -> tuple[Span, ...]:
    """Return the parts of a rule.

    Raises
    ------
    ValueError
        If a part is not understood; the message is that part.

    Examples
    --------
    >>> [part[:4] for part in parse_rule("ung. 1-25; ger. 2–38")]
    [('odd', 1, '', 25), ('even', 2, '', 38)]
    >>> parse_rule("gesamt") == (Span(),), parse_rule("ohne HNr.")[0].without_number
    (True, True)
    >>> [(part.first, part.last_suffix) for part in parse_rule("7, 9 a - 11 c")]
    [(7, ''), (9, 'c')]
    """
    side: Side = "all"
    parts = []
    for clause in re.split(r";|\n", text.translate(_DASHES).casefold()):
        side = "all"
        for piece in re.split(r",|\bund\b|\bu\.(?=\s*\d)", clause):
            if not piece.strip():
                continue
            span = _parse_part(" ".join(piece.split()), side)
            side = span.side
            parts.append(span)
    if not parts:
        raise ValueError(text)
    return tuple(parts)


def read_rules(
    frame: pd.DataFrame,
    *,
    area: str,
    street: str = "street",
    rule: str = "rule",
    postcode: str | None = None,
    file: str | None = None,
) -> Rules:
    """Return the rules of a table, with a problem for each row that does not parse.

    Parameters
    ----------
    frame : one row per street and district, in the order of the file
    area, street, rule, postcode : its columns; an empty rule means the whole street
    file : name of the file, for the problems

    Raises
    ------
    DataError
        If a named column is missing.
    """
    missing = [c for c in (area, street, rule, postcode) if c and c not in frame.columns]
    if missing:
        raise DataError([problem("addresses.no_column", column=c) for c in missing])
    rows, found = [], []
    text = frame.astype(object).where(frame.notna(), "").astype(str)
    for row, line in enumerate(text.to_dict("records"), start=2):
        if not line[street].strip() or not line[area].strip():
            found.append(problem("addresses.rule_incomplete", file=file, row=row))
            continue
        code = normalise_postcode(line[postcode]) if postcode else ""
        try:
            spans = parse_rule(line[rule] or "gesamt")
        except ValueError as error:
            found.append(problem("addresses.rule_unreadable", file=file, row=row, found=str(error)))
            continue
        for span in spans:
            found += _doubts(span, line[rule], row, file)
            name = normalise_street(line[street])
            rows.append((row, line[street], name, code, line[area].strip(), span))
    columns = ["row", "street", "name", "postcode", "area", "span"]
    return Rules(pd.DataFrame(rows, columns=columns), tuple(found))


def assign_by_rules(
    register: pd.DataFrame,
    rules: Rules,
    *,
    street: str = "street",
    house_number: str = "house_number",
    suffix: str | None = None,
    postcode: str | None = None,
    file: str | None = None,
) -> Assignment:
    """Apply rules to the houses of a register.

    A house that two rules give to different districts belongs to none: it is counted and named, not
    decided. Two rules that give it to the same district are no contradiction.

    Parameters
    ----------
    register : one row per house
    rules : of `read_rules`
    street, house_number, suffix, postcode : columns of `register`
    file : name of the file of the rules, for the problems
    """
    names = register[street].map(normalise_street)
    codes = register[postcode].map(normalise_postcode) if postcode else None
    letters = register[suffix] if suffix else pd.Series("", register.index)
    numbers = [
        split_house_number(n, s) for n, s in zip(register[house_number], letters, strict=True)
    ]
    houses: dict[str, list[int]] = {}
    for position, name in enumerate(names):
        houses.setdefault(name, []).append(position)
    claims: list[set[str]] = [set() for _ in range(len(register))]
    found = []
    for row, written, name, code, area, span in rules.table.itertuples(index=False, name=None):
        if name not in houses:
            found.append(problem("addresses.rule_street", "warning", file=file, row=row,
                                 found=written))  # fmt: skip
            continue
        held = [
            at for at in houses[name]
            if (codes is None or not code or codes.iloc[at] == code) and _holds(span, numbers[at])
        ]  # fmt: skip
        for at in held:
            claims[at].add(area)
        if not held:
            found.append(problem("addresses.rule_no_house", "note", file=file, row=row))
    return _decide(register.index, claims, numbers, found)


def rules_crosswalk(blocks: pd.Series, assignment: Assignment) -> Crosswalk:
    """Return the crosswalk from blocks to districts: ``W[d, b]`` = share of b's houses in d.

    Parameters
    ----------
    blocks : (n_houses,) block of each house, same index as ``assignment.area``
    assignment : of `assign_by_rules`

    Returns
    -------
    Crosswalk, method "rules". A column adds up to 1 less the share of houses without district,
    which stands in ``unmatched_source``.

    Notes
    -----
    Conservation: nobody is lost but with a house without district. Unit of ``mass``: houses. NaN:
    a block without a count makes its districts NaN. Error: `Crosswalk.split_share`, and
    `error.mask_interval` with houses weighted by dwellings.
    """
    source_keys = tuple(sorted(blocks.dropna().unique()))
    target_keys = tuple(sorted(assignment.area.dropna().unique()))
    total = blocks.value_counts().reindex(list(source_keys)).to_numpy(float)
    both = pd.DataFrame({"source": blocks, "target": assignment.area}).dropna()
    houses = both.value_counts(sort=False)
    pieces = Pieces(
        target=np.searchsorted(target_keys, houses.index.get_level_values("target")),
        source=np.searchsorted(source_keys, houses.index.get_level_values("source")),
        mass=houses.to_numpy(float),
    )
    return assemble(
        pieces,
        total,
        target_keys=target_keys,
        source_keys=source_keys,
        method="rules",
        border=0.0,
        overlaps="refuse",
        details={"houses": int(total.sum())},
    )


def _parse_part(part: str, side: Side) -> Span:
    """Return one part; a list "ung. 1, 3, 7-9" keeps the side of its first member."""
    if _WITHOUT.match(part):
        return Span(without_number=True)
    named = _SIDE.match(part)
    if named:
        side, part = _SIDES[named[1]], part[named.end() :]
        if not part:
            return Span(side)
    part = _NUMBER.sub("", part).strip()
    if part in _WHOLE:
        return Span(side)
    if m := _SPAN.match(part):
        last = END if m[5] else int(m[3])
        return Span(side, int(m[1]), m[2], last, m[4] or "")
    if m := _FROM.match(part):
        return Span(side, int(m[1]), m[2])
    if m := _TO.match(part):
        return Span(side, 0, "", int(m[1]), m[2])
    if m := _ONE.match(part):
        return Span(side, int(m[1]), m[2], int(m[1]), m[2])
    raise ValueError(part)


def _doubts(span: Span, written: str, row: int, file: str | None) -> list[Problem]:
    """Return what is odd about a part that was understood."""
    if (span.last, span.last_suffix or "z") < (span.first, span.first_suffix):
        return [problem("addresses.rule_backwards", file=file, row=row, found=written)]
    ends = [n for n in (span.first, span.last) if 0 < n < END]
    wrong = span.side != "all" and any(n % 2 != (span.side == "odd") for n in ends)
    if wrong:
        return [problem("addresses.rule_parity", "warning", file=file, row=row, found=written)]
    return []


def _holds(span: Span, house: object) -> bool:
    kind, number, suffix, *_ = house  # type: ignore[misc]
    if kind == "none":
        return span.without_number or span == Span()
    return kind != "unreadable" and span.holds(number, suffix)


def _decide(
    index: pd.Index, claims: list[set[str]], numbers: list, found: list[Problem]
) -> Assignment:
    area, reason = [], []
    for claim, number in zip(claims, numbers, strict=True):
        area.append(next(iter(claim)) if len(claim) == 1 else None)
        if len(claim) > 1:
            reason.append("overlap")
        elif number.kind == "unreadable":
            reason.append("unreadable")
        else:
            reason.append("assigned" if claim else "uncovered")
    told = pd.Series(reason, index, name="reason", dtype=object)
    double = sorted({" + ".join(sorted(claim)) for claim in claims if len(claim) > 1})
    if double:
        n = int((told == "overlap").sum())
        found.append(problem("addresses.rules_overlap", n=n, keys=", ".join(double[:NAMED_KEYS])))
    if (told == "uncovered").any():
        n = int((told == "uncovered").sum())
        found.append(problem("addresses.rules_uncovered", "warning", n=n))
    return Assignment(pd.Series(area, index, name="area", dtype=object), told, tuple(found))
