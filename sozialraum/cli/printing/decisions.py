"""Decisions on the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sozialraum.cli.terminal import print_json, print_prose, print_table
from sozialraum.texts import text

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


def print_rules(*, as_json: bool) -> None:
    """Print every published rule with its source and how it was read."""
    from sozialraum.workflows.plan import published_rules

    rules = published_rules()
    if as_json:
        print_json(rules)
        return
    for rule in rules:
        read = f"{text('planning.rules.read')}: {rule['evidence']}"
        print_prose(f"{rule['where']}", f"  {rule['label']}", f"  {rule['citation']} ({read})")
    print_prose("", text("planning.rules.none_else"))
