"""How much of the result rests on split areas, and what another way to split would change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sozialraum.index.fitted_index import FittedIndex, Scored
from sozialraum.texts import number, percent, text
from sozialraum.workflows.build.measuring import Measured
from sozialraum.workflows.build.scoring import score

if TYPE_CHECKING:
    from sozialraum.config import Plan


@dataclass(frozen=True, eq=False, repr=False)
class Split:
    """The error that the join can bring, per area of the index.

    Parameters
    ----------
    share : (n_areas,) share of the persons that comes from split source areas, 0..1; NaN where
        nobody lives
    ranges : (n_areas, 4) ``index_low``, ``index_high``, ``class_low``, ``class_high`` over the
        build's own way and the ``masks`` it names; NaN where one of them gives no index
    masks : the ways that were compared; none where the build names none
    """

    share: pd.Series
    ranges: pd.DataFrame
    masks: tuple[str, ...]

    def layer(self) -> pd.DataFrame:
        """Return the columns that a release may tell: ``split_share``, ``split_classes``.

        ``split_classes`` are the numbers of the classes that the ways of splitting give, "2" or
        "2–3"; it is only there where ways are compared.
        """
        stated = pd.DataFrame({"split_share": self.share})
        if self.masks:
            ends = self.ranges[["class_low", "class_high"]].itertuples(index=False)
            classes = [_classes(low, high) for low, high in ends]
            stated["split_classes"] = pd.Series(classes, self.ranges.index, dtype=object)
        return stated

    def sentences(self, area_words: str, *, decimals: int) -> tuple[str, ...]:
        """Return what a committee should know of it: figures over all areas, none by name."""
        known = self.share.dropna()
        if known.empty:
            return ()
        stated = [
            text(
                "pipeline.split.share",
                median=percent(float(known.median()), 0),
                most=percent(float(known.max()), 0),
                n=int((known > 0.5).sum()),
                all=len(known),
                areas=area_words,
            )
        ]
        scored = self.ranges.dropna()
        if self.masks and len(scored):
            widest = float((scored["index_high"] - scored["index_low"]).max())
            # rounded up: nothing is said to be steadier than it is
            shown = np.ceil(widest * 10**decimals - 1e-9) / 10**decimals
            stated.append(
                text(
                    "pipeline.split.masks",
                    ways=", ".join(text(f"pipeline.split.mask.{mask}") for mask in self.masks),
                    n=int((scored["class_low"] != scored["class_high"]).sum()),
                    all=len(scored),
                    areas=area_words,
                    widest=number(shown, decimals),
                )
            )
        return tuple(stated)


def split_of(plan: Plan, measured: Measured, scored: Scored, fitted: FittedIndex) -> Split | None:
    """Return how much rests on split areas; None where the join splits none.

    Parameters
    ----------
    scored, yardstick : of the main axis; other ways are measured with the same scale and limits
    """
    if measured.split is None:
        return None
    main = plan.axis_names[0]
    ways = [(scored.index, scored.classes)]
    for value in measured.by_mask.values():
        again = score(plan, main, value, fitted)
        ways.append((again.index, again.classes))
    index = pd.concat([i.astype(float) for i, _ in ways], axis=1)
    classes = pd.concat([c.astype("Float64").astype(float) for _, c in ways], axis=1)
    ranges = pd.DataFrame(
        {
            "index_low": index.min(axis=1, skipna=False),
            "index_high": index.max(axis=1, skipna=False),
            "class_low": classes.min(axis=1, skipna=False),
            "class_high": classes.max(axis=1, skipna=False),
        }
    )
    return Split(measured.split, ranges, tuple(measured.by_mask))


def _classes(low: float, high: float) -> str | None:
    if np.isnan(low) or np.isnan(high):
        return None
    return f"{low:.0f}" if low == high else f"{low:.0f}–{high:.0f}"
