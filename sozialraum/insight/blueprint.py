"""From the words of a build (scale, tree, breaks, assumptions) to the arrays of a kernel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sozialraum.insight.assumptions import Assumptions, Choice, Weighting
from sozialraum.kernels import simulate as codes
from sozialraum.kernels.arrays import as_kernel_array
from sozialraum.model import Breaks, Scale

Array = NDArray[np.float64]
_MEANS = {
    "mean": codes.MEAN,
    "sum": codes.SUM,
    "geometric": codes.GEOMETRIC,
    "harmonic": codes.HARMONIC,
    "power": codes.POWER,
}
_RANKS = {"rank": 0.0, "borda": 1.0, "percentile": 2.0, "exponential": 3.0}
_MAD_TO_SD = 1.482602218505602  # 1/Φ⁻¹(3/4)
# a and b of the interpolated quantile types of R (Hyndman and Fan 1996)
_QUANTILE_TYPES = {
    4: (0.0, 1.0), 5: (0.5, 0.5), 6: (0.0, 0.0), 7: (1.0, 1.0), 8: (1 / 3, 1 / 3), 9: (3 / 8, 3 / 8)
}  # fmt: skip


class NotNative(Exception):
    """The kernel does not know a step of this recipe: `recompute` has to do it."""


class TreeNode(Protocol):
    """One node of an index as the index room makes it: children before parents, the root last."""

    id: str
    parts: tuple[str, ...]
    weights: tuple[float, ...]
    method: str
    min_available: float


@dataclass(frozen=True, eq=False)
class TreeArrays:
    """The tree as arrays: leaves 0..p-1 in the order of the indicators, then the nodes."""

    weight: Array
    concentration: Array
    width: Array
    child_start: NDArray[np.int64]
    child: NDArray[np.int64]
    available: Array
    methods: NDArray[np.int64]
    exponents: Array

    def arrays(self) -> tuple[NDArray[Any], ...]:
        """Return the arrays in the kernel's order."""
        return (
            self.weight, self.concentration, self.width, self.child_start, self.child,
            self.available, self.methods, self.exponents,
        )  # fmt: skip


def tree_arrays(
    tree: Sequence[TreeNode], ids: Sequence[str], assumptions: Assumptions, *, power: float = 2.0
) -> TreeArrays:
    """Lay the tree out; one row of methods per alternative of the aggregation."""
    place = {name: j for j, name in enumerate([*ids, *(n.id for n in tree)])}
    weight = np.ones(len(place))
    child, start = [], [0]
    for node in tree:
        for part, w in zip(node.parts, node.weights, strict=True):
            weight[place[part]] = w
            child.append(place[part])
        start.append(len(child))
    alternatives = assumptions.aggregation or (Choice(""),)
    methods = np.empty((len(alternatives), len(tree)), np.int64)
    exponents = np.ones((len(alternatives), len(tree)))
    for row, choice in enumerate(alternatives):
        for column, node in enumerate(tree):
            name = choice.method if choice.method not in ("", tree[-1].method) else node.method
            if name not in _MEANS:
                raise NotNative(name)
            methods[row, column] = _MEANS[name]
            exponents[row, column] = dict(choice.options).get("power", power)
    concentration, width = _weighting(assumptions.weights, len(ids), len(place))
    available = np.array([n.min_available for n in tree], float)
    links = np.array(start), np.array(child)
    return TreeArrays(weight, concentration, width, *links, available, methods, exponents)


def _weighting(how: Weighting | None, leaves: int, nodes: int) -> tuple[Array, Array]:
    concentration, width = np.zeros(nodes), np.zeros(nodes)
    if how is not None:
        reach = {
            "indicators": slice(0, leaves),
            "dimensions": slice(leaves, nodes - 1),
            "all": slice(0, nodes - 1),
        }[how.level]
        concentration[reach], width[reach] = how.dirichlet, how.uniform
    return concentration, width


@dataclass(frozen=True, eq=False)
class ScaleArrays:
    """Every alternative of the standardisation: (alternatives, p) codes and their constants."""

    code: NDArray[np.int64]
    par: Array
    sign: Array
    reference: Array
    reference_start: NDArray[np.int64]

    def arrays(self) -> tuple[NDArray[Any], ...]:
        """Return the arrays in the kernel's order."""
        return self.code, self.par, self.sign, self.reference, self.reference_start


def scale_arrays(scale: Scale, assumptions: Assumptions, *, frozen: bool) -> ScaleArrays:
    """Lay out the stated scale and its alternatives.

    Frozen scales keep their constants in every draw; the others are learnt again in every draw, as
    the build learns them from its data.
    """
    alternatives = assumptions.scaling or (Choice(scale.method),)
    p = len(scale.ids)
    code = np.empty((len(alternatives), p), np.int64)
    par = np.full((len(alternatives), p, codes.CONSTANTS), np.nan)
    start = np.zeros((len(alternatives), p), np.int64)
    references: list[float] = []
    for row, choice in enumerate(alternatives):
        learnt = choice.learnt if isinstance(choice.learnt, Scale) else scale
        for j, i in enumerate(scale.ids):
            params, options = dict(learnt.params.get(i, {})), dict(learnt.options)
            method = str(params.get("method", learnt.method))
            if choice.learnt is None and choice.method != scale.method:
                if frozen:
                    raise NotNative(choice.method)
                method, params = choice.method, {}
            params |= dict(choice.options)
            options |= dict(choice.options)
            code[row, j], par[row, j] = _column(method, params, options, scale.sign[j], frozen)
            if code[row, j] == codes.FROZEN_RANK:
                start[row, j] = len(references)
                references += params["reference"]
    sign = np.array(scale.sign, float)
    return ScaleArrays(code, par, sign, np.array(references, float), start)


def _column(
    method: str, params: Mapping[str, Any], options: Mapping[str, Any], sign: int, frozen: bool
) -> tuple[int, Array]:
    par = np.array([np.nan, np.nan, sign, 0.0, 1.0, -np.inf, np.inf])
    if method in ("minmax", "goalposts"):
        low, high = params.get("output", (0.0, 1.0))
        par[3], par[4] = low, high - low
        if method == "minmax" and not frozen:
            return codes.MINMAX, par
        par[0] = params["low"] if sign > 0 else params["high"]
        par[1] = params["high"] - params["low"]
        par[5], par[6] = (0.0, 1.0) if params.get("cap") else (-np.inf, np.inf)
        return codes.AFFINE, par
    if method in ("zscore", "robust"):
        par[3], par[4] = params.get("location", 0.0), params.get("step", 1.0)
        if frozen:
            par[0], par[1] = params["centre"], params["spread"]
            return codes.AFFINE, par
        if method == "robust":
            par[1] = _MAD_TO_SD
            return codes.ROBUST, par
        par[0] = 0.0 if options.get("centre") == "zero" else np.nan
        par[1] = options.get("ddof", 0)
        return codes.ZSCORE, par
    if method in _RANKS:
        ties = 1.0 if params.get("ties") == "min" else 0.0
        par[:3] = _RANKS[method], ties, params.get("factor", 23.0)
        par[3] = len(params.get("reference", ()))
        return (codes.FROZEN_RANK if frozen else codes.RANK), par
    return _stated(method, params, sign, frozen, par)


def _stated(
    method: str, params: Mapping[str, Any], sign: int, frozen: bool, par: Array
) -> tuple[int, Array]:
    """Normalisers against a stated value; mirrored as in the catalogue."""
    if method in ("target", "distance"):
        par[3], par[4] = 1.0, -1.0
        par[5] = 0.0 if params.get("cap") else -np.inf
        par[0] = params["target"]
        end = params["low"] if sign > 0 else params["high"]
        par[1], par[2] = (params["target"] - end) * sign, -sign
        return (codes.AFFINE if frozen else codes.TARGET), par
    if method == "fraction_of_max":
        par[0], par[1], par[2] = (0.0 if sign > 0 else params["low"]), params["high"], 1.0
        par[3], par[4] = (0.0, 1.0) if sign > 0 else (1.0, -1.0)
        return (codes.AFFINE if frozen else codes.FRACTION), par
    if method == "base100":
        par[0], par[1], par[2] = 0.0, params["base"], 1.0
        par[3], par[4] = (0.0, 100.0) if sign > 0 else (200.0, -100.0)
        return codes.AFFINE, par
    if method == "none":
        par[0], par[1] = 0.0, 1.0
        return codes.AFFINE, par
    raise NotNative(method)


def restandard_arrays(restandard: Scale | None, *, frozen: bool) -> tuple[int, Array]:
    """Lay out how the index is brought to a standard again; None = it stays as it is."""
    par = np.array([np.nan, np.nan, 0.0, 0.0, 1.0])
    if restandard is None or restandard.method == "none":
        return codes.AS_IT_IS, par
    (i,) = restandard.ids
    params, options = restandard.params[i], restandard.options
    if restandard.method == "minmax":
        low, high = params.get("output", (0.0, 1.0))
        par[3], par[4] = low, high - low
        par[0], par[1] = params["low"], params["high"] - params["low"]
        return (codes.TO_AFFINE if frozen else codes.TO_MINMAX), par
    if restandard.method != "zscore" or (options.get("weights") and not frozen):
        raise NotNative(restandard.method)
    par[0], par[1], par[2] = params["centre"], params["spread"], options.get("ddof", 0)
    par[3], par[4] = params.get("location", 0.0), params.get("step", 1.0)
    if frozen:
        return codes.TO_AFFINE, par
    return (codes.TO_SD if options.get("centre") == "zero" else codes.TO_ZSCORE), par


def cut_arrays(
    breaks: Breaks, assumptions: Assumptions, *, frozen: bool
) -> tuple[NDArray[np.int64], Array, NDArray[np.bool_]]:
    """Lay out the stated class limits and their alternatives: codes, constants, edge rule."""
    alternatives = assumptions.cut or (Choice("frozen" if frozen else breaks.method),)
    code = np.empty(len(alternatives), np.int64)
    par = np.full((len(alternatives), breaks.k + 1), np.nan)
    right = np.empty(len(alternatives), np.bool_)
    for row, choice in enumerate(alternatives):
        given = choice.learnt if isinstance(choice.learnt, Breaks) else None
        options = dict((given or breaks).options) | dict(choice.options)
        right[row] = (given or breaks).right
        if given is not None:
            code[row], par[row, : breaks.k - 1] = codes.FIXED, given.inner
        elif choice.method in ("fixed", "frozen") or frozen:
            if choice.method not in ("fixed", "frozen", breaks.method):
                raise NotNative(choice.method)
            code[row], par[row, : breaks.k - 1] = codes.FIXED, breaks.inner
        else:
            code[row] = _cut_rule(choice.method, options, breaks.k, par[row])
    return code, par, right


def _cut_rule(method: str, options: Mapping[str, Any], k: int, par: Array) -> int:
    if options.get("weights"):
        raise NotNative(method)
    if method == "equal":
        ends = options.get("value_range")
        par[:2] = ends if ends is not None else (np.nan, np.nan)
        return codes.EQUAL
    if method == "sd":
        par[: k - 1], par[k - 1] = options["limits"], options.get("ddof", 0)
        return codes.DEVIATIONS
    if method == "ntile":
        return codes.NTILE
    if method == "quantile" and options.get("quantile_type", 7) in _QUANTILE_TYPES:
        par[: k - 1] = [step / k for step in range(1, k)]
        par[k - 1], par[k] = _QUANTILE_TYPES[options.get("quantile_type", 7)]
        return codes.QUANTILE
    raise NotNative(method)


def moment_weights(
    value: pd.DataFrame, scale: Scale, base: pd.DataFrame | None, weights: pd.Series | None
) -> tuple[Array, Array]:
    """Return the weights under centre (p, n) and spread (n,) of z values.

    Raises
    ------
    ValueError
        If the scale was learnt with weights or with the city's rate and they are not given.
    """
    named = scale.options.get("weights")
    if named and weights is None:
        message = f"The 'weights' parameter must be given: the scale was learnt with {named!r}."
        raise ValueError(message)
    spread = (
        np.ones(len(value)) if weights is None else weights.reindex(value.index).to_numpy(float)
    )
    if not named:
        spread = np.ones(len(value))
    if scale.options.get("centre") == "city_rate":
        if base is None:
            message = "The 'base' parameter must be given: the scale is centred on the city's rate."
            raise ValueError(message)
        persons = base.reindex(index=value.index, columns=value.columns)
        return as_kernel_array(persons.T), spread
    return np.repeat(spread[None, :], value.shape[1], axis=0), spread
