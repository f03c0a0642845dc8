"""A trial run of a plan: every decision on twelve made-up blocks, before anything is read.

What the sections of a plan cannot say by themselves (a rule whose amounts do not fit, a floor above
its ceiling) the decisions refuse themselves; here they do so within milliseconds. The figures are
made up, so what a decision says of data is no finding.
"""

from __future__ import annotations

import datetime as dt
import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from sozialraum.config.findings.refusals import step_refuses
from sozialraum.model.errors import SozialraumError
from sozialraum.model.neighbours import Neighbours
from sozialraum.model.problem import Problem
from sozialraum.planning.allocation.allocation_sections import Allocate
from sozialraum.planning.plan_inputs import PERSONS_OF, PlanInputs
from sozialraum.planning.plan_sections import NOTHING_ASKED, Catchments, Locate, PlanFile
from sozialraum.planning.plans import run_plan

_BLOCKS, _PLACES = 12, 4
# their lists are tried as they are
_ON_PEOPLE = ("forecast", "kita", "ganztag")
_PROPOSALS, _SECONDS = 50, 1.0
# what a decision says of a plan, whatever its data
_OF_THE_PLAN = ("planning.floor_above_ceiling", "planning.fixed_and_banned")


def trial_decisions(plan: PlanFile, file: str) -> Iterator[Problem]:
    """Yield what the decisions of a plan refuse about the plan file, with the place in it."""
    for verb in (v for v in plan.verbs if v not in _ON_PEOPLE):
        one = plan.model_copy(update=_alone(plan, verb))
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                run_plan(one, _made_up(plan))
        except SozialraumError as error:
            for found in error.problems:
                if found.code in _OF_THE_PLAN:
                    yield _placed(found, file, verb)
        except Exception as error:
            yield step_refuses(error, file=file, section=verb)


def _placed(found: Problem, file: str, verb: str) -> Problem:
    from dataclasses import replace

    return replace(found, file=file, key=verb)


def _alone(plan: PlanFile, verb: str) -> dict[str, Any]:
    """Return the changes that leave one decision, made quick."""
    nothing: dict[str, Any] = {v: NOTHING_ASKED.get(v) for v in plan.verbs if v != verb}
    if verb in ("locate", "catchments"):
        return nothing | {verb: _quick(getattr(plan, verb))}
    return nothing


def _quick(section: Locate | Catchments) -> Locate | Catchments:
    quick: dict[str, Any] = {"time_limit": _SECONDS}
    quick |= {"proposals": _PROPOSALS} if isinstance(section, Catchments) else {"next_best": 1}
    alone = {"children": "today"} if isinstance(section, Catchments) else {}
    variants = tuple(v.model_copy(update=quick) for v in section.variants)
    for one in variants:
        one.model_fields_set.update(quick)
    changed = section.model_copy(update={**quick, **alone, "variants": variants})
    changed.model_fields_set.update(quick)
    return changed


def _made_up(plan: PlanFile) -> PlanInputs:
    """Return made-up frames in which every key that the plan names is there."""
    random = np.random.default_rng(20241231)
    blocks = pd.Index([f"b{n:02d}" for n in range(_BLOCKS)])
    sites = _keys("s", *((one.fixed + one.banned) for one in _each(plan.locate)))
    schools = _keys("g", *_named(plan.allocate))
    offers = _keys("o")
    there = np.arange(_BLOCKS - 1)
    i, j = np.concatenate([there, there + 1]), np.concatenate([there + 1, there])
    table = _made_up_schools(plan, schools)
    counts = [(t.indicator, t.group) for t in plan.targets] or [("", "")]
    return PlanInputs(
        demand=_made_up_demand(plan, blocks),
        offers=pd.DataFrame({"capacity": 50.0, "group": ""}, offers).assign(
            kind=_kinds(plan, offers)
        ),
        offer_distance=_distance(blocks, offers, random),
        sites=pd.DataFrame({"capacity": 500.0, "cost": 1.0, "exists": False}, sites),
        site_distance=_distance(blocks, sites, random),
        schools=table,
        school_distance=_distance(blocks, schools, random),
        neighbours=Neighbours.of_pairs(blocks, i, j, kind="contact"),
        crossings=_distance(blocks, schools, random) > np.inf,
        counts=pd.DataFrame(
            {"cases": 30.0, "base": 90.0}, pd.MultiIndex.from_tuples(dict.fromkeys(counts))
        ),
        day=dt.date(2024, 12, 31),
        others={"offers": table, "areas": table},
    )


def _made_up_demand(plan: PlanFile, blocks: pd.Index) -> pd.DataFrame:
    """Return blocks in which people live, some of them in need."""
    demand = pd.DataFrame(
        {"persons": 40.0, "need": np.linspace(0, 1, _BLOCKS), "in_need": 9.0, "pupils": 20.0,
         "siblings": 2.0, "needy": np.arange(_BLOCKS) > _BLOCKS // 2}, blocks,
    )  # fmt: skip
    for one in plan.gap.each() if plan.gap else ():
        demand[f"{PERSONS_OF}{one.persons}"] = 40.0
    return demand


def _made_up_schools(plan: PlanFile, schools: pd.Index) -> pd.DataFrame:
    """Return schools of every kind that a pot names."""
    table = pd.DataFrame(
        {"capacity": 500.0, "size": 100.0, "need": np.linspace(0, 1, len(schools)), "minimum": 1.0,
         "last_year": 1.0, "stage": 1.0, "share": 0.5, "marked": False}, schools,
    )  # fmt: skip
    kinds = [kind for pot in plan.allocate for kind in pot.kinds]
    table["kind"] = [kinds[n % len(kinds)] if kinds else "" for n in range(len(table))]
    return table


def _kinds(plan: PlanFile, offers: pd.Index) -> list[str]:
    """Return a kind of offer for each, so that every variant of ``[gap]`` has some."""
    named = [kind for one in (plan.gap.each() if plan.gap else ()) for kind in one.kinds]
    return [named[n % len(named)] if named else "" for n in range(len(offers))]


def _each(section: Locate | None) -> list[Locate]:
    return [] if section is None else section.each()


def _named(pots: tuple[Allocate, ...]) -> list[tuple[str, ...]]:
    """Return the units that allocations name."""
    bounds = (b for pot in pots for b in (pot.floors, pot.ceilings, pot.last_year))
    return [tuple(bound) for bound in bounds if isinstance(bound, dict)]


def _keys(letter: str, *named: tuple[str, ...]) -> pd.Index:
    own = [f"{letter}{n}" for n in range(_PLACES)]
    return pd.Index(dict.fromkeys([*own, *(key for keys in named for key in keys)]))


def _distance(blocks: pd.Index, places: pd.Index, random: np.random.Generator) -> pd.DataFrame:
    metres = random.uniform(50.0, 400.0, (len(blocks), len(places)))
    return pd.DataFrame(metres, blocks, places)
