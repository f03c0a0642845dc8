"""Keyword arguments that are handed on to `aggregate` and `fit_restandard`, by name and type."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypedDict

import pandas as pd

from sozialraum.index.weighting.weights import Weights
from sozialraum.model.options import (
    AggregationMethod,
    Ddof,
    Digits,
    DimensionId,
    Exponent,
    NotNegative,
    Penalty,
    Positive,
    PositiveShare,
    Range,
    RestandardMethod,
    Share,
    SharedWeights,
    Ties,
)


class TreeOptions(TypedDict, total=False):
    """The arguments of `sozialraum.index.aggregation.aggregate` but data and scale of nodes."""

    method: AggregationMethod
    dimension_method: AggregationMethod | None
    dimension_weights: Mapping[DimensionId, NotNegative] | SharedWeights
    nodes: Sequence[Mapping[str, object]]
    min_available: PositiveShare
    power: Exponent
    penalty: Penalty
    alpha: Share
    beta: NotNegative
    owa_weights: Sequence[NotNegative]
    owa_exponent: Positive
    share_bounds: Range | None
    weights: Weights | None


class RestandardOptions(TypedDict, total=False):
    """The arguments of `sozialraum.index.aggregation.fit_restandard` but the index."""

    method: RestandardMethod
    ddof: Ddof
    weights: pd.Series | None
    output: Range
    location: float
    step: Positive
    ties: Ties
    digits: Digits | None
