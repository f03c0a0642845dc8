"""From houses and their districts to the street list of a Satzung, read back before it is used.

Per street and side: one district is told as a whole, else runs of house numbers. A run ends just
before the next begins, the first begins at the start and the last stays open, so that a house built
later has a district.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

import pandas as pd

from sozialraum.model.addresses import (
    HouseNumber,
    normalise_postcode,
    normalise_street,
    split_house_number,
)
from sozialraum.space.addressing.house_numbers import (
    assign_by_rules,
    parts_of_house,
    read_house_number_rules,
)

_SIDES = {1: "ungerade", 0: "gerade"}
BARE = "(ohne Zusatz)"


@dataclass(frozen=True, eq=False)
class StreetList:
    """A street list, and what it cannot say.

    Parameters
    ----------
    table : rows with street, postcode, area and rule, sorted
    unlike : (houses,) True where the rules, read back, do not give the house its district
    unreadable : (houses,) True where the house number cannot be read, so that no rule can name it
    """

    table: pd.DataFrame
    unlike: pd.Series
    unreadable: pd.Series


def street_list(
    houses: pd.DataFrame,
    area: pd.Series,
    *,
    street: str = "street",
    house_number: str = "house_number",
    suffix: str | None = None,
    postcode: str | None = None,
) -> StreetList:
    """Return the rules that give each house its district, and the houses they do not.

    Parameters
    ----------
    houses : one row per house
    area : (n_houses,) district, same index
    street, house_number, suffix, postcode : columns of `houses`

    Examples
    --------
    >>> houses = pd.DataFrame({"street": "Hauptstraße", "house_number": ["45", "47", "47 a", "49"]})
    >>> found = street_list(houses, pd.Series(["A", "A", "B", "B"]))
    >>> found.table[["area", "rule"]].to_numpy().tolist()
    [['A', 'ungerade 1–45; 47 (ohne Zusatz)'], ['B', 'ungerade 47 a–Ende']]
    """
    letters = houses[suffix] if suffix else pd.Series("", houses.index)
    numbers = [split_house_number(n, s) for n, s in zip(houses[house_number], letters, strict=True)]
    codes = houses[postcode].map(normalise_postcode) if postcode else pd.Series("", houses.index)
    places: dict[tuple[str, str], list[int]] = {}
    for at, key in enumerate(zip(houses[street].map(normalise_street), codes, strict=True)):
        places.setdefault(key, []).append(at)
    districts, written = area.astype(str).tolist(), houses[street].astype(str).tolist()
    rows = []
    for (_, code), inside in sorted(places.items()):
        label = min(written[at] for at in inside)
        rules = _rules_of([(numbers[at], districts[at]) for at in inside])
        rows += [(label, code, district, rule) for district, rule in sorted(rules.items())]
    table = pd.DataFrame(rows, columns=["street", "postcode", "area", "rule"])
    unreadable = pd.Series([n.kind == "unreadable" for n in numbers], houses.index)
    rules_read = read_house_number_rules(
        table, area="area", postcode="postcode" if postcode else None
    )
    back = assign_by_rules(
        houses,
        rules_read,
        street=street,
        house_number=house_number,
        suffix=suffix,
        postcode=postcode,
    )
    unlike = (back.area != area.astype(str)) & ~unreadable
    return StreetList(table, unlike, unreadable)


def _rules_of(houses: list[tuple[HouseNumber, str]]) -> dict[str, str]:
    """Return the rule of each district of one street."""
    found = sorted({district for _, district in houses})
    if len(found) == 1:
        return {found[0]: "gesamt"}
    parts: dict[str, list[str]] = {district: [] for district in found}
    readable = [
        (house, district) for house, district in houses if house.kind in ("single", "range")
    ]
    ends = {(number, letter, d) for h, d in readable for number, letter in parts_of_house(h)}
    for parity, word in _SIDES.items():
        side = sorted(one for one in ends if one[0] % 2 == parity)
        for district, spans in _runs(side, parity):
            parts[district] += [f"{word} {span}" if BARE not in span else span for span in spans]
    for district in sorted({d for house, d in houses if house.kind == "none"}):
        parts[district].append("ohne HNr.")
    return {district: "; ".join(said) for district, said in parts.items() if said}


def _runs(side: list[tuple[int, str, str]], parity: int) -> list[tuple[str, list[str]]]:
    """Return the runs of one side in order: district, and how its numbers are said."""
    runs = [list(run) for _, run in groupby(side, key=lambda house: house[2])]
    if len(runs) == 1:
        return [(runs[0][0][2], ["gesamt"])]
    said = []
    for place, run in enumerate(runs):
        number, letter, district = run[0]
        goes_on = place > 0 and runs[place - 1][-1][0] == number
        first = f"{number} {letter}".strip() if goes_on else str(number)
        start = number
        if place == 0:
            start = 1 if parity else 2
            first = str(start) if start <= number else first
        if place + 1 == len(runs):
            said.append((district, [f"{first}–Ende"]))
            continue
        last, last_letter, _ = run[-1]
        after = runs[place + 1][0][0]
        if after > last:
            said.append((district, [_span(first, str(after - 2))]))
        elif last_letter:
            said.append((district, [_span(first, f"{last} {last_letter}")]))
        else:  # the number alone is here, its letters are elsewhere
            before = [_span(first, str(last - 2))] if start < last else []
            said.append((district, [*before, f"{last} {BARE}"]))
    return said


def _span(first: str, last: str) -> str:
    number, _, letter = first.partition(" ")
    if letter and last == number:  # from this letter on, whatever letters come
        return f"{first}–{number} z"
    return first if first == last else f"{first}–{last}"
