"""Draws of recipes without rules: the build's own functions, draw by draw."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sozialraum.insight.monte_carlo.draw_rules import NotNative
from sozialraum.insight.monte_carlo.draws import Batch, Draws
from sozialraum.insight.monte_carlo.ordering import ranks_descending
from sozialraum.insight.monte_carlo.simulation import Simulation

# recompute(value, choice) -> (index, class position); choice: the alternatives of this draw
Recompute = Callable[[pd.DataFrame, dict[str, Any]], tuple[pd.Series, pd.Series]]


@dataclass(frozen=True, eq=False)
class Recomputation:
    """Draws without rules, each computed by `recompute`.

    The shares, the variants and all choices come from the same streams; only standardising,
    aggregating and cutting are done by `recompute`.
    """

    draws: Draws
    recompute: Recompute

    def run(self, ids: NDArray[np.int64]) -> Batch:
        """Recompute the versions `ids` one after the other."""
        shape = (len(ids), self.draws.areas)
        out = np.empty(shape), np.zeros(shape, np.int32), np.full(shape, -1, np.int8)
        keys, columns = self.draws.keys, list(self.draws.columns)
        shares, choices = self.draws.shares(ids), self.choices(ids)
        for row, choice in enumerate(choices):
            value = pd.DataFrame(shares[row].T.copy(), index=keys, columns=columns)
            index, position = self.recompute(value, choice)
            out[0][row] = index.reindex(keys).to_numpy(float)
            out[2][row] = position.astype("Int64").reindex(keys).fillna(-1).to_numpy(np.int8)
        for a, b in itertools.pairwise(self.draws.groups):
            out[1][:, a:b], _ = ranks_descending(out[0][:, a:b])
        return out

    def choices(self, ids: NDArray[np.int64]) -> list[dict[str, Any]]:
        """Return what each draw assumes: alternatives by name, ``drop`` and ``weights``."""
        draws, assumptions = self.draws, self.draws.assumptions
        made: list[dict[str, Any]] = [{} for _ in ids]
        for name in ("scaling", "aggregation", "cut"):
            if options := getattr(assumptions, name):
                which = draws.chosen(ids, name, len(options))
                for row, w in enumerate(which):
                    made[row][name] = options[w]
        if assumptions.weights is not None:
            for row, drawn in enumerate(draws.drawn_weights(ids)):
                made[row]["weights"] = dict(zip(draws.weights.names, drawn.tolist(), strict=True))
        if assumptions.drop:
            for row, name in enumerate(draws.left_out(ids)):
                made[row]["drop"] = name
        return made


def model_of(
    by_rule: Callable[[], Simulation],
    random: Draws,
    recompute: Recompute | None,
    unruled: str | None,
) -> Simulation | Recomputation:
    """Return how a draw becomes an index: by known rules, or by computing the build again.

    Parameters
    ----------
    by_rule : makes the simulation from rules, or says what it has none for
    random, recompute : what a draw is, and what computes it again
    unruled : what is known beforehand to have no rule; None = nothing
    """
    try:
        if unruled is not None:
            raise NotNative(unruled)
        return by_rule()
    except NotNative as step:
        if recompute is None:
            message = (
                "The 'recompute' parameter of simulate_index must be given for "
                f"{step.args[0]!r}: no rule is known. Got None instead."
            )
            raise ValueError(message) from None
        return Recomputation(random, recompute)
