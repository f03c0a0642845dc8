"""The cockpit of a build: made of the released figures, and of nothing else."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sozialraum.insight.autocorrelation import benjamini_hochberg
from sozialraum.insight.intervals import newcombe, quantile
from sozialraum.model.units import SHARE_FACTOR
from sozialraum.publish.cockpit.page import cockpit_page
from sozialraum.publish.cockpit.panel import CHANGE, Panel, PanelRow, panel_of
from sozialraum.publish.cockpit.paper import cockpit_paper
from sozialraum.publish.cockpit.workbook import cockpit_book

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sozialraum.model import Release
    from sozialraum.publish.design import Design

WORD = "cockpit"
PAGE, BOOK, PAPER = "cockpit.html", "cockpit.xlsx", "cockpit.pdf"
_Q = 0.1  # of the changes told as more than chance so many may be chance
_LEVEL = 0.95


def cockpit_files(release: Release, design: Design | None = None) -> dict[str, bytes]:
    """Return ``cockpit.html``, ``cockpit.xlsx`` and ``cockpit.pdf`` of a release."""
    panel = with_changes(panel_of(release))
    looks: dict[str, Any] = {} if design is None else {"accent": design.accent, "logo": design.logo}
    return {
        PAGE: cockpit_page(panel),
        BOOK: cockpit_book(panel),
        PAPER: cockpit_paper(panel, **looks),
    }


def with_changes(panel: Panel) -> Panel:
    """Return the panel with the change of every area since the first Stichtag.

    Of shares the interval is Newcombe's for two independent groups: too wide where the same persons
    stand in both. What is more than chance is decided over all areas of an indicator together
    (Benjamini and Hochberg, q = 0.1), and a change that the windows of both counts may make is
    none.
    """
    return replace(panel, rows=tuple(_with_change(panel, row) for row in panel.rows))


def _with_change(panel: Panel, row: PanelRow) -> PanelRow:
    ends = row.ends
    if row.indicator.kind != "share" or ends is None:
        return row
    first, last = ends
    then, now = row.values[first] * row.step, row.values[last] * row.step
    factor = SHARE_FACTOR.get(row.indicator.unit, 1.0)
    then, now = then / factor, now / factor
    before, after = row.persons[first], row.persons[last]
    low, high = newcombe(now * after, after, then * before, before, level=_LEVEL)
    sure = _surely(now - then, low, high) & _beyond_windows(panel, row, first, last)
    keys = panel.release.areas.index
    steps = factor / row.step
    change = pd.DataFrame({
        "change": row.values[last] - row.values[first],
        "low": np.floor(low * steps), "high": np.ceil(high * steps), "sure": sure,
    }, keys)  # fmt: skip
    known = np.isfinite(change[["change", "low", "high"]]).all(axis=1)
    return replace(row, change=change[known].reindex(columns=list(CHANGE)))


def _surely(
    gap: NDArray[np.float64], low: NDArray[np.float64], high: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """Tell which changes are more than chance, over all areas together."""
    from scipy.stats import norm

    error = np.where(gap > 0, gap - low, high - gap) / quantile(_LEVEL)
    known = np.isfinite(gap) & (error > 0)
    p = pd.Series(2 * norm.sf(np.abs(gap[known] / error[known])))
    sure = np.zeros(gap.shape, bool)
    if len(p):
        sure[known] = benjamini_hochberg(p, q=_Q)["reject"].to_numpy(bool)
    return sure & ((low > 0) | (high < 0))


def _beyond_windows(panel: Panel, row: PanelRow, first: int, last: int) -> NDArray[np.bool_]:
    editions, name = panel.release.editions, row.indicator.id
    widths = [
        np.zeros(row.values.shape[1]) if e.half_width is None
        else e.half_width[name].fillna(0.0).to_numpy(float)
        for e in (editions[first], editions[last])
    ]  # fmt: skip
    moved = np.abs(row.values[last] - row.values[first]) * row.step
    return moved > widths[0] + widths[1] + 1e-9
