"""Saving crosswalks under the hash of their content: plain arrays and JSON, never pickle."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import pandas as pd
from scipy import sparse

from sozialraum.model.errors import DataError
from sozialraum.texts import problem


class Stored(Protocol):
    """What is saved of a crosswalk."""

    matrix: sparse.csr_array
    target_keys: tuple[str, ...]
    source_keys: tuple[str, ...]
    method: str
    unmatched_source: pd.Series
    unmatched_target: pd.Series
    mass: np.ndarray
    details: dict[str, Any]


_ARRAYS = ("data", "indices", "indptr", "mass")


def _arrays(crosswalk: Stored) -> dict[str, np.ndarray]:
    matrix = crosswalk.matrix.tocsr().copy()
    matrix.sum_duplicates()
    return {
        "data": np.ascontiguousarray(matrix.data, dtype="<f8"),
        "indices": np.ascontiguousarray(matrix.indices, dtype="<i8"),
        "indptr": np.ascontiguousarray(matrix.indptr, dtype="<i8"),
        "mass": np.ascontiguousarray(crosswalk.mass, dtype="<f8"),
    }


def _words(crosswalk: Stored) -> str:
    plain = {
        "method": crosswalk.method,
        "target_keys": list(crosswalk.target_keys),
        "source_keys": list(crosswalk.source_keys),
        "unmatched_source": {str(k): float(v) for k, v in crosswalk.unmatched_source.items()},
        "unmatched_target": {str(k): float(v) for k, v in crosswalk.unmatched_target.items()},
        "details": crosswalk.details,
    }
    return json.dumps(plain, ensure_ascii=False, sort_keys=True, indent=1)


def _hash(arrays: dict[str, np.ndarray], words: str) -> str:
    digest = hashlib.sha256(words.encode())
    for name in _ARRAYS:
        digest.update(arrays[name].tobytes())
    return digest.hexdigest()


def content_hash(crosswalk: Stored) -> str:
    """Return the SHA-256 of numbers, keys and words of a crosswalk."""
    return _hash(_arrays(crosswalk), _words(crosswalk))


def save_crosswalk(crosswalk: Stored, folder: Path) -> Path:
    """Write ``<hash>.npz`` and ``<hash>.json``; each file appears whole or not at all."""
    arrays, words = _arrays(crosswalk), _words(crosswalk)
    name = _hash(arrays, words)
    folder.mkdir(parents=True, exist_ok=True)
    for suffix in (".json", ".npz"):
        unfinished = folder / f".{name}.{os.getpid()}{suffix}"
        if suffix == ".npz":
            np.savez(unfinished, **arrays)
        else:
            unfinished.write_text(words, encoding="utf-8")
        unfinished.replace(folder / f"{name}{suffix}")
    return folder / f"{name}.npz"


def _shares(plain: dict[str, float]) -> pd.Series:
    return pd.Series(list(plain.values()), index=list(plain), dtype=float)


def load_parts(path: Path) -> dict[str, Any]:
    """Return the parts of a crosswalk saved by `save_crosswalk`, refusing one changed since.

    Raises
    ------
    DataError
        If the content does not have the hash of its file name, or cannot be read at all.
    """
    try:
        words = path.with_suffix(".json").read_text(encoding="utf-8")
        plain: dict[str, Any] = json.loads(words)
        # opened here, for numpy leaves a damaged file open
        with (
            path.with_suffix(".npz").open("rb") as file,
            np.load(file, allow_pickle=False) as stored,
        ):
            arrays = {name: stored[name] for name in _ARRAYS}
    except FileNotFoundError:
        raise
    except Exception as reason:  # a damaged zip or JSON raises many kinds of errors
        raise _damaged(path, "unlesbar") from reason
    found = _hash(arrays, words)
    if found != path.stem:
        raise _damaged(path, found[:12])
    shape = (len(plain["target_keys"]), len(plain["source_keys"]))
    matrix = sparse.csr_array((arrays["data"], arrays["indices"], arrays["indptr"]), shape=shape)
    return {
        "matrix": matrix,
        "target_keys": tuple(plain["target_keys"]),
        "source_keys": tuple(plain["source_keys"]),
        "method": plain["method"],
        "unmatched_source": _shares(plain["unmatched_source"]),
        "unmatched_target": _shares(plain["unmatched_target"]),
        "mass": arrays["mass"],
        "details": plain["details"],
    }


def _damaged(path: Path, found: str) -> DataError:
    return DataError(
        problem("space.damaged", found=found, what=path.name, expected_hash=path.stem[:12])
    )
