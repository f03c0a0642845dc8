"""What a build learns from its data, as values: printed, saved, and used again next year.

`Scale` turns shares into standardised values, `Breaks` cuts an index into classes, `Typology`
gives profiles to types, `Strength` says what a share of few persons borrows, `Watch` when a month
is an alarm. All five are frozen, hold plain numbers and go to JSON and back without loss.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Self

from sozialraum.model.options import Orientation


class Learnt:
    """Common to all learnt values: to a dictionary of plain values and back."""

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON; floats keep every digit."""
        return asdict(self)  # type: ignore[call-overload]

    @classmethod
    def from_dict(cls, plain: dict[str, Any]) -> Self:
        """Return the learnt value written by `to_dict`; lists become tuples again."""
        return cls(**{k: _tuples(v) for k, v in plain.items()})


def _tuples(value: Any) -> Any:
    return tuple(_tuples(v) for v in value) if isinstance(value, list) else value


@dataclass(frozen=True)
class Scale(Learnt):
    """A frozen standardisation: one row of constants per indicator.

    Parameters
    ----------
    method : normaliser of the catalogue ("minmax", "zscore", …)
    ids : indicator ids, in order
    sign : per indicator +1 if a higher value raises the index, -1 if it lowers it; follows from
        the indicator's direction and the index's orientation
    params : per indicator the constants of the method, by name (minmax: low, high; zscore: centre,
        spread; …)
    orientation : which end of the standardised values is which
    options : the arguments of `fit_scale` that made it (ddof, weights, centre, reference, …)
    """

    method: str
    ids: tuple[str, ...]
    sign: tuple[int, ...]
    params: dict[str, dict[str, Any]] = field(default_factory=dict)
    orientation: Orientation = "deprivation"
    options: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Breaks(Learnt):
    """Frozen class limits of one number.

    Parameters
    ----------
    method : cut rule of the catalogue ("equal", "quantile", "fixed", "sd", "jenks", …)
    inner : the k - 1 limits between classes, ascending
    right : True: a limit belongs to the class below it, ``(a, b]``; False: to the class above,
        ``[a, b)``
    labels : German class labels, lowest index value first
    numbers : class numbers, lowest index value first (Berlin counts 1 = hoch, Hagen 5 = hohe
        Belastung)
    options : the arguments of `fit_breaks` that made it
    places : most decimals of limits and index that are looked at when they are compared; None = as
        many as `deciding.finest_places` gives them
    """

    method: str
    inner: tuple[float, ...]
    right: bool = False
    labels: tuple[str, ...] = ()
    numbers: tuple[int, ...] = ()
    options: dict[str, Any] = field(default_factory=dict)
    places: int | None = None

    @property
    def k(self) -> int:
        """Number of classes."""
        return len(self.inner) + 1


@dataclass(frozen=True)
class Typology(Learnt):
    """A frozen grouping of profiles into types, ordered by burden (1 = lowest, k = highest).

    Parameters
    ----------
    method : "kmeans", "ward", "mixture", …
    ids : the standardised indicators it looks at, in order
    centres : per type its mean profile
    labels : German label per type, lowest burden first
    options : the arguments that made it, seed and stability included
    """

    method: str
    ids: tuple[str, ...]
    centres: tuple[tuple[float, ...], ...]
    labels: tuple[str, ...] = ()
    options: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Strength(Learnt):
    """What shares of few persons borrow from years, related indicators and neighbours (Stützung).

    The model is that of `sozialraum.insight.fit_strength`; variances are of log odds, of log rates
    where persons can be counted more than once.

    Parameters
    ----------
    ids : indicators by name, auxiliary ones among them
    stichtage : oldest first; the last is the one that is estimated
    mean : μ per indicator and Stichtag
    common : S, what areas and indicators have in common, indicators × indicators
    persistence : φ per indicator, how much of an area's deviation lasts to the next Stichtag
    spatial : (τ, a) per indicator: the share of the common variance that neighbours take from the
        areas' own, and the variance of their field; both 0 = no neighbours
    trust : κ per indicator, at least 1: how much less the model is believed about areas it has
        not seen
    kept : "smoothed" or "raw" per indicator
    auxiliary : indicators that only lend
    neighbours : kind and content of the graph; empty without one
    options : the arguments of `fit_strength` that made it
    """

    ids: tuple[str, ...]
    stichtage: tuple[str, ...]
    mean: tuple[tuple[float, ...], ...]
    common: tuple[tuple[float, ...], ...]
    persistence: tuple[float, ...]
    spatial: tuple[tuple[float, float], ...]
    trust: tuple[float, ...]
    kept: tuple[str, ...]
    auxiliary: tuple[str, ...] = ()
    neighbours: str = ""
    options: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Watch(Learnt):
    """From when on a month is an alarm: thresholds of `sozialraum.insight.fit_watch`.

    Parameters
    ----------
    measure : "flow" (cases of a month) or "stock" (persons on a day)
    direction : "up" or "down"
    months : how many months it was learnt from; it judges those that come after
    first, last : the first and the last of them
    limit, spike : h and s: alarm where the sum is above h, or a single score above s
    allowance : k, what is taken from each score before it is added
    share : π per area, its share of the city's cases; empty for stocks
    dispersion : φ of the months learnt from; 1 for stocks
    promised : false alarms a year that were asked for
    found : false alarms a year in the drawn tables with these thresholds
    noticed : share of drawn tables in which twice as many cases in one area of middle size are
        noticed within six months; NaN for stocks
    options : the arguments of `fit_watch` that made it
    """

    measure: str
    direction: str
    months: int
    first: str
    last: str
    limit: float
    spike: float
    allowance: float
    share: dict[str, float]
    dispersion: float
    promised: float
    found: float
    noticed: float
    options: dict[str, Any] = field(default_factory=dict)
