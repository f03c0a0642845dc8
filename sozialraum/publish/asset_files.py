"""Our own templates, styles and scripts, as they stand beside this module."""

from __future__ import annotations

from functools import cache
from importlib import resources


@cache
def asset(name: str) -> str:
    """Return a file of the folder ``assets`` with unix line ends."""
    path = resources.files("sozialraum.publish").joinpath("assets", name)
    return path.read_text(encoding="utf-8").replace("\r\n", "\n")
