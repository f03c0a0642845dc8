"""How a town wants its papers to look: colour of headings, logo, language, background."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Literal

from sozialraum.publish.graphics.colours import contrast_with_white

_READABLE = 4.5


@dataclass(frozen=True, kw_only=True)
class Design:
    """What a build file may say about looks.

    Parameters
    ----------
    accent : colour of headings in the papers, ``#rrggbb``, dark enough to read on white
    logo : SVG text, or None
    lang : language of the committee page
    basemap : name of a background of `BASEMAPS`; None = none, and no request to anyone
    """

    accent: str = "#0c4a8d"
    logo: str | None = None
    lang: Literal["de", "en"] = "de"
    basemap: str | None = None

    def __post_init__(self) -> None:
        """Refuse a heading nobody can read and a logo that is no drawing."""
        if contrast_with_white(self.accent) < _READABLE:
            message = (
                f"The 'accent' parameter of Design must have a contrast of at least {_READABLE} "
                f"with white. Got {self.accent!r} instead."
            )
            raise ValueError(message)
        if self.logo is not None and "<svg" not in self.logo[:2000]:
            message = "The 'logo' parameter of Design must be the text of an SVG drawing."
            raise ValueError(message)

    @property
    def logo_address(self) -> str:
        """The logo as a ``data:`` address; as a picture it can run no script."""
        if self.logo is None:
            return ""
        packed = base64.b64encode(self.logo.encode("utf-8")).decode("ascii")
        return f"data:image/svg+xml;base64,{packed}"
