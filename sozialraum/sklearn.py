"""A social-space index as a scikit-learn estimator, for pipelines and model selection.

The interface of this package is plain functions over frames; this adapter only wraps them. Persons
are protected before anything is computed, so it takes a table that disclosure control made
(`sozialraum.privacy.protect`); an array or frame must hold shares that are published already, or
computed from protected counts.

    from sklearn.pipeline import make_pipeline
    make_pipeline(SocialSpaceIndex(method="zscore"), LogisticRegression())
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from sozialraum.index.aggregation import aggregate
from sozialraum.index.normalisers import NORMALISERS
from sozialraum.index.scaling import CONSTANT
from sozialraum.index.scaling import fit_scale as _fit_scale
from sozialraum.index.scaling import standardise as _standardise
from sozialraum.model import Indicator
from sozialraum.model.protected import ProtectedTable, RawCounts


class SocialSpaceIndex(TransformerMixin, BaseEstimator):
    """Standardise shares and aggregate them to one index per area.

    Parameters
    ----------
    directions : per column "burden" or "resource"; None = all burdens
    weights : per column; None = equal
    method : normaliser of the catalogue
    aggregation : mean of the catalogue
    orientation : "deprivation" (high = burden) or "participation"
    ddof : 0 population SD, 1 sample SD

    Attributes
    ----------
    scale_ : the frozen `Scale` of the columns that differ between areas
    constant_ : columns that are the same everywhere; they do not enter the index

    Notes
    -----
    `X` is a `ProtectedTable`, of which the shares are taken, or (n_areas, n_indicators) shares that
    are published already. A table of which nothing is told of some area is missing there. Missing
    values are refused: an index with gaps is a decision (`min_available`) for the functions
    themselves. A constant column is left out here, while `fit_scale` refuses it, because estimators
    must fit any column.

    Examples
    --------
    >>> index = SocialSpaceIndex(method="minmax")
    >>> index.fit_transform(np.array([[0.1, 0.2], [0.3, 0.6]])).tolist()
    [[0.0], [1.0]]
    """

    def __init__(
        self,
        directions: Sequence[str] | None = None,
        weights: Sequence[float] | None = None,
        method: str = "minmax",
        aggregation: str = "mean",
        orientation: str = "deprivation",
        ddof: int = 0,
    ) -> None:
        self.directions = directions
        self.weights = weights
        self.method = method
        self.aggregation = aggregation
        self.orientation = orientation
        self.ddof = ddof

    def fit(self, X: Any, y: Any = None) -> SocialSpaceIndex:
        """Learn the scale from a protected table, or from (n_areas, n_indicators) shares."""
        values = validate_data(self, _shares(X), dtype="float64", ensure_min_samples=2)
        names = [f"x{n}" for n in range(values.shape[1])]
        frame = pd.DataFrame(values, columns=names)
        span = np.ptp(values, axis=0)
        usable = span > CONSTANT * np.abs(values).max(axis=0)
        self.constant_ = np.flatnonzero(~usable)
        self.indicators_ = tuple(
            i for i, keep in zip(self._indicators(names), usable, strict=True) if keep
        )
        self.scale_ = (
            _fit_scale(
                frame,
                self.indicators_,
                method=self.method,
                orientation=self.orientation,
                ddof=self.ddof,
            )  # type: ignore[arg-type]
            if self.indicators_
            else None
        )
        return self

    def transform(self, X: Any) -> NDArray[np.float64]:
        """Return the index, (n_areas, 1)."""
        check_is_fitted(self)
        values = validate_data(self, _shares(X), dtype="float64", reset=False)
        if self.scale_ is None:
            return np.zeros((len(values), 1))
        frame = pd.DataFrame(values, columns=[f"x{n}" for n in range(values.shape[1])])
        z = _standardise(frame, self.scale_)
        return aggregate(z, self.indicators_, method=self.aggregation)[["index"]].to_numpy()  # type: ignore[arg-type]

    def get_feature_names_out(self, input_features: Any = None) -> NDArray[np.object_]:
        """Return the one name of the result."""
        check_is_fitted(self)
        return np.array(["index"], dtype=object)

    def _indicators(self, names: list[str]) -> list[Indicator]:
        directions = self.directions if self.directions is not None else ["burden"] * len(names)
        weights = self.weights if self.weights is not None else [1.0] * len(names)
        if len(directions) != len(names) or len(weights) != len(names):
            message = (
                "The 'directions' and 'weights' parameters of SocialSpaceIndex must have "
                "one entry per column."
                f" Got {len(directions)} and {len(weights)} for {len(names)} instead."
            )
            raise ValueError(message)
        if self.method not in NORMALISERS:
            message = (
                f"The 'method' parameter of SocialSpaceIndex must be one of {list(NORMALISERS)}. "
                f"Got {self.method!r} instead."
            )
            raise ValueError(message)
        return [
            Indicator(id=n, label=n, direction=d, weight=float(w), value=n)  # type: ignore[arg-type]
            for n, d, w in zip(names, directions, weights, strict=True)
        ]


def _shares(given: Any) -> Any:
    """Return the shares of protected counts; anything else as it is, but no true counts."""
    if isinstance(given, RawCounts):
        message = (
            "The 'X' parameter of SocialSpaceIndex must be a protected table or published shares. "
            "Got true counts instead; protect them first with sozialraum.privacy.protect."
        )
        raise TypeError(message)
    return given.share if isinstance(given, ProtectedTable) else given
