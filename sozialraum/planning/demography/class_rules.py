"""How many classes a cohort makes, by the laws of the Länder that are published exactly."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from sozialraum.planning.allocation.published_rules import read_published_rules
from sozialraum.planning.checks import require_one_of

DUST = 1e-9
FORMER = {"nrw_6a": "nw_6a"}  # promised in 0.2


def class_rule_names() -> list[str]:
    """Return the names of the laws in ``rules/classes.toml``."""
    return list(read_published_rules("classes"))


def counts_by_stage(rule: str) -> bool:
    """Return whether a law counts by the Sozialindex of each school."""
    return read_published_rules("classes")[rule]["kind"] == "stage"


def classes_of(pupils: float, *, rule: str, stage: int | None = None) -> tuple[int, int, int]:
    """Return the least, usual and largest number of classes a law allows for a cohort.

    Parameters
    ----------
    pupils : of one grade of one school
    rule : name in ``rules/classes.toml``
    stage : of the Sozialindex of the school, for laws that count by it

    Examples
    --------
    >>> [classes_of(n, rule="he") for n in (25, 26, 29)]
    [(1, 1, 1), (1, 2, 2), (2, 2, 2)]
    >>> [classes_of(n, rule="sn") for n in (14, 28, 43)]
    [(0, 0, 0), (1, 1, 1), (2, 2, 3)]
    """
    laws = read_published_rules("classes")
    require_one_of(rule, [*laws, *FORMER], name="rule", caller="classes_of")
    law: dict[str, Any] = laws[FORMER.get(rule, rule)]
    if pupils <= DUST:
        return 0, 0, 0
    if law["kind"] == "table":
        count = _by_table(pupils, law)
        return count, count, count
    if law["kind"] == "range":
        return _by_range(pupils, law)
    size = law.get("size") if law["kind"] == "divider" else law["sizes"].get(str(stage))
    if size is None:
        known = ", ".join(law["sizes"])
        message = (
            f"The 'stage' parameter of classes_of must be one of {known} for this rule. "
            f"Got {stage!r} instead."
        )
        raise ValueError(message)
    usual = math.ceil(pupils / size - DUST)
    least = math.ceil(pupils / (size + law.get("exceed", 0)) - DUST)
    return (0 if pupils < law.get("least", 0) else least), usual, usual


def _by_table(pupils: float, law: dict[str, Any]) -> int:
    for count, limit in enumerate(law["limits"], 1):
        if pupils <= limit:
            return count
    return len(law["limits"]) + math.ceil((pupils - law["limits"][-1]) / law["step"])


def _by_range(pupils: float, law: dict[str, Any]) -> tuple[int, int, int]:
    if pupils < law["least"]:
        return 0, 0, 0
    least = math.ceil(pupils / law["size"] - DUST)
    most = 1 + math.floor((pupils - law["least"]) / law["further"] + DUST)
    return least, least, max(least, most)


def class_count(pupils: float, *, rule: str = "nw_6a") -> int:
    """Return how many classes an entry cohort usually makes under a law of ``rules/classes.toml``.

    Examples
    --------
    >>> [class_count(n) for n in (0, 29, 30, 150, 151, 176)]
    [0, 1, 2, 6, 7, 8]
    """
    require_one_of(rule, [*class_rule_names(), *FORMER], name="rule", caller="class_count")
    return classes_of(pupils, rule=rule)[1]


def usual_classes(pupils: np.ndarray, *, rule: str, stages: np.ndarray | None = None) -> np.ndarray:
    """Return the usual number of classes of whole numbers of pupils, one stage per last axis.

    Parameters
    ----------
    pupils : (..., schools), rounded
    rule : name in ``rules/classes.toml``
    stages : (schools,) for laws that count by the Sozialindex
    """
    whole = np.round(pupils).astype(np.int64)
    found = np.zeros(whole.shape, np.int64)
    for school in range(whole.shape[-1]):
        stage = None if stages is None else int(stages[school])
        part = whole[..., school]
        values, place = np.unique(part, return_inverse=True)
        counts = np.array([classes_of(v, rule=rule, stage=stage)[1] for v in values])
        found[..., school] = counts[place].reshape(part.shape)
    return found
