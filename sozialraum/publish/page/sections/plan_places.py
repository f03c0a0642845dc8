"""What stands on the maps of a plan's page: chosen sites, schools with what they get, offers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import geopandas as gpd

from sozialraum.model.plan_release import OFFERS, PlanRelease
from sozialraum.publish.graphics.plan_labels import point_labels, rows_of_year
from sozialraum.publish.graphics.plan_views import SHOWS_OFFERS, class_colours
from sozialraum.publish.page.sections.shell import PointLayer
from sozialraum.texts import number, text

_WHOLE = 1000  # letters: names on the page are not cut
# what the size of a sign stands for, per decision: a column of the variant's table
_AMOUNTS = {"allocate": "now", "locate": "persons_assigned", "ganztag": "places_missing"}


def variant_points(
    release: PlanRelease, verb: str, variant: Mapping[str, Any]
) -> tuple[PointLayer, ...]:
    """Return what stands on the map of a variant, the lowest first.

    Parameters
    ----------
    release, verb : plan and decision
    variant : as released
    """
    found = []
    offers = release.points.get(OFFERS)
    if verb in SHOWS_OFFERS and offers is not None and len(offers):
        label = text("publish.plan.offer")
        found.append(PointLayer(label=label, points=_named(offers, {}), sign="◆", fill="#ffffff"))
    points = release.points.get(verb)
    if points is None:
        return tuple(found)
    groups = _groups(release, verb, variant, {str(key) for key in points.index})
    words = point_labels(release, verb, variant, longest=_WHOLE)
    amounts = _amounts(verb, variant)
    largest = max((a for v in _all(release, verb) for a in _amounts(verb, v).values()), default=0)
    return (*found, *_layers(points, groups, words, amounts, largest))


def _layers(
    points: gpd.GeoDataFrame,
    groups: list[tuple[str, str, str, list[str]]],
    words: Mapping[str, str],
    amounts: Mapping[str, float],
    largest: float,
) -> Iterator[PointLayer]:
    for label, sign, fill, keys in groups:
        sized = largest > 0 and all(key in amounts for key in keys)
        yield PointLayer(
            label=label,
            points=_named(points.loc[keys], amounts),
            sign=sign,
            fill=fill,
            words=tuple(words.get(key, "") for key in keys),
            sizes=tuple(amounts[key] / largest for key in keys) if sized else (),
        )


def size_line(release: PlanRelease, verb: str, variant: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what the size of the signs says, as a line of the legend.

    Parameters
    ----------
    release, verb : plan and decision
    variant : as released
    """
    if not _amounts(verb, variant):
        return ()
    column = _AMOUNTS[_kind(verb)]
    largest = max(a for v in _all(release, verb) for a in _amounts(verb, v).values())
    if largest <= 0:
        return ()
    label = variant["arguments"].get("currency") or release.labels.get(column, column)
    return (text("publish.shell.size", label=label, n=_amount_words(largest)),)


def _kind(verb: str) -> str:
    return "allocate" if verb.startswith("allocate") else verb


def _all(release: PlanRelease, verb: str) -> list[Mapping[str, Any]]:
    return list(release.scenarios[verb]["variants"])


def _amounts(verb: str, variant: Mapping[str, Any]) -> dict[str, float]:
    column = _AMOUNTS.get(_kind(verb))
    return {
        str(row["key"]): float(row[column])
        for row in rows_of_year(verb, variant)
        if column in row and isinstance(row[column], int | float)
    }


def _groups(
    release: PlanRelease, verb: str, variant: Mapping[str, Any], known: set[str]
) -> list[tuple[str, str, str, list[str]]]:
    """Return label, sign, colour and keys of places that look alike."""
    classes = {k: c for k, c in variant["classes"].items() if k in known}
    stands = {row["key"] for row in variant["table"] if row.get("fixed")}
    chosen = {k for k in variant["points"] if k in known} - set(classes)
    legend = release.legends.get(verb, {})
    groups = [
        (legend.get(name, name), "●", colour, sorted(k for k, c in classes.items() if c == name))
        for name, colour in class_colours(release, verb).items()
    ]
    unknown = sorted(k for k, c in classes.items() if c in ("unknown", "nobody"))
    if unknown:
        groups.append((legend.get(classes[unknown[0]], ""), "●", "#ffffff", unknown))
    word = {"gap": "doubled", "catchments": "school"}.get(verb, "chosen")
    groups.append((text(f"publish.plan.{word}"), "●", "", sorted(chosen - stands)))
    groups.append((text("publish.plan.stands"), "■", "#ffffff", sorted(chosen & stands)))
    return [group for group in groups if group[3]]


def _named(points: gpd.GeoDataFrame, amounts: Mapping[str, float]) -> gpd.GeoDataFrame:
    """Return names, and beside each what it gets."""
    names = points.get("name", points.index)
    kinds = [_amount_words(amounts[str(k)]) if str(k) in amounts else "" for k in points.index]
    columns = {"name": [str(n) for n in names], "kind": kinds}
    return gpd.GeoDataFrame(columns, geometry=points.geometry.to_numpy(), crs=points.crs)


def _amount_words(amount: float) -> str:
    return number(amount, 0 if amount == round(amount) else 2)
