"""What would have to be otherwise: questions to a published result, answered by its figures alone.

How far would a value have to move, from which weight on would an area change class, what if an
indicator were left out. Only areas whose published values lead back to their published class are
spoken of: so nothing is told that the published table does not tell.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, get_args

import numpy as np
import pandas as pd

from sozialraum.config.plan import Plan
from sozialraum.index.fitted_index import FittedIndex, has_parts
from sozialraum.index.hierarchy import make_tree
from sozialraum.model import Indicator
from sozialraum.model.options import Per
from sozialraum.model.units import SHARE_FACTOR
from sozialraum.texts import number
from sozialraum.workflows.build.scoring import score, steps_of
from sozialraum.workflows.certainty.alternatives import tree_arguments
from sozialraum.workflows.certainty.simulation import preparation

if TYPE_CHECKING:
    from sozialraum.insight.monte_carlo.simulation import Simulation
    from sozialraum.insight.sensitivity import WhatIf

# factor and sign with which a value of a unit is shown
_SHOWN = {"share": (100.0, "\u00a0%"), "percent": (1.0, "\u00a0%")} | {
    f"per_{n}": (1.0, f" je {number(n)}") for n in get_args(Per)
}
_STEPS = 200
_WEIGHT_STEPS = 100


def find_counterfactuals(
    plan: Plan,
    values: pd.DataFrame,
    classes: pd.Series,
    fitted: FittedIndex,
    key: str,
    name: str,
) -> list[str]:
    """Say what would have to be otherwise for one area to change class, in German sentences.

    Arguments as for `what_ifs`; `name` of the area.
    """
    from sozialraum.insight.words import describe_turning, describe_what_if

    axis = plan.axis_names[0]
    indicators = {i.id: i for i in plan.indicators_of(axis)}
    notes = []
    for found in what_ifs(plan, values, classes, fitted, key):
        one = indicators[found.indicator]
        factor, sign = _SHOWN.get(one.unit, (1.0, ""))
        notes.append(describe_what_if(found, name=name, label=one.label, factor=factor, unit=sign))
    model = weighing(plan, values, fitted)
    if model is None or pd.isna(classes[key]):
        return notes
    points = turning_points(model, classes, fitted.limits.numbers, list(indicators.values()))
    if key in points.index.get_level_values(0):
        labels = {i: one.label for i, one in indicators.items()}
        own = points.loc[key]
        notes.append(describe_turning(own, name=name, class_=int(classes[key]), labels=labels))
    return notes


def what_ifs(
    plan: Plan, values: pd.DataFrame, classes: pd.Series, fitted: FittedIndex, key: str
) -> list[WhatIf]:
    """Tell for each indicator how far it would have to move until the area changes class.

    Scale and class limits stay as published. Searched is the range from the published value to the
    end that stands for less burden, or for more where the area is at the good end already.

    Parameters
    ----------
    plan, yardstick : the build and its main axis
    values, classes : as published
    key : the area

    Returns
    -------
    One answer per indicator; none where a value is withheld, where the method compares areas with
    each other, or where the published values do not lead to the published class.
    """
    axis = plan.axis_names[0]
    own = values.loc[[key], [i.id for i in plan.indicators_of(axis)]]
    if not has_parts(steps_of(plan, axis)) or own.isna().any(axis=None) or pd.isna(classes[key]):
        return []
    found = []
    now = int(classes[key])
    if score(plan, axis, own, fitted).classes.iloc[0] != now:
        return []
    for indicator in plan.indicators_of(axis):
        start = float(own[indicator.id].iloc[0])
        for end in _ends(indicator, values[indicator.id], start):
            one = _what_if(plan, axis, own, fitted, indicator.id, end, now)
            if one.class_then is not None or end is None:
                break
        found.append(one)
    return found


def _ends(indicator: Indicator, published: pd.Series, start: float) -> list[float]:
    """Return the ends of the range that is searched, less burden first."""
    factor = SHARE_FACTOR.get(indicator.unit)
    low = 0.0 if factor is not None else float(published.min())
    high = {"share": 1.0, "percent": 100.0}.get(indicator.unit, float(published.max()))
    ends = [low, high] if indicator.direction == "burden" else [high, low]
    return [end for end in ends if end != start] or ends[:1]


def _what_if(
    plan: Plan, axis: str, own: pd.DataFrame, fitted: FittedIndex, name: str, end: float, now: int
) -> WhatIf:
    from sozialraum.insight.sensitivity import WhatIf

    start = float(own[name].iloc[0])
    near, far, then = start, end, None
    for _ in range(2):  # a coarse search, then a fine one within the step that was found
        tried = np.linspace(near, far, _STEPS + 1)
        rows = pd.DataFrame(np.repeat(own.to_numpy(), len(tried), axis=0), columns=own.columns)
        rows[name] = tried
        classes = score(plan, axis, rows, fitted).classes
        moved = np.flatnonzero(classes.notna() & classes.ne(now).fillna(False))
        if not len(moved):
            break
        then = int(classes.iloc[moved[0]])
        near, far = float(tried[moved[0] - 1]), float(tried[moved[0]])
    area = str(own.index[0])
    needed = float("nan") if then is None else far
    return WhatIf(area, name, start, needed, now, then)


def weighing(plan: Plan, values: pd.DataFrame, fitted: FittedIndex) -> Simulation | None:
    """Return the rules of a build over its published values; None where no rules are known for it.

    What the build learnt is learnt again from what is published, except weights and treatments.
    """
    from sozialraum.insight.monte_carlo.assumptions import Assumptions
    from sozialraum.insight.monte_carlo.draw_rules import NotNative
    from sozialraum.insight.monte_carlo.draws import Draws, group_starts
    from sozialraum.insight.monte_carlo.sampling import sampling_cells
    from sozialraum.insight.monte_carlo.simulation import prepare
    from sozialraum.insight.monte_carlo.weighting import drawn_weights

    axis = plan.axis_names[0]
    steps, indicators = plan.axis(axis), plan.indicators_of(axis)
    ids = tuple(i.id for i in indicators)
    table = values[list(ids)].dropna().sort_index()
    if len(table) < 3 or len(ids) < 2:
        return None
    learnt = None if fitted.weights is None else fitted.weights.by_node
    tree = make_tree(indicators, **tree_arguments(steps), learnt=learnt)
    cells = sampling_cells(table, None, None, indicators, counts="none")
    random = Draws(
        table.index, ids, table.to_numpy(float).T.copy()[None], cells, Assumptions(),
        drawn_weights(tree, ids, None), group_starts(table.index), fitted.limits.k, 1,
    )  # fmt: skip
    try:
        return prepare(
            random, base=None, weights=None, scale=fitted.scale,
            restandard=fitted.restandard, tree=tree, breaks=fitted.limits,
            frozen=plan.frozen, power=steps.aggregation.power,
            penalty=steps.aggregation.penalty, node_scale=fitted.node_scale,
            ready=preparation(fitted.under(indicators, steps_of(plan, axis))),
        )  # fmt: skip
    except (NotNative, ValueError):  # limits or moments over persons, which are not published
        return None


def turning_points(
    model: Simulation, classes: pd.Series, numbers: Sequence[int], indicators: Sequence[Indicator]
) -> pd.DataFrame:
    """Return the weights from which on each area would have another class.

    Parameters
    ----------
    model : from `weighing`
    classes : as published; areas whose published values lead to another class are left out
    numbers : class numbers, lowest index values first
    indicators : of the index

    Returns
    -------
    DataFrame by (area, indicator): ``stated`` (share of the indicator's weight in the whole index),
    ``below`` and ``above`` (nearest smaller and larger share with another class; NaN = none).
    """
    laid = model.draws.weights
    steady = _leading_back(model, classes, numbers)
    rows = {}
    for indicator in indicators:
        try:
            _, _, inside = laid.beside(indicator.id)
        except ValueError:
            continue
        shares = np.unique(np.append(np.linspace(0, 1, _WEIGHT_STEPS + 1), inside))
        _, _, place = model.under_weights(laid.with_share(indicator.id, shares))
        at = int(np.searchsorted(shares, inside))
        whole = laid.share(indicator.id) / inside if inside > 0 else np.nan
        for column, key in enumerate(model.draws.keys):
            if key not in steady:
                continue
            other = place[:, column] != place[at, column]
            below, above = np.flatnonzero(other[:at]), np.flatnonzero(other[at:]) + at
            rows[key, indicator.id] = {
                "stated": laid.share(indicator.id),
                "below": shares[below[-1]] * whole if len(below) else np.nan,
                "above": shares[above[0]] * whole if len(above) else np.nan,
            }
    found = pd.DataFrame.from_dict(rows, orient="index", columns=["stated", "below", "above"])
    if rows:
        found.index = pd.MultiIndex.from_tuples(rows, names=["area", "indicator"])
    return found


def index_without(
    model: Simulation, classes: pd.Series, numbers: Sequence[int], indicators: Sequence[Indicator]
) -> Iterator[tuple[Indicator, int, int]]:
    """Yield each indicator, how many areas would change class without it, and of how many.

    Areas whose published values do not lead to the published class are left out.
    """
    laid = model.draws.weights
    steady = model.draws.keys.isin(_leading_back(model, classes, numbers))
    _, _, stated = model.under_weights(laid.weight[None, :])
    for indicator in indicators:
        weights = laid.weight[None, :].copy()
        gone = laid.without(indicator.id)
        weights[0, [name in gone for name in laid.names]] = np.nan
        _, _, place = model.under_weights(weights)
        changed = (place[0] != stated[0]) & steady
        yield indicator, int(changed.sum()), int(steady.sum())


def _leading_back(model: Simulation, classes: pd.Series, numbers: Sequence[int]) -> set[str]:
    """Return the areas whose published values lead to the class that was published."""
    _, _, place = model.under_weights(model.draws.weights.weight[None, :])
    stated = classes.reindex(model.draws.keys)
    return {
        str(key)
        for key, position, number in zip(model.draws.keys, place[0], stated, strict=True)
        if pd.notna(number) and position >= 0 and numbers[position] == number
    }
