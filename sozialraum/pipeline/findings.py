"""What a build found, in sentences for the committee: whom it reaches, what becomes of them."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from sozialraum.config.plan import Plan
from sozialraum.insight.equity import concentration_index
from sozialraum.insight.outcomes import FALLACY, Outcome, describe_ratio, rate_ratio
from sozialraum.insight.words import describe_concentration
from sozialraum.pipeline.measuring import Measured
from sozialraum.pipeline.outreach import outreach_layers
from sozialraum.pipeline.scoring import Scored, Yardstick
from sozialraum.privacy.rules import DisclosureRules
from sozialraum.texts import number, text


def findings(
    plan: Plan,
    measured: Measured,
    scored: Scored,
    yardstick: Yardstick,
    rules: DisclosureRules,
) -> tuple[str, ...]:
    """Return the sentences; only groups of classes with enough children are spoken of.

    Parameters
    ----------
    plan, measured, scored, yardstick : the build and its main axis
    rules : ``minimum`` cases and others that a spoken rate must rest on
    """
    said: list[str] = []
    layers = outreach_layers(plan, measured, rules)
    burden = scored.index if plan.orientation == "deprivation" else -scored.index
    ends = _ends(plan, yardstick)
    if plan.participation is not None:
        p = plan.participation
        counts = measured.counts[[p.participants, p.children]].set_axis(["cases", "all"], axis=1)
        counts["withheld"] = layers["participation"]["status"] != "ok"
        said += _participation(p.label, counts, burden, scored.labels, ends, rules)
    if plan.transitions is not None:
        t = plan.transitions
        counts = measured.counts[[t.cases, t.children]].set_axis(["cases", "all"], axis=1)
        counts["withheld"] = layers["transitions"]["status"] != "ok"
        said += _transitions(t.cases, t.label, counts, scored.labels, ends, rules)
    return tuple(said)


def _ends(plan: Plan, yardstick: Yardstick) -> tuple[str, str]:
    """Return the labels of the most and the least burdened class."""
    labels = yardstick.breaks.labels
    return (labels[-1], labels[0]) if plan.orientation == "deprivation" else (labels[0], labels[-1])


def _participation(
    label: str,
    counts: pd.DataFrame,
    burden: pd.Series,
    labels: pd.Series,
    ends: tuple[str, str],
    rules: DisclosureRules,
) -> Iterator[str]:
    known = counts.join(burden.rename("burden")).dropna()
    if known.empty:
        return
    found = concentration_index(known["cases"], known["all"], known["burden"])
    yield describe_concentration(found, text("pipeline.findings.taking_part", label=label))
    groups = counts.groupby(labels).sum()
    if all(_enough(counts, labels, end, rules) for end in ends):
        shares = [number(100 * groups["cases"][e] / groups["all"][e]) for e in ends]
        yield text(
            "pipeline.findings.rates",
            label=label,
            worst=ends[0],
            best=ends[1],
            worst_share=shares[0],
            best_share=shares[1],
        )


def _transitions(
    name: str,
    label: str,
    counts: pd.DataFrame,
    labels: pd.Series,
    ends: tuple[str, str],
    rules: DisclosureRules,
) -> Iterator[str]:
    known = counts.dropna()
    if not all(_enough(known, labels, end, rules) for end in ends):
        return
    outcome = Outcome(name, known["cases"], known["all"], event=label)
    ratio = rate_ratio(outcome, labels, ends[0], ends[1])
    group, reference = (text("pipeline.findings.areas", label=end) for end in ends)
    yield describe_ratio(ratio, label, group=group, reference=reference)
    yield text(FALLACY)


def _enough(counts: pd.DataFrame, labels: pd.Series, end: str, rules: DisclosureRules) -> bool:
    """Tell whether the rate of a class may be spoken of.

    The class needs enough cases and enough others; and so do its withheld areas together, of which
    there must be none or several: the class minus its shown areas must not give one of them away.
    """
    inside = counts[labels.reindex(counts.index) == end]
    hidden = inside[inside["withheld"]]
    if len(hidden) == 1:
        return False
    told = [inside, hidden] if len(hidden) else [inside]
    for part in told:
        cases, everyone = part["cases"].sum(), part["all"].sum()
        if cases < rules.minimum or everyone - cases < rules.minimum:
            return False
    return True
