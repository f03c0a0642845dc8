"""Registrations for the holiday programme, as parents write them.

They are for tests of the participation pipeline. The children are those of the example city, with
invented names. One child has several registrations, and each is written anew: with slips of the
pen, umlauts spelt out, a second name left out, a street abbreviated. The truth says which
registrations are one child's. No line is about a person.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from sozialraum.testing.words import word_lists

if TYPE_CHECKING:
    from sozialraum.testing.city import City

COLUMNS = (
    "given_name",
    "surname",
    "birth_date",
    "street",
    "house_number",
    "postcode",
    "offer",
)
STATED = ("child", "twin", "block", "age", "given_name", "surname", "birth_date")


@dataclass(frozen=True, kw_only=True)
class Slips:
    """How often what goes wrong in one registration; shares of registrations unless said otherwise.

    Parameters
    ----------
    given_name, surname : one letter replaced, lost or swapped with its neighbour
    spelt_out : all of ü, ß, ş, ł … written with plain letters
    second_name : of the registrations of a child with two given names: the second left out
    half_surname : of the registrations with a double surname: the second half left out
    capitals : names in capitals
    swapped : given name and surname in each other's place
    birth_date : a day too late, or day and month exchanged where that is a date
    no_birth_date : the birthday left out
    address : a wrong address of the city, or one the family moved from or to
    twins : of the children that take part: a twin registers as well
    """

    given_name: float = 0.05
    surname: float = 0.04
    spelt_out: float = 0.10
    second_name: float = 0.50
    half_surname: float = 0.30
    capitals: float = 0.10
    swapped: float = 0.01
    birth_date: float = 0.012
    no_birth_date: float = 0.0
    address: float = 0.01
    twins: float = 0.02


class _House(NamedTuple):
    street: str
    number: int
    suffix: str
    postcode: str
    block: str


class _Child(NamedTuple):
    script: str
    double: bool
    given: str
    surname: str
    birth: np.datetime64
    address: int
    key: str


def synthetic_registrations(
    city: City, n: int = 10_000, *, seed: int = 2024, slips: Slips | None = None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return registrations with the slips of those who wrote them, and the truth.

    Parameters
    ----------
    city : its bookings say which child registers for which offer
    n : number of registrations
    seed : of `numpy.random.default_rng`
    slips : how often what goes wrong; None = the defaults of `Slips`

    Returns
    -------
    records : columns given_name, surname, birth_date (ISO text), street, house_number (with
        suffix, "12 a"), postcode, offer (key of the offer); all text, in the order they came in
    truth : same index; columns child (one value per child), twin ("" or the child whose twin it
        is), block (where the child really lives), age on 31 December 2024, and given_name, surname,
        birth_date without slips

    Raises
    ------
    ValueError
        If `n` is not positive.

    Examples
    --------
    >>> from sozialraum.testing.city import synthetic_city
    >>> small = {"blocks": 200, "districts": 5, "bezirke": 8, "catchments": 5}
    >>> city = synthetic_city(1, **small, inhabitants=12_000)
    >>> records, truth = synthetic_registrations(city, 500, seed=1)
    >>> len(records), bool(truth["child"].nunique() < 500)
    (500, True)
    """
    if n < 1:
        message = (
            f"The 'n' parameter of synthetic_registrations must be at least 1. Got {n} instead."
        )
        raise ValueError(message)
    slips = slips or Slips()
    rng = np.random.default_rng(seed)
    booked = _bookings(rng, city, n)
    children = _children(rng, city, booked)
    twins = _twins(rng, children, slips.twins)
    offers = city.offers.index.to_numpy()
    columns = ["street", "number", "suffix", "postcode", "block"]
    houses = [_House(*row) for row in city.addresses[columns].itertuples(index=False, name=None)]
    rows, stated = [], []
    for child, offer in booked:
        who = twins[child] if child in twins and rng.random() < 0.5 else children[child]
        rows.append((*_written(rng, houses, who, slips), str(offers[offer])))
        stated.append(_stated(houses, who, children[child]))
    index = pd.RangeIndex(1, n + 1, name="record")
    truth = pd.DataFrame(stated, columns=list(STATED), index=index)
    return pd.DataFrame(rows, columns=list(COLUMNS), index=index), truth


def address_register(city: City) -> pd.DataFrame:
    """Return the local address register: street, house_number, suffix, postcode, block; all text.

    One row per house of the city, sorted by street and number. It is what a Statistikstelle holds
    itself; no address leaves the house to be found.
    """
    houses = pd.DataFrame(city.addresses.drop(columns=["geometry", "sprengel"]))
    houses = houses.sort_values(["street", "number", "suffix"], ignore_index=True)
    houses = houses.rename(columns={"number": "house_number"}).astype(str)
    return houses[["street", "house_number", "suffix", "postcode", "block"]]


def _bookings(rng: np.random.Generator, city: City, n: int) -> list[tuple[int, int]]:
    """Return `n` bookings in random order; where the city has fewer, some are registered twice."""
    rows = np.concatenate(
        [rng.permutation(len(city.bookings)) for _ in range(1 + n // len(city.bookings))]
    )[:n]
    chosen = city.bookings.iloc[rows]
    return list(zip(chosen["child"].tolist(), chosen["offer"].tolist(), strict=True))


def _children(
    rng: np.random.Generator, city: City, booked: list[tuple[int, int]]
) -> dict[int, _Child]:
    """Name the children that take part: one surname per family, different given names in it."""
    table = city.people.children
    migration = city.people.families["migration"].to_numpy()
    wanted = sorted({child for child, _ in booked})
    surnames: dict[int, tuple[str, bool, str]] = {}
    used: dict[int, set[str]] = {}
    children = {}
    family, birth = table["family"].to_numpy(), table["birth"].to_numpy()
    address = table["address"].to_numpy()
    for child in wanted:
        home = int(family[child])
        if home not in surnames:
            surnames[home] = _surname(rng, bool(migration[home]))
        script, double, surname = surnames[home]
        given = _given_name(rng, script, used.setdefault(home, set()))
        born = np.datetime64(int(birth[child]), "D")
        children[child] = _Child(
            script, double, given, surname, born, int(address[child]), f"K{child}"
        )
    return children


def _surname(rng: np.random.Generator, migrated: bool) -> tuple[str, bool, str]:
    """Return the list a family's names come from, whether it has a double name (6 %), the name."""
    scripts = ("turkish", "arabic", "slavic", "cyrillic", "greek", "german")
    shares = np.cumsum([0.30, 0.24, 0.26, 0.05, 0.03, 0.12])
    script = scripts[int(np.searchsorted(shares, rng.random() * 0.9999))] if migrated else "german"
    names = word_lists()[script]["family"]
    surname = _pick(rng, names)
    double = rng.random() < 0.06
    if double:
        surname += "-" + _pick(rng, tuple(name for name in names if name != surname))
    return script, double, surname


def _given_name(rng: np.random.Generator, script: str, used: set[str]) -> str:
    """Return a given name no sibling begins with, one in eight with a second name."""
    names = word_lists()[script]["given"]
    free = tuple(name for name in names if name[0] not in used) or names
    given = _pick(rng, free)
    used.add(given[0])
    return f"{given} {_pick(rng, names)}" if rng.random() < 0.12 else given


def _pick(rng: np.random.Generator, words: tuple[str, ...]) -> str:
    return words[int(rng.integers(len(words)))]


def _twins(
    rng: np.random.Generator, children: dict[int, _Child], share: float
) -> dict[int, _Child]:
    """Give some children a twin: same surname, birthday and address, another initial."""
    twins = {}
    for number, child in children.items():
        if rng.random() < share:
            given = _given_name(rng, child.script, {child.given[0]})
            twins[number] = child._replace(given=given, key=f"{child.key}Z")
    return twins


def _stated(houses: list[_House], who: _Child, first: _Child) -> tuple[object, ...]:
    year = int(str(who.birth)[:4])  # on the last day of a year every birthday of it is over
    twin = first.key if who.key != first.key else ""
    right = (who.given, who.surname, str(who.birth))
    return who.key, twin, houses[who.address].block, 2024 - year, *right


def _written(
    rng: np.random.Generator, houses: list[_House], who: _Child, slips: Slips
) -> tuple[str, ...]:
    """Write one registration: names, birthday and address with their slips."""
    given, surname = _written_names(rng, who, slips)
    birth = who.birth
    if rng.random() < slips.birth_date:
        birth = _wrong_day(rng, birth)
    written = str(birth)
    if slips.no_birth_date and rng.random() < slips.no_birth_date:
        written = ""
    address = who.address
    if rng.random() < slips.address:
        address = int(rng.integers(len(houses)))
    return given, surname, written, *_written_address(rng, houses[address])


def _written_names(rng: np.random.Generator, who: _Child, slips: Slips) -> tuple[str, str]:
    draw = rng.random(7)
    given, surname = who.given, who.surname
    if " " in given and draw[0] < slips.second_name:
        given = given.split()[0]
    if who.double and draw[1] < slips.half_surname:
        surname = surname.rsplit("-", 1)[0]
    given = _slip(rng, given) if draw[2] < slips.given_name else given
    surname = _slip(rng, surname) if draw[3] < slips.surname else surname
    if draw[4] < slips.spelt_out:
        given, surname = given.translate(_PLAIN), surname.translate(_PLAIN)
    if draw[5] < slips.capitals:
        given, surname = given.upper(), surname.upper()
    return (surname, given) if draw[6] < slips.swapped else (given, surname)


_PLAIN = str.maketrans(
    dict(zip("äöüßÄÖÜ", ("ae", "oe", "ue", "ss", "Ae", "Oe", "Ue"), strict=True))
    | dict(zip("ëçÇğıİşŞłŁąćčńóżźęśŚž", "ecCgiIsSlLaccnozzesSz", strict=True))
)
_LETTERS = "abcdefghiklmnoprstuvwz"


def _slip(rng: np.random.Generator, word: str) -> str:
    """Replace a letter, lose one, or swap two neighbours; the first letter is mostly right."""
    at = int(rng.integers(0 if rng.random() < 0.1 else 1, max(2, len(word))))
    at = min(at, len(word) - 1)
    kind = rng.random()
    if kind < 0.4:
        return word[:at] + _LETTERS[int(rng.integers(len(_LETTERS)))] + word[at + 1 :]
    if kind < 0.7 and len(word) > 3:
        return word[:at] + word[at + 1 :]
    at = min(at, len(word) - 2)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def _wrong_day(rng: np.random.Generator, birth: np.datetime64) -> np.datetime64:
    year, month, day = str(birth).split("-")
    if rng.random() < 0.5 or int(day) > 12 or day == month:
        return birth + np.timedelta64(1, "D")
    return np.datetime64(f"{year}-{day}-{month}")


def _written_address(rng: np.random.Generator, house: _House) -> tuple[str, str, str]:
    """Write street, house number and postcode the way people do: "str.", "12a", capitals."""
    street, draw = house.street, rng.random(2)
    short = ("str.", " Str.", "strasse", "-Str.")
    if street.endswith("straße") and draw[0] < 0.35:
        street = street.removesuffix("straße") + short[int(rng.integers(3))]
    elif street.endswith("-Straße") and draw[0] < 0.35:
        street = street.removesuffix("-Straße") + short[3 if draw[0] < 0.2 else 1]
    elif draw[0] > 0.95:
        street = street.upper() if draw[0] > 0.98 else street.translate(_PLAIN)
    gap = " " if draw[1] < 0.5 else ""
    number = f"{house.number}{gap if house.suffix else ''}{house.suffix}"
    return street, number, house.postcode
