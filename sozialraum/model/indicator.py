"""One indicator of an index."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, get_args

from sozialraum.model.arguments import refuse_wrong_options
from sozialraum.model.dates.period import Period
from sozialraum.model.options import (
    Direction,
    Exact,
    Kind,
    NotNegative,
    Per,
    PeriodName,
    Positive,
    Unit,
    Use,
    Year,
)

# what a value in a notation can be, the usual first; and the usual notation of each kind
KINDS: dict[str, tuple[str, ...]] = {
    "share": ("share", "vote"), "percent": ("share", "rate", "vote"),
    **{f"per_{n}": ("rate", "share", "balance") for n in get_args(Per)},
    "number": ("mean", "rate", "ratio", "count", "balance"),
    "points": ("difference",), "euro": ("euro",),
}  # fmt: skip
NOTATION = {
    "share": "share", "rate": "per_1000", "mean": "number", "difference": "points",
    "ratio": "number", "euro": "euro", "balance": "per_1000", "count": "number", "vote": "share",
}  # fmt: skip
# what is only shown unless the build says otherwise, and what never is part of an index
SHOWN_ALONE = ("euro", "balance", "count", "vote")
NO_INPUT = ("count", "vote")
# persons who are not counted among those of the denominator
APART = ("ratio", "balance", "count")
_PARTS = {"balance": ("[in]", "[out]"), "ratio": ("[num]", "[den]")}


def is_shown_alone(given: Mapping[str, Any]) -> bool:
    """Tell whether an indicator, as it stands in a build file, is no part of the index."""
    if given.get("use") is not None:
        return bool(given["use"] == "layer")
    kind = given.get("kind") or ("balance" if given.get("incoming") is not None else None)
    kind = kind or KINDS.get(str(given.get("unit", "share")), ("",))[0]
    return kind in SHOWN_ALONE or given.get("direction") == "neutral"


class IndicatorError(ValueError):
    """An indicator that contradicts itself.

    `code` says how, `keys` name what does, `known` what may stand there.
    """

    def __init__(
        self, message: str, *, code: str, keys: tuple[str, ...], known: tuple[str, ...] = ()
    ) -> None:
        super().__init__(message)
        self.code, self.keys, self.known = code, keys, known


class SpanError(ValueError):
    """A span of collection that contradicts itself; `code` says how."""

    def __init__(self, message: str, *, code: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, kw_only=True)
class Indicator:
    """One indicator: what is counted, for whom, and which end is burden.

    `numerator` and `denominator` name count variables, and the share is formed after the counts
    were moved; a balance has `incoming` and `outgoing` in place of the numerator; or `value` names
    a delivered share or mean that belongs to the target areas already.

    Parameters
    ----------
    id : short name, used as column name everywhere
    label : German name that readers see
    numerator, denominator : count variables, persons (or households); a count, and a balance that
        is a number, need no denominator: theirs is the population of the build
    incoming, outgoing : count variables of a balance: who came, who left
    value : delivered value; excludes `numerator`. With the `denominator` of a share its cases are
        counted from both: it is then protected and moved like any other
    direction : "burden" (high = more burden), "resource" (high = good) or "neutral" (neither:
        shown, no part of an index, and no goal); never guessed
    use : "index" (part of the index) or "layer" (shown alone); without it a burden or resource is
        part of the index if it is a share, rate, ratio, mean or difference
    reason : why an amount in euros is part of the index although spending follows need
    dimension : the group the indicator belongs to ("" = none); also a parent node of a hierarchy
    theme : the chapter of the cockpit; without it the dimension
    weight : relative weight within its dimension, at least 0
    axis : which index the indicator feeds; "index" unless a build has several (Berlin: status,
        dynamics)
    kind : what a value is: "share" (persons of persons, 0..1), "rate" (cases per base, at least 0,
        may exceed 1), "ratio" (count per count, not of the same persons), "mean" (any number),
        "euro" (amount per person), "balance" (who came less who left, may be below 0), "count"
        (one count), "vote" (result of an election, public), "difference" (may be below 0); None =
        what the unit usually is
    per : of a rate or balance: cases per 100, 1,000, 10,000 or 100,000 of the base (households,
        births); 1,000 without it
    unit : its notation: "share" (0..1), "percent" (0..100), "per_1000", "points" (percentage
        points), "number", "euro"; without it that of the kind
    survey : a share of those who answered, not of all; `population` names the variable that says
        how many could have answered
    price_year : the year in whose prices an amount in euros is told
    minimum_base : persons the denominator must have for the value to count at all
    most : where the numerator is a sum of amounts (euros, hours): the largest amount one person can
        have; without it such a sum is only shown if it is published already
    confidential_base : nobody outside knows the denominator: it is protected like a count
    source, note : printed with the indicator
    since, until : first and last period in which it is collected, as text ("2023", "2023-12-31",
        "2023/24"); at any other Stichtag its status is "not_collected"
    at : the one period in which it was collected; excludes `since` and `until`
    break_at, break_note : first period counted by a new definition, and what changed; values before
        and after are never compared
    """

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    id: str
    label: str
    direction: Direction
    numerator: str | None = None
    denominator: str | None = None
    value: str | None = None
    incoming: str | None = None
    outgoing: str | None = None
    use: Use | None = None
    reason: str = ""
    dimension: str = ""
    theme: str = ""
    weight: Annotated[NotNegative, Exact()] = 1.0
    axis: str = "index"
    kind: Kind | None = None
    unit: Unit = "share"
    per: Per | None = None
    minimum_base: Annotated[NotNegative, Exact()] = 0.0
    most: Annotated[Positive, Exact()] | None = None
    price_year: Annotated[Year, Exact()] | None = None
    survey: Annotated[bool, Exact()] = False
    population: str | None = None
    confidential_base: Annotated[bool, Exact()] = False
    source: str = ""
    note: str = ""
    since: PeriodName | None = None
    until: PeriodName | None = None
    at: PeriodName | None = None
    break_at: PeriodName | None = None
    break_note: str = ""

    def __post_init__(self) -> None:
        """Refuse an indicator that says two things at once."""
        refuse_wrong_options(type(self), vars(self))
        self._settle_kind()
        self._refuse_wrong_columns()
        self._refuse_wrong_span()
        self._refuse_wrong_break()
        if self.use is None:
            object.__setattr__(self, "use", "layer" if is_shown_alone(vars(self)) else "index")

    def _settle_kind(self) -> None:
        """Fill in kind and notation from each other, and refuse two that do not go together."""
        if self.kind is None:
            two_ways = self.incoming is not None or self.outgoing is not None
            kind = "balance" if two_ways else "rate" if self.per else KINDS[self.unit][0]
            object.__setattr__(self, "kind", kind)
        assert self.kind is not None
        if self.per is not None:
            self._settle_per(f"per_{self.per}")
        if self.unit == "share":
            object.__setattr__(self, "unit", NOTATION[self.kind])
        if self.kind not in KINDS[self.unit]:
            message = (
                f"The 'kind' parameter of Indicator {self.id!r} must be one of "
                f"{list(KINDS[self.unit])} for unit {self.unit!r}. Got {self.kind!r} instead."
            )
            stated = (f"unit = {self.unit}", f"kind = {self.kind}")
            raise IndicatorError(message, code="kind", keys=stated, known=KINDS[self.unit])

    def _settle_per(self, unit: str) -> None:
        """Take the notation from `per`; refuse another one beside it."""
        if self.unit not in ("share", unit):
            message = (
                f"The 'per' parameter of Indicator {self.id!r} must be None beside unit "
                f"{self.unit!r}. Got {self.per!r} instead."
            )
            stated = (f"unit = {self.unit}", f"per = {self.per}")
            raise IndicatorError(message, code="kind", keys=stated, known=("rate", "balance"))
        object.__setattr__(self, "unit", unit)

    def _refuse_wrong_columns(self) -> None:
        """Refuse columns that do not make one value of the kind."""
        given = {
            n for n in ("numerator", "denominator", "value", "incoming", "outgoing")
            if getattr(self, n) is not None
        }  # fmt: skip
        if self.kind == "balance":
            ways = ({"incoming", "outgoing", "denominator"}, {"value"}, {"value", "denominator"})
            named = "incoming, outgoing and denominator, or value"
        else:
            ways = ({"numerator", "denominator"}, {"value"}, {"value", "denominator"})
            named = "numerator and denominator, or value"
        bare = self.kind == "count" or (self.kind == "balance" and self.unit == "number")
        if given not in ways and not (bare and given | {"denominator"} == ways[0]):
            message = f"Indicator {self.id!r} must have {named}."
            code = "columns_balance" if self.kind == "balance" else "columns"
            raise IndicatorError(message, code=code, keys=tuple(sorted(given)))

    @property
    def parts(self) -> dict[str, str]:
        """The two counts a balance or a ratio is formed of, by variable; empty for the others.

        Each is protected by itself.

        Examples
        --------
        >>> Indicator(id="zug", label="Saldo", direction="neutral", incoming="zu", outgoing="fort",
        ...     denominator="ew").parts
        {'[in] zug': 'zu', '[out] zug': 'fort'}
        """
        signs = _PARTS.get(str(self.kind))
        if signs is None or self.value is not None:
            return {}
        two = (self.numerator, self.denominator)
        two = (self.incoming, self.outgoing) if self.kind == "balance" else two
        return {f"{sign} {self.id}": str(c) for sign, c in zip(signs, two, strict=True)}

    @property
    def columns(self) -> tuple[str, ...]:
        """The delivered columns it is made of."""
        named = (self.numerator, self.incoming, self.outgoing, self.denominator, self.value)
        return tuple(c for c in named if c is not None)

    @property
    def is_absolute(self) -> bool:
        """Whether its value is a number of persons, not their share or rate."""
        return self.kind == "count" or (self.kind == "balance" and self.unit == "number")

    def _refuse_wrong_break(self) -> None:
        if self.break_at is None:
            if self.break_note:
                message = (
                    f"The 'break_note' parameter of Indicator {self.id!r} must be empty without "
                    f"'break_at'. Got {self.break_note!r} instead."
                )
                raise SpanError(message, code="break_alone")
            return
        if self.at is not None or not self.collected(self.broken_on):
            message = (
                f"The 'break_at' parameter of Indicator {self.id!r} must be a period in which it "
                f"is collected. Got {self.break_at!r} instead."
            )
            raise SpanError(message, code="break_outside")

    @property
    def broken_on(self) -> str:
        """The first day counted by the new definition, ISO; "" without one."""
        return "" if self.break_at is None else Period.parse(self.break_at).start.isoformat()

    def comparable(self, then: str, now: str) -> bool:
        """Tell whether values of two Stichtage were counted by the same definition.

        Parameters
        ----------
        then, now : ISO dates

        Examples
        --------
        >>> poor = Indicator(id="arm", label="Armut", direction="burden", numerator="a",
        ...     denominator="n", break_at="2021", break_note="neue Bedarfsgemeinschaften")
        >>> poor.comparable("2020-12-31", "2021-12-31"), poor.comparable("2021-01-31", "2024-12-31")
        (False, True)
        """
        return (then >= self.broken_on) == (now >= self.broken_on)

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
