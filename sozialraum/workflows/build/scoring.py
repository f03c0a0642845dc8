"""What is learnt from the values of one Stichtag, and the index it gives for any Stichtag.

The method itself is `sozialraum.index.method`; here a build says which steps it takes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from sozialraum.config.plan import Plan
from sozialraum.index.classes import least_values
from sozialraum.index.fitted_index import FittedIndex, Scored, has_parts
from sozialraum.index.method import STEPS, fit_index
from sozialraum.model.errors import ConfigError, DataError
from sozialraum.model.problem import Problem
from sozialraum.sources.delivering.delivered import Delivery
from sozialraum.sources.plausibility.listing import listing
from sozialraum.texts import problem
from sozialraum.workflows.build.measuring import Measured

MAIN = "index"


def public_name(plan: Plan, axis: str) -> str:
    """Return the name of an axis in a release: the first axis is the index."""
    return MAIN if axis == plan.axis_names[0] else axis


def steps_of(plan: Plan, axis: str) -> dict[str, dict[str, Any]]:
    """Return the steps of one axis as `sozialraum.index.method.fit_index` takes them."""
    steps, ids = plan.axis(axis), {i.id for i in plan.indicators_of(axis)}
    stated = {name: getattr(steps, name) for name in STEPS if name != "transform"}
    found = {name: dict(how.model_dump()) for name, how in stated.items() if how is not None}
    return found | {
        "transform": {name: how for name, how in steps.transform.items() if name in ids}
    }


def learn(
    plan: Plan,
    axis: str,
    measured: Measured,
    *,
    value: pd.DataFrame | None = None,
    keep: Mapping[str, Any] | None = None,
) -> FittedIndex:
    """Learn everything one axis is measured with.

    The values are functions of protected counts: what is learnt from them may be told as it is.

    Parameters
    ----------
    plan, axis : which steps
    measured : bases and persons, and the values unless others are given
    value : other values to learn from (a draw of the simulation)
    keep : ``treatment`` and ``weights`` that are not learnt again but stay as they are
    """
    indicators = plan.indicators_of(axis)
    ids = [i.id for i in indicators]
    sections = steps_of(plan, axis)
    return fit_index(
        (measured.used if value is None else value)[ids],
        indicators,
        orientation=plan.orientation,
        sections={n: _with_persons(how, plan, measured) for n, how in sections.items()},
        base=measured.base[ids],
        **(keep or {}),
    ).under(indicators, sections)


def score(plan: Plan, axis: str, value: pd.DataFrame, fitted: FittedIndex) -> Scored:
    """Give every area its index, contributions and class under a fitted index.

    Parameters
    ----------
    plan, axis : which steps
    value : (n_areas, n_indicators), columns of other axes are not looked at
    fitted : from `learn`, or of a reference build
    """
    indicators = plan.indicators_of(axis)
    used = fitted.under(indicators, steps_of(plan, axis))
    return used.scored(value[[i.id for i in indicators]])


def fewer_areas_than_classes(plan: Plan, delivery: Delivery) -> list[Problem]:
    """Return the classes that so few areas cannot fill, whatever is counted in them.

    Parameters
    ----------
    plan : the build; one that takes its classes from an earlier result has none of its own
    delivery : its files as read
    """
    areas = delivery.areas.get(plan.join.target)
    if plan.reference is not None or areas is None or not len(areas):  # told with their file
        return []
    left = len(areas.index.difference([e.key for e in plan.exclude]))
    days = len(delivery.tables) if plan.learn_from == "all" else 1
    found = {}
    for axis in plan.axis_names:
        cut = plan.axis(axis).classes
        k = cut.k if cut.shares is None else len(cut.shares)
        if left * days < least_values(cut.method, k):
            stated = axis in plan.axes and "classes" in plan.axes[axis].model_fields_set
            key = f"axes.{axis}.classes" if stated else "classes"
            found[key] = problem("check.fewer_areas", file=plan.file.name, key=key, k=k, found=left)
    return list(found.values())


def contributor(
    plan: Plan, axis: str, fitted: FittedIndex
) -> Callable[[pd.DataFrame], pd.DataFrame] | None:
    """Return the function from values to contributions; None where there are none."""
    sections, indicators = steps_of(plan, axis), plan.indicators_of(axis)
    if not has_parts(sections):
        return None
    used = fitted.under(indicators, sections)
    return lambda value: used.shown_contributions(value[[i.id for i in indicators]])


def _with_persons(arguments: dict[str, Any], plan: Plan, measured: Measured) -> dict[str, Any]:
    """Return the arguments of a step; the weights "population" become the persons per area."""
    if arguments.get("weights") == "population":
        if plan.population is None or measured.persons is None:
            raise ConfigError(problem("pipeline.no_population", file=plan.file.name))
        persons = measured.persons
        _refuse_unknown_weights(plan, persons, measured.value.notna().any(axis=1))
        return {**arguments, "weights": persons}
    return arguments


def _refuse_unknown_weights(plan: Plan, persons: pd.Series, counted: pd.Series) -> None:
    assert plan.population is not None
    known = persons.reindex(counted.index)
    unknown = counted.index[counted & ~(known >= 0)]
    if len(unknown) or not known[counted].sum() > 0:
        unknown = unknown if len(unknown) else counted.index[counted]
        say: dict[str, Any] = {"n": len(unknown), "keys": listing([str(key) for key in unknown])}
        found = problem("check.weights_unknown", column=plan.population.variable, **say)
        raise DataError(found)
