"""The index on larger areas: of the summed counts of their areas, or of the index of these.

The mean of the index, weighted with the persons, is that of the GISD's districts and of Hamburg's
Sozialräume: put on a scale of its own, per Stichtag, and cut by the classes of the build. Only for
builds on published figures. Sums are of protected counts: they tell nothing that these do not.
"""

from __future__ import annotations

import pandas as pd

from sozialraum.config import Plan
from sozialraum.config.sections import Level
from sozialraum.index.classes import class_labels, classify, fit_breaks
from sozialraum.index.higher_levels import population_weighted_index
from sozialraum.model.errors import DataError
from sozialraum.publish.tables.csv_parquet import csv_text, marked
from sozialraum.workflows.build.computed import Computed
from sozialraum.workflows.build.geography.summed_areas import summed_levels


def level_tables(computed: Computed) -> dict[str, pd.DataFrame]:
    """Return per level of the build the index of its areas at every Stichtag.

    Returns
    -------
    Of the index: stichtag, key, persons, share_of_persons (with an index), mean, index, class,
    class_label. Index and class are missing where the areas cannot be told apart, or are fewer than
    the classes. Of counts: as of `summed_levels`.
    """
    made = {"index": _of_level, "counts": summed_levels}
    return {level.parent: made[level.of](computed, level) for level in computed.plan.levels}


def level_files(computed: Computed, level: str = "public") -> dict[str, bytes]:
    """Return ``ebene_NAME.csv`` for every level of the build; for the office they say so."""
    return {
        f"ebene_{name}.csv": b"\xef\xbb\xbf" + csv_text(marked(table, level)).encode("utf-8")
        for name, table in level_tables(computed).items()
    }


def _of_level(computed: Computed, level: Level) -> pd.DataFrame:
    plan = computed.plan
    parent = computed.delivery.areas[plan.join.target][level.parent].astype(str)
    assert plan.population is not None
    days = []
    for day, measured in sorted(computed.measured.items()):
        index = computed.scored[day][computed.main].index
        persons = measured.persons
        try:
            table = population_weighted_index(
                index, parent, persons, method=level.method, digits=level.digits
            )
        except DataError:  # all larger areas alike: no scale can tell them apart
            table = population_weighted_index(index, parent, persons, method="none")
            table["index"] = float("nan")
        days.append(_classed(plan, table).rename_axis("key").reset_index().assign(stichtag=day))
    columns = ("stichtag", "key", "persons", "share_of_persons", "mean", "index", "class")
    return pd.concat(days, ignore_index=True)[[*columns, "class_label"]]


def _classed(plan: Plan, table: pd.DataFrame) -> pd.DataFrame:
    steps = plan.axis(plan.axis_names[0]).classes.model_dump()
    try:
        breaks = fit_breaks(table["index"], **(steps | {"weights": None}))
    except DataError:
        nothing = pd.Series(pd.NA, table.index, dtype="Int64")
        return table.assign(**{"class": nothing, "class_label": None})
    classes = classify(table["index"], breaks)
    return table.assign(**{"class": classes, "class_label": class_labels(classes, breaks)})
