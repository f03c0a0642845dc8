"""What an early warning says, in German sentences: which areas, since when, and how sure."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from sozialraum.model.dates.period import Period
from sozialraum.model.learnt import Watch
from sozialraum.texts import number, text
from sozialraum.texts.periods import period_label

_TENTHS = 10


def describe_watch(
    judged: pd.DataFrame, watch: Watch, *, names: Mapping[str, str], area_words: str
) -> list[str]:
    """Return the sentences on the last month that was judged.

    Parameters
    ----------
    judged : from `apply_watch`; its periods are the texts of months, "2024-03"
    watch : the one the last month was judged by
    names : key -> name of the area, without a name the key
    area_words : what several areas are called
    """
    month = judged.index.get_level_values("period")[-1]
    last = judged.xs(month, level="period")
    alarms = last[last["alarm"]]
    known = int(last["z"].notna().sum())
    when = period_label(Period.parse(str(month)))
    if known == 0:
        return [_sentence("unknown", month=when), *_promise(watch)]
    head = _sentence(
        "alarms" if len(alarms) else "none", month=when, n=len(alarms), all=number(known),
        area_words=area_words,
    )  # fmt: skip
    return [head, *(_alarm(names, row, watch) for row in alarms.itertuples()), *_promise(watch)]


def _alarm(names: Mapping[str, str], row: object, watch: Watch) -> str:
    key = str(row.Index)  # type: ignore[attr-defined]
    values = {name: number(getattr(row, name), 0) for name in ("expected", "low", "high")}
    since = int(row.months)  # type: ignore[attr-defined]
    return _sentence(
        f"{watch.measure}.{watch.direction}", name=names.get(key) or key,
        since=_sentence("since", n=since), **values,
    )  # fmt: skip


def _promise(watch: Watch) -> list[str]:
    found = [_promised(watch.promised)]
    if watch.noticed == watch.noticed:
        tenths = round(watch.noticed * _TENTHS)
        found.append(_sentence(f"noticed.{watch.direction}", tenths=tenths))
    return found


def _promised(false_alarms: float) -> str:
    if false_alarms == 1:
        return _sentence("promise_one")
    return _sentence("promise", rate=number(false_alarms, 1))


def describe_city(judged: pd.DataFrame) -> str:
    """Return the sentence on the last month of the city as a whole; "" where it cannot be judged.

    Parameters
    ----------
    judged : from `watch_city`, its index the texts of months
    """
    if judged.empty or pd.isna(judged["z"].iloc[-1]):
        return ""
    last = judged.iloc[-1]
    values = {name: number(last[name], 0) for name in ("expected", "low", "high")}
    when = period_label(Period.parse(str(judged.index[-1])))
    since = _sentence("since", n=int(last["months"]))
    state = "city_alarm" if last["alarm"] else "city_none"
    return _sentence(state, month=when, since=since, **values)


def _sentence(name: str, /, **values: object) -> str:
    return text(f"insight.watch.{name}", **values)
