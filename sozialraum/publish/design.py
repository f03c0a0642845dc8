"""How a town wants its papers to look: colour of headings, logo, language, background."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Literal

from sozialraum.publish.graphics.colours import contrast_with_white

LEAST_CONTRAST = 4.5  # of text with its ground: WCAG 2.1, 1.4.3


@dataclass(frozen=True, kw_only=True)
class Design:
    """What a build file may say about looks.

    Parameters
    ----------
    accent : colour of headings in the papers, ``#rrggbb``, dark enough to read on white
    logo : SVG text, or None
    lang : language of the committee page
    basemap : name of a background of `BASEMAPS`; None = none, and no request to anyone
    docx, pptx : bytes of the town's own template for ``vorlage.docx`` and ``folien.pptx``, or None
    """

    accent: str = "#0c4a8d"
    logo: str | None = None
    lang: Literal["de", "en"] = "de"
    basemap: str | None = None
    docx: bytes | None = None
    pptx: bytes | None = None

    def __post_init__(self) -> None:
        """Refuse a heading nobody can read and a logo that is no drawing."""
        if not readable_on_white(self.accent):
            message = (
                "The 'accent' parameter of Design must have a contrast of at least "
                f"{LEAST_CONTRAST} with white. Got {self.accent!r} instead."
            )
            raise ValueError(message)
        if self.logo is not None and not is_drawing(self.logo):
            message = "The 'logo' parameter of Design must be the text of an SVG drawing."
            raise ValueError(message)

    @property
    def logo_address(self) -> str:
        """The logo as a ``data:`` address; as a picture it can run no script."""
        if self.logo is None:
            return ""
        packed = base64.b64encode(self.logo.encode("utf-8")).decode("ascii")
        return f"data:image/svg+xml;base64,{packed}"


def readable_on_white(colour: str) -> bool:
    """Tell whether headings of a colour can be read on white.

    Examples
    --------
    >>> readable_on_white("#0c4a8d"), readable_on_white("#ffff00")
    (True, False)
    """
    return contrast_with_white(colour) >= LEAST_CONTRAST


def is_drawing(text: str) -> bool:
    """Tell whether a text is an SVG drawing."""
    return "<svg" in text[:2000]
