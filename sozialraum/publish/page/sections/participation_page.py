"""One page on a programme: map and ranking of rates per area and age, offers, what is withheld."""

from __future__ import annotations

import math

import pandas as pd

from sozialraum.model import ParticipationRelease
from sozialraum.model.participation_release import ALL_AGES, CITY
from sozialraum.publish.escape import markup
from sozialraum.publish.page.sections.participation_map import fewest_reached, ranked, rate_variants
from sozialraum.publish.page.sections.shell import Head, PageSection, Tab, noted_foot, shell_html
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
    day = date(release.stichtag)
    head = Head(
        title=release.title,
        about=text("publish.plan.as_of", date=day),
        headline=f"<h2>{markup(_headline(release))}</h2><p>{_message('lead', stichtag=day)}</p>"
        f"{_figures(release)}",
        intern="" if release.level == "public" else text("participation.method.intern"),
    )
    sections = [_section(release, name) for name in release.area_sets]
    after = (
        f"<section>{_offers(release)}</section><section>{_suppressed(release)}</section>"
        f"<section><h2>{_message('method')}</h2>"
        + "".join(f"<p>{markup(sentence.replace('**', ''))}</p>" for sentence in method)
        + "</section>"
    )
    sources = [f"{text('participation.page.sources')}: {'; '.join(release.sources)}"]
    foot = noted_foot([text("publish.plan.as_of", date=day), *(sources if release.sources else [])])
    return shell_html(head, sections, None, after=after, foot=foot).encode()


def _headline(release: ParticipationRelease) -> str:
    """Say how many take part, and of the first set of areas where fewest do."""
    said = text(
        "participation.page.headline",
        children=total_in_tens(release, "distinct_children"),
        bookings=total_in_tens(release, "bookings"),
    )
    fewest = fewest_reached(release, next(iter(release.area_sets), ""))
    if not fewest:
        return said
    names = ", ".join(f"{name} ({rate})" for name, rate in fewest)
    return f"{said} {text('participation.page.fewest', names=names)}"


def _section(release: ParticipationRelease, area_set: str) -> PageSection:
    """Return one set of areas: its map with a tab per age, and its table as the ranking."""
    label = release.area_sets[area_set]
    heading = text("participation.page.rates", label=label)
    shapes = release.shapes.get(area_set)
    variants = (
        [Tab(name=_ages(ALL_AGES))]
        if shapes is None
        else rate_variants(
            release, area_set, {age: _ages(age) for age in _age_groups(release, area_set)}
        )
    )
    table = _area_table(release, area_set)
    return PageSection(
        id=f"gebiete-{list(release.area_sets).index(area_set)}",
        heading=heading,
        variants=tuple(variants),
        has_map=shapes is not None,
        areas=shapes,
        beside=table,
    )


def _age_groups(release: ParticipationRelease, area_set: str) -> list[str]:
    table = release.areas[release.areas["area_set"].isin([area_set, CITY])]
    return [ALL_AGES, *(a for a in dict.fromkeys(table["age"]) if a != ALL_AGES)]


def _ages(age: str) -> str:
    if age == ALL_AGES:
        return text("participation.page.all_ages")
    return text("participation.page.ages", age=age.replace("-", "–"))


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
    """Return the rates of one set of areas, fewest first: a line per area, a column per age."""
    table = release.areas[release.areas["area_set"].isin([area_set, CITY])]
    first, *ages = _age_groups(release, area_set)
    ages = [*ages, first]
    cells = {(row.area_set, row.key, row.age): row for row in table.itertuples(index=False)}
    top = max(table["rate_high"].max(), 0.01)
    top = 1.0 if math.isnan(top) else top
    lines = []
    for place in ranked(release, area_set):
        label = markup(area_label(release, *place))
        row = "".join(_rate(cells[(*place, age)], top) for age in ages)
        quotient = cells[(*place, ALL_AGES)].bookings_per_child
        last = _message("none") if math.isnan(quotient) else markup(number(quotient, 1))
        kind = ' class="city"' if place[0] == CITY else ""
        lines.append(f'<tr{kind}><th scope="row">{label}</th>{row}<td>{last}</td></tr>')
    label = release.area_sets[area_set]
    columns = [markup(label), *map(markup, map(_ages, ages)), _message("per_child")]
    return _wide(text("participation.page.rates_note"), columns, lines)


def _rate(cell: object, top: float) -> str:
    """Return a rate with its bounds and a bar, pale between the bounds; a dash without a rate."""
    if math.isnan(cell.rate):  # type: ignore[attr-defined]
        return f'<td class="none">{_message("none")}</td>'
    rate, low, high = cell.rate, cell.rate_low, cell.rate_high  # type: ignore[attr-defined]
    bounds = _bounds(low, high)
    if cell.taking_low <= 1 < cell.taking_high:  # type: ignore[attr-defined]
        return f"<td>{_few(cell)}{_bar(low, high, rate, top)}</td>"
    return f"<td>{markup(percent(rate, _digits(rate)))}{bounds}{_bar(low, high, rate, top)}</td>"


def _bounds(low: float, high: float) -> str:
    """Return between which values a share lies; "" where both are printed alike."""
    ends = number(100 * low, _digits(low)), percent(high, _digits(high))
    if not low < high or ends[1].startswith(f"{ends[0]}\u00a0"):
        return ""
    return f"<small>{_message('bounds', low=ends[0], high=ends[1])}</small>"


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
    return _table(_message("offers"), text("participation.page.offers_note"), heads, lines)


def _share(share: float, low: float, high: float) -> str:
    if pd.isna(share):
        return f'<td class="none">{_message("none")}</td>'
    bounds = _bounds(low, high)
    return f"<td>{markup(percent(share, _digits(share)))}{bounds}</td>"


def _digits(share: float) -> int:
    """Return the decimals of a share in per cent: one below ten, none where it is whole anyway."""
    return 0 if share >= 0.095 or abs(100 * share - round(100 * share)) < 1e-6 else 1


def _table(title: str, note: str, columns: list[str], lines: list[str]) -> str:
    return f"<h2>{title}</h2>\n{_wide(note, columns, lines)}"


def _wide(note: str, columns: list[str], lines: list[str]) -> str:
    head = "".join(f'<th scope="col">{c}</th>' for c in columns)
    rows = "\n".join(lines)
    label = f'role="region" tabindex="0" aria-label="{columns[0]}"'
    return (
        f'<div class="wide" {label}><p>{markup(note)}</p><table>\n'
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}\n</tbody></table></div>"
    )


def _suppressed(release: ParticipationRelease) -> str:
    """Return why fields are empty, one sentence each."""
    listed = suppressed_fields(release)["reason"]
    items = "".join(f"<li>{markup(reason)}</li>" for reason in listed)
    stated = f"<ul>{items}</ul>" if items else f"<p>{_message('withheld_none')}</p>"
    return f"<h2>{_message('withheld')}</h2>\n{stated}"
