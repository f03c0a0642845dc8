"""Flat names of version 0.1: they still work, with a warning, until 0.4."""

from __future__ import annotations

import importlib
import warnings

UNTIL = "0.4"

# name of 0.1 -> its place now, as "room.name"
FORMER = {
    "aggregate": "index.aggregate",
    "classify": "index.classify",
    "compute_indicators": "index.compute_indicators",
    "contributions": "index.contributions",
    "crosswalk": "space.make_crosswalk",
    "fit_breaks": "index.fit_breaks",
    "fit_scale": "index.fit_scale",
    "open_saved": "open_result",
    "protect": "privacy.protect",
    "restandardise": "index.restandardise",
    "standardise": "index.standardise",
}


def load_former(name: str) -> object:
    """Load what a name of version 0.1 stands for now, and say where it stands.

    Parameters
    ----------
    name : a key of `FORMER`
    """
    place = FORMER[name]
    message = f"sozialraum.{name} is now sozialraum.{place}; the old name goes with {UNTIL}."
    warnings.warn(message, DeprecationWarning, stacklevel=3)
    found: object = importlib.import_module("sozialraum")
    for part in place.split("."):
        found = getattr(found, part)
    return found
