"""How far the values of a page may be off: every different wording once, and where each belongs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from sozialraum.model import Edition, Release
from sozialraum.publish.published_numbers import Figure
from sozialraum.publish.wording import half_steps, spread_words


def spreads_of(
    release: Release, figures: Mapping[str, Figure], lang: str = "de"
) -> tuple[list[str], list[list[list[int]]]]:
    """Return the wordings of a release, the most frequent first, and the place of each value's.

    Parameters
    ----------
    release : its editions
    figures : per indicator how it is shown
    lang : "de" or "en"

    Returns
    -------
    The wordings; and per edition, indicator and area the place of its own. Both empty where every
    value is exact.
    """
    found = [
        [_texts(edition, i.id, figures[i.id], lang) for i in release.indicators]
        for edition in release.editions
    ]
    counted = Counter(t for edition in found for texts, of in edition for t in texts[of])
    if not any(counted):
        return [], []
    words = sorted(counted, key=lambda one: (-counted[one], one))
    place = {word: nr for nr, word in enumerate(words)}
    return words, [
        [np.array([place[t] for t in texts], dtype=int)[of].tolist() for texts, of in edition]
        for edition in found
    ]


def _texts(
    edition: Edition, indicator: str, figure: Figure, lang: str
) -> tuple[np.ndarray, np.ndarray]:
    """Return the different wordings of a column, and per area the place of its own.

    Areas of which `spread_words` would say the same are worded once.
    """
    areas = edition.values.index
    alike = pd.DataFrame(_alike(edition, indicator, figure), index=areas)
    if not len(alike.columns):
        return np.array([""], dtype=object), np.zeros(len(areas), dtype=int)
    of = alike.groupby(list(alike.columns), dropna=False, sort=False).ngroup().to_numpy()
    first = np.unique(of, return_index=True)[1]
    texts = [spread_words(edition, key, indicator, figure, lang) for key in areas[first]]
    return np.array(texts, dtype=object), of


def _alike(edition: Edition, indicator: str, figure: Figure) -> dict[str, Any]:
    """Return what `spread_words` says of a column, as numbers that are alike where it is alike."""
    told: dict[str, Any] = {}
    if edition.estimated is not None and edition.origin is not None:
        told["estimated"] = edition.estimated[indicator].to_numpy(float)
        told["origin"] = edition.origin[indicator].astype(object).to_numpy()
    if edition.half_width is None or edition.low is None or edition.high is None:
        return told
    low, high = (e[indicator].to_numpy(float) for e in (edition.low, edition.high))
    counted = (high > low) & (low <= 1)
    half = half_steps(edition.half_width[indicator].to_numpy(float), figure)
    told["half"] = np.where(counted, -1.0, half)
    told["low"] = np.where(counted, np.ceil(np.maximum(low, 0)), 0.0)
    told["high"] = np.where(counted, np.floor(high), 0.0)
    if edition.persons is not None:
        told["persons"] = np.where(counted, edition.persons[indicator].to_numpy(float), 0.0)
    if edition.few is not None:
        told["few"] = edition.few[indicator].to_numpy(bool)
    return told
