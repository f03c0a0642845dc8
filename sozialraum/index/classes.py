"""Classes: an index cut into steps, by limits that are a value of their own.

Where the cut lies is politics (a new cut put 941 instead of 338 schools of North Rhine-Westphalia
into stages 6 to 9), so the rule and its limits are stored with every result, and used again next
year if the build says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sozialraum.index.cuts import cumulated, ends, equal_widths, jenks, ntile, top_share
from sozialraum.index.normalisers import person_weights, weighted_mean, weighted_sd
from sozialraum.index.quantiles import quantiles, weighted_quantiles
from sozialraum.model import Breaks, Problem
from sozialraum.model.alignment import aligned
from sozialraum.model.arguments import checks_options
from sozialraum.model.deciding import finest_places, refuse_infinite, steps, tied, without_noise
from sozialraum.model.errors import DataError
from sozialraum.model.options import (
    ClassCount,
    CutMethod,
    Ddof,
    End,
    Limits,
    OpenShare,
    QuantileType,
)
from sozialraum.texts import number, problem, text


@checks_options
def fit_breaks(
    index: pd.Series,
    *,
    method: CutMethod = "equal",
    k: ClassCount = 5,
    limits: Limits | None = None,
    right: bool = False,
    labels: Sequence[str] | None = None,
    numbers: Sequence[int] | None = None,
    lower: float | None = None,
    upper: float | None = None,
    quantile_type: QuantileType = 7,
    weights: pd.Series | None = None,
    ddof: Ddof = 0,
    share: OpenShare = 0.05,
    top: End = "high",
    shares: Sequence[OpenShare] | None = None,
    larger: End = "low",
) -> Breaks:
    """Learn class limits.

    An index is compared with them by `classify` as `model.deciding` says: an area whose index lies
    on a limit lies on it whatever floating point adds.

    ==========  ====================================================================================
    equal       k classes of equal width over the range of the data, or between `lower` and `upper`
    quantile    k classes with equally many areas, limits by R's `quantile_type`; with `weights`
                equally many persons; with `shares` as many as stated
    ntile       k groups as equal in size as possible, the larger ones at the `larger` end; with
                `shares` as large as stated; equal values stay together
    fixed       the stated `limits`
    sd          mean + `limits` · SD
    jenks       exact natural breaks: smallest squared deviation within classes
    top_share   the `share` of areas at the `top` end is one class, the others of equal width
    ==========  ====================================================================================

    Parameters
    ----------
    index : (n_areas,), the areas that shape the limits; NaN is disregarded
    method : the cut rule
    k : number of classes; for "fixed" and "sd" it follows from `limits`
    limits : inner limits, ascending
    right : edge rule: True puts a value on a limit into the class below it, False into the class
        above it
    labels, numbers : per class, lowest index value first; numbers default to 1..k
    shares : part of the areas (or persons) in each class, lowest index value first; they add up to
        1 and take the place of `k` (Wales: 0.5, 0.2, 0.1, 0.1, 0.1 for the most deprived last)
    larger : "ntile": at which end of the index the groups with one area more lie
    lower, upper, quantile_type, weights, ddof, share, top : see the table

    Raises
    ------
    ValueError
        If an argument is unknown or does not fit the others.
    DataError
        If the index has fewer different values than classes.

    Examples
    --------
    >>> fit_breaks(pd.Series([0.0, 0.3, 1.0]), method="equal", k=4).inner
    (0.25, 0.5, 0.75)
    """
    _refuse_wrong_arguments(method, k, limits, (lower, upper), share)
    _refuse_wrong_groups(method, shares)
    k = k if shares is None else len(shares)
    _, weights = aligned("fit_breaks", index=index, weights=weights)
    known = index.dropna()
    refuse_infinite(known, parameter="index", caller="fit_breaks")
    x = tied(known.to_numpy(dtype=float))
    found = len(np.unique(x))
    if found < least_values(method, k):
        raise DataError(problem("index.too_few_values", found=found, k=k))
    persons = _persons_of(weights, known)
    if method == "top_share":
        inner, right = top_share(x, k, share, top)
    elif method in ("fixed", "sd"):
        inner = _stated_limits(method, np.asarray(limits, dtype=float), x, persons, ddof)
    elif method == "quantile":
        inner = _at_shares(x, persons, k, shares, quantile_type)
    elif method == "ntile":
        inner = ntile(x, k, shares, larger)
    else:
        inner = jenks(x, k) if method == "jenks" else equal_widths(*ends(x, lower, upper), k)
    options = {
        "k": len(inner) + 1, "limits": None if limits is None else list(limits), "areas": len(x),
        "lower": lower, "upper": upper, "quantile_type": quantile_type,
        "weights": None if weights is None else str(weights.name or "weights"),
        "ddof": ddof, "share": share, "top": top, **_stated_groups(shares, larger),
    }  # fmt: skip
    places = finest_places(x, [end for end in (lower, upper) if end is not None])
    cuts = inner if method == "fixed" else without_noise(pd.Series(inner)).to_numpy()
    return replace(_named(method, cuts, right, labels, numbers, options), places=places)


def _persons_of(weights: pd.Series | None, known: pd.Series) -> NDArray[np.float64] | None:
    """Return the persons of the areas that have a value; None where each area counts once."""
    if weights is None:
        return None
    return person_weights(weights[known.index], known.notna(), caller="fit_breaks")


def _stated_limits(
    method: str,
    stated: NDArray[np.float64],
    x: NDArray[np.float64],
    persons: NDArray[np.float64] | None,
    ddof: int,
) -> NDArray[np.float64]:
    """Return limits as they are stated, or as so many standard deviations from the mean."""
    if method == "fixed":
        return stated
    return weighted_mean(x, persons) + stated * weighted_sd(x, persons, ddof)


def _at_shares(
    x: NDArray[np.float64],
    persons: NDArray[np.float64] | None,
    k: int,
    shares: Sequence[float] | None,
    quantile_type: QuantileType,
) -> NDArray[np.float64]:
    """Return limits between equally large groups, or between groups of stated shares."""
    at = [step / k for step in range(1, k)] if shares is None else cumulated(shares)
    if persons is None:
        return quantiles(x, at, quantile_type=quantile_type)
    return weighted_quantiles(x, persons, at)


def least_values(method: str, k: int) -> int:
    """Return how many different index values a method of cutting needs for `k` classes."""
    if method == "fixed":
        return 0
    return 2 if method in ("sd", "equal", "quantile") else k


def classify(index: pd.Series, breaks: Breaks) -> pd.Series:
    """Return the class number of each area.

    Parameters
    ----------
    index : (n_areas,)
    breaks : frozen limits

    Returns
    -------
    Int64; <NA> where the index is NaN.

    Examples
    --------
    >>> five = Breaks("fixed", (-1.0, -0.5, 0.5, 1.0), numbers=(1, 2, 3, 4, 5))
    >>> classify(pd.Series([-1.2, -1.0, 0.0, 1.0, np.nan]), five).tolist()
    [1, 2, 3, 5, <NA>]
    """
    step = steps(
        index.to_numpy(dtype=float), breaks.inner, right=breaks.right, places=breaks.places
    )
    numbers = np.asarray(breaks.numbers or range(1, breaks.k + 1))[step]
    found = pd.array(numbers, dtype="Int64")
    found[step < 0] = pd.NA
    return pd.Series(found, index=index.index, name="class")


def class_labels(classes: pd.Series, breaks: Breaks) -> pd.Series:
    """Return the German label of each area's class; missing where there is no class."""
    names = dict(zip(breaks.numbers, breaks.labels, strict=True))
    return classes.map(names).astype("object").rename("class_label")


def class_counts(classes: pd.Series, breaks: Breaks) -> pd.Series:
    """Count the areas per class, lowest index value first, empty classes included.

    Examples
    --------
    >>> two = Breaks("fixed", (0.5,), numbers=(1, 2))
    >>> class_counts(classify(pd.Series([0.7, 0.9]), two), two).to_dict()
    {1: 0, 2: 2}
    """
    numbers = list(breaks.numbers)
    return classes.value_counts().reindex(numbers, fill_value=0).astype(int)


def inspect_classes(classes: pd.Series, breaks: Breaks) -> list[Problem]:
    """List the classes that hold no area: ties and stated limits can leave one empty.

    Parameters
    ----------
    breaks : from `fit_breaks`
    """
    empty = class_counts(classes, breaks).loc[lambda count: count == 0].index
    labels = dict(zip(breaks.numbers, breaks.labels, strict=True))
    return [
        problem("index.empty_class", "warning", found=int(n), label=labels[n], method=breaks.method)
        for n in empty
    ]


def total_groups(
    classes: Mapping[str, pd.Series], breaks: Mapping[str, Breaks], *, first: str, second: str,
    signs: Sequence[str],
) -> pd.Series:  # fmt: skip
    """Join the classes of two axes to one group, as Berlin joins status and dynamics: "2+/-".

    Parameters
    ----------
    classes, breaks : by axis
    first : axis whose class number is written
    second : axis whose class is written as a sign
    signs : one sign per class of the second axis, lowest index value first

    Returns
    -------
    str per area; missing where one of the two classes is.

    Examples
    --------
    >>> axes = {"status": Breaks("fixed", (0.0,), numbers=(1, 2)), "dynamics": Breaks("fixed", (
    ...     0.0,), numbers=(1, 2))}
    >>> one = {"status": pd.Series([2], index=["01"], dtype="Int64"), "dynamics": pd.Series([1],
    ...     index=["01"], dtype="Int64")}
    >>> total_groups(one, axes, first="status", second="dynamics", signs=["+", "-"]).tolist()
    ['2+']
    """
    sign = dict(zip(breaks[second].numbers, signs, strict=True))
    written = classes[first].astype("string") + classes[second].map(sign).astype("string")
    return written.astype("object").where(written.notna(), None).rename("group")


def _stated_groups(shares: Sequence[float] | None, larger: str) -> dict[str, object]:
    uneven = {} if shares is None else {"shares": list(shares)}
    return uneven | ({} if larger == "low" else {"larger": larger})


def _named(
    method: str, inner: NDArray[np.float64], right: bool, labels: Sequence[str] | None,
    numbers: Sequence[int] | None, options: dict[str, object],
) -> Breaks:  # fmt: skip
    k = len(inner) + 1
    counted = tuple(range(1, k + 1)) if numbers is None else tuple(numbers)
    named = (
        tuple(text("index.class_label", number=n) for n in counted)
        if labels is None
        else tuple(labels)
    )
    for what, given in (("labels", named), ("numbers", counted)):
        if len(given) != k or len(set(given)) != k:
            message = (
                f"The '{what}' parameter of fit_breaks must name {k} different classes. Got "
                f"{list(given)} instead."
            )
            raise ValueError(message)
    return Breaks(method, tuple(float(limit) for limit in inner), right, named, counted, options)


def describe_breaks(breaks: Breaks, digits: int = 2) -> list[str]:
    """Return per class its limits in German with the edge rule, lowest first.

    Parameters
    ----------
    breaks : from `fit_breaks`
    digits : decimals of the limits

    Examples
    --------
    >>> describe_breaks(Breaks("fixed", (-1.0, 1.0), labels=("gering", "mittel", "hoch"), numbers=(
    ...     1, 2, 3)))
    ['gering: unter −1,00', 'mittel: von −1,00 bis unter 1,00', 'hoch: ab 1,00']
    """
    side = "right" if breaks.right else "left"
    cuts = [number(limit, digits) for limit in breaks.inner]
    spans = [text(f"index.span_first_{side}", high=cuts[0])] if cuts else [text("index.span_all")]
    spans += [text(f"index.span_middle_{side}", low=low, high=high) for low, high in pairwise(cuts)]
    spans += [text(f"index.span_last_{side}", low=cuts[-1])] if cuts else []
    return [f"{label}: {span}" for label, span in zip(breaks.labels, spans, strict=True)]


def _refuse_wrong_arguments(
    method: str,
    k: int,
    limits: Sequence[float] | None,
    ends: tuple[float | None, float | None],
    share: float,
) -> None:
    if method in ("fixed", "sd") and (not limits or list(limits) != sorted(set(limits))):
        message = (
            f"The 'limits' parameter of fit_breaks must be ascending for {method!r}. Got {limits} "
            "instead."
        )
        raise ValueError(message)
    if None not in ends and not ends[0] < ends[1]:  # type: ignore[operator]
        message = f"The 'lower' parameter of fit_breaks must be below 'upper'. Got {ends} instead."
        raise ValueError(message)


def _refuse_wrong_groups(method: str, shares: Sequence[float] | None) -> None:
    if shares is None:
        return
    whole = len(shares) > 1 and min(shares) > 0 and abs(sum(shares) - 1.0) < 1e-9
    if method not in ("quantile", "ntile") or not whole:
        message = (
            "The 'shares' parameter of fit_breaks must be parts above 0 that add up to 1, for "
            f"method 'quantile' or 'ntile'. Got {list(shares)} for {method!r} instead."
        )
        raise ValueError(message)
