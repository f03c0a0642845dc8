"""The example city as a whole: `synthetic_city` makes it, `write_city` writes it as files.

All people, places and numbers are invented. The same seed gives the same city, number by number
and byte by byte.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from sozialraum.model import Raster
from sozialraum.testing.counts import count_people
from sozialraum.testing.districts import Catchments, Districts, make_catchments, make_districts
from sozialraum.testing.education import (
    count_programme,
    make_offers,
    make_programme,
    make_schools,
    make_transitions,
)
from sozialraum.testing.grid import children_grid
from sozialraum.testing.layout import CRS, LAND_USE
from sozialraum.testing.people import YEARS, People, inhabitants_wanted, make_people
from sozialraum.testing.streets import Streets, make_addresses, make_streets
from sozialraum.testing.terrain import Terrain, make_terrain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


@dataclass(frozen=True, eq=False, kw_only=True)
class City:
    """A synthetic municipality.

    Parameters
    ----------
    seed : the seed it was made from
    blocks : index block (7 digits); columns bezirk, stadtteil, nutzung, geometry
    bezirke, stadtteile : districts; columns name (and stadtteil), geometry. The last Stadtteil
        is an uninhabited forest
    sprengel : index sprengel; columns name, geometry; borders cross districts and some blocks
    block_parts : block x Sprengel; columns block, sprengel, kinder_u10 (children of 2024), geometry
    schools : index schule; columns name, sprengel, schueler_2023, schueler_2024,
        klassenraeume, kapazitaet, geometry
    offers : index angebot; columns name, art, plaetze, geometry
    streets : columns street, length, bridge, geometry (one line per block edge)
    addresses : columns street, number, suffix, postcode, block, sprengel, geometry
    counts : index (stichtag, block); all variables of `sozialraum.testing.counts.VARIABLES`, int64
    truth : the same per (stichtag, sprengel), counted at the addresses: what no crosswalk can know
    programme : index block; children, participants and bookings per age group (2024)
    transitions : index (stichtag, sprengel); recommendations after class 4
    children_grid : children under 10 in 100 m cells (EPSG:3035), cells below 3 set to 0
    burden : index block; latent burden per Stichtag: the cause behind everything
    people, bookings : the persons themselves (synthetic), for tests that need records
    """

    seed: int
    blocks: gpd.GeoDataFrame
    bezirke: gpd.GeoDataFrame
    stadtteile: gpd.GeoDataFrame
    sprengel: gpd.GeoDataFrame
    block_parts: gpd.GeoDataFrame
    schools: gpd.GeoDataFrame
    offers: gpd.GeoDataFrame
    streets: gpd.GeoDataFrame
    addresses: gpd.GeoDataFrame
    counts: pd.DataFrame
    truth: pd.DataFrame
    programme: pd.DataFrame
    transitions: pd.DataFrame
    children_grid: Raster
    burden: pd.DataFrame
    people: People = field(repr=False)
    bookings: pd.DataFrame = field(repr=False)


def synthetic_city(
    seed: int = 2024,
    *,
    blocks: int = 1600,
    districts: int = 18,
    bezirke: int = 60,
    catchments: int = 26,
    inhabitants: int = 170_000,
) -> City:
    """Make an invented municipality with its people, in EPSG:25833.

    Parameters
    ----------
    seed : of `numpy.random.default_rng`; one seed, one city
    blocks : number of blocks, at least 150
    districts : number of Stadtteile, the uninhabited forest among them
    bezirke : number of statistische Bezirke; blocks nest in them, they in Stadtteile
    catchments : number of Grundschulsprengel; there is one school more than Sprengel
    inhabitants : about how many people live there

    Returns
    -------
    A frozen `City`.

    Raises
    ------
    ValueError
        If there are more areas than blocks can carry.

    Examples
    --------
    >>> sizes = {"blocks": 300, "districts": 6, "bezirke": 12, "catchments": 8}
    >>> city = synthetic_city(7, **sizes, inhabitants=20_000)
    >>> len(city.blocks), len(city.stadtteile), len(city.sprengel), len(city.schools)
    (300, 6, 8, 9)
    >>> bool((city.counts["sgb2_u15"] <= city.counts["kinder_u15"]).all())
    True
    """
    _check_sizes(blocks, districts, bezirke, catchments)
    rng = np.random.default_rng(seed)
    terrain = make_terrain(rng, blocks=blocks)
    wanted = inhabitants_wanted(rng, terrain, inhabitants=inhabitants)
    areas = make_districts(terrain, wanted, districts=districts, bezirke=bezirke)
    cuts = make_catchments(rng, terrain, wanted, catchments=catchments)
    streets = make_streets(rng, terrain)
    houses = make_addresses(rng, terrain, streets, wanted)
    people = make_people(rng, terrain, houses, wanted)
    keys = [f"{s + 1:02d}" for s in range(catchments)]
    sprengel = _sprengel_of_address(terrain, cuts, houses)
    schools = make_schools(rng, terrain, cuts, keys, people, sprengel, houses)
    offers = make_offers(rng, houses, people, wanted)
    transitions = make_transitions(rng, people, sprengel, keys)
    bookings = make_programme(rng, people, houses, offers)
    block_keys = [str(k) for k in areas.block]
    return City(
        seed=seed,
        **_district_frames(terrain, areas),
        sprengel=_sprengel_frame(cuts, keys),
        block_parts=_parts_frame(cuts, keys, block_keys, people, houses, sprengel),
        schools=schools,
        offers=offers,
        streets=_street_frame(terrain, streets),
        addresses=_address_frame(houses, block_keys, keys, sprengel),
        truth=_both_years(people, sprengel, keys, "sprengel"),
        transitions=transitions,
        children_grid=children_grid(people, houses),
        **_counted_in_blocks(people, bookings, houses, block_keys),
        people=people,
        bookings=bookings,
    )


def _counted_in_blocks(
    people: People, bookings: pd.DataFrame, houses: pd.DataFrame, keys: list[str]
) -> dict[str, pd.DataFrame]:
    """Return what is counted per block: people, children of the programme, and the true burden."""
    children = people.children["block"].to_numpy()
    return {
        "counts": _both_years(people, houses["block"].to_numpy(), keys, "block"),
        "programme": count_programme(people, bookings, keys, children).sort_index(),
        "burden": _burden_frame(people, keys),
    }


def _check_sizes(blocks: int, districts: int, bezirke: int, catchments: int) -> None:
    for name, value, low, high in (
        ("districts", districts, 3, blocks // 12),
        ("bezirke", bezirke, districts, blocks // 6),
        ("catchments", catchments, 2, blocks // 12),
    ):
        if not low <= value <= high:
            limits = f"between {low} and {high}"
            message = (
                f"The {name!r} parameter of synthetic_city must be {limits}. Got {value} instead."
            )
            raise ValueError(message)


def _sprengel_of_address(
    terrain: Terrain, cuts: Catchments, houses: pd.DataFrame
) -> NDArray[np.int64]:
    """Return the Sprengel each house lies in: its block's, or that of its piece of a block."""
    whole = np.full(len(terrain.sites), -1)
    whole[cuts.part_block] = cuts.part_sprengel  # the last piece wins; cut blocks follow below
    sprengel = whole[houses["block"]]
    shared = np.flatnonzero(np.bincount(cuts.part_block, minlength=len(terrain.sites)) > 1)
    points = shapely.points(houses["x"], houses["y"])
    for block in shared:
        mine = np.flatnonzero(houses["block"] == block)
        pieces = np.flatnonzero(cuts.part_block == block)
        gap = np.array(
            [np.round(shapely.distance(cuts.part_polygon[p], points[mine]), 6) for p in pieces]
        )
        sprengel[mine] = cuts.part_sprengel[pieces][gap.argmin(axis=0)]
    return sprengel


def _dissolve(
    polygons: NDArray[np.object_], number: Sequence[str] | NDArray[np.str_]
) -> dict[str, object]:
    number = np.asarray(number)
    return {
        str(k): shapely.normalize(shapely.coverage_union_all(polygons[number == k]))
        for k in sorted(set(number))
    }


def _frame(
    columns: dict[str, object], geometry: object, key: str, keys: Sequence[str]
) -> gpd.GeoDataFrame:
    frame = gpd.GeoDataFrame(
        columns, index=pd.Index(list(keys), name=key, dtype=object), geometry=geometry, crs=CRS
    )
    return frame.sort_index()


def _district_frames(terrain: Terrain, areas: Districts) -> dict[str, gpd.GeoDataFrame]:
    bezirke = _dissolve(terrain.polygons, areas.bezirk)
    stadtteile = _dissolve(terrain.polygons, areas.stadtteil)
    width = len(next(iter(stadtteile)))
    return {
        "blocks": _frame(
            {
                "bezirk": areas.bezirk.astype(object),
                "stadtteil": areas.stadtteil.astype(object),
                "nutzung": [LAND_USE[k] for k in terrain.kind],
            },
            terrain.polygons,
            "block",
            [str(k) for k in areas.block],
        ),
        "bezirke": _frame(
            {
                "name": [areas.bezirk_names[k] for k in bezirke],
                "stadtteil": [k[:width] for k in bezirke],
            },
            list(bezirke.values()),
            "bezirk",
            list(bezirke),
        ),
        "stadtteile": _frame(
            {"name": [areas.stadtteil_names[k] for k in stadtteile]},
            list(stadtteile.values()),
            "stadtteil",
            list(stadtteile),
        ),
    }


def _sprengel_frame(cuts: Catchments, keys: list[str]) -> gpd.GeoDataFrame:
    whole = _dissolve(cuts.part_polygon, [keys[s] for s in cuts.part_sprengel])
    return _frame({"name": list(cuts.names)}, [whole[k] for k in keys], "sprengel", keys)


def _parts_frame(
    cuts: Catchments,
    keys: list[str],
    block_keys: list[str],
    people: People,
    houses: pd.DataFrame,
    sprengel: NDArray[np.int64],
) -> gpd.GeoDataFrame:
    children = people.children[people.children["here_2024"] & (people.children["age_2024"] < 10)]
    at = children["address"].to_numpy()
    living = pd.DataFrame(
        {"block": houses["block"].to_numpy()[at], "sprengel": sprengel[at]}
    ).value_counts()
    parts = pd.MultiIndex.from_arrays([cuts.part_block, cuts.part_sprengel])
    frame = gpd.GeoDataFrame(
        {
            "block": [block_keys[b] for b in cuts.part_block],
            "sprengel": [keys[s] for s in cuts.part_sprengel],
            "kinder_u10": living.reindex(parts, fill_value=0).to_numpy(),
        },
        geometry=cuts.part_polygon,
        crs=CRS,
    )
    return frame.sort_values(["block", "sprengel"], ignore_index=True)


def _street_frame(terrain: Terrain, streets: Streets) -> gpd.GeoDataFrame:
    ends = terrain.corners[terrain.edges[streets.edge, :2]]
    sides = terrain.edges[streets.edge, 2:]
    water = (terrain.kind[sides] == "wasser") & (sides >= 0)
    return gpd.GeoDataFrame(
        {
            "street": [streets.names[s] for s in streets.street],
            "length": np.round(terrain.length[streets.edge], 1),
            "bridge": water.all(axis=1),
        },
        geometry=shapely.linestrings(ends),
        crs=CRS,
    )


def _address_frame(
    houses: pd.DataFrame, block_keys: list[str], keys: list[str], sprengel: NDArray[np.int64]
) -> gpd.GeoDataFrame:
    frame = houses[["street", "number", "suffix", "postcode"]].copy()
    frame["block"] = [block_keys[b] for b in houses["block"]]
    frame["sprengel"] = [keys[s] for s in sprengel]
    return gpd.GeoDataFrame(frame, geometry=gpd.points_from_xy(houses["x"], houses["y"]), crs=CRS)


def _both_years(
    people: People, group: NDArray[np.int64], keys: list[str], name: str
) -> pd.DataFrame:
    tables = [count_people(people, year, group, keys).sort_index() for year in YEARS]
    return pd.concat(tables, keys=[f"{y}-12-31" for y in YEARS], names=["stichtag", name])


def _burden_frame(people: People, block_keys: list[str]) -> pd.DataFrame:
    columns = [f"{y}-12-31" for y in YEARS]
    return pd.DataFrame(
        people.burden, index=pd.Index(block_keys, name="block"), columns=columns
    ).sort_index()
