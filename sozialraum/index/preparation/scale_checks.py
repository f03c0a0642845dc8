"""What `fit_scale` may be told: each method with what it needs, each anchor of an indicator."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from sozialraum.index.normalisers import NORMALISERS, OPEN_RANK_SHARES, RANK_SHARES


def refuse_wrong_ranks(by_id: Mapping[str, str], rank_share: str | None) -> None:
    """Refuse a share of a rank that the methods of the indicators cannot take.

    Parameters
    ----------
    by_id : method of each indicator
    rank_share : as stated
    """
    open_only = "normal_scores" in by_id.values()
    allowed = OPEN_RANK_SHARES if open_only else tuple(RANK_SHARES)
    if rank_share is not None and rank_share not in allowed:
        where = " for 'normal_scores'" if open_only else ""
        message = (
            f"The 'rank_share' parameter of fit_scale must be one of {list(allowed)}{where}. Got "
            f"{rank_share!r} instead."
        )
        raise ValueError(message)


def refuse_wrong_arguments(
    by_id: Mapping[str, str], stated: Mapping[str, Mapping[str, Any]], *, centre: str,
    base: pd.DataFrame | None, methods: Mapping[str, str] | None, value: pd.DataFrame,
) -> None:  # fmt: skip
    """Refuse what names no indicator, and methods without what they need.

    Parameters
    ----------
    by_id : method of each indicator
    stated : goalposts, targets and references by indicator
    centre, base, methods, value : as of `fit_scale`
    """
    if unknown := [
        i for i in [*(methods or {}), *(k for d in stated.values() for k in d)] if i not in by_id
    ]:
        message = (
            "The 'methods' and anchors of fit_scale must name indicators of the index. Got "
            f"{unknown} instead."
        )
        raise ValueError(message)
    if absent := [i for i in by_id if i not in value]:
        message = (
            "The 'value' parameter of fit_scale must have a column per indicator. Missing: "
            f"{absent}."
        )
        raise ValueError(message)
    for i, name in by_id.items():
        needed = NORMALISERS[name].needs
        if needed and i not in stated[needed]:
            message = f"The '{needed}' parameter of fit_scale must name {i!r} for method {name!r}."
            raise ValueError(message)
    if centre == "city_rate" and (base is None or any(i not in base for i in by_id)):
        lost = [] if base is None else [i for i in by_id if i not in base]
        got = f"no column for {lost}" if lost else "None"
        message = (
            "The 'base' parameter of fit_scale must be given for centre='city_rate', with a column "
            f"per indicator. Got {got} instead."
        )
        raise ValueError(message)
