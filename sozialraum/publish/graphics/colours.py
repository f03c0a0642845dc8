"""Colours of classes: blues for a level, greys for certainty, orange to purple for change.

Each palette keeps a distance of at least 9 in CAM02-UCS between any two of its classes, for normal
and for three colour-deficient kinds of sight (a test computes it). Red–green fails that test by far
(2.4) and is refused by name.
"""

from __future__ import annotations

BLUES: dict[int, tuple[str, ...]] = {
    1: ("#4e99cb",),
    2: ("#b0d1e9", "#105598"),
    3: ("#dceaf6", "#539dcd", "#0c4a8d"),
    4: ("#dfeaf5", "#8bbbdd", "#2f7fbd", "#0b3f7d"),
    5: ("#e8f1fa", "#a9cde7", "#5a9fd0", "#2168a8", "#0a3a77"),
    6: ("#f7fbff", "#b0d1e9", "#61a7d2", "#2475b5", "#0c4a8d", "#05234f"),
    7: ("#f7fbff", "#bdd8ed", "#76b5da", "#3f8ec4", "#1966aa", "#094384", "#05234f"),
    8: ("#f7fbff", "#c6ddef", "#8cbfdf", "#57a0ce", "#2b7cb9", "#145ca0", "#073d7e", "#05234f"),
    9: (
        "#f7fbff", "#cce0f1", "#9cc6e3", "#68acd5", "#3f8ec4",
        "#2070b1", "#105598", "#063978", "#05234f",
    ),
    10: (
        "#f7fbff", "#cce0f1", "#9ec7e3", "#6badd6", "#4290c5",
        "#2372b2", "#105598", "#063876", "#052048", "#01081c",
    ),
}  # fmt: skip
ORANGE_PURPLE: dict[int, tuple[str, ...]] = {
    3: ("#e08214", "#ececec", "#8073ac"),
    5: ("#e66101", "#fdb863", "#f7f7f7", "#b2abd2", "#5e3c99"),
    7: ("#b35806", "#f1a340", "#fee0b6", "#f7f7f7", "#d8daeb", "#998ec3", "#542788"),
}
# Neither end is the better one.
TEALS: dict[int, tuple[str, ...]] = {
    1: ("#3f9d92",),
    2: ("#a9dad2", "#0f5f57"),
    3: ("#d9f0ec", "#55ada2", "#0b524b"),
    4: ("#ddf1ee", "#8ccbc2", "#328a80", "#0a463f"),
    5: ("#e6f5f2", "#a9dad2", "#5cb0a5", "#247a70", "#0a3f39"),
}
# How much is known about a number: dark = sure. Never used for burden.
GREYS: dict[int, tuple[str, ...]] = {4: ("#efefef", "#b4b4b4", "#787878", "#3a3a3a")}
# Areas named in the headline, and stripes "significantly less"; nothing else is orange.
CONTOUR, STRIPE = "#c2500a", "#f08a24"
# Dots of a second question with a good answer: the violet of a change for the better.
DOT = "#8073ac"
PALETTES = {"blues": BLUES, "teals": TEALS, "greys": GREYS, "orange_purple": ORANGE_PURPLE}
DIVERGING = ("orange_purple",)
_RED_GREEN = ("rdylgn", "rdylgn_r", "redgreen", "red_green", "ampel", "traffic_light", "rdgn")


def palette(name: str, k: int, *, midpoint: str | None = None) -> tuple[str, ...]:
    """Return `k` colours, lowest value first.

    Parameters
    ----------
    name : "blues", "teals", "greys" or "orange_purple"
    k : number of classes
    midpoint : what the middle class means ("unverändert"); a diverging palette needs it

    Raises
    ------
    ValueError
        If the palette is unknown, red–green, has no such number of classes, or diverges from
        nothing.

    Examples
    --------
    >>> palette("blues", 3)
    ('#dceaf6', '#539dcd', '#0c4a8d')
    """
    if name.lower().replace("-", "_") in _RED_GREEN:
        message = (
            "The 'name' parameter of palette must not be red-green. "
            f"Got {name!r}: every twelfth man cannot read it."
        )
    elif name not in PALETTES:
        message = (
            f"The 'name' parameter of palette must be one of {sorted(PALETTES)}. "
            f"Got {name!r} instead."
        )
    elif k not in PALETTES[name]:
        message = (
            f"The 'k' parameter of palette must be one of {sorted(PALETTES[name])} for {name!r}. "
            f"Got {k} instead."
        )
    elif name in DIVERGING and not midpoint:
        message = (
            f"The 'midpoint' parameter of palette must name the middle of {name!r}. "
            f"Got {midpoint!r} instead."
        )
    else:
        return PALETTES[name][k]
    raise ValueError(message)


def rgb(colour: str) -> tuple[int, int, int]:
    """Return ``"#rrggbb"`` as three numbers 0..255.

    Examples
    --------
    >>> rgb("#4e99cb")
    (78, 153, 203)
    """
    return tuple(int(colour[i : i + 2], 16) for i in (1, 3, 5))  # type: ignore[return-value]


def ink(colour: str) -> str:
    """Return black or white, whichever is easier to read on `colour` (contrast of WCAG 2.1).

    The better of the two has a contrast of at least 4.58 on any colour; 4.5 is asked for.

    Examples
    --------
    >>> ink("#e8f1fa"), ink("#0a3a77")
    ('#000000', '#ffffff')
    """
    luminance = _luminance(colour)
    return "#000000" if (luminance + 0.05) / 0.05 >= 1.05 / (luminance + 0.05) else "#ffffff"


def contrast_with_white(colour: str) -> float:
    """Return the contrast of a text colour on white paper, 1 to 21 (WCAG 2.1).

    Examples
    --------
    >>> round(contrast_with_white("#000000"), 1), round(contrast_with_white("#9fc8e4"), 1)
    (21.0, 1.8)
    """
    return 1.05 / (_luminance(colour) + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(value / 255) for value in rgb(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
