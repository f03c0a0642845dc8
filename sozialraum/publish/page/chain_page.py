"""``bildungskette.html``: two groups from station to station, and where the chain breaks."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from textwrap import wrap

import pandas as pd

from sozialraum.publish.escape import markup
from sozialraum.publish.monitoring.education_chain import EducationChain
from sozialraum.publish.page.plain_page import plain_page, source_list, wide_table
from sozialraum.texts import number, percent, signed, text
from sozialraum.texts.periods import day_label

WIDTH, HEIGHT, LEFT, TOP, BOTTOM = 760, 330, 44, 16, 74
_SIGNS = {"low": "▼", "high": "▲", "inside": "·", "unknown": "–"}
_MOST_LINES, LETTER = 4, 7.5


def chain_page(
    chain: EducationChain, *, title: str, sources: Sequence[str], area_words: str, intern: bool
) -> bytes:
    """Return the page as bytes.

    Parameters
    ----------
    chain : what is shown
    title : of the build
    sources : per line one source
    area_words : what several areas are called
    intern : from true counts, for the office alone
    """
    body = [
        "".join(f"<p>{markup(s)}</p>" for s in chain.sentences),
        _picture(chain),
        _stations(chain),
        _years(chain),
        _areas(chain, area_words),
        _method(chain, intern=intern),
        source_list(tuple(sources)),
    ]
    lead = _text("lead", title=title, day=day_label(chain.day, chain.spans))
    return plain_page(chain.section.label, lead, body, intern=intern)


def _x(n: int, count: int) -> float:
    return LEFT + (WIDTH - LEFT - 30) * (n + 0.5) / count


def _y(rate: float) -> float:
    return TOP + (HEIGHT - TOP - BOTTOM) * (1 - rate)


def _picture(chain: EducationChain) -> str:
    """Return the drawing: a line per group, the gap between them shaded."""
    today, count = chain.today, len(chain.today)
    grid = "".join(
        f'<line class="grid" x1="{LEFT}" x2="{WIDTH - 10}" y1="{_y(s):.1f}" y2="{_y(s):.1f}"/>'
        f'<text x="{LEFT - 6}" y="{_y(s) + 4:.1f}" text-anchor="end">{round(100 * s)}</text>'
        for s in (0.0, 0.25, 0.5, 0.75, 1.0)
    )
    both = [n for n in range(count) if today[["rate_first", "rate_second"]].iloc[n].notna().all()]
    shade = ""
    for a, b in pairwise(both):
        if b == a + 1:
            corners = [(n, "rate_first") for n in (a, b)] + [(n, "rate_second") for n in (b, a)]
            at = " ".join(f"{_x(n, count):.1f},{_y(today[c].iloc[n]):.1f}" for n, c in corners)
            shade += f'<polygon class="gap" points="{at}"/>'
    lines = "".join(
        _bars(today, which, count) + _line(today[f"rate_{which}"].tolist(), which, count)
        for which in ("first", "second")
    )
    names = "".join(
        _wrapped(station.label, _x(n, count), (WIDTH - LEFT) / count)
        for n, station in enumerate(chain.section.stations)
    )
    label = markup(_text("picture", label=chain.section.label))
    first, second = (markup(v) for v in chain.section.groups.values())
    key = (
        f'<p class="key"><span class="first" aria-hidden="true">●</span> {first} '
        f'<span class="second" aria-hidden="true">■</span> {second}</p>'
    )
    return (
        f'<div class="wide" tabindex="0" role="group" aria-label="{label}">'
        f'<svg class="chain" role="img" aria-label="{label}" viewBox="0 0 {WIDTH} {HEIGHT}">'
        f"{grid}{shade}{lines}{names}</svg></div>\n{key}"
    )


def _line(rates: list[float], which: str, count: int) -> str:
    """Return a line with a mark per station; it is broken where a group is not recorded."""
    runs: list[list[str]] = [[]]
    marks = ""
    for n, rate in enumerate(rates):
        if math.isnan(rate):
            runs.append([])
            continue
        x, y = _x(n, count), _y(rate)
        runs[-1].append(f"{x:.1f},{y:.1f}")
        marks += (
            f'<circle class="{which}" cx="{x:.1f}" cy="{y:.1f}" r="5"/>'
            if which == "first"
            else f'<rect class="{which}" x="{x - 4.5:.1f}" y="{y - 4.5:.1f}" width="9" height="9"/>'
        )
    drawn = "".join(
        f'<polyline class="{which}" points="{" ".join(run)}"/>' for run in runs if len(run) > 1
    )
    return drawn + marks


def _bars(today: pd.DataFrame, which: str, count: int) -> str:
    """Return per station an upright line: the share lies there in 95 of 100 cases."""
    ends = today[[f"{which}_low", f"{which}_high"]].itertuples(index=False)
    return "".join(
        f'<line class="bar {which}" x1="{_x(n, count):.1f}" x2="{_x(n, count):.1f}" '
        f'y1="{_y(low):.1f}" y2="{_y(high):.1f}"/>'
        for n, (low, high) in enumerate(ends)
        if not math.isnan(low)
    )


def _wrapped(label: str, x: float, width: float) -> str:
    """Return a name below its station, in lines as wide as its place."""
    lines = wrap(label, max(int(width / LETTER), 6))[:_MOST_LINES]
    spans = "".join(
        f'<tspan x="{x:.1f}" y="{HEIGHT - BOTTOM + 20 + 15 * n}">{markup(line)}</tspan>'
        for n, line in enumerate(lines)
    )
    return f'<text text-anchor="middle">{spans}</text>'


def _stations(chain: EducationChain) -> str:
    """Return the table of stations: rates, gap and ratio with their intervals."""
    first, second = chain.section.groups.values()
    heads = [_text("station"), first, second, _text("gap"), _text("ratio")]
    rows, phase = [], ""
    for station, row in zip(chain.section.stations, chain.today.itertuples(), strict=True):
        if station.phase and station.phase != phase:
            phase = station.phase
            rows.append(f'<tr><td class="phase" colspan="5">{markup(phase)}</td></tr>')
        gap = _interval(100 * row.gap, 100 * row.gap_low, 100 * row.gap_high, signed_first=True)
        ratio = _interval(row.ratio, row.ratio_low, row.ratio_high, digits=2)
        cells = [_share(row.rate_first), _share(row.rate_second), gap, ratio]
        rows.append(
            f'<tr><th scope="row">{markup(station.label)}</th>'
            + "".join(f"<td>{c}</td>" for c in cells)
            + "</tr>"
        )
    return wide_table(_text("table"), [markup(h) for h in heads], rows)


def _share(rate: float) -> str:
    return markup(_text("not_recorded") if math.isnan(rate) else percent(rate, 0))


def _interval(
    value: float, low: float, high: float, *, digits: int = 0, signed_first: bool = False
) -> str:
    if math.isnan(value):
        return "–"
    shown = signed(value, digits) if signed_first else number(value, digits)
    if math.isnan(low):
        return markup(shown)
    ends = _text("ends", low=number(low, digits), high=number(high, digits))
    return f"{markup(shown)}<small>{markup(ends)}</small>"


def _years(chain: EducationChain) -> str:
    """Return the stations over the years; "" with one Stichtag."""
    if len(chain.stations) < 2:
        return ""
    days = sorted(chain.stations)
    heads = [markup(_text("station")), *(markup(day_label(day, chain.spans)) for day in days)]
    groups = dict(zip(("rate_first", "rate_second"), chain.section.groups.values(), strict=True))
    rows = [
        f'<tr><th scope="row">{markup(f"{station.label}, {name}")}</th>'
        + "".join(f"<td>{_share(_at(chain.stations[d], station.id, c))}</td>" for d in days)
        + "</tr>"
        for station in chain.section.stations
        for c, name in groups.items()
    ]
    return wide_table(_text("years"), heads, rows)


def _at(frame: pd.DataFrame, station: str, column: str) -> float:
    return float(frame[column].get(station, math.nan))


def _areas(chain: EducationChain, area_words: str) -> str:
    """Return the table of areas and stations, with a mark where an area stands out."""
    heads = [markup(area_words), *(markup(s.label) for s in chain.section.stations)]
    rows = []
    for key in chain.rates.index:
        name = chain.names.get(key, "")
        label = f"{name} ({key})" if name else str(key)
        cells = "".join(
            _place(chain.places.at[key, s.id], chain.rates.at[key, s.id])
            for s in chain.section.stations
        )
        rows.append(f'<tr><th scope="row">{markup(label)}</th>{cells}</tr>')
    return wide_table(_text("areas"), heads, rows)


def _place(place: str, rate: float) -> str:
    shown = "" if math.isnan(rate) else f" {markup(percent(rate, 0))}"
    mark = f'<span aria-hidden="true">{_SIGNS[place]}</span>'
    read = f'<span class="read">{markup(_text(f"place.{place}"))}</span>'
    kind = ' class="alarm"' if place in ("low", "high") else ""
    return f"<td{kind}>{mark}{read}{shown}</td>"


def _method(chain: EducationChain, *, intern: bool) -> str:
    said = [
        _text("method.gap"),
        _text(f"method.{chain.section.design}"),
        _text("method.areas"),
        *([] if intern else [_text("method.protected")]),
    ]
    paragraphs = "".join(f"<p>{markup(s)}</p>" for s in said)
    return f"<h2>{markup(_text('method.title'))}</h2>\n{paragraphs}"


def _text(name: str, /, **values: object) -> str:
    return text(f"publish.chain.{name}", **values)
