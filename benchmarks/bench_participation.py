"""Registrations to children: 10,000 registrations of one holiday programme.

The peer is the plain way: every spelling a child of its own, by exact normalised name and birthday.
It is quicker and 15 % wrong; it stands here to show what finding the children costs.
"""

from __future__ import annotations

import pandas as pd
from measure import Case

from sozialraum.privacy.participation.duplicates import find_children
from sozialraum.privacy.participation.names import normalise_name
from sozialraum.space.addressing.addresses import make_register, match_addresses
from sozialraum.testing import address_register, synthetic_city, synthetic_registrations


def cases(small: bool = False) -> list[Case]:
    """Return the work on 10,000 registrations (small: 500)."""
    n = 500 if small else 10_000
    city = synthetic_city()
    records, _ = synthetic_registrations(city, n)
    houses = address_register(city)

    def ours() -> int:
        options = {"suffix": "suffix", "postcode": "postcode"}
        register = make_register(houses, area="block", **options)
        placed = match_addresses(records, register, postcode="postcode")
        birth = pd.to_datetime(records["birth_date"])
        address = placed.area.fillna("") + records["street"] + records["house_number"]
        found = find_children(records["given_name"], records["surname"], birth, address)
        return found.likely.nunique()

    def exact() -> int:
        names = records[["given_name", "surname"]].map(normalise_name)
        return len(names.assign(birth=records["birth_date"]).drop_duplicates())

    size = f"{n} registrations, {len(houses)} houses"
    return [Case("find children", ours, {"exact names": exact}, "10,000 in 5 s", size)]


def test_every_spelling_is_not_a_child():
    (case,) = cases(small=True)
    assert 0 < case.ours() < case.peers["exact names"]() <= 500
