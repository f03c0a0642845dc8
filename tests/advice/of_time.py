"""What is said of periods, breaks, goals, larger areas and keys under their Gemeinde."""

from __future__ import annotations

import datetime as dt

import pandas as pd
from advice.of_results import saved
from advice_followed import F
from advice_town import Edit, Followed, Town, also, areas, cut, put, rows, told

from sozialraum import build
from sozialraum.workflows.compare.comparing import compare
from sozialraum.workflows.show.larger_areas import level_rows
from sozialraum.workflows.show.saved import open_result

BREAK = put("indicators.0.break_at", "2024")
TO_YEAR = also(put("tables.0.to", "year"), put("tables.0.stichtag", {"column": "monat"}))
MEASURED = put("counts", [{"name": n, "measure": "flow"} for n in ("arm", "kita", "kinder")])
UNDER = also(
    put("ags", "03102000"), put("areas.felder.prefix", "ags"), put("areas.felder.width", 2)
)
WITH_AGS = areas(lambda a: a.assign(ags="03102000"))


def GOAL(town: Town) -> None:
    """Ask for a goal."""
    put("goals", [{"indicator": "armut", "value": 0.1, "deadline": "2030"}])(town)


def third(**more) -> Edit:
    """Show a third indicator beside the index."""
    one = {"id": "mehr", "label": "Mehr", "numerator": "kita", "denominator": "kinder",
           "direction": "burden", "use": "layer", **more}  # fmt: skip
    return put("indicators.2", one)


def months(number: int) -> Edit:
    """Deliver so many months of 2024, each a twelfth."""

    def change(table):
        every = [table.assign(monat=f"2024-{n:02d}") for n in range(1, number + 1)]
        return pd.concat(every)

    return rows(change)


def all_months(town: Town) -> None:
    """Deliver December too."""
    path = town.folder / "zahlen.csv"
    table = pd.read_csv(path, sep=";", dtype=str)
    last = table[table["monat"].eq("2024-11")].assign(monat="2024-12")
    pd.concat([table, last]).to_csv(path, sep=";", index=False)


def results(town: Town) -> None:
    """Save a result of before and one of after a break, and one with larger areas."""
    before = dict(town.given)
    town.given = {**before, "stichtag": dt.date(2023, 12, 31)}
    build(town.write()).save(town.folder / "alt", files=("csv",))
    town.given = {**before, "indicators": [{**before["indicators"][0], "break_at": "2024"},
                                           before["indicators"][1]]}  # fmt: skip
    build(town.write()).save(town.folder / "neu", files=("csv",))
    town.given = before
    also(put("areas.felder.parents", {"teil": "teil"}),
         put("levels", [{"parent": "teil", "of": "counts"}]),
         areas(lambda a: a.assign(teil=["A", "B", "C", "D", "E"] * 5)))(town)  # fmt: skip
    build(town.write()).save(town.folder / "teile", files=("csv",))


def beside(old: str, new: str):
    return lambda folder: compare(open_result(folder / old), open_result(folder / new))


def level(name: str):
    return lambda folder: level_rows(open_result(folder / "teile"), name)


OF_TIME = (
    F("config.break_alone", put("indicators.0.break_note", "neu"), BREAK),
    F("config.break_outside", also(put("indicators.0.since", "2024"),
      put("indicators.0.break_at", "2020")), BREAK),
    F("config.goals.kind", also(third(kind="mean", most=1.0), GOAL,
      put("goals.0.indicator", "mehr")), put("goals.0.indicator", "armut")),
    F("config.goals.kind", also(third(kind="mean", most=1.0), GOAL,
      put("goals.0.indicator", "mehr")), cut("goals")),
    F("config.goals.share", also(GOAL, put("goals.0.value", 15.0)), put("goals.0.value", 0.15)),
    F("config.goals.neutral", also(third(direction="neutral"), GOAL,
      put("goals.0.indicator", "mehr")), put("indicators.2.direction", "burden")),
    F("config.goals.turned", also(GOAL, put("goals.0.baseline", "2031")), cut("goals.0.baseline")),
    F("config.goals.broken", also(GOAL, BREAK, put("goals.0.baseline", "2023")),
      cut("goals.0.baseline")),
    F("check.goal_baseline", also(GOAL, put("goals.0.baseline", "2020")), cut("goals.0.baseline")),
    Followed("pipeline.reference_break",
      also(saved("frueher", put("stichtag", dt.date(2023, 12, 31))), BREAK), cut("reference"),
      Town.build),
    told("pipeline.compare_break", beside("alt", "neu"), beside("neu", "neu"), results),
    told("pipeline.no_level", level("kreis"), level("teil"), results),
    F("sources.no_ags", also(UNDER, WITH_AGS, put("tables.0.prefix", "ags"),
      put("tables.0.width", 2)), rows(lambda t: t.assign(ags="03102000"))),
    F("sources.no_ags_of_areas", also(UNDER, put("tables.0.prefix", "ags"),
      put("tables.0.width", 2), rows(lambda t: t.assign(ags="03102000"))), WITH_AGS),
    F("sources.unmeasured", also(months(12), TO_YEAR), MEASURED),
    F("sources.spans_lack", also(months(11), TO_YEAR, MEASURED), all_months),
    F("sources.no_shorter_span", also(put("tables.0.to", "year"), MEASURED), cut("tables.0.to")),
)  # fmt: skip
