"""Addresses to areas by the local address register; nothing is sent anywhere.

Exact first, then by rules that cannot place a house in a wrong area (all houses in question lie in
one), then by the spelling of the street; every way is named in the result, and what cannot be
placed is counted by reason. An address gets one area or none: a match is never an over-count.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
from rapidfuzz import process
from rapidfuzz.distance import Indel

from sozialraum.model import Problem
from sozialraum.model.addresses import HouseNumber
from sozialraum.space.addressing.address_register import (
    AMBIGUOUS,
    AddressRegister,
    Houses,
    Written,
    expect_columns,
    written_addresses,
)
from sozialraum.texts import problem, text

MATCHED = (
    "exact",  # street, number, suffix and postcode agree
    "suffix",  # the letter is not in the register; all houses of the number lie in one area
    "range",  # 12-16: all houses of it that the register has lie in one area
    "postcode",  # postcode missing or another; the house exists under one postcode only
    "spelling",  # the street is spelt otherwise; the closest name has that house
)
UNMATCHED = (
    "ambiguous",  # several areas are possible
    "street_unknown",
    "number_unknown",
    "number_missing",
    "number_unreadable",
    "incomplete",  # no street is stated
)
REASONS = MATCHED + UNMATCHED
# Two street names of a postcode that are nearly as close to what is written: neither is taken.
_MARGIN = 0.02


@dataclass(frozen=True, eq=False, repr=False)
class AddressMatch:
    """Which area each address lies in, and how that was found.

    Parameters
    ----------
    area : (n_records,) area key; None = not placed
    reason : (n_records,) one of `REASONS`
    spelling : one row per street that was matched by its spelling: written, register, score (0..1),
        n. It holds street names: for lists of facilities, not for lists of persons
    """

    area: pd.Series
    reason: pd.Series
    spelling: pd.DataFrame

    def __repr__(self) -> str:
        """Return the numbers and no address."""
        return f"AddressMatch({len(self.area)} addresses, {self.rate:.1%} placed)"

    @property
    def rate(self) -> float:
        """Share of the addresses that have an area (0..1); NaN without addresses."""
        return float(self.area.notna().mean())

    def counts(self) -> pd.Series:
        """Return the number of addresses per reason, all reasons, in the order of `REASONS`."""
        return self.reason.value_counts(sort=False).reindex(list(REASONS), fill_value=0)

    def problems(self, *, file: str | None = None) -> list[Problem]:
        """Return one finding per reason that occurs, except "exact"; rows count from the file's."""
        found = []
        for reason, rows in self.reason.groupby(self.reason, observed=True):
            if reason != "exact":
                severity = "note" if reason in MATCHED else "warning"
                filled = {"n": len(rows), "reason": text(f"addresses.reason.{reason}")}
                kind = "placed" if reason in MATCHED else "not_placed"
                found.append(problem(f"addresses.{kind}", severity, file=file, **filled))
        return found


def match_addresses(
    records: pd.DataFrame,
    register: AddressRegister,
    *,
    street: str = "street",
    house_number: str | None = "house_number",
    suffix: str | None = None,
    postcode: str | None = None,
    threshold: float = 0.88,
) -> AddressMatch:
    """Find the area of each address in the register.

    In this order: exact; the number without its suffix, or a range, if all houses in question lie
    in one area; the house under another postcode, if it exists there only once; the street of the
    same postcode whose spelling is closest (normalised Indel similarity of at least `threshold`,
    clearly ahead of the second), if it has that house.

    Parameters
    ----------
    records : one row per address, any index
    register : of `make_register`
    street, house_number, suffix, postcode : columns of `records`; without `house_number` the street
        column holds the number too
    threshold : smallest similarity of two street names, 0..1; 1 = never by spelling

    Returns
    -------
    AddressMatch; one area or none per address, and the reason for each.

    Raises
    ------
    DataError
        If a named column is missing.

    Examples
    --------
    >>> from sozialraum.space.addressing.address_register import make_register
    >>> houses = pd.DataFrame({
    ...     "street": ["Lange Straße", "Lange Straße"], "house_number": ["12", "12 a"],
    ...     "postcode": ["86150", "86150"], "block": ["0101", "0102"],
    ... })
    >>> register = make_register(houses, area="block", postcode="postcode")
    >>> asked = pd.DataFrame({"street": ["LANGE STR.", "Lange Str", "Lnage Str."],
    ...     "house_number": ["12.0", "12 b", "12a"], "postcode": ["86150"] * 3})
    >>> found = match_addresses(asked, register, postcode="postcode")
    >>> found.area.tolist(), found.reason.tolist()
    (['0101', None, '0102'], ['exact', 'ambiguous', 'spelling'])
    """
    if not 0 < threshold <= 1:
        message = (
            "The 'threshold' parameter of match_addresses must lie in (0, 1]. "
            f"Got {threshold} instead."
        )
        raise ValueError(message)
    expect_columns(records, [street, house_number, suffix, postcode])
    search = _Search(register, threshold)
    known: dict[Written, tuple[str | None, str]] = {}
    found = []
    for address in written_addresses(records, street, house_number, suffix, postcode):
        if address not in known:
            known[address] = search.place(*address)
        found.append(known[address])
        search.note(address, known[address][1])
    area = pd.Series([a for a, _ in found], records.index, dtype=object, name="area")
    reasons = pd.Categorical([r for _, r in found], categories=list(REASONS))
    return AddressMatch(area, pd.Series(reasons, records.index, name="reason"), search.spelling())


class _Search:
    """Looks addresses up and remembers, for this one run, which spellings it accepted."""

    def __init__(self, register: AddressRegister, threshold: float) -> None:
        self.register, self.threshold = register, threshold
        self._closest: dict[tuple[str, str], list[tuple[str, float]]] = {}
        self._used: dict[tuple[str, str], int] = {}

    def place(self, name: str, number: HouseNumber, code: str) -> tuple[str | None, str]:
        """Return area and reason of one address."""
        if not name:
            return None, "incomplete"
        if number.kind in ("none", "unreadable"):
            return None, "number_missing" if number.kind == "none" else "number_unreadable"
        area, reason = self._in_street((code, name), number)
        if area is not None or reason == "ambiguous":
            return area, reason
        elsewhere, found = self._under_other_postcode(name, number, code)
        if elsewhere is not None or found == "ambiguous":
            return elsewhere, found
        close, found = self._by_spelling(name, number, code)
        if close is not None or found == "ambiguous":
            return close, found
        return None, reason if name not in self.register.postcodes else "number_unknown"

    def note(self, address: Written, reason: str) -> None:
        """Count an address that was placed by its spelling."""
        if reason == "spelling":
            key = (address[2], address[0])
            self._used[key] = self._used.get(key, 0) + 1

    def spelling(self) -> pd.DataFrame:
        """Return the accepted spellings: written, register, score, n."""
        rows = [(key[1], *self._closest[key][0], n) for key, n in sorted(self._used.items())]
        return pd.DataFrame(rows, columns=["written", "register", "score", "n"])

    def _in_street(self, place: tuple[str, str], number: HouseNumber) -> tuple[str | None, str]:
        houses = self.register.streets.get(place)
        if houses is None:
            return None, "street_unknown"
        asked = _houses_asked(houses, number)
        if number.kind == "single" and number.suffix in houses.get(number.number, {}):
            asked, reason = {houses[number.number][number.suffix]}, "exact"
        else:
            reason = "range" if number.kind == "range" else "suffix"
        if not asked:
            return None, "number_unknown"
        if len(asked) > 1 or AMBIGUOUS in asked:
            return None, "ambiguous"
        return next(iter(asked)), reason

    def _under_other_postcode(
        self, name: str, number: HouseNumber, code: str
    ) -> tuple[str | None, str]:
        """Take the house where it exists exactly, if that is one area only."""
        found = set()
        for other in self.register.postcodes.get(name, ()):
            area, reason = self._in_street((other, name), number)
            if reason in ("exact", "range"):
                found.add(area)
            elif reason == "ambiguous":
                found.add(AMBIGUOUS)
        if len(found) == 1 and AMBIGUOUS not in found:
            return found.pop(), "postcode"
        return None, "ambiguous" if found else "number_unknown"

    def _by_spelling(self, name: str, number: HouseNumber, code: str) -> tuple[str | None, str]:
        """Take the closest street of the same postcode; two that are as close are ambiguous."""
        if self.threshold >= 1:
            return None, "street_unknown"
        key = (code, name)
        if key not in self._closest:
            names = [n for n in self.register.names.get(code, ()) if n != name]
            close = process.extract(
                name,
                names,
                scorer=Indel.normalized_similarity,
                score_cutoff=self.threshold,
                limit=2,
            )
            self._closest[key] = [(street, score) for street, score, _ in close]
        close = self._closest[key]
        if not close or name in self.register.postcodes:
            return None, "street_unknown"
        if len(close) > 1 and close[0][1] - close[1][1] < _MARGIN:
            return None, "ambiguous"
        area, reason = self._in_street((code, close[0][0]), number)
        return (area, "spelling") if area is not None else (None, reason)


def _houses_asked(houses: Houses, number: HouseNumber) -> set[str]:
    """Return the areas of all houses that a number without exact entry, or a range, may mean."""
    first, last = number.number, number.last_number
    if number.kind == "single" or first == last:
        found = houses.get(first, {})
        letters = {
            area for letter, area in found.items() if number.suffix <= letter <= number.last_suffix
        }
        return letters if letters and number.kind == "range" else set(found.values())
    # 55-10 names two houses; 117-21 is the short form of 117-121
    if last < first:
        short = int(str(first)[: -len(str(last))] + str(last)) if last < first else last
        members = range(first, short + 1, 2) if short > first else (first, last)
    else:
        members = range(first, last + 1, 2 if (last - first) % 2 == 0 else 1)
    return {area for member in members for area in houses.get(member, {}).values()}
