"""The gate: the only place that makes a `Release`.

Nothing is written, shown or sent that did not come through `protect`. Its numbers are functions of
what may be told: shares rounded so that a base does not give the count back, an index with few
decimals, contributions recomputed from the published shares. What is withheld is in no column and
no attribute of the release.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import pandas as pd

from sozialraum.model import (
    Breaks,
    Edition,
    Facts,
    Indicator,
    Problem,
    Release,
    Scale,
    status_frame,
)
from sozialraum.model.errors import DisclosureError
from sozialraum.model.release import _SEAL
from sozialraum.privacy.columns import layer_column, must_be_derived, table_column
from sozialraum.privacy.edition import (
    WITHHELD,
    Candidate,
    cell_signs,
    protect_edition,
    published_values,
)
from sozialraum.privacy.index_leak import index_leak_warnings
from sozialraum.privacy.publishable import is_uncounted, unpublishable, without_references
from sozialraum.privacy.reasons import release_notes
from sozialraum.privacy.rules import DisclosureRules
from sozialraum.texts import problem

if TYPE_CHECKING:
    import geopandas as gpd

__all__ = ["Candidate", "disclosure_warnings", "protect"]

# A class probability to two decimals is nearly the index: beside withheld values one decimal.
_LAYER_DECIMALS, _LAYER_DECIMALS_BESIDE_WITHHELD = 2, 1
# Made from figures that may be told, or made here from the editions as they are released.
Layer: TypeAlias = pd.DataFrame | Callable[[tuple[Edition, ...]], pd.DataFrame]


def protect(
    candidates: Candidate | Sequence[Candidate],
    *,
    facts: Facts,
    areas: gpd.GeoDataFrame,
    indicators: Sequence[Indicator],
    scales: dict[str, Scale],
    breaks: dict[str, Breaks],
    rules: DisclosureRules,
    level: Literal["public", "intern"] = "public",
    points: dict[str, gpd.GeoDataFrame] | None = None,
    outlines: dict[str, gpd.GeoDataFrame] | None = None,
    layers: Mapping[str, Layer] | None = None,
    details: dict[str, Any] | None = None,
) -> Release:
    """Return what may leave the house.

    Parameters
    ----------
    candidates : true numbers per Stichtag, oldest first; see `Candidate`
    facts : what every output prints about itself
    areas : index = area key, the same keys in the same order as every frame; only ``name`` and
        geometry are kept
    indicators : in order, as in the columns of the frames
    scales, breaks : per axis, made publishable by `publishable_scale` and `publishable_breaks`
    rules : what may be told about few persons
    level : "public": primary and secondary suppression look the same, because an attacker who can
        tell them apart knows more; "intern": they are told apart
    points, outlines : named layers; only name, kind and geometry are kept
    layers : further columns per area, of those listed in `sozialraum.privacy.columns`; blank where
        the area has no class; two decimals, one where a value of the area is withheld. A layer that
        is bound as "published" is a function of the released editions, oldest first
    details : plain values for the manifest

    Returns
    -------
    Release. Its notes say in German what was withheld and why, without numbers.

    Raises
    ------
    DisclosureError
        With all problems at once: a column or layer that is not on the list of what may be
        published, a layer that holds a count, a scale whose constants were not rounded, keys that
        differ.

    Notes
    -----
    The index is computed inside, from true counts, and is published with at most
    ``rules.index_decimals`` decimals; its class comes from the unrounded index; the rank from the
    published one (1 = highest burden, ties share a rank). The value of an area whose largest base
    is below ``rules.minimum_base`` is not published at all; below ``rules.value_base`` only its
    class is (status "small_base"). Contributions add up: for every area with a published index, the
    shown contributions and ``rest`` sum to it.
    """
    several = (candidates,) if isinstance(candidates, Candidate) else tuple(candidates)
    problems = _problems(several, areas, indicators, scales, breaks, layers or {}, rules)
    if problems:
        raise DisclosureError(problems)
    editions = tuple(
        protect_edition(
            candidate,
            indicators=indicators,
            breaks=breaks,
            rules=rules,
            orientation=facts.orientation,
        )
        for candidate in several
    )
    uncounted = [i.id for i in indicators if is_uncounted(i, rules)]
    notes = release_notes(editions, indicators=indicators, rules=rules, area_word=facts.area_word)
    if level == "public":
        editions = tuple(_indistinguishable(edition) for edition in editions)
    return Release(
        seal=_SEAL,
        facts=facts,
        areas=_only(areas, ("name", "geometry")),
        editions=editions,
        indicators=tuple(indicators),
        scales={a: without_references(s, indicators, rules) for a, s in scales.items()},
        breaks=dict(breaks),
        level=level,
        points={n: _only(p, ("name", "kind", "geometry")) for n, p in (points or {}).items()},
        outlines={n: _only(o, ("name", "geometry")) for n, o in (outlines or {}).items()},
        layers={n: _layer(n, given, editions) for n, given in (layers or {}).items()},
        notes=notes,
        details={
            **(details or {}),
            "disclosure": rules.public(),
            **({"uncounted": uncounted} if uncounted else {}),
        },
    )


def with_layer(release: Release, name: str, layer: pd.DataFrame, details: Any) -> Release:
    """Return the release with one more layer, put first, treated as `protect` treats its layers.

    Parameters
    ----------
    release : as `protect` made it
    name, layer : of those listed in `sozialraum.privacy.columns`
    details : plain values on it for the manifest

    Raises
    ------
    DisclosureError
        If it has a column that is not on the list, or that holds a count.
    """
    problems = _layer_problems({name: layer}, release.indicators)
    if problems:
        raise DisclosureError(problems)
    shown = _layer(name, layer, release.editions)
    return replace(
        release,
        layers={name: shown, **release.layers},
        details={**release.details, name: details},
    )


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
    release : as `protect` made it
    findings : German sentences on the whole, put before those it has, or after them if `last`
    words : German sentences per area key; only areas with a published index may have some

    Raises
    ------
    DisclosureError
        If there is a sentence on an area whose index is withheld.
    """
    index = release.current.table["index"]
    if unknown := sorted(set(words) - set(index.index[index.notna()])):
        raise DisclosureError(problem("privacy.word_on_withheld", key=", ".join(unknown)))
    there = release.facts.findings
    said = (*there, *findings) if last else (*findings, *there)
    facts = replace(release.facts, findings=said)
    return replace(release, facts=facts, words=dict(words))


def disclosure_warnings(
    candidates: Candidate | Sequence[Candidate],
    *,
    indicators: Sequence[Indicator],
    breaks: dict[str, Breaks],
    rules: DisclosureRules,
) -> list[Problem]:
    """Return what the asked-for decimals of the index would give back, for the office.

    `protect` withholds those indices; the warning says how many values it is about, per Stichtag.
    Arguments as for `protect`.
    """
    several = (candidates,) if isinstance(candidates, Candidate) else tuple(candidates)
    found: list[Problem] = []
    for candidate in several:
        signs = cell_signs(candidate, indicators=indicators, rules=rules)
        values = published_values(candidate, signs, indicators=indicators, rules=rules)
        found += index_leak_warnings(
            candidate,
            signs,
            values,
            indicators=indicators,
            breaks=breaks.get("index"),
            rules=rules,
        )
    return found


def _problems(
    candidates: Sequence[Candidate],
    areas: gpd.GeoDataFrame,
    indicators: Sequence[Indicator],
    scales: dict[str, Scale],
    breaks: dict[str, Breaks],
    layers: Mapping[str, Layer],
    rules: DisclosureRules,
) -> list[Problem]:
    found = _layer_problems(layers, indicators)
    for candidate in candidates:
        frames = (candidate.table, candidate.value, candidate.base, candidate.status)
        if not all(frame.index.equals(areas.index) for frame in frames):
            found.append(problem("privacy.keys_differ", stichtag=candidate.stichtag))
        for column in candidate.table.columns:
            if table_column(str(column), axes=breaks) is None:
                found.append(problem("privacy.unknown_column", column=str(column)))
    for name in unpublishable(scales, indicators, rules):
        found.append(problem("privacy.unrounded_scale", column=name))
    return found


def _layer_problems(layers: Mapping[str, Layer], indicators: Sequence[Indicator]) -> list[Problem]:
    counts = {name for i in indicators for name in (i.numerator, i.denominator) if name}
    found = []
    for name, given in layers.items():
        if callable(given):
            continue
        columns = list(map(str, given.columns))
        for column in columns:
            if column in counts:
                found.append(problem("privacy.count_in_layer", column=column, layer=name))
            elif layer_column(name, column) is None:
                found.append(problem("privacy.unknown_layer", column=column, layer=name))
        if must_be_derived(name, columns):
            found.append(problem("privacy.not_derived", layer=name))
    return found


def _only(frame: gpd.GeoDataFrame, columns: tuple[str, ...]) -> gpd.GeoDataFrame:
    """Return a frame with the listed columns and nothing else, no attributes either."""
    kept = frame[[c for c in columns if c in frame.columns]].copy()
    kept.attrs = {}
    return kept


def _layer(name: str, given: Layer, editions: tuple[Edition, ...]) -> pd.DataFrame:
    """Return a layer rounded, and blank where the area has no class."""
    frame = given(editions) if callable(given) else given
    if any(layer_column(name, str(c)) is None for c in frame.columns):
        columns = ", ".join(map(str, frame.columns))
        raise DisclosureError([problem("privacy.unknown_layer", column=columns, layer=name)])
    edition = editions[-1]
    shown = edition.table["class"].notna().reindex(frame.index, fill_value=False)
    withheld = edition.signs.isin(WITHHELD).any(axis=1).reindex(frame.index, fill_value=True)
    layer = frame.where(shown)
    for column in layer.columns:
        if layer_column(name, str(column)).binding == "unwithheld":
            layer[column] = layer[column].mask(withheld)
    if callable(given):  # of published figures: nothing to be coarsened
        return _without_attributes(layer)
    for column in layer.select_dtypes("floating"):
        coarse = layer[column].round(_LAYER_DECIMALS_BESIDE_WITHHELD)
        layer[column] = layer[column].round(_LAYER_DECIMALS).where(~withheld, coarse)
    return _without_attributes(layer)


def _without_attributes(frame: pd.DataFrame) -> pd.DataFrame:
    frame.attrs = {}
    return frame


def _indistinguishable(edition: Edition) -> Edition:
    """Return the edition with one sign for all suppressed cells."""
    signs = edition.signs.astype(object).replace("suppressed_secondary", "suppressed")
    return replace(edition, signs=status_frame(signs))
