"""``[gap]``: offers against need, a variant per reach; offers that double each other."""

from __future__ import annotations

import pandas as pd

from sozialraum.planning.access import duplicates, empty_places, floating_catchments, gaps
from sozialraum.planning.head_counts import children
from sozialraum.planning.plan_inputs import Drafted, PlanInputs, known_column
from sozialraum.planning.plan_sections import Gap
from sozialraum.planning.scenario import Variant
from sozialraum.texts import text

LONGEST_LIST = 10  # empty places that are told one by one
_SHOWN = ["persons", "need", "access", "nearest", "metres"]


def gap_variants(section: Gap, inputs: PlanInputs) -> Drafted:
    """Lay offers against need as each variant asks; duplicates as the first one does."""
    sections = section.each()
    first, demand = sections[0], inputs.demand
    doubled = duplicates(
        inputs.offer_distance,
        demand["persons"],
        demand["need"],
        radius=first.radius,
        times=first.times,
        low_need=first.low_need,
    )
    return [_variant(one, inputs) for one in sections], {"duplicates": doubled}


def _variant(section: Gap, inputs: PlanInputs) -> Variant:
    table = _gaps(section, inputs)
    figures = _figures(table)
    return Variant(
        name=section.label,
        sentences=(_summary(figures), *empty_places(table, count=LONGEST_LIST)),
        figures=figures,
        classes=table["kind"].mask(table["persons"] == 0, "nobody").sort_index(),
        table=table.loc[table["kind"] == "empty", _SHOWN],
        arguments=section.arguments(),
    )


def _gaps(section: Gap, inputs: PlanInputs) -> pd.DataFrame:
    """Return `gaps` with the names of the offers, where they have names."""
    demand = inputs.demand
    access = floating_catchments(
        inputs.offer_distance,
        demand["persons"],
        inputs.offers["capacity"],
        rings=section.rings,
        need=demand["need"],
        need_power=section.need_power,
    )
    needy = known_column(demand, "needy")
    table = gaps(access, demand["need"], needy=needy, low_access=section.low_access)
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
