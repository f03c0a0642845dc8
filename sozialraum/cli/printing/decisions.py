"""Decisions on the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sozialraum.cli.terminal import print_table

if TYPE_CHECKING:
    from sozialraum.workflows.plan import PlanDecision


def print_decision(decision: PlanDecision) -> None:
    """Print the first sentence and the key figures of every variant, as the page shows them."""
    from sozialraum.publish.escape import visible
    from sozialraum.publish.plans.plan_tables import shown_figures

    release = decision.release
    for scenario in release.scenarios.values():
        variants = scenario["variants"]
        print(f"\n{visible(scenario['title'])}")
        for variant in variants:
            print(visible(f"  {variant['name']}: {' '.join(variant['sentences'][:1])}"))
        rows = [
            [
                release.labels.get(name, name),
                *shown_figures(name, [v["figures"][name] for v in variants]),
            ]
            for name in variants[0]["figures"]
            if any(v["figures"][name] is not None for v in variants)
        ]
        print_table(["", *(v["name"] for v in variants)], rows)
