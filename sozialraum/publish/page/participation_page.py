"""One page on a programme for the youth office: rates per area and age, offers, what is withheld.

A single file without scripts and without addresses of others; it can be sent and printed.
"""

from __future__ import annotations

import base64
import hashlib
import math

import pandas as pd

from sozialraum.model import ParticipationRelease
from sozialraum.model.participation_release import ALL_AGES, CITY
from sozialraum.publish.asset_files import asset
from sozialraum.publish.escape import markup
from sozialraum.publish.tables.participation_tables import (
    TENS,
    area_label,
    offer_name,
    suppressed_fields,
    total_in_tens,
)
from sozialraum.texts import date, number, percent, text


def participation_page(release: ParticipationRelease, *, method: list[str]) -> bytes:
    """Return the page as bytes; `method` are the sentences on how was counted."""
    style = asset("teilnahme.css")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'"
    body = [
        *_band(release),
        f"<h1>{markup(release.title)}</h1>",
        f'<p class="lead">{_message("lead", stichtag=date(release.stichtag))}</p>',
        _figures(release),
        *(_area_table(release, name) for name in release.area_sets),
        _offers(release),
        _suppressed(release),
        f"<h2>{_message('method')}</h2>",
        *(f"<p>{markup(sentence.replace('**', ''))}</p>" for sentence in method),
        f"<h2>{_message('sources')}</h2>",
        "<ul>" + "".join(f"<li>{markup(source)}</li>" for source in release.sources) + "</ul>",
    ]
    head = (
        '<!doctype html>\n<html lang="de">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{markup(release.title)}</title>\n<style>{style}</style>\n</head>\n<body>\n"
    )
    return (head + "\n".join(body) + "\n</body>\n</html>\n").encode()


def _band(release: ParticipationRelease) -> list[str]:
    """Return the red band of what only the office may see."""
    if release.level == "public":
        return []
    return [f'<p class="intern">{markup(text("participation.method.intern"))}</p>']


def _message(name: str, **values: object) -> str:
    return markup(text(f"participation.page.{name}", **values))


def _figures(release: ParticipationRelease) -> str:
    """Return the numbers of the programme, in tens."""
    ends = {k: number(release.totals[k]) for k in ("low", "high") if release.totals.get("low")}
    stated = [
        (
            total_in_tens(release, "distinct_children"),
            _message("children"),
            _message("children_range", **ends) if ends else "",
        ),
        (total_in_tens(release, "bookings"), _message("bookings"), _message("bookings_note")),
        (percent(release.placed, 0), _message("placed"), _message("placed_note")),
    ]
    boxes = [
        f"<div><strong>{markup(n)}</strong> {what}<small>{note}</small></div>"
        for n, what, note in stated
    ]
    return f'<div class="figures">{"".join(boxes)}</div>'


def _area_table(release: ParticipationRelease, area_set: str) -> str:
    """Return the rates of one set of areas: a line per area, a column per age group."""
    table = release.areas[release.areas["area_set"].isin([area_set, CITY])]
    ages = [*(a for a in dict.fromkeys(table["age"]) if a != ALL_AGES), ALL_AGES]
    cells = {(row.area_set, row.key, row.age): row for row in table.itertuples(index=False)}
    top = max(table["rate_high"].max(), 0.01)
    top = 1.0 if math.isnan(top) else top
    places = list(dict.fromkeys(zip(table["area_set"], table["key"], strict=True)))
    spans = [a.replace("-", "–") for a in ages]
    heads = [_message("all_ages") if a == ALL_AGES else _message("ages", age=a) for a in spans]
    lines = []
    for place in sorted(places, key=lambda p: (p[0] != CITY, p[1])):
        label = markup(area_label(release, *place))
        row = "".join(_rate(cells[(*place, age)], top) for age in ages)
        quotient = cells[(*place, ALL_AGES)].bookings_per_child
        last = _message("none") if math.isnan(quotient) else markup(number(quotient, 1))
        kind = ' class="city"' if place[0] == CITY else ""
        lines.append(f'<tr{kind}><th scope="row">{label}</th>{row}<td>{last}</td></tr>')
    label = release.area_sets[area_set]
    columns = [markup(label), *heads, _message("per_child")]
    return _table(_message("rates", label=label), _message("rates_note"), columns, lines)


def _rate(cell: object, top: float) -> str:
    """Return a rate with its bounds and a bar, pale between the bounds; a dash without a rate."""
    if math.isnan(cell.rate):  # type: ignore[attr-defined]
        return f'<td class="none">{_message("none")}</td>'
    rate, low, high = cell.rate, cell.rate_low, cell.rate_high  # type: ignore[attr-defined]
    bounds = ""
    if low < high:
        stated = _message(
            "bounds", low=number(100 * low, _digits(low)), high=percent(high, _digits(high))
        )
        bounds = f"<small>{stated}</small>"
    if cell.taking_low <= 1 < cell.taking_high:  # type: ignore[attr-defined]
        return f"<td>{_few(cell)}{_bar(low, high, rate, top)}</td>"
    return f"<td>{markup(percent(rate, _digits(rate)))}{bounds}{_bar(low, high, rate, top)}</td>"


def _few(cell: object) -> str:
    """Return the lowest window in words: "1 bis 5 von rund 60"."""
    ends = (cell.taking_low, cell.taking_high)  # type: ignore[attr-defined]
    base = TENS * round(cell.children / TENS)  # type: ignore[attr-defined]
    return _message("few_of", low=number(ends[0]), high=number(ends[1]), base=number(base))


def _bar(low: float, high: float, rate: float, top: float) -> str:
    ends = [100 * share / top for share in (low, high, rate)]
    pale = f'<rect class="bounds" x="{ends[0]:.1f}" width="{ends[1] - ends[0]:.1f}" height="4"/>'
    rect = f'<rect y="1" width="{ends[2]:.1f}" height="2"/>'
    return (
        f'<svg viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">{pale}{rect}</svg>'
    )


def _offers(release: ParticipationRelease) -> str:
    if release.offers.empty:
        return f"<h2>{_message('offers')}</h2>\n<p>{_message('offers_none')}</p>"
    heads = [_message("offer"), _message("share_of_children")]
    lines = []
    for offer, row in release.offers.iterrows():
        name = markup(offer_name(release, str(offer)))
        shares = (row["share_of_children"], row["share_low"], row["share_high"])
        lines.append(f'<tr><th scope="row">{name}</th>{_share(*shares)}</tr>')
    return _table(_message("offers"), _message("offers_note"), heads, lines)


def _share(share: float, low: float, high: float) -> str:
    if pd.isna(share):
        return f'<td class="none">{_message("none")}</td>'
    bounds = ""
    if low < high:
        stated = _message("bounds", low=number(100 * low, 1), high=percent(high, 1))
        bounds = f"<small>{stated}</small>"
    return f"<td>{markup(percent(share, 0))}{bounds}</td>"


def _digits(share: float) -> int:
    """Return the decimals of a share in per cent: none where it is rounded to whole per cents."""
    return 0 if abs(100 * share - round(100 * share)) < 1e-6 else 1


def _table(title: str, note: str, columns: list[str], lines: list[str]) -> str:
    head = "".join(f'<th scope="col">{c}</th>' for c in columns)
    rows = "\n".join(lines)
    return (
        f'<h2>{title}</h2>\n<p>{note}</p>\n<div class="wide"><table>\n'
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}\n</tbody></table></div>"
    )


def _suppressed(release: ParticipationRelease) -> str:
    """Return why fields are empty, one sentence each."""
    listed = suppressed_fields(release)["reason"]
    items = "".join(f"<li>{markup(reason)}</li>" for reason in listed)
    stated = f"<ul>{items}</ul>" if items else f"<p>{_message('withheld_none')}</p>"
    return f"<h2>{_message('withheld')}</h2>\n{stated}"
