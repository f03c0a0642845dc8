"""What profiles and tables say of each released layer: label, text and sorting number per area."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from sozialraum.model import Release
from sozialraum.model.release import RATES
from sozialraum.publish.axes import axis_facts
from sozialraum.publish.escape import visible
from sozialraum.publish.published_numbers import index_digits
from sozialraum.texts import catalogue, signed


def rank_interval(release: Release) -> pd.DataFrame:
    """Return ``rank_low`` and ``rank_high``; empty where the release holds no certainty."""
    layer = release.layers.get("certainty")
    if layer is None or not {"rank_low", "rank_high"} <= set(layer.columns):
        return pd.DataFrame(columns=["rank_low", "rank_high"], dtype=float)
    return layer[["rank_low", "rank_high"]].astype(float)


def layer_facts(release: Release, lang: str = "de") -> list[dict[str, Any]]:
    """Return what the profile says of each layer: label, text and sorting number per area."""
    interval, digits = rank_interval(release), index_digits(release)
    called = release.facts.called
    areas = release.areas.index
    told = facts_of(release.layers, interval, areas, digits=digits, called=called, lang=lang)
    return [*axis_facts(release, lang), *told]


def rate_layers(layers: Iterable[str]) -> list[str]:
    """Return the layers of rates: participations first, then transitions, each in their order.

    Examples
    --------
    >>> rate_layers(["transitions", "join", "participation", "participation.ferien"])
    ['participation', 'participation.ferien', 'transitions']
    """
    names = list(layers)
    return [name for kind in RATES for name in names if name.partition(".")[0] == kind]


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
    return str(words[f"{name.partition('.')[0]}_of"].format(label=visible(called[name])))


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
    if "rank_mid" in layers.get("certainty", ()):
        middle = numbers_of(layers["certainty"], "rank_mid", areas)
        texts = ["" if np.isnan(n) else str(int(n)) for n in middle]
        facts.append(_fact(words["rank_mid"], texts, middle))
    if "class_probability" in layers.get("certainty", ()):
        sure = numbers_of(layers["certainty"], "class_probability", areas)
        facts.append(_fact(words["class_probability"], [_of_hundred(words, v) for v in sure], sure))
    for name in rate_layers(layers):
        rate = numbers_of(layers[name], "rate", areas)
        label = rate_label(name, called, lang)
        facts.append(_fact(label, _rate_texts(layers[name], areas, lang), rate))
    if "type" in layers.get("types", ()):
        place = numbers_of(layers["types"], "type", areas)
        facts.append(_fact(words["type"], _type_texts(layers["types"], areas, words), place))
    if "change" in layers:
        change = numbers_of(layers["change"], "change", areas)
        shown = _changes(layers["change"].reindex(areas), words, digits, lang)
        facts.append(_fact(words["change"], shown, change))
    if "split_share" in layers.get("join", ()):
        split = numbers_of(layers["join"], "split_share", areas)
        facts.append(_fact(words["split_share"], [_split(words, v, lang) for v in split], split))
    if "split_classes" in layers.get("join", ()):
        shown = layers["join"]["split_classes"].reindex(areas)
        texts = [c if isinstance(c, str) else "" for c in shown]
        facts.append(_fact(words["split_classes"], texts, _first_number(texts)))
    return facts


def _type_texts(layer: pd.DataFrame, areas: pd.Index, words: dict[str, Any]) -> list[str]:
    """Return the type of each area and, where it is measured, how firmly it belongs to it."""
    labels = [visible(t) if isinstance(t, str) else "" for t in layer["label"].reindex(areas)]
    if "kept" not in layer:
        return labels
    kept = numbers_of(layer, "kept", areas)
    return [
        words["type_kept"].format(label=t, n=round(100 * share)) if t and share >= 0 else t
        for t, share in zip(labels, kept, strict=True)
    ]


def _changes(layer: pd.DataFrame, words: dict[str, Any], digits: int, lang: str) -> list[str]:
    """Return each change with its sign and, where the build knows it, whether it is chance."""
    shown = [_signed(v, digits, lang) for v in layer["change"].astype(float)]
    if "distinct" in layer:
        same, word = layer["distinct"].eq(False), words["change_indistinct"]
        return [f"{t} ({word})" if t and s else t for t, s in zip(shown, same, strict=True)]
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
        for v in numbers_of(release.layers["join"], "split_share", areas)
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


def numbers_of(layer: pd.DataFrame, column: str, areas: pd.Index) -> pd.Series:
    """Return a column as numbers, in the order of `areas`."""
    return layer[column].reindex(areas).astype(float)


def _fact(label: str, texts: list[str], order: pd.Series) -> dict[str, Any]:
    known = [None if np.isnan(v) else float(v) for v in order.to_numpy(dtype=float)]
    return {"label": label, "values": texts, "order": known}


def _between(words: dict[str, Any], low: float, high: float) -> str:
    if np.isnan(low) or np.isnan(high):
        return ""
    return words["between"].format(low=int(low), high=int(high))


def _rate_texts(layer: pd.DataFrame, areas: pd.Index, lang: str) -> list[str]:
    words = catalogue("publish", lang)["layers"]
    texts = [_share(v, lang) for v in numbers_of(layer, "rate", areas)]
    if not {"rate_low", "rate_high"} <= set(layer.columns):
        return texts
    ends = zip(*(numbers_of(layer, f"rate_{end}", areas) for end in ("low", "high")), strict=True)
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
