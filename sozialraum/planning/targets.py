"""Goals that can be checked: a number, a group, a deadline, and an honest light."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import pandas as pd
from scipy.stats import chi2

from sozialraum.kernels.score_interval import score_interval
from sozialraum.model.deciding import steps
from sozialraum.model.options import Better, GoalKind, option_words
from sozialraum.planning.checks import require_one_of
from sozialraum.planning.head_counts import TENS
from sozialraum.texts import date, number, percent, text

Light = Literal["green", "yellow", "red", "grey"]
Status = Literal["reached", "missed", "behind", "open", "unknown"]
SMALLEST_BASE = 10
PER = 1000.0  # persons, for rates


@dataclass(frozen=True, kw_only=True)
class Target:
    """A measurable goal.

    Parameters
    ----------
    id, label : short name, and what the committee reads
    indicator : indicator it is about
    group : type or area it is for ("" = the whole city)
    value, deadline : what to reach, and until when
    kind : "share": 0..1 of the persons; "rate": cases per 1,000 persons, which may be more than
        one each; "count": cases
    better : "higher" or "lower"
    baseline, baseline_date : where it started; gives the path to the goal
    responsible : who answers for it
    measures : what is done for it
    """

    id: str
    label: str
    indicator: str
    value: float
    deadline: dt.date
    kind: GoalKind = "share"
    better: Better = "higher"
    group: str = ""
    baseline: float | None = None
    baseline_date: dt.date | None = None
    responsible: str = ""
    measures: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a goal that cannot be checked."""
        require_one_of(self.better, option_words(Better), name="better", caller="Target")
        require_one_of(self.kind, option_words(GoalKind), name="kind", caller="Target")
        most = 1.0 if self.kind == "share" else math.inf
        for name, share in (("value", self.value), ("baseline", self.baseline)):
            if share is not None and not 0 <= share <= most:
                kind = "a share 0..1" if self.kind == "share" else "at least 0"
                message = f"The {name!r} parameter of Target must be {kind}. Got {share} instead."
                raise ValueError(message)
        if (self.baseline is None) != (self.baseline_date is None):
            message = "The 'baseline' parameter of Target must come with baseline_date, or neither."
            raise ValueError(message)
        if self.baseline_date is not None and self.baseline_date >= self.deadline:
            message = (
                "The 'deadline' parameter of Target must be after baseline_date. "
                f"Got {self.deadline} instead."
            )
            raise ValueError(message)

    def path(self, day: dt.date) -> float:
        """Return the share on the straight way from baseline to goal; NaN without a baseline."""
        if day >= self.deadline:
            return self.value
        if self.baseline is None or self.baseline_date is None:
            return float("nan")
        gone = (day - self.baseline_date) / (self.deadline - self.baseline_date)
        return self.baseline + max(gone, 0.0) * (self.value - self.baseline)


@dataclass(frozen=True)
class TargetStatus:
    """Where a goal stands: light, status, what is measured with its 95 % interval, one sentence.

    What is measured is a share, a rate per 1,000 or a count, as the goal says.
    """

    light: Light
    status: Status
    share: float
    low: float
    high: float
    sentence: str


def judge(
    target: Target,
    cases: float,
    base: float,
    *,
    day: dt.date,
    smallest_base: float = SMALLEST_BASE,
    level: float = 0.95,
) -> TargetStatus:
    """Set the light of a goal: green or red only where the whole interval says so.

    Parameters
    ----------
    target : the goal
    cases, base : persons counted, and out of how many; NaN where withheld or not delivered
    day : Stichtag of the counts
    smallest_base : fewer persons are not judged
    level : of the interval

    Returns
    -------
    green "reached": the interval clears the goal · red "missed": it misses the goal and the
    deadline is over, or "behind": it misses the straight way to the goal · yellow "open": all else
    · grey "unknown": no or too few persons

    Examples
    --------
    >>> goal = Target(id="t", label="Teilnahme", indicator="ferien", value=0.2,
    ...               deadline=dt.date(2026, 12, 31))
    >>> judge(goal, 92, 400, day=dt.date(2026, 12, 31)).light
    'yellow'
    """
    known = not (math.isnan(cases) or math.isnan(base))
    if known and not 0 <= cases <= (base if target.kind == "share" else math.inf):
        message = (
            f"The 'cases' parameter of judge must be within 0..base. Got {cases} of {base} instead."
        )
        raise ValueError(message)
    if not known or base < max(smallest_base, 1):
        nan = float("nan")
        sentence = text("planning.target.unknown", label=target.label)
        return TargetStatus("grey", "unknown", nan, nan, nan, sentence)
    share, low, high = _measured(target.kind, cases, base, level)
    light, status = _light(target, low, high, day)
    sentence = text(
        f"planning.target.{status}",
        label=target.label,
        share=_stated(target.kind, share),
        low=_stated(target.kind, low),
        high=_stated(target.kind, high),
        goal=_stated(target.kind, target.value),
        path=_stated(target.kind, target.path(day)),
        deadline=date(target.deadline),
    )
    return TargetStatus(light, status, share, low, high, sentence)


def _measured(
    kind: GoalKind, cases: float, base: float, level: float
) -> tuple[float, float, float]:
    """Return what a goal is about, and its interval: Wilson for shares, Garwood for counts."""
    if kind == "share":
        low, high = map(float, score_interval(cases, base, level))
        return cases / base, low, high
    factor, tail = (PER / base if kind == "rate" else 1.0), (1 - level) / 2
    low = float(chi2.ppf(tail, 2 * cases)) / 2 if cases > 0 else 0.0
    high = float(chi2.ppf(1 - tail, 2 * cases + 2)) / 2
    return factor * cases, factor * low, factor * high


def _stated(kind: GoalKind, value: float) -> str:
    """Return a share in per cent, a rate with one decimal, a count in tens."""
    if math.isnan(value):
        return "–"
    if kind == "share":
        return percent(value)
    if kind == "rate":
        return text("planning.target.per_1000", rate=number(value, 1))
    return number(TENS * math.floor(value / TENS + 0.5))


def _light(target: Target, low: float, high: float, day: dt.date) -> tuple[Light, Status]:
    sign = 1 if target.better == "higher" else -1
    worst, best = sorted((sign * low, sign * high))
    reached = steps([worst, best], [sign * target.value])
    if reached[0]:
        return "green", "reached"
    if day >= target.deadline:
        return ("yellow", "open") if reached[1] else ("red", "missed")
    behind = bool((steps([best], [sign * target.path(day)]) == 0).all())
    # without a baseline there is no path to be behind of
    return ("red", "behind") if behind and target.baseline is not None else ("yellow", "open")


def judge_all(
    targets: Sequence[Target], counts: pd.DataFrame, *, day: dt.date, **options: float
) -> pd.DataFrame:
    """Judge goals from a table of counts.

    Parameters
    ----------
    targets : the goals
    counts : index (indicator, group), columns ``cases`` and ``base``; what is not in it is unknown
    day : Stichtag of the counts
    options : of `judge`

    Returns
    -------
    Per goal (id): ``label``, ``light``, ``status``, ``share``, ``low``, ``high``, ``goal`` (of
    shares; ``measured``, ``measured_low``, ``measured_high``, ``measured_goal`` of the others),
    ``deadline``, ``responsible``, ``measures``, ``sentence``.
    """
    rows = {}
    for target in targets:
        place = (target.indicator, target.group)
        nothing = pd.Series({"cases": float("nan"), "base": float("nan")})
        found = counts.loc[place] if place in counts.index else nothing
        status = judge(target, float(found["cases"]), float(found["base"]), day=day, **options)
        rows[target.id] = {
            "label": target.label,
            "light": status.light,
            "status": status.status,
            **_columns(target, status),
            "deadline": target.deadline.isoformat(),
            "responsible": target.responsible,
            "measures": "; ".join(target.measures),
            "sentence": status.sentence,
        }
    table = pd.DataFrame.from_dict(rows, orient="index")
    table.index.name = "target"
    return table


def _columns(target: Target, status: TargetStatus) -> dict[str, float]:
    """Return what is measured under the names of its kind; the other kind stays empty."""
    names = ("share", "low", "high", "goal")
    others = ("measured", "measured_low", "measured_high", "measured_goal")
    values = (status.share, status.low, status.high, target.value)
    told = dict(zip(names if target.kind == "share" else others, values, strict=True))
    return {name: told.get(name, float("nan")) for name in (*names, *others)}
