"""What a release says of itself, in words made of nothing but its own figures."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from sozialraum.config.plan import Plan
from sozialraum.config.recipe_file import is_own
from sozialraum.index.fitted_index import FittedIndex
from sozialraum.model import Release
from sozialraum.publish.layers import burden, thirds
from sozialraum.texts import text
from sozialraum.workflows.build.words.spatial_findings import spatial_findings
from sozialraum.workflows.certainty.counterfactuals import index_without, weighing

if TYPE_CHECKING:
    from sozialraum.insight.uncertainty import Certainty


def with_words(
    release: Release,
    *,
    findings: tuple[str, ...],
    words: dict[str, tuple[str, ...]],
    last: bool = False,
) -> Release:
    """Return the release with sentences that are made of its own figures and nothing else.

    Parameters
    ----------
    release : as `sealed_release` made it
    findings : German sentences on the whole, put before those it has, or after them if `last`
    words : German sentences per area key
    """
    there = release.facts.findings
    said = (*there, *findings) if last else (*findings, *there)
    return replace(release, facts=replace(release.facts, findings=said), words=dict(words))


def with_release_text(release: Release, plan: Plan, base: pd.DataFrame) -> Release:
    """Return the release with sentences on the whole map.

    The burdened areas that an offer hardly reaches come first: the page shows the first sentences
    above its map.

    Parameters
    ----------
    release : through the gate
    plan : the build
    base : persons behind each share
    """
    first = with_words(release, findings=tuple(_unreached(release)), words=release.words)
    notes = tuple(spatial_findings(plan, first, base))
    return with_words(first, findings=notes, words=first.words, last=True)


def _unreached(release: Release) -> list[str]:
    """Name the most burdened areas in which the offer reaches fewest, as on the map."""
    if "participation" not in release.layers:
        return []
    rate = release.layers["participation"]["rate"].reindex(release.areas.index)
    both = (thirds(burden(release)) == 2) & (thirds(rate) == 0)
    if not both.any():
        return [text("pipeline.map.all_reached")]
    return [text("pipeline.map.unreached", names=", ".join(release.areas["name"][both]))]


def _on_indicators(release: Release, plan: Plan, fitted: FittedIndex) -> list[str]:
    """Say how many classes hang on a single indicator."""
    from sozialraum.insight.words import describe_left_out

    indicators = plan.indicators_of(plan.axis_names[0])
    model = weighing(plan, release.current.used, fitted)
    if model is None:
        return []
    classes = release.current.table["class"]
    found = index_without(model, classes, fitted.limits.numbers, indicators)
    return describe_left_out([(i.label, moved, known) for i, moved, known in found])


def with_certainty_text(
    release: Release, sure: Certainty, plan: Plan, fitted: FittedIndex
) -> Release:
    """Return the release with sentences on its certainty, after those on the areas themselves.

    What the classes hang on comes last. An area is spoken of only where its index is published: how
    sure the class of the others is would tell how far their withheld index lies from a class limit.

    Parameters
    ----------
    release : with the layer of the simulation
    sure : the simulation
    plan, yardstick : the build and its main axis
    """
    from sozialraum.insight.words import describe_areas, describe_certainty

    stated = released_certainty(release, sure)
    names = {str(key): str(name) for key, name in release.areas["name"].items()}
    words = {key: tuple(notes) for key, notes in describe_areas(stated, names).items()}
    notes = (*describe_certainty(stated, names), *_on_indicators(release, plan, fitted))
    return with_words(release, findings=notes, words=words, last=True)


def released_certainty(release: Release, sure: Certainty) -> Certainty:
    """Return what the release tells of a simulation, counted from the highest burden."""
    table, layer = release.current.table, release.layers["certainty"]
    shown = table.index[table["index"].notna() & layer["class_probability"].notna()]
    stated = layer.loc[shown].copy()
    pairs = sure.partners
    both = pairs["above"].isin(shown) & pairs["below"].isin(shown)
    stated["class"] = pd.array(table.loc[shown, "class"], dtype="Int64")
    return replace(sure, table=stated, partners=pairs[both])


def recipe_words(plan: Plan) -> str:
    """Return what the recipe is called in outputs: its name, and of an own file the version."""
    if not is_own(plan.recipe):
        return plan.recipe
    named: dict[str, Any] = {name: plan.recipe_facts[name] for name in ("name", "version")}
    return text("pipeline.own_recipe", file=plan.recipe, **named)
