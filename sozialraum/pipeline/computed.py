"""What a build computes from true counts, before anything of it is released."""

from __future__ import annotations

from dataclasses import dataclass

from sozialraum.config import Plan
from sozialraum.pipeline.measuring import Measured
from sozialraum.pipeline.scoring import Scored, Yardstick
from sozialraum.sources.delivery import Delivery
from sozialraum.space.crosswalk import Crosswalk


@dataclass(frozen=True, eq=False, repr=False)
class Computed:
    """Every intermediate of a build; stays inside, a release is made of it by the gate.

    Parameters
    ----------
    plan : the build as understood
    delivery : the files as read
    crosswalk : how counts moved; None where the tables stood on the areas of the index already
    measured : per Stichtag the true counts, values, bases, status
    yardsticks : per axis scale, scale of the index, class limits
    scored : per Stichtag and axis standardised values, index, contributions, classes
    """

    plan: Plan
    delivery: Delivery
    crosswalk: Crosswalk | None
    measured: dict[str, Measured]
    yardsticks: dict[str, Yardstick]
    scored: dict[str, dict[str, Scored]]

    @property
    def day(self) -> str:
        """The build's own Stichtag."""
        return self.plan.stichtag.isoformat()

    @property
    def main(self) -> str:
        """The name of the main axis."""
        return self.plan.axis_names[0]
