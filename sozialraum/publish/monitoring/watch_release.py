"""An early warning in the form in which it may be written and shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import pandas as pd

    from sozialraum.model.learnt import Watch


@dataclass(frozen=True, kw_only=True, eq=False)
class WatchedIndicator:
    """One indicator, month by month.

    Parameters
    ----------
    id, label, measure : of the indicator; what its numerator counts
    judged : one row per month, area and direction (columns of `sozialraum.insight.apply_watch`, and
        "direction"); empty where the areas cannot be held against each other
    city : as `sozialraum.insight.watch_city` returns it; empty where there are too few months
    watches : what it was judged by, oldest first
    sentences : on the last month, German
    notes : what could not be watched and why, German
    """

    id: str
    label: str
    measure: str
    judged: pd.DataFrame
    city: pd.DataFrame
    watches: tuple[Watch, ...]
    sentences: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def alarms(self) -> pd.DataFrame:
        """The rows in which there is an alarm."""
        return self.judged[self.judged["alarm"]] if len(self.judged) else self.judged


@dataclass(frozen=True, kw_only=True, eq=False)
class WatchRelease:
    """What an early warning tells: from protected counts, or for the office from true ones.

    Parameters
    ----------
    title, place, area_words : of the build
    month : the last one, "2024-03"
    names : key -> name of each area
    indicators : in the order of the build file
    sources : per line one source
    level : "public"; "intern" from true counts, for the office alone
    """

    title: str
    place: str
    area_words: str
    month: str
    names: Mapping[str, str]
    indicators: tuple[WatchedIndicator, ...]
    sources: tuple[str, ...] = ()
    level: Literal["public", "intern"] = "public"
