"""The same city under several methods: how many areas change class, which, and by how much.

What a committee decides should not hang on a choice nobody discussed. `compare_recipes` runs
several methods over the same indicators; `population_weighted` asks what changes
if persons count instead of areas.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import pandas as pd

from sozialraum.index.fitted_index import FittedIndex
from sozialraum.index.method import fit_index, fit_recipe
from sozialraum.index.recipes import Recipe, read_recipe
from sozialraum.model import Breaks, Indicator
from sozialraum.model.alignment import aligned
from sozialraum.model.deciding import ranks
from sozialraum.texts import text


@dataclass(frozen=True, eq=False)
class RecipeComparison:
    """Several methods side by side. All frames: index = area key, columns = method.

    Parameters
    ----------
    index : index values, each in its own method's unit
    rank : 1 = highest burden
    step : class as a step from the lowest burden: 1..k of the method
    steps : number of classes per method
    fitted : the methods
    """

    index: pd.DataFrame
    rank: pd.DataFrame
    step: pd.DataFrame
    steps: pd.Series
    fitted: dict[str, FittedIndex]

    def changes(self) -> pd.DataFrame:
        """Return per pair of methods how far they agree.

        Returns
        -------
        Columns: first, second, areas; rank_correlation (Spearman); moved (areas whose rank
        differs), mean_rank_change, largest_rank_change, largest_at (key); and, where both have
        equally many classes, class_changes, class_changes_by_two (or more).
        """
        rows = [self._pair(a, b) for a, b in combinations(self.index.columns, 2)]
        return pd.DataFrame(rows)

    def areas(self) -> pd.DataFrame:
        """Return per area its lowest and highest rank and class step, widest span first."""
        table = pd.DataFrame(
            {
                "rank_best": self.rank.max(axis=1), "rank_worst": self.rank.min(axis=1),
                "step_low": self.step.min(axis=1), "step_high": self.step.max(axis=1),
            }
        )  # fmt: skip
        span = (table["rank_best"] - table["rank_worst"]).rename("rank_span")
        return table.assign(rank_span=span).sort_values("rank_span", ascending=False, kind="stable")

    def sentences(self) -> list[str]:
        """Return what differs, as German sentences for the committee."""
        listed = []
        for row in self.changes().to_dict("records"):
            if pd.notna(row["class_changes"]):
                listed.append(text("index.compare.classes", **row))
            else:
                listed.append(text("index.compare.ranks", **row))
        return listed

    def _pair(self, a: str, b: str) -> dict[str, Any]:
        ranks = self.rank[[a, b]].dropna()
        gap = (ranks[a] - ranks[b]).abs()
        moves = count_moves(self.step[a], self.step[b], self.steps[a], self.steps[b])
        return {
            "first": a, "second": b, "areas": len(ranks),
            "rank_correlation": ranks[a].corr(ranks[b]),
            "moved": int((gap > 0).sum()), "mean_rank_change": float(gap.mean()),
            "largest_rank_change": float(gap.max()), "largest_at": str(gap.idxmax()),
            "class_changes": moves["changed"], "class_changes_by_two": moves["by_two"],
        }  # fmt: skip


def compare_recipes(
    value: pd.DataFrame,
    indicators: Sequence[Indicator],
    recipes: Sequence[str | Recipe],
    *,
    base: pd.DataFrame | None = None,
    persons: pd.Series | None = None,
    changed: Mapping[str, Mapping[str, object]] | None = None,
    axis: str = "",
) -> RecipeComparison:
    """Run several methods of the catalogue over the same indicators.

    Parameters
    ----------
    value : (n_areas, n_indicators), the areas of the index; NaN counts as each method says
    indicators : what they mean
    recipes : names; a method with several axes is compared by `axis`, or by its first
    base, persons, changed : as for `method.fit_recipe`; `changed` holds for all

    Raises
    ------
    ValueError
        If a recipe is named twice.
    """
    known = [read_recipe(r) if isinstance(r, str) else r for r in recipes]
    if len({r.name for r in known}) < len(known):
        message = (
            "The 'recipes' parameter of compare_recipes must name each once. Got "
            f"{[r.name for r in known]}."
        )
        raise ValueError(message)
    fitted = {
        r.name: fit_recipe(
            value, indicators, r, axis=axis or next(iter(r.defaults.get("axes", {})), ""),
            base=base, persons=persons, changed=changed,
        )
        for r in known
    }  # fmt: skip
    return _compared(value, fitted)


def population_weighted(
    value: pd.DataFrame,
    fitted: FittedIndex,
    persons: pd.Series,
    *,
    base: pd.DataFrame | None = None,
) -> RecipeComparison:
    """Compare a method with itself when mean and SD count persons instead of areas.

    Parameters
    ----------
    value : (n_areas, n_indicators); NaN counts as the method says
    fitted : the method
    base : as for `method.fit_index`
    """
    _, persons, base = aligned("population_weighted", value=value, persons=persons, base=base)
    sections = {name: dict(how) for name, how in fitted.sections.items()}
    sections.setdefault("scaling", {})["weights"] = persons
    if "restandardise" in sections:
        sections["restandardise"]["weights"] = persons
    weighted = fit_index(
        value, fitted.indicators, orientation=fitted.orientation, sections=sections, base=base
    )
    runs = {text("index.compare.by_area"): fitted, text("index.compare.by_person"): weighted}
    return _compared(value, runs)


def _compared(value: pd.DataFrame, fitted: dict[str, FittedIndex]) -> RecipeComparison:
    tables = {name: run.score(value) for name, run in fitted.items()}
    burden = {n: 1 if fitted[n].orientation == "deprivation" else -1 for n in fitted}
    index = pd.DataFrame({n: t["index"] for n, t in tables.items()})
    rank = pd.DataFrame(
        {n: ranks(burden[n] * t["index"], ascending=False) for n, t in tables.items()}
    )
    steps = pd.Series({n: run.breaks.k if run.breaks else 0 for n, run in fitted.items()})
    step = pd.DataFrame(
        {
            n: class_steps(t.get("class", t["index"]), fitted[n].breaks, fitted[n].orientation)
            for n, t in tables.items()
        }
    )
    return RecipeComparison(index, rank, step, steps, fitted)


def count_moves(first: pd.Series, other: pd.Series, k: int, other_k: int) -> dict[str, Any]:
    """Return how far two columns of class steps lie apart, in the areas that have both.

    Parameters
    ----------
    first, other : steps from the lowest burden, 1..k
    k, other_k : number of classes of each; 0 = none

    Returns
    -------
    areas (with both), changed, by_two (or more), furthest (key, of several the first; "" if none)
    and furthest_by (steps). Where the numbers of classes differ, steps cannot be compared and are
    missing.
    """
    first, other = aligned("count_moves", first=first, other=other)
    gap = (other - first).abs().dropna()
    same = k == other_k > 0
    most = int(gap.max()) if len(gap) else 0
    return {
        "areas": len(gap),
        "changed": int((gap > 0).sum()) if same else pd.NA,
        "by_two": int((gap > 1).sum()) if same else pd.NA,
        "furthest": str(gap.sort_index().idxmax()) if same and most else "",
        "furthest_by": most if same else pd.NA,
    }


def class_steps(classes: pd.Series, breaks: Breaks | None, orientation: str) -> pd.Series:
    """Return classes counted from the lowest burden, whatever numbers a method prints.

    Parameters
    ----------
    classes : as the method numbers them
    breaks : its limits; None where it has no classes
    orientation : which end of its index is high

    Returns
    -------
    1..k per area; missing where there is no class.
    """
    if breaks is None:
        return pd.Series(pd.NA, index=classes.index, dtype="Int64")
    place = {number: step for step, number in enumerate(breaks.numbers, 1)}
    step = classes.map(place).astype("Int64")
    return step if orientation == "deprivation" else breaks.k + 1 - step
