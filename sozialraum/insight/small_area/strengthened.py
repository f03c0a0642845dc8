"""Estimated shares with their uncertainty, where they come from, and draws of whole areas."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sozialraum.insight.intervals import quantile
from sozialraum.insight.monte_carlo.counter_streams import normals, open_streams
from sozialraum.insight.small_area.quadrature import inverse_log_odds
from sozialraum.model.alignment import in_key_order
from sozialraum.model.learnt import Strength

Array = NDArray[np.float64]

PURPOSE = 19  # of the random numbers, so that no other draw shares them
ORIGIN = ("counted", "contradicts", "raw", "borrowed", "missing", "no_base")


@dataclass(frozen=True, eq=False)
class Strengthened:
    """Estimated shares of the last Stichtag.

    All frames are areas × indicators, without the auxiliary ones, as `cases` had them.

    Parameters
    ----------
    value : estimated share, 0..1 (rates: cases per person); NaN where nothing is estimated
    raw : counted share
    log_odds, sd : θ and its standard deviation (rates: of the log); NaN likewise
    own_weight : 0..1, how far the estimate follows the area's own count
    origin : categories "counted" (the own count is part of it), "contradicts" (further off than
        its surroundings bear: the count weighs more), "raw" (not estimated: the counted share),
        "borrowed" (no own count, from others alone), "missing", "no_base"
    cov : of θ within an area: a row per (area, indicator), a column per indicator
    report : per indicator ``raw``, ``estimated`` (loss of a person left out, see `fit_strength`),
        ``trust``, ``kept``, ``contradictions`` (areas)
    strength : what was applied
    """

    value: pd.DataFrame
    raw: pd.DataFrame
    log_odds: pd.DataFrame
    sd: pd.DataFrame
    own_weight: pd.DataFrame
    origin: pd.DataFrame
    cov: pd.DataFrame
    report: pd.DataFrame
    strength: Strength

    @property
    def reorders(self) -> bool:
        """True if the estimate tells more than sizes: years, indicators or neighbours lend."""
        alone = len(self.strength.ids) == 1 and len(self.strength.stichtage) == 1
        return not alone or any(amount > 0 for _, amount in self.strength.spatial)

    def interval(self, level: float = 0.9) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Return the lower and upper end of every share.

        Parameters
        ----------
        level : probability that the share lies between them
        """
        step = quantile(level) * self.sd
        return self._shares(self.log_odds - step), self._shares(self.log_odds + step)

    def draws(self, number: int, *, seed: int = 1) -> Array:
        """Return possible shares, (number, areas, indicators); those of an area belong together.

        Parameters
        ----------
        number : of draws
        seed : an area's numbers go by its place in the order of keys, on any thread the same
        """
        areas, J = self.value.shape
        order = in_key_order(self.value.index)
        root = _root(self.cov.to_numpy().reshape(areas, J, J))
        streams = open_streams(seed, np.arange(areas), PURPOSE)
        drawn = np.empty((number, areas, J))
        mean = self.log_odds.to_numpy()
        for d in range(number):
            noise = np.empty((areas, J))
            for j in np.argsort([str(c) for c in self.value.columns]):
                noise[order, j] = normals(streams)
            drawn[d] = mean + np.einsum("iab,ib->ia", root, noise)
        return inverse_log_odds(drawn, self._rates())

    def _rates(self) -> NDArray[np.bool_]:
        rates = self.strength.options["rates"]
        return np.array([str(c) in rates for c in self.value.columns])

    def _shares(self, log_odds: pd.DataFrame) -> pd.DataFrame:
        found = inverse_log_odds(log_odds.to_numpy(), self._rates())
        return pd.DataFrame(found, log_odds.index, log_odds.columns)


def _root(cov: Array) -> Array:
    """Return a symmetric root of every covariance; unlike a triangle it asks for no order."""
    values, vectors = np.linalg.eigh(np.nan_to_num(cov))
    return np.einsum("iab,ib,icb->iac", vectors, np.sqrt(np.maximum(values, 0.0)), vectors)
