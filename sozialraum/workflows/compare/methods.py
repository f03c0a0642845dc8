"""The same city under several methods: which areas change class, and by how much.

Every variant is learnt from the build's own counts with constants rounded to what may be told; only
classes and counts of areas are handed on, through the gate, and only for areas of which the build
withholds nothing: several classes of one area together would tell more than one does.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from sozialraum.config.plan import Plan
from sozialraum.config.reading import ANCHORS
from sozialraum.config.steps import STEPS, Axis
from sozialraum.index.comparison import class_steps, count_moves
from sozialraum.index.recipes import Recipe, read_recipe
from sozialraum.model import Breaks, Problem, Release
from sozialraum.model.errors import DataError
from sozialraum.model.problem import Plain
from sozialraum.privacy.release import with_layer
from sozialraum.texts import problem, text
from sozialraum.workflows.build.imputing import learning_sample
from sozialraum.workflows.build.published_indicators import refuse_without_index, without_indicators
from sozialraum.workflows.build.result import Result
from sozialraum.workflows.build.scoring import learn, score
from sozialraum.workflows.error_boundary import own_errors
from sozialraum.workflows.outcome import Outcome, write_summary

LAYER = "methods"
_MOMENTS = ("zscore", "sd")


@dataclass(frozen=True, eq=False)
class MethodComparison(Outcome):
    """The classes of a city under several methods.

    Parameters
    ----------
    release : what may be shown; layer "methods" holds per area and variant the class as a step from
        the lowest burden, 1..k
    variants : per variant id: kind ("build", "recipe", "without", "persons"), name, k, labels
    problems : variants that could not be computed, and why
    """

    release: Release
    variants: dict[str, dict[str, Plain]]
    problems: tuple[Problem, ...]

    @property
    def steps(self) -> pd.DataFrame:
        """Class per area and variant; missing where nothing is compared."""
        return self.release.layers[LAYER].astype("Int64")

    def changes(self) -> pd.DataFrame:
        """Return per variant how it differs from the build.

        Returns
        -------
        Columns: name, k, areas (compared), changed, by_two (or more), furthest (key; "" if none)
        and furthest_by (steps), top (areas in the class of highest burden), top_both (also in that
        of the build). Where k differs the steps cannot be compared and are missing.
        """
        return pd.DataFrame.from_dict(
            {name: _change(self.steps, name, self.variants) for name in self.variants},
            orient="index",
        ).rename_axis("variant")

    def moved(self) -> pd.DataFrame:
        """Return the areas that a variant with as many classes puts elsewhere, most often first."""
        steps = self.steps.dropna()
        base = next(iter(self.variants))
        alike = [v for v, d in self.variants.items() if d["k"] == self.variants[base]["k"]]
        often = steps[alike].ne(steps[base], axis=0).sum(axis=1)
        order = often[often > 0].sort_values(ascending=False, kind="stable").index
        return steps.loc[order].assign(times=often[order])

    def summary(self) -> dict[str, Plain]:
        """Return everything as plain values, for programs."""
        moved = self.moved()
        return {
            "variants": [
                {"variant": v, **self.variants[v], **row}
                for v, row in _plain(self.changes()).items()
            ],
            "moved": [
                {"key": key, "name": str(self.release.areas["name"][key]), **row}
                for key, row in _plain(moved).items()
            ],
            "compared": len(self.steps.dropna()),
            "areas": len(self.steps),
            "problems": [p.to_dict() for p in self.problems],
        }

    def _write(self, folder: Path) -> list[str]:
        from sozialraum.publish.page.sections.comparison_page import comparison_html

        page = folder / "methodenvergleich.html"
        html = comparison_html(self.release, cards=self._cards(), notes=self._notes())
        summary = write_summary(self.summary(), page.with_suffix(".json"))
        page.write_text(html, encoding="utf-8", newline="\n")
        return [page.name, summary]

    def sentences(self, variant: str) -> list[str]:
        """Return what differs from the build, in German."""
        row = self.changes().loc[variant]
        if variant == next(iter(self.variants)):
            return [text("pipeline.methods.top", top=row["top"])]
        stated = []
        if pd.isna(row["changed"]):
            stated.append(text("pipeline.methods.other_k", k=row["k"]))
        elif row["changed"] == 0:
            stated.append(text("pipeline.methods.unchanged"))
        else:
            stated.append(text("pipeline.methods.changed", **row.drop("name")))
            name = self.release.areas["name"][row["furthest"]]
            stated.append(text("pipeline.methods.furthest", area=name, steps=row["furthest_by"]))
        return [*stated, text("pipeline.methods.top_both", **row.drop("name"))]

    def _cards(self) -> list[dict[str, Any]]:
        return [
            {"id": v, **about, "sentences": self.sentences(v)} for v, about in self.variants.items()
        ]

    def _notes(self) -> list[str]:
        left = len(self.steps) - len(self.steps.dropna())
        notes = [text("pipeline.methods.read"), text("pipeline.methods.own_weights")]
        notes += [text("pipeline.methods.left_out", count=left)] if left else []
        return notes + [p.message for p in self.problems]


@own_errors
def compare_methods(result: Result, *, recipes: Sequence[str]) -> MethodComparison:
    """Put a city under other methods, without each indicator, and weighted by persons.

    Parameters
    ----------
    result : the build that everything is compared with
    recipes : names of the catalogue, or recipe files beside the build file; the indicators,
        directions and weights stay those of the build

    Raises
    ------
    ConfigError
        If a recipe is unknown.
    """
    refuse_without_index(result.plan)
    day, main = result.plan.stichtag.isoformat(), result.plan.axis_names[0]
    known = [read_recipe(r, folder=result.plan.file.parent) for r in recipes]
    own = result.scoring.model_copy(update={"indicators": result.scoring.indicators_of(main)})
    scored = result.scored[day][main]
    steps = {
        "build": class_steps(scored.classes, result.fitted_by_day[main].limits, own.orientation)
    }
    build = {"kind": "build", "name": text("pipeline.methods.build")}
    variants = {"build": build | _labelled(result.fitted_by_day[main].limits, own.orientation)}
    problems: list[Problem] = []
    ground = learning_sample(result.plan, result.measured)
    for name, about, plan in _variants(own, main, known, problems):
        try:
            fitted = learn(plan, main, ground)
        except DataError as error:
            why = " ".join(p.message for p in error.problems)
            problems.append(_not_possible(about["name"], why))
            continue
        classes = score(plan, main, result.measured[day].used, fitted).classes
        steps[name] = class_steps(classes, fitted.breaks, plan.orientation)
        variants[name] = about | _labelled(fitted.limits, plan.orientation)
    return MethodComparison(_released(result, main, pd.DataFrame(steps)), variants, tuple(problems))


def _variants(
    plan: Plan, main: str, recipes: Sequence[Recipe], problems: list[Problem]
) -> Iterator[tuple[str, dict[str, Any], Plan]]:
    """Yield id, description and plan of each variant; append those that lack something."""
    ids = [i.id for i in plan.indicators]
    steps = plan.axis(main)
    for recipe in recipes:
        axis = _axis_of(recipe, ids)
        needed = ANCHORS.get(axis.scaling.method)
        if needed and set(ids) - set(getattr(axis.scaling, needed) or {}):
            why = text("pipeline.methods.lacks", key=f"scaling.{needed}")
            problems.append(_not_possible(recipe.title, why))
            continue
        update = {"axes": {main: axis}, "orientation": recipe.orientation}
        yield recipe.name, {"kind": "recipe", "name": recipe.title}, plan.model_copy(update=update)
    fixed = steps.aggregation.nodes or (steps.weighting and steps.weighting.judgements)
    for left in plan.indicators if len(ids) > 1 and not fixed else ():
        other = without_indicators(plan, [left.id])
        name = text("pipeline.methods.without", label=left.label)
        yield (
            f"without_{left.id}",
            {"kind": "without", "name": name},
            other,
        )
    weighted = _by_persons(steps)
    if plan.population is not None and weighted != steps:
        about = {"kind": "persons", "name": text("pipeline.methods.persons")}
        yield "persons", about, plan.model_copy(update={"axes": {main: weighted}})


def _axis_of(recipe: Recipe, ids: Sequence[str]) -> Axis:
    """Return the steps of a recipe, of its first axis where it has several."""
    first = next(iter(recipe.defaults.get("axes", {})), "")
    sections = {s: recipe.section(s, first) for s in STEPS if recipe.section(s, first)}
    changed = recipe.section("transform", first)
    sections["transform"] = {i: how for i, how in changed.items() if i in ids}
    if sections.get("weighting", {}).get("anchor", ids[0]) not in ids:
        del sections["weighting"]["anchor"]
    return Axis.model_validate_json(json.dumps(sections))


def _by_persons(steps: Axis) -> Axis:
    """Return the steps with means and SDs over persons, where they have any."""
    scaling, again = steps.scaling, steps.restandardise
    if scaling.method in _MOMENTS:
        scaling = scaling.model_copy(update={"weights": "population"})
    if again is not None and again.method in _MOMENTS:
        again = again.model_copy(update={"weights": "population"})
    return steps.model_copy(update={"scaling": scaling, "restandardise": again})


def _released(result: Result, main: str, steps: pd.DataFrame) -> Release:
    """Return what may be shown: the release of the build, and the steps where it has a class."""
    unshown = result.current.table["class"].isna()
    return with_layer(result.release, LAYER, steps.mask(unshown), {})


def _labelled(breaks: Breaks, orientation: str) -> dict[str, Any]:
    labels = list(breaks.labels)
    return {"k": breaks.k, "labels": labels if orientation == "deprivation" else labels[::-1]}


def _change(steps: pd.DataFrame, name: str, variants: dict[str, dict[str, Any]]) -> dict[str, Any]:
    base = next(iter(variants))
    k, of_build = variants[name]["k"], variants[base]["k"]
    known = steps[base].notna() & steps[name].notna()
    top, top_of_build = known & (steps[name] == k), known & (steps[base] == of_build)
    moves = count_moves(steps[base], steps[name], of_build, k)
    about = {"name": variants[name]["name"], "k": k}
    return about | moves | {"top": int(top.sum()), "top_both": int((top & top_of_build).sum())}


def _plain(table: pd.DataFrame) -> dict[str, dict[str, Any]]:
    whole = table.astype(object)
    return whole.where(whole.notna(), None).to_dict("index")


def _not_possible(name: str, why: str) -> Problem:
    return problem("pipeline.method_not_possible", "warning", name=name, why=why)
