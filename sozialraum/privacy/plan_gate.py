"""The gate for plans: figures of few persons do not leave the house with a decision either."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sozialraum.model.plan_release import PlanRelease
from sozialraum.model.release import _SEAL
from sozialraum.privacy.rules import DisclosureRules
from sozialraum.texts import number, text

if TYPE_CHECKING:
    import geopandas as gpd


def protect_plan(
    scenarios: Mapping[str, Mapping[str, Any]],
    *,
    counts: Sequence[str],
    rules: DisclosureRules,
    title: str,
    place: str,
    legends: Mapping[str, Mapping[str, str]],
    labels: Mapping[str, str],
    areas: gpd.GeoDataFrame,
    points: Mapping[str, gpd.GeoDataFrame],
) -> PlanRelease:
    """Return the variants of a plan as they may be shown.

    Parameters
    ----------
    scenarios : per verb plain values with ``variants``, each with ``figures`` and ``table``
    counts : names of figures and columns that count persons
    rules : counts of 1 to below ``rules.minimum`` are blanked; counts are rounded to whole persons
    title, place, legends, labels, areas, points : as `PlanRelease` holds them; of areas and points
        only name and geometry are kept
    """
    return PlanRelease(
        seal=_SEAL,
        title=title,
        place=place,
        scenarios={verb: _scenario(s, set(counts), rules) for verb, s in scenarios.items()},
        legends={verb: dict(legend) for verb, legend in legends.items()},
        labels=dict(labels),
        areas=_only(areas),
        points={verb: _only(layer) for verb, layer in points.items()},
        notes=(text("privacy.plan.small_counts", minimum=number(rules.minimum)),),
    )


def _scenario(
    scenario: Mapping[str, Any], counts: set[str], rules: DisclosureRules
) -> dict[str, Any]:
    variants = [
        {
            **variant,
            "figures": _blanked(variant["figures"], counts, rules),
            "table": [_blanked(row, counts, rules) for row in variant["table"]],
        }
        for variant in scenario["variants"]
    ]
    return {**scenario, "variants": variants}


def _blanked(row: Mapping[str, Any], counts: set[str], rules: DisclosureRules) -> dict[str, Any]:
    return {name: _count(v, rules) if name in counts else v for name, v in row.items()}


def _count(value: Any, rules: DisclosureRules) -> Any:
    """Return a count as it may be told; None where it is withheld or unknown."""
    if value is None or isinstance(value, bool) or not isinstance(value, int | float):
        return value
    whole = round(value)
    return whole if rules.published_input or whole == 0 or whole >= rules.minimum else None


def _only(layer: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    kept = layer[[c for c in ("name", "geometry") if c in layer.columns]].copy()
    kept.attrs = {}
    return kept
