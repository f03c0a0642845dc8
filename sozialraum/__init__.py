"""Social-space indices and planning for German municipalities.

Names are loaded when they are used, so that ``import sozialraum`` costs next to nothing.
"""

from __future__ import annotations

import importlib
from typing import Any

__version__ = "0.1.0"

# public name -> module, and its name there where that differs
_PUBLIC: dict[str, tuple[str, str]] = {
    "aggregate": ("sozialraum.index.aggregation", "aggregate"),
    "build": ("sozialraum.workflows.build.building", "build"),
    "check_build": ("sozialraum.workflows.check.checking", "check_build"),
    "choropleth": ("sozialraum.publish.page.notebook", "choropleth"),
    "classify": ("sozialraum.index.classes", "classify"),
    "compute_indicators": ("sozialraum.index.indicators", "compute_indicators"),
    "contributions": ("sozialraum.index.aggregation", "contributions"),
    "crosswalk": ("sozialraum.space.making", "make_crosswalk"),
    "fit_breaks": ("sozialraum.index.classes", "fit_breaks"),
    "fit_scale": ("sozialraum.index.scaling", "fit_scale"),
    "open_saved": ("sozialraum.workflows.show.saved", "open_saved"),
    "protect": ("sozialraum.privacy.gate", "protect"),
    "read_areas": ("sozialraum.sources.spatial.geometry", "read_areas"),
    "read_build": ("sozialraum.config.reading", "read_build"),
    "read_counts": ("sozialraum.sources.tabular.tables", "read_counts"),
    "read_points": ("sozialraum.sources.spatial.sites", "read_points"),
    "read_raster": ("sozialraum.sources.spatial.rasters", "read_raster"),
    "restandardise": ("sozialraum.index.aggregation", "restandardise"),
    "standardise": ("sozialraum.index.scaling", "standardise"),
    "suppress": ("sozialraum.privacy.suppression", "suppress"),
}

__all__ = ["__version__", *_PUBLIC]


def __getattr__(name: str) -> Any:
    """Load a public name from the room that defines it."""
    if name in _PUBLIC:
        module, attribute = _PUBLIC[name]
        return getattr(importlib.import_module(module), attribute)
    message = f"module 'sozialraum' has no attribute {name!r}"
    raise AttributeError(message)


def __dir__() -> list[str]:
    """List the public names."""
    return sorted(__all__)
