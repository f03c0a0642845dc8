"""``[[compare]]``: two surveys set against each other, category by category."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from sozialraum.config.sections import Section
from sozialraum.model.options import IndicatorId


class CompareRow(Section):
    """``[[compare.rows]]``: one category and the two shares of it."""

    label: str
    left: IndicatorId
    right: IndicatorId


class Compare(Section):
    """``[[compare]]``: what two groups say on the same categories; arguments of `sample_gap`.

    `left` and `right` are what the groups are called.
    """

    label: str
    left: str
    right: str
    rows: Annotated[tuple[CompareRow, ...], Field(min_length=1)]
