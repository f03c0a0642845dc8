"""What a committee reads about estimated shares: from where, how much, where the count holds."""

from __future__ import annotations

from sozialraum.insight.small_area.strengthened import Strengthened
from sozialraum.insight.small_area.strengthening import FEWEST
from sozialraum.texts import text

THIRDS = 1 / 3, 2 / 3


def describe_strength(found: Strengthened) -> list[str]:
    """Return what was really borrowed, for how many shares it matters, and where the count holds.

    Parameters
    ----------
    found : from `strengthen`

    Returns
    -------
    German sentences: the one that stands beside every estimated number comes first.
    """
    if found.report["kept"].eq("raw").all():
        areas = len(found.value)
        few = areas < FEWEST
        return [
            text("insight.small_area.few", areas=areas, needed=FEWEST)
            if few
            else text("insight.small_area.raw")
        ]
    sentences = [text("insight.small_area.estimated", sources=_sources(found)), _weights(found)]
    if not found.reorders:
        sentences.append(text("insight.small_area.same_order"))
    if count := int(found.origin.eq("contradicts").to_numpy().sum()):
        sentences.append(text("insight.small_area.contradicts", count=count))
    raw = found.report.index[found.report["kept"] == "raw"]
    if len(raw):
        sentences.append(text("insight.small_area.stays", names=", ".join(map(str, raw))))
    return sentences


def _sources(found: Strengthened) -> str:
    strength = found.strength
    together = "indicators" in strength.options["borrow"] and len(strength.ids) > 1
    used = {
        "years": len(strength.stichtage) > 1,
        "indicators": together,
        "neighbours": any(amount > 0 for _, amount in strength.spatial),
    }
    named = [
        text(f"insight.small_area.sources.{name}") for name, is_used in used.items() if is_used
    ]
    *most, last = named or [""]
    if not last:
        return ""
    return "".join(f", {one}" for one in most) + f" und {last}"


def _weights(found: Strengthened) -> str:
    own = found.own_weight.where(found.origin.isin(["counted", "contradicts", "borrowed"]))
    flat = own.to_numpy().ravel()
    low, high = THIRDS
    return text(
        "insight.small_area.weights",
        counted=int((flat > high).sum()),
        half=int(((flat >= low) & (flat <= high)).sum()),
        around=int((flat < low).sum()),
    )
