"""Which areas are scored, and which of them shape the scale: two questions, each with its reason.

An area "left out of the scale" can still get an index; an area "not scored" gets none.

References: OECD/JRC Handbook (2008) ch. 3; Berlin's monitoring leaves out Planungsräume below 300
inhabitants.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from sozialraum.model.alignment import aligned
from sozialraum.model.options import Share
from sozialraum.texts import number, text


def screen_areas(
    value: pd.DataFrame,
    *,
    persons: pd.Series | None = None,
    minimum: float = 0.0,
    min_available: Share = 0.0,
    min_nonzero: Share = 0.0,
    exclude: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """Decide for each area whether it is part of the index.

    Parameters
    ----------
    value : (n_areas, n_indicators); NaN = not available
    persons : inhabitants per area, for `minimum`; NaN = fewer
    minimum : fewest inhabitants
    min_available : smallest share of indicators that must be there
    min_nonzero : smallest share of the available indicators that must not be 0
    exclude : area key -> reason, in German

    Returns
    -------
    (n_areas, …): available and nonzero (shares), included (bool), reason (German; "" where
    included). Only index inputs decide: a gap in a column that feeds nothing leaves no area out.

    Examples
    --------
    >>> value = pd.DataFrame({"a": [0.1, 0.2]}, index=["01", "02"])
    >>> screen_areas(value, persons=pd.Series([180.0, 4000.0], index=["01", "02"]),
    ...     minimum=300).reason.tolist()
    ['180 Einwohnerinnen und Einwohner, weniger als 300', '']
    """
    _, there = aligned("screen_areas", value=value, persons=persons)
    available = value.notna().mean(axis=1)
    nonzero = ((value != 0) & value.notna()).sum(axis=1) / value.notna().sum(axis=1).where(
        lambda n: n > 0
    )
    reason = pd.Series("", index=value.index, dtype=object)
    few = (nonzero < min_nonzero - 1e-9) & (min_nonzero > 0)
    reason[few] = [text("index.screen.zeros", found=number(100 * share)) for share in nonzero[few]]
    gaps = available < min_available - 1e-9
    reason[gaps] = [
        text("index.screen.gaps", found=number(100 * share)) for share in available[gaps]
    ]
    if there is not None:
        small = ~(there >= minimum)
        reason[small] = [
            text("index.screen.small", found=number(n), minimum=number(minimum))
            for n in there[small]
        ]
    for key, why in (exclude or {}).items():
        if key not in reason.index:
            message = (
                "The 'exclude' parameter of screen_areas must name areas of the index. Got "
                f"{key!r} instead."
            )
            raise ValueError(message)
        reason[key] = why
    return pd.DataFrame(
        {"available": available, "nonzero": nonzero, "included": reason == "", "reason": reason}
    )
