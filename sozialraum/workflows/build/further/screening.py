"""Areas that ``[screening]`` leaves out of the index: too few values, or too many that are zero.

Protected values decide, so the decision tells nothing that they do not. The values of such an area
are shown like all others; only its index is missing, and it shapes neither scale nor limits.
"""

from __future__ import annotations

from dataclasses import replace

from sozialraum.config import Plan
from sozialraum.index.preparation.screening import screen_areas
from sozialraum.workflows.build.measuring import Measured


def screened(plan: Plan, measured: Measured) -> Measured:
    """Return a Stichtag with the values its index is computed from, without screened areas.

    An indicator of which nothing is told leaves the index in all areas; it counts for none of them
    as missing. Areas that have no index for another reason keep that reason.

    Parameters
    ----------
    plan : with or without ``[screening]``
    measured : values as protected
    """
    if plan.screening is None or not plan.indicators:
        return measured
    own = [i.id for i in plan.indicators]
    value = measured.value[own].drop(index=measured.excluded.index)
    told = value.columns[value.notna().any()]
    if not len(told):
        return measured
    found = screen_areas(value[told], **plan.screening.model_dump())
    out = found.loc[~found["included"], "reason"]
    used = measured.used.copy()
    used.loc[out.index] = float("nan")
    return replace(measured, filled=used, screened={str(k): str(why) for k, why in out.items()})
