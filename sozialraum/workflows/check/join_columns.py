"""Columns, an earlier result and a logo that only later steps look at, looked at by `check`.

Which column holds the key of a site, the weight of a building or the parent of a block stands in
the build file; whether it is there stands in the delivered layer. The same functions ask that the
join asks, so that both say the same.
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
            found += made.problems if isinstance(made, joining_sites.Joined) else ()
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
    how, source = plan.join, delivery.areas.get(plan.source_areas)
    if how.method == "nested" and how.source not in (None, how.target) and source is not None:
        yield lambda: joining.refuse_no_parent(plan, source)
        if how.target in delivery.areas and _sound(plan, delivery):
            yield lambda: joining.join(plan, delivery)
    if how.method == "points" and how.points in delivery.layers:
        yield lambda: joining.weighed_points(plan, delivery)
    if how.target not in delivery.areas:
        return
    yield lambda: refuse_few(plan, delivery.areas[how.target])
    if (near := how.nearest) is not None and how.method == "nearest":
        yield lambda: joining_sites.walking_limit_of(plan, near)
        if near.file in delivery.layers:
            yield lambda: joining_sites.sites_of(plan, delivery, near.file, near.key)
    thick = how.density
    if thick is not None and how.method == "density" and thick.file in delivery.layers:
        yield lambda: joining_sites.sites_of(plan, delivery, thick.file, thick.key)


def _sound(plan: Plan, delivery: Delivery) -> bool:
    """Tell whether keys can be looked up: with a broken delivery nothing more is known of them."""
    stated = (
        isinstance(plan.join.parent, int)
        or plan.join.parent in delivery.areas[plan.source_areas].columns
    )
    return stated and not any(p.severity == "error" for p in delivery.problems)


def _refuse_moved(plan: Plan, delivery: Delivery) -> None:
    """Refuse finished values that would have to be moved to other areas."""
    tables = delivery.tables.get(plan.stichtag.isoformat(), {})
    if plan.source_areas in tables:
        there = tables.get(plan.join.target, pd.DataFrame())
        refuse_moved_values(plan, tables[plan.source_areas], there)
