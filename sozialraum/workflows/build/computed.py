"""What a build computes from true counts, before anything of it is released."""

from __future__ import annotations

from dataclasses import dataclass

from sozialraum.config import Plan
from sozialraum.sources.delivery import Delivery
from sozialraum.space.crosswalk import Crosswalk
from sozialraum.workflows.build.measuring import Measured
from sozialraum.workflows.build.scoring import FittedMethod, Scored


@dataclass(frozen=True, eq=False, repr=False)
class Computed:
    """Every intermediate of a build; stays inside, a release is made of it by the gate.

    Parameters
    ----------
    plan : the build as understood
    delivery : the files as read
    crosswalk : how counts moved; None where the tables stood on the areas of the index already
    measured : per Stichtag the true counts, values, bases, status
    fitted_by_day : per axis scale, scale of the index, class limits
    scored : per Stichtag and axis standardised values, index, contributions, classes
    """

    plan: Plan
    delivery: Delivery
    crosswalk: Crosswalk | None
    measured: dict[str, Measured]
    fitted_by_day: dict[str, FittedMethod]
    scored: dict[str, dict[str, Scored]]

    @property
    def day(self) -> str:
        """The build's own Stichtag."""
        return self.plan.stichtag.isoformat()

    @property
    def main(self) -> str:
        """The name of the main axis."""
        return self.plan.axis_names[0]
