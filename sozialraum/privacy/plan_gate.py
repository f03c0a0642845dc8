"""The gate for plans: what a decision was made of is told, and how exactly.

Cases come in protected, as middles of windows, so that nothing here can tell more of them. How many
children live where is known: it is exact inside, and told in tens unless the input is published
already. All else is told no more exactly than that.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sozialraum.model.plan_release import PlanRelease
from sozialraum.model.release import _SEAL
from sozialraum.privacy.rules import DisclosureRules
from sozialraum.texts import text

if TYPE_CHECKING:
    import geopandas as gpd

DECIMALS = 2
TENS = 10
METRES = "metres"  # distances are told in whole metres


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
    ratios: Mapping[str, tuple[str, str]] | None = None,
    decimals: Mapping[str, int] | None = None,
) -> PlanRelease:
    """Return the variants of a plan as they may be shown.

    Parameters
    ----------
    scenarios : per verb plain values with ``variants``, each with ``figures``, ``table`` and
        sentences, and ``details``, each with ``rows``
    counts : names of figures and columns that count persons: told in tens, None below ten
    rules : where the input is published already, all is told as it is
    title, place, legends, labels, areas, points : as `PlanRelease` holds them; of areas and points
        only name and geometry are kept
    ratios : per column the two it is the quotient of; computed again from what is told of these
    decimals : per column how many decimals are told; 2 for the others, 0 for metres
    """
    gate = _ReleaseGate(set(counts), rules, dict(ratios or {}), dict(decimals or {}))
    return PlanRelease(
        seal=_SEAL,
        title=title,
        place=place,
        scenarios={verb: gate.scenario(s) for verb, s in scenarios.items()},
        legends={verb: dict(legend) for verb, legend in legends.items()},
        labels=dict(labels),
        areas=_only(areas),
        points={verb: _only(layer) for verb, layer in points.items()},
        notes=_notes(rules),
    )


def _notes(rules: DisclosureRules) -> tuple[str, ...]:
    if rules.published_input:
        return (text("privacy.plan.published", reason=rules.reason.strip().rstrip(".")),)
    return (text("privacy.plan.windows"), text("privacy.plan.tens"))


class _ReleaseGate:
    """Rows of figures as they may be told."""

    def __init__(
        self,
        counts: set[str],
        rules: DisclosureRules,
        ratios: dict[str, tuple[str, str]],
        decimals: dict[str, int],
    ) -> None:
        self.counts, self.rules, self.ratios, self.decimals = counts, rules, ratios, decimals

    def scenario(self, scenario: Mapping[str, Any]) -> dict[str, Any]:
        """Return a scenario with all its figures and tables passed through `row`."""
        variants = [
            {
                **variant,
                "classes": dict(variant.get("classes", {})),
                "figures": self.row(variant["figures"]),
                "table": [self.row(row) for row in variant["table"]],
            }
            for variant in scenario["variants"]
        ]
        details = [
            {**detail, "rows": [self.row(row) for row in detail["rows"]]}
            for detail in scenario.get("details", ())
        ]
        return {**scenario, "variants": variants, "details": details}

    def row(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """Return one row: counts rounded, quotients of them computed anew, the rest shortened."""
        if self.rules.published_input:
            return {n: _whole(v) if n in self.counts else v for n, v in row.items()}
        told = {
            n: self._count(v) if n in self.counts else self._shortened(n, v) for n, v in row.items()
        }
        for name, (part, whole) in self.ratios.items():
            if name in told and part in told and whole in told:
                above, below = told[part], told[whole]
                known = _is_number(above) and _is_number(below) and below > 0
                told[name] = self._shortened(name, above / below) if known else None
        return told

    def _count(self, value: Any) -> Any:
        if not _is_number(value):
            return value
        whole = round(value)
        if whole < TENS:
            return 0 if whole == 0 else None
        return math.floor(value / TENS + 0.5) * TENS

    def _shortened(self, name: str, value: Any) -> Any:
        if not isinstance(value, float):
            return value
        places = self.decimals.get(name, 0 if name.endswith(METRES) else DECIMALS)
        return round(value, places)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _whole(value: Any) -> Any:
    return round(value) if _is_number(value) else value


def _only(layer: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    kept = layer[[c for c in ("name", "geometry") if c in layer.columns]].copy()
    kept.attrs = {}
    return kept
