"""Two published results beside each other: who changed class, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import pandas as pd

from sozialraum.insight.change import change_certainty, split_change
from sozialraum.model import Problem
from sozialraum.model.errors import DataError
from sozialraum.model.problem import Plain
from sozialraum.texts import problem
from sozialraum.workflows.build.further.index_change import distinct_values
from sozialraum.workflows.build.further.otherwise_counted import counted_otherwise
from sozialraum.workflows.build.scoring import score
from sozialraum.workflows.error_boundary import own_errors
from sozialraum.workflows.outcome import Outcome, records
from sozialraum.workflows.show.saved import Saved

EFFECTS = ("data", "scale", "cut")
SURE = 0.9
_PROBABILITY = "certainty_class_probability"


@dataclass(frozen=True, eq=False)
class Comparison(Outcome):
    """Class changes between two results, split where what is published allows it.

    Parameters
    ----------
    old, new : the results
    table : by area key of both: ``name``, ``class_old``, ``class_new`` (as published), ``total``
        (their difference), ``data``, ``scale``, ``cut`` (Int64, missing where `unclear`),
        ``certainty`` (in at least this share of the simulations of both results the area has
        different classes; NaN where one of them was not simulated or the class is the same),
        ``distinct`` (False where no indicator changed by more than the half widths of both results
        together: the change is not distinguishable)
    unclear : keys whose change cannot be split, because a value is withheld or a rounded value
        lies beyond a class limit
    same_scale : both results were measured with the same scale and limits
    """

    _file: ClassVar[str] = "vergleich.json"

    old: Saved
    new: Saved
    table: pd.DataFrame
    unclear: tuple[str, ...]
    same_scale: bool

    @property
    def surely_changed(self) -> pd.DataFrame:
        """The changes that are more than chance: in at least `SURE` of the simulations."""
        return self.changed[self.changed["certainty"] >= SURE]

    @property
    def changed(self) -> pd.DataFrame:
        """The areas whose class changed."""
        return self.table[self.table["total"].fillna(0) != 0]

    @property
    def problems(self) -> tuple[Problem, ...]:
        """No findings: both results are published."""
        return ()

    def summary(self) -> dict[str, Plain]:
        """Return who changed class and why, for programs."""
        return {
            "areas": len(self.table),
            "changed": records(self.changed),
            "unclear": list(self.unclear),
            "same_scale": self.same_scale,
        }


@own_errors
def compare(old: Saved, new: Saved) -> Comparison:
    """Split class changes into the effects of data, scale and cut.

    Only published figures are used: values under the old and the new yardstick. Areas where they
    do not lead back to the published class are listed as unclear instead of being guessed.

    Raises
    ------
    DataError
        If one of the results tells an indicator of both that the other does not, or the definition
        of one changed between them.
    """
    _refuse_other_indicators(old, new)
    _refuse_other_count(old, new)
    before, after = old.fitted(), new.fitted()
    _refuse_other_kind(old, new)
    main_old, main_new = old.plan.axis_names[0], new.plan.axis_names[0]
    then = score(old.scoring, main_old, old.used, before)
    moved = score(old.scoring, main_old, _same_columns(new, old), before)
    now = score(new.scoring, main_new, new.used, after)
    split = split_change(
        then.index, moved.index, now.index, old_breaks=before.limits, new_breaks=after.limits
    )
    table, unclear = _beside_each_other(old, new, split)
    return Comparison(old, new, table, unclear, same_scale=before.learnt == after.learnt)


def _beside_each_other(
    old: Saved, new: Saved, split: pd.DataFrame
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Return the table of a comparison, and the areas whose change cannot be split.

    What was computed again has to give the classes as they were published.
    """
    keys = old.table.index.intersection(new.table.index)
    published_old = old.table["class"].astype("Int64").reindex(keys)
    published_new = new.table["class"].astype("Int64").reindex(keys)
    split = split.reindex(keys)
    clear = (
        split["class_old"].eq(published_old).fillna(False)
        & split["class_new"].eq(published_new).fillna(False)
        & split["total"].notna()
    )
    table = pd.DataFrame({"name": new.table["name"].reindex(keys)})
    table["class_old"], table["class_new"] = published_old, published_new
    table["total"] = published_new - published_old
    for effect in EFFECTS:
        table[effect] = split[effect].astype("Int64").where(clear)
    moved_class = table["total"].fillna(0) != 0
    table["certainty"] = _certainty(old, new).reindex(keys).where(moved_class)
    table["distinct"] = _distinct(old, new).reindex(keys).astype("boolean")
    return table, tuple(keys[~clear & table["total"].notna()])


def _refuse_other_kind(old: Saved, new: Saved) -> None:
    """Refuse to measure estimated shares with a scale of counted ones, or the reverse."""
    if old.plan.smoothed != new.plan.smoothed:
        counted, estimated = (old, new) if new.plan.smoothed else (new, old)
        named: dict[str, Any] = {"counted": counted.folder.name, "estimated": estimated.folder.name}
        raise DataError(problem("pipeline.compare_kinds", **named))


def _refuse_other_indicators(old: Saved, new: Saved) -> None:
    """Refuse two results of which one tells an indicator that the other keeps to itself."""
    used, stated = [], []
    for saved in (old, new):
        stated.append({i.id for i in saved.plan.indicators})
        used.append({i.id for i in saved.scoring.indicators})
    odd = (used[0] ^ used[1]) & stated[0] & stated[1]
    if odd:
        labels = ", ".join(f"„{i.label}“" for i in new.plan.indicators if i.id in odd)
        raise DataError(problem("pipeline.other_indicators", labels=labels))


def _refuse_other_count(old: Saved, new: Saved) -> None:
    """Refuse two results between which an indicator got another definition."""
    then, now = (saved.plan.stichtag.isoformat() for saved in (old, new))
    if labels := counted_otherwise(new.scoring.indicators, then, now):
        raise DataError(problem("pipeline.compare_break", labels=", ".join(labels)))


def _distinct(old: Saved, new: Saved) -> pd.Series:
    """Return whether any indicator of an area changed by more than its windows."""
    shared = [i.id for i in new.plan.indicators if i.id in old.table]
    then, now = (saved.values.reindex(columns=shared) for saved in (old, new))
    found = distinct_values(then, now, *(saved.half_widths for saved in (old, new)))
    return found.any(axis=1)


def _certainty(old: Saved, new: Saved) -> pd.Series:
    """Return how probable it is at least that areas whose class differs really differ.

    Published is only how often the stated class comes out, p and q. At worst all other draws of
    each result fall into the stated class of the other: then p q + (1 - p)(1 - q) differ.
    """
    if not all(_PROBABILITY in saved.table for saved in (old, new)):
        return pd.Series(float("nan"), new.table.index)
    p, q = (saved.table[_PROBABILITY].astype(float) for saved in (old, new))
    then = pd.DataFrame({"class_then": p, "class_now": 1 - p})
    now = pd.DataFrame({"class_then": 1 - q, "class_now": q})
    return change_certainty(then, now)


def _same_columns(new: Saved, old: Saved) -> pd.DataFrame:
    """Return the new values of the old indicators; missing where the new build has no such one."""
    return new.used.reindex(columns=[i.id for i in old.plan.indicators])
