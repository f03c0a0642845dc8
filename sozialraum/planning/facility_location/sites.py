"""The question of where to put sites, checked and in order, and the plan that answers it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from sozialraum.model.alignment import aligned_to
from sozialraum.model.options import CityShare, SiteModel, option_words
from sozialraum.model.problem import Problem
from sozialraum.planning.checks import (
    MOST_WAYS,
    key_problems,
    listed,
    number_problems,
    raise_problems,
    refuse_too_many,
    require_at_least,
    require_one_of,
)
from sozialraum.texts import problem

MODELS = option_words(SiteModel)


@dataclass(frozen=True, kw_only=True, eq=False)
class SiteTask:
    """A checked question; make it with `site_task`. All arrays are in the order of the sorted keys.

    Parameters
    ----------
    areas, sites : keys of demand and of possible sites
    metres : (areas, sites) distance, infinite where there is no way
    persons, weight : per area the children, and children times need to the power γ
    needed : per area children times need: one measure for all variants, whatever their γ
    group : areas that the equity floor speaks of
    cost, capacity : per site; existing sites cost nothing, infinite capacity = no limit
    priced : whether costs were given
    fixed, banned : sites that are open in any case, or in none
    cuts : earlier plans that may not come again
    """

    areas: tuple[str, ...]
    sites: tuple[str, ...]
    metres: np.ndarray
    persons: np.ndarray
    weight: np.ndarray
    needed: np.ndarray
    model: SiteModel = "mclp"
    radius: float | None = None
    number: int | None = None
    budget: float | None = None
    cost: np.ndarray
    priced: bool = False
    capacity: np.ndarray
    group: np.ndarray
    equity: float | CityShare | None = None
    fixed: frozenset[int] = frozenset()
    banned: frozenset[int] = frozenset()
    cuts: tuple[frozenset[int], ...] = ()
    time_limit: float = 60.0
    gap: float = 0.0

    def where(self, names: Iterable[str]) -> frozenset[int]:
        """Return the places of sites by key."""
        return frozenset(self.sites.index(name) for name in names)

    def changed(self, **fields: object) -> SiteTask:
        """Return the same question with some fields changed."""
        return replace(self, **fields)

    @property
    def within(self) -> np.ndarray:
        """(areas, sites) True where a site is within the radius; at exactly the radius it is."""
        return self.within_of(np.inf if self.radius is None else self.radius)

    def within_of(self, radius: float) -> np.ndarray:
        """(areas, sites) True where there is a way of at most `radius` metres."""
        return np.isfinite(self.metres) & (self.metres <= radius * (1 + 1e-12))

    @property
    def open_for_all(self) -> np.ndarray:
        """Sites that may be chosen at all."""
        return np.array([j not in self.banned for j in range(len(self.sites))])


@dataclass(frozen=True, kw_only=True, eq=False)
class SitePlan:
    """The answer: which sites, what they reach, and how sure that is the best.

    Parameters
    ----------
    model : "mclp", "lscp", "pmedian" or "pcenter"
    sites : keys of the open sites, sorted
    value : weight covered (mclp), sites or cost (lscp), weighted metres (pmedian), metres (pcenter)
    bound : what no plan can better
    gap : |value - bound| / |value|; 0 = proven best
    areas : per demand area ``persons``, ``placed`` (who has a site, and a place there),
        ``reached`` (of these, within the radius), ``covered`` (all of them), ``site`` (that of most
        of them), ``sites`` (how many they go to) and ``metres`` (mean way; infinite: nobody placed)
    table : per open site ``persons_in_reach``, ``need_in_reach``, ``persons_assigned`` (who goes
        there), ``capacity``, ``place_saves`` (need-weighted metres one more place would save),
        ``cost``, ``fixed``
    figures : key figures of the plan, persons not points
    slacks : what could not be met, in persons (empty: everything)
    sentences : the plan and its slacks in German
    """

    model: str
    sites: tuple[str, ...]
    value: float
    bound: float
    gap: float
    areas: pd.DataFrame
    table: pd.DataFrame
    figures: dict[str, float]
    slacks: dict[str, float] = field(default_factory=dict)
    sentences: tuple[str, ...] = ()


def site_task(
    distance: pd.DataFrame,
    persons: pd.Series,
    *,
    need: pd.Series | None = None,
    need_power: float = 1.0,
    model: SiteModel = "mclp",
    radius: float | None = None,
    number: int | None = None,
    budget: float | None = None,
    cost: pd.Series | None = None,
    capacity: pd.Series | None = None,
    fixed: Sequence[str] = (),
    banned: Sequence[str] = (),
    group: pd.Series | None = None,
    equity: float | CityShare | None = None,
    time_limit: float = 60.0,
    gap: float = 0.0,
) -> SiteTask:
    """Check a question about sites and put it in order.

    Parameters
    ----------
    distance : (areas, sites) metres; infinite where there is no way
    persons : children per area
    need : need index per area, 0..1, high = need; None: every child counts the same
    need_power : γ of ``weight = persons · need^γ``; 0 counts children alone
    model : "mclp" reach most weight with `number` sites or `budget` · "lscp" fewest sites (or least
        cost) that reach all · "pmedian" least weighted way · "pcenter" shortest longest way
    radius : metres within which a site reaches an area, the limit included (mclp, lscp)
    number : open sites in all, the fixed ones among them
    budget, cost : money for new sites, and what each costs; fixed sites are paid already
    capacity : places per site; NaN = as many as come
    fixed, banned : keys of sites open in any case, or in none
    group, equity : True for the areas of the floor (types 4 and 5); at least this share of their
        children must be reached, or "city": at least the share reached in the whole city (mclp)
    time_limit, gap : seconds and relative gap at which the exact solver may stop

    Raises
    ------
    DataError
        If keys do not match, or numbers are missing or negative; all problems at once.
    """
    require_one_of(model, MODELS, name="model", caller="site_task")
    _require_arguments(model, radius, number, budget, cost, equity, group)
    refuse_too_many(distance.size, most=MOST_WAYS)
    metres = distance.sort_index().sort_index(axis=1).astype(float)
    areas, sites = metres.index, metres.columns
    need = pd.Series(1.0, index=areas) if need is None else need
    cost_column = pd.Series(1.0, index=sites) if cost is None else cost
    found = _column_problems(metres, persons, need, cost_column, capacity)
    raise_problems([*found, *_stated_problems(fixed, banned, sites)])
    (group,) = aligned_to("site_task", areas, "'distance'", group=group)
    (capacity,) = aligned_to("site_task", sites, "the columns of 'distance'", capacity=capacity)
    children, urgency = (c.reindex(areas).to_numpy(float) for c in (persons, need))
    in_group = pd.Series(False, index=areas) if group is None else group
    places = [np.inf] * len(sites) if capacity is None else capacity.fillna(np.inf)
    return SiteTask(
        areas=tuple(map(str, areas)),
        sites=tuple(map(str, sites)),
        metres=metres.to_numpy(),
        persons=children,
        weight=children * urgency**need_power,
        needed=children * urgency,
        model=model,
        radius=radius,
        number=number,
        budget=budget,
        cost=cost_column.reindex(sites).to_numpy(float),
        priced=cost is not None,
        capacity=np.asarray(places, float),
        group=in_group.eq(True).to_numpy(bool),
        equity=equity,
        fixed=frozenset(sites.get_indexer(list(fixed))),
        banned=frozenset(sites.get_indexer(list(banned))),
        time_limit=time_limit,
        gap=gap,
    )


def _stated_problems(fixed: Iterable[str], banned: Iterable[str], sites: pd.Index) -> list[Problem]:
    """Find sites that are stated and unknown, or kept and forbidden at once."""
    problems: list[Problem] = []
    for what, names in (("feste Standorte", fixed), ("gesperrte Standorte", banned)):
        problems += key_problems(names, sites, what)
    both = set(fixed) & set(banned)
    if both:
        problems.append(problem("planning.fixed_and_banned", keys=listed(both)))
    return problems


def _require_arguments(
    model: SiteModel,
    radius: float | None,
    number: int | None,
    budget: float | None,
    cost: pd.Series | None,
    equity: float | CityShare | None,
    group: pd.Series | None,
) -> None:
    """Refuse a question that does not say what its model needs."""
    missing = []
    if model in ("mclp", "lscp") and radius is None:
        missing.append("radius")
    if model in ("pmedian", "pcenter") and number is None:
        missing.append("number")
    if model == "mclp" and number is None and budget is None:
        missing.append("number")
    if budget is not None and cost is None:
        missing.append("cost")
    if equity is not None and group is None:
        missing.append("group")
    if missing:
        message = (
            f"The {missing[0]!r} parameter of site_task must be given for this question "
            f"({model}). Got None instead."
        )
        raise ValueError(message)
    for name, value in (("radius", radius), ("number", number), ("budget", budget)):
        if value is not None:
            require_at_least(value, 0, name=name, caller="site_task")
    if equity is not None and equity != "city" and not 0 <= float(equity) <= 1:
        message = (
            "The 'equity' parameter of site_task must be 'city' or within 0..1. "
            f"Got {equity!r} instead."
        )
        raise ValueError(message)


def _column_problems(
    metres: pd.DataFrame,
    persons: pd.Series,
    need: pd.Series,
    cost: pd.Series,
    capacity: pd.Series | None,
) -> list[Problem]:
    problems = []
    for keys, what in ((metres.index, "Gebiete"), (metres.columns, "Standorte")):
        if keys.has_duplicates:
            twice = keys[keys.duplicated()].unique()
            problems.append(problem("planning.duplicate_key", what=what, keys=listed(twice)))
    if problems:
        return problems
    if metres.isna().any(axis=None) or (metres < 0).any(axis=None):
        bad = metres.index[(metres.isna() | (metres < 0)).any(axis=1)]
        problems.append(problem("planning.bad_distance", keys=listed(bad)))
    areas, sites = metres.index, metres.columns
    columns = [("Kinder", persons, areas), ("Bedarf", need, areas), ("Kosten", cost, sites)]
    for what, column, keys in columns:
        complete = column.reindex(keys) if column.index.is_unique else column
        problems += number_problems(complete, what) + key_problems(column.index, keys, what)
    if capacity is not None:
        problems += number_problems(capacity.dropna(), "Plätze")
        problems += key_problems(capacity.index, metres.columns, "Plätze")
    return problems
