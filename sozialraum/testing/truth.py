"""The truth behind the example city, for any cut of it: what a crosswalk estimates, counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sozialraum.testing.city import City, synthetic_city
from sozialraum.testing.counts import count_people

if TYPE_CHECKING:
    import pandas as pd

# ten indicators of the disclosure benchmark: numerator -> denominator
TEN_INDICATORS = {
    "sgb2_u15": "kinder_u15",
    "krisen_u18": "kinder_u18",
    "hze_u18": "kinder_u18",
    "inobhutnahmen": "kinder_u18",
    "migration_u18": "kinder_u18",
    "alleinerziehende": "haushalte_kinder",
    "kinderreiche": "haushalte_kinder",
    "familiensprache": "untersuchte",
    "sprachfoerderung": "untersuchte",
    "krippe_u3": "kinder_u3",
}


def count_by(city: City, group: pd.Series, *, stichtag: str = "2024-12-31") -> pd.DataFrame:
    """Count all variables for any grouping of the city's addresses.

    Parameters
    ----------
    city : the city
    group : one label per address, in the order of ``city.addresses``; no missing ones
    stichtag : "2023-12-31" or "2024-12-31"

    Returns
    -------
    DataFrame of int64, index = the labels, sorted; columns as ``city.counts``.

    Raises
    ------
    ValueError
        If there is not exactly one label per address.

    Examples
    --------
    >>> small = {"blocks": 200, "districts": 5, "bezirke": 8, "catchments": 5}
    >>> city = synthetic_city(1, **small, inhabitants=12_000)
    >>> by_sprengel = count_by(city, city.addresses["sprengel"])
    >>> bool((by_sprengel == city.truth.loc["2024-12-31"]).all(axis=None))
    True
    """
    if len(group) != len(city.addresses) or group.isna().any():
        message = "The 'group' parameter of count_by must hold one label per address of the city."
        raise ValueError(message)
    labels, number = np.unique(group.astype(str).to_numpy(), return_inverse=True)
    year = int(stichtag[:4])
    return count_people(city.people, year, number, labels.tolist())


def disclosure_city(seed: int = 20260) -> City:
    """Make the city of the disclosure benchmarks: 2,000 blocks, 60 districts, 40 catchments.

    About 40,000 children under 15 live there. Its atoms, the pieces that blocks and Sprengel cut
    out of each other, are counted by ``count_by(city, block + "/" + sprengel)``; the ten
    indicators are `TEN_INDICATORS`.
    """
    return synthetic_city(
        seed, blocks=2000, districts=60, bezirke=120, catchments=40, inhabitants=310_000
    )
