"""Released layers as the map, the profiles and the tables show them.

================ ============================================================== ===================
layer            columns (index = area key, current edition)                    shown as
================ ============================================================== ===================
``certainty``    ``rank_low``, ``rank_high`` (1 = highest burden, as in the view, profile
                 table), ``class_probability`` (0..1); may hold more
``participation`` ``rate`` (0..1); may hold ``rate_low``, ``rate_high``,        view, two-way view,
                 ``status``                                                     profile
``change``       ``change`` (index now minus then); may hold ``sure`` (bool:    view, two-way view,
                 more than noise)                                               profile
``transitions``  ``rate`` (0..1, share of children with the outcome)             view, profile
``clusters``     ``cluster``: "HH" (burden among burden), "LL", "HL", "LH",     view
                 "none"; anything else has no class
``measures``     ``label`` (what is proposed here; may be empty)                view, profile
``districts``    ``district`` (name of the Stadtteil)                           profile
``join``         ``split_share`` (0..1: share of the area's persons that come   profile
                 from delivered areas which had to be divided);
                 may hold ``split_classes`` ("2–3": the classes that other ways
                 of dividing give)
================ ============================================================== ===================

Any other layer is written to the tables and not shown on the map.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from sozialraum.model import Release
from sozialraum.model.deciding import ranks, steps
from sozialraum.publish.escape import visible
from sozialraum.publish.graphics.colours import TWO_WAY, palette
from sozialraum.publish.map_layers import View, codes, value_view
from sozialraum.publish.published_numbers import Figure, index_digits
from sozialraum.texts import catalogue, signed

_SURE = (0.5, 0.8, 0.95)
_PERCENT = Figure(100, 0, "percent")
# lowest burden among its like first; the middle one is "no pattern"
CLUSTERS = ("LL", "LH", "none", "HL", "HH")
RATES = ("participation", "transitions")


def layer_views(release: Release, lang: str = "de") -> list[View]:
    """Return the views of every layer the map understands."""
    found = []
    if "certainty" in release.layers:
        found.append(_certainty_view(release, lang))
    for name in RATES:
        if name in release.layers:
            found.append(_rate_view(release, name, lang))
    if "change" in release.layers:
        found.append(_change_view(release, lang))
    if "participation" in release.layers:
        thirds_of_rate = thirds(_column(release, "participation", "rate"))
        found.append(_two_way(release, thirds_of_rate, "status_participation", lang))
    if "change" in release.layers:
        found.append(_two_way(release, change_direction(release), "status_change", lang))
    if "clusters" in release.layers:
        found.append(_clusters_view(release, lang))
    if "measures" in release.layers:
        found.append(_measures_view(release, lang))
    return found


def rank_interval(release: Release) -> pd.DataFrame:
    """Return ``rank_low`` and ``rank_high``; empty where the release holds no certainty."""
    layer = release.layers.get("certainty")
    if layer is None or not {"rank_low", "rank_high"} <= set(layer.columns):
        return pd.DataFrame(columns=["rank_low", "rank_high"], dtype=float)
    return layer[["rank_low", "rank_high"]].astype(float)


def burden(release: Release) -> pd.Series:
    """Return the published index so that a higher number is a higher burden."""
    index = release.current.table["index"].astype(float)
    return -index if release.facts.orientation == "participation" else index


def thirds(values: pd.Series) -> np.ndarray:
    """Return 0, 1 or 2 for the lowest, middle and highest third of the known values; -1 for none.

    Examples
    --------
    >>> thirds(pd.Series([1, 2, 3, 4, 5, 6, None])).tolist()
    [0, 0, 1, 1, 2, 2, -1]
    """
    place = ranks(values, ascending=True, ties="average").to_numpy() / max(values.count(), 1)
    third = np.minimum(np.floor(np.nan_to_num(place) * 3 - 1e-9), 2)
    return np.where(np.isnan(place), -1, third).astype(int)


def change_direction(release: Release) -> np.ndarray:
    """Return 0 where the index sank, 1 where it did not change for sure, 2 where it rose."""
    layer = release.layers["change"].reindex(release.areas.index)
    change = layer["change"].astype(float).to_numpy()
    sure = layer["sure"].eq(True).to_numpy() if "sure" in layer else change != 0
    direction = np.where(sure, np.sign(np.nan_to_num(change)), 0).astype(int) + 1
    return np.where(np.isnan(change), -1, direction)


def _knows_chance(release: Release) -> bool:
    """Whether the build says which changes are more than chance."""
    return "sure" in release.layers["change"]


def layer_facts(release: Release, lang: str = "de") -> list[dict[str, Any]]:
    """Return what the profile says of each layer: label, text and sorting number per area."""
    interval, digits = rank_interval(release), index_digits(release)
    called = release.facts.called
    areas = release.areas.index
    return facts_of(release.layers, interval, areas, digits=digits, called=called, lang=lang)


def rate_label(name: str, called: Mapping[str, str], lang: str = "de") -> str:
    """Return what a layer of rates is about, in the words of the city where it has some.

    Examples
    --------
    >>> rate_label("participation", {"participation": "Ferienprogramm 2024"})
    'Beteiligung: Ferienprogramm 2024'
    """
    words = catalogue("publish", lang)["layers"]
    if name not in called:
        return str(words[name])
    return str(words[f"{name}_of"].format(label=visible(called[name])))


def facts_of(
    layers: Mapping[str, pd.DataFrame],
    interval: pd.DataFrame,
    areas: pd.Index,
    *,
    digits: int,
    called: Mapping[str, str],
    lang: str = "de",
) -> list[dict[str, Any]]:
    """Return what is said of each layer, in the order of `areas`.

    Parameters
    ----------
    layers : as in a release
    interval : as of `rank_interval`
    areas : keys
    digits : decimals of the index
    called : what the city calls the layers of rates
    """
    words = catalogue("publish", lang)["layers"]
    facts, interval = [], interval.reindex(areas)
    if interval["rank_low"].notna().any():
        texts = [_between(words, a, b) for a, b in interval.itertuples(index=False)]
        facts.append(_fact(words["rank_interval"], texts, interval["rank_low"]))
    if "class_probability" in layers.get("certainty", ()):
        sure = _numbers(layers["certainty"], "class_probability", areas)
        facts.append(_fact(words["class_probability"], [_of_hundred(words, v) for v in sure], sure))
    for name in RATES:
        if name in layers:
            rate = _numbers(layers[name], "rate", areas)
            label = rate_label(name, called, lang)
            facts.append(_fact(label, _rate_texts(layers[name], areas, lang), rate))
    if "change" in layers:
        change = _numbers(layers["change"], "change", areas)
        shown = _changes(layers["change"].reindex(areas), words, digits, lang)
        facts.append(_fact(words["change"], shown, change))
    if "split_share" in layers.get("join", ()):
        split = _numbers(layers["join"], "split_share", areas)
        facts.append(_fact(words["split_share"], [_split(words, v, lang) for v in split], split))
    if "split_classes" in layers.get("join", ()):
        shown = layers["join"]["split_classes"].reindex(areas)
        texts = [c if isinstance(c, str) else "" for c in shown]
        facts.append(_fact(words["split_classes"], texts, _first_number(texts)))
    return facts


def _changes(layer: pd.DataFrame, words: dict[str, Any], digits: int, lang: str) -> list[str]:
    """Return each change with its sign and, where the build knows it, whether it is chance."""
    shown = [_signed(v, digits, lang) for v in layer["change"].astype(float)]
    if "sure" not in layer:
        return shown
    notes = [
        words["change_sure" if s is True or s == 1 else "change_chance"] for s in layer["sure"]
    ]
    return [f"{text} ({why})" if text else "" for text, why in zip(shown, notes, strict=True)]


def layer_sentences(release: Release, lang: str = "de") -> list[list[str]]:
    """Return per area how much of it is estimated by dividing delivered areas."""
    words, areas = catalogue("publish", lang)["layers"], release.areas.index
    if "split_share" not in release.layers.get("join", ()):
        return [[] for _ in areas]
    found = [
        [words["split_sentence"].format(share=_share(v, lang))] if v > 0 else []
        for v in _numbers(release.layers["join"], "split_share", areas)
    ]
    if "split_classes" not in release.layers["join"]:
        return found
    for stated, classes in zip(
        found, release.layers["join"]["split_classes"].reindex(areas), strict=True
    ):
        if stated and isinstance(classes, str) and classes:
            several = "–" in classes
            stated.append(words["split_open" if several else "split_firm"].format(classes=classes))
    return found


def layer_lines(release: Release, lang: str = "de") -> list[dict[str, Any]]:
    """Return sentences of the profile per area: the district, and what is proposed here."""
    words = catalogue("publish", lang)["layers"]
    found = []
    for name, column in (("districts", "district"), ("measures", "label")):
        if name in release.layers:
            texts = release.layers[name][column].reindex(release.areas.index)
            lines = [[visible(t)] if isinstance(t, str) and t else [] for t in texts]
            found.append({"label": words[name], "lines": lines})
    return found


def _column(release: Release, layer: str, column: str) -> pd.Series:
    return _numbers(release.layers[layer], column, release.areas.index)


def _numbers(layer: pd.DataFrame, column: str, areas: pd.Index) -> pd.Series:
    return layer[column].reindex(areas).astype(float)


def _status(release: Release, layer: str) -> pd.Series:
    frame = release.layers[layer].reindex(release.areas.index)
    if "status" in frame:
        return frame["status"].astype(object).where(frame["status"].notna(), "missing")
    return release.current.table["status"]


def _certainty_view(release: Release, lang: str) -> View:
    words = catalogue("publish", lang)["layers"]
    sure = _column(release, "certainty", "class_probability").to_numpy()
    place = steps(sure, _SURE)
    return View(
        id="certainty",
        group="certainty",
        label=words["certainty"],
        codes=(codes(place, release.current.table["status"]),),
        classes=tuple(words["certainty_classes"]),
        limits=_SURE,
        colours=palette("blues", len(_SURE) + 1),
        figure=_PERCENT,
        note="note_certainty",
    )


def _rate_view(release: Release, name: str, lang: str) -> View:
    return value_view(
        [_column(release, name, "rate")],
        [_status(release, name)],
        id=name,
        group=name,
        label=rate_label(name, release.facts.called, lang),
        figure=_PERCENT,
    )


def _change_view(release: Release, lang: str) -> View:
    known = _knows_chance(release)
    classes = catalogue("publish", lang)["layers"]["change_classes" if known else "change_plain"]
    return View(
        id="change",
        group="change",
        label=catalogue("publish", lang)["layers"]["change_view"],
        codes=(codes(change_direction(release), release.current.table["status"]),),
        classes=tuple(classes),
        colours=palette("orange_purple", 3, midpoint=classes[1]),
        note="note_change" if known else "note_change_plain",
    )


def _two_way(release: Release, across: np.ndarray, name: str, lang: str) -> View:
    """Cross thirds of burden (upwards) with three classes of something else (to the right)."""
    words = catalogue("publish", lang)["layers"][name]
    known = name != "status_change" or _knows_chance(release)
    columns = words["columns" if known else "columns_plain"]
    up = thirds(burden(release))
    place = np.where((up < 0) | (across < 0), -1, up * 3 + across)
    labels = [f"{row}, {column}" for row in words["rows"] for column in columns]
    return View(
        id=name,
        group="two_way",
        label=words["label"],
        codes=(codes(place, release.current.table["status"]),),
        classes=tuple(labels),
        colours=TWO_WAY,
        note=f"note_{name}",
        axes=(tuple(words["rows"]), tuple(columns)),
    )


def _clusters_view(release: Release, lang: str) -> View:
    words = catalogue("publish", lang)["layers"]
    names = words["clusters_classes"]
    order = {name: place for place, name in enumerate(CLUSTERS)}
    cluster = release.layers["clusters"]["cluster"].reindex(release.areas.index)
    place = np.array([order.get(str(name), -1) for name in cluster])
    return View(
        id="clusters",
        group="clusters",
        label=words["clusters"],
        codes=(codes(place, release.current.table["status"]),),
        classes=tuple(names),
        colours=palette("orange_purple", len(CLUSTERS), midpoint=names[CLUSTERS.index("none")]),
        note="note_clusters",
    )


def _measures_view(release: Release, lang: str) -> View:
    words = catalogue("publish", lang)["layers"]
    label = release.layers["measures"]["label"].reindex(release.areas.index)
    place = np.array([1 if isinstance(t, str) and t else 0 for t in label])
    return View(
        id="measures",
        group="measures",
        label=words["measures"],
        codes=(codes(place, release.current.table["status"]),),
        classes=tuple(words["measures_classes"]),
        colours=palette("blues", 2),
        note="note_measures",
        signs=("", "+"),
    )


def _fact(label: str, texts: list[str], order: pd.Series) -> dict[str, Any]:
    known = [None if np.isnan(v) else float(v) for v in order.to_numpy(dtype=float)]
    return {"label": label, "values": texts, "order": known}


def _between(words: dict[str, Any], low: float, high: float) -> str:
    if np.isnan(low) or np.isnan(high):
        return ""
    return words["between"].format(low=int(low), high=int(high))


def _rate_texts(layer: pd.DataFrame, areas: pd.Index, lang: str) -> list[str]:
    words = catalogue("publish", lang)["layers"]
    texts = [_share(v, lang) for v in _numbers(layer, "rate", areas)]
    if not {"rate_low", "rate_high"} <= set(layer.columns):
        return texts
    ends = zip(*(_numbers(layer, f"rate_{end}", areas) for end in ("low", "high")), strict=True)
    return [
        _with_interval(words, t, _share(a, lang), _share(b, lang))
        for t, (a, b) in zip(texts, ends, strict=True)
    ]


def _with_interval(words: dict[str, Any], text: str, low: str, high: str) -> str:
    return f"{text} {words['rate_between'].format(low=low, high=high)}" if text and low else text


def _first_number(texts: list[str]) -> pd.Series:
    return pd.Series([float(t.split("–")[0]) if t else np.nan for t in texts])


def _of_hundred(words: dict[str, Any], value: float) -> str:
    return "" if np.isnan(value) else words["of_hundred"].format(n=round(value * 100))


def _split(words: dict[str, Any], value: float, lang: str) -> str:
    return words["split_none"] if value == 0 else _share(value, lang)


def _share(value: float, lang: str) -> str:
    return "" if np.isnan(value) else f"{round(value * 100)}" + ("\u00a0%" if lang == "de" else "%")


def _signed(value: float, digits: int, lang: str) -> str:
    if np.isnan(value):
        return ""
    text = signed(value, digits)
    return text if lang == "de" else text.replace(",", ".")
