"""The crosswalk: one sparse matrix that moves counts from small areas to the areas of decision.

``matrix[t, s]`` is the share of the persons of source area *s* that belongs to target area *t*.
Whatever made it (nested keys, areas, census cells, addresses), counts move by ``matrix @ counts``,
and shares are formed after the move.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from sozialraum.model.errors import DataError
from sozialraum.texts import problem


def _no_share() -> pd.Series:
    return pd.Series(dtype=float)


@dataclass(frozen=True, eq=False)
class Crosswalk:
    """How the counts of source areas are distributed over target areas.

    Parameters
    ----------
    matrix : (n_target, n_source) sparse, shares in 0..1; each column adds up to 1, or to the share
        of the source that lies in some target
    target_keys, source_keys : area keys of rows and columns
    method : how it was made ("nested", "areal", "dasymetric", "points", or a chain "areal >
        nested")
    unmatched_source : by source key, the share of the source that belongs to no target (0..1);
        sources that are matched wholly are not listed
    unmatched_target : by target key, the share of the target's area that no source covers
    mass : (n_source,) what each source was split by (m², persons in the raster, addresses); weighs
        missing parts
    details : plain values for the manifest: options, sources that fell back to areal weights,
        repairs

    Examples
    --------
    >>> from scipy.sparse import csr_array
    >>> walk = Crosswalk(csr_array([[1.0, 0.25], [0.0, 0.75]]), ("A", "B"), ("1", "2"), "areal")
    >>> walk.apply(pd.DataFrame({"kinder": [10.0, 40.0]}, index=["1", "2"]))
       kinder
    A    20.0
    B    30.0
    """

    matrix: sparse.csr_array
    target_keys: tuple[str, ...]
    source_keys: tuple[str, ...]
    method: str
    unmatched_source: pd.Series = field(default_factory=_no_share)
    unmatched_target: pd.Series = field(default_factory=_no_share)
    mass: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))
    details: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse a matrix that does not fit its keys or whose shares are no shares."""
        if self.matrix.shape != (len(self.target_keys), len(self.source_keys)):
            message = (
                "The 'matrix' parameter of Crosswalk must have one row per target key and one "
                f"column per source key. Got {self.matrix.shape} instead."
            )
            raise ValueError(message)
        if self.mass.size == 0:
            object.__setattr__(self, "mass", np.ones(len(self.source_keys)))

    def apply(
        self,
        counts: pd.DataFrame,
        *,
        rates: Mapping[str, str] | None = None,
        units: Mapping[str, str] | None = None,
    ) -> pd.DataFrame:
        """Move counts to the target areas: ``matrix @ counts``.

        Parameters
        ----------
        counts : (n_source, n_variables) persons or households, index = source key, or a panel with
            index ``(stichtag, key)``. A source key without a row counts as not delivered.
        rates : column of a rate -> column of its denominator; the rate is turned into a count,
            moved, and divided by the moved denominator
        units : column -> what it is; a column of any unit but "count" must stand in `rates`

        Returns
        -------
        Same columns, index = target key (or ``(stichtag, key)``). NaN where a source that gives to
        the target is missing: its part is unknown (see `missing_share`), never taken as zero.

        Raises
        ------
        DataError
            If rows have keys that are no source, if a column is negative or a rate without its
            denominator.
        """
        from sozialraum.space.crosswalks.transfer_checks import move_counts

        return move_counts(self, counts, rates=rates or {}, units=units or {})

    def missing_share(self, counts: pd.DataFrame) -> pd.DataFrame:
        """Return, per target and column, the share that rests on missing source counts (0..1).

        Shares are of the `mass` that the sources give to the target (m², persons in the raster,
        addresses).
        """
        from sozialraum.space.crosswalks.transfer_checks import missing_share

        return missing_share(self, counts)

    def split_share(self, counts: pd.DataFrame, *, whole: float = 0.99) -> pd.DataFrame:
        """Return, per target and column, the share that comes from split sources (0..1).

        A source that lies wholly in one target moves without error; only split sources bring error.
        One of which at least `whole` lies in one target counts as not split: borders that mean the
        same street differ by metres. NaN where the target has no count, or one that is missing.
        """
        from sozialraum.space.crosswalks.transfer_checks import split_share

        return split_share(self, counts, whole=whole)

    def then(self, other: Crosswalk) -> Crosswalk:
        """Return this crosswalk followed by `other`: ``other.matrix @ self.matrix``.

        Raises
        ------
        DataError
            If a target of this one that receives anything is no source of `other`.
        """
        position = {key: k for k, key in enumerate(other.source_keys)}
        received = np.diff(self.matrix.indptr) > 0
        unknown = [
            key
            for key, used in zip(self.target_keys, received, strict=True)
            if used and key not in position
        ]
        if unknown:
            from sozialraum.space.areas import name_keys

            raise DataError(problem("space.chain", found=name_keys(unknown)))
        known = [k for k, key in enumerate(self.target_keys) if key in position]
        columns = [position[self.target_keys[k]] for k in known]
        matrix = sparse.csr_array(other.matrix[:, columns] @ self.matrix[known, :])
        return Crosswalk(
            matrix=matrix,
            target_keys=other.target_keys,
            source_keys=self.source_keys,
            method=f"{self.method} > {other.method}",
            unmatched_source=shares_short_of_one(matrix, self.source_keys)
            if self.conserves and other.conserves
            else sources_without_target(matrix, self.source_keys),
            unmatched_target=other.unmatched_target,
            mass=self.mass,
            details={"first": self.details, "then": other.details},
        )

    def outside(self, counts: pd.DataFrame) -> pd.Series | pd.DataFrame:
        """Return per column the persons of no target; with `apply` they make up the total.

        For a panel one row per Stichtag. NaN where a source that lies outside in part is missing.
        Around schools (method "density") persons count several times or in part, so there is no
        such total: there, it is the persons who count for no school at all.
        """
        from sozialraum.space.crosswalks.transfer_checks import count_outside

        return count_outside(self, counts)

    @property
    def conserves(self) -> bool:
        """Whether each person is in one target or outside, never in two: not around schools."""
        return "density" not in self.method.split(" > ")

    @cached_property
    def source_index(self) -> pd.Index:
        """The source keys as an index that is hashed once, not for every year."""
        return pd.Index(self.source_keys)

    @property
    def content_hash(self) -> str:
        """SHA-256 of everything in it; the name under which it is saved."""
        from sozialraum.space.crosswalks.storage import content_hash

        return content_hash(self)

    def save(self, folder: str | Path) -> Path:
        """Write ``<hash>.npz`` (numbers) and ``<hash>.json`` (words); return the npz path."""
        from sozialraum.space.crosswalks.storage import save_crosswalk

        return save_crosswalk(self, Path(folder))

    @classmethod
    def load(cls, path: str | Path) -> Crosswalk:
        """Read a saved crosswalk and check that its content has the hash of its name.

        Raises
        ------
        DataError
            If the files were changed after saving.
        """
        from sozialraum.space.crosswalks.storage import load_parts

        return cls(**load_parts(Path(path)))


ROUNDING = 1e-9


def shares_short_of_one(matrix: sparse.csr_array, keys: Sequence[str]) -> pd.Series:
    """Return by source key what its column lacks to 1, where that is more than rounding."""
    lacking = 1.0 - np.asarray(matrix.sum(axis=0)).ravel()
    listed = np.flatnonzero(lacking > ROUNDING)
    return pd.Series(lacking[listed], index=[keys[k] for k in listed], dtype=float)


def sources_without_target(matrix: sparse.csr_array, keys: Sequence[str]) -> pd.Series:
    """Return 1 by source key for every source that gives nothing to any target."""
    alone = np.flatnonzero(np.asarray(matrix.sum(axis=0)).ravel() == 0)
    return pd.Series(1.0, index=[keys[k] for k in alone], dtype=float)
