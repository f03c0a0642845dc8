"""Lists without a head, recognised by what stands in them, with the names of their columns."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from sozialraum.model import Problem
from sozialraum.sources.official.house_coordinates import (
    is_house_coordinates,
    read_house_coordinates,
)
from sozialraum.sources.official.street_grid import is_street_grid, read_street_grid

_TEXTS = {".csv", ".txt", ".tsv"}


def read_headless(path: Path) -> tuple[pd.DataFrame, str, list[Problem]] | None:
    """Return an official list without a head, its coordinate system and notes; None for others.

    Parameters
    ----------
    path : house coordinates HK-DE, or the file ``-ra`` of the street grid of the employment agency

    Returns
    -------
    DataFrame, index ``row`` (from 1), all words; "" for the system of a list without places.

    Raises
    ------
    DataError
        If it is such a list but cannot be read.
    """
    if path.suffix.lower() not in _TEXTS:
        return None
    with path.open("rb") as file:
        start = file.readline(2000)
    first = start.decode("latin-1").strip("\r\n").split(";")
    if is_house_coordinates(first):
        return read_house_coordinates(path)
    if is_street_grid(first):
        frame, notes = read_street_grid(path)
        return frame, "", notes
    return None
