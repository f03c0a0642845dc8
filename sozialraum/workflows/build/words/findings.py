"""What a build found, in sentences for the committee: whom it reaches, what becomes of them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from sozialraum.config.plan import Plan
from sozialraum.insight.equity import concentration_index
from sozialraum.insight.outcomes import FALLACY, Outcome, describe_ratio, rate_ratio
from sozialraum.insight.words import describe_concentration
from sozialraum.model import Release
from sozialraum.privacy.rules import DisclosureRules
from sozialraum.texts import number, text
from sozialraum.workflows.build.measuring import Measured

Interval = tuple[float, float, float]  # lowest and highest number of cases, and the persons


@dataclass(frozen=True)
class Finding:
    """Sentences, and what their figures tell about counts.

    Parameters
    ----------
    layer : "participation" or "transitions"
    sentences : German
    claims : per class label the interval of the cases of its areas together; empty where the
        sentence is made of published figures alone
    areas : per class label the areas it is about
    """

    layer: str
    sentences: tuple[str, ...]
    claims: Mapping[str, Interval] = field(default_factory=dict)
    areas: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def findings(
    plan: Plan,
    measured: Measured,
    release: Release,
    rules: DisclosureRules,
    held: Collection[str] = (),
) -> tuple[Finding, ...]:
    """Return the sentences; only groups of classes with enough children are spoken of.

    Which area is of which class, and how often an offer is taken where, is taken from the release;
    figures on whole classes come from the true counts, and are rows of the audit.

    Parameters
    ----------
    plan, measured : the build and its own Stichtag
    release : what is published, for classes and rates
    rules : ``minimum`` cases and others that a spoken rate must rest on
    held : layers whose classes must not be spoken of, because it would give a group away
    """
    notes: list[Finding] = []
    if plan.participation is not None:
        p = plan.participation
        counts = _counts(measured, release, "participation", p.participants, p.children)
        notes += _participation(p.label, counts, plan, release, rules, held)
    if plan.transitions is not None:
        t = plan.transitions
        counts = _counts(measured, release, "transitions", t.cases, t.children)
        notes += _transitions(t.cases, t.label, counts, plan, release, rules, held)
    return tuple(notes)


def _counts(
    measured: Measured, release: Release, layer: str, cases: str, children: str
) -> pd.DataFrame:
    """Return true cases and persons per area, whether its rate is withheld, and its class."""
    counts = measured.counts[[cases, children]].set_axis(["cases", "all"], axis=1).dropna()
    published = release.layers[layer].reindex(counts.index)
    counts["withheld"] = published["status"] != "ok"
    counts["rate"] = published["rate"].astype(float)
    counts["label"] = release.current.table["class_label"].reindex(counts.index)
    return counts


def _ends(plan: Plan, release: Release) -> tuple[str, str]:
    """Return the labels of the most and the least burdened class."""
    labels = release.breaks["index"].labels
    return (labels[-1], labels[0]) if plan.orientation == "deprivation" else (labels[0], labels[-1])


def _participation(
    label: str,
    counts: pd.DataFrame,
    plan: Plan,
    release: Release,
    rules: DisclosureRules,
    held: Collection[str],
) -> Iterator[Finding]:
    index = release.current.table["index"].astype(float)
    burden = index if plan.orientation == "deprivation" else -index
    known = counts.join(burden.rename("burden")).dropna(subset=["rate", "burden"])
    if known.empty:
        return
    # from published rates: who knows them and the children finds the same sentence
    spread = concentration_index(known["rate"] * known["all"], known["all"], known["burden"])
    what = text("pipeline.findings.taking_part", label=label)
    yield Finding("participation", (describe_concentration(spread, what),))
    ends = _ends(plan, release)
    if "participation" in held or not all(_enough(counts, counts["label"], e, rules) for e in ends):
        return
    claims = {}
    for end in ends:
        inside = counts[counts["label"] == end]
        claims[end] = _percent(inside["cases"].sum(), inside["all"].sum())
    shares = [number(100 * _middle(claims[end])) for end in ends]
    sentence = text(
        "pipeline.findings.rates",
        label=label,
        worst=ends[0],
        best=ends[1],
        worst_share=shares[0],
        best_share=shares[1],
    )
    yield Finding("participation", (sentence,), claims, _members(counts, ends))


def _transitions(
    name: str,
    label: str,
    counts: pd.DataFrame,
    plan: Plan,
    release: Release,
    rules: DisclosureRules,
    held: Collection[str],
) -> Iterator[Finding]:
    ends = _ends(plan, release)
    if "transitions" in held or not all(_enough(counts, counts["label"], e, rules) for e in ends):
        return
    outcome = Outcome(name, counts["cases"], counts["all"], event=label)
    ratio = rate_ratio(outcome, counts["label"], ends[0], ends[1])
    group, reference = (text("pipeline.findings.areas", label=end) for end in ends)
    notes = describe_ratio(ratio, label, group=group, reference=reference)
    sums = counts.groupby("label")[["cases", "all"]].sum()
    # a ratio with its interval tells no more than both sums exactly
    claims = {e: (sums["cases"][e], sums["cases"][e], sums["all"][e]) for e in ends}
    yield Finding("transitions", (notes, text(FALLACY)), claims, _members(counts, ends))


def _percent(cases: float, persons: float) -> Interval:
    """Return the cases that whole per cent of persons stand for.

    Examples
    --------
    >>> _percent(30.0, 201.0)
    (29.145, 31.155, 201.0)
    """
    share = np.floor(100 * cases / persons + 0.5)
    return float((share - 0.5) / 100 * persons), float((share + 0.5) / 100 * persons), persons


def _middle(claim: Interval) -> float:
    low, high, persons = claim
    return (low + high) / 2 / persons


def _members(counts: pd.DataFrame, ends: tuple[str, str]) -> dict[str, tuple[str, ...]]:
    return {end: tuple(map(str, counts.index[counts["label"] == end])) for end in ends}


def _enough(counts: pd.DataFrame, labels: pd.Series, end: str, rules: DisclosureRules) -> bool:
    """Tell whether the rate of a class may be spoken of.

    The class needs enough cases and enough others; and so do its withheld areas together, of which
    there must be none or several: the class minus its shown areas must not give one of them away.
    """
    inside = counts[labels.reindex(counts.index) == end]
    hidden = inside[inside["withheld"]]
    if len(hidden) == 1:
        return False
    stated = [inside, hidden] if len(hidden) else [inside]
    for part in stated:
        cases, everyone = part["cases"].sum(), part["all"].sum()
        if cases < rules.minimum or everyone - cases < rules.minimum:
            return False
    return True
