"""A trial run: every step of a build on thirty made-up areas, before anything is read.

What the types of the build file cannot say (judgements that must be square, ordered weights that
must be as many as the parts, a tree below itself) the steps themselves refuse; here they do so
within milliseconds, and `check` knows what `build` would die of. Nothing is read, written or
simulated; the figures are made up, so what they say of data is no finding.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any, TypeVar, get_args

import numpy as np
import pandas as pd

from sozialraum.config.cross_checks import place_of_axis
from sozialraum.config.findings.refusals import step_refuses
from sozialraum.config.plan import Plan
from sozialraum.config.pydantic_errors import did_you_mean
from sozialraum.config.steps import STEPS, Axis
from sozialraum.index.aggregation import (
    aggregate,
    contributions,
    fit_node_scale,
    fit_restandard,
    restandardise,
)
from sozialraum.index.classes import class_labels, classify, fit_breaks
from sozialraum.index.diagnostics import circular
from sozialraum.index.fitted_index import has_parts
from sozialraum.index.preparation.treatment import fit_treatment, transform, treat
from sozialraum.index.scaling import fit_scale, standardise
from sozialraum.index.weighting.weights import fit_weights
from sozialraum.model import Indicator, Problem
from sozialraum.model.errors import ConfigError, DataError
from sozialraum.model.options import Per
from sozialraum.privacy.rules import profiles
from sozialraum.sources.tabular.formula import names
from sozialraum.texts import problem
from sozialraum.workflows.build.counts.protecting import disclosure_rules
from sozialraum.workflows.build.further.area_types import tried_types
from sozialraum.workflows.build.further.smoothing import tried_smoothing
from sozialraum.workflows.build.inspecting import outcomes_of
from sozialraum.workflows.build.scoring import MAIN, steps_of
from sozialraum.workflows.certainty.alternatives import problems_of

T = TypeVar("T")
_AREAS = 30
_FEW = 12  # the best ranking of all is looked for among so many
# lowest and highest made-up value per unit
_SPANS = {"share": (0.05, 0.6), "percent": (5.0, 60.0), "points": (-8.0, 8.0)} | {
    f"per_{n}": (0.05 * n, 0.6 * n) for n in get_args(Per)
}
_OTHER = (1200.0, 4800.0)


def trial_run(plan: Plan) -> list[Problem]:
    """Return what the steps of a build refuse about the build file, with the place in it.

    Under a frozen reference nothing is learnt, so only what does not depend on it is tried.
    """
    found = [*_rules(plan), *_formulas(plan), *tried_types(plan)]
    found += circular(plan.indicators, set(outcomes_of(plan)), set())
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        for axis in plan.axis_names if plan.reference is None else ():
            found += _Trial(plan, axis).run()
    # rules that are wrong themselves are told first
    found += [] if found else tried_smoothing(plan)
    return found or problems_of(plan)


def _rules(plan: Plan) -> list[Problem]:
    """Return what is wrong with the rules of disclosure control."""
    place: dict[str, Any] = {"file": plan.file.name, "key": "disclosure"}
    profile = plan.disclosure.profile
    known = sorted(profiles())
    if profile and profile not in known:
        place |= {"found": profile, "known": ", ".join(known), "hint": did_you_mean(profile, known)}
        return [problem("config.unknown_profile", **place)]
    try:
        disclosure_rules(plan)
    except ValueError as error:
        return [step_refuses(error, file=place["file"], section="disclosure")]
    return []


def _formulas(plan: Plan) -> list[Problem]:
    """Return what is wrong with the formulas of derived counts."""
    found = []
    for n, rule in enumerate(plan.derived, 1):
        try:
            names(rule.formula)
        except ConfigError as error:
            place = {"file": plan.file.name, "key": f"derived[{n}].formula"}
            found += [_at(p, **place) for p in error.problems]
    return found


def _at(found: Problem, *, file: str, key: str) -> Problem:
    from dataclasses import replace

    return replace(found, file=file, key=key)


class _Trial:
    """The steps of one axis on made-up areas; a step that refuses is told and left out."""

    def __init__(self, plan: Plan, axis: str) -> None:
        self.plan, self.axis = plan, axis
        self.steps: Axis = plan.axis(axis)
        self.indicators = plan.indicators_of(axis)
        self.found: list[Problem] = []
        self.value, self.base, self.persons = _made_up(self.indicators, self._areas())

    def run(self) -> list[Problem]:
        """Run every step; return what was refused."""
        z = self._comparable()
        weights = self._weights(z)
        index = self._index(z, weights)
        self._classes(index)
        return self.found

    def _areas(self) -> int:
        return _FEW if "kemeny" in self.steps.aggregation.methods_used() else _AREAS

    def _attempt(self, section: str, call: Callable[[], T], instead: T) -> T:
        """Return what a step gives; where it refuses, tell so and go on with something else."""
        try:
            return call()
        except DataError:  # made-up figures say nothing about data
            return instead
        except Exception as error:
            key = place_of_axis(self.plan, self.axis, section)
            stated = getattr(self.steps, section) if section in STEPS else None
            notes = step_refuses(error, file=self.plan.file.name, section=key, stated=stated)
            self.found += [] if notes in self.found else [notes]
            return instead

    def _arguments(self, section: Any) -> dict[str, Any]:
        given = dict(section.model_dump())
        if given.get("weights") == "population":
            given["weights"] = self.persons
        return given

    def _comparable(self) -> pd.DataFrame:
        steps, value = self.steps, self.value
        if steps.transform:
            asked = {k: v for k, v in steps.transform.items() if k in value}
            value = self._attempt("transform", lambda: transform(value, asked), value)
        if steps.treatment is not None:
            how = self._arguments(steps.treatment)
            value = self._attempt(
                "treatment", lambda: treat(value, fit_treatment(value, **how)), value
            )
        how = self._arguments(steps.scaling)
        turned = {"orientation": self.plan.orientation, "base": self.base}
        plain = standardise(value, fit_scale(value, self.indicators, **turned))
        return self._attempt(
            "scaling",
            lambda: standardise(value, fit_scale(value, self.indicators, **turned, **how)),
            plain,
        )

    def _weights(self, z: pd.DataFrame) -> Any:
        if self.steps.weighting is None:
            return None
        how = self._arguments(self.steps.weighting)
        return self._attempt("weighting", lambda: fit_weights(z, self.indicators, **how), None)

    def _index(self, z: pd.DataFrame, weights: Any) -> pd.Series:
        steps, how = self.steps, self.steps.aggregation.model_dump()
        plain = z.mean(axis=1)
        tree = {**how, "weights": weights}
        index = self._attempt(
            "aggregation", lambda: aggregate(z, self.indicators, **tree)[MAIN], plain
        )
        place = place_of_axis(self.plan, self.axis, "aggregation")
        if self.found and (self.found[-1].key or "").startswith(place):
            return plain
        if steps.dimension_scaling is not None:
            own = self._arguments(steps.dimension_scaling)
            tree["node_scale"] = self._attempt(
                "dimension_scaling",
                lambda: fit_node_scale(z, self.indicators, aggregation=how, weights=weights, **own),
                None,
            )
            index = self._attempt(
                "dimension_scaling", lambda: aggregate(z, self.indicators, **tree)[MAIN], index
            )
        if has_parts(steps_of(self.plan, self.axis)):
            self._attempt("aggregation", lambda: contributions(z, self.indicators, **tree), None)
        return index

    def _classes(self, index: pd.Series) -> None:
        steps = self.steps
        if steps.restandardise is not None and steps.restandardise.method != "none":
            how = self._arguments(steps.restandardise)
            plain = index
            index = self._attempt(
                "restandardise",
                lambda: restandardise(plain, scale=fit_restandard(plain, **how)),
                plain,
            )
        cut = self._arguments(steps.classes)

        def labelled() -> pd.Series:
            breaks = fit_breaks(index, **cut)
            return class_labels(classify(index, breaks), breaks)

        self._attempt("classes", labelled, None)


def _made_up(
    indicators: tuple[Indicator, ...], n: int
) -> tuple[pd.DataFrame, pd.DataFrame, pd.Series]:
    """Return values in the units of the indicators, the persons behind them, and the persons."""
    random = np.random.default_rng(20241231)
    keys = pd.Index([f"{k:02d}" for k in range(1, n + 1)])
    burden = random.random(n)
    value, base = {}, {}
    for i in indicators:
        mixed = 0.6 * burden + 0.4 * random.random(n)
        turned = mixed if i.direction == "burden" else 1.0 - mixed
        low, high = _SPANS.get(i.unit, _OTHER)
        value[i.id] = low + (high - low) * turned
        base[i.id] = random.integers(100, 1000, n).astype(float)
    persons = pd.Series(random.integers(500, 5000, n).astype(float), keys, name="population")
    return pd.DataFrame(value, index=keys), pd.DataFrame(base, index=keys), persons
