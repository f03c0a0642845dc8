"""Counts that cannot leave by accident: not printed, not pickled, not written, not put on a map."""

from __future__ import annotations

from typing import Any, NoReturn

import pandas as pd

from sozialraum.model.errors import DisclosureError
from sozialraum.texts import problem


class RawCounts:
    """Unprotected counts per area. Only calculations see them, through `inside`.

    A `RawCounts` is no DataFrame: it has no ``to_csv``, no ``__geo_interface__``, no array
    interface; its repr, its text and its HTML show the shape; copying and pickling are refused.

    Parameters
    ----------
    frame : (n_areas, n_variables) counts of persons

    Examples
    --------
    >>> RawCounts(pd.DataFrame({"armut_n": [3, 17]}))
    RawCounts(2 areas, 1 variables; values not shown)
    """

    __slots__ = ("__frame",)

    def __init__(self, frame: pd.DataFrame) -> None:
        self.__frame = frame.copy()

    def inside(self) -> pd.DataFrame:
        """Return the counts for a calculation inside the office; never to be published."""
        return self.__frame.copy()

    def __repr__(self) -> str:
        """Return the shape and no value."""
        areas, variables = self.__frame.shape
        return f"RawCounts({areas} areas, {variables} variables; values not shown)"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return repr(self)

    def _repr_html_(self) -> str:
        return f"<code>{self!r}</code>"

    def __len__(self) -> int:
        return len(self.__frame)

    def __getattr__(self, name: str) -> NoReturn:
        """Refuse what a writer, a map or a plot would ask for."""
        if name.startswith(
            ("to_", "plot", "explore", "__array", "__geo", "__dataframe", "__arrow")
        ):
            # AttributeError, so that libraries that only ask whether it exists get a no.
            raise AttributeError(problem("privacy.raw_counts", found=name).message)
        message = f"RawCounts has no attribute {name!r}."
        raise AttributeError(message)

    def __reduce_ex__(self, protocol: Any) -> NoReturn:
        """Refuse pickling and copying: both are ways to a file."""
        raise DisclosureError(problem("privacy.raw_counts", found="pickle"))
