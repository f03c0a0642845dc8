"""Atoms: the smallest areas anyone can tell apart, given every geography ever published."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sozialraum.model.alignment import aligned_to, aligned_values


@dataclass(frozen=True, eq=False)
class Atoms:
    """The common refinement of several geographies.

    Parameters
    ----------
    labels : (n_atoms, n_geographies) zone of each atom; NaN where a geography leaves it out
    of_unit : atom number of each unit (block, address)
    """

    labels: pd.DataFrame
    of_unit: pd.Series

    def members(self, geography: str, zone: str) -> NDArray[np.int64]:
        """Return the atom numbers of a zone.

        Raises
        ------
        ValueError
            If the geography has no such zone.
        """
        found = np.flatnonzero(self.labels[geography].to_numpy() == zone)
        if found.size == 0:
            message = f"The geography {geography!r} must have the zone {zone!r}. It has none."
            raise ValueError(message)
        return found

    def totals(self, counts: pd.Series) -> NDArray[np.float64]:
        """Return the counts of units summed per atom.

        Raises
        ------
        ValueError
            If `counts` does not have exactly the units of the atoms.
        """
        units = self.of_unit.index
        (own,) = aligned_to("totals", units, "the geographies", counts=counts)
        values = own.to_numpy(dtype=float)
        return np.bincount(self.of_unit.to_numpy(), values, len(self.labels))

    def name(self, atom: int) -> str:
        """Return what an atom is, in words: "Bezirk D06 ∩ Sprengel C25"."""
        row = self.labels.iloc[atom].dropna()
        return " ∩ ".join(f"{geography} {zone}" for geography, zone in row.items())


def refine(geographies: Mapping[str, pd.Series]) -> Atoms:
    """Return the atoms of several geographies.

    Parameters
    ----------
    geographies : per name the zone of each unit; index = unit key (block, address), NaN = outside

    Raises
    ------
    ValueError
        If the geographies do not have the same units.

    Examples
    --------
    >>> units = ["b1", "b2", "b3", "b4"]
    >>> atoms = refine({
    ...     "Bezirk": pd.Series(["D1", "D1", "D2", "D2"], units),
    ...     "Sprengel": pd.Series(["C1", "C2", "C2", "C2"], units),
    ... })
    >>> atoms.of_unit.tolist(), atoms.name(1)
    ([0, 1, 2, 2], 'Bezirk D1 ∩ Sprengel C2')
    """
    first, units = next((name, zones.index) for name, zones in geographies.items())
    zones = aligned_values("refine", units, repr(first), geographies)
    frame = pd.DataFrame({name: zone.astype(object) for name, zone in zones.items()})
    frame = frame.sort_index()
    groups = frame.groupby(list(frame.columns), dropna=False, sort=True)
    number = groups.ngroup().astype(np.int64)
    labels = frame[~number.duplicated()].set_axis(number[~number.duplicated()]).sort_index()
    return Atoms(labels=labels, of_unit=number)
