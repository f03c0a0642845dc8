"""What a build says of estimated shares: from where, for whom it matters, what it does not bear."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sozialraum.insight.small_area.strengthened import Strengthened
from sozialraum.texts import number, text
from sozialraum.workflows.build.computed import Computed
from sozialraum.workflows.build.measuring import Measured
from sozialraum.workflows.build.scoring import learn, score
from sozialraum.workflows.certainty.likely_classes import takes_likely

_SHOWN = 12  # areas that change class, by name


def smoothing_words(computed: Computed) -> list[str]:
    """Return what ``methode.md`` says of the estimate; the first sentence also stands on the page.

    Empty without ``[smoothing]``.
    """
    plan, today = computed.plan, computed.measured[computed.day]
    if today.estimated is None:
        return []
    from sozialraum.insight.small_area.words import describe_strength

    labels = {i.id: i.label for i in plan.indicators}
    named = replace(today.estimated, report=today.estimated.report.rename(index=labels))
    stated = describe_strength(named)
    if named.report["kept"].eq("raw").all():
        return stated
    stated += [text("pipeline.smoothing.frozen")] if plan.reference is not None else []
    stated += [*_who_moves(computed), *_learnt(named)]
    if takes_likely(computed.scoring, computed.main):
        stated.append(text("pipeline.smoothing.likely"))
    return [*stated, text("pipeline.smoothing.raw_only")]


def _who_moves(computed: Computed) -> Iterator[str]:
    """Say which areas are in another class than with counted shares under their own scale."""
    plan, axis = computed.scoring, computed.main
    if plan.reference is not None:
        return
    today = computed.measured[computed.day]
    counted = _counted(today)
    before = score(plan, axis, counted.used, learn(plan, axis, counted)).labels.astype(object)
    after = computed.scored[computed.day][axis].labels.astype(object)
    moved = after[(before != after) & before.notna() & after.notna()]
    names = computed.delivery.areas[plan.join.target]["name"]
    listed = [
        text("pipeline.smoothing.move", name=names[key], before=before[key], after=label)
        for key, label in moved.items()
    ]
    if not listed:
        yield text("pipeline.smoothing.nobody_moves")
        return
    more = text("pipeline.smoothing.more", n=len(listed) - _SHOWN) if listed[_SHOWN:] else ""
    shown = ", ".join(listed[:_SHOWN]) + more
    yield text("pipeline.smoothing.moves", n=len(listed), listed=shown)


def _counted(today: Measured) -> Measured:
    """Return the Stichtag as it is without estimates."""
    out = list(today.screened)
    value = today.value.copy()
    value.loc[out] = float("nan")
    return replace(today, filled=value, estimated=None)


def _learnt(found: Strengthened) -> Iterator[str]:
    """Say how good the estimate is, per indicator, and what was learnt."""
    strength, report = found.strength, found.report
    place = [strength.ids.index(str(i)) for i in found.value.columns]
    for label, at, row in zip(report.index, place, report.itertuples(), strict=True):
        taken, amount = strength.spatial[at]
        share = amount / (amount + 1 - taken) if amount else 0.0
        yield text(
            "pipeline.smoothing.score",
            label=label,
            raw=number(float(row.raw), 4),
            estimated=number(float(row.estimated), 4),
            kept=text(f"pipeline.smoothing.kept_{row.kept}"),
            trust=number(float(row.trust), 2),
            persistence=number(strength.persistence[at], 2),
            spatial=number(share, 2),
        )
