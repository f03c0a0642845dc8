"""One grammar of meaning: which end of a map is strong, what its stripes say, of which day it is.

Strong colour means more to do, on every output: the map page, the sheets, the papers and the
styles for QGIS take colours, ends, days and the sentence about them from the view alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sozialraum.publish.graphics.colours import palette
from sozialraum.publish.view import Ends, View
from sozialraum.texts import text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sozialraum.model import Breaks, Facts, Indicator


def strong_is_low(facts: Facts, *, high_is_burden: bool) -> bool:
    """Return whether the lowest class of a view is painted in the strong colour.

    Parameters
    ----------
    facts : its `strong` is "burden", or "participation" where a city wants high values dark
    high_is_burden : whether a high number means more to do
    """
    return facts.strong == "burden" and not high_is_burden


def level_colours(k: int, *, strong_low: bool, neutral: bool = False) -> tuple[str, ...]:
    """Return the blues of `k` classes, lowest class first; teal where no end is the better one.

    Examples
    --------
    >>> level_colours(2, strong_low=False), level_colours(2, strong_low=True)
    (('#b0d1e9', '#105598'), ('#105598', '#b0d1e9'))
    """
    blues = palette("teals" if neutral else "blues", k)
    return blues[::-1] if strong_low else blues


def index_ends(breaks: Breaks, facts: Facts, lang: str = "de") -> Ends:
    """Return the ends of an index: its class names, with the direction where they do not say it."""
    turn = facts.orientation == "participation"
    burdened, eased = (text(f"publish.grammar.{end}", lang) for end in ("more", "less"))
    low, high = (burdened, eased) if turn else (eased, burdened)
    if breaks.labels:
        low, high = named_end(breaks.labels[0], low, lang), named_end(breaks.labels[-1], high, lang)
    ends = Ends(strong=high, weak=low)
    return ends.turned() if strong_is_low(facts, high_is_burden=not turn) else ends


def named_end(label: str, direction: str, lang: str = "de") -> str:
    """Return the name of a class, with its direction where it does not say of what it is.

    Parameters
    ----------
    label : of the class; "sehr niedrig" has no noun
    direction : what it means
    lang : "de" or "en"
    """
    if any(word[0].isupper() for word in label.split()) or "belastet" in label:
        return label
    return text("publish.grammar.end", lang, label=label, direction=direction)


def indicator_ends(indicator: Indicator, facts: Facts, lang: str = "de") -> Ends:
    """Return the ends of an indicator: which values are strong, and what they mean."""
    burden = indicator.direction == "burden"
    low, high = (text(f"publish.grammar.{end}_value", lang) for end in ("low", "high"))
    if indicator.direction == "neutral":
        return Ends(strong=high, weak=low)
    less, more = (text(f"publish.grammar.{end}", lang) for end in ("less", "more"))
    if not burden:
        less, more = more, less
    low, high = (
        text("publish.grammar.end", lang, label=label, direction=direction)
        for label, direction in ((low, less), (high, more))
    )
    ends = Ends(strong=high, weak=low)
    return ends.turned() if strong_is_low(facts, high_is_burden=burden) else ends


def legend_words(view: View, lang: str = "de") -> str:
    """Return the one sentence that says which end of a view is which."""
    if view.ends is None:
        return ""
    kind = "dotted" if view.dots else "striped" if view.stripes else view.kind
    named = {"strong": view.ends.strong, "weak": view.ends.weak}
    over = {"stripes": view.stripes, "dots": view.dots}
    labels = {name: mark.label if mark else "" for name, mark in over.items()}
    return text(f"publish.grammar.{kind}_words", lang, **named, **labels)


def legend_order(view: View) -> Sequence[int]:
    """Return the places of the classes as a legend lists them: the strong end first."""
    places = range(len(view.colours))
    return places if view.strong_first else places[::-1]
