"""The most probable class of every area of an index of estimated shares.

Estimates spread less than the truth: under fixed or equally wide limits the outer classes of an
index computed from them would stay too empty. Each draw from the model spreads rightly, so the
class that comes out most often over draws is stated instead. Quantile classes need no mending.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from sozialraum.config.plan import Plan
from sozialraum.index.classes import class_labels
from sozialraum.index.fitted_index import FittedIndex, Scored
from sozialraum.workflows.build.measuring import Measured
from sozialraum.workflows.certainty.simulation import simulated

DRAWS = 400
_BY_PLACE = ("quantile", "ntile")


def takes_likely(plan: Plan, axis: str) -> bool:
    """Tell whether the classes of an axis are stated as the most probable ones."""
    return plan.smoothed and plan.axis(axis).classes.method not in _BY_PLACE


def likely_classes(
    plan: Plan,
    measured: Mapping[str, Measured],
    scored: dict[str, dict[str, Scored]],
    fitted: Mapping[str, FittedIndex],
) -> dict[str, dict[str, Scored]]:
    """Return the scores with the most probable classes, where the build estimates shares.

    Parameters
    ----------
    plan : with the indicators that the index is made of
    measured, scored : per Stichtag (and axis)
    fitted : per axis
    """
    return {
        day: {axis: _likely(plan, axis, measured[day], one, fitted[axis])
              for axis, one in axes.items()}
        for day, axes in scored.items()
    }  # fmt: skip


def _likely(
    plan: Plan, axis: str, measured: Measured, scored: Scored, fitted: FittedIndex
) -> Scored:
    if measured.estimated is None or not takes_likely(plan, axis) or scored.index.isna().all():
        return scored
    seed = plan.uncertainty.seed if plan.uncertainty is not None else 1
    how = {"draws": DRAWS, "seed": seed, "variance_draws": 0}
    sure = simulated(plan, measured, scored, fitted, axis=axis, **how)
    found = sure.table["likely_class"].reindex(scored.classes.index)
    classes = found.where(scored.classes.notna()).astype(scored.classes.dtype)
    return replace(scored, classes=classes, labels=class_labels(classes, fitted.limits))
