"""Names of streets, persons and offers for synthetic data; none of them is a person or place."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import Any

import numpy as np


@cache
def word_lists() -> dict[str, Any]:
    """Return the tables of ``words.toml``; texts of several words are split into tuples."""
    path = resources.files("sozialraum.testing").joinpath("words.toml")
    tables = tomllib.loads(path.read_text(encoding="utf-8"))
    return {
        table: {k: tuple(v.split()) if isinstance(v, str) else tuple(v) for k, v in lists.items()}
        for table, lists in tables.items()
    }


def street_names(rng: np.random.Generator, count: int) -> tuple[str, ...]:
    """Return `count` different street names in shuffled order.

    Examples
    --------
    >>> len(set(street_names(np.random.default_rng(1), 3000)))
    3000
    """
    words = word_lists()["streets"]
    pool = [stem + end for end in words["ends"] for stem in words["stems"]]
    pool += [way.format(stem) for way in words["ways"] for stem in words["stems"]]
    pool += [f"{given}-{name}-Straße" for given in words["given"] for name in words["family"]]
    pool = list(dict.fromkeys(pool))
    names = [pool[i] for i in rng.permutation(len(pool))]
    rounds = range(2, 3 + count // len(pool))
    return tuple((names + [f"{name} {i}" for i in rounds for name in names])[:count])
