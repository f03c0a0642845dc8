"""The Berlin tables as delivered, read once, with the meaning their columns really have."""

import pandas as pd
from shared_data import shared

from sozialraum.model import Indicator

# Table 3 is mislabelled: after the z values of the status indicators come sum, index and class of
# the
# status, then the z value of D1 (data/README.md, trap 1).
FOLDER = "data/berlin_mss"
_STEM = "berlin-monitoring-social-urban-development"
STATUS = ("s1", "s2", "s3", "s4")
DYNAMICS = ("d1", "d2", "d3", "d4")


def _read(edition, table):
    path = shared(f"{FOLDER}/{edition}/{_STEM}-{edition}-{table}.csv")
    return pd.read_csv(path, dtype={"id": str}).set_index("id").sort_index()


def shares(edition):
    frame = _read(edition, "00-2-1-planning-areas")
    frame.columns = ["inhabitants", *STATUS, *DYNAMICS]
    return frame


def published_z(edition):
    frame = _read(edition, "00-3-districts")
    frame.columns = ["inhabitants", *STATUS, "sum", "index", "class", "d1"]
    return frame


def published_classes(edition):
    return _read(edition, "00-1-planning-areas")


def indicators(ids=STATUS + DYNAMICS):
    return [
        Indicator(
            id=i,
            label=i,
            direction="burden",
            value=i,
            axis="status" if i[0] == "s" else "dynamics",
            unit="percent" if i[0] == "s" else "points",
        )
        for i in ids
    ]
