"""Schools, recommendations after class 4, holiday programme and other offers of the city."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd

from sozialraum.testing.counts import school_years
from sozialraum.testing.layout import CRS, OFFER_KINDS
from sozialraum.testing.people import YEARS, chance

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sozialraum.testing.districts import Catchments
    from sozialraum.testing.people import People
    from sozialraum.testing.terrain import Terrain

# The true models (log-odds); f is the latent burden of the child's block.
MITTELSCHULE = {"constant": -1.75, "f": 0.50, "poor": 0.80, "language": 0.50}
GYMNASIUM = {
    "constant": 0.55,
    "f": -0.45,
    "poor": -0.50,
    "language": -0.10,
}  # among those without Mittelschule
PROGRAMME = {"constant": -0.35, "f": -0.50, "poor": -0.50, "language": -0.30, "older": -0.45}
BOOKINGS = np.cumsum(
    [0.36, 0.22, 0.16, 0.11, 0.08, 0.07]
)  # 1, 2, … 6 bookings of a child that takes part
NEAREST = np.cumsum(
    [0.52, 0.22, 0.12, 0.08, 0.06]
)  # a booking is for the nearest, second nearest, … site
ROOM = 25  # pupils per classroom


def log_odds(
    model: dict[str, float], children: pd.DataFrame, f: NDArray[np.float64], year: int
) -> NDArray[np.float64]:
    """Return the linear predictor of one of the true models."""
    total = model["constant"] + model["f"] * f + model["poor"] * children[f"poor_{year}"]
    total = total + model["language"] * children["language"]
    return (total + model.get("older", 0.0) * (children[f"age_{year}"] >= 10)).to_numpy()


def make_schools(
    rng: np.random.Generator,
    terrain: Terrain,
    catchments: Catchments,
    keys: list[str],
    people: People,
    sprengel_of_address: NDArray[np.int64],
    addresses: pd.DataFrame,
) -> gpd.GeoDataFrame:
    """Return the schools (one Sprengel has two) with their rooms; give each pupil a school.

    Adds ``school_Y`` (row of the school, -1 = none) to ``people.children``.
    """
    sprengel = sprengel_of_address[people.children["address"]]
    pupils = people.children["here_2024"] & school_years(people.children, 2024).between(0, 3)
    largest = int(np.bincount(sprengel[pupils], minlength=len(keys)).argmax())
    at_school = [*terrain.sites[catchments.seeds], _second_site(terrain, catchments, largest)]
    of_sprengel = np.array([*range(len(keys)), largest])
    names = [*catchments.names, "Pestalozzischule"]
    _assign_pupils(people, sprengel, of_sprengel, np.array(at_school), addresses)
    schools = pd.DataFrame(
        {"name": names, "sprengel": [keys[s] for s in of_sprengel]},
        index=pd.Index([f"{2101 + i}" for i in range(len(names))], name="schule"),
    )
    for year in YEARS:
        of = people.children[f"school_{year}"]
        schools[f"schueler_{year}"] = np.bincount(of[of >= 0], minlength=len(names))
    tight = 0.86 + 0.34 * rng.random(len(names))
    schools["klassenraeume"] = np.ceil(np.round(schools["schueler_2024"] / ROOM * tight, 6)).astype(
        int
    )
    schools["kapazitaet"] = schools["klassenraeume"] * ROOM
    points = gpd.points_from_xy(*np.round(np.array(at_school), 1).T, crs=CRS)
    return gpd.GeoDataFrame(schools, geometry=points)


def _second_site(terrain: Terrain, catchments: Catchments, sprengel: int) -> NDArray[np.float64]:
    """Return a block of the same Sprengel, whole, inhabited and far from its school."""
    whole = np.bincount(catchments.part_block, minlength=len(terrain.sites)) == 1
    mine = np.zeros(len(terrain.sites), dtype=bool)
    mine[catchments.part_block[catchments.part_sprengel == sprengel]] = True
    mine &= whole & ~np.isin(terrain.kind, ["feld", "wald", "wasser", "gewerbe", "park"])
    gap = np.hypot(*(terrain.sites - terrain.sites[catchments.seeds[sprengel]]).T)
    order = np.where(mine, np.round(gap, 3), np.inf).argsort(kind="stable")
    return terrain.sites[order[int(mine.sum() * 0.6)]]


def _assign_pupils(
    people: People,
    sprengel: NDArray[np.int64],
    of_sprengel: NDArray[np.int64],
    at_school: NDArray[np.float64],
    addresses: pd.DataFrame,
) -> None:
    """Give each child of classes 1 to 4 the nearest school of its Sprengel."""
    home = addresses[["x", "y"]].to_numpy()[people.children["address"]]
    gap = np.round(np.hypot(*(home[:, None] - at_school).transpose(2, 0, 1)), 2)
    gap[sprengel[:, None] != of_sprengel] = np.inf
    nearest = gap.argmin(axis=1)
    for year in YEARS:
        pupil = people.children[f"here_{year}"] & school_years(people.children, year).between(0, 3)
        people.children[f"school_{year}"] = np.where(pupil, nearest, -1)


def make_transitions(
    rng: np.random.Generator,
    people: People,
    sprengel_of_address: NDArray[np.int64],
    keys: list[str],
) -> pd.DataFrame:
    """Return the recommendations after class 4 per Stichtag and Sprengel; note them per child.

    Columns: kinder_klasse_4 = mittelschule + realschule + gymnasium. The class that was
    recommended in spring of the year had entered school four autumns before; `recommendation_Y`
    is "" for other children.
    """
    children = people.children
    tables = []
    for i, year in enumerate(YEARS):
        f = people.burden[children["block"], i]
        in_class = (children[f"here_{year}"] & (school_years(children, year) == 4)).to_numpy()
        low = rng.random(len(children)) < chance(log_odds(MITTELSCHULE, children, f, year))
        high = rng.random(len(children)) < chance(log_odds(GYMNASIUM, children, f, year))
        kind = np.where(low, "mittelschule", np.where(high, "gymnasium", "realschule"))
        children[f"recommendation_{year}"] = np.where(in_class, kind, "")
        sprengel = sprengel_of_address[children["address"]]
        table = pd.DataFrame(index=pd.Index(keys, name="sprengel"))
        table["kinder_klasse_4"] = np.bincount(sprengel[in_class], minlength=len(keys))
        for name in ("mittelschule", "realschule", "gymnasium"):
            table[name] = np.bincount(sprengel[in_class & (kind == name)], minlength=len(keys))
        tables.append(table)
    return pd.concat(tables, keys=[f"{y}-12-31" for y in YEARS], names=["stichtag", "sprengel"])


def make_offers(
    rng: np.random.Generator,
    addresses: pd.DataFrame,
    people: People,
    inhabitants: NDArray[np.int64],
) -> gpd.GeoDataFrame:
    """Return the offers as points: index angebot, columns name, art, plaetze."""
    block = addresses["block"].to_numpy()
    rows = []
    for kind, word, per_100_000, low, high in OFFER_KINDS:
        lean = (
            -0.35 if kind == "ferienangebot" else 0.45
        )  # the programme grew where parents asked for it
        pull = np.clip(1 + lean * people.burden[:, 1], 0.15, None) * inhabitants
        weight = np.cumsum(
            np.round((pull / np.bincount(block, minlength=len(pull)).clip(1))[block], 6)
        )
        count = max(3, round(per_100_000 * inhabitants.sum() / 100_000))
        chosen = np.searchsorted(weight, np.round(rng.random(count) * weight[-1], 6))
        for address in chosen:
            house = addresses.iloc[address]
            rows.append(
                (
                    f"{word} {house['street']}",
                    kind,
                    low + int(rng.integers(high - low)),
                    house["x"],
                    house["y"],
                )
            )
    offers = pd.DataFrame(rows, columns=["name", "art", "plaetze", "x", "y"])
    repeat = offers.groupby("name").cumcount()
    offers["name"] += repeat.map(lambda n: "" if n == 0 else f" {n + 1}")
    offers.index = pd.Index([f"A{i + 1:03d}" for i in range(len(offers))], name="angebot")
    points = gpd.points_from_xy(offers.pop("x"), offers.pop("y"), crs=CRS)
    return gpd.GeoDataFrame(offers, geometry=points)


def make_programme(
    rng: np.random.Generator, people: People, addresses: pd.DataFrame, offers: gpd.GeoDataFrame
) -> pd.DataFrame:
    """Return the bookings of the holiday programme 2024: columns child, offer (row of `offers`).

    Raises the places of the programme's offers to what was booked, and a little more.
    """
    children = people.children
    aged = (children["here_2024"] & children["age_2024"].between(6, 14)).to_numpy()
    f = people.burden[children["block"], 1]
    takes_part = aged & (rng.random(len(children)) < chance(log_odds(PROGRAMME, children, f, 2024)))
    count = np.where(
        takes_part, 1 + np.searchsorted(BOOKINGS, rng.random(len(children)) * 0.999999), 0
    )
    child = np.repeat(np.arange(len(children)), count)
    sites = np.flatnonzero(offers["art"] == "ferienangebot")
    at = np.column_stack([offers.geometry.x, offers.geometry.y])[sites]
    home = addresses[["x", "y"]].to_numpy()[children["address"].to_numpy()[child]]
    nearest = np.round(np.hypot(*(home[:, None] - at).transpose(2, 0, 1)), 2).argsort(
        axis=1, kind="stable"
    )
    choice = np.searchsorted(NEAREST, rng.random(len(child)) * 0.999999)
    offer = sites[nearest[np.arange(len(child)), np.minimum(choice, len(sites) - 1)]]
    booked = np.bincount(offer, minlength=len(offers))
    spare = np.ceil(np.round(booked * (1.02 + 0.5 * rng.random(len(offers))), 6)).astype(int)
    offers["plaetze"] = np.where(offers["art"] == "ferienangebot", spare, offers["plaetze"])
    return pd.DataFrame({"child": child, "offer": offer})


def count_programme(
    people: People, bookings: pd.DataFrame, keys: list[str], block: NDArray[np.int64]
) -> pd.DataFrame:
    """Return per block and age group the children, those that take part, and their bookings.

    Columns: kinder_6_9, teilnehmende_6_9, buchungen_6_9, and the same for 10_14. Places, bookings
    and children are three different things: teilnehmende counts a child once, buchungen each of
    its bookings.
    """
    children = people.children
    table = pd.DataFrame(index=pd.Index(keys, name="block"))
    booked = np.bincount(bookings["child"], minlength=len(children))
    for low, high in ((6, 9), (10, 14)):
        aged = (children["here_2024"] & children["age_2024"].between(low, high)).to_numpy()
        for name, weight in (
            ("kinder", aged),
            ("teilnehmende", aged & (booked > 0)),
            ("buchungen", aged * booked),
        ):
            table[f"{name}_{low}_{high}"] = np.bincount(block, weight, minlength=len(keys)).astype(
                "int64"
            )
    return table
