"""What a build says of its whole map, from the published figures and the bases behind them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from sozialraum.config.plan import Plan
from sozialraum.model import Release
from sozialraum.model.neighbours import Neighbours
from sozialraum.model.units import SHARE_FACTOR
from sozialraum.texts import number, text

_LEVEL = 0.05


def spatial_findings(plan: Plan, release: Release, base: pd.DataFrame) -> tuple[str, ...]:
    """Return what ``[space_statistics]`` asks for, as sentences.

    Parameters
    ----------
    plan : the build
    release : its published figures; areas of which nothing is published take no part
    base : persons behind each share
    """
    if plan.space_statistics is None:
        return ()
    return (*_moran(plan, release), *_segregation(plan, release, base), *_band(plan, release, base))


def _moran(plan: Plan, release: Release) -> Iterator[str]:
    from sozialraum.insight.autocorrelation import FEWEST, global_moran

    asked, index = plan.space_statistics, release.current.table["index"].astype(float)
    assert asked is not None
    if not asked.moran or index.nunique() < 4:
        return
    graph = _graph(plan, release)
    linked = graph.subset(index.notna().to_numpy()).counts > 0
    if linked.sum() < FEWEST or index.dropna()[linked].nunique() < 2:
        yield text("pipeline.map.no_neighbours", n=int(linked.sum()), least=FEWEST)
        return
    found = global_moran(index, graph, permutations=asked.permutations, seed=asked.seed)
    kind = "open" if found.p > _LEVEL else "alike" if found.value > found.expected else "unlike"
    figures = {"value": number(found.value, 2), "expected": number(found.expected, 2)}
    yield text(f"pipeline.map.{kind}", areas=found.areas, **figures)
    if found.missing or found.islands:
        count: dict[str, Any] = {"missing": len(found.missing), "islands": len(found.islands)}
        yield text("pipeline.map.left_out", **count)


def _segregation(plan: Plan, release: Release, base: pd.DataFrame) -> Iterator[str]:
    from sozialraum.insight.segregation import segregation_indices

    asked = plan.space_statistics
    assert asked is not None
    for name in asked.segregation:
        group, persons = _counts(plan, release, base, name)
        if not 0 < group.sum() < persons[group.notna()].sum():
            continue
        found = segregation_indices(group, persons, seed=asked.seed).loc["dissimilarity"]
        kind = "segregated" if found["p"] <= _LEVEL else "mixed"
        yield text(
            f"pipeline.map.{kind}",
            label=_label(plan, name),
            **{k: number(100 * found[k]) for k in ("value", "chance")},
            above=number(100 * found["above_chance"]),
        )


def _band(plan: Plan, release: Release, base: pd.DataFrame) -> Iterator[str]:
    from sozialraum.insight.rezoning import rezoning_band, separate_parts

    asked = plan.space_statistics
    assert asked is not None
    if asked.rezoning is None:
        return
    first, second = asked.rezoning
    group, persons = _counts(plan, release, base, first)
    share, _ = _counts(plan, release, base, second)
    other = share / base[second] * persons
    graph = _graph(plan, release)
    parts = separate_parts(graph)
    if not parts <= asked.zones <= len(graph.keys):
        notes: dict[str, Any] = {"zones": asked.zones, "parts": parts, "areas": len(graph.keys)}
        yield text("pipeline.map.not_rezoned", **notes)
        return
    band = rezoning_band(
        group, other, persons, graph, zones=asked.zones, draws=asked.draws, seed=asked.seed
    )
    yield text(
        "pipeline.map.rezoned",
        first=_label(plan, first),
        second=_label(plan, second),
        zones=asked.zones,
        draws=number(asked.draws),
        **{k: number(getattr(band, k), 2) for k in ("low", "high", "finest")},
    )


def _graph(plan: Plan, release: Release) -> Neighbours:
    from sozialraum.space.neighbours import find_neighbours

    return find_neighbours(release.areas, **plan.neighbours.model_dump())


def _counts(
    plan: Plan, release: Release, base: pd.DataFrame, name: str
) -> tuple[pd.Series, pd.Series]:
    """Return persons of the group (NaN where the share is withheld), and all persons."""
    unit = SHARE_FACTOR[next(i.unit for i in plan.indicators if i.id == name)]
    persons = base[name].reindex(release.areas.index)
    return (release.current.values[name].astype(float) / unit * persons).clip(
        upper=persons
    ), persons


def _label(plan: Plan, name: str) -> str:
    return next(i.label for i in plan.indicators if i.id == name)
