"""A whole method in one value: learnt from one year, used on any year.

The steps, each a section of a build file and each optional but scaling: transform → treatment →
scaling → weighting → dimension_scaling → aggregation → restandardise → classes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from sozialraum.index.aggregation import (
    aggregate,
    contributions,
    fit_node_scale,
    fit_restandard,
    restandardise,
)
from sozialraum.index.classes import class_labels, classify, fit_breaks
from sozialraum.index.preparation.imputation import impute_multiple
from sozialraum.index.preparation.treatment import FittedTreatment, fit_treatment, transform, treat
from sozialraum.index.recipes import Recipe, read_recipe
from sozialraum.index.scaling import fit_scale, standardise
from sozialraum.index.weighting.weights import Weights, fit_weights
from sozialraum.model import Breaks, Indicator, Scale
from sozialraum.model.alignment import aligned
from sozialraum.model.deciding import ranks

STEPS = (
    "transform", "treatment", "scaling", "weighting", "dimension_scaling", "aggregation",
    "restandardise", "classes",
)  # fmt: skip


# Their places depend on all areas together: no area's index is a sum of its own parts.
_OVER_RANKS = {"rank", "percentile", "normal_scores", "exponential"}
_WITHOUT_PARTS = {"copeland", "kemeny", "bod"}
_ADDITIVE = {"mean", "sum"}


@dataclass(frozen=True, eq=False, repr=False)
class Scored:
    """The index of areas: standardised values, nodes and index, contributions, classes.

    `contributions` is empty for methods whose index is no sum of an area's own parts.
    """

    z: pd.DataFrame
    nodes: pd.DataFrame
    index: pd.Series
    contributions: pd.DataFrame
    classes: pd.Series
    labels: pd.Series


@dataclass(frozen=True)
class FittedIndex:
    """A method with everything it learnt.

    Parameters
    ----------
    indicators, orientation, sections : what it was told
    treatment, scale, weights, node_scale, restandard, breaks : what it learnt; None where the step
        is not taken
    """

    indicators: tuple[Indicator, ...]
    orientation: str
    sections: dict[str, dict[str, Any]]
    scale: Scale
    treatment: FittedTreatment | None = None
    weights: Weights | None = None
    node_scale: Scale | None = None
    restandard: Scale | None = None
    breaks: Breaks | None = None

    @property
    def learnt(self) -> tuple[object, ...]:
        """What it learnt: equal for methods that measure with the same scale, weights, limits."""
        return (
            self.scale, self.restandard, self.breaks, self.node_scale, self.treatment, self.weights,
        )  # fmt: skip

    def under(
        self, indicators: Sequence[Indicator], sections: Mapping[str, Mapping[str, Any]]
    ) -> FittedIndex:
        """Return the same with other steps or fewer indicators; nothing is learnt again."""
        named = {name: dict(how) for name, how in sections.items()}
        return replace(self, indicators=tuple(indicators), sections=named)

    def prepared(self, value: pd.DataFrame) -> pd.DataFrame:
        """Return values as they are standardised: transformed, outliers treated."""
        return _prepared(value, self.sections, self.treatment)

    def standardise(self, value: pd.DataFrame) -> pd.DataFrame:
        """Return z values of (n_areas, n_indicators) shares."""
        return standardise(self.prepared(value), self.scale)

    def scored(self, value: pd.DataFrame) -> Scored:
        """Return every intermediate of the index of each area.

        Parameters
        ----------
        value : (n_areas, n_indicators), of this year or another; the method needs class limits
        """
        assert self.breaks is not None
        z = self.standardise(value)
        nodes = aggregate(z, self.indicators, **self._how())
        index = self._restandardised(nodes["index"])
        parts = pd.DataFrame(index=z.index)
        if has_parts(self.sections):
            parts = contributions(z, self.indicators, restandard=self.restandard, **self._how())
        classes = classify(index, self.breaks)
        return Scored(z, nodes, index, parts, classes, class_labels(classes, self.breaks))

    def score(self, value: pd.DataFrame) -> pd.DataFrame:
        """Return dimensions, index, class and class_label of each area.

        Parameters
        ----------
        value : (n_areas, n_indicators), of this year or another
        """
        table = aggregate(self.standardise(value), self.indicators, **self._how())
        table["index"] = self._restandardised(table["index"])
        if self.breaks is not None:
            table["class"] = classify(table["index"], self.breaks)
            table["class_label"] = class_labels(table["class"], self.breaks)
        return table

    def contributions(self, value: pd.DataFrame) -> pd.DataFrame:
        """Return what each indicator adds to the index; rows add up to it."""
        return contributions(
            self.standardise(value), self.indicators, restandard=self.restandard, **self._how()
        )

    def shown_contributions(self, value: pd.DataFrame) -> pd.DataFrame:
        """Return what each value that is there adds to the index; NaN where there is none.

        In means and sums each part stands for itself: a value that is not shown does not hide the
        others.
        """
        tree = self.sections.get("aggregation", {})
        methods = {tree.get("method", "mean"), tree.get("dimension_method") or "mean"}
        if not methods <= _ADDITIVE:
            return self.contributions(value)
        z = self.standardise(value).fillna(0.0)
        parts = contributions(z, self.indicators, restandard=self.restandard, **self._how())
        return parts.where(value.notna())

    def _restandardised(self, index: pd.Series) -> pd.Series:
        if self.restandard is None:
            return index
        return restandardise(index, scale=self.restandard)

    def _how(self) -> dict[str, Any]:
        stated = self.sections.get("aggregation", {})
        return {**stated, "weights": self.weights, "node_scale": self.node_scale}


def has_parts(sections: Mapping[str, Mapping[str, Any]]) -> bool:
    """Tell whether the index of a method is made of its indicators' contributions.

    Parameters
    ----------
    sections : arguments of each step, by the section's name

    Examples
    --------
    >>> [has_parts({"aggregation": {"method": how}}) for how in ("mean", "bod")]
    [True, False]
    """
    tree = sections.get("aggregation", {})
    methods = {tree.get("method"), tree.get("dimension_method")}
    methods |= {node.get("method") for node in tree.get("nodes") or ()}
    ranks = {
        sections.get(step, {}).get("method") for step in ("dimension_scaling", "restandardise")
    }
    return not (methods & _WITHOUT_PARTS or ranks & _OVER_RANKS)


def fit_index(
    value: pd.DataFrame,
    indicators: Sequence[Indicator],
    *,
    orientation: str = "deprivation",
    sections: Mapping[str, Mapping[str, object]] | None = None,
    base: pd.DataFrame | None = None,
    persons: pd.Series | None = None,
    treatment: FittedTreatment | None = None,
    weights: Weights | None = None,
) -> FittedIndex:
    """Learn a whole method from the areas of one year.

    Parameters
    ----------
    value : (n_areas, n_indicators), the areas that shape the method
    indicators : what the columns mean
    orientation : which end is high
    sections : arguments of each step, by the section's name; weights = "population" stands for
        `persons`
    base : persons behind each value, for centre = "city_rate"
    persons : inhabitants per area
    treatment, weights : of the same steps, learnt before: they stay as they are

    Raises
    ------
    ValueError
        If a section is unknown.

    Examples
    --------
    >>> value = pd.DataFrame({"arm": [0.1, 0.2, 0.4]}, index=["01", "02", "03"])
    >>> arm = Indicator(id="arm", label="Armut", direction="burden", value="arm")
    >>> fitted = fit_index(value, [arm], sections={"classes": {"k": 2}})
    >>> fitted.score(value)[["index", "class"]].round(3)
        index  class
    01  0.000      1
    02  0.333      1
    03  1.000      2
    """
    _, base, persons = aligned("fit_index", value=value, base=base, persons=persons)
    listed = {name: _with_persons(dict(how), persons) for name, how in (sections or {}).items()}
    if unknown := sorted(set(listed) - set(STEPS)):
        message = (
            f"The 'sections' parameter of fit_index must name steps of {STEPS}. Got {unknown} "
            "instead."
        )
        raise ValueError(message)
    kept = tuple(indicators)
    raw = value[[i.id for i in kept]]
    if "treatment" in listed and treatment is None:
        treatment = fit_treatment(
            transform(raw, listed.get("transform", {})), **listed["treatment"]
        )
    ready = _prepared(raw, listed, treatment)
    scale = fit_scale(ready, kept, orientation=orientation, base=base, **listed.get("scaling", {}))  # type: ignore[arg-type]
    z = standardise(ready, scale)
    if "weighting" in listed and weights is None:
        weights = fit_weights(z, kept, **listed["weighting"])
    how = {**listed.get("aggregation", {}), "weights": weights}
    node_scale = None
    if "dimension_scaling" in listed:
        node_scale = fit_node_scale(
            z, kept, aggregation=listed.get("aggregation"), weights=weights,
            **listed["dimension_scaling"],
        )  # fmt: skip
    index = aggregate(z, kept, node_scale=node_scale, **how)["index"]
    restandard = None
    if listed.get("restandardise", {}).get("method", "none") != "none":
        restandard = fit_restandard(index, **listed["restandardise"])
        index = restandardise(index, scale=restandard)
    breaks = fit_breaks(index, **listed["classes"]) if "classes" in listed else None
    return FittedIndex(
        kept, orientation, listed, scale, treatment, weights, node_scale, restandard, breaks
    )


def fit_recipe(
    value: pd.DataFrame,
    indicators: Sequence[Indicator],
    recipe: str | Recipe,
    *,
    axis: str = "",
    base: pd.DataFrame | None = None,
    persons: pd.Series | None = None,
    changed: Mapping[str, Mapping[str, object]] | None = None,
) -> FittedIndex:
    """Learn a method of the catalogue.

    Parameters
    ----------
    value, indicators, base, persons : as for `fit_index`
    recipe : name, or the recipe itself
    axis : of a method with several axes
    changed : per section keys that differ from the recipe
    """
    known = read_recipe(recipe) if isinstance(recipe, str) else recipe
    sections = {step: known.section(step, axis) for step in STEPS if known.section(step, axis)}
    for name, keys in (changed or {}).items():
        sections[name] = {**sections.get(name, {}), **keys}
    used = {i.id for i in indicators}
    if "transform" in sections:
        sections["transform"] = {i: f for i, f in sections["transform"].items() if i in used}
    return fit_index(
        value,
        indicators,
        orientation=known.orientation,
        sections=sections,
        base=base,
        persons=persons,
    )


def _prepared(
    value: pd.DataFrame,
    sections: Mapping[str, Mapping[str, Any]],
    treatment: FittedTreatment | None,
) -> pd.DataFrame:
    changed = transform(value, sections.get("transform", {}))
    return changed if treatment is None else treat(changed, treatment)


def _with_persons(how: dict[str, Any], persons: pd.Series | None) -> dict[str, Any]:
    if not isinstance(how.get("weights"), str):
        return how
    if persons is None:
        message = "The 'persons' parameter of fit_index must be given for weights='population'."
        raise ValueError(message)
    return {**how, "weights": persons}


def score_imputed(
    value: pd.DataFrame, fitted: FittedIndex, *, draws: int = 50, seed: int
) -> pd.DataFrame:
    """Say how sure index, rank and class are where values had to be filled in.

    Each of `draws` multiply imputed tables is scored; areas without a gap can still change rank,
    for the others move around them.

    Parameters
    ----------
    value : (n_areas, n_indicators), with gaps
    fitted : the method
    draws, seed : of `imputation.impute_multiple`

    Returns
    -------
    index and index_sd (mean and SD over the tables), rank_low and rank_high (5th and 95th
    percentile, 1 = highest burden), class (the most frequent, the lower one on a tie) and
    class_probability, imputed (how many values were filled).
    """
    ids = [i.id for i in fitted.indicators]
    tables = [fitted.score(t) for t in impute_multiple(value[ids], draws=draws, seed=seed)]
    index = pd.concat([t["index"] for t in tables], axis=1)
    rank = index.apply(ranks, ascending=fitted.orientation == "participation")
    found = pd.DataFrame(
        {
            "index": index.mean(axis=1), "index_sd": index.std(axis=1, ddof=0),
            "rank_low": rank.quantile(0.05, axis=1), "rank_high": rank.quantile(0.95, axis=1),
            "imputed": value[ids].isna().sum(axis=1),
        }
    )  # fmt: skip
    if fitted.breaks is not None:
        classes = pd.concat([t["class"] for t in tables], axis=1)
        found["class"] = classes.mode(axis=1)[0].astype("Int64")
        found["class_probability"] = classes.eq(found["class"], axis=0).mean(axis=1).astype(float)
    return found
