"""The further tables of a decision as a committee reads them: what else, how sure, what twice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from sozialraum.model.alignment import refuse_doubled
from sozialraum.planning.scenario import plain_values
from sozialraum.texts import text

PERSON_COUNTS = (
    "persons", "persons_covered", "persons_in_reach", "persons_assigned", "persons_in_deserts",
    "persons_no_site_could_reach", "pupils_beyond_limit", "pupils_moved", "siblings_moved",
    "over_capacity", "below_minimum", "pupils", "over", "moved_in", "moved_out", "only_offer_of",
    "persons_in_empty", "need_in_reach", "persons_without_place", "entry_expected", "entry_low",
    "entry_high", "pupils_expected", "entry_now", "entry_next", "entry_born", "entry_born_low",
    "entry_born_high", "entitled", "places_needed", "places_needed_low", "places_needed_high",
    "need_under3", "need_over3", "need_all", "short_under3", "short_over3", "short_all",
    "left_under3", "left_over3", "left_all", "places_missing", "places_missing_low",
    "places_missing_high",
)  # fmt: skip
# Quotients of counts, and what is told more exactly than to two decimals.
RATIOS = {"share_covered": ("persons_covered", "persons"), "utilisation": ("pupils", "capacity")}
_POSTS = ("total", "largest", "smallest", "before", "now", "change", "amount")
DECIMALS = {"mean_access": 3, "share": 3, "low": 3, "high": 3, "goal": 3, "chosen_share": 3}
DECIMALS |= dict.fromkeys(_POSTS, 6)

THRESHOLDS, LOADS, POTS = "cliffs_", "loads_", "pots_"
_CLIFF_COLUMNS = ("need", "amount", "p_less", "p_more", "stage", "p_other_stage", "largest_jump")


def detail_tables(
    details: dict[str, pd.DataFrame], *, names: pd.Series | None = None
) -> list[dict[str, Any]]:
    """Return the tables of one decision as plain values with German titles.

    Parameters
    ----------
    details : of a `PlanResult`, for one verb
    names : what sites, schools or offers are called, by key

    Returns
    -------
    Per table ``name``, ``title``, ``sentence`` (what it says) and ``rows`` (dicts, ``key`` first);
    tables without a row are left out.
    """
    shapes: dict[str, Callable[[pd.DataFrame, pd.Series], pd.DataFrame]] = {
        "plan_b": _plan_b,
        "next_best": _next_best,
        "frequency": _frequency,
        "duplicates": lambda table, called: table.sort_index(),
        "backtest": lambda table, called: table,
        "kita_groups": lambda table, called: table.sort_index(),
        "loads": lambda table, called: table,
        "pots": lambda table, called: table,
    }
    called = pd.Series(dtype=object) if names is None else names.astype(str)
    refuse_doubled("detail_tables", names=called, **details)
    found = []
    for name, table in details.items():
        kind = next((p.rstrip("_") for p in (THRESHOLDS, LOADS, POTS) if name.startswith(p)), name)
        shaped = shapes.get(kind, _thresholds)(table, called)
        rows = [{"key": str(key), **plain_values(row.to_dict())} for key, row in shaped.iterrows()]
        rule = name.removeprefix(THRESHOLDS).removeprefix(LOADS).removeprefix(POTS)
        kind = "chance" if kind == "cliffs" and "p_other_stage" not in table else kind
        title = text(f"planning.detail.{kind}.title", rule=rule)
        notes = text(f"planning.detail.{kind}.sentence", rule=rule)
        if rows:
            found.append({"name": name, "title": title, "sentence": notes, "rows": rows})
    return found


def _called(sites: tuple[str, ...], called: pd.Series) -> str:
    return ", ".join(str(called.get(site, site)) for site in sites) or "–"


def _plan_b(table: pd.DataFrame, called: pd.Series) -> pd.DataFrame:
    """Each site, dearest loss first; sites that stay as they are, are left out."""
    asked = table[table["change"].isin(["drop", "force"])]
    asked = asked.sort_index().sort_values("loss", ascending=False, kind="stable")
    asked = asked.sort_values("change", kind="stable")  # "drop" before "force"
    changes = {c: text(f"planning.detail.plan_b.{c}") for c in ("drop", "force")}
    instead = [_called(tuple(s for s in row if s != site), called)
               for site, row in asked["instead"].items()]  # fmt: skip
    return pd.DataFrame(
        {"change": asked["change"].map(changes), "loss": asked["loss"], "instead": instead},
        index=asked.index,
    )


def _next_best(table: pd.DataFrame, called: pd.Series) -> pd.DataFrame:
    """Each further plan by what it has instead of the best one's sites."""
    best, value = table["plan"].iloc[0], table["value"].iloc[0]
    rows = {}
    for place, row in table.iloc[1:].reset_index(drop=True).iterrows():
        wanted = [c for c in ("persons_covered", "group_covered", "mean_metres") if c in row]
        rows[f"{place + 2}."] = {
            "without": _called(tuple(s for s in best if s not in row["plan"]), called),
            "instead": _called(tuple(s for s in row["plan"] if s not in best), called),
            "loss": abs(value - row["value"]) / value if value else float("nan"),
            **{name: row[name] for name in wanted},
        }
    return pd.DataFrame.from_dict(rows, orient="index")


def _frequency(table: pd.DataFrame, called: pd.Series) -> pd.DataFrame:
    return table[table["share"] > 0].rename(columns={"share": "chosen_share"})


def _thresholds(table: pd.DataFrame, called: pd.Series) -> pd.DataFrame:
    """Only those for whom another draw of the index would mean another amount or stage."""
    doubt = (table["p_less"] + table["p_more"]) > 0
    if "p_other_stage" in table:
        doubt |= table["p_other_stage"] > 0
    return table.loc[doubt, [c for c in _CLIFF_COLUMNS if c in table]]
