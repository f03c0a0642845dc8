"""What the check report says of neighbours: pairs found, widths of gaps, areas without any."""

from __future__ import annotations

import numpy as np

from sozialraum.model.neighbours import Neighbours
from sozialraum.model.problem import Problem
from sozialraum.space.areas import name_keys
from sozialraum.texts import number, problem, text

_EXACT = 1e-3  # metres; less is the rounding of coordinates


def neighbour_findings(
    graph: Neighbours, *, method: str, tolerance: float, file: str
) -> list[Problem]:
    """Return how many neighbours were found, how far apart they lie, and who has none.

    Parameters
    ----------
    graph : of `sozialraum.space.neighbours.find_neighbours`
    method : by which it was found
    tolerance : metres that may lie between areas that touch
    file : of the areas
    """
    mean = number(float(graph.counts.mean()), 1) if len(graph.keys) else number(0)
    notes = {"n": len(graph.keys), "pairs": number(len(graph.pairs)), "mean": mean}
    words = text(f"space.neighbours.method.{method}")
    found = [problem("space.neighbours.found", "note", file=file, method=words, **notes)]
    found += _gap_findings(graph, tolerance, file)
    if alone := graph.islands:
        values = {"n": len(alone), "found": name_keys(alone)}
        found.append(problem("space.neighbours.alone", "warning", file=file, **values))
    return found


def _gap_findings(graph: Neighbours, tolerance: float, file: str) -> list[Problem]:
    """Tell borders that miss each other apart from streets between areas."""
    if graph.gap is None:
        return []
    once, found = graph.gap[graph.owner < graph.other], []
    for code, some in (
        ("gaps", (once > _EXACT) & (once <= tolerance)),
        ("across", once > max(tolerance, _EXACT)),
    ):
        if some.any():
            widths = {"widest": _metres(once[some].max()), "middle": _metres(np.median(once[some]))}
            values = {"n": int(some.sum()), "limit": number(tolerance, 1), **widths}
            found.append(problem(f"space.neighbours.{code}", "note", file=file, **values))
    return found


def _metres(width: float) -> str:
    """Return metres with as many digits as a narrow gap needs."""
    return number(float(width), 3 if width < 0.1 else 1)
