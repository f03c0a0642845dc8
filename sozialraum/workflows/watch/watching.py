"""``sozialraum watch``: the build's counts month by month, judged, and told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from sozialraum.config import Plan, read_build
from sozialraum.config.sections import WatchSection
from sozialraum.insight.watching.watch import apply_watch, fit_watch, unwatchable
from sozialraum.insight.watching.whole_city import watch_city
from sozialraum.insight.watching.words import describe_city, describe_watch
from sozialraum.model import Problem
from sozialraum.model.errors import ConfigError, DataError
from sozialraum.model.indicator import Indicator
from sozialraum.model.learnt import Watch
from sozialraum.model.options import Measure, WatchDirection
from sozialraum.model.problem import Plain
from sozialraum.model.protected import ProtectedTable
from sozialraum.publish.folder import refuse_shared, whole_folder
from sozialraum.publish.monitoring.watch_release import WatchedIndicator, WatchRelease
from sozialraum.publish.monitoring.watching import alarm_rows, write_watch
from sozialraum.publish.periods import break_words
from sozialraum.texts import problem, text
from sozialraum.workflows.build.computing import counted_and_protected
from sozialraum.workflows.build.counts.protecting import disclosure_rules, exact_counts
from sozialraum.workflows.build.office import Office
from sozialraum.workflows.build.saving import input_facts, place_in_ledger
from sozialraum.workflows.error_boundary import own_errors
from sozialraum.workflows.outcome import Outcome, Progress, no_progress
from sozialraum.workflows.watch.months import (
    Months,
    doubled_months,
    middles,
    month_of,
    months_of,
    of_last_count,
)

_YEAR = 12


@dataclass(frozen=True, eq=False, repr=False)
class WatchOutcome(Outcome):
    """An early warning: what may be shown of it, and beside it what only the office may see.

    Parameters
    ----------
    release : from protected counts
    problems : findings on the build
    base : the counts it stands on; stays inside
    internal : the same from true counts; None where it was not asked for
    """

    release: WatchRelease
    problems: tuple[Problem, ...]
    base: Office
    internal: WatchRelease | None = None

    def __repr__(self) -> str:
        """Return what it is about, without a value."""
        return f"WatchOutcome({self.release.title!r}, {self.release.month})"

    def summary(self) -> dict[str, Plain]:
        """Return the last month for programs, of what is public."""
        return {
            "month": self.release.month,
            "indicators": {
                one.id: {
                    "sentences": list(one.sentences), "notes": list(one.notes),
                    "alarms": alarm_rows(self.release, one, last=True),
                }
                for one in self.release.indicators
            },
        }  # fmt: skip

    def _keep(self, folder: Path, office: Path | None, progress: Progress) -> list[str]:
        """Write page, table and manifest, record what they tell, all or nothing."""
        target = Path(folder)
        progress("publish")
        if office is not None:
            refuse_shared(target, Path(office))
        place = place_in_ledger(self.base.safe, self.base, target)
        published = disclosure_rules(self.base.plan).published_input
        anchor = {} if place is None else {"release": dict(place.release)}
        with whole_folder(target) as fresh:
            facts = input_facts(self.base, published=published) | anchor
            write_watch(self.release, fresh, facts=facts)
            if place is not None:
                place.record()
            if office is not None and self.internal is not None:
                with whole_folder(Path(office)) as inner:
                    write_watch(self.internal, inner, facts=input_facts(self.base, published=True))
        return sorted(p.name for p in target.iterdir())


@own_errors
def watch(
    plan: Plan | str | Path,
    *,
    data: str | Path | None = None,
    office: bool = False,
    progress: Progress = no_progress,
) -> WatchOutcome:
    """Judge every month of the indicators that ``[watch]`` names; nothing is written.

    Parameters
    ----------
    plan : a build file with a section ``[watch]``, or what `read_build` made of it
    data : folder below which the delivered files lie, instead of the one the build file names
    office : judge true counts, too, for the office alone
    progress : told the name of each step as it begins

    Raises
    ------
    ConfigError, DataError, DisclosureError
        Without ``[watch]``, with two Stichtage in one month, with too few months, and as a build.
    """
    plan = plan if isinstance(plan, Plan) else read_build(plan, data=data)
    if plan.watch is None:
        raise ConfigError(problem("pipeline.watch.no_section", file=plan.file.name, key="watch"))
    base, problems = counted_and_protected(plan, progress)
    if wrong := doubled_months(sorted(base.counted), plan.file.name):
        raise DataError(wrong)
    progress("watch")
    release = _released(plan, base, base.safe.tables)
    internal = None
    if office:
        exact = {day: exact_counts(plan, one) for day, one in base.counted.items()}
        internal = replace(_released(plan, base, exact, recoded=False), level="intern")
    return WatchOutcome(release, problems, base, internal)


def _released(
    plan: Plan, base: Office, tables: Mapping[str, ProtectedTable], *, recoded: bool = True
) -> WatchRelease:
    """Return what the tables let say of every watched indicator."""
    assert plan.watch is not None
    found, short = [], []
    areas = base.delivery.areas[plan.join.target]
    column = plan.areas[plan.join.target].name
    names = {str(k): str(v) for k, v in areas[column].items()} if column else {}
    for indicator in (i for i in plan.indicators if i.id in plan.watch.indicators):
        months = of_last_count(months_of(tables, indicator.id), indicator)
        known = int(months.cases.notna().all(axis=1).sum()) if months.cases.shape[1] else 0
        if known <= plan.watch.history:
            short.append(_too_short(plan, indicator, known))
            continue
        asked = _Asked(plan, indicator, base if recoded else None, names)
        found.append(asked.watched(months))
    if short:
        raise DataError(short)
    return WatchRelease(
        title=plan.title, place=plan.place, names=names,
        area_words=plan.area_words or plan.area_word,
        month=str(max(month_of(day) for day in tables)), indicators=tuple(found),
        sources=plan.sources,
    )  # fmt: skip


def _too_short(plan: Plan, indicator: Indicator, known: int) -> Problem:
    assert plan.watch is not None
    return problem(
        "pipeline.watch.too_short", file=plan.file.name, key="watch.history", column=indicator.id,
        why="; ".join(("", *break_words(indicator))), needed=plan.watch.history + 1, n=known,
    )  # fmt: skip


@dataclass(frozen=True, eq=False)
class _Asked:
    """How one indicator is watched.

    `base` holds the partitions by which drawn tables are recoded; None for true counts.
    """

    plan: Plan
    indicator: Indicator
    base: Office | None
    names: Mapping[str, str]

    @property
    def section(self) -> WatchSection:
        """The section of the build file."""
        assert self.plan.watch is not None
        return self.plan.watch

    @property
    def measure(self) -> Measure:
        """What the numerator counts."""
        return next(c.measure for c in self.plan.counts if c.name == self.indicator.numerator)

    def watched(self, months: Months) -> WatchedIndicator:
        """Return what is said of an indicator."""
        notes = [text("pipeline.watch.left_out", keys=", ".join(months.left_out),
                      n=len(months.left_out))] if months.left_out else []  # fmt: skip
        notes += [
            text("pipeline.watch.broken", broken=words) for words in break_words(self.indicator)
        ]
        judged, watches, sentences = pd.DataFrame(), list[Watch](), list[str]()
        why = unwatchable(months.cases)
        if why is not None:
            notes.append(why.message)
        else:
            try:
                judged, watches, sentences = self._areas(months)
            except DataError as error:  # in no year is there what could be learnt from
                notes += [p.message for p in error.problems]
        city = pd.DataFrame()
        if self.measure == "flow":
            city = watch_city(months.total, guard=self.section.guard)
            sentences += [said] if (said := describe_city(city)) else []
        return WatchedIndicator(
            id=self.indicator.id, label=self.indicator.label, measure=self.measure, judged=judged,
            city=city, watches=tuple(watches), sentences=tuple(sentences), notes=tuple(notes),
        )  # fmt: skip

    def _areas(self, months: Months) -> tuple[pd.DataFrame, list[Watch], list[str]]:
        """Return the judged months of all areas, in both directions where asked for."""
        tables, watches, sentences = [], [], []
        for direction in self._directions():
            fitted = self._fitted(months, direction)
            exposure = months.base if self._has_exposure(months) else None
            judged = apply_watch(months.cases, fitted, exposure=exposure)
            sentences += describe_watch(
                judged, fitted[-1], names=self.names,
                area_words=self.plan.area_words or self.plan.area_word,
            )  # fmt: skip
            tables.append(judged.assign(direction=direction))
            watches += fitted
        return pd.concat(tables), watches, sentences

    def _fitted(self, months: Months, direction: WatchDirection) -> list[Watch]:
        """Learn again every year; a year of which nothing can be learnt keeps the one before."""
        found: list[Watch] = []
        why: DataError | None = None
        for n in self._learnt_from(months):
            try:
                found.append(self._fit(months, n, direction))
            except DataError as error:
                why = error
        if why is not None and not found:
            raise why
        return found

    def _directions(self) -> tuple[WatchDirection, ...]:
        return ("up", "down") if self.section.downwards else ("up",)

    def _has_exposure(self, months: Months) -> bool:
        base = months.base.where(months.cases.notna())
        return self.measure == "flow" and bool((base.stack() > 0).all())

    def _learnt_from(self, months: Months) -> range:
        """Return after how many months thresholds are learnt: first once, then every year."""
        known = months.cases.notna().all(axis=1).cumsum().to_numpy()
        first = int(np.argmax(known >= self.section.history)) + 1
        return range(first, len(known), _YEAR)

    def _fit(self, months: Months, learnt_from: int, direction: WatchDirection) -> Watch:
        """Learn thresholds; all indicators and directions share the false alarms of a year."""
        section, past = self.section, months.cases.iloc[:learnt_from]
        share = section.false_alarms / (len(section.indicators) * len(self._directions()))
        return fit_watch(
            past, measure=self.measure, history=section.history, false_alarms=share,
            guard=section.guard, draws=section.draws, seed=section.seed, direction=direction,
            recoded=self._recoded(past, months.base.iloc[:learnt_from]),
        )  # fmt: skip

    def _recoded(self, cases: pd.DataFrame, base: pd.DataFrame) -> pd.DataFrame | None:
        """Return how drawn counts are told, where a partition says it."""
        safe = None if self.base is None else self.base.safe.protected
        if safe is None or disclosure_rules(self.plan).noise:
            return None
        partition = safe.partitions.get((self.indicator.id, self.plan.join.target))
        return None if partition is None else middles(cases, base.ffill().iloc[-1], partition)
