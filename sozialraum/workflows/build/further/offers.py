"""What ``[offers]`` becomes in a release: the list, the coverage of ages, and sentences."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sozialraum.config.monitoring.offering import OffersSection
from sozialraum.publish.monitoring.offers import PAGE, TABLE, coverage_table, offers_of
from sozialraum.publish.page.offers_page import offers_page
from sozialraum.space.offers import HERE, NEAR, NONE, OLDEST, offer_areas, offer_coverage
from sozialraum.texts import number, text

if TYPE_CHECKING:
    import geopandas as gpd

    from sozialraum.model import Release
    from sozialraum.workflows.build.computed import Computed

_TOLD = ("name", "kind", "days", "week", "address", "group", "languages", "link")
CODES = {NONE: "0", NEAR: "1", HERE: "2"}


def offer_details(computed: Computed) -> dict[str, Any]:
    """Return the offers of a build as plain values; empty where it has none.

    All of it is public: offers, places and distances, and no person.
    """
    section, offers = computed.plan.offers, computed.delivery.offers
    if section is None or offers is None:
        return {}
    areas = computed.delivery.areas[computed.plan.join.target]
    home = offer_areas(areas, offers)
    found = offer_coverage(areas, offers, reach=section.reach, detour=section.detour)
    way = _way(section)
    return {
        "offers": {
            "label": section.label,
            "way": way,
            "oldest": OLDEST,
            "list": _listed(offers, home),
            "coverage": found.replace(CODES).agg("".join, axis=1).to_dict(),
            "areas": {key: _sentence(found.loc[key], way) for key in found.index},
            "sentences": [*_all_sentences(found, way), *_notes(offers, home)],
        }
    }


def _way(section: OffersSection) -> str:
    reach = number(section.reach)
    if section.detour == 1:
        return text("pipeline.offers.beeline", reach=reach)
    detour = number(section.detour, 1)
    return text("pipeline.offers.beeline_detour", reach=reach, detour=detour)


def _listed(offers: gpd.GeoDataFrame, home: pd.Series) -> list[dict[str, Any]]:
    """Return one entry per offer; what it does not say is left out."""
    found = []
    for n, row in enumerate(offers.drop(columns="geometry").to_dict("records")):
        entry: dict[str, Any] = {key: row[key] for key in _TOLD if row[key]}
        for end in ("age_from", "age_to"):
            if np.isfinite(row[end]):
                entry[end] = int(row[end])
        if not offers.geometry.iloc[n].is_empty:
            entry["placed"] = True
        if (area := home.iloc[n]) is not None:
            entry["area"] = str(area)
        found.append(entry)
    return found


def _ages(ages: Sequence[int]) -> str:
    """Return ages in words: "0 bis 2, 6 und 15 bis 18 Jahren"."""
    runs: list[list[int]] = []
    for age in ages:
        if runs and runs[-1][1] == age - 1:
            runs[-1][1] = age
        else:
            runs.append([age, age])
    said = [str(a) if a == b else text("pipeline.offers.age_run", low=a, high=b) for a, b in runs]
    listed = " und ".join(filter(None, (", ".join(said[:-1]), said[-1])))
    return text("pipeline.offers.ages", ages=listed, n=1 if runs == [[1, 1]] else 2)


def _sentence(row: pd.Series, way: str) -> str:
    ages = [int(age) for age in row.index[row == NONE]]
    if not ages:
        return text("pipeline.offers.whole", oldest=OLDEST, way=way)
    if len(ages) == len(row):
        return text("pipeline.offers.nothing", oldest=OLDEST, way=way)
    return text("pipeline.offers.breaks", ages=_ages(ages), way=way)


def _all_sentences(found: pd.DataFrame, way: str) -> list[str]:
    """Return in how many areas the chain breaks, and at which ages most often."""
    gone = found == NONE
    n = int(gone.any(axis=1).sum())
    if not n:
        return [text("pipeline.offers.all_whole", oldest=OLDEST, way=way)]
    counts = gone.sum()
    worst = [int(age) for age in counts.index[counts == counts.max()]]
    return [
        text("pipeline.offers.all_breaks", n=n, of=len(found), oldest=OLDEST, way=way),
        text("pipeline.offers.most", ages=_ages(worst), n=int(counts.max())),
    ]


def _notes(offers: gpd.GeoDataFrame, home: pd.Series) -> list[str]:
    placed = ~offers.geometry.is_empty
    counts = {
        "no_age": offers[["age_from", "age_to"]].isna().all(axis=1),
        "outside": placed & home.isna(),
        "by_area": ~placed & home.notna(),
    }
    return [text(f"pipeline.offers.{k}", n=int(c.sum())) for k, c in counts.items() if c.any()]


def offer_files(release: Release) -> dict[str, bytes]:
    """Return ``angebote.html`` and ``angebote.csv``; empty where the build lists no offers."""
    if offers_of(release) is None:
        return {}
    return {PAGE: offers_page(release), TABLE: coverage_table(release)}
