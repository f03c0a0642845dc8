"""What a change of class is made of: the data, the scale, or the cut.

Between two builds an area can change its class because people live differently (data), because the
standardisation was learnt anew (scale), or because the class limits were drawn anew (cut). Only
the first says anything about the area. North Rhine-Westphalia's re-cut of 2023 raised the schools
in stages 6 to 9 from 338 to 948 while the ministry said that conditions had not changed.
"""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd

from sozialraum.insight.monte_carlo.class_draws import cut
from sozialraum.model import Breaks
from sozialraum.model.alignment import aligned, refuse_doubled
from sozialraum.texts import text

EFFECTS = ("data", "scale", "cut")


def split_change(
    old_index: pd.Series,
    new_index_old_scale: pd.Series,
    new_index: pd.Series,
    *,
    old_breaks: Breaks,
    new_breaks: Breaks,
) -> pd.DataFrame:
    """Split each area's change of class into the effects of data, scale and cut.

    One thing is exchanged at a time, in this order::

        class_old          old data, old scale, old cut
        class_after_data   new data, old scale, old cut   data  = class_after_data - class_old
        class_after_scale  new data, new scale, old cut   scale = class_after_scale -
        class_after_data
        class_new          new data, new scale, new cut   cut   = class_new - class_after_scale

    so that ``data + scale + cut == total`` in every area. Another order can give another split;
    this one keeps what is real (the data) apart from what is only drawn differently.

    Parameters
    ----------
    old_index : index of the old build, by area key
    new_index_old_scale : the new data under the old scale (and old re-standardisation)
    new_index : index of the new build
    old_breaks, new_breaks : class limits of the two builds

    Returns
    -------
    DataFrame by area key (all areas of either build, sorted): ``class_old``, ``class_after_data``,
    ``class_after_scale``, ``class_new``, ``data``, ``scale``, ``cut``, ``total`` (Int64, missing
    where the area has no class in one of the builds) and ``areas`` ("both", "only_old",
    "only_new"). Differences are in class numbers as printed: with Hagen's 5 = hohe Belastung, +1
    is one class more burden.

    Examples
    --------
    >>> old = pd.Series({"01": 0.1, "02": 0.6})
    >>> new = pd.Series({"01": 0.6, "02": 0.6})
    >>> limits = Breaks("fixed", (0.5,)), Breaks("fixed", (0.7,))
    >>> split_change(old, new, new, old_breaks=limits[0], new_breaks=limits[1])[
    ...     ["class_old", "class_new", "data", "scale", "cut", "total"]
    ... ]
        class_old  class_new  data  scale  cut  total
    01          1          1     1      0   -1      0
    02          2          1     0      0   -1     -1
    """
    new_index, new_index_old_scale = aligned(
        "split_change", new_index=new_index, new_index_old_scale=new_index_old_scale
    )
    refuse_doubled("split_change", old_index=old_index)
    keys = old_index.index.union(new_index.index).sort_values()
    steps = {
        "class_old": cut(old_index, old_breaks),
        "class_after_data": cut(new_index_old_scale, old_breaks),
        "class_after_scale": cut(new_index, old_breaks),
        "class_new": cut(new_index, new_breaks),
    }
    table = pd.DataFrame({name: classes.reindex(keys) for name, classes in steps.items()})
    before = [*steps]
    for effect, (start, end) in zip(EFFECTS, itertools.pairwise(before), strict=True):
        table[effect] = table[end] - table[start]
    table["total"] = table["class_new"] - table["class_old"]
    in_old, in_new = keys.isin(old_index.index), keys.isin(new_index.index)
    table["areas"] = np.where(in_old & in_new, "both", np.where(in_old, "only_old", "only_new"))
    return table


def count_changes(split: pd.DataFrame) -> pd.DataFrame:
    """Count how many areas each effect moves.

    Parameters
    ----------
    split : result of `split_change`

    Returns
    -------
    DataFrame with rows ``data``, ``scale``, ``cut``, ``total`` and columns ``lower``, ``same``,
    ``higher`` (areas whose class number falls, stays, rises), ``steps`` (sum of absolute class
    steps) and ``no_class`` (areas without a class in one of the builds).
    """
    rows = {}
    for effect in (*EFFECTS, "total"):
        moved = split[effect]
        known = moved.dropna().astype(int)
        rows[effect] = {
            "lower": int((known < 0).sum()),
            "same": int((known == 0).sum()),
            "higher": int((known > 0).sum()),
            "steps": int(known.abs().sum()),
            "no_class": int(moved.isna().sum()),
        }
    return pd.DataFrame.from_dict(rows, orient="index")


def change_certainty(old: pd.DataFrame, new: pd.DataFrame) -> pd.Series:
    """Tell how probable it is that an area's class really differs between two builds.

    ``1 - sum over classes of P_old(class) P_new(class)``: both class probabilities come from
    `simulate_index`, the sampling errors of the two Stichtage are independent.

    Parameters
    ----------
    old, new : (n_areas, n_classes) class probabilities, same columns

    Returns
    -------
    Series 0..1 by area key; NaN where an area has no probabilities in one of the builds.
    """
    refuse_doubled("change_certainty", old=old, new=new)
    if set(old.columns) != set(new.columns):
        message = (
            "The 'new' parameter of change_certainty must have the classes of 'old', "
            f"{list(old.columns)}. Got {list(new.columns)} instead."
        )
        raise ValueError(message)
    new = new[list(old.columns)]
    keys = old.index.union(new.index).sort_values()
    both = old.reindex(keys).to_numpy(float) * new.reindex(keys).to_numpy(float)
    return pd.Series(1.0 - both.sum(axis=1), index=keys, name="change_certainty")


def describe_change(split: pd.DataFrame) -> list[str]:
    """Say in German how many areas changed class and what moved them.

    Parameters
    ----------
    split : from `split_change`, a row per area; NaN in an area found in only one build

    Returns
    -------
    Sentences for the committee: all changes, then one per effect, then areas found in only one
    build.
    """
    counts = count_changes(split)
    total = counts.loc["total"]
    moved = int(total["lower"] + total["higher"])
    compared = moved + int(total["same"])
    sentences = [text("insight.change.total", moved=moved, compared=compared)]
    for effect in EFFECTS:
        row = counts.loc[effect]
        values = {"lower": int(row["lower"]), "higher": int(row["higher"])}
        sentences.append(text(f"insight.change.{effect}", **values))
    if alone := int((split["areas"] != "both").sum()):
        sentences.append(text("insight.change.only_one_build", count=alone))
    return sentences
