"""What a build knows from true counts: for the office alone, never part of a result.

A `Result` holds protected numbers and nothing else. Whoever needs true ones (``check``, the
console, ``--intern``, head counts of plans) is given this value beside it, by `build_for_office`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sozialraum.config import Plan
    from sozialraum.sources.delivery import Delivery
    from sozialraum.space.crosswalk import Crosswalk
    from sozialraum.workflows.build.counts.counting import TrueCounts
    from sozialraum.workflows.build.counts.protecting import Safe


@dataclass(frozen=True, eq=False, repr=False)
class Office:
    """The true numbers of a build; neither printed nor written to a public folder.

    Parameters
    ----------
    plan : the build as understood
    delivery : the files as read, with their counts
    crosswalk : how counts moved; None where the tables stood on the areas of the index already
    counted : per Stichtag the true counts, on the delivered areas and on those of the index
    safe : what disclosure control lets through of them, with the ledger of the build
    """

    plan: Plan
    delivery: Delivery
    crosswalk: Crosswalk | None
    counted: Mapping[str, TrueCounts]
    safe: Safe

    @property
    def day(self) -> str:
        """The build's own Stichtag."""
        return self.plan.stichtag.isoformat()

    def __repr__(self) -> str:
        """Return what it is about, without a value."""
        return f"Office({self.plan.title!r}, Stichtage {', '.join(self.counted)})"
