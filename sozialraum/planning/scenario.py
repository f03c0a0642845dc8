"""Variants of one decision side by side as data: map classes, figures, a sentence each.

A `Scenario` is what a page shows and what `verify` computes again. It holds no geometry: the maps
belong to the areas whose keys the classes carry. Counts of persons in it are exact: what may be
shown of it is for the disclosure gate to say.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any, Literal

import pandas as pd

from sozialraum.texts import catalogue

Verb = Literal["forecast", "kita", "ganztag", "allocate", "locate", "gap", "catchments", "targets"]


def pot_keys(count: int) -> list[str]:
    """Return what the decisions about so many pots are called.

    Examples
    --------
    >>> pot_keys(3)
    ['allocate', 'allocate_2', 'allocate_3']
    """
    return ["allocate", *(f"allocate_{n}" for n in range(2, count + 1))][:count]


@dataclass(frozen=True, kw_only=True, eq=False)
class Variant:
    """One way to decide.

    Parameters
    ----------
    name : what the committee calls it
    sentences : German, the first one says it all
    figures : key figures; the same keys in every variant of a scenario
    classes : class id per area key for the map (ids of `Scenario.legend`); empty: no map
    points : keys of the sites to draw as chosen
    table : rows of the decision (sites, units, schools, gaps, goals)
    arguments : what was asked, as in the plan file
    assignment : school per block, for catchments; for files, not for the page
    """

    name: str
    sentences: tuple[str, ...]
    figures: dict[str, float]
    classes: pd.Series
    points: tuple[str, ...] = ()
    table: pd.DataFrame
    arguments: dict[str, Any] = field(default_factory=dict)
    assignment: pd.Series | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class Scenario:
    """All variants of one decision; the first one is what the others are compared with.

    Parameters
    ----------
    verb : "allocate", "locate", "gap", "catchments" or "targets"
    title : German
    variants : at least one
    limits : German sentences: what this calculation does not know
    facts : plain values for the manifest (seed, distance, index build)
    """

    verb: Verb
    title: str
    variants: tuple[Variant, ...]
    limits: tuple[str, ...] = ()
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def legend(self) -> dict[str, str]:
        """German label per class id, in the order of the legend."""
        return dict(catalogue("planning")["legend"].get(self.verb, {}))

    @property
    def labels(self) -> dict[str, str]:
        """German label per figure and table column that has one."""
        return dict(catalogue("planning")["labels"])

    def figures(self) -> pd.DataFrame:
        """Return the key figures: a row per figure, a column per variant."""
        table = pd.DataFrame({v.name: pd.Series(v.figures, dtype=float) for v in self.variants})
        return table.reindex(list(self.variants[0].figures))

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON: the same plan gives the same dictionary."""
        return {
            "verb": self.verb,
            "title": self.title,
            "limits": list(self.limits),
            "facts": plain_values(self.facts),
            "variants": [
                {
                    "name": v.name,
                    "sentences": list(v.sentences),
                    "figures": plain_values(v.figures),
                    "classes": {str(k): str(c) for k, c in v.classes.items()},
                    "points": list(v.points),
                    "table": [
                        {"key": str(key), **plain_values(row.to_dict())}
                        for key, row in v.table.iterrows()
                    ],
                    "arguments": plain_values(v.arguments),
                }
                for v in self.variants
            ],
        }


def plain_values(value: Any) -> Any:
    """Return a value as JSON can hold it; NaN becomes None, infinity the word "inf".

    Examples
    --------
    >>> plain_values({"a": float("nan"), "b": (1, float("inf"))})
    {'a': None, 'b': [1, 'inf']}
    """
    if isinstance(value, dict):
        return {str(k): plain_values(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [plain_values(v) for v in value]
    item = value.item() if hasattr(value, "item") else value
    if isinstance(item, float) and not math.isfinite(item):
        return None if math.isnan(item) else "inf"
    return item if isinstance(item, bool | int | float | str | None) else str(item)
