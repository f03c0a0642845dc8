"""Permuting, shortening and comparing arguments and results, whatever they are made of."""

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from sozialraum.model.neighbours import Neighbours
from sozialraum.space.crosswalk import Crosswalk

WHOLE = (Neighbours, Crosswalk)  # their rows have an order of their own


def is_keyed(thing: Any) -> bool:
    return isinstance(thing, pd.Series | pd.DataFrame)


def each_keyed(thing: Any, change: Callable) -> Any:
    """Return a thing with `change` applied to every Series and frame in it."""
    if is_keyed(thing):
        return change(thing)
    if isinstance(thing, Mapping):
        return {k: each_keyed(v, change) for k, v in thing.items()}
    if isinstance(thing, list | tuple) and any(is_keyed(t) for t in thing):
        return type(thing)(each_keyed(t, change) for t in thing)
    if dataclasses.is_dataclass(thing) and not isinstance(thing, (*WHOLE, type)):
        fields = {f.name: getattr(thing, f.name) for f in dataclasses.fields(thing) if f.init}
        changed = {k: each_keyed(v, change) for k, v in fields.items() if is_keyed(v)}
        return dataclasses.replace(thing, **changed) if changed else thing
    return thing


def keyed_in(thing: Any) -> list:
    """Return every Series and frame in a thing."""
    found = []
    each_keyed(thing, lambda one: found.append(one) or one)
    return found


def permuted(one: Any, seed: int = 1) -> Any:
    """Return a Series or frame with its rows in another order."""
    order = np.random.default_rng(seed + len(one)).permutation(len(one))
    if len(one) > 1 and (order == np.arange(len(one))).all():
        order = order[::-1]
    return one.iloc[order]


def columns_turned(one: Any) -> Any:
    """Return a frame with its columns in another order."""
    if isinstance(one, gpd.GeoDataFrame) or not isinstance(one, pd.DataFrame):
        return one
    return one[list(one.columns)[::-1]]


def by_key(one: Any) -> Any:
    """Return a Series or frame in the order of its keys, so that order does not matter."""
    ordered = one.iloc[np.argsort(one.index.map(repr), kind="stable")]
    if not isinstance(one, pd.DataFrame):
        return ordered
    return ordered[sorted(ordered.columns, key=repr)]


def assert_same(one: Any, other: Any, where: str, *, ordered: bool = False) -> None:
    """Compare two results by key, to 1e-9."""
    assert type(one) is type(other), where
    if isinstance(one, gpd.GeoDataFrame):
        one, other = pd.DataFrame(one.to_wkt()), pd.DataFrame(other.to_wkt())
    if isinstance(one, pd.DataFrame | pd.Series):
        if ordered:
            assert list(one.index) == list(other.index), f"{where}: order of the result"
        test = (
            pd.testing.assert_frame_equal
            if isinstance(one, pd.DataFrame)
            else pd.testing.assert_series_equal
        )
        test(
            by_key(one),
            by_key(other),
            rtol=1e-9,
            atol=1e-12,
            check_dtype=False,
            check_freq=False,
            obj=where,
        )
    elif isinstance(one, pd.Index):
        assert sorted(one, key=repr) == sorted(other, key=repr), where
    elif isinstance(one, Neighbours):
        assert_same(_pairs(one), _pairs(other), where)
    elif isinstance(one, Crosswalk):
        assert_same(_matrix(one), _matrix(other), where)
    elif dataclasses.is_dataclass(one):
        for field in dataclasses.fields(one):
            assert_same(
                getattr(one, field.name), getattr(other, field.name), f"{where}.{field.name}"
            )
    elif isinstance(one, Mapping):
        assert set(one) == set(other), where
        for key in one:
            assert_same(one[key], other[key], f"{where}[{key!r}]")
    elif isinstance(one, np.ndarray):
        if one.dtype.kind in "fiub":
            np.testing.assert_allclose(one, other, rtol=1e-9, atol=1e-12, err_msg=where)
        else:
            assert list(map(repr, one.ravel())) == list(map(repr, other.ravel())), where
    elif isinstance(one, list | tuple):
        assert len(one) == len(other), where
        for k, (a, b) in enumerate(zip(one, other, strict=True)):
            assert_same(a, b, f"{where}[{k}]")
    elif isinstance(one, float):
        np.testing.assert_allclose(one, other, rtol=1e-9, atol=1e-12, err_msg=where)
    elif hasattr(one, "todense"):
        np.testing.assert_allclose(one.todense(), other.todense(), rtol=1e-9, err_msg=where)
    else:
        assert one == other or (one != one and other != other) or repr(one) == repr(other), where


def _pairs(graph: Neighbours) -> pd.DataFrame:
    owner = np.repeat(np.arange(len(graph.keys)), graph.counts)
    keys = pd.MultiIndex.from_arrays([graph.keys[owner], graph.keys[graph.other]])
    return pd.DataFrame({"weight": graph.weight}, index=keys)


def _matrix(walk: Crosswalk) -> pd.DataFrame:
    return pd.DataFrame(walk.matrix.toarray(), list(walk.target_keys), list(walk.source_keys))
