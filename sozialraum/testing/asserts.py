"""Assertions for tests of indices: compared by key, totals conserved, nothing withheld in any byte.

They raise `AssertionError` and name the areas, never a withheld value.
"""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from sozialraum.model import Release

_SHOWN = 5


def assert_same_by_key(
    found: pd.Series | pd.DataFrame,
    expected: pd.Series | pd.DataFrame,
    *,
    tolerance: float = 0.0,
) -> None:
    """Assert that two tables say the same for every key, whatever the order of their rows.

    Parameters
    ----------
    found, expected : same keys, same columns; NaN equals NaN only
    tolerance : largest absolute difference allowed of numbers

    Raises
    ------
    AssertionError
        Naming missing and additional keys or columns, or the first cells that differ.

    Examples
    --------
    >>> assert_same_by_key(pd.Series({"02": 2.0, "01": 1.0}), pd.Series({"01": 1.0, "02": 2.0}))
    >>> assert_same_by_key(pd.Series({"01": 1.0}), pd.Series({"01": 1.5}))
    Traceback (most recent call last):
    AssertionError: 1 of 1 cells differ: 01/value: 1.0 instead of 1.5
    """
    left, right = _as_frame(found), _as_frame(expected)
    _same_names("keys", left.index, right.index)
    _same_names("columns", left.columns, right.columns)
    left = left.loc[right.index, right.columns]
    differs = pd.DataFrame(
        {c: _differs(left[c], right[c], tolerance) for c in right.columns}, index=right.index
    )
    if differs.to_numpy().any():
        cells = [
            f"{key}/{column}: {left.at[key, column]} instead of {right.at[key, column]}"
            for column in right.columns
            for key in right.index[differs[column].to_numpy()]
        ]
        shown = "; ".join(cells[:_SHOWN])
        message = f"{len(cells)} of {right.size} cells differ: {shown}"
        raise AssertionError(message)


def _as_frame(table: pd.Series | pd.DataFrame) -> pd.DataFrame:
    frame = table.to_frame("value") if isinstance(table, pd.Series) else table
    if frame.index.has_duplicates:
        twice = list(frame.index[frame.index.duplicated()][:_SHOWN])
        message = f"keys are not unique: {twice}"
        raise AssertionError(message)
    return frame


def _same_names(what: str, found: pd.Index, expected: pd.Index) -> None:
    missing, extra = list(expected.difference(found)), list(found.difference(expected))
    if missing or extra:
        message = f"{what} differ: missing {missing[:_SHOWN]}, additional {extra[:_SHOWN]}"
        raise AssertionError(message)


def _differs(left: pd.Series, right: pd.Series, tolerance: float) -> np.ndarray:
    if pd.api.types.is_numeric_dtype(left) and pd.api.types.is_numeric_dtype(right):
        a, b = (s.to_numpy(dtype=float, na_value=np.nan) for s in (left, right))
        return ~((np.abs(a - b) <= tolerance) | (a == b) | (np.isnan(a) & np.isnan(b)))
    both_missing = (left.isna() & right.isna()).to_numpy()
    same = (left.astype(object) == right.astype(object)).fillna(value=False).to_numpy(dtype=bool)
    return ~(same | both_missing)


def assert_conserved(before: pd.DataFrame, after: pd.DataFrame, *, relative: float = 1e-9) -> None:
    """Assert that moving counts to other areas kept the total of every variable.

    Parameters
    ----------
    before, after : counts by key; the same columns, other keys
    relative : largest difference allowed, as a share of the total

    Examples
    --------
    >>> blocks = pd.DataFrame({"kinder": [3.0, 4.0]}, index=["b1", "b2"])
    >>> assert_conserved(blocks, pd.DataFrame({"kinder": [3.5, 3.5]}, index=["s1", "s2"]))
    >>> assert_conserved(blocks, pd.DataFrame({"kinder": [6.0]}, index=["s1"]))
    Traceback (most recent call last):
    AssertionError: totals changed: kinder: 7.0 before, 6.0 after
    """
    _same_names("columns", after.columns, before.columns)
    old, new = before.sum(skipna=False), after[before.columns].sum(skipna=False)
    kept = (new - old).abs() <= relative * old.abs().clip(lower=1.0)
    if not kept.all():
        changed = [f"{c}: {old[c]} before, {new[c]} after" for c in old.index[~kept][:_SHOWN]]
        message = f"totals changed: {'; '.join(changed)}"
        raise AssertionError(message)


def assert_release_holds_no(
    values: Iterable[object], release: Release | None = None, *, folder: Path | None = None
) -> None:
    """Assert that none of the values stands in a release or in any byte of its files.

    Parameters
    ----------
    values : withheld numbers or words. A text is searched as it is; a float in its shortest form
        (``0.123456``), with a decimal comma, and as the eight bytes of a double. Give numbers that
        are long enough not to stand there by chance: a count of 3 stands in every file
    release : every table, note and detail of it is searched
    folder : every file below it is searched, members of zip containers (xlsx) unpacked as well

    Raises
    ------
    AssertionError
        Naming where each value was found, without the value itself.
    """
    needles = {i: _spellings(value) for i, value in enumerate(values)}
    if not needles:
        message = "The 'values' parameter of assert_release_holds_no must not be empty."
        raise ValueError(message)
    places = [*_of_release(release), *_of_folder(folder)]
    if not places:
        message = "There is nothing to search: give a release, or a folder that holds files."
        raise ValueError(message)
    found = [
        f"value {i + 1} in {place}"
        for place, content in places
        for i, spellings in needles.items()
        if any(spelling in content for spelling in spellings)
    ]
    if found:
        message = f"withheld values were found: {'; '.join(found[:20])}"
        raise AssertionError(message)


def _spellings(value: object) -> list[bytes]:
    if isinstance(value, float | np.floating):
        text = repr(float(value))
        words = [text, text.replace(".", ",")]
        return [w.encode() for w in words] + [np.float64(value).tobytes(), _big_endian(value)]
    text = str(value)
    return [text.encode(e) for e in ("utf-8", "cp1252", "utf-16-le") if _fits(text, e)]


def _big_endian(value: float | np.floating) -> bytes:
    return np.array(value, dtype=">f8").tobytes()


def _fits(text: str, encoding: str) -> bool:
    return text.encode(encoding, errors="ignore").decode(encoding) == text


def _of_release(release: Release | None) -> list[tuple[str, bytes]]:
    if release is None:
        return []
    places = [("notes and details", repr((release.notes, release.details, release.facts)).encode())]
    for edition in release.editions:
        for name in ("table", "values", "signs", "contributions", "city"):
            places.append((f"{edition.stichtag} {name}", _table_bytes(getattr(edition, name))))
    frames = {"areas": release.areas, **release.layers, **release.points, **release.outlines}
    return places + [(name, _table_bytes(frame)) for name, frame in frames.items()]


def _table_bytes(table: pd.DataFrame | pd.Series) -> bytes:
    frame = pd.DataFrame(table)
    numbers = frame.select_dtypes("number").to_numpy(dtype=float, na_value=np.nan)
    words = [str(c) for c in frame.to_numpy(dtype=object).ravel()]
    return "\n".join([*words, repr(frame.attrs)]).encode() + numbers.tobytes()


def _of_folder(folder: Path | None) -> list[tuple[str, bytes]]:
    if folder is None:
        return []
    places = []
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        content = path.read_bytes()
        places.append((str(path.relative_to(folder)), content))
        places += [(f"{path.name}:{name}", inner) for name, inner in _members(content)]
    return places


def _members(content: bytes) -> list[tuple[str, bytes]]:
    """Return the unpacked members of a zip container (xlsx, bundles); nothing for other files."""
    memory = io.BytesIO(content)
    if not zipfile.is_zipfile(memory):
        return []
    with zipfile.ZipFile(memory) as container:
        return [(name, container.read(name)) for name in container.namelist()]
