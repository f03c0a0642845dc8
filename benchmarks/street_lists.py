"""Street lists of invented towns, read back house by house: rules give what the map gives.

    python benchmarks/street_lists.py [houses]

Towns of about 15,000 houses with seeds from 0, until there are at least `houses`. In every town one
street name in ten stands in two districts of the town, some names have numbers in them, houses have
letters, ranges (on one side, or over both), or no number at all, and districts change
between two letters of one number. Prints how many houses get another district than on the map, and
how many contradict each other and are named; ends with 1 if any house is wrong and not named.
"""

from __future__ import annotations

import sys

import numpy as np
import pandas as pd

from sozialraum.space.addressing.house_numbers import assign_by_rules, read_house_number_rules
from sozialraum.space.addressing.street_list import street_list

STREETS, SCHOOLS, WIDE = 320, 18, 6000.0
CODES = ("09971", "09973")
NAMED = ("Straße des 17. Juni", "Platz 3", "Am Bach", "Bahnhofstr.", "Große Straße", "C 4")
COLUMNS = ["street", "house_number", "suffix", "postcode", "x", "y"]


def nasty_town(seed: int) -> tuple[pd.DataFrame, pd.Series]:
    """Return houses, and the district of each: that of the nearest of some schools."""
    rng = np.random.default_rng(seed)
    rows = [row for street in range(STREETS) for row in _street(rng, street)]
    houses = pd.DataFrame(rows, columns=COLUMNS).drop_duplicates(COLUMNS[:4])
    houses = houses.reset_index(drop=True)
    seats = rng.uniform(0, WIDE, (SCHOOLS, 2))
    place = houses[["x", "y"]].to_numpy() + rng.normal(0, 6, (len(houses), 2))
    nearest = np.hypot(*(place[:, None] - seats[None]).transpose(2, 0, 1)).argmin(axis=1)
    return houses, pd.Series([f"S{k:02d}" for k in nearest])


def _street(rng: np.random.Generator, street: int) -> list[tuple[str, str, str, str, float, float]]:
    """Return the houses of one street; the last streets repeat names of the first elsewhere."""
    kind = street % (STREETS - 30)
    name = f"Lindenweg {kind}" if kind % 7 == 0 else f"Weg{kind}straße"
    name = NAMED[kind] if kind < len(NAMED) else name
    x, y, turn = *rng.uniform(0, WIDE, 2), rng.uniform(0, 2 * np.pi)
    code = CODES[int(street >= STREETS - 30)]
    found = []
    number = int(rng.integers(1, 8))
    for place in range(rng.integers(3, 70)):
        at = (x + 14 * place * np.cos(turn), y + 14 * place * np.sin(turn))
        number += int(rng.integers(1, 4))
        written, luck = str(number), rng.random()
        if luck < 0.04:  # a house of several numbers on its side of the street
            written = f"{number}-{number + 2}"
            number += 3
        elif luck < 0.05:  # and one over both sides
            written = f"{number}-{number + 1}"
            number += 2
        elif luck < 0.06:
            written = ""
        letters = list("abcd")[: rng.integers(1, 5)] if 0.06 <= luck < 0.2 else []
        letters = [one.upper() if rng.random() < 0.3 else one for one in letters]
        found += [(name, written, letter, code, *at) for letter in ["", *letters]]
    return found


def differences(houses: pd.DataFrame, school: pd.Series) -> tuple[int, int]:
    """Return how many houses the written rules give another district, and how many are named so."""
    columns = {"suffix": "suffix", "postcode": "postcode"}
    made = street_list(houses, school, **columns)
    rules = read_house_number_rules(made.table, area="area", postcode="postcode")
    back = assign_by_rules(houses, rules, street="street", house_number="house_number", **columns)
    wrong = (back.area != school).to_numpy()
    named = (made.unlike | made.unreadable).to_numpy()
    return int((wrong & ~named).sum()), int(named.sum())


def main(count: int = 60_000) -> int:
    """Print towns, houses and differences."""
    houses = silent = named = town = 0
    while houses < count:
        listed, school = nasty_town(town)
        wrong, said = differences(listed, school)
        houses, silent, named, town = houses + len(listed), silent + wrong, named + said, town + 1
    print(f"{town} towns, {houses} houses: {silent} otherwise, {named} named as contradictions")
    return int(silent > 0)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:2])))
