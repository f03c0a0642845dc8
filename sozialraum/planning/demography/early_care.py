"""Places for children before school: need by single age, who finds a place, groups to build."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product

import numpy as np
import scipy
import scipy.sparse as sp

from sozialraum.planning.allocation.published_rules import read_published_rules

FORMS = ("I", "II", "III")


def need_by_age(children: np.ndarray, quotas: Mapping[int, float]) -> tuple[np.ndarray, np.ndarray]:
    """Return the places needed under three and from three on: ``Σ_a quota_a N_a``.

    Parameters
    ----------
    children : (..., ages) from age 0
    quotas : age -> share that needs a place; ages without one need none

    Examples
    --------
    >>> children = np.array([40.0, 38, 41, 50])
    >>> under, over = need_by_age(children, {0: 0.05, 1: 0.50, 2: 0.75, 3: 0.98})
    >>> float(under), round(float(under / children[:3].sum()), 3), float(over)
    (51.75, 0.435, 49.0)
    """
    share = np.array([quotas.get(age, 0.0) for age in range(children.shape[-1])])
    need = children * share
    return need[..., :3].sum(axis=-1), need[..., 3:].sum(axis=-1)


def without_place(
    need: np.ndarray, places: np.ndarray, metres: np.ndarray, radius: float
) -> np.ndarray:
    """Return the children of each area who find no place within `radius`, as few as can be.

    Children cross the borders of areas; among flows with the fewest left, ways are shortest: a
    child with a place is worth more than all the ways others would walk further for it.

    Parameters
    ----------
    need : (areas,) children
    places : (offers,)
    metres : (areas, offers)
    """
    near = np.isfinite(metres) & (metres <= radius * (1 + 1e-12))
    area, offer = np.nonzero(near & (need > 0)[:, None])
    if not len(area):
        return need.astype(float)
    pairs, ones = np.arange(len(area)), np.ones(len(area))
    from_area = sp.csr_array((ones, (area, pairs)), shape=(len(need), len(area)))
    into = sp.csr_array((ones, (offer, pairs)), shape=(len(places), len(area)))
    found = scipy.optimize.linprog(
        metres[area, offer] - (len(places) + 1) * max(radius, 1.0),
        A_ub=sp.vstack([from_area, into]),
        b_ub=np.r_[need, places],
        method="highs",
    )
    return np.maximum(need - from_area @ found.x, 0.0)


def least_groups(under: float, over: float, *, rule: str, hours: int) -> dict[str, int]:
    """Return the fewest groups that take `under` and `over` children; of these with least staff.

    Parameters
    ----------
    under, over : children under three, from three on, without a place
    rule : name in ``rules/kita.toml``
    hours : of care a week: 25, 35 or 45

    Examples
    --------
    >>> least_groups(6, 14, rule="nw_kibiz", hours=45)
    {'I': 1, 'II': 0, 'III': 0}
    >>> least_groups(0, 30, rule="nw_kibiz", hours=35)
    {'I': 0, 'II': 0, 'III': 2}
    """
    forms = read_published_rules("kita")[rule]["forms"]
    size = {form: forms[form]["children"][str(hours)] for form in FORMS}
    most_young = forms["I"]["under3"][1]
    under, over = float(np.ceil(under - 1e-9)), float(np.ceil(over - 1e-9))
    best: tuple[float, float, tuple[int, int, int]] | None = None
    most = [int(np.ceil(max(under, over) / n)) for n in (most_young, size["II"], size["III"])]
    for mixed, young in product(range(most[0] + 1), range(most[1] + 1)):
        in_mixed = min(max(under - size["II"] * young, 0.0), most_young * mixed)
        if size["II"] * young + in_mixed < under:
            continue
        left = max(over - (size["I"] * mixed - in_mixed), 0.0)
        older = int(np.ceil(left / size["III"]))
        counts = (mixed, young, older)
        staff = staff_hours(dict(zip(FORMS, counts, strict=True)), rule=rule, hours=hours)[0]
        candidate = (float(sum(counts)), staff, counts)
        best = candidate if best is None or candidate < best else best
    return dict(zip(FORMS, best[2] if best else (0, 0, 0), strict=True))


def staff_hours(groups: Mapping[str, int], *, rule: str, hours: int) -> tuple[float, float]:
    """Return the hours of staff a week for groups, and how many of them by skilled staff at least.

    Examples
    --------
    >>> staff_hours({"I": 2}, rule="nw_kibiz", hours=45)
    (256.0, 198.0)
    """
    forms = read_published_rules("kita")[rule]["forms"]
    whole = sum(n * forms[form]["staff"][str(hours)] for form, n in groups.items())
    skilled = sum(n * forms[form]["skilled"][str(hours)] for form, n in groups.items())
    return float(whole), float(skilled)
