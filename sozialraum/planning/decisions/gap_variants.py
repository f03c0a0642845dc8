"""``[gap]``: offers against need, a variant per reach; offers that double each other."""

from __future__ import annotations

import pandas as pd

from sozialraum.model.errors import DataError
from sozialraum.planning.access import duplicates, empty_places, floating_catchments, gaps
from sozialraum.planning.head_counts import children
from sozialraum.planning.plan_inputs import PERSONS_OF, Drafted, PlanInputs, known_column
from sozialraum.planning.plan_sections import Gap, GapVariant
from sozialraum.planning.scenario import Variant
from sozialraum.texts import problem, text

LONGEST_LIST = 10  # empty places that are told one by one
_SHOWN = ["persons", "need", "access", "nearest", "metres"]


def gap_variants(section: Gap, inputs: PlanInputs) -> Drafted:
    """Lay offers against need as each variant asks; duplicates as the first one does."""
    sections = section.each()
    first, demand = sections[0], inputs.demand
    doubled = duplicates(
        inputs.offer_distance[_offers(first, inputs).index],
        _persons(first, demand),
        demand["need"],
        radius=first.radius,
        times=first.times,
        low_need=first.low_need,
    )
    points = tuple(sorted(doubled.index[doubled["duplicate"]]))
    return [_variant(one, inputs, points) for one in sections], {"duplicates": doubled}


def _persons(section: Gap, demand: pd.DataFrame) -> pd.Series:
    """Return the children a variant is about."""
    return demand["persons" if section.persons is None else PERSONS_OF + section.persons]


def _offers(section: Gap, inputs: PlanInputs) -> pd.DataFrame:
    """Return the offers a variant is about: of its kinds, ages and groups.

    Raises
    ------
    DataError
        If there is none.
    """
    offers = inputs.offers.reindex(inputs.offer_distance.columns)
    meant = offers_meant(section, offers)
    if not meant.any():
        raise DataError(problem("planning.no_offer_meant", name=section.label))
    return offers[meant]


def offers_meant(section: GapVariant, offers: pd.DataFrame) -> pd.Series:
    """Return True for the offers of the kinds, ages and groups that a variant is about.

    Parameters
    ----------
    section : the variant
    offers : by key, with the columns its keys ask for
    """
    meant = pd.Series(True, offers.index)
    if section.kinds:
        meant &= offers["kind"].astype(str).isin(section.kinds)
    if section.ages is not None:
        youngest, oldest = section.ages
        first, last = known_column(offers, "age_from"), known_column(offers, "age_to")
        meant &= True if first is None else ~(first > oldest)  # no age stated: for all
        meant &= True if last is None else ~(last < youngest)
    if section.groups:
        group = offers["group"].astype(object).where(offers["group"].notna(), "").astype(str)
        meant &= group.isin(("", *section.groups))
    return meant


def _variant(section: Gap, inputs: PlanInputs, doubled: tuple[str, ...]) -> Variant:
    table = _gaps(section, inputs)
    figures, names = _figures(table), known_column(inputs.demand, "name")
    return Variant(
        name=section.label,
        sentences=(_summary(figures), *empty_places(table, names=names, count=LONGEST_LIST)),
        figures=figures,
        classes=table["kind"].mask(table["persons"] == 0, "nobody").sort_index(),
        points=doubled,
        table=table.loc[table["kind"] == "empty", _SHOWN],
        arguments=section.arguments(),
    )


def _gaps(section: Gap, inputs: PlanInputs) -> pd.DataFrame:
    """Return `gaps` with the names of the offers, where they have names."""
    demand, offers = inputs.demand, _offers(section, inputs)
    access = floating_catchments(
        inputs.offer_distance[offers.index],
        _persons(section, demand),
        offers["capacity"],
        rings=section.rings,
        need=demand["need"],
        need_power=section.need_power,
    )
    needy = known_column(demand, "needy")
    table = gaps(access, demand["need"], needy=needy, low_access=section.low_access)
    unrated = known_column(demand, "unrated")
    if unrated is not None:
        table["kind"] = table["kind"].mask(unrated.reindex(table.index), "unknown")
    names = known_column(inputs.offers, "name")
    if names is None:
        return table
    return table.assign(nearest=table["nearest"].replace(names.to_dict()))


def _figures(table: pd.DataFrame) -> dict[str, float]:
    persons, empty = table["persons"], table["kind"] == "empty"
    everyone = persons.sum()
    places = (table["access"] * persons).sum()
    return {
        "persons": float(everyone),
        "mean_access": float(places / everyone) if everyone else float("nan"),
        "persons_in_deserts": float(persons[table["access_class"] == "none"].sum()),
        "empty_areas": float(empty.sum()),
        "persons_in_empty": float(persons[empty].sum()),
    }


def _summary(figures: dict[str, float]) -> str:
    return text(
        "planning.gap.summary",
        empty=int(figures["empty_areas"]),
        persons=children(figures["persons_in_empty"]),
        deserts=children(figures["persons_in_deserts"]),
    )
