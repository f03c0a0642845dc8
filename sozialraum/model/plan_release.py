"""A plan in the form in which it may leave the house."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from sozialraum.model.errors import DisclosureError
from sozialraum.model.release import _SEAL

if TYPE_CHECKING:
    import geopandas as gpd


OFFERS = "offers"  # in the points of a release: what is there already


@dataclass(frozen=True, kw_only=True)
class PlanProposal:
    """What the office proposes, as the plan file states it.

    Parameters
    ----------
    recommend : verb -> name of the variant that is proposed
    decision : what is to be decided
    legal, annexes : lines on the law, and on what is enclosed
    costs : what it costs and where the money comes from
    """

    recommend: dict[str, str] = field(default_factory=dict)
    decision: str = ""
    legal: tuple[str, ...] = ()
    costs: str = ""
    annexes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class PlanFacts:
    """Where a plan comes from.

    Parameters
    ----------
    stichtag : ISO date of the counts
    sources : German lines
    department : that answers for it
    plan_hash : of the questions asked
    distance : how ways were measured, in German; empty where none were
    """

    stichtag: str = ""
    sources: tuple[str, ...] = ()
    department: str = ""
    plan_hash: str = ""
    distance: str = ""


@dataclass(frozen=True, kw_only=True, eq=False)
class PlanRelease:
    """Variants of decisions that may be written, shown and sent.

    Parameters
    ----------
    seal : held by `sozialraum.privacy` alone
    title, place : German
    scenarios : per verb the plain values of its scenario, small counts of persons blanked
    legends : per verb the German label per class id, in the order of the legend
    labels : German label per figure and table column
    areas : areas the classes stand on; index key, columns ``name``, ``geometry``
    points : per verb the sites or schools, and under `OFFERS` what is there already; index key,
        columns ``name``, ``geometry``
    notes : German sentences: what is withheld, what the calculation does not know
    assignments : verb -> variant -> area -> school it belongs to; who lives there is not said
    level : "public"; "intern" for a plan from true counts that only the office may see
    """

    seal: object = field(repr=False)
    title: str
    place: str
    scenarios: dict[str, dict[str, Any]]
    legends: dict[str, dict[str, str]]
    labels: dict[str, str]
    areas: gpd.GeoDataFrame
    points: dict[str, gpd.GeoDataFrame] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    level: Literal["public", "intern"] = "public"
    facts: PlanFacts = PlanFacts()
    proposal: PlanProposal | None = None
    assignments: dict[str, dict[str, dict[str, str]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse a plan that did not pass the disclosure gate."""
        if self.seal is not _SEAL:
            message = "A PlanRelease must come from sozialraum.privacy.protect_plan."
            raise DisclosureError(message)
