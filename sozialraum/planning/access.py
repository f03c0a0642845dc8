"""Offers against need: who has places within reach, who has none, and where there are too many.

References
----------
Luo & Wang (2003) for the two-step floating catchment (2SFCA); Luo & Qi (2009) for rings of distance
(E2SFCA). An area that reaches no offer has access 0 and is a desert; it is never left blank.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sozialraum.kernels.arrays import as_kernel_array
from sozialraum.kernels.catchment_access import floating_catchment
from sozialraum.model.alignment import aligned, aligned_to, refuse_doubled
from sozialraum.model.problem import Problem
from sozialraum.planning.checks import (
    key_problems,
    listed,
    number_problems,
    raise_problems,
    require_at_least,
)
from sozialraum.planning.head_counts import children
from sozialraum.texts import number, problem, text

NEEDY_SHARE = 0.4
LOW_ACCESS_SHARE = 0.25


@dataclass(frozen=True, eq=False)
class Access:
    """Places within reach.

    Parameters
    ----------
    areas : per area ``persons``, ``access`` (places per child, shared with all who can come),
        ``offers`` (offers within the last ring), ``nearest``, ``metres`` and ``desert``
    offers : per offer ``places``, ``ratio`` (places per child in reach) and ``persons_in_reach``
    """

    areas: pd.DataFrame
    offers: pd.DataFrame


def floating_catchments(
    distance: pd.DataFrame,
    persons: pd.Series,
    places: pd.Series,
    *,
    rings: Sequence[tuple[float, float]],
    need: pd.Series | None = None,
    need_power: float = 1.0,
) -> Access:
    """Return how many places each child has within reach, shared with all who can come.

    ``R_j = S_j / Σ_i P_i W(d_ij)`` and ``A_i = Σ_j R_j W(d_ij)``. Places are conserved:
    ``Σ_i A_i P_i`` is the sum of the places of all offers that anybody reaches.

    Parameters
    ----------
    distance : (areas, offers) metres; infinite where there is no way
    persons : children per area
    places : places per offer
    rings : outer limit in metres and weight of each ring, ascending; one ring of weight 1 is the
        2SFCA, ``[(500, 1), (1000, 0.68), (1500, 0.22)]`` an E2SFCA
    need, need_power : children count ``need ** need_power`` when they claim places

    Returns
    -------
    `Access`; the rows have the order of `distance`. Deserts have 0, not NaN.

    Examples
    --------
    >>> distance = pd.DataFrame({"A": [500, 900, 1600], "B": [1500, 800, 700]}, index=list("xyz"))
    >>> children, places = pd.Series({"x": 100, "y": 50, "z": 150}), pd.Series({"A": 30, "B": 20})
    >>> floating_catchments(distance, children, places, rings=[(1000, 1)]).areas["access"].tolist()
    [0.2, 0.30000000000000004, 0.1]
    """
    limits, weights = _rings(rings)
    raise_problems(_problems(distance, persons, places))
    everyone = persons.reindex(distance.index).to_numpy(float)
    claims = everyone
    if need is not None:
        claims = everyone * _matching(need, distance.index) ** need_power
    metres = as_kernel_array(distance)
    stock = places.reindex(distance.columns).to_numpy(float)
    access, ratio, offers_near, reach = floating_catchment(
        metres, claims, everyone, stock, limits, weights
    )
    areas = pd.DataFrame(
        {
            "persons": everyone,
            "access": access,
            "offers": offers_near,
        },
        index=distance.index,
    ).join(nearest_offers(distance))
    areas["desert"] = areas["offers"] == 0
    offers = pd.DataFrame(
        {"places": stock, "ratio": ratio, "persons_in_reach": reach},
        index=distance.columns,
    )
    return Access(areas, offers)


def _rings(rings: Sequence[tuple[float, float]]) -> tuple[np.ndarray, np.ndarray]:
    limits = np.array([limit for limit, _ in rings], dtype=float)
    weights = np.array([weight for _, weight in rings], dtype=float)
    ascending = len(limits) > 0 and (np.diff(limits) > 0).all() and limits[0] >= 0
    if not (ascending and (weights >= 0).all() and np.isfinite(limits).all()):
        message = (
            "The 'rings' parameter of floating_catchments must hold (metres, weight) with "
            f"ascending metres and weights of at least 0. Got {list(rings)!r} instead."
        )
        raise ValueError(message)
    return limits, weights


def _problems(distance: pd.DataFrame, persons: pd.Series, places: pd.Series) -> list[Problem]:
    problems = []
    usable = distance.to_numpy(float) >= 0
    if not usable.all():
        bad = distance.index[~usable.all(axis=1)]
        problems.append(problem("planning.bad_distance", keys=listed(bad)))
    for what, column, keys in (
        ("Kinder", persons, distance.index),
        ("Plätze", places, distance.columns),
    ):
        complete = column.reindex(keys) if column.index.is_unique else column
        problems += number_problems(complete, what) + key_problems(column.index, keys, what)
    return problems


def _matching(column: pd.Series, keys: pd.Index) -> np.ndarray:
    complete = column.reindex(keys) if column.index.is_unique else column
    raise_problems(number_problems(complete, "Bedarf") + key_problems(column.index, keys, "Bedarf"))
    return complete.to_numpy(float)


def nearest_offers(distance: pd.DataFrame) -> pd.DataFrame:
    """Return the ``nearest`` offer of each area and its ``metres``; ties go to the smaller key.

    Areas without any way have an empty key and infinite metres.
    """
    in_order = distance.columns.is_monotonic_increasing
    ordered = distance if in_order else distance.sort_index(axis=1)
    if ordered.shape[1] == 0:
        return pd.DataFrame({"nearest": "", "metres": np.inf}, index=distance.index)
    metres = ordered.to_numpy(float)
    place = metres.argmin(axis=1)
    least = metres[np.arange(len(metres)), place]
    names = np.where(np.isfinite(least), ordered.columns.to_numpy(object)[place], "")
    return pd.DataFrame({"nearest": names, "metres": least}, index=distance.index)


def places_per_child(
    places: pd.Series, area_of_offer: pd.Series, persons: pd.Series
) -> pd.DataFrame:
    """Return places, children and places per 100 children of each area, by where the offers stand.

    Parameters
    ----------
    places : places per offer
    area_of_offer : key of the area each offer stands in
    persons : children per area

    Returns
    -------
    ``places``, ``persons``, ``per_100`` (NaN without children) and ``status`` ("ok" or "no_base").
    """
    places, area_of_offer = aligned("places_per_child", places=places, area_of_offer=area_of_offer)
    raise_problems(
        number_problems(places, "Plätze")
        + number_problems(persons, "Kinder")
        + key_problems(area_of_offer.dropna(), persons.index, "Gebiet des Angebots")
    )
    stock = places.groupby(area_of_offer).sum().reindex(persons.index)
    table = pd.DataFrame({"places": stock.fillna(0.0), "persons": persons.astype(float)})
    base = table["persons"].where(table["persons"] > 0)
    table["per_100"] = 100 * table["places"] / base
    table["status"] = np.where(base.isna(), "no_base", "ok")
    return table


def gaps(
    access: Access,
    need: pd.Series,
    *,
    needy: pd.Series | None = None,
    low_access: float = LOW_ACCESS_SHARE,
) -> pd.DataFrame:
    """Lay access against need: where many need it and little is there.

    Parameters
    ----------
    access : result of `floating_catchments`
    need : need index per area, high = need
    needy : True for the areas that must not go without (types 4 and 5); None: the areas of highest
        need that hold 40 % of the children
    low_access : access below this share of the city's mean is low

    Returns
    -------
    Per area, largest gap first: ``persons``, ``need``, ``access``, ``need_class`` ("low", "middle",
    "high": thirds of the children), ``access_class`` ("none", "low", "ok"), ``gap`` (rank of need
    minus rank of access, each 0..1 by children), ``kind`` ("empty": needy and none or low; "thin":
    others with none or low; "ok"), ``nearest`` and ``metres``.
    """
    require_at_least(low_access, 0, name="low_access", caller="gaps")
    areas = access.areas
    (needy,) = aligned_to("gaps", areas.index, "'access'", needy=needy)
    z = pd.Series(_matching(need, areas.index), index=areas.index)
    need_rank = _rank_by_persons(z, areas["persons"])
    lacking = need_rank > 1 - NEEDY_SHARE if needy is None else needy == True  # noqa: E712
    total = areas["persons"].sum()
    mean = (areas["access"] * areas["persons"]).sum() / total if total > 0 else 0.0
    low = areas["access"] < low_access * mean
    table = areas[["persons", "access", "nearest", "metres"]].assign(need=z)
    table["need_class"] = np.select(
        [need_rank <= 1 / 3, need_rank <= 2 / 3], ["low", "middle"], "high"
    )
    table["access_class"] = np.select([areas["access"] == 0, low], ["none", "low"], "ok")
    table["gap"] = need_rank - _rank_by_persons(areas["access"], areas["persons"])
    without = (table["access_class"] != "ok") & (table["persons"] > 0)
    table["kind"] = np.select([without & lacking, without], ["empty", "thin"], "ok")
    return table.sort_index().sort_values("gap", ascending=False, kind="stable")


def _rank_by_persons(values: pd.Series, persons: pd.Series) -> pd.Series:
    """Return the share of children in areas with smaller values, ties in the middle."""
    total = persons.sum()
    if total == 0:
        return pd.Series(0.5, index=values.index)
    by_value = persons.groupby(values).sum().sort_index()
    middle = (by_value.cumsum() - by_value / 2) / total
    return values.map(middle)


def empty_places(
    table: pd.DataFrame, *, names: pd.Series | None = None, count: int = 10, minimum: int = 5
) -> list[str]:
    """Return the largest gaps ("Leerstellen") as German sentences, most children first.

    Parameters
    ----------
    table : of `gaps`
    names : what areas are called; None: by their keys
    count : so many sentences at most
    minimum : areas with fewer children are not told one by one
    """
    called = pd.Series(dtype=object) if names is None else names
    refuse_doubled("empty_places", table=table, names=called)
    empty = table[(table["kind"] == "empty") & (table["persons"] >= minimum)].sort_index()
    empty = empty.sort_values("persons", ascending=False, kind="stable").head(count)
    return [
        text(
            "planning.gap.empty" if row["nearest"] else "planning.gap.empty_nowhere",
            key=called.get(key, key),
            persons=children(row["persons"]),
            nearest=row["nearest"],
            metres=number(row["metres"]) if np.isfinite(row["metres"]) else "",
        )
        for key, row in empty.iterrows()
    ]


def duplicates(
    distance: pd.DataFrame,
    persons: pd.Series,
    need: pd.Series,
    *,
    radius: float,
    times: int = 3,
    low_need: float = 0.5,
) -> pd.DataFrame:
    """Find offers whose children have enough others nearby while need is low ("Doppelstrukturen").

    Parameters
    ----------
    distance, persons, need : as in `floating_catchments`
    radius : metres within which an offer counts, the limit included
    times : so many offers per child are enough
    low_need : mean need of the children in reach below which need is low

    Returns
    -------
    Per offer: ``persons_in_reach``, ``offers_per_child`` (mean over its children, itself included),
    ``need`` (mean over its children), ``only_offer_of`` (children who have no other),
    ``duplicate``. An offer nobody reaches has NaN means and is no duplicate.
    """
    raise_problems(_problems(distance, persons, pd.Series(1.0, index=distance.columns)))
    within = (distance <= radius).to_numpy()
    everyone = persons.reindex(distance.index).to_numpy(float)
    z = _matching(need, distance.index)
    offers = within.sum(axis=1)
    reach = everyone @ within
    someone = np.where(reach > 0, reach, np.nan)
    table = pd.DataFrame(
        {
            "persons_in_reach": reach,
            "offers_per_child": ((everyone * offers) @ within) / someone,
            "need": ((everyone * z) @ within) / someone,
            "only_offer_of": (everyone * (offers == 1)) @ within,
        },
        index=distance.columns,
    )
    table["duplicate"] = (
        (table["offers_per_child"] >= times)
        & (table["need"] < low_need)
        & (table["only_offer_of"] == 0)
    )
    return table
