"""One indicator of an index."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sozialraum.model.arguments import refuse_wrong_options
from sozialraum.model.dates.period import Period
from sozialraum.model.options import Direction, Kind, NotNegative, PeriodName, Positive, Unit

# what a value in a notation can be, the usual first; and the usual notation of each kind
KINDS: dict[str, tuple[str, ...]] = {
    "share": ("share",), "percent": ("share", "rate"), "per_1000": ("rate", "share"),
    "number": ("mean", "rate"), "points": ("difference",),
}  # fmt: skip
NOTATION = {"share": "share", "rate": "per_1000", "mean": "number", "difference": "points"}


class SpanError(ValueError):
    """A span of collection that contradicts itself; `code` says how."""

    def __init__(self, message: str, *, code: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, kw_only=True)
class Indicator:
    """One indicator: what is counted, for whom, and which end is burden.

    Either `numerator` and `denominator` name count variables and the share is formed after the
    counts were moved, or
    `value` names a delivered share or mean that belongs to the target areas already.

    Parameters
    ----------
    id : short name, used as column name everywhere
    label : German name that readers see
    numerator, denominator : count variables, persons (or households)
    value : delivered value; excludes `numerator`. With the `denominator` of a share its cases are
        counted from both: it is then protected and moved like any other
    direction : "burden" (high = more burden) or "resource" (high = good); never guessed
    dimension : the group the indicator belongs to ("" = none); also a parent node of a hierarchy
    weight : relative weight within its dimension, at least 0
    axis : which index the indicator feeds; "index" unless a build has several (Berlin: status,
        dynamics)
    kind : what a value is: "share" (persons of persons, 0..1), "rate" (cases per base, at least 0,
        may exceed 1), "mean" (any number), "difference" (may be below 0); None = what the unit
        usually is
    unit : its notation: "share" (0..1), "percent" (0..100), "per_1000", "points" (percentage
        points), "number"; without it that of the kind
    minimum_base : persons the denominator must have for the value to count at all
    most : where the numerator is a sum of amounts (euros, hours): the largest amount one person can
        have; without it such a sum is only shown if it is published already
    confidential_base : nobody outside knows the denominator: it is protected like a count
    source, note : printed with the indicator
    since, until : first and last period in which it is collected, as text ("2023", "2023-12-31",
        "2023/24"); at any other Stichtag its status is "not_collected"
    at : the one period in which it was collected; excludes `since` and `until`
    """

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    id: str
    label: str
    direction: Direction
    numerator: str | None = None
    denominator: str | None = None
    value: str | None = None
    dimension: str = ""
    weight: NotNegative = 1.0
    axis: str = "index"
    kind: Kind | None = None
    unit: Unit = "share"
    minimum_base: NotNegative = 0.0
    most: Positive | None = None
    confidential_base: bool = False
    source: str = ""
    note: str = ""
    since: PeriodName | None = None
    until: PeriodName | None = None
    at: PeriodName | None = None

    def __post_init__(self) -> None:
        """Refuse an indicator that says two things at once."""
        counts = self.numerator is not None and self.denominator is not None
        if counts == (self.value is not None):
            message = f"Indicator {self.id!r} must have numerator and denominator, or value."
            raise ValueError(message)
        refuse_wrong_options(type(self), vars(self))
        self._refuse_wrong_span()
        if self.kind is None:
            object.__setattr__(self, "kind", KINDS[self.unit][0])
        elif self.unit == "share":
            object.__setattr__(self, "unit", NOTATION[self.kind])
        if self.kind not in KINDS[self.unit]:
            message = (
                f"The 'kind' parameter of Indicator {self.id!r} must be one of "
                f"{list(KINDS[self.unit])} for unit {self.unit!r}. Got {self.kind!r} instead."
            )
            raise ValueError(message)

    def _refuse_wrong_span(self) -> None:
        if self.at is not None and (self.since or self.until):
            message = (
                f"The 'at' parameter of Indicator {self.id!r} must be None beside 'since' or "
                f"'until'. Got {self.at!r} instead."
            )
            raise SpanError(message, code="span_doubled")
        if self.since is None or self.until is None:
            return
        if Period.parse(self.since).start > Period.parse(self.until).end:
            message = (
                f"The 'until' parameter of Indicator {self.id!r} must be {self.since!r} or later. "
                f"Got {self.until!r} instead."
            )
            raise SpanError(message, code="span_turned")

    def collected(self, stichtag: str) -> bool:
        """Tell whether the indicator is collected at a Stichtag.

        Parameters
        ----------
        stichtag : ISO date; both ends of the span belong to it

        Examples
        --------
        >>> late = Indicator(id="kita", label="Kita", direction="resource", numerator="k",
        ...     denominator="n", since="2023")
        >>> late.collected("2022-12-31"), late.collected("2023-01-01")
        (False, True)
        """
        first, last = self.at or self.since, self.at or self.until
        after = first is None or Period.parse(first).start.isoformat() <= stichtag
        return after and (last is None or stichtag <= Period.parse(last).end.isoformat())
