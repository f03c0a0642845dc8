"""Why a value is there or not: missing, suppressed, zero, no base, not collected all differ."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

STATUS = (
    "ok",  # a counted value; 0 is a counted zero
    "missing",  # not delivered, or unknown
    "no_base",  # nobody lives there: a share has no meaning
    "small_base",  # fewer persons than the smallest base for a value
    "suppressed",  # its whole table is not told, or the deliverer withheld it
    "not_collected",  # the indicator begins later, has ended, or was collected at another time
)


def status_frame(labels: pd.DataFrame) -> pd.DataFrame:
    """Return `labels` as categories of `STATUS`, the same order everywhere.

    Raises
    ------
    ValueError
        If a label is none of `STATUS`.
    """
    import pandas as pd

    dtype = pd.CategoricalDtype(list(STATUS))
    flat = labels.to_numpy(dtype=object, copy=True).ravel()
    codes = dtype.categories.get_indexer(pd.Index(flat, dtype=object))
    if unknown := set(flat[codes < 0]):
        message = f"status must be one of {STATUS}. Got {sorted(map(str, unknown))} instead."
        raise ValueError(message)
    columns = codes.reshape(labels.shape).T
    made = [pd.Categorical.from_codes(column, dtype=dtype) for column in columns]
    frame = pd.DataFrame(dict(enumerate(made)), index=labels.index)
    return frame.set_axis(labels.columns, axis=1)
