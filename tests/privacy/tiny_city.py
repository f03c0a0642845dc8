"""Eight areas and three indicators, small enough to check on paper."""

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely.geometry import box

from sozialraum.model import Breaks, Facts, Indicator, Scale
from sozialraum.privacy.edition import Candidate
from sozialraum.privacy.publishable import publishable_breaks, publishable_scale
from sozialraum.privacy.rules import DisclosureRules

KEYS = pd.Index([f"{n:02d}" for n in range(1, 9)], name="key")
INDICATORS = tuple(
    Indicator(
        id=i, label=label, numerator=f"{i}_n", denominator="kinder", direction="burden", dimension=d
    )
    for i, label, d in (
        ("armut", "Kinder in Armut", "wirtschaft"),
        ("allein", "Kinder Alleinerziehender", "familie"),
        ("hilfe", "Hilfen zur Erziehung", "familie"),
    )
)
BASE = np.array([200, 350, 120, 80, 500, 25, 8, 300], float)
CASES = {
    "armut": [40, 100, 30, 12, 60, 7, 2, 90],
    "allein": [30, 80, 25, 20, 90, 6, 3, 60],
    "hilfe": [3, 20, 9, 0, 25, 1, 1, 15],  # 3 of 200 children: too few to be told
}
FACTS = Facts(
    title="Bildungsteilhabeindex",
    place="Musterstadt",
    area_word="Sprengel",
    stichtag="2024-12-31",
    orientation="deprivation",
    direction="5 = hohe Belastung",
    method="Mittel der Min-Max-Werte",
)


def areas():
    return gpd.GeoDataFrame(
        {"name": [f"Gebiet {k}" for k in KEYS], "kinder": BASE},
        geometry=[box(i, 0, i + 1, 1) for i in range(len(KEYS))],
        index=KEYS,
        crs="EPSG:25833",
    )


def counts():
    base = pd.DataFrame({i.id: BASE for i in INDICATORS}, index=KEYS)
    value = pd.DataFrame(CASES, index=KEYS) / base
    status = pd.DataFrame("ok", index=KEYS, columns=value.columns)
    return value, base, status


def standardise(value, scale):
    return pd.DataFrame(
        {i: (value[i] - p["low"]) / (p["high"] - p["low"]) for i, p in scale.params.items()}
    )


def build(rules=None):
    """Return candidate, scale and breaks of an index as the pipeline computes it."""
    rules = rules or DisclosureRules()
    value, base, status = counts()
    params = {i: {"low": float(value[i].min()), "high": float(value[i].max())} for i in value}
    fitted = Scale("minmax", tuple(value), (1, 1, 1), params)
    scale = publishable_scale(fitted, value, base, rules, indicators=INDICATORS)
    index = standardise(value, scale).mean(axis=1)
    breaks = publishable_breaks(
        Breaks(
            "equal", (0.35001, 0.600001), labels=("gering", "mittel", "hoch"), numbers=(1, 2, 3)
        ),
        rules,
    )
    table = pd.DataFrame({"index": index, "class": np.digitize(index, breaks.inner) + 1})
    candidate = Candidate(
        stichtag="2024-12-31",
        table=table,
        value=value,
        base=base,
        status=status,
        contribute=lambda shown: standardise(shown, scale) / 3,
    )
    return candidate, scale, breaks


def protected(rules=None, **changes):
    from sozialraum.privacy.gate import protect

    rules = rules or DisclosureRules()
    candidate, scale, breaks = build(rules)
    given = {
        "facts": FACTS,
        "areas": areas(),
        "indicators": INDICATORS,
        "scales": {"index": scale},
        "breaks": {"index": breaks},
        "rules": rules,
    }
    return protect(changes.pop("candidates", candidate), **{**given, **changes})
