"""The education chain as it is shown: stations of two groups, areas that stand out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pandas as pd

from sozialraum.publish.tables.csv_parquet import csv_text

if TYPE_CHECKING:
    from sozialraum.config.further import Chain

PAGE, TABLE = "bildungskette.html", "bildungskette.csv"
CITY = ""
COLUMNS = (
    "stichtag", "station", "key", "name", "rate", "place", "rate_first", "rate_second", "gap",
    "gap_low", "gap_high", "ratio", "ratio_low", "ratio_high",
)  # fmt: skip
_EXACT = 6  # decimals of a published share, far finer than its window


@dataclass(frozen=True, eq=False, kw_only=True)
class EducationChain:
    """An education chain from protected counts.

    Parameters
    ----------
    section : of the build file
    day : the build's own Stichtag, ISO
    stations : per Stichtag one row per station: as `sozialraum.insight.group_gaps` returns them
        for all areas together, and ``rate`` of both groups together, 0..1
    rates : (n_areas, n_stations) of both groups together, 0..1, at the build's own Stichtag
    places : same shape: "low", "high", "inside", "unknown"
    gaps : per station the gaps of the areas with enough children of both groups
    steps : per station as `sozialraum.insight.cohort_steps` returns them; empty for a cross section
    breaks : per area the first station at which the chain breaks; None where none
    names : key -> name of each area
    sentences : German, on the city and on areas
    spans : ISO Stichtag -> text of the `Period` that it closes
    """

    section: Chain
    day: str
    stations: Mapping[str, pd.DataFrame]
    rates: pd.DataFrame
    places: pd.DataFrame
    gaps: Mapping[str, pd.DataFrame]
    steps: pd.DataFrame
    breaks: pd.Series
    names: Mapping[str, str]
    sentences: tuple[str, ...]
    spans: Mapping[str, str] = field(default_factory=dict)

    @property
    def today(self) -> pd.DataFrame:
        """The stations at the build's own Stichtag."""
        return self.stations[self.day]


def chain_table(chain: EducationChain) -> bytes:
    """Return ``bildungskette.csv``: all areas together (empty key) per Stichtag, then areas."""
    parts = [
        frame.reset_index(names="station").assign(stichtag=day, key=CITY)
        for day, frame in sorted(chain.stations.items())
    ]
    for station in chain.rates:
        area = chain.gaps[station].reindex(chain.rates.index)
        area = area.assign(rate=chain.rates[station], place=chain.places[station])
        area = area.reset_index(names="key").assign(stichtag=chain.day, station=station)
        parts.append(area)
    table = pd.concat(parts, ignore_index=True).reindex(columns=list(COLUMNS))
    table["name"] = table["key"].map(lambda k: chain.names.get(k, ""))
    table["place"] = table["place"].fillna("")
    return b"\xef\xbb\xbf" + csv_text(table.round(_EXACT)).encode("utf-8")
