"""One page on an early warning: which areas leave their own past, and since when.

A single file without scripts and without addresses of others; it can be sent and printed.
"""

from __future__ import annotations

import pandas as pd

from sozialraum.model.dates.period import Period
from sozialraum.publish.escape import markup
from sozialraum.publish.monitoring.watch_release import WatchedIndicator, WatchRelease
from sozialraum.publish.page.plain_page import plain_page, source_list, wide_table
from sozialraum.texts import number, text
from sozialraum.texts.periods import period_label

_SHOWN = 12  # latest months in the table
_MARKS = {"up": "▲", "down": "▼"}


def watch_page(release: WatchRelease) -> bytes:
    """Return the page as bytes."""
    month = period_label(Period.parse(release.month))
    body = [*(_section(release, one) for one in release.indicators), _method(release)]
    return plain_page(
        _text("title", title=release.title),
        _text("lead", month=month),
        body,
        intern=release.level == "intern",
    )


def _section(release: WatchRelease, one: WatchedIndicator) -> str:
    said = "".join(f"<p>{markup(s)}</p>" for s in (*one.sentences, *one.notes))
    table = "" if one.judged.empty else _months(release, one)
    return f"<section>\n<h2>{markup(one.label)}</h2>\n{said}\n{table}\n</section>"


def _months(release: WatchRelease, one: WatchedIndicator) -> str:
    """Return the latest months of every area: a mark where there is an alarm."""
    judged = one.judged.set_index("direction", append=True)
    marked = judged["alarm"].groupby(level=["key", "period"], sort=True)
    known = judged["z"].notna().groupby(level=["key", "period"]).any()
    months = sorted(set(one.judged.index.get_level_values("period")))[-_SHOWN:]
    marks = {place: [d for d in _MARKS if _at(group, d)] for place, group in marked}
    keys = sorted(set(one.judged.index.get_level_values("key")))
    rows = [
        f'<tr><th scope="row">{_name(release, key)}</th>'
        + "".join(_cell(marks[(key, m)], known=bool(known[(key, m)])) for m in months)
        + "</tr>"
        for key in keys
    ]
    heads = [markup(release.area_words), *map(_short, months)]
    table = wide_table(_text("table", label=one.label), heads, rows)
    return f"{table}\n{_expected(release, one)}"


def _at(group: pd.Series, direction: str) -> bool:
    found = group[group.index.get_level_values("direction") == direction]
    return bool(found.any())


def _cell(marks: list[str], *, known: bool) -> str:
    if marks:
        said = "".join(
            f'<span aria-hidden="true">{_MARKS[d]}</span>'
            f'<span class="read">{markup(_text(f"mark.{d}"))}</span>'
            for d in marks
        )
        return f'<td class="alarm">{said}</td>'
    name = "quiet" if known else "unknown"
    sign = "·" if known else "–"
    read = markup(_text(f"mark.{name}"))
    return f'<td><span aria-hidden="true">{sign}</span><span class="read">{read}</span></td>'


def _expected(release: WatchRelease, one: WatchedIndicator) -> str:
    """Return the alarms of the months shown, with what was expected."""
    months = sorted(set(one.judged.index.get_level_values("period")))[-_SHOWN:]
    alarms = one.alarms[one.alarms.index.get_level_values("period") >= months[0]]
    items = [
        "<li>"
        + markup(
            _text(
                f"alarm.{row['direction']}", name=_plain_name(release, key),
                month=period_label(Period.parse(month)),
                **{n: number(row[n], 0) for n in ("expected", "low", "high")},
            )
        )
        + "</li>"
        for (month, key), row in alarms.iterrows()
    ]  # fmt: skip
    return f"<ul>{''.join(items)}</ul>" if items else ""


def _method(release: WatchRelease) -> str:
    measures = list(dict.fromkeys(one.measure for one in release.indicators))
    said = [_text("method.how"), *(_text(f"method.{m}") for m in measures), _text("method.dial")]
    if release.level == "public":
        said.append(_text("method.protected"))
    paragraphs = "".join(f"<p>{markup(s)}</p>" for s in said)
    return f"<h2>{markup(_text('method.title'))}</h2>\n{paragraphs}\n{source_list(release.sources)}"


def _short(month: str) -> str:
    label = period_label(Period.parse(month))
    return f'<abbr title="{markup(label)}">{month[5:]}/{month[2:4]}</abbr>'


def _plain_name(release: WatchRelease, key: str) -> str:
    name = release.names.get(key, "")
    return f"{name} ({key})" if name else str(key)


def _name(release: WatchRelease, key: str) -> str:
    return markup(_plain_name(release, key))


def _text(name: str, /, **values: object) -> str:
    return text(f"publish.watch.{name}", **values)
