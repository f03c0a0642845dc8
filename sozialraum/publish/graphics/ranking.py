"""The ranking as a drawing: one line per area, its rank as a dot and its interval as a bar."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sozialraum.model import Release
from sozialraum.publish.graphics.svg import drawing, line, svg_text, tag
from sozialraum.publish.layer_facts import rank_interval
from sozialraum.publish.published_numbers import index_digits
from sozialraum.texts import number


def draw_ranking(release: Release, *, first: int = 0, rows: int = 45) -> str:
    """Return a dot strip: one line per area, its rank as a dot and, where known, its interval.

    Parameters
    ----------
    first, rows : which part of the ranking, counted from the highest burden
    """
    table, interval = release.current.table, rank_interval(release)
    ranked = table[table["rank"].notna()].sort_values("rank", kind="stable")
    last = last_place(release)
    shown = ranked.index[first : first + rows]
    height = 50 + 24 * len(shown)
    axis = [
        line(f"M{_strip_x(r, last):.1f} 22V{height - 14}", "#ccc", 1)
        + svg_text(r, _strip_x(r, last), 16, text_anchor="middle")
        for r in _axis_ranks(last)
    ]
    strips = [_strip(release, key, interval, last, 40 + 24 * i) for i, key in enumerate(shown)]
    return drawing(tag("g", "".join(axis + strips), font_size=16), 1000, height)


def _strip(release: Release, key: str, interval: pd.DataFrame, last: int, y: int) -> str:
    """One area: its name, its index, where its rank surely lies, and the rank itself."""
    row = release.current.table.loc[key]
    value = number(float(row["index"]), index_digits(release))
    parts = [svg_text(release.areas.at[key, "name"], 250, y + 5, text_anchor="end")]
    parts.append(svg_text(value, 305, y + 5, text_anchor="end"))
    if key in interval.index and interval.loc[key].notna().all():
        low, high = (_strip_x(end, last) for end in interval.loc[key])
        parts.append(line(f"M{low:.1f} {y}H{high:.1f}", "#4e99cb", 7))
    ends = interval.loc[key] if key in interval.index else None
    place = shared_place(release.current.table["rank"], key, ends)
    middle = {"cx": _strip_x(place, last), "cy": y, "r": 6}
    parts.append(tag("circle", **middle, fill="#0a3a77", stroke="#fff", stroke_width=1.5))
    return "".join(parts)


def shared_place(rank: pd.Series, key: str, ends: pd.Series | None = None) -> float:
    """Return where the dot of an area stands: in the middle of the places it shares with others.

    Parameters
    ----------
    rank : published ranks by area key
    ends : lowest and highest rank of the area in the calculations; the dot never leaves them

    Examples
    --------
    >>> shared_place(pd.Series([1, 2, 2, 2], index=list("abcd")), "c")
    3.0
    """
    middle = float(rank[key]) + (int((rank == rank[key]).sum()) - 1) / 2
    if ends is None or ends.isna().any():
        return middle
    return float(np.clip(middle, ends.iloc[0], ends.iloc[1]))


def last_place(release: Release) -> int:
    """Return the last rank of a strip: of the table, or of a rank range that goes beyond."""
    interval = rank_interval(release)
    ranks = int(release.current.table["rank"].notna().sum())
    return max(ranks, 2, int(np.nan_to_num(interval["rank_high"].max())))


def _strip_x(rank: float, last: int) -> float:
    return 330 + (float(rank) - 1) / (last - 1) * 620


def _axis_ranks(last: int) -> list[int]:
    """Return rank 1, the last rank and some multiples of five between.

    Examples
    --------
    >>> _axis_ranks(26), _axis_ranks(6)
    ([1, 5, 10, 15, 20, 26], [1, 2, 3, 4, 5, 6])
    """
    if last < 10:
        return list(range(1, last + 1))
    step = 5 * max(1, round(last / 25))
    return [1, *range(step, last - step // 2, step), last]
