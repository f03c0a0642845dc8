"""How many people the headline speaks of: known bases to tens, and what the build calls them."""

from __future__ import annotations

import pandas as pd

from sozialraum.config.plan import Plan
from sozialraum.model import Indicator
from sozialraum.texts import text
from sozialraum.workflows.build.counts.variables import BESIDE
from sozialraum.workflows.build.measuring import Measured

REACHED = BESIDE[0]  # the offer, among the counts of a build
_FEWEST = 10  # below it nobody is counted by number


def leading_indicator_of(plan: Plan) -> Indicator | None:
    """Return the first burden whose base are the people the build wants shown; None without."""
    shown = plan.population.shown if plan.population else ""
    burdens = (
        i
        for i in plan.indicators
        if i.use == "index" and i.direction == "burden" and i.unit in ("share", "percent")
    )
    return next((i for i in burdens if shown and i.denominator == shown), None)


def people_words(plan: Plan) -> dict[str, str]:
    """Return what the people are called (``label``), and the id of the ``leading`` indicator."""
    if plan.population is None:
        return {}
    leading = leading_indicator_of(plan)
    label = plan.population.shown_label or text("publish.headline.everybody")
    return {"label": label, "leading": "" if leading is None else leading.id}


def people_layer(plan: Plan, measured: Measured) -> pd.DataFrame | None:
    """Return per area how many people the headline counts; None where the build names nobody.

    Returns
    -------
    Columns ``count`` and, where there is an offer, ``reach_count``: the base of its rate. Persons
    to tens, NaN below ten. Bases are known; a confidential one is recoded before it comes here.
    """
    if plan.population is None:
        return None
    leading, base = leading_indicator_of(plan), measured.table.base
    persons = measured.persons if leading is None else base[leading.id]
    columns = {} if persons is None else {"count": tens(persons)}
    if plan.participation and REACHED in base:
        columns["reach_count"] = tens(base[REACHED])
    return pd.DataFrame(columns) if columns else None


def tens(persons: pd.Series) -> pd.Series:
    """Return persons to the nearest ten; NaN below ten.

    Examples
    --------
    >>> tens(pd.Series([9.0, 10.0, 1285.0])).tolist()
    [nan, 10.0, 1290.0]
    """
    return ((persons / 10 + 0.5) // 1 * 10).where(persons >= _FEWEST)
