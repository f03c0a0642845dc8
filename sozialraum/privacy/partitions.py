"""How the counts of a table are grouped: from public figures alone, never from a count.

A rule that looks at counts to choose among publications tells something by what it chooses. So the
partition follows from the number of areas and from the totals, which everybody may know.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import ArrayLike

from sozialraum.model.options import Zeros
from sozialraum.model.protected import Partition
from sozialraum.privacy.refusals import refusal_discloses
from sozialraum.privacy.rules import DisclosureRules

FEWEST_AREAS, FEW_AREAS = 3, 8
PER_AREA = 3
LEAST_TOTAL = 1


def choose_partition(
    areas: int, total: float, base: float, rules: DisclosureRules, *, linked: bool = False
) -> Partition:
    """Return the partition of a table (variable × set of areas × Stichtag).

    The exact total less the other areas' windows leaves (width − 1)/2 persons per area: with few
    areas the windows are wider from the start.

    Parameters
    ----------
    areas : areas with a base
    total, base : persons counted and base of all areas together
    rules : of disclosure control; for the "outsider", who knows no totals, the windows stay as set
    linked : the variable is told for another set of areas as well

    Examples
    --------
    >>> rules = DisclosureRules()
    >>> [choose_partition(n, 900, 5000, rules).width for n in (3, 5, 7, 8, 19, 20)]
    [11, 7, 5, 9, 9, 3]
    >>> choose_partition(60, 500, 5000, rules, linked=True)
    Partition(minimum=5, width=9, zeros='suppress')
    """
    k, plain = rules.k, Partition(rules.k, rules.width, rules.zeros)
    if not rules.knows_totals:
        return plain
    if areas < FEW_AREAS:
        width = max(rules.width, -(-4 * k // max(areas - 1, 1)) + 1)
        return Partition(k, width + 1 - width % 2, "suppress")
    rare = linked and min(total, base - total) < PER_AREA * k * areas
    if areas < 4 * k or rare:
        return Partition(k, 3 * rules.width, "suppress")
    return plain


def reason_against(
    base: ArrayLike,
    total: float,
    others: float,
    rules: DisclosureRules,
    partition: Partition | None = None,
) -> str:
    """Return why nothing of a table may be told, from public figures alone: "" if it may.

    Of two areas, of few persons, or where the counts that are refused have something in common, a
    refusal would tell it.

    Parameters
    ----------
    base : (n_areas,) persons the counts refer to
    total, others : persons counted in all areas together, and those not counted; infinite where
        they are no group of persons
    rules : of disclosure control; the "outsider" knows no total, so that nothing follows from it
    partition : how its counts are grouped; None where they follow from others

    Examples
    --------
    >>> rules, few = DisclosureRules(), Partition(5, 11, "suppress")
    >>> [reason_against([b, 90, 80], n, 200, rules, few) for b, n in ((0, 59), (90, 4), (12, 11))]
    ['few_areas', 'small_total', 'refusal']
    """
    persons, k = np.asarray(base, float), rules.k
    persons = persons[persons > 0]
    if not rules.knows_totals:
        return ""
    if persons.size < FEWEST_AREAS:
        return "few_areas"
    if min(total, others) < k * LEAST_TOTAL:
        return "small_total"
    tells = partition is not None and refusal_discloses(persons, total, others, partition)
    return "refusal" if tells else ""


def coarsest(partitions: Iterable[Partition]) -> Partition:
    """Return the partition of a series over several Stichtage: the widest windows of any.

    Examples
    --------
    >>> coarsest([Partition(5, 3, "show"), Partition(5, 9, "suppress")])
    Partition(minimum=5, width=9, zeros='suppress')
    """
    listed = list(partitions)
    zeros: Zeros = "suppress" if any(p.zeros == "suppress" for p in listed) else "show"
    widest = max(listed, key=lambda p: (p.minimum, p.width))
    return widest._replace(minimum=max(p.minimum for p in listed), zeros=zeros)


def is_union(coarse: Partition, fine: Partition) -> bool:
    """Tell whether every window of `coarse` is made of whole windows of `fine`.

    Examples
    --------
    >>> is_union(Partition(5, 9, "suppress"), Partition(5, 3, "show"))
    True
    >>> is_union(Partition(5, 3, "show"), Partition(5, 9, "show"))
    False
    """
    same = coarse.minimum == fine.minimum and coarse.width % fine.width == 0
    return same and (coarse.zeros == fine.zeros or coarse.zeros == "suppress")
