"""What a build computes from protected counts, before a release is made of it."""

from __future__ import annotations

from dataclasses import dataclass

from sozialraum.config import Plan
from sozialraum.index.fitted_index import FittedIndex, Scored
from sozialraum.model.protected import Protected
from sozialraum.sources.delivery import Delivery
from sozialraum.space.crosswalk import Crosswalk
from sozialraum.workflows.build.further.area_types import AreaTypes
from sozialraum.workflows.build.measuring import Measured


@dataclass(frozen=True, eq=False, repr=False)
class Computed:
    """Every intermediate of a build; it holds no true count.

    Parameters
    ----------
    plan : the build as understood
    scoring : the same with the indicators that the index is made of: those that are told
    delivery : the areas, points and outlines as read, without a table
    crosswalk : how counts moved; None where the tables stood on the areas of the index already
    protected : all counts of the build, protected; None where all is published already
    measured : per Stichtag the values, bases, status of protected counts
    fitted_by_day : per axis scale, scale of the index, class limits
    scored : per Stichtag and axis standardised values, index, contributions, classes
    left_out : what was delivered but belongs to no area, fit to be told
    types : of the areas, where the build asks for them
    """

    plan: Plan
    scoring: Plan
    delivery: Delivery
    crosswalk: Crosswalk | None
    protected: Protected | None
    measured: dict[str, Measured]
    fitted_by_day: dict[str, FittedIndex]
    scored: dict[str, dict[str, Scored]]
    left_out: list[str]
    types: AreaTypes | None

    @property
    def day(self) -> str:
        """The build's own Stichtag."""
        return self.plan.stichtag.isoformat()

    @property
    def main(self) -> str:
        """The name of the main axis; empty where the build has no index."""
        return next(iter(self.plan.axis_names), "")
