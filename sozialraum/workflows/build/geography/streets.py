"""In which areas a street lies, for the search of the page; no house and no number is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd

from sozialraum.config.plan import Plan

if TYPE_CHECKING:
    from sozialraum.sources.delivery import Delivery

MOST = 5000  # streets; of a larger register the page tells none
LEAST = 3  # houses of a street in an area; what has fewer is not told


def streets_of(plan: Plan, delivery: Delivery) -> dict[str, tuple[str, ...]]:
    """Return the areas of each street that the build's register or its rules name.

    Parameters
    ----------
    plan : with ``[join.addresses]`` or ``[join.rules]``
    delivery : with the list of the houses, or of the rules

    Returns
    -------
    Street -> keys of areas, both in order; a street has an area only where at least `LEAST` of its
    houses lie in it, or a rule names both. Empty without a register and above `MOST` streets.
    """
    places = _by_rules(plan, delivery) if plan.join.rules else _by_houses(plan, delivery)
    if places is None:
        return {}
    known = places.dropna()
    known = known[known["area"].isin(delivery.areas[plan.join.target].index)]
    known = known.assign(street=known["street"].astype(str).str.strip())
    found = known[known["street"] != ""].groupby("street")["area"].unique()
    if len(found) > MOST:
        return {}
    return {street: tuple(sorted(map(str, areas))) for street, areas in found.items()}


def _by_rules(plan: Plan, delivery: Delivery) -> pd.DataFrame | None:
    stated, listed = plan.join.rules, delivery.lists.get("rules")
    if stated is None or listed is None:
        return None
    return pd.DataFrame({"street": listed[stated.street], "area": listed[stated.area]})


def _by_houses(plan: Plan, delivery: Delivery) -> pd.DataFrame | None:
    houses, listed = plan.join.addresses, delivery.lists.get("addresses")
    if houses is None or listed is None or houses.street is None:
        return None
    area = listed[houses.target] if houses.target else _area_of_place(plan, delivery, listed)
    if area is None:
        return None
    found = pd.DataFrame({"street": listed[houses.street].to_numpy(), "area": area.to_numpy()})
    return found.groupby(["street", "area"]).filter(lambda part: len(part) >= LEAST)


def _area_of_place(plan: Plan, delivery: Delivery, listed: pd.DataFrame) -> pd.Series | None:
    """Return the area in which each house stands; None where the list has no places."""
    if not isinstance(listed, gpd.GeoDataFrame):
        return None
    areas = delivery.areas[plan.join.target]
    houses = listed.geometry.to_crs(areas.crs)
    house, area = areas.sindex.query(houses, predicate="intersects")
    keys = pd.Series(pd.NA, index=range(len(listed)), dtype=object)
    keys.iloc[house] = areas.index.to_numpy()[area]
    return keys
