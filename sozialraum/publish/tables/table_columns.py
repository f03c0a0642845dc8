"""One table of the published numbers, from which every tabular file is written."""

from __future__ import annotations

from typing import Any

import pandas as pd

from sozialraum.model import Edition, Release
from sozialraum.publish.escape import cell
from sozialraum.texts import catalogue

SIGN_SUFFIX = "_zeichen"
SPREAD_SUFFIX = "_plusminus"
ESTIMATE_SUFFIX = "_geschaetzt"
ORIGIN_SUFFIX = "_herkunft"


def flat_table(
    release: Release, edition: Edition | None = None, *, layers: bool = True
) -> pd.DataFrame:
    """Return one row per area: key, name, Stichtag, the released table, each value with its sign.

    Parameters
    ----------
    release : what may leave the house
    edition : the edition to write; None = the current one
    layers : whether the columns of the layers are added (they belong to the current edition)

    Returns
    -------
    DataFrame with a plain index. ``<indicator>_zeichen`` holds the sign of the statistical offices
    where there is no value ("." withheld, "x" no base, "…" not delivered) and is empty where there
    is one; ``<indicator>_plusminus`` how far it may be off; in a build with ``[smoothing]``
    ``<indicator>_geschaetzt`` the estimate that the index takes, ``<indicator>_herkunft`` how much
    of it is counted. ``status`` stays as released.
    """
    edition = edition or release.current
    signs = catalogue("publish")["signs"]
    keys = [cell(key) for key in edition.table.index]
    index = edition.table.index
    names = [cell(name) for name in release.areas["name"].reindex(index)]
    table: dict[str, Any] = {
        "key": pd.Series(keys, index, dtype=object),
        "name": pd.Series(names, index, dtype=object),
        "stichtag": pd.Series(edition.stichtag, index, dtype=object),
    }
    for column in edition.table.columns:
        table[column] = _plain(edition.table[column])
    for indicator in release.indicators:
        values = edition.values[indicator.id].astype(float)
        table[indicator.id] = values
        status = edition.signs[indicator.id].astype(str)
        table[indicator.id + SIGN_SUFFIX] = status.map(signs).where(values.isna(), "")
        if edition.half_width is not None and edition.half_width[indicator.id].notna().any():
            table[indicator.id + SPREAD_SUFFIX] = edition.half_width[indicator.id].round(6)
        if edition.estimated is not None and edition.origin is not None:
            table[indicator.id + ESTIMATE_SUFFIX] = edition.estimated[indicator.id]
            table[indicator.id + ORIGIN_SUFFIX] = edition.origin[indicator.id].astype(object)
    if layers and edition is release.current:
        for name, layer in release.layers.items():
            for column in layer.columns:
                table[f"{name}_{column}"] = _plain(layer[column].reindex(index))
    return pd.DataFrame(table).reset_index(drop=True)


def _plain(column: pd.Series) -> pd.Series:
    if isinstance(column.dtype, pd.CategoricalDtype):
        return column.astype(str)
    if column.dtype == object or isinstance(column.dtype, pd.StringDtype):
        return column.map(lambda text: None if pd.isna(text) else cell(text)).astype(object)
    return column
