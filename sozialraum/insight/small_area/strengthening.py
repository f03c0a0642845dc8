"""Learn what shares of few persons may borrow, and estimate them with it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sozialraum.insight.small_area.blocks import (
    BlockEstimate,
    IndicatorBlock,
    blocks_of,
    estimated_block,
    learnt_block,
    raw_shares,
)
from sozialraum.insight.small_area.cells import NamedCells, count_cells
from sozialraum.insight.small_area.field import Graph
from sozialraum.insight.small_area.quadrature import expected_share
from sozialraum.insight.small_area.strengthened import ORIGIN, Strengthened
from sozialraum.insight.small_area.trust import LIMIT
from sozialraum.model.arguments import checks_options
from sozialraum.model.learnt import Strength
from sozialraum.model.neighbours import Neighbours
from sozialraum.model.options import Lender, Stichtage

Array = NDArray[np.float64]

FEWEST = 15  # areas; below, nothing is learnt about what they have in common
LENDERS: tuple[Lender, ...] = ("years", "indicators", "neighbours")
HOPELESS = 4.0  # trust from which on the model says nothing about areas it has not seen


@checks_options
def fit_strength(
    cases: pd.DataFrame,
    base: pd.DataFrame,
    *,
    variance: pd.DataFrame | None = None,
    neighbours: Neighbours | None = None,
    borrow: Sequence[Lender] = LENDERS,
    auxiliary: Sequence[str] = (),
    rates: Sequence[str] = (),
    years: Stichtage = 5,
) -> Strength:
    r"""Learn how much the shares of small areas borrow from years, indicators and neighbours.

    Counts are binomial with share :math:`p = 1/(1 + e^{-\theta})`, and the log odds of an area are

    .. math::
        \theta_i = \mu + L f_i + e_i

    with e normal around 0, covariance :math:`(S - \tau U U') \otimes \Phi`,
    :math:`\Phi_{tu} = \phi^{|t-u|}`, one or two spatial fields f (BYM2; Riebler et al.
    2016) on the strongest factors U of S, :math:`L = \sqrt a\,(U \otimes 1)`. S and φ by EM on
    Gaussian pseudo data (variational moments), τ and a by marginal likelihood: neighbours enter
    only where they make the counts likelier. An indicator whose estimate does not foretell left-out
    persons better than the counted share stays raw. With one indicator, one Stichtag and no
    neighbours the model is that of Fay and Herriot (1979) without covariates, on log odds; a
    covariate is a further, auxiliary indicator.

    Parameters
    ----------
    cases : (n_areas, n_indicators), counted persons; index area key, or (Stichtag, area key) for
        several Stichtage of the same areas; NaN where not delivered. In a public edition the
        middles of published windows
    base : persons they are counted from, same shape; 0 or NaN: no observation
    variance : of `cases` themselves, persons², same shape (windows: `ProtectedTable.variance`);
        None = exact counts
    neighbours : graph of the areas; None = no neighbours
    borrow : "years", "indicators", "neighbours", any of them; none = every share alone
    auxiliary : columns that only lend strength
    rates : columns in which a person can be counted more than once (Poisson)
    years : most Stichtage, the last ones

    Returns
    -------
    Strength, see there. The last Stichtag is the one that is estimated.

    Raises
    ------
    ValueError
        If keys or columns differ, a name is unknown, or a number is infinite.
    DataError
        If there are more cases than persons, or a count is negative.
    """
    counted = _counted("fit_strength", cases, base, variance, rates, borrow, years)
    unknown = sorted(set(map(str, auxiliary)) - set(counted.ids))
    if unknown:
        message = (
            "The 'auxiliary' parameter of fit_strength must name columns of 'cases'. "
            f"Got {unknown} instead."
        )
        raise ValueError(message)
    graph, told = _graph("fit_strength", counted, neighbours, borrow)
    parts = [learnt_block(b, graph) for b in blocks_of(counted.cells, "indicators" in borrow)]
    few = len(counted.keys) < FEWEST
    hopeless = all(k >= HOPELESS for part in parts for k in part.trust)
    kept = ["raw" if few or hopeless else k for part in parts for k in part.kept]
    return Strength(
        ids=counted.ids,
        stichtage=counted.stichtage,
        mean=tuple(row for part in parts for row in part.mean),
        common=_joined([part.common for part in parts]),
        persistence=tuple(p for part in parts for p in part.persistence),
        spatial=tuple(f for part in parts for f in part.spatial),
        trust=tuple(k for part in parts for k in part.trust),
        kept=tuple(kept),
        auxiliary=tuple(sorted(map(str, auxiliary))),
        neighbours=told,
        options={"borrow": sorted(borrow), "rates": sorted(map(str, rates)), "years": years},
    )


@checks_options
def strengthen(
    cases: pd.DataFrame,
    base: pd.DataFrame,
    strength: Strength,
    *,
    variance: pd.DataFrame | None = None,
    neighbours: Neighbours | None = None,
    estimate_missing: bool = False,
    contradictions: bool = True,
) -> Strengthened:
    """Estimate the shares of the last Stichtag with what was learnt.

    The level μ of each indicator and Stichtag is that of these counts; everything else is kept, so
    that a difference between two estimates is one of the data.

    Parameters
    ----------
    cases, base, variance : see `fit_strength`; the same indicators, in any order
    strength : from `fit_strength`, of the same or an earlier Stichtag
    neighbours : graph of the areas; needed where `strength` has a spatial field
    estimate_missing : estimate an area whose base is known and whose count was not delivered, from
        others alone
    contradictions : a count more than three standard deviations off what all others foretell
        weighs as much more as brings it back to three; False = the model's own posterior

    Returns
    -------
    Strengthened, see there; rows and columns of the last Stichtag as `cases` has them.

    Raises
    ------
    ValueError
        If the indicators are not those of `strength`, or its neighbours are lacking.
    DataError
        If there are more cases than persons, or a count is negative.
    """
    options = strength.options
    counted = _counted(
        "strengthen", cases, base, variance, options["rates"], options["borrow"], options["years"]
    )
    _refuse_others(counted, strength)
    needed = any(amount > 0 for _, amount in strength.spatial)
    lenders = options["borrow"] if needed else []
    graph, _ = _graph("strengthen", counted, neighbours, lenders)
    if needed and graph is None:
        message = (
            "The 'neighbours' parameter of strengthen must be given where the strength has a "
            "spatial field. Got None instead."
        )
        raise ValueError(message)
    blocks = blocks_of(counted.cells, "indicators" in options["borrow"])
    limit = LIMIT if contradictions else np.inf
    parts = [estimated_block(b, strength, graph, limit=limit) for b in blocks]
    return _named(counted, strength, blocks, parts, estimate_missing=estimate_missing)


def _counted(
    caller: str,
    cases: pd.DataFrame,
    base: pd.DataFrame,
    variance: pd.DataFrame | None,
    rates: Sequence[str],
    borrow: Sequence[str],
    years: int,
) -> NamedCells:
    periods = years if "years" in borrow else 1
    return count_cells(caller, cases, base, variance, rates=tuple(rates), periods=periods)


def _graph(
    caller: str, counted: NamedCells, neighbours: Neighbours | None, borrow: Sequence[str]
) -> tuple[Graph | None, str]:
    """Return the field's graph in the order of the cells, and how the strength tells it."""
    if neighbours is None or "neighbours" not in borrow:
        return None, ""
    near = neighbours.aligned(counted.keys, caller=caller)
    told = hashlib.sha256(repr(near.pairs).encode()).hexdigest()[:16]
    return Graph.of(near.matrix()), f"{near.kind} {told}"


def _refuse_others(counted: NamedCells, strength: Strength) -> None:
    if counted.ids != strength.ids:
        message = (
            f"The 'cases' parameter of strengthen must have the columns {list(strength.ids)[:5]}. "
            f"Got {list(counted.ids)[:5]} instead."
        )
        raise ValueError(message)


def _joined(parts: list[tuple[tuple[float, ...], ...]]) -> tuple[tuple[float, ...], ...]:
    size = sum(len(p) for p in parts)
    whole, at = np.zeros((size, size)), 0
    for part in parts:
        whole[at : at + len(part), at : at + len(part)] = part
        at += len(part)
    return tuple(map(tuple, whole.tolist()))


def _named(
    counted: NamedCells,
    strength: Strength,
    blocks: list[IndicatorBlock],
    parts: list[BlockEstimate],
    *,
    estimate_missing: bool,
) -> Strengthened:
    """Return the estimates of all blocks as frames, in the order the tables came in."""
    now = counted.cells.current
    J = len(counted.ids)
    mean, var, own = (np.concatenate([getattr(p, n) for p in parts], 1) for n in _PARTS)
    contradicts = np.concatenate([p.contradicts for p in parts], axis=1)
    cov = np.zeros((len(counted.keys), J, J))
    for block, part in zip(blocks, parts, strict=True):
        cov[np.ix_(np.arange(len(cov)), block.indicators, block.indicators)] = part.cov
    seen = counted.cells.base[:, now] > 0
    kept = np.array([k == "raw" for k in strength.kept])
    share, logit, spread = raw_shares(counted.cells)
    raw = np.broadcast_to(kept, seen.shape) & seen
    mean, var = np.where(raw, logit, mean), np.where(raw, spread, var)
    cov[:, kept] = 0.0
    cov[:, :, kept] = 0.0
    alone = np.flatnonzero(kept)
    cov[:, alone, alone] = var[:, alone]
    value = np.where(raw, share, expected_share(mean, var, counted.cells.rate[now]))
    shown = seen | (~counted.no_base & ~kept & estimate_missing)
    origin = np.select(
        [counted.no_base, ~shown, ~seen, raw, contradicts],
        [5, 4, 3, 2, 1],
    )
    order = [i for i in range(J) if counted.ids[i] not in strength.auxiliary]
    return _framed(counted, strength, order, {
        "value": np.where(shown, value, np.nan), "raw": np.where(seen, share, np.nan),
        "log_odds": np.where(shown, mean, np.nan), "sd": np.where(shown, np.sqrt(var), np.nan),
        "own_weight": np.where(shown, np.where(raw, 1.0, np.where(seen, own, 0.0)), np.nan),
    }, origin, cov, np.concatenate([p.score for p in parts], axis=1))  # fmt: skip


_PARTS = ("mean", "var", "own")


def _framed(
    counted: NamedCells,
    strength: Strength,
    order: list[int],
    tables: dict[str, Array],
    origin: NDArray[np.int64],
    cov: Array,
    score: Array,
) -> Strengthened:
    keys, columns = counted.given
    kept = columns[[str(c) not in strength.auxiliary for c in columns]]
    at = [counted.ids.index(str(c)) for c in kept]
    rows = counted.keys.get_indexer(keys)
    frames = {n: pd.DataFrame(table[np.ix_(rows, at)], keys, kept) for n, table in tables.items()}
    words = pd.CategoricalDtype(list(ORIGIN))
    named = np.array(ORIGIN)[origin[np.ix_(rows, at)]]
    report = pd.DataFrame(
        {
            "raw": score[1, at], "estimated": score[0, at],
            "trust": [strength.trust[i] for i in at], "kept": [strength.kept[i] for i in at],
            "contradictions": (origin[:, at] == 1).sum(axis=0),
        },
        kept,
    )  # fmt: skip
    return Strengthened(
        **frames,
        origin=pd.DataFrame(named, keys, kept).astype(words),
        cov=pd.DataFrame(
            cov[np.ix_(rows, at, at)].reshape(-1, len(at)),
            pd.MultiIndex.from_product([keys, kept], names=[keys.name, kept.name]),
            kept,
        ),
        report=report,
        strength=strength,
    )
