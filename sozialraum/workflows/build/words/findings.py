"""What a build found, in sentences for the committee: whom it reaches, what becomes of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pandas as pd

from sozialraum.config.further import Participation, layer_of
from sozialraum.config.plan import Plan
from sozialraum.insight.equity import concentration_index
from sozialraum.insight.outcomes import FALLACY, OutcomeCounts, describe_ratio, rate_ratio
from sozialraum.insight.words import describe_concentration
from sozialraum.model import Release
from sozialraum.privacy.rules import DisclosureRules
from sozialraum.texts import number, text
from sozialraum.workflows.build.counts.variables import BESIDE
from sozialraum.workflows.build.further.outcomes import outcome_sentences
from sozialraum.workflows.build.measuring import Measured


@dataclass(frozen=True)
class Finding:
    """Sentences on one layer.

    Parameters
    ----------
    layer : "participation" or "transitions"
    sentences : German
    """

    layer: str
    sentences: tuple[str, ...]


def findings(
    plan: Plan, measured: Measured, release: Release, rules: DisclosureRules
) -> tuple[Finding, ...]:
    """Return the sentences; only groups of classes with enough children are spoken of.

    Sums over classes are sums of protected counts.

    Parameters
    ----------
    plan, measured : the build and its own Stichtag
    release : what is published, for classes and rates
    rules : ``minimum`` cases and others that a spoken rate must rest on
    """
    notes: list[Finding] = []
    for name, section in plan.beside.items():
        counts = _counts(measured, release, name)
        if isinstance(section, Participation):
            notes += _participation(section.label, counts, plan, release, rules)
        else:
            notes += _transitions(section.cases, section.label, counts, plan, release, rules)
        if name == BESIDE[1]:
            stated = outcome_sentences(plan, measured.table, release, rules)
            notes += [Finding("transitions", stated)]
    # what holds for every outcome is said once
    known: dict[str, None] = {}
    return tuple(replace(f, sentences=_unsaid(f.sentences, known)) for f in notes)


def _unsaid(sentences: tuple[str, ...], known: dict[str, None]) -> tuple[str, ...]:
    """Return the sentences that were not said before, and remember them."""
    fresh = tuple(s for s in sentences if s not in known)
    known.update(dict.fromkeys(sentences))
    return fresh


def _counts(measured: Measured, release: Release, name: str) -> pd.DataFrame:
    """Return protected cases and persons per area, its rate, and its class."""
    table = measured.table
    counts = pd.DataFrame({"cases": table.middle[name], "all": table.base[name]}).dropna()
    rate = release.layers[layer_of(name)]["rate"].astype(float)
    counts["rate"] = rate.reindex(counts.index)
    counts["label"] = release.current.table["class_label"].reindex(counts.index)
    return counts


def _ends(plan: Plan, release: Release) -> tuple[str, str]:
    """Return the labels of the most and the least burdened class."""
    labels = release.breaks["index"].labels
    return (labels[-1], labels[0]) if plan.orientation == "deprivation" else (labels[0], labels[-1])


def _participation(
    label: str, counts: pd.DataFrame, plan: Plan, release: Release, rules: DisclosureRules
) -> Iterator[Finding]:
    index = release.current.table["index"].astype(float)
    burden = index if plan.orientation == "deprivation" else -index
    known = counts.join(burden.rename("burden")).dropna(subset=["rate", "burden"])
    if known.empty:
        return
    spread = concentration_index(known["rate"] * known["all"], known["all"], known["burden"])
    what = text("pipeline.findings.taking_part", label=label)
    yield Finding("participation", (describe_concentration(spread, what),))
    ends = _ends(plan, release)
    if not all(_enough(counts, counts["label"], end, rules) for end in ends):
        return
    sums = counts.groupby("label")[["cases", "all"]].sum()
    shares = [number(100 * sums["cases"][end] / sums["all"][end]) for end in ends]
    sentence = text(
        "pipeline.findings.rates",
        label=label,
        worst=ends[0],
        best=ends[1],
        worst_share=shares[0],
        best_share=shares[1],
    )
    yield Finding("participation", (sentence,))


def _transitions(
    name: str,
    label: str,
    counts: pd.DataFrame,
    plan: Plan,
    release: Release,
    rules: DisclosureRules,
) -> Iterator[Finding]:
    ends = _ends(plan, release)
    if not all(_enough(counts, counts["label"], end, rules) for end in ends):
        return
    outcome = OutcomeCounts(name, counts["cases"], counts["all"], event=label)
    ratio = rate_ratio(outcome, counts["label"], ends[0], ends[1])
    group, reference = (text("pipeline.findings.areas", label=end) for end in ends)
    notes = describe_ratio(ratio, label, group=group, reference=reference)
    yield Finding("transitions", (notes, text(FALLACY)))


def _enough(counts: pd.DataFrame, labels: pd.Series, end: str, rules: DisclosureRules) -> bool:
    """Tell whether the rate of a class may be spoken of: enough cases, and enough others."""
    inside = counts[labels.reindex(counts.index) == end]
    cases, everyone = inside["cases"].sum(), inside["all"].sum()
    return bool(cases >= rules.minimum and everyone - cases >= rules.minimum)
