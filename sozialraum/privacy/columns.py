"""What may leave, column by column, and what binds it: an unknown column is refused.

The complete audit is only complete if every published figure is a row of it, or a function of
figures that are. So there is one list of what may be published, and each entry says why it tells
no more than what is audited.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Literal

Binding = Literal["row", "published", "unwithheld", "simulated", "stated"]


@dataclass(frozen=True)
class Column:
    """A column that may be published, and what it can tell about counts.

    Parameters
    ----------
    name : of the column; ``*`` stands for a dimension or an axis
    binding : "row": an interval row of the audit; "published": computed inside the gate from other
        published figures; "unwithheld": told only of areas of which no value is withheld;
        "simulated": as `sozialraum.workflows.certainty.simulation` makes it; "stated": a choice or
        a place, no count
    """

    name: str
    binding: Binding


TOTAL = "total_class_label"  # a group over the classes of all axes
TABLE = (
    Column("index", "row"),
    Column("class", "row"),
    Column("class_label", "published"),  # the name of the class
    Column("rank", "published"),  # of the published index
    Column("status", "published"),  # why there is no index
    Column("type", "unwithheld"),
    Column("type_label", "unwithheld"),
    Column("dim_*", "row"),
    Column("*_index", "row"),
    Column("*_class", "row"),
    Column("*_class_label", "published"),
    Column("*_type", "unwithheld"),
    Column("*_type_label", "unwithheld"),
)
_RATE = (
    Column("rate", "row"),
    Column("rate_low", "published"),  # Wilson's interval of the published rate
    Column("rate_high", "published"),
    Column("status", "published"),
)
LAYERS: Mapping[str, tuple[Column, ...]] = {
    "certainty": (
        Column("rank_low", "simulated"),
        Column("rank_high", "simulated"),
        Column("class_probability", "simulated"),
        Column("likely_class", "simulated"),
    ),
    "participation": _RATE,
    "transitions": _RATE,
    "change": (Column("change", "published"), Column("sure", "published")),
    "clusters": (Column("cluster", "published"),),
    "measures": (Column("label", "stated"),),
    "districts": (Column("district", "stated"),),
    # of bases alone, which are taken to be known; classes by other ways to split
    "join": (Column("split_share", "unwithheld"), Column("split_classes", "unwithheld")),
    "methods": (Column("*", "unwithheld"),),
}


def table_column(name: str, *, axes: Collection[str] = ()) -> Column | None:
    """Return the entry of a column of the table; None if it must not be published.

    Parameters
    ----------
    name : of the column
    axes : further axes of the release, whose ``<axis>_index`` and ``<axis>_class`` are audited

    Examples
    --------
    >>> table_column("dim_familie").binding, table_column("hilfe_n")
    ('row', None)
    >>> table_column("status_index", axes=["status"]).binding, table_column("hilfe_index")
    ('row', None)
    """
    found = _found(TABLE, name)
    if found is None or not found.name.startswith("*") or name == TOTAL:
        return found
    axis = name.removesuffix(found.name[1:])
    return found if axis in axes else None


def layer_column(layer: str, name: str) -> Column | None:
    """Return the entry of a column of a layer; None if it must not be published.

    Examples
    --------
    >>> layer_column("change", "change").binding, layer_column("change", "hilfe_n")
    ('published', None)
    """
    return _found(LAYERS.get(layer, ()), name)


def must_be_derived(layer: str, columns: Collection[str]) -> bool:
    """Tell whether a layer has to be handed over as a function of published figures alone."""
    found = [layer_column(layer, c) for c in columns]
    return bool(found) and all(f is not None and f.binding == "published" for f in found)


def _found(columns: Collection[Column], name: str) -> Column | None:
    return next((c for c in columns if fnmatchcase(name, c.name)), None)
