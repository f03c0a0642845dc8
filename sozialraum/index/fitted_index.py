"""What a method learnt from one year, and what it says of the areas of any year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from sozialraum.index.aggregation import aggregate, contributions, restandardise
from sozialraum.index.classes import class_labels, classify
from sozialraum.index.preparation.treatment import FittedTreatment, transform, treat
from sozialraum.index.scaling import standardise
from sozialraum.index.weighting.weights import Weights
from sozialraum.model import Breaks, Indicator, Scale

# Their places depend on all areas together: no area's index is a sum of its own parts.
_OVER_RANKS = {"rank", "percentile", "normal_scores", "exponential"}
_WITHOUT_PARTS = {"copeland", "kemeny", "bod"}
_ADDITIVE = {"mean", "sum"}


@dataclass(frozen=True, eq=False, repr=False)
class Scored:
    """The index of areas: standardised values, nodes and index, contributions, classes.

    `contributions` is empty for methods whose index is no sum of an area's own parts.
    """

    z: pd.DataFrame
    nodes: pd.DataFrame
    index: pd.Series
    contributions: pd.DataFrame
    classes: pd.Series
    labels: pd.Series


@dataclass(frozen=True)
class FittedIndex:
    """A method with everything it learnt.

    Parameters
    ----------
    indicators, orientation, sections : what it was told
    treatment, scale, weights, node_scale, restandard, breaks : what it learnt; None where the step
        is not taken
    """

    indicators: tuple[Indicator, ...]
    orientation: str
    sections: dict[str, dict[str, Any]]
    scale: Scale
    treatment: FittedTreatment | None = None
    weights: Weights | None = None
    node_scale: Scale | None = None
    restandard: Scale | None = None
    breaks: Breaks | None = None

    @property
    def learnt(self) -> tuple[object, ...]:
        """What it learnt: equal for methods that measure with the same scale, weights, limits."""
        return (
            self.scale, self.restandard, self.breaks, self.node_scale, self.treatment, self.weights,
        )  # fmt: skip

    @property
    def limits(self) -> Breaks:
        """The limits of the classes; ValueError for a method without classes."""
        if self.breaks is None:
            message = (
                "The 'sections' parameter of fit_index must hold 'classes' for an index with "
                "limits. Got none instead."
            )
            raise ValueError(message)
        return self.breaks

    def under(
        self, indicators: Sequence[Indicator], sections: Mapping[str, Mapping[str, Any]]
    ) -> FittedIndex:
        """Return the same with other steps or fewer indicators; nothing is learnt again."""
        named = {name: dict(how) for name, how in sections.items()}
        return replace(self, indicators=tuple(indicators), sections=named)

    def prepared(self, value: pd.DataFrame) -> pd.DataFrame:
        """Return values as they are standardised: transformed, outliers treated."""
        return prepared(value, self.sections, self.treatment)

    def standardise(self, value: pd.DataFrame) -> pd.DataFrame:
        """Return z values of (n_areas, n_indicators) shares."""
        return standardise(self.prepared(value), self.scale)

    def scored(self, value: pd.DataFrame) -> Scored:
        """Return every intermediate of the index of each area.

        Parameters
        ----------
        value : (n_areas, n_indicators), of this year or another; the method needs class limits
        """
        limits = self.limits
        z = self.standardise(value)
        nodes = aggregate(z, self.indicators, **self._how())
        index = self._restandardised(nodes["index"])
        parts = pd.DataFrame(index=z.index)
        if has_parts(self.sections):
            parts = contributions(z, self.indicators, restandard=self.restandard, **self._how())
        classes = classify(index, limits)
        return Scored(z, nodes, index, parts, classes, class_labels(classes, limits))

    def score(self, value: pd.DataFrame) -> pd.DataFrame:
        """Return dimensions, index, class and class_label of each area.

        Parameters
        ----------
        value : (n_areas, n_indicators), of this year or another
        """
        table = aggregate(self.standardise(value), self.indicators, **self._how())
        table["index"] = self._restandardised(table["index"])
        if self.breaks is not None:
            table["class"] = classify(table["index"], self.breaks)
            table["class_label"] = class_labels(table["class"], self.breaks)
        return table

    def contributions(self, value: pd.DataFrame) -> pd.DataFrame:
        """Return what each indicator adds to the index; rows add up to it."""
        return contributions(
            self.standardise(value), self.indicators, restandard=self.restandard, **self._how()
        )

    def shown_contributions(self, value: pd.DataFrame) -> pd.DataFrame:
        """Return what each value that is there adds to the index; NaN where there is none.

        In means and sums each part stands for itself: a value that is not shown does not hide the
        others.
        """
        tree = self.sections.get("aggregation", {})
        methods = {tree.get("method", "mean"), tree.get("dimension_method") or "mean"}
        if not methods <= _ADDITIVE:
            return self.contributions(value)
        z = self.standardise(value).fillna(0.0)
        parts = contributions(z, self.indicators, restandard=self.restandard, **self._how())
        return parts.where(value.notna())

    def _restandardised(self, index: pd.Series) -> pd.Series:
        if self.restandard is None:
            return index
        return restandardise(index, scale=self.restandard)

    def _how(self) -> dict[str, Any]:
        stated = self.sections.get("aggregation", {})
        return {**stated, "weights": self.weights, "node_scale": self.node_scale}


def has_parts(sections: Mapping[str, Mapping[str, Any]]) -> bool:
    """Tell whether the index of a method is made of its indicators' contributions.

    Parameters
    ----------
    sections : arguments of each step, by the section's name

    Examples
    --------
    >>> [has_parts({"aggregation": {"method": how}}) for how in ("mean", "bod")]
    [True, False]
    """
    tree = sections.get("aggregation", {})
    methods = {tree.get("method"), tree.get("dimension_method")}
    methods |= {node.get("method") for node in tree.get("nodes") or ()}
    ranks = {
        sections.get(step, {}).get("method") for step in ("dimension_scaling", "restandardise")
    }
    return not (methods & _WITHOUT_PARTS or ranks & _OVER_RANKS)


def prepared(
    value: pd.DataFrame,
    sections: Mapping[str, Mapping[str, Any]],
    treatment: FittedTreatment | None,
) -> pd.DataFrame:
    """Return values as they are standardised: transformed, outliers treated.

    Parameters
    ----------
    value : (n_areas, n_indicators)
    sections : arguments of each step, by the section's name
    treatment : learnt of outliers; None where none are treated
    """
    changed = transform(value, sections.get("transform", {}))
    return changed if treatment is None else treat(changed, treatment)
