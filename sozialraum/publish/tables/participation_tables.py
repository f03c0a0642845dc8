"""The tables of a programme for German spreadsheets: areas, offers, and why fields are empty."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd

from sozialraum.model import ParticipationRelease
from sozialraum.model.participation_release import ALL_AGES, CITY
from sozialraum.publish.escape import cell
from sozialraum.texts import number, text

TENS = 10
_RELEASED = ("areas", "key", "age", "children", "rate", "rate_low", "rate_high", "status")


def area_label(release: ParticipationRelease, area_set: str, key: str, age: str = ALL_AGES) -> str:
    """Return what readers call a cell: "Bezirk 0401 Nordstadt, 6-9 Jahre"."""
    if area_set == CITY:
        where = text("participation.words.city")
    else:
        name = release.area_names.get((area_set, key), "")
        where = f"{release.area_sets[area_set]} {key} {name}".strip()
    return where if age == ALL_AGES else f"{where}, {text('participation.page.ages', age=age)}"


def areas_csv(release: ParticipationRelease) -> bytes:
    """Return rates per area set, area and age group."""
    table = release.areas.copy()
    table["children"] = [_in_tens(n) for n in table["children"]]
    city = text("participation.words.city")
    if release.area_names:
        where = zip(table["area_set"], table["key"], strict=True)
        table.insert(2, "name", [release.area_names.get(place, "") for place in where])
    table["area_set"] = table["area_set"].map(dict(release.area_sets) | {CITY: city})
    table["key"] = table["key"].replace(CITY, city)
    table["age"] = table["age"].replace(ALL_AGES, text("participation.words.all"))
    return _csv(table, release)


def released_json(release: ParticipationRelease) -> bytes:
    """Return rates for a build to read: what the tables tell, children in tens, nothing finer."""
    table = release.areas[["area_set", *_RELEASED[1:]]].copy()
    children = (table["children"] / TENS + 0.5) // 1 * TENS
    table["children"] = children.where(table["children"] >= TENS)
    table["status"] = (
        table["status"]
        .astype(object)
        .where(table["children"].notna() | table["status"].ne("ok"), "small_base")
    )
    rows = table.astype(object).where(table.notna(), None)
    stated = {
        "title": release.title,
        "stichtag": release.stichtag,
        "level": release.level,
        "area_sets": dict(release.area_sets),
        "columns": list(_RELEASED),
        "cells": [list(row) for row in rows.itertuples(index=False, name=None)],
    }
    return f"{json.dumps(stated, ensure_ascii=False, separators=(',', ':'))}\n".encode()


def offers_csv(release: ParticipationRelease) -> bytes:
    """Return the shares of the offers."""
    table = release.offers.rename_axis("offer").reset_index()
    table.insert(1, "name", [offer_name(release, str(key)) for key in table["offer"]])
    return _csv(table, release)


def offer_name(release: ParticipationRelease, key: str) -> str:
    """Return what readers call an offer; those in no list have one name together."""
    return release.offer_names.get(key, key) if key else text("participation.words.unlisted")


def total_in_tens(release: ParticipationRelease, name: str) -> str:
    """Return a number of the programme in tens, or in words where it is small or not told."""
    if name not in release.totals:
        return text("participation.words.not_told")
    whole = release.totals[name]
    return number(whole) if whole else text("participation.words.few", minimum=TENS)


def _in_tens(persons: float) -> str:
    """Return a number of persons in tens; "" where it is not known."""
    if np.isnan(persons):
        return ""
    if persons < TENS:
        return text("participation.words.few", minimum=TENS)
    return str(int(round(persons / TENS) * TENS))


def suppressed_csv(release: ParticipationRelease) -> bytes | None:
    """Return a sentence per field without a value; None where every field has one."""
    listed = suppressed_fields(release)
    return _csv(listed, release) if len(listed) else None


def suppressed_fields(release: ParticipationRelease) -> pd.DataFrame:
    """Return what is not shown and why, in words without a number of persons.

    Returns
    -------
    Columns ``where``, ``reason``; areas first, then offers.
    """
    areas = release.areas[release.areas["status"] != "ok"]
    found = []
    for row in areas.itertuples(index=False):
        where = area_label(release, row.area_set, row.key, row.age)
        found.append((where, text(f"participation.reasons.{row.status}", where=where)))
    for offer in release.offers.index[release.offers["status"] != "ok"]:
        where = offer_name(release, str(offer))
        found.append((where, text("participation.reasons.offer", where=where)))
    return pd.DataFrame(found, columns=["where", "reason"])


def _csv(table: pd.DataFrame, release: ParticipationRelease) -> bytes:
    """Return a table with BOM, semicolon and decimal comma; for the office each row says so."""
    if "status" in table:
        status = table["status"].astype(str).map(lambda s: text(f"participation.status.{s}"))
        table = table.assign(status=status)
    if release.level == "intern":
        table = table.assign(edition=text("participation.words.intern"))
    lines = [[text(f"participation.columns.{c}") for c in table.columns]]
    lines += [[_cell(v) for v in row] for row in table.itertuples(index=False, name=None)]
    return ("\ufeff" + "".join(";".join(line) + "\r\n" for line in lines)).encode()


def _cell(value: object) -> str:
    if value is None or value != value:
        return ""
    if isinstance(value, float | np.floating):
        return f"{value:.3f}".rstrip("0").rstrip(".").replace(".", ",")
    quoted = cell(str(value)).replace('"', '""')
    return f'"{quoted}"' if any(sign in quoted for sign in ';"\r\n') else quoted
