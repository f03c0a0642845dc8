"""From the frames of a build to the inputs of a plan: need to blocks, distances, neighbours."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from sozialraum.model.errors import DataError
from sozialraum.model.neighbours import Neighbours
from sozialraum.planning.checks import MOST_WAYS, listed, refuse_too_many
from sozialraum.planning.districting.crossings import unsafe_crossings
from sozialraum.planning.districting.edits import HandEdits
from sozialraum.planning.plan_inputs import PERSONS_OF, PeopleInputs, PlanInputs
from sozialraum.planning.plan_sections import DistanceSection, PlanFile, PlanPoints
from sozialraum.planning.point_columns import point_columns, require_plan_columns
from sozialraum.texts import number, problem, text

Distance = Callable[[gpd.GeoDataFrame, gpd.GeoDataFrame], pd.DataFrame]
FindNeighbours = Callable[[gpd.GeoDataFrame], Neighbours]


def gather_inputs(
    plan: PlanFile,
    *,
    index: pd.Series,
    orientation: str,
    index_areas: gpd.GeoDataFrame,
    distance: Distance,
    neighbours: FindNeighbours | None = None,
    classes: pd.Series | None = None,
    blocks: gpd.GeoDataFrame | None = None,
    block_counts: pd.DataFrame | None = None,
    offers: gpd.GeoDataFrame | None = None,
    sites: gpd.GeoDataFrame | None = None,
    schools: gpd.GeoDataFrame | None = None,
    draws: pd.DataFrame | None = None,
    crossings: gpd.GeoDataFrame | None = None,
    stipulations: pd.DataFrame | None = None,
    edits: HandEdits | None = None,
    counts: pd.DataFrame | None = None,
    day: dt.date | None = None,
    people: PeopleInputs | None = None,
    people_areas: gpd.GeoDataFrame | None = None,
    facts: dict[str, object] | None = None,
) -> PlanInputs:
    """Return the inputs of a plan from frames that are read already.

    Parameters
    ----------
    plan : names the columns that are used
    index, orientation, index_areas : index per area, which end is good, and the areas
    distance : how far it is from areas to points: (n_areas, n_points) metres, infinite where there
        is no way
    neighbours : which areas are neighbours, for catchments
    classes : class number per area, for ``demand.needy``
    blocks, block_counts : areas of demand and their counts; None: the areas of the index
    offers, sites, schools : point layers, index = key, with the columns the plan names
    crossings : lines that are unsafe to cross on the way to school
    stipulations, edits : what is laid down for catchments, and changes by hand
    draws : (areas of the index, draws) index under its uncertainty
    counts, day : for targets
    people, people_areas : for the forecast, and the areas of its register

    Raises
    ------
    DataError
        If a named column is missing, or areas of demand have no need.
    """
    need = need_from_index(index, orientation=orientation)
    demand = home = None
    if plan.demand is not None and block_counts is not None:
        blocks = index_areas if blocks is None else blocks
        home = index_of_blocks(blocks, index_areas)
        demand = _demand(plan, block_counts, home, need, classes)
        demand["name"] = _block_names(blocks, index_areas, home).reindex(demand.index)
        blocks = blocks.loc[demand.index]
    graph = None if blocks is None or neighbours is None else neighbours(blocks)
    drawn = None if draws is None else draws.apply(need_from_index, orientation=orientation)
    school_table = _school_table(plan.schools, schools, index_areas, need)
    present = _current(school_table, home, demand)
    others, other_homes = _others(plan, offers, index_areas, need, demand, home)
    return PlanInputs(
        demand=demand,
        offers=point_columns(plan.offers, offers),
        offer_distance=_ways(distance, blocks, offers),
        sites=point_columns(plan.sites, sites),
        site_distance=_ways(distance, blocks, sites),
        schools=school_table,
        school_distance=_ways(distance, blocks, schools),
        neighbours=graph,
        current=present,
        closed=None if present is None else present.isna(),
        crossings=_crossings(blocks, schools, crossings),
        stipulations=stipulations,
        edits=edits,
        need_draws=None if drawn is None or home is None else _spread(drawn, home, demand),
        unit_draws=None if drawn is None else _spread_schools(drawn, school_table),
        others=others,
        other_draws=_other_draws(drawn, other_homes),
        counts=counts,
        day=day,
        people=_with_places(plan, people, people_areas, offers, blocks, distance),
        facts={"distance": distance_words(plan.distances)} | neighbour_words(graph) | (facts or {}),
    )


def _ways(
    distance: Distance, blocks: gpd.GeoDataFrame | None, points: gpd.GeoDataFrame | None
) -> pd.DataFrame | None:
    """Return how far it is from blocks to points, keys in order; None without either."""
    if points is None or blocks is None:
        return None
    refuse_too_many(len(blocks) * len(points), most=MOST_WAYS)
    return distance(blocks, points).sort_index().sort_index(axis=1)


def _other_draws(
    drawn: pd.DataFrame | None, homes: Mapping[str, pd.Series]
) -> dict[str, pd.DataFrame]:
    """Return the drawn need of other units, each that of the area it lies in."""
    if drawn is None:
        return {}
    return {units: drawn.reindex(area).set_axis(area.index) for units, area in homes.items()}


def _with_places(
    plan: PlanFile,
    people: PeopleInputs | None,
    areas: gpd.GeoDataFrame | None,
    offers: gpd.GeoDataFrame | None,
    blocks: gpd.GeoDataFrame | None,
    distance: Distance,
) -> PeopleInputs | None:
    """Add the ways to the offers for ``[kita]``, and the area of each block for catchments."""
    if people is None or areas is None:
        return people
    if plan.catchments is not None and plan.catchments.on_forecast and blocks is not None:
        people = replace(people, block_area=index_of_blocks(blocks, areas))
    if plan.kita is None or offers is None:
        return people
    refuse_too_many(len(areas) * len(offers), most=MOST_WAYS)
    metres = distance(areas, offers).reindex(columns=offers.index)
    return replace(people, metres=metres, offer_area=index_of_blocks(offers, areas))


def need_from_index(index: pd.Series, *, orientation: str) -> pd.Series:
    """Return the need 0..1 of an index: 1 = most need among the areas; NaN stays NaN.

    Examples
    --------
    >>> need_from_index(pd.Series([2.0, 3.0, 4.0]), orientation="participation").tolist()
    [1.0, 0.5, 0.0]
    """
    burden = -index if orientation == "participation" else index
    spread = burden.max() - burden.min()
    return (burden - burden.min()) / spread if spread > 0 else burden * 0.0 + 0.5


def neighbour_words(graph: Neighbours | None) -> dict[str, str]:
    """Say in German how many blocks are neighbours, how wide the gaps are, and who has none."""
    if graph is None:
        return {}
    gap = graph.gap if graph.gap is not None else np.zeros(1)
    said = {"pairs": len(graph.pairs), "alone": len(graph.islands)}
    widest = number(float(gap.max(initial=0.0)), 1)
    return {"neighbours": text("planning.neighbours", widest=widest, **said)}


def _short(factor: float) -> str:
    return number(factor, 1 if round(factor, 1) == factor else 2)


def distance_words(distances: DistanceSection) -> str:
    """Say in German how distances were measured."""
    if distances.method == "luftlinie" and distances.detour != 1:
        return text("planning.distance.luftlinie_detour", detour=_short(distances.detour))
    return text(f"planning.distance.{distances.method}")


def index_of_blocks(blocks: gpd.GeoDataFrame, index_areas: gpd.GeoDataFrame) -> pd.Series:
    """Return for each block the area of the index its inner point lies in, or the nearest one."""
    points = shapely.point_on_surface(blocks.geometry.to_numpy())
    tree = shapely.STRtree(index_areas.geometry.to_numpy())
    place = tree.nearest(points)
    block, area = tree.query(points, predicate="intersects")
    place[block[::-1]] = area[::-1]
    return pd.Series(index_areas.index.to_numpy()[place], index=blocks.index)


def _block_names(blocks: gpd.GeoDataFrame, areas: gpd.GeoDataFrame, home: pd.Series) -> pd.Series:
    """Return what readers call a block: its name, else the area it lies in, with its key."""
    keys = blocks.index.astype(str)
    if "name" in blocks and (blocks["name"].astype(str) != keys).any():
        return blocks["name"].astype(str)
    if "name" not in areas:
        return pd.Series(keys, blocks.index)
    inside = home.map(areas["name"].astype(str))
    return inside + " (" + keys + ")"


def _demand(
    plan: PlanFile,
    counts: pd.DataFrame,
    home: pd.Series,
    need: pd.Series,
    classes: pd.Series | None,
) -> pd.DataFrame:
    section, gap = plan.demand, plan.gap
    others = sorted({one.persons for one in gap.each() if one.persons} if gap else ())
    named = [section.persons, section.in_need, section.pupils, section.siblings, *others]
    require_plan_columns(counts, [n for n in named if n is not None], "demand")
    table = pd.DataFrame({"persons": counts[section.persons]}).reindex(home.index)
    table["need"] = home.map(need)
    if section.in_need is not None:
        table["in_need"] = counts[section.in_need]
    if section.pupils is not None:
        table["pupils"] = counts[section.pupils]
    if section.siblings is not None:
        table["siblings"] = counts[section.siblings]
    for column in others:
        table[PERSONS_OF + column] = counts[column]
    if section.needy and classes is not None:
        table["needy"] = home.map(classes.isin(section.needy)).eq(True)
    return _with_usual_need(table)


def _with_usual_need(table: pd.DataFrame) -> pd.DataFrame:
    """Return demand whose areas without an index value count with the need of the others' children.

    Whoever lives where too few live to be told is still someone; column ``unrated`` says where.

    Raises
    ------
    DataError
        If no area with children has a value.
    """
    lived = table["persons"] > 0
    unrated = table["need"].isna() & lived
    if not unrated.any():
        return table.fillna({"need": 0.0})
    if (unrated == lived).all():
        raise DataError(problem("planning.need_missing", keys=listed(table.index[unrated])))
    known = table[lived & ~unrated]
    usual = (known["need"] * known["persons"]).sum() / known["persons"].sum()
    rated = table.assign(unrated=unrated, need=table["need"].mask(unrated, usual))
    return rated.fillna({"need": 0.0})


def _school_table(
    section: PlanPoints | None,
    schools: gpd.GeoDataFrame | None,
    index_areas: gpd.GeoDataFrame,
    need: pd.Series,
) -> pd.DataFrame | None:
    """Add to each school the need of the area of the index it stands for, or stands in."""
    table = point_columns(section, schools)
    if table is None:
        return None
    stands_in = index_of_blocks(schools, index_areas)
    table["area"] = table["current"].astype(str) if "current" in table else stands_in
    table["need"] = table["area"].map(need)
    return table


def _others(
    plan: PlanFile,
    offers: gpd.GeoDataFrame | None,
    index_areas: gpd.GeoDataFrame,
    need: pd.Series,
    demand: pd.DataFrame | None,
    home: pd.Series | None,
) -> tuple[dict[str, pd.DataFrame], dict[str, pd.Series]]:
    """Return who beside schools gets something from a pot, and the area of the index of each."""
    asked = {pot.units for pot in plan.allocate}
    tables, homes = {}, {}
    table = point_columns(plan.offers, offers)
    if "offers" in asked and table is not None and offers is not None:
        homes["offers"] = index_of_blocks(offers, index_areas)
        tables["offers"] = table.assign(need=homes["offers"].map(need))
    if "areas" in asked and demand is not None and home is not None:
        keys = pd.Index(index_areas.index.astype(str), name="area")
        size = demand["persons"].groupby(home.reindex(demand.index)).sum().reindex(keys)
        homes["areas"] = pd.Series(keys, keys)
        tables["areas"] = pd.DataFrame({"size": size.fillna(0.0), "need": need.reindex(keys)})
        if "name" in index_areas:
            tables["areas"]["name"] = index_areas["name"].astype(str)
    return tables, homes


def _current(
    schools: pd.DataFrame | None, home: pd.Series | None, demand: pd.DataFrame | None
) -> pd.Series | None:
    """Return today's school per block: that of its area, the smaller key where there are two."""
    if schools is None or home is None or "current" not in schools:
        return None
    first = schools.sort_index().reset_index(names="school").drop_duplicates("area")
    return home.map(first.set_index("area")["school"]).reindex(demand.index)


def _crossings(
    blocks: gpd.GeoDataFrame | None,
    schools: gpd.GeoDataFrame | None,
    roads: gpd.GeoDataFrame | None,
) -> pd.DataFrame | None:
    if blocks is None or schools is None or roads is None:
        return None
    return unsafe_crossings(blocks, schools, roads)


def _spread(draws: pd.DataFrame, home: pd.Series, demand: pd.DataFrame) -> pd.DataFrame:
    drawn = draws.reindex(home.loc[demand.index]).set_axis(demand.index)
    # without a value in no draw: the usual need of the others, as in the index itself
    return drawn.T.fillna(demand["need"]).T


def _spread_schools(draws: pd.DataFrame, schools: pd.DataFrame | None) -> pd.DataFrame | None:
    return None if schools is None else draws.reindex(schools["area"]).set_axis(schools.index)
