"""Districts by house-number rules: "ung. 1-25; ger. 2-38; gesamt; ohne HNr.".

Many municipalities define school districts as a list of streets with ranges of house numbers.
Applied to the local address register, the list becomes an assignment of houses to districts, and a
crosswalk weighted by houses. What cannot be understood is listed, never guessed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from sozialraum.model import Problem
from sozialraum.model.addresses import (
    HouseNumber,
    normalise_postcode,
    normalise_street,
    split_house_number,
)
from sozialraum.model.errors import DataError
from sozialraum.space.addressing.rule_words import END, Span, parse_rule
from sozialraum.space.areas import NAMED_KEYS
from sozialraum.space.crosswalk import Crosswalk
from sozialraum.space.crosswalks.assembly import Pieces, assemble_crosswalk
from sozialraum.texts import problem

_LONGEST_HOUSE = 400  # numbers that one entry of a register can reach over


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


def read_house_number_rules(
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
    decided; so is a house "12-14" with its numbers in rules of two districts. Two rules that give
    it to the same district are no contradiction.

    Parameters
    ----------
    register : one row per house
    rules : of `read_house_number_rules`
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
    return assemble_crosswalk(
        pieces,
        total,
        target_keys=target_keys,
        source_keys=source_keys,
        method="rules",
        border=0.0,
        overlaps="refuse",
        details={"houses": int(total.sum())},
    )


def _doubts(span: Span, written: str, row: int, file: str | None) -> list[Problem]:
    """Return what is odd about a part that was understood."""
    if (span.last, span.last_suffix or "z") < (span.first, span.first_suffix):
        return [problem("addresses.rule_backwards", file=file, row=row, found=written)]
    ends = [n for n in (span.first, span.last) if 0 < n < END]
    wrong = span.side != "all" and any(n % 2 != (span.side == "odd") for n in ends)
    if wrong:
        return [problem("addresses.rule_parity", "warning", file=file, row=row, found=written)]
    return []


def _holds(span: Span, house: HouseNumber) -> bool:
    """Tell whether a house of the register, or a part of "12-16" or "12 a-c", is in a span."""
    if house.kind == "none":
        return span.without_number or span == Span()
    if house.kind == "unreadable":
        return False
    return any(span.holds(n, s) for n, s in parts_of_house(house))


def parts_of_house(house: HouseNumber) -> tuple[tuple[int, str], ...]:
    """Return the numbers and letters a house stands for: both ends of "12-16", and 14.

    Parameters
    ----------
    house : a single number or several

    Examples
    --------
    >>> from sozialraum.model.addresses import split_house_number
    >>> parts_of_house(split_house_number("12-16")), parts_of_house(split_house_number("7 b"))
    (((12, ''), (16, ''), (14, '')), ((7, 'b'),))
    """
    first, last = house.number, house.last_number
    step = 2 if (last - first) % 2 == 0 else 1
    between = range(first + step, min(last, first + _LONGEST_HOUSE), step)
    ends = ((first, house.suffix), (last, house.last_suffix))
    return (*dict.fromkeys(ends), *((n, "") for n in between))


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
    stated = pd.Series(reason, index, name="reason", dtype=object)
    double = sorted({" + ".join(sorted(claim)) for claim in claims if len(claim) > 1})
    if double:
        n = int((stated == "overlap").sum())
        found.append(problem("addresses.rules_overlap", n=n, keys=", ".join(double[:NAMED_KEYS])))
    if (stated == "uncovered").any():
        n = int((stated == "uncovered").sum())
        found.append(problem("addresses.rules_uncovered", "warning", n=n))
    return Assignment(pd.Series(area, index, name="area", dtype=object), stated, tuple(found))
