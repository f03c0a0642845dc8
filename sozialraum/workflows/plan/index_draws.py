"""The index of a build as it could be, since few persons stand behind some of its shares."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sozialraum.index.indicators import UNIT_FACTOR
from sozialraum.insight.monte_carlo.sampling import sampling_cells
from sozialraum.kernels.draws import draw_table
from sozialraum.planning.plan_sections import PlanFile
from sozialraum.workflows.build.result import Result
from sozialraum.workflows.build.scoring import score
from sozialraum.workflows.certainty.simulation import estimated_draws


def index_draws(plan: PlanFile, base: Result) -> pd.DataFrame | None:
    """Return the index as it could be with few persons behind its shares: (areas, draws).

    Every share is drawn from what its counts allow (`insight.monte_carlo.sampling`), and each
    drawn table is scored with the yardstick of the build. None where no decision asks for it, or
    nothing is counted.
    """
    if plan.draws == 0 or not {"locate", "allocate"} & set(plan.verbs):
        return None
    axis, measured = base.plan.axis_names[0], base.measured[base.plan.stichtag.isoformat()]
    indicators = base.scoring.indicators_of(axis)
    ids = [i.id for i in indicators]
    counted = [i.id for i in indicators if i.value is None]
    if not counted:
        return None
    if measured.estimated is not None:  # all indicators of an area from the model, together
        units = pd.Series({i.id: UNIT_FACTOR.get(i.unit, 1.0) for i in indicators})
        how = {"draws": plan.draws, "seed": plan.seed}
        fitted, columns = base.fitted_by_day[axis], {}
        for draw, table in enumerate(estimated_draws(measured, units, ids, how)):
            columns[draw] = score(base.scoring, axis, table, fitted).index
        return pd.DataFrame(columns)
    value = measured.value[ids]
    cells = sampling_cells(
        value, counted_cases(base)[counted], measured.base[counted], indicators,
        added_variance=measured.table.variance,
    )  # fmt: skip
    exact, drawn = np.ascontiguousarray(value.T.to_numpy(float)), np.empty(value.T.shape)
    columns = {}
    for draw in range(plan.draws):
        draw_table(plan.seed, draw, exact, cells.arrays(), drawn)
        table = pd.DataFrame(drawn.T.copy(), index=value.index, columns=ids)
        columns[draw] = score(base.scoring, axis, table, base.fitted_by_day[axis]).index
    return pd.DataFrame(columns)


def counted_cases(base: Result) -> pd.DataFrame:
    """Return the persons behind each share: value (in its unit) times base."""
    measured = base.measured[base.plan.stichtag.isoformat()]
    factors = pd.Series({i.id: UNIT_FACTOR.get(i.unit, 1.0) for i in base.plan.indicators})
    return measured.value / factors * measured.base
