"""The people of the example city: families, children and other adults, each at an address.

Everything is drawn person by person, so that every table is consistent by construction: parts add
up to totals, no numerator is above its denominator, and the truth is known for any cut of the
city, not only for the delivered blocks.

The true model: a smooth latent burden f per block (about -1.5 to 2; `burden_field`) and traits of
the family raise or lower the log-odds of everything else. Two Stichtage share the families; some
move in or out, some change.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sozialraum.testing.layout import CENTRE, KINDS, QUARTERS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sozialraum.testing.terrain import Terrain

YEARS = (2023, 2024)
REACH = 900.0  # metres: how far a quarter colours its surroundings
SIBLINGS = np.cumsum([0.49, 0.355, 0.115, 0.04])  # families with 1, 2, 3, 4 children
MOVED = 0.045  # share of households that came, and that left, within the year


@dataclass(frozen=True, eq=False)
class People:
    """All persons of both years.

    Parameters
    ----------
    families : one row per family with children: block, address, lone, migration, language,
        and per year here_Y, poor_Y, crisis_Y
    children : one row per child: family, birth (days since 1970), and per year here_Y, age_Y, flags
    adults : one row per adult: block, address, age group, flags per year
    burden : (n_blocks, 2) latent burden per year
    """

    families: pd.DataFrame
    children: pd.DataFrame
    adults: pd.DataFrame
    burden: NDArray[np.float64]


def chance(log_odds: NDArray[np.float64] | pd.Series) -> NDArray[np.float64]:
    """Return the probability of log-odds, rounded so that it is the same on every machine."""
    return np.round(1.0 / (1.0 + np.exp(-np.asarray(log_odds, dtype=float))), 9)


def burden_field(rng: np.random.Generator, terrain: Terrain) -> NDArray[np.float64]:
    """Return the latent burden of each block in both years: nearby quarters mixed, plus its own."""
    lived_in = [q for q in QUARTERS if q.kind not in ("wald", "park")]
    centre = np.array([(q.x, q.y) for q in lived_in]) * 1000 + np.array(CENTRE)
    gap2 = ((terrain.sites[:, None] - centre) ** 2).sum(axis=2)
    weight = np.exp(-gap2 / (2 * REACH**2)) + 1e-9
    weight /= weight.sum(axis=1, keepdims=True)
    own = (rng.random((len(terrain.sites), 3)).sum(axis=1) - 1.5) * 0.55
    level = weight @ np.array([q.burden for q in lived_in]) + own
    trend = weight @ np.array([q.trend for q in lived_in])
    return np.round(np.column_stack([level, level + trend]), 4)


def inhabitants_wanted(
    rng: np.random.Generator, terrain: Terrain, *, inhabitants: int
) -> NDArray[np.int64]:
    """Return how many people should live in each block: density times area."""
    from shapely import area

    density = np.array([KINDS[k].density for k in terrain.kind])
    people = density * area(terrain.polygons) * (0.55 + 0.9 * rng.random(len(density)))
    people = np.where(
        rng.random(len(density)) < 0.05, 0.0, people
    )  # a school, a hospital, a square
    return np.floor(np.round(people * inhabitants / people.sum(), 6)).astype(np.int64)


def make_people(
    rng: np.random.Generator, terrain: Terrain, addresses: pd.DataFrame, wanted: NDArray[np.int64]
) -> People:
    """Return families with their children and all adults, for both years."""
    burden = burden_field(rng, terrain)
    families = _families(rng, terrain, wanted, burden)
    children = _children(rng, families)
    adults = _adults(rng, terrain, wanted, families, children)
    houses = addresses.groupby("block").size().reindex(range(len(wanted)), fill_value=0).to_numpy()
    first = np.concatenate([[0], np.cumsum(houses)[:-1]])
    for household in (families, adults):
        draw = rng.random(len(household))
        block = household["block"].to_numpy()
        household["address"] = first[block] + np.floor(draw * houses[block]).astype(np.int64)
    _traits_of_children(rng, families, children, burden)
    _traits_of_adults(rng, adults, burden)
    children["address"] = families["address"].to_numpy()[children["family"]]
    children["block"] = families["block"].to_numpy()[children["family"]]
    return People(families, children, adults, burden)


def _here(rng: np.random.Generator, count: int) -> dict[str, NDArray[np.bool_]]:
    draw = rng.random(count)
    return {"here_2023": draw >= MOVED, "here_2024": draw < 1 - MOVED}


def _families(
    rng: np.random.Generator,
    terrain: Terrain,
    wanted: NDArray[np.int64],
    burden: NDArray[np.float64],
) -> pd.DataFrame:
    """Return the families with children: block, what they are like, how they fare each year."""
    rate = np.array([KINDS[k].families for k in terrain.kind]) * (1 + 0.06 * burden[:, 0])
    count = np.floor(wanted * np.round(rate, 6) * 1.02 + rng.random(len(wanted))).astype(np.int64)
    block = np.repeat(np.arange(len(wanted)), np.where(wanted >= 3, count, 0))
    families = _traits(rng, block, burden[block, 0])
    families = families.assign(**_here(rng, len(block)))
    return families.assign(**_hardship(rng, families, burden[block]))


def _traits(
    rng: np.random.Generator, block: NDArray[np.int64], burden: NDArray[np.float64]
) -> pd.DataFrame:
    """Return migration, language, lone parents and number of children; burden per family."""
    n = len(block)
    migration = rng.random(n) < chance(-0.62 + 0.75 * burden)
    language = migration & (rng.random(n) < np.clip(0.52 + 0.05 * burden, 0, 1).round(9))
    lone = rng.random(n) < chance(-1.62 + 0.38 * burden - 0.3 * migration)
    many = rng.random(n) * (1 - 0.06 * lone) + rng.random(n) * (0.04 * migration + 0.02 * burden)
    siblings = np.clip(1 + np.searchsorted(SIBLINGS, np.round(many, 9)), 1, 4)
    return pd.DataFrame(
        {
            "block": block,
            "migration": migration,
            "language": language,
            "lone": lone,
            "siblings": siblings,
        }
    )


def _hardship(
    rng: np.random.Generator, families: pd.DataFrame, burden: NDArray[np.float64]
) -> dict[str, pd.Series]:
    """Return who is poor and who is in a crisis, per year; nine families in ten stay as they are.

    burden : (n_families, n_years)
    """
    n, lone = len(families), families["lone"]
    fixed, fresh, changes = rng.random(n), rng.random(n), rng.random(n) < 0.10
    crisis = rng.random((n, len(YEARS)))
    marks = {}
    for i, year in enumerate(YEARS):
        draw = np.where(changes, fresh, fixed) if i else fixed
        large = families["siblings"] >= 3
        odds = -2.45 + 1.0 * burden[:, i] + 0.95 * lone + 0.35 * families["migration"]
        poor = draw < chance(odds + 0.35 * large)
        odds = -3.35 + 0.5 * burden[:, i] + 0.9 * lone + 0.3 * poor
        marks[f"poor_{year}"], marks[f"crisis_{year}"] = poor, crisis[:, i] < chance(odds)
    return marks


def _children(rng: np.random.Generator, families: pd.DataFrame) -> pd.DataFrame:
    """Return the children: the first up to 20, siblings 2 to 4 years apart, some twins."""
    last_day = (np.datetime64("2024-12-31") - np.datetime64("1970-01-01")).astype(int)
    n = families["siblings"].to_numpy()
    family = np.repeat(np.arange(len(families)), n)
    order = np.arange(len(family)) - np.repeat(np.cumsum(n) - n, n)
    eldest = np.floor(rng.random(len(families)) * 20.6 * 365.25 + 5)
    gap = np.floor((1.6 + 2.6 * rng.random(len(family))) * 365.25)
    twin = (order > 0) & (rng.random(len(family)) < 0.02)
    gap = np.where(order == 0, 0, np.where(twin, 0, gap))
    elapsed = np.cumsum(gap)
    elapsed -= np.repeat(elapsed[np.cumsum(n) - n], n)
    days = eldest[family] - elapsed
    children = pd.DataFrame(
        {"family": family, "birth": last_day - days.astype(np.int64), "twin": twin}
    )
    # a sibling planned for later years is not born yet
    alive = (days >= 0) | (order == 0)
    children = children[alive].reset_index(drop=True)
    for year in YEARS:
        end = (np.datetime64(f"{year}-12-31") - np.datetime64("1970-01-01")).astype(int)
        days_old = end - children["birth"].to_numpy()
        children[f"age_{year}"] = np.where(
            days_old >= 0, np.floor((days_old + 0.5) / 365.25), -1
        ).astype(np.int64)
        born = days_old >= 0
        children[f"here_{year}"] = families[f"here_{year}"].to_numpy()[children["family"]] & born
    return children


def _adults(
    rng: np.random.Generator,
    terrain: Terrain,
    wanted: NDArray[np.int64],
    families: pd.DataFrame,
    children: pd.DataFrame,
) -> pd.DataFrame:
    """Return parents and, until the block is as full as wanted, other adults."""
    parents = np.where(families["lone"], 1, 2)
    block_of_child = families["block"].to_numpy()[children["family"]]
    minors = children["here_2024"] & (children["age_2024"] < 18)
    inside = np.bincount(block_of_child[minors], minlength=len(wanted))
    inside += np.bincount(families["block"], parents, minlength=len(wanted)).astype(np.int64)
    others = np.maximum(np.round((wanted - inside) * (1 + MOVED)).astype(np.int64), 0)
    block = np.concatenate(
        [
            np.repeat(families["block"].to_numpy(), parents),
            np.repeat(np.arange(len(wanted)), others),
        ]
    )
    family = np.concatenate(
        [np.repeat(np.arange(len(families)), parents), np.full(others.sum(), -1)]
    )
    old_share = np.array([KINDS[k].old for k in terrain.kind])[block]
    adults = pd.DataFrame({"block": block, "family": family})
    adults["old"] = (rng.random(len(block)) < 1.35 * old_share) & (family < 0)
    for name, flags in _here(rng, len(block)).items():
        of_family = families[name].to_numpy()[np.maximum(family, 0)]
        adults[name] = np.where(family >= 0, of_family, flags)
    parent_migrates = families["migration"].to_numpy()[np.maximum(family, 0)]
    adults["migration"] = np.where(family >= 0, parent_migrates, False)
    return adults


def _traits_of_children(
    rng: np.random.Generator,
    families: pd.DataFrame,
    children: pd.DataFrame,
    burden: NDArray[np.float64],
) -> None:
    """Add migration, language, poor_Y, hze_Y, crisis_Y and the traits that are drawn once."""
    of = children["family"].to_numpy()
    f = burden[families["block"].to_numpy()[of]]
    lone = families["lone"].to_numpy()[of]
    n = len(children)
    for name in ("migration", "language"):
        children[name] = families[name].to_numpy()[of]
    hze = rng.random(n)
    redraw, again = rng.random(n) < 0.3, rng.random(n)
    for i, year in enumerate(YEARS):
        children[f"poor_{year}"] = families[f"poor_{year}"].to_numpy()[of]
        draw = np.where(redraw, again, hze) if i else hze
        odds = -4.15 + 0.6 * f[:, i] + 0.8 * children[f"poor_{year}"] + 0.8 * lone
        children[f"hze_{year}"] = draw < chance(odds)
        children[f"crisis_{year}"] = (
            families[f"crisis_{year}"].to_numpy()[of] | children[f"hze_{year}"]
        )
    poor = children["poor_2024"].to_numpy()
    language = children["language"].to_numpy()
    children["kita_short"] = rng.random(n) < chance(
        -1.75 + 0.5 * f[:, 0] + 0.75 * language + 0.45 * poor
    )
    children["needs_german"] = rng.random(n) < chance(
        -2.75 + 0.5 * f[:, 0] + 1.9 * language + 0.4 * poor
    )
    children["in_nursery"] = rng.random(n) < chance(
        -0.25 - 0.45 * f[:, 0] - 0.6 * language - 0.3 * poor
    )
    # in care for a short time (Inobhutnahme): rare, a table full of ones and twos
    children["in_care"] = rng.random(n) < chance(-6.2 + 0.9 * f[:, 1] + 0.5 * poor)


def _traits_of_adults(
    rng: np.random.Generator, adults: pd.DataFrame, burden: NDArray[np.float64]
) -> None:
    """Add unemployed_Y (18 to 64), german, and voted_Y (of the Germans)."""
    f = burden[adults["block"].to_numpy()]
    n = len(adults)
    single = adults["family"].to_numpy() < 0
    adults["migration"] = adults["migration"] | (
        single & (rng.random(n) < chance(-1.3 + 0.6 * f[:, 0]))
    )
    adults["german"] = ~(adults["migration"].to_numpy() & (rng.random(n) < 0.52))
    draw, fresh, changes = rng.random(n), rng.random(n), rng.random(n) < 0.25
    vote = rng.random(n)
    for i, year in enumerate(YEARS):
        d = np.where(changes, fresh, draw) if i else draw
        odds = -3.2 + 0.75 * f[:, i] + 0.35 * adults["migration"]
        adults[f"unemployed_{year}"] = (d < chance(odds)) & ~adults["old"].to_numpy()
        adults[f"voted_{year}"] = adults["german"].to_numpy() & (
            vote < chance(1.15 - 0.55 * f[:, i] + 0.2 * adults["old"])
        )
