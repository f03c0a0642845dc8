"""What a release holds of the larger areas of ``[[levels]]``: plain values per Stichtag."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from sozialraum.workflows.build.geography.larger_areas import level_tables

if TYPE_CHECKING:
    from sozialraum.config.sections import Level
    from sozialraum.workflows.build.computed import Computed


def level_details(computed: Computed) -> list[dict[str, Any]]:
    """Return per level of the build its label, its indicators, and its areas per Stichtag."""
    tables = level_tables(computed)
    return [_of_level(computed, level, tables[level.parent]) for level in computed.plan.levels]


def _of_level(computed: Computed, level: Level, table: pd.DataFrame) -> dict[str, Any]:
    ids = [i.id for i in computed.plan.indicators if i.id in table]
    names = _names(computed, level)
    number = _areas_in(computed, level)
    editions = {
        str(day): sorted(
            (_one(row, ids, names, number) for _, row in rows.iterrows()),
            key=lambda one: (one["name"], one["key"]),
        )
        for day, rows in table.groupby("stichtag", sort=True)
    }
    label = level.label or level.parent.capitalize()
    return {"name": level.parent, "label": label, "indicators": ids, "editions": editions}


def _areas_in(computed: Computed, level: Level) -> dict[str, int]:
    parent = computed.delivery.areas[computed.plan.join.target][level.parent].astype(str)
    return {str(key): int(n) for key, n in parent.value_counts().items()}


def _names(computed: Computed, level: Level) -> dict[str, str]:
    """Return the name of each larger area, where the build says which column holds it."""
    if not level.name:
        return {}
    areas = computed.delivery.areas[computed.plan.join.target]
    pairs = zip(areas[level.parent].astype(str), areas[level.name].astype(str), strict=True)
    return {key: name for key, name in pairs if name and name != "nan"}


def _one(
    row: pd.Series, ids: list[str], names: dict[str, str], number: dict[str, int]
) -> dict[str, Any]:
    key, label = str(row["key"]), row["class_label"]
    return {
        "key": key,
        "name": names.get(key, key),
        "areas": number.get(key, 0),
        "index": _plain(row["index"]),
        "class": None if pd.isna(label) else str(label),
        "values": {i: _plain(row[i]) for i in ids},
    }


def _plain(value: Any) -> float | None:
    return None if pd.isna(value) else float(value)
