"""The join, an earlier result and a logo that only later steps look at, looked at by `check`.

Whether the cells of a raster hold persons, a site belongs to an area or a house number to a rule
shows only where the areas are joined: `check` joins them, as the build does, and both say the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pandas as pd

from sozialraum.config.plan import Plan
from sozialraum.model import Problem
from sozialraum.model.errors import SozialraumError
from sozialraum.sources.delivering.delivered import Delivery
from sozialraum.workflows.build.computing import frozen_methods
from sozialraum.workflows.build.counts.counting import refuse_moved_values, refuse_partial_groups
from sozialraum.workflows.build.further.area_types import frozen_typology, refuse_few
from sozialraum.workflows.build.further.smoothing import frozen_strength
from sozialraum.workflows.build.geography import joining, joining_sites
from sozialraum.workflows.build.geography.alike import alike_areas
from sozialraum.workflows.build.looks import design_of


def check_columns(plan: Plan, delivery: Delivery) -> list[Problem]:
    """Return what the join would refuse about columns of the delivered layers.

    Parameters
    ----------
    plan, delivery : as read; what could not be read is not asked for
    """
    found: list[Problem] = []
    for ask in _questions(plan, delivery):
        try:
            made = ask()
            if isinstance(made, joining_sites.Joined):
                found += [*made.problems, *alike_areas(plan, delivery, made.crosswalk)]
        except SozialraumError as error:
            found += [p for p in error.problems if p not in found]
    return found


def _questions(plan: Plan, delivery: Delivery) -> Iterator[Callable[[], Any]]:
    if plan.reference is not None:
        yield lambda: frozen_methods(plan)
        yield lambda: frozen_typology(plan)
        yield lambda: frozen_strength(plan)
    yield lambda: design_of(plan)
    if plan.outcomes is not None:
        yield lambda: refuse_partial_groups(plan, delivery)
    if plan.join.source not in (None, plan.join.target):
        yield lambda: _refuse_moved(plan, delivery)
    yield from _of_the_join(plan, delivery)
    if plan.join.target in delivery.areas:
        yield lambda: refuse_few(plan, delivery.areas[plan.join.target])


def _of_the_join(plan: Plan, delivery: Delivery) -> Iterator[Callable[[], Any]]:
    """Yield the join itself; beside a broken delivery, what can be asked without it."""
    how, source = plan.join, delivery.areas.get(plan.source_areas)
    if not any(p.severity == "error" for p in delivery.problems):
        yield lambda: joining.join(plan, delivery)
        return
    if how.source in (None, how.target):
        return
    if how.method == "nested" and source is not None:
        yield lambda: joining.refuse_no_parent(plan, source)
    if how.method == "points" and how.points in delivery.layers:
        yield lambda: joining.weighed_points(plan, delivery)
    if how.target not in delivery.areas:
        return
    if (near := how.nearest) is not None and how.method == "nearest":
        yield lambda: joining_sites.walking_limit_of(plan, near)
        if near.file in delivery.layers:
            yield lambda: joining_sites.sites_of(plan, delivery, near.file, near.key)
    thick = how.density
    if thick is not None and how.method == "density" and thick.file in delivery.layers:
        yield lambda: joining_sites.sites_of(plan, delivery, thick.file, thick.key)


def _refuse_moved(plan: Plan, delivery: Delivery) -> None:
    """Refuse finished values that would have to be moved to other areas."""
    tables = delivery.tables.get(plan.stichtag.isoformat(), {})
    if plan.source_areas in tables:
        there = tables.get(plan.join.target, pd.DataFrame())
        refuse_moved_values(plan, tables[plan.source_areas], there)
