"""An index on a higher level: Stadtteile from blocks, a city from its Planungsräume.

The sum or the mean of index values is no index of the larger area. Two ways are right, and differ:
form the shares again from the counts of the larger areas (`sum_counts`, then every step again), or
take the population-weighted mean of the small areas' values and put it on a scale of its own
(`population_weighted_index`; Hamburg's Sozialräume, the GISD's Kreise).
"""

from __future__ import annotations

from typing import Unpack

import pandas as pd

from sozialraum.index.aggregation import restandardise
from sozialraum.index.keyword_options import RestandardOptions
from sozialraum.index.normalisers import person_weights
from sozialraum.model.alignment import aligned
from sozialraum.model.errors import DataError
from sozialraum.texts import problem


def sum_counts(counts: pd.DataFrame, parent: pd.Series) -> pd.DataFrame:
    """Add the counts of the areas that belong to one larger area.

    Parameters
    ----------
    counts : (n_areas, n_variables), persons
    parent : (n_areas,), key of the larger area

    Returns
    -------
    (n_parents, n_variables), keys sorted; NaN where a part is missing: the sum of the rest is no
    sum.

    Examples
    --------
    >>> counts = pd.DataFrame({"arm": [1.0, 2.0, float("nan")]}, index=["a", "b", "c"])
    >>> sum_counts(counts, pd.Series(["X", "X", "Y"], index=["a", "b", "c"])).arm.tolist()
    [3.0, nan]
    """
    above = _parents(*aligned("sum_counts", counts=counts, parent=parent)[1:])
    return counts.groupby(above).sum(min_count=1).where(counts.notna().groupby(above).all())


def population_weighted_index(
    index: pd.Series, parent: pd.Series, persons: pd.Series, **how: Unpack[RestandardOptions]
) -> pd.DataFrame:
    """Average the small areas' index by persons, and put it on a scale of its own.

    Parameters
    ----------
    index : (n_areas,); NaN does not count
    parent, persons : (n_areas,); persons known wherever the index is
    how : arguments of `aggregation.fit_restandard`; method "none" leaves the mean as it is

    Returns
    -------
    (n_parents, …): mean (weighted mean), index (re-standardised), persons, share_of_persons (with
    an index).

    Examples
    --------
    >>> keys = ["a", "b", "c"]
    >>> index, parent = pd.Series([0.0, 1.0, 2.0], keys), pd.Series(["X", "X", "Y"], keys)
    >>> population_weighted_index(index, parent, pd.Series([3.0, 1.0, 5.0], keys))["mean"].tolist()
    [0.25, 2.0]
    """
    _, above, people = aligned(
        "population_weighted_index", index=index, parent=parent, persons=persons
    )
    person_weights(people, index.notna(), caller="population_weighted_index")
    above, people = _parents(above), people.astype(float)
    counted = people.where(index.notna())
    weight = counted.groupby(above).sum()
    mean = (index * counted).groupby(above).sum() / weight.where(weight > 0)
    everyone = people.groupby(above).sum()
    return pd.DataFrame(
        {
            "mean": mean,
            "index": restandardise(mean, **how),
            "persons": everyone,
            "share_of_persons": weight / everyone.where(everyone > 0),
        }
    )


def _parents(parent: pd.Series) -> pd.Series:
    lost = parent.index[parent.isna()]
    if len(lost):
        keys = ", ".join(str(k) for k in lost[:5])
        raise DataError(problem("index.no_parent", found=len(lost), keys=keys))
    return parent
