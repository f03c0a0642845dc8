"""A whole method in one value: learnt from one year, used on any year.

The steps, each a section of a build file and each optional but scaling: transform → treatment →
scaling → weighting → dimension_scaling → aggregation → restandardise → classes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

import pandas as pd

from sozialraum.index.aggregation import (
    aggregate,
    fit_node_scale,
    fit_restandard,
    restandardise,
)
from sozialraum.index.classes import fit_breaks
from sozialraum.index.fitted_index import FittedIndex, prepared
from sozialraum.index.preparation.imputation import impute_multiple
from sozialraum.index.preparation.treatment import FittedTreatment, fit_treatment, transform
from sozialraum.index.recipes import Recipe, read_recipe
from sozialraum.index.scaling import fit_scale, standardise
from sozialraum.index.weighting.weights import Weights, fit_weights
from sozialraum.model import Breaks, Indicator, Scale
from sozialraum.model.alignment import aligned
from sozialraum.model.deciding import ranks
from sozialraum.model.options import Orientation

STEPS = (
    "transform", "treatment", "scaling", "weighting", "dimension_scaling", "aggregation",
    "restandardise", "classes",
)  # fmt: skip


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
    value : (n_areas, n_indicators), the areas that shape the method; NaN is disregarded
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
    listed = _stated_steps(sections or {}, persons)
    kept = tuple(indicators)
    raw = value[[i.id for i in kept]]
    if "treatment" in listed and treatment is None:
        changed = transform(raw, listed.get("transform", {}))
        treatment = fit_treatment(changed, **listed["treatment"])
    ready = prepared(raw, listed, treatment)
    scaling: dict[str, Any] = listed.get("scaling", {})
    towards = cast("Orientation", orientation)  # fit_scale refuses every other word
    scale = fit_scale(ready, kept, orientation=towards, base=base, **scaling)
    z = standardise(ready, scale)
    if "weighting" in listed and weights is None:
        weights = fit_weights(z, kept, **listed["weighting"])
    node_scale, restandard, breaks = _learnt_of_the_tree(z, kept, listed, weights)
    return FittedIndex(
        kept, orientation, listed, scale, treatment, weights, node_scale, restandard, breaks
    )


def _stated_steps(
    sections: Mapping[str, Mapping[str, object]], persons: pd.Series | None
) -> dict[str, dict[str, Any]]:
    """Return the arguments of each step by its name; "population" became the persons."""
    if unknown := sorted(set(sections) - set(STEPS)):
        message = (
            f"The 'sections' parameter of fit_index must name steps of {STEPS}. Got {unknown} "
            "instead."
        )
        raise ValueError(message)
    return {name: _with_persons(dict(how), persons) for name, how in sections.items()}


def _learnt_of_the_tree(
    z: pd.DataFrame,
    indicators: Sequence[Indicator],
    listed: Mapping[str, dict[str, Any]],
    weights: Weights | None,
) -> tuple[Scale | None, Scale | None, Breaks | None]:
    """Learn, from the standardised values up, the scales of nodes and index, and the classes."""
    how = {**listed.get("aggregation", {}), "weights": weights}
    node_scale = restandard = None
    if "dimension_scaling" in listed:
        asked = {"aggregation": listed.get("aggregation"), **listed["dimension_scaling"]}
        node_scale = fit_node_scale(z, indicators, weights=weights, **asked)
    index = aggregate(z, indicators, node_scale=node_scale, **how)["index"]
    if listed.get("restandardise", {}).get("method", "none") != "none":
        restandard = fit_restandard(index, **listed["restandardise"])
        index = restandardise(index, scale=restandard)
    breaks = fit_breaks(index, **listed["classes"]) if "classes" in listed else None
    return node_scale, restandard, breaks


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
