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

import numpy as np
import pandas as pd

from sozialraum.model import Release
from sozialraum.model.deciding import ranks, steps
from sozialraum.publish.graphics.colours import TWO_WAY, palette
from sozialraum.publish.layer_facts import RATES, _numbers, rate_label
from sozialraum.publish.map_layers import View, codes, value_view
from sozialraum.publish.published_numbers import Figure
from sozialraum.texts import catalogue

_SURE = (0.5, 0.8, 0.95)
_PERCENT = Figure(100, 0, "percent")
# lowest burden among its like first; the middle one is "no pattern"
CLUSTERS = ("LL", "LH", "none", "HL", "HH")


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


def _column(release: Release, layer: str, column: str) -> pd.Series:
    return _numbers(release.layers[layer], column, release.areas.index)


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
