"""How well was counted, from the windows of the numbers that say so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from sozialraum.insight.take_up.reach import Astray, share_moved
from sozialraum.model.participation_release import CITY

Window = tuple[float, float]
# Fewer pairs of registrations say nothing about how often they contradict each other.
_ENOUGH_PAIRS = 100


def quality_share(windows: Mapping[str, Window], part: Sequence[str]) -> float:
    """Return the share of some numbers in all, from the middles, in whole per cent (0..1)."""
    middle = {name: sum(window) / 2 for name, window in windows.items()}
    total = sum(middle.values())
    return round(sum(middle[name] for name in part) / total, 2) if total else float("nan")


def astray_of(
    windows: Mapping[str, Window], area_sets: Sequence[str], children: float
) -> dict[tuple[str, bool], Astray]:
    """Return the shares of children that went astray, per area set and whether by age.

    Parameters
    ----------
    windows : windows of the numbers; ends are taken so that no share is too small
    area_sets : names
    children : that take part, of all areas; NaN where not told
    """
    found = {}
    counted = children if children >= 1 else np.inf
    merged, split = (min(windows[name][1] / counted, 1.0) for name in ("merged", "split"))
    for by_age, kind in ((False, "all"), (True, "age")):
        away = windows[f"absent_{kind}"][1]
        absent = away / (counted + away) if away else 0.0
        for name in area_sets:
            moved = _moved(windows, f"{name}_{kind}")
            found[name, by_age] = Astray(moved, absent, merged, split)
        # nobody is moved out of the city by a wrong address; by a wrong birthday into another age
        least = min(found[name, by_age].moved for name in area_sets) if by_age else 0.0
        found[CITY, by_age] = Astray(least, absent, merged, split)
    return found


def _moved(windows: Mapping[str, Window], kind: str) -> float:
    pairs, differs, seen, few = (
        windows[f"{k}_{kind}"] for k in ("pairs", "differs", "seen", "few")
    )
    enough = pairs[0] >= _ENOUGH_PAIRS
    return share_moved(
        pairs=pairs[0] if enough else 0.0,
        differs=differs[1] if enough else 0.0,
        seen=seen[0],
        few=few[1],
    )
