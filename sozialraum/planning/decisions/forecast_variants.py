"""``[forecast]``: children and pupils to come, classes, and how good such forecasts were."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from sozialraum.model.errors import DataError
from sozialraum.planning.allocation.published_rules import read_published_rules
from sozialraum.planning.checks import listed, number_problems, raise_problems
from sozialraum.planning.demography.backtest import backtest, is_better
from sozialraum.planning.demography.class_rules import usual_classes
from sozialraum.planning.demography.cohorts import remarks_on
from sozialraum.planning.demography.housing import children_of_dwellings
from sozialraum.planning.demography.projection import EntryRule, Projection, project
from sozialraum.planning.head_counts import children, stated_in_tens
from sozialraum.planning.people_sections import Forecast
from sozialraum.planning.plan_inputs import Drafted, PeopleInputs, PlanInputs, known_column
from sozialraum.planning.scenario import Variant
from sozialraum.texts import number, percent, problem, text

CHANGE = 0.10
TENTHS = (0.1, 0.5, 0.9)


@dataclass(frozen=True, kw_only=True, eq=False)
class PupilsToCome:
    """A projection with what its figures are told by.

    Parameters
    ----------
    projection : children and pupils in draws
    entries : (years, draws, units) children due, or pupils of grade 1
    before : (units,) the same in the last year known
    units : schools, or areas without rolls
    stages : (units,) stage of the Sozialindex of each school, where known
    """

    projection: Projection
    entries: np.ndarray
    before: np.ndarray
    units: tuple[str, ...]
    stages: np.ndarray | None


def forecast_variants(section: Forecast, inputs: PlanInputs) -> Drafted:
    """Project pupils and say how many, in how many classes, and how sure that is."""
    people = inputs.people
    made = pupils_to_come(section, inputs)
    errors = backtest(
        people.register,
        people.rolls,
        home_of(people, inputs),
        rule=entry_rule(section),
        types=people.types,
        class_rule=section.classes,
        stages=made.stages,
    )
    counts = _class_counts(section, made)
    variant = Variant(
        name=section.name or text("planning.verb.forecast"),
        sentences=_sentences(section, inputs, made, counts, errors),
        figures=_figures(made, counts),
        classes=_classes(made),
        table=_table(section, made, counts),
        arguments=section.model_dump(by_alias=True),
    )
    return [variant], {} if errors is None else {"backtest": errors}


def pupils_to_come(section: Forecast, inputs: PlanInputs) -> PupilsToCome:
    """Return the projection that every later decision takes its figures from."""
    people = inputs.people
    home = home_of(people, inputs)
    projection = project(
        people.register,
        people.rolls,
        home,
        horizon=section.horizon,
        rule=entry_rule(section),
        types=people.types,
        extra=_of_dwellings(section, people),
        draws=section.draws,
    )
    if people.rolls is None:
        born = people.register.counts[-1, :, min(6, len(people.register.steps) - 1)]
        return PupilsToCome(
            projection=projection, entries=projection.due, before=born,
            units=projection.areas, stages=None,
        )  # fmt: skip
    stages = known_column(inputs.schools, "stage") if section.needs_stage else None
    if stages is not None:
        raise_problems(number_problems(stages.reindex(list(projection.schools)), "stage"))
    return PupilsToCome(
        projection=projection,
        entries=projection.pupils[:, :, :, 0],
        before=people.rolls.counts[-1, :, 0],
        units=projection.schools,
        stages=None if stages is None else stages.reindex(list(projection.schools)).to_numpy(),
    )


def entry_rule(section: Forecast) -> EntryRule:
    """Return when children enter school."""
    return EntryRule(month=section.month, early=section.early, late=section.late)


def home_of(people: PeopleInputs, inputs: PlanInputs) -> np.ndarray | None:
    """Return the place of each school's area in the register.

    Raises
    ------
    DataError
        If a school of the rolls has no area in the register.
    """
    if people.rolls is None:
        return None
    areas = known_column(inputs.schools, "area")
    stated = {} if areas is None else areas.astype(str).to_dict()
    named = {school: stated.get(school, school) for school in people.rolls.units}
    place = {area: p for p, area in enumerate(people.register.units)}
    lost = [s for s in people.rolls.units if named.get(s) not in place]
    if lost:
        raise DataError(problem("planning.school_without_area", keys=listed(lost)))
    return np.array([place[named[s]] for s in people.rolls.units])


def _of_dwellings(section: Forecast, people: PeopleInputs) -> np.ndarray | None:
    """Return (years, areas, ages) children of dwellings beyond what was built in the past years."""
    if people.dwellings is None:
        return None
    register = people.register
    future = [register.years[-1] + h for h in range(1, section.horizon + 1)]
    extra = np.zeros((section.horizon, len(register.units), len(register.steps)))
    built = (
        people.dwellings.set_index(["art", "gebiet", "jahr"])["we"].groupby(level=[0, 1, 2]).sum()
    )
    for (kind, area), rows in built.groupby(level=[0, 1]):
        by_year = rows.droplevel([0, 1])
        usual = by_year.reindex(register.years).fillna(0.0).mean()
        more = np.maximum(by_year.reindex(future).fillna(0.0).to_numpy() - usual, 0.0)
        place = register.units.index(area)
        for column, age in enumerate(register.steps):
            kinds = section.housing_types[kind].kind()
            extra[:, place, column] += children_of_dwellings(more, kinds, age)
    return extra


def _class_counts(section: Forecast, made: PupilsToCome) -> np.ndarray | None:
    """Return (years, draws, schools, grades) classes; None without a law."""
    if section.classes is None:
        return None
    grades = made.projection.pupils
    return np.stack(
        [
            usual_classes(grades[..., g], rule=section.classes, stages=made.stages)
            for g in range(grades.shape[-1])
        ],
        axis=-1,
    )


def school_year(year: int) -> str:
    """Return a school year as it is said.

    Examples
    --------
    >>> school_year(2029)
    '2029/30'
    """
    return f"{year}/{(year + 1) % 100:02d}"


def _table(section: Forecast, made: PupilsToCome, counts: np.ndarray | None) -> pd.DataFrame:
    """Return a row per school and year."""
    low, _, high = np.quantile(np.round(made.entries), TENTHS, axis=1)
    expected = made.entries.mean(axis=1)
    rows = []
    for y, year in enumerate(made.projection.years):
        frame = pd.DataFrame(
            {
                "school_year": school_year(year),
                "entry_expected": expected[y],
                "entry_low": low[y],
                "entry_high": high[y],
            },
            index=pd.Index(made.units, name="school"),
        )
        if made.projection.pupils is not None:
            frame["pupils_expected"] = made.projection.pupils[y].sum(axis=2).mean(axis=0)
        if counts is not None:
            first = counts[y, :, :, 0]
            usual = [np.bincount(first[:, s]).argmax() for s in range(first.shape[1])]
            frame["classes"] = np.array(usual, float)
            frame["class_chance"] = (first == np.array(usual)).mean(axis=0)
            frame["rooms"] = np.round(counts[y].sum(axis=2).mean(axis=0))
        frame["unborn"] = text("planning.forecast.unborn") if made.projection.unborn[y] else ""
        rows.append(frame)
    return pd.concat(rows).sort_index(kind="stable")


def _last_born(made: PupilsToCome) -> int:
    return max(made.projection.unborn.count(False) - 1, 0)


def _figures(made: PupilsToCome, counts: np.ndarray | None) -> dict[str, float]:
    whole = made.entries.sum(axis=2)
    late = _last_born(made)
    found = {
        "entry_now": float(made.before.sum()),
        "entry_next": float(whole[0].mean()),
        "entry_born": float(whole[late].mean()),
        "entry_born_low": float(np.quantile(whole[late], 0.1)),
        "entry_born_high": float(np.quantile(whole[late], 0.9)),
    }
    if counts is not None:
        found["classes_next"] = float(np.round(counts[0, :, :, 0].sum(axis=1).mean()))
        found["classes_born"] = float(np.round(counts[late, :, :, 0].sum(axis=1).mean()))
    return found


def _classes(made: PupilsToCome) -> pd.Series:
    """Return per unit whether more or fewer children come than last year, once born."""
    later = made.entries[_last_born(made)].mean(axis=0)
    change = later / np.where(made.before > 0, made.before, np.nan) - 1
    kinds = np.select(
        [np.isnan(change), change >= CHANGE, change <= -CHANGE], ["nobody", "more", "less"], "same"
    )
    return pd.Series(kinds, index=pd.Index(made.units))


def _sentences(
    section: Forecast,
    inputs: PlanInputs,
    made: PupilsToCome,
    counts: np.ndarray | None,
    errors: pd.DataFrame | None,
) -> tuple[str, ...]:
    found = [] if errors is None or is_better(errors) else [text("planning.forecast.not_better")]
    people = inputs.people
    whole, years = made.entries.sum(axis=2), made.projection.years
    for y in dict.fromkeys((0, _last_born(made))):
        low, high = np.quantile(whole[y], (0.1, 0.9))
        words = {"low": stated_in_tens(low), "high": stated_in_tens(high)}
        words |= {"middle": children(whole[y].mean())}
        found.append(text("planning.forecast.entries", year=school_year(years[y]), **words))
    if counts is not None:
        law = read_published_rules("classes")[section.classes]
        low, high = np.quantile(counts[0, :, :, 0].sum(axis=1), (0.1, 0.9))
        words = {"low": number(low), "high": number(high), "year": school_year(years[0])}
        found.append(text("planning.forecast.classes", citation=law["citation"], **words))
    if any(made.projection.unborn):
        year = school_year(years[made.projection.unborn.index(True)])
        found.append(text("planning.forecast.unborn_from", year=year))
    found += [*_without_school(people, inputs), _checked(errors)]
    if people.dwellings is not None:
        cited = sorted({kind.citation for kind in section.housing_types.values()})
        found.append(text("planning.forecast.housing", citation="; ".join(cited)))
    return (*found, *remarks_on(people.register, file=section.register_))


def _without_school(people: PeopleInputs, inputs: PlanInputs) -> list[str]:
    """Say which areas have no school: how many children live there decides at no school."""
    home = home_of(people, inputs)
    if home is None:
        return []
    alone = np.setdiff1d(np.arange(len(people.register.units)), home)
    if not len(alone):
        return []
    names = [people.register.units[k] for k in alone]
    built = people.dwellings
    told = (
        "housing_without" if built is not None and built["gebiet"].isin(names).any() else "without"
    )
    return [text(f"planning.forecast.{told}", n=len(names), areas=listed(names))]


def _checked(errors: pd.DataFrame | None) -> str:
    if errors is None:
        return text("planning.forecast.not_checked")
    far = errors.iloc[-1]
    return text(
        "planning.forecast.checked",
        first=percent(errors["error"].iloc[0], 0),
        unchanged_first=percent(errors["unchanged"].iloc[0], 0),
        years=int(errors.index[-1]),
        last=percent(far["error"], 0),
        unchanged=percent(far["unchanged"], 0),
        whole=percent(far["whole"], 0),
        inside=percent(
            (errors["inside"] * errors["forecasts"]).sum() / errors["forecasts"].sum(), 0
        ),
    )
