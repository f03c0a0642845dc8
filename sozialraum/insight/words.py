"""How sure a result is, in German sentences made of its numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sozialraum.texts import apart, number, text

if TYPE_CHECKING:
    from sozialraum.insight.equity import Concentration
    from sozialraum.insight.participation import Reach
    from sozialraum.insight.sensitivity import WhatIf
    from sozialraum.insight.uncertainty import Certainty

SURE = 0.95
_MOST_NAMES = 8
_MOST_PARTNERS = 3
_CLOSE = 0.0075  # 99.9 of 100 is not 100, and 0.995 may have been rounded up
_NOTABLE = 0.05  # an assumption with a smaller share of the variance is not mentioned


def describe_certainty(
    certainty: Certainty, names: Mapping[str, str], *, sure: float = SURE
) -> list[str]:
    """Say how sure the classes of a build are, and what they depend on.

    Parameters
    ----------
    certainty : from `simulate_index`
    names : German name per area key
    sure : an area is sure if its class comes out in at least this share of the draws

    Returns
    -------
    Sentences for the committee: what was computed, how many areas are sure and which are not, how
    far ranks reach, what the order depends on, which pairs cannot be told apart.
    """
    table = certainty.table[certainty.table["class"].notna()]
    unsure = table[table["class_probability"] < sure].sort_values("class_probability")
    sentences = [_computed(certainty)]
    values = {
        "areas": len(table),
        "sure": len(table) - len(unsure),
        "unsure": len(unsure),
        "times": number(100 * sure),
        "names": _listed(unsure.index, names),
    }
    kind = "none_sure" if len(unsure) == len(table) else "sure"
    sentences.append(text(f"insight.certainty.{'all_sure' if unsure.empty else kind}", **values))
    other = table[table["likely_class"] != table["class"]]
    if not other.empty:
        listed = _listed(other.index, names)
        sentences.append(text("insight.certainty.other_class", count=len(other), names=listed))
    if len(table):
        width = (table["rank_high"] - table["rank_low"]).astype(float)
        sentences.append(
            text(
                "insight.certainty.width",
                interval=number(100 * certainty.details["interval"]),
                places=1 + int(np.quantile(width, 0.5, method="inverted_cdf")),
            )
        )
    return sentences + _drivers(certainty) + _pairs(certainty, names)


def describe_area(certainty: Certainty, key: str, names: Mapping[str, str]) -> list[str]:
    """Say how sure rank and class of one area are.

    Parameters
    ----------
    certainty : from `simulate_index`
    key : of the area
    names : key -> name

    Raises
    ------
    KeyError
        If there is no such area.
    """
    alone = replace(certainty, table=certainty.table.loc[[key]])
    return describe_areas(alone, names)[key]


def describe_areas(certainty: Certainty, names: Mapping[str, str]) -> dict[str, list[str]]:
    """Say how sure rank and class of every area are, by area key."""
    beside: dict[str, list[str]] = {}
    for one, other in certainty.partners[["above", "below"]].itertuples(index=False):
        beside.setdefault(one, []).append(other)
        beside.setdefault(other, []).append(one)
    interval = number(100 * certainty.details["interval"])
    rows = certainty.table.to_dict("index")
    return {
        str(key): _of_area(row, _name(key, names), interval)
        + _undecided(beside.get(str(key), []), names)
        for key, row in rows.items()
    }


def _of_area(row: Mapping[str, Any], name: str, interval: str) -> list[str]:
    if pd.isna(row["class"]):
        return [text("insight.area.no_value", name=name)]
    low, high, class_ = int(row["rank_low"]), int(row["rank_high"]), int(row["class"])
    times = _times(float(row["class_probability"]))
    kind = "one_rank" if low == high else "ranks"
    sentences = [
        text("insight.area.class_", name=name, class_=class_, times=times),
        text(f"insight.area.{kind}", interval=interval, low=low, high=high),
    ]
    if row["likely_class"] != class_:
        sentences.append(text("insight.area.likely", likely=int(row["likely_class"])))
    return sentences


def _undecided(others: list[str], names: Mapping[str, str]) -> list[str]:
    """Name the areas whose order with this one is open, the most open first."""
    if not others:
        return []
    return [text("insight.area.partners", names=_listed(others[:_MOST_PARTNERS], names))]


def describe_what_if(
    found: WhatIf, *, name: str, label: str, factor: float = 100.0, unit: str = "\u00a0%"
) -> str:
    """Say how far one value of an area would have to move.

    Parameters
    ----------
    found : from `what_if`
    name : of the area
    label : of the indicator
    factor, unit : how the value is shown: shares (0..1) in per cent
    """
    values = {"name": name, "label": label, "class_now": found.class_now}
    if found.class_then is None:
        now = number(factor * found.value, 1) + unit
        return text("insight.what_if.never", **values, now=now)
    now, needed = apart((factor * found.value, factor * found.needed), 1)
    values |= {"now": now + unit, "needed": needed + unit, "then": found.class_then}
    verb = "falls" if found.needed < found.value else "rises"
    sentence = text(f"insight.what_if.{verb}", **values)
    if found.persons is not None:
        more = "fewer" if found.persons < 0 else "more"
        sentence += " " + text(f"insight.what_if.{more}", persons=abs(found.persons))
    return sentence


def describe_concentration(found: Concentration, what: str) -> str:
    """Say who has more of something, without the name of an index.

    Parameters
    ----------
    found : from `concentration_index`
    what : German, with article ("die Teilnahme am Ferienprogramm")
    """
    kind = "open"
    if found.erreygers_low > 0:
        kind = "less_burdened"
    elif found.erreygers_high < 0:
        kind = "more_burdened"
    return text(f"insight.concentration.{kind}", what=what)


def describe_reach(found: Reach, group: str) -> str:
    """Say which share of a group is reached, and which share of places goes to others.

    Parameters
    ----------
    found : from `reach`
    group : German, as it stands after "von 100" ("Kindern mit Grundsicherung")
    """
    return text(
        "insight.reach",
        group=group,
        reached=number(100 * found.reached),
        low=number(100 * found.reached_low),
        high=number(100 * found.reached_high),
        leakage=number(100 * found.leakage),
    )


def _computed(certainty: Certainty) -> str:
    details = certainty.details
    varied = [text(f"insight.varied.{name}") for name in details["varied"]]
    if not varied:
        return text("insight.certainty.nothing_varied", draws=number(details["draws"]))
    joined = _joined(varied)
    joined = joined[0].upper() + joined[1:]
    return text("insight.certainty.computed", draws=number(details["draws"]), varied=joined)


def _pairs(certainty: Certainty, names: Mapping[str, str]) -> list[str]:
    """Name the areas that cannot be told apart."""
    count, pairs = len(certainty.partners), certainty.partners[["above", "below"]]
    words = [
        text("insight.certainty.pair", first=_name(a, names), second=_name(b, names))
        for a, b in pairs.head(_MOST_PARTNERS).itertuples(index=False)
    ]
    if not words:
        return []
    kind = "one_pair" if count == 1 else "pairs"
    return [text(f"insight.certainty.{kind}", count=count, pairs="; ".join(words))]


def _drivers(certainty: Certainty) -> list[str]:
    shares = certainty.variance.get("rank_total", pd.Series(dtype=float)).dropna()
    shares = shares[shares >= _NOTABLE].sort_values(ascending=False)
    if len(certainty.variance) < 2 or shares.empty:
        return []
    words = [
        text(
            "insight.certainty.driver",
            name=text(f"insight.assumption.{name}"),
            share=number(100 * min(float(share), 1.0)),
        )
        for name, share in shares.items()
    ]
    return [text("insight.certainty.drivers", drivers=_joined(words))]


def _times(share: float) -> str:
    """Return a share as so many of 100; all and none only where it is certain."""
    if share > 1 - _CLOSE or share < _CLOSE:
        return text("insight.area.nearly_all" if share > 0.5 else "insight.area.nearly_none")
    return text("insight.area.times", times=number(round(100 * share)))


def _name(key: object, names: Mapping[str, str]) -> str:
    label = key[-1] if isinstance(key, tuple) else key
    return str(names.get(str(label), label))


def _listed(keys: object, names: Mapping[str, str]) -> str:
    every = [_name(k, names) for k in keys]  # type: ignore[attr-defined]
    shown = every[:_MOST_NAMES]
    if len(every) > len(shown):
        rest = text("insight.certainty.and_more", count=len(every) - len(shown))
        return ", ".join(shown) + " " + rest
    return _joined(shown)


def _joined(words: list[str]) -> str:
    if len(words) < 2:
        return "".join(words)
    return ", ".join(words[:-1]) + " und " + words[-1]


def describe_turning(
    points: pd.DataFrame, *, name: str, class_: int, labels: Mapping[str, str]
) -> str:
    """Say up to which weight an area would stay in its class, for the indicator that is nearest.

    Parameters
    ----------
    points : by indicator ``stated``, ``below``, ``above`` (shares of the whole weight)
    name, class_ : of the area
    labels : German label per indicator id
    """
    gap = (points["above"] - points["stated"]).fillna(np.inf)
    gap = np.minimum(gap, (points["stated"] - points["below"]).fillna(np.inf))
    if not np.isfinite(gap).any():
        return text("insight.weight.never", name=name, class_=class_)
    nearest = gap.idxmin()
    row = points.loc[nearest]
    known = ["stated", *(e for e in ("below", "above") if pd.notna(row[e]))]
    shown = dict(zip(known, apart([100 * float(row[e]) for e in known]), strict=True))
    stated, ends = shown.pop("stated"), shown
    kind = "between" if len(ends) == 2 else next(iter(ends))
    label = labels[str(nearest)]
    return text(
        f"insight.weight.{kind}", name=name, class_=class_, label=label, stated=stated, **ends
    )


def describe_left_out(changes: Sequence[tuple[str, int, int]]) -> list[str]:
    """Say how many areas would change class if one indicator were left out.

    Parameters
    ----------
    changes : per indicator its German label, the areas that change class, and all areas compared
    """
    areas = max((known for _, _, known in changes), default=0)
    if not areas:
        return []
    moved = [(label, count) for label, count, _ in changes if count]
    if not moved:
        return [text("insight.weight.drop_none", areas=areas)]
    moved.sort(key=lambda one: -one[1])
    counts = _joined([text("insight.weight.drop_one", count=n, label=label) for label, n in moved])
    return [text("insight.weight.drop_all", counts=counts, areas=areas)]
