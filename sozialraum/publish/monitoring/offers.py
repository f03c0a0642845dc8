"""What a release says of its offers: data of the pages, rows of tables, sentences."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd

from sozialraum.model import Release
from sozialraum.publish.escape import cell, markup, safe_link, visible
from sozialraum.publish.tables.csv_parquet import csv_text
from sozialraum.texts import text

PAGE, TABLE = "angebote.html", "angebote.csv"
_BETWEEN = re.compile(r"\s*(?:[,;/]|\bund\b)\s*")
SIGNS = {"0": "none", "1": "near", "2": "here"}


def offers_of(release: Release) -> dict[str, Any] | None:
    """Return the offers as `sozialraum.workflows.build.further.offers` told them."""
    return release.details.get("offers")


def offers_data(release: Release, lang: str = "de") -> dict[str, Any]:
    """Return what a page draws of the offers; empty where the build lists none."""
    told = offers_of(release)
    if told is None:
        return {}
    places = {str(key): n for n, key in enumerate(release.areas.index)}
    layers = list(release.points)
    return {
        "offers": {
            "label": visible(told["label"]),
            "way": visible(told["way"]),
            "oldest": told["oldest"],
            "layer": layers.index(told["label"]) if told["label"] in layers else -1,
            # places in the list of the points on the map, one after the other
            "places": [n for n, one in enumerate(told["list"]) if one.get("placed")],
            "list": [_entry(one, places, lang) for one in told["list"]],
            "coverage": [told["coverage"].get(key, "") for key in places],
            "said": [visible(told["areas"].get(key, "")) for key in places],
            "sentences": [visible(one) for one in told["sentences"]],
        }
    }


def _entry(one: dict[str, Any], places: dict[str, int], lang: str) -> dict[str, Any]:
    link = one.get("link", "")
    tongues = [t for t in _BETWEEN.split(one.get("languages", "")) if t]
    return {
        **{k: visible(one.get(k, "")) for k in ("name", "kind", "days", "address", "group")},
        "link": visible(link),
        "href": safe_link(link) and visible(link) == link,
        "languages": [visible(t) for t in tongues],
        "week": one.get("week", ""),
        "from": one.get("age_from"),
        "to": one.get("age_to"),
        "ages": age_words(one, lang),
        "area": places.get(one.get("area", ""), -1),
    }


def age_words(one: dict[str, Any], lang: str = "de") -> str:
    """Return for which ages an offer is, in words.

    Examples
    --------
    >>> age_words({"age_from": 6, "age_to": 10}), age_words({"age_to": 3}), age_words({})
    ('6 bis 10 Jahre', 'bis 3 Jahre', 'jedes Alter')
    """
    low, high = one.get("age_from"), one.get("age_to")
    name = {(True, True): "any", (False, True): "from", (True, False): "to"}.get(
        (low is None, high is None), "one" if low == high else "span"
    )
    return text(f"publish.offers.age_{name}", lang, low=low, high=high)


def offer_lines(release: Release) -> list[dict[str, Any]]:
    """Return offers and their chain per area, for the papers."""
    told = offers_of(release)
    if told is None:
        return []
    lines = [[visible(told["areas"].get(str(key), ""))] for key in release.areas.index]
    return [{"label": text("publish.offers.chain"), "lines": lines}]


def coverage_table(release: Release) -> bytes:
    """Return ``angebote.csv``: per area and age whether there is an offer, and one sentence."""
    told = offers_of(release)
    assert told is not None
    words = {code: text(f"publish.page.offers_{sign}") for code, sign in SIGNS.items()}
    names = release.areas["name"]
    rows = {
        str(key): {
            text("publish.page.key"): str(key),
            text("publish.page.area"): cell(names[key]),
            **{str(age): words[code] for age, code in enumerate(told["coverage"][str(key)])},
            text("publish.offers.chain"): cell(told["areas"][str(key)]),
        }
        for key in release.areas.index
    }
    return b"\xef\xbb\xbf" + csv_text(pd.DataFrame(rows.values())).encode("utf-8")


def coverage_markup(release: Release) -> str:
    """Return the sentences and the table of ages as markup; "" where there are no offers."""
    told = offers_of(release)
    if told is None:
        return ""
    ages = range(told["oldest"] + 1)
    heads = "".join(f'<th scope="col">{age}</th>' for age in ages)
    label = text("publish.page.offers_table")
    caption = markup(text("publish.page.offers_caption", way=told["way"]))
    rows = "".join(
        f'<tr><th scope="row">{markup(name)}</th>'
        + "".join(_cell(code) for code in told["coverage"].get(str(key), ""))
        + "</tr>"
        for key, name in release.areas["name"].items()
    )
    return (
        "".join(f"<p>{markup(one)}</p>" for one in told["sentences"])
        + f'<div class="breit" tabindex="0" role="group" aria-label="{markup(label)}"><table>'
        f"<caption>{caption}</caption><thead><tr><td></td>{heads}</tr></thead>"
        f"<tbody>{rows}</tbody></table></div>"
    )


def _cell(code: str) -> str:
    said = markup(text(f"publish.page.offers_{SIGNS[code]}"))
    return f'<td><abbr title="{said}">{"–□■"[int(code)]}</abbr></td>'
