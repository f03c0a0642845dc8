"""The only place that makes a `Release`: what may leave the house, made of protected counts.

Nothing is written, shown or sent that did not come through `sealed_release`. Its editions are
computed from a sealed `Protected`, or from what is published already.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import pandas as pd

from sozialraum.model import (
    Breaks,
    Edition,
    Facts,
    Indicator,
    ParticipationRelease,
    Release,
    Scale,
)
from sozialraum.model.errors import DisclosureError
from sozialraum.model.release import _SEAL, RATE_COLUMNS, RATES
from sozialraum.privacy.rules import DisclosureRules
from sozialraum.texts import problem

if TYPE_CHECKING:
    import geopandas as gpd

_DECIMALS = 2
_TABLE = (
    "index", "class", "class_label", "rank", "status", "type", "type_label", "total_class_label",
    "dim_*", "*_index", "*_class", "*_class_label", "*_type", "*_type_label",
)  # fmt: skip
# the columns of each layer: a result folder is read back by them
LAYERS: Mapping[str, tuple[str, ...]] = {
    "certainty": ("rank_low", "rank_high", "class_probability", "likely_class", "rank_mid"),
    "participation": RATE_COLUMNS,
    "transitions": RATE_COLUMNS,
    "change": ("change", "sure", "distinct"),
    "clusters": ("cluster",),
    "types": ("type", "label", "kept"),
    "measures": ("label",),
    "districts": ("district",),
    "people": ("count", "reach_count"),  # bases, which are known, to tens
    "join": ("split_share", "split_classes"),
    "methods": ("*",),
}
WHOLE_KINDS = ("share", "rate", "ratio", "balance", "count", "vote")
# a table, or a function of the released editions, oldest first
Layer: TypeAlias = pd.DataFrame | Callable[[tuple[Edition, ...]], pd.DataFrame]


def is_uncounted(indicator: Indicator, rules: DisclosureRules) -> bool:
    """Tell whether nobody knows how many persons stand behind the indicator's values.

    It is delivered as a value, or is a mean of amounts without a largest amount, and published
    nowhere: none of it may be told.
    """
    if rules.is_open(indicator.id):
        return False
    amounts = indicator.kind not in WHOLE_KINDS and indicator.most is None
    return indicator.value is not None or amounts


def sealed_release(
    editions: Sequence[Edition],
    *,
    facts: Facts,
    notes: Sequence[str],
    areas: gpd.GeoDataFrame,
    indicators: Sequence[Indicator],
    scales: dict[str, Scale],
    breaks: dict[str, Breaks],
    rules: DisclosureRules,
    level: Literal["public", "intern"] = "public",
    points: dict[str, gpd.GeoDataFrame] | None = None,
    outlines: dict[str, gpd.GeoDataFrame] | None = None,
    streets: Mapping[str, tuple[str, ...]] | None = None,
    layers: Mapping[str, Layer] | None = None,
    details: dict[str, Any] | None = None,
) -> Release:
    """Return what may leave the house.

    Parameters
    ----------
    editions : the numbers of each Stichtag, oldest first, computed from protected counts
    facts : what every output prints about itself
    notes : German sentences on how counts were protected, and on what is not told
    areas : index = area key, the same keys in the same order as every frame; only ``name`` and
        geometry are kept
    indicators : in order, as in the columns of the frames
    scales, breaks : per axis
    rules : of disclosure control
    level : "intern": computed from true counts, for the office alone
    points, outlines : named layers; only name, kind and geometry are kept
    streets : name of a street -> keys of its areas; no house
    layers : further columns per area, of `LAYERS`; blank where the area has no class
    details : plain values for the manifest

    Returns
    -------
    Release.

    Raises
    ------
    DisclosureError
        With all problems at once: a column or layer that is not on the list of what may be
        published, a layer that holds a count, keys that differ.
    """
    given = layers or {}
    problems = [*_layer_problems(given, indicators), *_edition_problems(editions, areas)]
    if problems:
        raise DisclosureError(problems)
    uncounted = [i.id for i in indicators if is_uncounted(i, rules)]
    told = tuple(editions)
    return Release(
        seal=_SEAL,
        facts=facts,
        areas=_only(areas, ("name", "geometry")),
        editions=told,
        indicators=tuple(indicators),
        scales=dict(scales),
        breaks=dict(breaks),
        level=level,
        points={n: _only(p, ("name", "kind", "geometry")) for n, p in (points or {}).items()},
        outlines={n: _only(o, ("name", "geometry")) for n, o in (outlines or {}).items()},
        streets=dict(streets or {}),
        layers={n: _layer(n, one, told) for n, one in given.items()},
        notes=tuple(notes),
        details={
            **(details or {}),
            "disclosure": rules.public(),
            **({"uncounted": uncounted} if uncounted else {}),
        },
    )  # fmt: skip


def sealed_participation(**fields: Any) -> ParticipationRelease:
    """Return rates that may be shown: computed from protected counts and from nothing else.

    It is the only maker of a `ParticipationRelease`.

    Parameters
    ----------
    fields : of the release; see there
    """
    return ParticipationRelease(seal=_SEAL, **fields)


def with_layer(release: Release, name: str, layer: pd.DataFrame, details: Any) -> Release:
    """Return the release with one more layer, put first.

    Parameters
    ----------
    release : as `sealed_release` made it
    name, layer : of `LAYERS`
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


def _edition_problems(editions: Sequence[Edition], areas: gpd.GeoDataFrame) -> list[Any]:
    found = []
    for edition in editions:
        frames = (edition.table, edition.values, edition.signs, edition.contributions)
        if not all(frame.index.equals(areas.index) for frame in frames):
            found.append(problem("privacy.keys_differ", stichtag=edition.stichtag))
        unknown = [c for c in map(str, edition.table.columns) if not _listed(c, _TABLE)]
        found += [problem("privacy.unknown_column", column=column) for column in unknown]
    return found


def _layer_problems(layers: Mapping[str, Layer], indicators: Sequence[Indicator]) -> list[Any]:
    counts = {name for i in indicators for name in i.columns if name != i.value}
    found = []
    for name, given in layers.items():
        for column in () if callable(given) else map(str, given.columns):
            if column in counts:
                found.append(problem("privacy.count_in_layer", column=column, layer=name))
            elif not _listed(column, _columns_of(name)):
                found.append(problem("privacy.unknown_layer", column=column, layer=name))
    return found


def _columns_of(layer: str) -> tuple[str, ...]:
    """Return the columns a layer may have; a further layer of rates has those of the first."""
    kind, further, _ = layer.partition(".")
    return LAYERS.get(kind if further and kind in RATES else layer, ())


def _listed(column: str, names: Sequence[str]) -> bool:
    return any(fnmatchcase(column, name) for name in names)


def _only(frame: gpd.GeoDataFrame, columns: tuple[str, ...]) -> gpd.GeoDataFrame:
    """Return a frame with the listed columns and nothing else, no attributes either."""
    kept = frame[[c for c in columns if c in frame.columns]].copy()
    kept.attrs = {}
    return kept


def _layer(name: str, given: Layer, editions: tuple[Edition, ...]) -> pd.DataFrame:
    """Return a layer with two decimals, and blank where the area has no class."""
    frame = given(editions) if callable(given) else given
    table = editions[-1].table
    classes = table["class"] if table["class"].notna().any() else table["status"].eq("ok")
    shown = classes.notna() & classes.ne(False)
    shown = shown.reindex(frame.index, fill_value=False)
    layer = frame.where(shown)
    for column in () if callable(given) else layer.select_dtypes("floating"):
        layer[column] = layer[column].round(_DECIMALS)
    layer.attrs = {}
    return layer
