"""Sites, offers, catchments and posts at city size, against spopt, access and apportionment."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest
from measure import Case
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import Delaunay

from sozialraum.planning.access import floating_catchments
from sozialraum.planning.allocation.apportionment import apportion
from sozialraum.planning.allocation.need_rules import Rule
from sozialraum.planning.allocation.thresholds import threshold_list
from sozialraum.planning.districting.catchment_task import CatchmentTask, catchment_task
from sozialraum.planning.districting.catchments import redraw
from sozialraum.planning.facility_location.alternatives import plan_b, selection_frequency
from sozialraum.planning.facility_location.location import locate
from sozialraum.planning.facility_location.sites import SiteTask, site_task

SEED = 2024


def town(areas: int, sites: int, **question: object) -> SiteTask:
    """Return a question about sites of a random town of 9 × 9 km."""
    rng = np.random.default_rng(SEED)
    a, b = rng.uniform(0, 9000, (areas, 2)), rng.uniform(0, 9000, (sites, 2))
    keys, names = [f"{i:05d}" for i in range(areas)], [f"S{j:03d}" for j in range(sites)]
    metres = pd.DataFrame(np.hypot(*(a[:, None] - b[None]).transpose(2, 0, 1)), keys, names)
    children = pd.Series(rng.poisson(40, areas) * 1.0, index=keys)
    need = pd.Series(rng.beta(2, 5, areas), index=keys)
    return site_task(metres, children, need=need, **question)  # type: ignore[arg-type]


def quarters(blocks: int, schools: int) -> CatchmentTask:
    """Return a question about catchments of a town with a dense middle, ways along block edges."""
    rng = np.random.default_rng(3)
    size = 9000 * (blocks / 2000) ** 0.5
    middle = rng.normal(size / 2, size / 6, (int(blocks * 0.6), 2))
    xy = np.vstack([middle, rng.uniform(0, size, (blocks - len(middle), 2))]).clip(0, size)
    edges = np.vstack([Delaunay(xy).simplices[:, p] for p in ([0, 1], [1, 2], [0, 2])])
    edges = np.unique(np.sort(edges, axis=1), axis=0)
    length = np.hypot(*(xy[edges[:, 0]] - xy[edges[:, 1]]).T)
    ways = np.full((blocks, blocks), 0.0)
    ways[edges[:, 0], edges[:, 1]] = length * 1.25
    seats = rng.choice(blocks, schools, replace=False)
    metres = dijkstra(ways, directed=False, indices=seats).T
    pupils = rng.poisson(4, blocks) * 1.0
    nearest = np.bincount(metres.argmin(axis=1), pupils, schools)
    places = np.ceil(nearest * rng.uniform(0.85, 1.25, schools) / 25) * 25
    places *= max(1.0, 1.06 * pupils.sum() / places.sum())
    keys, names = [f"{i:05d}" for i in range(blocks)], [f"S{j:03d}" for j in range(schools)]
    need = pd.Series(rng.binomial(pupils.astype(int), 0.25) * 1.0, index=keys)
    return catchment_task(
        pd.DataFrame(metres, keys, names),
        pd.Series(pupils, index=keys),
        [(keys[a], keys[b]) for a, b in edges],
        capacity=pd.Series(places, index=names),
        in_need=need,
    )


def offers(areas: int, places: int) -> tuple[pd.DataFrame, pd.Series, pd.Series]:
    """Return distances, children and places of a random town."""
    rng = np.random.default_rng(SEED)
    a, b = rng.uniform(0, 9000, (areas, 2)), rng.uniform(0, 9000, (places, 2))
    metres = pd.DataFrame(np.hypot(*(a[:, None] - b[None]).transpose(2, 0, 1)))
    return (
        metres,
        pd.Series(rng.poisson(40, areas) + 1.0),
        pd.Series(rng.integers(10, 60, places) * 1.0),
    )


RINGS = [(500, 1.0), (1000, 0.68), (1500, 0.22)]


def access_package(metres: pd.DataFrame, children: pd.Series, places: pd.Series) -> np.ndarray:
    """Return the E2SFCA of the access package."""
    from access import Access, weights

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # access 1.1 with pandas 3
        i, j = np.nonzero(metres.to_numpy() <= RINGS[-1][0])
        cost = pd.DataFrame({"o": i, "d": j + 10**6, "cost": metres.to_numpy()[i, j]})
        demand = pd.DataFrame({"id": range(len(children)), "pop": children})
        supply = pd.DataFrame({"id": np.arange(len(places)) + 10**6, "sup": places})
        model = Access(
            demand_df=demand, demand_index="id", demand_value="pop", supply_df=supply,
            supply_index="id", supply_value="sup", cost_df=cost, cost_origin="o", cost_dest="d",
            cost_name="cost",
        )  # fmt: skip
        model.enhanced_two_stage_fca(weight_fn=weights.step_fn(dict(RINGS)), max_cost=RINGS[-1][0])
    return model.access_df.iloc[:, -1].reindex(range(len(children))).to_numpy()


def spopt_coverage(task: SiteTask) -> float:
    """Return the weight covered by spopt's MCLP solved by CBC."""
    import pulp
    from spopt.locate import MCLP

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # spopt 0.7 with PuLP 3.3
        model = MCLP.from_cost_matrix(task.metres, task.weight, task.radius, task.number)
        return float(model.solve(pulp.PULP_CBC_CMD(msg=False)).problem.objective.value())


def cases(small: bool = False) -> list[Case]:
    """Return the benchmarks; `small` sizes run in the normal suite."""
    n, m, few = (200, 20, 5) if small else (2000, 200, 15)
    cover = town(n, m, radius=1000, number=few)
    yards = town(n, 10 if small else 40, radius=800, number=3 if small else 8)
    median = town(n, m, model="pmedian", number=few)
    rng = np.random.default_rng(SEED)
    draws = pd.DataFrame(rng.beta(2, 5, (n, 50 if small else 1000)), index=list(yards.areas))
    ways = offers(*((300, 30) if small else (20_000, 1_000)))
    blocks = quarters(*((150, 5) if small else (2000, 40)))
    units = pd.Series(rng.integers(100, 500, 40) * 1.0, index=[f"{i:02d}" for i in range(40)])
    need = pd.Series(rng.random(40), index=units.index)
    unit_draws = pd.DataFrame(rng.random((40, 10 if small else 1000)), index=units.index)
    pairs = int((ways[0].to_numpy() <= RINGS[-1][0]).sum())
    return [
        Case(
            "coverage (MCLP), exact",
            lambda: locate(cover).value,
            {"spopt + CBC": lambda: spopt_coverage(cover)},
            "at most 1 s",
            f"{n} areas × {m} sites, {few} open",
        ),
        Case(
            "Plan B: each site dropped or forced in",
            lambda: plan_b(yards),
            goal="at most 2 s",
            size=f"{len(yards.sites) + 1} solutions, {n} areas",
        ),
        Case(
            "how often each site is chosen",
            lambda: selection_frequency(yards, draws),
            goal="at most 1 s",
            size=f"{draws.shape[1]} draws of the index",
        ),
        Case(
            "p-median with proven gap",
            lambda: locate(median).gap,
            goal="gap at most 0.5 % in at most 2 s",
            size=f"{n} areas × {m} sites, {few} open",
        ),
        Case(
            "places in reach (E2SFCA)",
            lambda: floating_catchments(*ways, rings=RINGS),
            {"access": lambda: access_package(*ways)},
            "at most 0.2 s for 1.75 million pairs",
            f"{pairs:,} pairs in reach of {ways[0].size:,}",
        ),
        Case(
            "catchments with bound",
            lambda: redraw(blocks),
            goal="within 0.2 % of the bound in at most 10 s",
            size=f"{len(blocks.blocks)} blocks × {len(blocks.schools)} schools",
        ),
        Case(
            "cliff list of a step rule",
            lambda: threshold_list(
                units, need, unit_draws, total=20.0,
                rule=Rule(name="s", form="steps", limits=(0.5,), amounts=(1.0, 2.0)),
            ),
            size=f"40 schools, {unit_draws.shape[1]} draws",
        ),
        Case(
            "a million euros in cents",
            lambda: apportion(units, total=1_000_000, unit=0.01),
            size="40 schools, 100,000,000 cents",
        ),
    ]  # fmt: skip


@pytest.mark.parametrize("case", cases(small=True), ids=lambda case: case.name)
def test_planning_benchmarks_run(case):
    assert case.ours() is not None


def test_peers_give_the_same_answers():
    by_name = {case.name: case for case in cases(small=True)}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        cover = by_name["coverage (MCLP), exact"]
        assert cover.ours() == pytest.approx(cover.peers["spopt + CBC"]())
        fca = by_name["places in reach (E2SFCA)"]
        theirs = fca.peers["access"]()
    ours = fca.ours().areas["access"].to_numpy()
    known = ~np.isnan(theirs)
    np.testing.assert_allclose(ours[known], theirs[known], atol=1e-12)
    assert (ours[~known] == 0).all()


def test_the_proven_gaps_keep_the_goals():
    by_name = {case.name: case for case in cases(small=True)}
    assert by_name["p-median with proven gap"].ours() <= 0.005
    assert by_name["catchments with bound"].ours().figures["extra_pieces"] == 0
