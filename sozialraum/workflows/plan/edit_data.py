"""What the page for changes by hand works on: children, ways and neighbours of every block."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

import numpy as np
import scipy.sparse

from sozialraum.planning.demography.class_rules import counts_by_stage, usual_classes
from sozialraum.planning.districting.catchment_task import CatchmentTask
from sozialraum.planning.districting.edits import starting_plan
from sozialraum.planning.plan_file import catchment_hash
from sozialraum.planning.plan_sections import PlanFile
from sozialraum.publish.plans.edit_page import COLOURS

FIGURES = (
    "mean_metres", "largest_metres", "pupils_beyond_limit", "over_capacity", "pupils_moved",
    "blocks_moved", "dissimilarity", "dissimilarity_by_chance", "extra_pieces",
)  # fmt: skip
_MOST_PUPILS = 600  # of one cohort of one school
STEPS, MOST_STEPS = 10.0, 65_534  # of a metre; of a way


def edit_data(plan: PlanFile, task: CatchmentTask, labels: Mapping[str, str]) -> dict[str, Any]:
    """Return the data of the page as plain values.

    Parameters
    ----------
    plan : its hash makes sure that a saved list comes back to the same question
    task : the question
    labels : German word per figure
    """
    start = starting_plan(task)
    mixed = task.in_need.sum() > 0
    known = [f for f in FIGURES if mixed or not f.startswith("dissimilarity")]
    colours = _colours(task, start)
    return {
        "plan": catchment_hash(plan),
        "blocks": list(task.blocks),
        "schools": [
            {"key": key, "name": name, "capacity": places, "colour": colour}
            for key, name, places, colour in zip(
                task.schools, task.names, task.capacity.tolist(), colours, strict=True
            )
        ],
        "start": start.tolist(),
        "today": task.current.tolist(),
        "closed": task.closed.astype(int).tolist(),
        "pinned": task.pinned.astype(int).tolist(),
        "forbidden": np.flatnonzero(~task.allowed).tolist(),
        "pupils": task.pupils.tolist(),
        "entering": task.entering.tolist(),
        "need": task.in_need.tolist(),
        "loads": task.loads.tolist(),
        "years": list(task.years),
        **_ways(task),
        "neighbours": _neighbours(task),
        "part": _parts(task).tolist(),
        "limit": task.limit,
        "classes": _classes(plan),
        "figures": {figure: labels[figure] for figure in known},
    }


def _ways(task: CatchmentTask) -> dict[str, Any]:
    """Return the ways in whole steps of at best a decimetre, two bytes each.

    A way beyond the walking limit stays beyond it, one within stays within: the page counts both.
    """
    per_metre = min(STEPS, MOST_STEPS / max(float(task.metres.max(initial=0.0)), 1.0))
    steps = np.round(task.metres * per_metre)
    edge = np.floor(task.limit * per_metre)
    beyond = task.metres > task.limit * (1 + 1e-12)
    steps = np.where(beyond, np.maximum(steps, edge + 1), np.minimum(steps, edge))
    packed = base64.b64encode(steps.astype("<u2").tobytes()).decode("ascii")
    return {"metres": packed, "per_metre": per_metre}


def _neighbours(task: CatchmentTask) -> list[list[int]]:
    rows = zip(task.graph.indptr[:-1], task.graph.indptr[1:], strict=True)
    return [task.graph.indices[a:b].tolist() for a, b in rows]


def _parts(task: CatchmentTask) -> np.ndarray:
    return scipy.sparse.csgraph.connected_components(task.graph, directed=False)[1]


def _classes(plan: PlanFile) -> list[int]:
    """Return the usual classes of each size of a cohort; empty without one law for all."""
    rule = None if plan.forecast is None else plan.forecast.classes
    if rule is None or counts_by_stage(rule):
        return []
    return usual_classes(np.arange(_MOST_PUPILS + 1.0), rule=rule).astype(int).tolist()


def _colours(task: CatchmentTask, plan: np.ndarray) -> list[int]:
    """Return a colour per school; schools whose blocks touch differ where eight colours do."""
    i = np.repeat(np.arange(len(plan)), np.diff(task.graph.indptr))
    beside: list[set[int]] = [set() for _ in task.schools]
    for a, b in zip(plan[i].tolist(), plan[task.graph.indices].tolist(), strict=True):
        if a != b:
            beside[a].add(b)
    found: list[int] = []
    for j in range(len(task.schools)):
        taken = {found[k] for k in beside[j] if k < j}
        found.append(next((c for c in range(COLOURS) if c not in taken), j % COLOURS))
    return found
