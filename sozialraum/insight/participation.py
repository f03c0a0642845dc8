"""Who takes part: rate and quotient, expected against observed, reach and leakage.

Children, places and bookings are three different things. Augsburg's holiday programme of 2011 had
6,365 places; how many children took part nobody could say, because one child books many times. So
each kind of count has its own type here, only participants make a rate, and nothing turns one into
another.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from sozialraum.insight.intervals import newcombe, wilson
from sozialraum.model.alignment import aligned
from sozialraum.model.deciding import ranks


@dataclass(frozen=True, eq=False)
class Count:
    """A number per area, by area key; NaN = not known."""

    number: pd.Series

    def total(self) -> float:
        """Return the sum over the areas; NaN if any is not known."""
        return float(self.number.sum(skipna=False))


class EligibleChildren(Count):
    """Children who could take part: of the age of the offer, living in the area."""


class Participants(Count):
    """Children who did take part, each counted once, in the area where they live."""


class Bookings(Count):
    """Bookings: one child may book several times."""


class OfferedPlaces(Count):
    """Places offered, in the area where the offer is."""


def participation_rate(
    participants: Participants, children: EligibleChildren, *, level: float = 0.95
) -> pd.DataFrame:
    """Return the share of children who take part, with its Wilson interval.

    Parameters
    ----------
    participants, children : of the same areas (or classes, or types)
    level : confidence

    Returns
    -------
    DataFrame: ``participants``, ``children``, ``rate``, ``rate_low``, ``rate_high``; NaN without
    children or if either number is not known.

    Raises
    ------
    TypeError
        If bookings or places are given: they make a quotient, see `use_quotient`.
    ValueError
        If more take part than there are children.

    Examples
    --------
    >>> rate = participation_rate(
    ...     Participants(pd.Series({"07": 12.0})), EligibleChildren(pd.Series({"07": 40.0}))
    ... )
    >>> rate.loc["07", ["rate", "rate_low", "rate_high"]].round(3).tolist()
    [0.3, 0.181, 0.454]
    """
    _expect("participation_rate", Participants, participants=participants)
    _expect("participation_rate", EligibleChildren, children=children)
    x, n = _aligned("participation_rate", participants=participants, children=children)
    if (x > n).any():
        keys = ", ".join(map(str, x.index[x > n][:5]))
        message = (
            "The 'participants' parameter of participation_rate must be at most 'children'. Got "
            f"more participants than children in {keys} instead."
        )
        raise ValueError(message)
    low, high = wilson(x, n, level=level)
    rate = x / n.where(n > 0)
    return pd.DataFrame(
        {"participants": x, "children": n, "rate": rate, "rate_low": low, "rate_high": high}
    )


def use_quotient(used: Bookings | OfferedPlaces, children: EligibleChildren) -> pd.DataFrame:
    """Return bookings or places per 100 children (Nutzungsquotient): a quotient, not a share.

    It can exceed 100 and has no interval: one child stands behind several bookings.

    Parameters
    ----------
    used : bookings or places, by area; NaN stays

    Returns
    -------
    DataFrame: ``bookings`` or ``places``, ``children``, ``bookings_per_100`` or ``places_per_100``.
    """
    if not isinstance(used, Bookings | OfferedPlaces):
        message = (
            "The 'used' parameter of use_quotient must be Bookings or OfferedPlaces. Got "
            f"{type(used).__name__} instead."
        )
        raise TypeError(message)
    _expect("use_quotient", EligibleChildren, children=children)
    x, n = _aligned("use_quotient", used=used, children=children)
    name = "bookings" if isinstance(used, Bookings) else "places"
    return pd.DataFrame({name: x, "children": n, f"{name}_per_100": 100 * x / n.where(n > 0)})


def by_group(count: Count, groups: pd.Series) -> Count:
    """Add up a count by class or type; an area whose group is NaN is left out.

    The result has the type of `count`, so that participants stay participants.

    Parameters
    ----------
    count : children, participants, bookings or places by area
    groups : (n_areas,), class or type of each area
    """
    number, group = aligned("by_group", count=count.number, groups=groups)
    return type(count)(number.groupby(group).sum(min_count=1))


def expected_participation(
    participants: Participants, children: EligibleChildren, *, level: float = 0.95
) -> pd.DataFrame:
    """Compare with what would be if all areas took part equally.

    ``expected = children · (all participants/all children)``. The interval is the Wilson interval
    of the area's rate against the rate of the city.

    Parameters
    ----------
    participants, children : persons per area; NaN stays, and is in no sum of the city
    level : of the interval

    Returns
    -------
    DataFrame: ``observed``, ``expected``, ``difference`` (children), ``ratio``, ``ratio_low``,
    ``ratio_high`` and ``finding``: "below", "above" (the interval excludes 1) or "open".
    """
    rate = participation_rate(participants, children, level=level)
    known = rate["rate"].notna()
    city = rate.loc[known, "participants"].sum() / rate.loc[known, "children"].sum()
    expected = rate["children"] * city
    low, high = rate["rate_low"] / city, rate["rate_high"] / city
    finding = np.select([high < 1, low > 1], ["below", "above"], default="open")
    return pd.DataFrame(
        {
            "observed": rate["participants"],
            "expected": expected,
            "difference": rate["participants"] - expected,
            "ratio": rate["rate"] / city,
            "ratio_low": low,
            "ratio_high": high,
            "finding": np.where(known, finding, None),
        }
    )


def rate_difference(
    participants: Participants,
    children: EligibleChildren,
    first: object,
    second: object,
    *,
    level: float = 0.95,
) -> tuple[float, float, float]:
    """Return the difference of the rates of two groups with Newcombe's interval.

    Parameters
    ----------
    participants, children : persons per group; NaN gives NaN
    first, second : keys of the two groups; the difference is first minus second
    level : of the interval

    Returns
    -------
    Difference and both ends of its interval, as shares.
    """
    _expect("rate_difference", Participants, participants=participants)
    _expect("rate_difference", EligibleChildren, children=children)
    x, n = _aligned("rate_difference", participants=participants, children=children)
    low, high = newcombe(x[first], n[first], x[second], n[second], level=level)
    return float(x[first] / n[first] - x[second] / n[second]), float(low), float(high)


@dataclass(frozen=True)
class Reach:
    """How well an offer hits its target group.

    Parameters
    ----------
    reached : share of the target group that takes part
    leakage : share of the participants who are not of the target group
    reached_low, reached_high, leakage_low, leakage_high : Wilson intervals
    """

    reached: float
    reached_low: float
    reached_high: float
    leakage: float
    leakage_low: float
    leakage_high: float


def programme_reach(
    participants: Participants,
    target_participants: Participants,
    target_children: EligibleChildren,
    *,
    level: float = 0.95,
) -> Reach:
    """Tell which share of the target group is reached, and which share of places goes elsewhere.

    Parameters
    ----------
    participants : all who take part, by area, as the other two; a NaN anywhere gives NaN
    target_participants : of them, those of the target group (for example with SGB II)
    target_children : all of the target group
    level : confidence
    """
    _expect("programme_reach", Participants, participants=participants)
    _expect("programme_reach", Participants, target_participants=target_participants)
    _expect("programme_reach", EligibleChildren, target_children=target_children)
    everyone, inside, group = (
        float(column.sum(skipna=False))
        for column in _aligned(
            "programme_reach", participants=participants, target_participants=target_participants,
            target_children=target_children,
        )
    )  # fmt: skip
    if inside > everyone or inside > group:
        message = (
            "The 'target_participants' parameter of programme_reach must be a part of both others. "
            f"Got {inside:g} of the target group among {everyone:g} participants instead."
        )
        raise ValueError(message)
    low, high = wilson(inside, group, level=level)
    out_low, out_high = wilson(everyone - inside, everyone, level=level)
    return Reach(
        inside / group, float(low), float(high),
        1 - inside / everyone, float(out_low), float(out_high),
    )  # fmt: skip


def burdened_and_unreached(
    burden: pd.Series,
    rate: pd.DataFrame,
    *,
    worst: float = 1 / 3,
    level: float = 0.95,
) -> pd.DataFrame:
    """List where the index is bad and participation is low, and the 3 × 3 classes of the map.

    Parameters
    ----------
    burden : index by area key, high = burden (turn an index of participation round before)
    rate : result of `participation_rate`
    worst : share of the areas that counts as bad, and as low
    level : confidence of "surely below the city"

    Returns
    -------
    DataFrame by area key: ``burden_third`` and ``rate_third`` (0 low, 1 middle, 2 high; missing
    where there is no value), ``listed`` (burden in the worst share and rate in the lowest share),
    ``sure`` (its rate lies below the city's also at the upper end of its interval), ``missing``
    (children who would have to take part for the city's rate). Listed ones first, most missing
    children first.
    """
    if not 0 < worst <= 0.5:
        message = f"The 'worst' parameter must lie in 0..0.5. Got {worst} instead."
        raise ValueError(message)
    burden, counts = aligned("burdened_and_unreached", burden=burden, rate=rate)
    table = pd.DataFrame({"burden": burden, "rate": counts["rate"]})
    known = table.notna().all(axis=1)
    for column in ("burden", "rate"):
        place = ranks(table.loc[known, column], ascending=True, ties="average") - 0.5
        share = place / known.sum()
        third = np.select([share <= worst, share > 1 - worst], [0, 2], default=1)
        table[f"{column}_third"] = pd.Series(third, share.index, dtype="Int64").reindex(table.index)
    city = counts.loc[known, "participants"].sum() / counts.loc[known, "children"].sum()
    _, high = wilson(counts["participants"], counts["children"], level=level)
    table["listed"] = (table["burden_third"].eq(2) & table["rate_third"].eq(0)).fillna(False)
    table["listed"] = table["listed"].astype(bool)
    table["sure"] = pd.Series(high, burden.index).lt(city)
    gap = (counts["children"] * city - counts["participants"]).clip(lower=0)
    table["missing"] = np.ceil(gap - 1e-9)
    return table.sort_values(["listed", "missing"], ascending=False, kind="stable")


def equal_participation_test(participants: Participants, children: EligibleChildren) -> float:
    """Return the p value of "all areas take part equally" (chi-squared test).

    Parameters
    ----------
    participants : children who took part, by area; areas with a NaN are left out
    children : children who could, by area
    """
    rate = participation_rate(participants, children)
    used = rate[rate["rate"].notna()]
    table = np.array([used["participants"], used["children"] - used["participants"]])
    if (table.sum(axis=1) == 0).any() or len(used) < 2:
        return 1.0
    from scipy import stats  # slow to import, and only needed here

    return float(stats.chi2_contingency(table, correction=False).pvalue)


def _expect(caller: str, kind: type[Count], **given: object) -> None:
    for name, count in given.items():
        if not isinstance(count, kind):
            message = (
                f"The {name!r} parameter of {caller} must be {kind.__name__}: children, "
                "participants, bookings and places are never mixed. Got "
                f"{type(count).__name__} instead."
            )
            raise TypeError(message)


def _aligned(caller: str, **counts: Count) -> tuple[pd.Series, ...]:
    numbers = {name: count.number for name, count in counts.items()}
    return tuple(column.astype(float) for column in aligned(caller, **numbers))
