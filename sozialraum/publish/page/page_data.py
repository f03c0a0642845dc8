"""The numbers of a release as the page carries them: whole units of the last published digit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from sozialraum.model import Edition, Indicator, Release
from sozialraum.publish.escape import visible
from sozialraum.publish.grammar import legend_order, legend_words
from sozialraum.publish.graphics.colours import ink
from sozialraum.publish.headline.headline_numbers import headline_of
from sozialraum.publish.larger_areas import levels_data
from sozialraum.publish.layer_facts import layer_facts, layer_lines, layer_sentences
from sozialraum.publish.layers import layer_views
from sozialraum.publish.map_layers import make_views
from sozialraum.publish.monitoring.offers import offers_data, offers_of
from sozialraum.publish.page.city_data import interval_of, people_of, reach_of, tabs_of
from sozialraum.publish.page.map_data import (
    Shapes,
    encode_areas,
    encode_lines,
    encode_located,
    label_points,
    simplify_areas,
)
from sozialraum.publish.page.spreads import spreads_of
from sozialraum.publish.periods import break_place, names_of
from sozialraum.publish.published_numbers import (
    Figure,
    burden_bars,
    index_digits,
    indicator_figures,
    shown_contributions,
)
from sozialraum.publish.view import Stripes, View
from sozialraum.publish.wording import mark_of
from sozialraum.texts import catalogue, text
from sozialraum.texts.periods import day_label

LOCALES = {"de": "de-DE", "en": "en-GB"}
MAX_MARKED_POINTS = 60


def page_data(
    release: Release, *, lang: str = "de", shapes: Shapes | None = None
) -> dict[str, Any]:
    """Return everything the page shows, as plain values for JSON."""
    words = catalogue("publish", lang)
    digits, letters = index_digits(release), headline_of(release).letters
    shapes = shapes or simplify_areas(release.areas)
    views = [*make_views(release, lang), *layer_views(release, lang)]
    return {
        "lang": lang,
        "locale": LOCALES[lang],
        "texts": words["page"],
        "keys": [visible(key) for key in release.areas.index],
        "names": [visible(name) for name in release.areas["name"]],
        "letters": [letters.get(key, "") for key in release.areas.index],
        "spots": label_points(release.areas),
        "shapes": encode_areas(shapes.geometry),
        "index": {"digits": digits, "partDigits": digits + 1, **_bars(release, digits + 1)},
        "indicators": _indicators(release, lang),
        **_editions(release, digits, lang),
        "views": [_view(view, release, lang) for view in views],
        "tabs": tabs_of(views, lang),
        "highIsBurden": release.facts.orientation != "participation",
        "interval": interval_of(release),
        "people": people_of(release),
        "reach": reach_of(release, lang),
        "outlines": _outlines(release),
        "points": _points(release),
        "streets": _streets(release),
        **offers_data(release, lang),
        **levels_data(release),
        "facts": layer_facts(release, lang),
        "extras": layer_lines(release, lang),
        "words": [[visible(s) for s in release.words.get(key, ())] for key in release.areas.index]
        if release.words
        else [],
        **_sentences(release, lang),
    }


def _sentences(release: Release, lang: str) -> dict[str, Any]:
    """Return the sentences about areas, each once, and per area the place of its own."""
    told = [" ".join(sentences) for sentences in layer_sentences(release, lang)]
    different = list(dict.fromkeys(told))
    place = {one: nr for nr, one in enumerate(different)}
    return {"sentences": different, "said": [place[one] for one in told]}


def _bars(release: Release, digits: int) -> dict[str, Any]:
    least, longest = burden_bars(release, digits=digits)
    unit = 10.0**digits
    return {"least": whole(least.fillna(0), unit), "longest": max(1, round(longest * unit))}


def _indicators(release: Release, lang: str) -> list[dict[str, Any]]:
    figures = indicator_figures(release)
    return [
        {
            "id": i.id,
            "label": visible(i.label),
            "direction": i.direction,
            "unit": figures[i.id].unit,
            "digits": figures[i.id].digits,
            **_break(release, i),
        }
        for i in release.indicators
    ]


def _break(release: Release, indicator: Indicator) -> dict[str, int]:
    """Return the place of the first edition of a new definition; nothing where there is none."""
    place = break_place(indicator, [e.stichtag for e in release.editions])
    return {} if place is None else {"newFrom": place}


def _editions(release: Release, digits: int, lang: str) -> dict[str, Any]:
    """Return the editions and, where values may be off, how far in words, each wording once."""
    figures, spans = indicator_figures(release), release.facts.spans
    names = names_of(release, lang)
    editions = [
        _edition(release, edition, digits, figures)
        | {"shown": day_label(edition.stichtag, spans, lang), "period": name}
        for edition, name in zip(release.editions, names, strict=True)
    ]
    words, places = spreads_of(release, figures, lang)
    if not words:
        return {"editions": editions}
    told = zip(editions, places, strict=True)
    return {"spreads": words, "editions": [one | {"spread": at} for one, at in told]}


def _edition(
    release: Release, edition: Edition, digits: int, figures: Mapping[str, Figure]
) -> dict[str, Any]:
    parts = shown_contributions(edition, digits=digits + 1)
    uncounted = release.details.get("uncounted", ())
    ids = [i.id for i in release.indicators]
    return {
        "stichtag": edition.stichtag,
        "index": whole(edition.table["index"], 10**digits),
        "rank": whole(edition.table["rank"], 1),
        "values": [whole(edition.values[i], _unit(figures[i])) for i in ids],
        "signs": [
            _signs(edition.values[i], edition.signs[i], uncounted=i in uncounted) for i in ids
        ],
        "city": whole(edition.city.reindex(ids) * [_unit(figures[i]) for i in ids], 1),
        "parts": [
            whole(parts[c], 10 ** (digits + 1)) if c in parts else [None] * len(parts)
            for c in [*ids, "rest"]
        ],
    }


def whole(values: pd.Series, unit: float) -> list[int | None]:
    """Return values as whole numbers of `unit`; None where there is none.

    Examples
    --------
    >>> whole(pd.Series([0.25, float("nan")]), 100)
    [25, None]
    """
    scaled = np.round(
        pd.to_numeric(values, errors="coerce").to_numpy(dtype=float, na_value=np.nan) * unit
    )
    known = np.isfinite(scaled)
    found = np.where(known, scaled, 0).astype(np.int64).astype(object)
    return np.where(known, found, None).tolist()


def _unit(figure: Figure) -> float:
    return float(figure.factor * 10**figure.digits)


def _signs(values: pd.Series, status: pd.Series, *, uncounted: bool) -> str:
    marks = {one: mark_of(str(one), uncounted=uncounted) for one in status.unique()}
    known = values.notna().to_numpy()
    return "".join(np.where(known, "o", status.astype(object).map(marks).to_numpy(object)))


def _view(view: View, release: Release, lang: str) -> dict[str, Any]:
    words = catalogue("publish", lang)
    return {
        "id": view.id,
        "group": words["groups"][view.group],
        "label": visible(view.label),
        "codes": view.codes,
        "classes": [visible(c) for c in view.classes],
        "numbers": view.numbers(release),
        "limits": [limit * view.figure.factor for limit in view.limits],
        "right": view.right,
        "colours": view.colours,
        "inks": [ink(c) for c in view.colours],
        "digits": view.figure.digits,
        "unit": view.figure.unit,
        "note": words["page"][view.note] if view.note else "",
        "order": list(legend_order(view)),
        "said": visible(legend_words(view, lang)),
        "days": view.days,
        "shown": [day_label(day, release.facts.spans, lang) for day in view.days],
        "stripes": _over(view.stripes),
        "dots": _over(view.dots),
    }


def _over(mark: Stripes | None) -> dict[str, str] | None:
    """Return what lies over the colours: its label, and "1" for each area that has it."""
    if mark is None:
        return None
    areas = "".join("01"[one] for one in mark.areas)
    return {"label": visible(mark.label), "areas": areas}


def _outlines(release: Release) -> list[dict[str, Any]]:
    return [
        {
            "label": visible(label),
            "names": [visible(n) for n in layer["name"]],
            "lines": encode_lines(layer.geometry.to_crs(4326)),
            "spots": [spot[:2] for spot in label_points(layer)],
            "on": False,
        }
        for label, layer in release.outlines.items()
    ]


def _points(release: Release) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    listed = (offers_of(release) or {}).get("label")
    for label, layer in release.points.items():
        spots = encode_located(layer, release.areas)
        found.append(
            {
                "label": visible(label),
                "points": spots,
                "on": not found and len(spots) <= MAX_MARKED_POINTS,
                **({"listed": True} if label == listed else {}),
            }
        )
    return found


def _streets(release: Release) -> list[list[Any]]:
    """Return each street and the places of its areas."""
    place = {key: i for i, key in enumerate(release.areas.index)}
    found = (
        [visible(street), *(place[key] for key in keys if key in place)]
        for street, keys in sorted(release.streets.items())
    )
    return [one for one in found if len(one) > 1]


def subtitle(release: Release, lang: str, *, day: str = "") -> str:
    """Return place, number of areas and Stichtag, or another `day`, in one line."""
    return text(
        "publish.head.subtitle",
        lang,
        place=release.facts.place,
        n=len(release.areas),
        area_word=release.facts.areas_called,
        date=day_label(day or release.facts.stichtag, release.facts.spans, lang),
    )
