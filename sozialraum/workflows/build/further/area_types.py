"""Types of areas for ``[typology]``: alike profiles of the standardised values of the main index.

The values are functions of protected counts, and so are the types: they tell nothing that the
values do not. An area without index has no type and shapes none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sozialraum.config import Plan
from sozialraum.config.findings.refusals import step_refuses
from sozialraum.index.fitted_index import Scored
from sozialraum.model import Problem, Typology
from sozialraum.model.errors import ConfigError, DataError
from sozialraum.model.neighbours import Neighbours
from sozialraum.model.problem import part_of
from sozialraum.texts import number, percent, problem, signed, text
from sozialraum.workflows.show.saved import open_result

if TYPE_CHECKING:
    import geopandas as gpd

REGIONS = "contiguous"
_AREAS = 30


@dataclass(frozen=True, eq=False, repr=False)
class AreaTypes:
    """The types of a build.

    Parameters
    ----------
    typology : as learnt, or as the build's reference learnt it
    layer : by area key ``type`` (1 = lowest burden), ``label``, and ``kept`` (0..1: how often the
        area keeps its type when the areas are drawn anew), where that is measured
    """

    typology: Typology
    layer: pd.DataFrame


def area_types(
    plan: Plan,
    scored: Mapping[str, Mapping[str, Scored]],
    areas: gpd.GeoDataFrame,
) -> tuple[AreaTypes | None, tuple[Problem, ...]]:
    """Return the types of the build's own Stichtag, and what is odd about them.

    Parameters
    ----------
    plan : with the indicators that the index is made of
    scored : per Stichtag and axis
    areas : those of the index

    Returns
    -------
    None where the build asks for no types, or the values bear none; the reason is a warning.
    """
    if plan.typology is None:
        return None, ()
    today = _profiles(plan, scored, plan.stichtag.isoformat())
    try:
        typology = frozen_typology(plan) or _learnt(plan, scored, areas)
    except DataError as error:
        place: dict[str, Any] = {"file": plan.file.name, "key": "typology"}
        return None, tuple(replace(p, severity="warning", **place) for p in error.problems)
    from sozialraum.index.typology import assign_types, inspect_typology

    found = assign_types(today, typology, as_found=typology.method == REGIONS)
    labels = dict(enumerate(typology.labels, 1))
    layer = pd.DataFrame({"type": found, "label": found.astype(object).map(labels)})
    layer = layer.reindex(areas.index)
    layer["label"] = layer["label"].where(layer["type"].notna(), None)
    if plan.reference is None and plan.typology.draws and typology.method != REGIONS:
        layer["kept"] = _kept(plan, today, typology).reindex(areas.index)
    odd = inspect_typology(typology) if plan.reference is None else []
    return AreaTypes(typology, layer), tuple(odd)


def frozen_typology(plan: Plan) -> Typology | None:
    """Return the types of the earlier result that a build refers to; None without one.

    Raises
    ------
    ConfigError, DataError
        If there is no such result, or it has no types.
    """
    if plan.reference is None or plan.typology is None:
        return None
    saved = open_result(plan.file.parent / plan.reference)
    learnt = part_of(saved.manifest, "details").get("learnt", {}).get("index.typology")
    if learnt is None:
        where: dict[str, Any] = {"file": plan.file.name, "key": "typology"}
        raise ConfigError(problem("pipeline.reference_untyped", **where, folder=plan.reference))
    return Typology.from_dict(learnt)


def refuse_few(plan: Plan, areas: gpd.GeoDataFrame) -> None:
    """Refuse more types than there are areas.

    Raises
    ------
    DataError
        Where nothing is frozen and the areas are too few.
    """
    if plan.typology is not None and plan.reference is None and len(areas) < plan.typology.k:
        values: dict[str, Any] = {"found": len(areas), "k": plan.typology.k}
        place: dict[str, Any] = {"file": plan.file.name, "key": "typology.k"}
        raise DataError(problem("index.too_few_profiles", **place, **values))


def _learnt(
    plan: Plan, scored: Mapping[str, Mapping[str, Scored]], areas: gpd.GeoDataFrame
) -> Typology:
    """Learn the types from the build's Stichtag, or from all where its scales are."""
    from sozialraum.index.typology import fit_typology

    assert plan.typology is not None
    refuse_few(plan, areas)
    pooled = plan.learn_from == "all" and plan.typology.method != REGIONS
    days = sorted(scored) if pooled else [plan.stichtag.isoformat()]
    found = [_profiles(plan, scored, day) for day in days]
    if len(days) > 1:
        named = zip(days, found, strict=True)
        found = [z.set_axis([f"{day} {key}" for key in z.index]) for day, z in named]
    around = None
    if plan.typology.method == REGIONS:
        around = _neighbours(plan, areas).subset(areas.index.isin(found[0].index))
    return fit_typology(
        pd.concat(found),
        neighbours=around,
        orientation=plan.orientation,
        **plan.typology.model_dump(),
    )


def _profiles(plan: Plan, scored: Mapping[str, Mapping[str, Scored]], day: str) -> pd.DataFrame:
    """Return the standardised values of the areas that have an index."""
    main = scored[day][plan.axis_names[0]]
    return main.z[main.index.notna()].dropna()


def _neighbours(plan: Plan, areas: gpd.GeoDataFrame) -> Neighbours:
    from sozialraum.space.neighbours import find_neighbours

    return find_neighbours(areas, **plan.neighbours.model_dump())


def _kept(plan: Plan, z: pd.DataFrame, typology: Typology) -> pd.Series:
    """Return how often an area keeps its type over areas drawn anew."""
    from sozialraum.index.typology import type_certainty

    assert plan.typology is not None
    return type_certainty(z, typology, draws=plan.typology.draws, seed=plan.typology.seed)


def type_sentences(plan: Plan, types: AreaTypes | None) -> tuple[str, ...]:
    """Return what ``methode.md`` says of the types: how they were made, how firm, their profiles.

    Parameters
    ----------
    plan : with the indicators that the index is made of
    types : of the build; None without
    """
    if types is None:
        return ()
    typology, options = types.typology, types.typology.options
    how = text(f"pipeline.types.{typology.method}")
    stated = [text("pipeline.types.sentence", k=len(typology.labels), how=how)]
    if plan.reference is not None:
        stated.append(text("pipeline.types.frozen"))
    elif options["stability"] is not None:
        found = percent(options["stability"], 0)
        stated.append(text("pipeline.types.stable", draws=number(options["draws"]), found=found))
    return (*stated, *_mean_profiles(plan, types))


def _mean_profiles(plan: Plan, types: AreaTypes) -> Iterator[str]:
    labels = {i.id: i.label for i in plan.indicators}
    typology, sizes = types.typology, types.layer["type"].value_counts()
    for place, (label, centre) in enumerate(zip(typology.labels, typology.centres, strict=True), 1):
        means = zip(typology.ids, centre, strict=True)
        values = ", ".join(
            text("pipeline.types.value", label=labels[i], value=signed(v, 2)) for i, v in means
        )
        size = number(int(sizes.get(place, 0)))
        said: dict[str, Any] = {"number": place, "n": size, "values": values}
        if label == text("index.type_label", number=place):
            yield text("pipeline.types.profile_unnamed", **said)
        else:
            yield text("pipeline.types.profile", label=label, **said)


def tried_types(plan: Plan) -> list[Problem]:
    """Return what forming types refuses about the build file, on made-up profiles."""
    if plan.typology is None or plan.reference is not None:
        return []
    from sozialraum.index.typology import fit_typology

    random = np.random.default_rng(20241231)
    z = pd.DataFrame(random.normal(size=(_AREAS, 3)), [f"{n:02d}" for n in range(_AREAS)])
    ring = np.arange(_AREAS)
    pairs = np.concatenate([ring, np.roll(ring, 1)]), np.concatenate([np.roll(ring, 1), ring])
    around = Neighbours.of_pairs(z.index, *pairs, kind="ring")
    given = {**plan.typology.model_dump(), "draws": 0}
    try:
        fit_typology(z, neighbours=around if plan.typology.method == REGIONS else None, **given)
    except (ValueError, TypeError) as error:
        where = {"file": plan.file.name, "section": "typology"}
        return [step_refuses(error, **where, stated=plan.typology)]
    return []
