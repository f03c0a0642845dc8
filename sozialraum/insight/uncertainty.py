"""How sure the rank and the class of each area are: one Monte Carlo over counts and choices.

Every draw is another version of the index that could as well have been published: shares as they
could have been counted, and each varied assumption decided once more. What comes out: rank ranges,
probability of every class, areas that change places, and which assumption is to blame.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sozialraum.insight.monte_carlo.assumptions import (
    Assumptions,
    expect_count_model,
    read_assumptions,
)
from sozialraum.insight.monte_carlo.class_draws import class_numbers, positions
from sozialraum.insight.monte_carlo.counting import Counters
from sozialraum.insight.monte_carlo.draw_rules import BuildRounding
from sozialraum.insight.monte_carlo.draws import (
    BATCH_BYTES,
    Draws,
    batches,
    group_starts,
    plain_ids,
)
from sozialraum.insight.monte_carlo.nodes import TreeNode
from sozialraum.insight.monte_carlo.recomputation import Recomputation, Recompute, model_of
from sozialraum.insight.monte_carlo.sampling import CellDistributions, sampling_cells
from sozialraum.insight.monte_carlo.simulation import Ready, Simulation, prepare
from sozialraum.insight.monte_carlo.variance import variance_shares
from sozialraum.insight.monte_carlo.weighting import drawn_weights
from sozialraum.kernels.arrays import as_kernel_array
from sozialraum.model import Breaks, Indicator, Scale
from sozialraum.model.alignment import aligned, aligned_tables
from sozialraum.model.options import (
    AtLeastOne,
    Count,
    CountError,
    Learnt,
    OpenShare,
    option_words,
)
from sozialraum.model.options import (
    Draws as DrawCount,
)

LEARNT = option_words(Learnt)
# draws, and draws per assumption for the shares of variance
_DRAWS, _DRAWS_RECOMPUTED = (2000, 256), (300, 32)


@dataclass(frozen=True, eq=False)
class Certainty:
    """How sure an index is.

    Parameters
    ----------
    table : by area key: ``rank`` (1 = highest index), ``rank_low`` and ``rank_high`` (interval),
        ``rank_median``, ``rank_mean``, ``class`` (stated), ``class_probability`` (that the stated
        class comes out), ``likely_class`` and ``likely_probability``, ``index_sd``, ``no_value``
        (share of draws without a value)
    probabilities : (n_areas, k) probability of each class, columns = class numbers, lowest index
        values first
    partners : pairs of areas whose order is open: ``above``, ``below`` (as stated) and
        ``probability`` that the draws turn them round; most open first
    variance : by assumption: ``rank_first``, ``rank_total``, ``class_first``, ``class_total``, the
        share of the variance over draws that it causes alone, and with all its interactions
    drivers : (n_areas, assumptions) total share of the variance of the area's rank
    details : plain values for the manifest
    """

    table: pd.DataFrame
    probabilities: pd.DataFrame
    partners: pd.DataFrame
    variance: pd.DataFrame
    drivers: pd.DataFrame
    details: dict[str, Any] = field(default_factory=dict)

    def layer(self) -> pd.DataFrame:
        """Return the columns of the released layer "certainty"; ``rank_mid`` is the median rank."""
        told = self.table[["rank_low", "rank_high", "class_probability", "likely_class"]]
        return told.assign(rank_mid=self.table["rank_median"])

    def counted_from_lowest(self) -> Certainty:
        """Return the same simulation with ranks counted from the lowest index.

        Where a high index is good news, rank 1 is then the highest burden, as in the published
        table. ``above`` and ``below`` of the pairs change places.
        """
        table, last = self.table.copy(), int(self.table["rank"].notna().sum())
        for column in ("rank", "rank_median", "rank_mean"):
            table[column] = last + 1 - table[column]
        low, high = table["rank_low"], table["rank_high"]
        table["rank_low"], table["rank_high"] = last + 1 - high, last + 1 - low
        turned = {"above": "below", "below": "above"}
        partners = self.partners.rename(columns=turned)[list(self.partners.columns)]
        return replace(self, table=table, partners=partners)


def simulate_index(
    value: pd.DataFrame,
    numerator: pd.DataFrame | None,
    base: pd.DataFrame | None,
    indicators: Sequence[Indicator],
    *,
    scale: Scale,
    tree: Sequence[TreeNode],
    breaks: Breaks,
    index: pd.Series,
    restandard: Scale | None = None,
    weights: pd.Series | None = None,
    power: float = 2.0,
    penalty: str = "add",
    node_scale: Scale | None = None,
    rounding: BuildRounding | None = None,
    ready: Ready | None = None,
    learns: Sequence[str] = (),
    learnt: Learnt = "again",
    frozen: bool = False,
    draws: DrawCount | None = None,
    seed: Count = 1,
    interval: OpenShare = 0.9,
    counts: CountError = "binomial",
    shrink: bool = True,
    errors: pd.DataFrame | None = None,
    added_variance: pd.DataFrame | None = None,
    vary: Mapping[str, object] | None = None,
    variants: Sequence[pd.DataFrame] = (),
    variance_draws: Count | None = None,
    partners: AtLeastOne = 10,
    recompute: Recompute | None = None,
    by_rules: bool = True,
) -> Certainty:
    """Simulate an index many times and count what comes out.

    Parameters
    ----------
    value : (n_areas, n_indicators) shares as the index uses them; index area key, or (Stichtag,
        area key): then ranks are given within each Stichtag
    numerator, base : counts behind the shares, by indicator id (persons); None or a column that is
        not there = the value is exact
    indicators : the indicators of this index
    scale, tree, breaks, restandard : what the build learnt and stated; `tree` has the nodes of
        `sozialraum.index.hierarchy.make_tree`
    index : the stated index, for the stated rank and class
    weights : persons per area, if the scale was learnt with weights
    power, penalty : of the power mean and the Mazziotta–Pareto index
    node_scale : scale of the dimensions
    rounding : how the build rounds what it learns; a draw learns and rounds alike
    ready : transforms shares and treats outliers before they are standardised; treatments are those
        of the build
    learns : what the build learns from its data beyond scales and limits: "weights", "treatment"
    learnt : whether each draw learns that again, as the build does ("again": by `recompute`), or
        all draws keep what the build learnt ("frozen")
    frozen : True in a build with a reference: scale, re-standardisation and class limits stay as
        they are; False: each draw learns them again, as the build does
    draws : number of draws; None = 2,000, or 300 where every draw has to be recomputed
    seed : of all random numbers; the result does not depend on the number of threads
    interval : probability of the rank interval
    counts : error of the counts: "binomial", "poisson" or "none"
    shrink : draw the shares with the distribution over all areas as prior (empirical Bayes), see
        `sampling`. In simulated cities with known truth the class probabilities are calibrated
        with it and a few points too sure without it
    errors : standard errors of delivered values
    added_variance : (n_areas, n_indicators) variance of each count beyond chance, persons²: of
        protected counts, that of all counts of their window, `ProtectedTable.variance`
    vary : ``[uncertainty.vary]``, see `read_assumptions`
    variants : further complete tables instead of `value` (multiple imputations, other treatments
        of outliers); each table, `value` included, is equally likely
    variance_draws : draws per assumption for the shares of variance; 0 = none, None = 256, or 32
        where every draw has to be recomputed
    partners : how many places down the stated ranking pairs are compared
    recompute : ``recompute(value, choice) -> (index, class position)`` for recipes no rule is known
        for; without it such a recipe is an error
    by_rules : False: every draw is recomputed, whatever the recipe

    Returns
    -------
    `Certainty`. Memory: at most 64 MiB for the results of a batch of draws and 16 MiB per thread
    (more only if one draw alone needs more) for the shares under way, at most 128 MiB for the
    counters of ranks (up to 5,792 areas each rank is counted on its own, beyond in bins of
    n²/2**25 ranks), and 300 bytes per area and indicator.

    Raises
    ------
    ConfigError
        If `vary` names something unknown.
    DataError
        If a numerator is larger than its base.
    ValueError
        If an argument is impossible, or the recipe needs `recompute`.
    """
    _check(draws, interval, variance_draws, counts, learnt, value, scale)
    assumptions = read_assumptions(
        vary or {}, indicators=indicators, scale=scale, breaks=breaks, aggregation=tree[-1].method,
        frozen=frozen,
    )  # fmt: skip
    aligned(
        "simulate_index", value=value, numerator=numerator, base=base, index=index,
        weights=weights, errors=errors, added_variance=added_variance,
    )  # fmt: skip
    value = value[list(scale.ids)].sort_index()
    tables = [value, *(_aligned(v, value) for v in variants)]
    cells = sampling_cells(
        value, numerator, base, indicators, counts=counts, shrink=shrink, errors=errors,
        added_variance=added_variance,
    )  # fmt: skip
    random = _draws_of(tables, cells, assumptions, tree, scale, breaks, seed)
    by_rule = partial(
        prepare, random, base=base, weights=weights, scale=scale, restandard=restandard, tree=tree,
        breaks=breaks, frozen=frozen, power=power, penalty=penalty, node_scale=node_scale,
        rounding=rounding, ready=ready,
    )  # fmt: skip
    learns_again = learns if learnt == "again" and not frozen else ()
    unruled = "by_rules=False" if not by_rules else next(iter(learns_again), None)
    model = model_of(by_rule, random, recompute, unruled)
    number, of_variance = _numbers(model, draws, variance_draws)
    active = _active(cells, tables, assumptions)
    details = {
        "draws": number, "seed": seed, "interval": interval, "counts": counts, "shrink": shrink,
        "frozen": frozen, "varied": list(active), "variants": len(tables),
        "learns": list(learns), "learnt": "frozen" if frozen else learnt,
        "engine": "rules" if isinstance(model, Simulation) else "recompute",
        "variance_draws": of_variance,
    }  # fmt: skip
    stated = index.reindex(value.index)
    counters = _counted(model, random, stated, number, partners)
    details |= {"rank_resolution": counters.bin_width, "batch_bytes": BATCH_BYTES}
    shares = variance_shares(model, active, of_variance)
    return _certainty_of(counters, stated, breaks, shares, details)


def _certainty_of(
    counters: Counters,
    index: pd.Series,
    breaks: Breaks,
    shares: tuple[pd.DataFrame, pd.DataFrame],
    details: dict[str, Any],
) -> Certainty:
    """Return what was counted over all draws, beside the stated classes."""
    numbers, stated = class_numbers(breaks), positions(index.to_numpy(float), breaks)
    variance, drivers = shares
    return Certainty(
        table=counters.table(index.index, stated, numbers, details["interval"]),
        probabilities=counters.probabilities(index.index, numbers),
        partners=counters.partners(index.index),
        variance=variance,
        drivers=drivers,
        details=details,
    )


def _draws_of(
    tables: Sequence[pd.DataFrame],
    cells: CellDistributions,
    assumptions: Assumptions,
    tree: Sequence[TreeNode],
    scale: Scale,
    breaks: Breaks,
    seed: int,
) -> Draws:
    """Return what every draw is made of, as arrays."""
    keys = tables[0].index
    data: NDArray[np.float64] = np.stack([as_kernel_array(t.T) for t in tables])
    weights = drawn_weights(tree, scale.ids, assumptions.weights)
    return Draws(
        keys, tuple(scale.ids), data, cells, assumptions, weights, group_starts(keys), breaks.k,
        seed,
    )  # fmt: skip


def _counted(
    model: Simulation | Recomputation, random: Draws, index: pd.Series, number: int, partners: int
) -> Counters:
    """Count what comes out of all draws, one batch after the other."""
    stated = index.to_numpy(float)
    counters = Counters.empty(stated, random.groups, random.k, number, partners)
    for batch in batches(model, plain_ids(number)):
        counters.add(*batch)
        del batch  # before the next one is made: one batch at a time is what the memory holds
    return counters


def _numbers(
    model: Simulation | Recomputation, draws: int | None, variance_draws: int | None
) -> tuple[int, int]:
    """Return how many draws; fewer where each has to be recomputed and nothing is asked for."""
    usual = _DRAWS if isinstance(model, Simulation) else _DRAWS_RECOMPUTED
    return (
        usual[0] if draws is None else draws,
        usual[1] if variance_draws is None else variance_draws,
    )


def _check(
    draws: int | None,
    interval: float,
    variance_draws: int | None,
    counts: str,
    learnt: str,
    value: pd.DataFrame,
    scale: Scale,
) -> None:
    expect_count_model(counts)
    if learnt not in LEARNT:
        message = (
            f"The 'learnt' parameter of simulate_index must be one of {LEARNT}. Got {learnt!r}."
        )
        raise ValueError(message)
    if (draws is not None and draws < 1) or (variance_draws or 0) < 0:
        message = (
            f"The 'draws' parameter of simulate_index must be at least 1. Got {draws} instead."
        )
        raise ValueError(message)
    if not 0 < interval < 1:
        message = f"The 'interval' parameter must lie between 0 and 1. Got {interval} instead."
        raise ValueError(message)
    if absent := [i for i in scale.ids if i not in value]:
        message = f"The 'value' parameter must have a column per indicator. Missing: {absent}."
        raise ValueError(message)


def _aligned(variant: pd.DataFrame, value: pd.DataFrame) -> pd.DataFrame:
    return aligned_tables("simulate_index", value=value, variants=variant)[1]


def _active(
    cells: CellDistributions, tables: Sequence[pd.DataFrame], assumptions: Assumptions
) -> tuple[str, ...]:
    """Return the names of everything that is random in this simulation."""
    sampled = ("sampling",) if cells.kind.any() else ()
    treated = ("data",) if len(tables) > 1 else ()
    return (*sampled, *treated, *assumptions.varied)
