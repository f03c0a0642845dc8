"""How much of a moved count is known and how much is estimated."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from sozialraum.space.crosswalk import Crosswalk

WHOLE = 1.0 - 1e-9


def split_share(crosswalk: Crosswalk, counts: pd.DataFrame) -> pd.DataFrame:
    """Return the share of each target's count from split sources; see `Crosswalk`."""
    known = counts.reindex(list(crosswalk.source_keys)).to_numpy(float)
    split = crosswalk.matrix.copy()
    split.data = np.where(split.data < WHOLE, split.data, 0.0)
    whole = crosswalk.matrix @ known
    share = np.divide(split @ known, whole, out=np.full_like(whole, np.nan), where=whole > 0)
    return pd.DataFrame(share, index=list(crosswalk.target_keys), columns=counts.columns)
