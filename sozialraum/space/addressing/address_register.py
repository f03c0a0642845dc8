"""The local address register, ready to be looked up, and addresses in one spelling."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from sozialraum.model import Problem
from sozialraum.model.addresses import (
    HouseNumber,
    normalise_postcode,
    normalise_street,
    split_address,
    split_house_number,
)
from sozialraum.model.errors import DataError
from sozialraum.texts import problem

AMBIGUOUS = "\x00"


Houses = dict[int, dict[str, str]]


Written = tuple[str, HouseNumber, str]


@dataclass(frozen=True, eq=False, repr=False)
class AddressRegister:
    """A local address register, ready to be looked up.

    Parameters
    ----------
    streets : (postcode, street) -> house number -> suffix -> area; streets normalised
    postcodes : street -> its postcodes
    names : postcode -> its streets
    problems : rows that cannot be used, houses listed in two areas
    size : houses that can be looked up
    """

    streets: dict[tuple[str, str], Houses]
    postcodes: dict[str, tuple[str, ...]]
    names: dict[str, tuple[str, ...]]
    problems: tuple[Problem, ...]
    size: int

    def __repr__(self) -> str:
        """Return the size and no address."""
        return f"AddressRegister({self.size} houses)"


def make_register(
    frame: pd.DataFrame,
    *,
    area: str,
    street: str = "street",
    house_number: str = "house_number",
    suffix: str | None = None,
    postcode: str | None = None,
) -> AddressRegister:
    """Return a register for `match_addresses`.

    Parameters
    ----------
    frame : one row per house; further columns are ignored
    area, street, house_number, suffix, postcode : its columns; None = it has no such column

    Raises
    ------
    DataError
        If a named column is missing, or no row can be used.
    """
    expect_columns(frame, [area, street, house_number, suffix, postcode])
    streets: dict[tuple[str, str], Houses] = {}
    unusable, double, size = 0, 0, 0
    keys = frame[area].astype(object).where(frame[area].notna(), "").astype(str)
    for (name, number, code), key in zip(
        written_addresses(frame, street, house_number, suffix, postcode), keys, strict=True
    ):
        if not name or number.kind != "single" or not key:
            unusable += 1
            continue
        suffixes = streets.setdefault((code, name), {}).setdefault(number.number, {})
        if suffixes.setdefault(number.suffix, key) != key:
            double += suffixes[number.suffix] != AMBIGUOUS
            suffixes[number.suffix] = AMBIGUOUS
        size += 1
    found = [problem("addresses.unusable", "note", n=unusable)] if unusable else []
    found += [problem("addresses.double", "warning", n=double)] if double else []
    if not streets:
        raise DataError(problem("addresses.empty_register"))
    return AddressRegister(
        streets=streets,
        postcodes=_grouped((name, code) for code, name in streets),
        names=_grouped((code, name) for code, name in streets),
        problems=tuple(found),
        size=size,
    )


def written_addresses(
    frame: pd.DataFrame,
    street: str,
    house_number: str | None,
    suffix: str | None,
    postcode: str | None,
) -> Iterator[Written]:
    """Yield the addresses in one spelling; every distinct text is normalised once."""
    names: dict[object, str] = {}
    numbers: dict[tuple[object, object], HouseNumber] = {}
    codes: dict[object, str] = {}
    nothing = [""] * len(frame)
    columns = [
        nothing if column is None else frame[column].astype(object).where(frame[column].notna(), "")
        for column in (street, house_number, suffix, postcode)
    ]
    for name, number, letter, code in zip(*columns, strict=True):
        if house_number is None:
            name, number = split_address(name)
        if name not in names:
            names[name] = normalise_street(name)
        if (number, letter) not in numbers:
            numbers[number, letter] = split_house_number(number, letter)
        if code not in codes:
            codes[code] = normalise_postcode(code)
        yield names[name], numbers[number, letter], codes[code]


def _grouped(pairs: Iterator[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    groups: dict[str, set[str]] = {}
    for key, member in pairs:
        groups.setdefault(key, set()).add(member)
    return {key: tuple(sorted(members)) for key, members in groups.items()}


def expect_columns(frame: pd.DataFrame, columns: list[str | None]) -> None:
    """Refuse a table without a column that is asked for (None = not asked for)."""
    missing = [c for c in columns if c is not None and c not in frame.columns]
    if missing:
        raise DataError([problem("addresses.no_column", column=c) for c in missing])
