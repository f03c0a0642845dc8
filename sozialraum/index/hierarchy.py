"""The tree of an index: indicators → dimensions → … → index, each node with its own method."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite

from sozialraum.model import Indicator

ROOT = "index"
_NODE_KEYS = {"id", "parent", "weight", "method", "min_available"}


@dataclass(frozen=True)
class IndexNode:
    """One node of an index.

    Parameters
    ----------
    id : name of the node; "index" is the root
    parts : ids of its children: indicators or nodes
    weights : stated weight per part, as stated (never renormalised here)
    method : a mean of the catalogue, "copeland" or "kemeny"
    min_available : smallest share of its parts that must be there
    """

    id: str
    parts: tuple[str, ...]
    weights: tuple[float, ...]
    method: str
    min_available: float = 1.0


def make_tree(
    indicators: Sequence[Indicator],
    *,
    method: str = "mean",
    dimension_method: str | None = None,
    dimension_weights: Mapping[str, float] | str = "equal",
    nodes: Sequence[Mapping[str, object]] = (),
    min_available: float = 1.0,
    learnt: Mapping[str, Mapping[str, float]] | None = None,
) -> tuple[IndexNode, ...]:
    """Return the nodes of an index, children before parents, the root last.

    Parameters
    ----------
    indicators : each hangs below the node named by its `dimension`; "" = directly below the index
    method : of the root
    dimension_method : of the other nodes; None = as `method`
    dimension_weights : per node its weight within its parent; "equal", or "size" (the weights of
        its indicators added up, so that every indicator counts alike whatever its dimension)
    nodes : exceptions and higher levels: mappings with id and any of parent, weight, method,
        min_available
    min_available : of every node that does not say otherwise
    learnt : per node weights of its parts that take the place of the stated ones

    Raises
    ------
    ValueError
        If a name is used twice, a parent or a name in `dimension_weights` is unknown, a node has a
        key that is none, is its own descendant or has no parts, or a number is none.

    Examples
    --------
    >>> arm = Indicator(id="armut", label="Armut", direction="burden", value="a",
    ...     dimension="wirtschaft")
    >>> job = Indicator(id="arbeit", label="Arbeit", direction="burden", value="b",
    ...     dimension="wirtschaft", weight=2.0)
    >>> for node in make_tree([arm, job]):
    ...     print(node.id, node.parts, node.weights)
    wirtschaft ('armut', 'arbeit') (1.0, 2.0)
    index ('wirtschaft',) (1.0,)
    """
    stated = _stated(nodes)
    parent = _parents(indicators, stated)
    _refuse_clashes(indicators, parent, stated, nodes)
    _refuse_unknown_weights(dimension_weights, parent)
    order = _children_first(parent)
    parts: dict[str, list[tuple[str, float]]] = {name: [] for name in order}
    for indicator in indicators:
        parts[indicator.dimension or ROOT].append((indicator.id, indicator.weight))
    for name in order[:-1]:
        given = stated.get(name, {}).get("weight")
        parts[parent[name]].append((name, _weight(name, given, dimension_weights, parts[name])))
    made = []
    for name in order:
        own = stated.get(name, {})
        usual = method if name == ROOT else (dimension_method or method)
        made.append(
            IndexNode(
                id=name,
                parts=tuple(part for part, _ in parts[name]),
                weights=tuple((learnt or {}).get(name, {}).get(p, w) for p, w in parts[name]),
                method=str(own.get("method", usual)),
                min_available=_share(own.get("min_available", min_available)),
            )
        )
    _refuse_empty(made, learnt or {})
    return tuple(made)


def _stated(nodes: Sequence[Mapping[str, object]]) -> dict[str, dict[str, object]]:
    """Return what each node states; None stands for what it leaves open."""
    for node in nodes:
        if (unknown := sorted(set(node) - _NODE_KEYS)) or node.get("id") is None:
            message = (
                f"The 'nodes' parameter must hold mappings with 'id' and any of "
                f"{sorted(_NODE_KEYS - {'id'})}. Got {unknown or 'no id'} instead."
            )
            raise ValueError(message)
    return {str(n["id"]): {k: v for k, v in n.items() if v is not None} for n in nodes}


def _share(given: object) -> float:
    share = float(str(given))
    if not 0 < share <= 1:
        message = f"The 'min_available' parameter must lie above 0, up to 1. Got {given!r} instead."
        raise ValueError(message)
    return share


def _refuse_unknown_weights(weights: Mapping[str, float] | str, parent: Mapping[str, str]) -> None:
    named = weights if isinstance(weights, Mapping) else {}
    if unknown := sorted(set(named) - set(parent)):
        message = (
            f"The 'dimension_weights' parameter must name nodes below the index: {sorted(parent)}. "
            f"Got {unknown} instead."
        )
        raise ValueError(message)


def _parents(
    indicators: Sequence[Indicator], stated: Mapping[str, Mapping[str, object]]
) -> dict[str, str]:
    named = dict.fromkeys(i.dimension for i in indicators if i.dimension)
    named.update(dict.fromkeys(name for name in stated if name != ROOT))
    return {name: str(stated.get(name, {}).get("parent", ROOT)) for name in named}


def _children_first(parent: Mapping[str, str]) -> list[str]:
    depth = {ROOT: 0}
    for name in parent:
        path = [name]
        while path[-1] not in depth:
            above = parent[path[-1]]
            if above in path:
                message = f"The 'nodes' parameter must be a tree. {above!r} is below itself."
                raise ValueError(message)
            path.append(above)
        for step, passed in enumerate(reversed(path)):
            depth.setdefault(passed, depth[path[-1]] + step)
    deepest_first = sorted(parent, key=lambda name: -depth[name])  # stable: order of appearance
    return [*deepest_first, ROOT]


def _weight(
    name: str, given: object, weights: Mapping[str, float] | str, parts: list[tuple[str, float]]
) -> float:
    if given is not None:
        return float(str(given))
    if isinstance(weights, Mapping):
        return float(weights.get(name, 1.0))
    if weights == "size":
        return float(sum(weight for _, weight in parts))
    if weights == "equal":
        return 1.0
    message = (
        f"The 'dimension_weights' parameter must be 'equal', 'size' or a mapping. Got {weights!r} "
        "instead."
    )
    raise ValueError(message)


def _refuse_clashes(
    indicators: Sequence[Indicator],
    parent: Mapping[str, str],
    stated: Mapping[str, object],
    nodes: Sequence[Mapping[str, object]],
) -> None:
    ids = [i.id for i in indicators]
    twice = sorted({i for i in ids if ids.count(i) > 1 or i in parent or i == ROOT})
    if twice or len(stated) < len(nodes) or ROOT in parent:
        message = (
            "The 'indicators' and 'nodes' parameters of make_tree must give each indicator and "
            f"node a name of its own, other than {ROOT!r}. Got {twice} twice instead."
        )
        raise ValueError(message)
    if unknown := sorted({p for p in parent.values() if p != ROOT and p not in parent}):
        message = f"The 'parent' of a node must be a node. Got {unknown} instead."
        raise ValueError(message)


def _refuse_empty(nodes: Sequence[IndexNode], learnt: Mapping[str, Mapping[str, float]]) -> None:
    for node in nodes:
        if not node.parts:
            message = (
                f"The 'nodes' parameter of make_tree must give {node.id!r} at least one part. Got "
                "none instead."
            )
            raise ValueError(message)
        finite = all(map(isfinite, node.weights))
        if not finite or (min(node.weights) < 0 and node.id not in learnt) or not any(node.weights):
            message = (
                f"The 'weight' of the parts of {node.id!r} must be at least 0 and not all 0. Got "
                f"{node.weights} instead."
            )
            raise ValueError(message)
