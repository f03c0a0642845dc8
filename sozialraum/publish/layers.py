"""Released layers as the map, the profiles and the tables show them.

================ ============================================================== ===================
layer            columns (index = area key, current edition)                    shown as
================ ============================================================== ===================
``certainty``    ``rank_low``, ``rank_high``, ``rank_mid`` (1 = highest         view, profile
                 burden, as in the table), ``class_probability`` (0..1); may
                 hold more
``participation`` ``rate`` (0..1); may hold ``rate_low``, ``rate_high``,        view, two-way view,
                 ``status``                                                     profile
``change``       ``change`` (index now minus then); may hold ``sure`` (bool:    view, two-way view,
                 more than noise)                                               profile
``transitions``  ``rate`` (0..1, share of children with the outcome)             view, profile
``transitions.ID`` as above, of a further ``[[transitions]]``; likewise        view, profile
                 ``participation.ID``
``types``        ``type`` (1 = lowest burden), ``label``; may hold ``kept``     view, profile
                 (0..1: share of redrawn sets of areas in which it keeps it)
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

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sozialraum.model.deciding import ranks, steps
from sozialraum.publish.axes import attention
from sozialraum.publish.grammar import level_colours, strong_is_low
from sozialraum.publish.graphics.colours import palette
from sozialraum.publish.layer_facts import numbers_of, rate_label, rate_layers
from sozialraum.publish.map_layers import UNKNOWN, codes, index_view, value_view
from sozialraum.publish.periods import names_of
from sozialraum.publish.published_numbers import Figure
from sozialraum.publish.view import Ends, Stripes, View
from sozialraum.texts import catalogue, text

if TYPE_CHECKING:
    from sozialraum.model import Release

_SURE = (0.5, 0.8, 0.95)
_PERCENT = Figure(100, 0, "percent")
# lowest burden among its like first; the middle one is "no pattern"
CLUSTERS = ("LL", "LH", "none", "HL", "HH")


def layer_views(release: Release, lang: str = "de") -> list[View]:
    """Return the views of every layer the map understands."""
    found = []
    if "certainty" in release.layers:
        found.append(_certainty_view(release, lang))
    found += [_rate_view(release, name, lang) for name in rate_layers(release.layers)]
    if "change" in release.layers:
        found.append(_change_view(release, lang))
    striped = {
        "status_participation": less_reached(release),
        "status_change": worse(release),
    }
    found += [
        _two_way(release, areas, name, lang) for name, areas in striped.items() if areas is not None
    ]
    if "types" in release.layers:
        found.append(_types_view(release, lang))
    if "clusters" in release.layers:
        found.append(_clusters_view(release, lang))
    if "measures" in release.layers:
        found.append(_measures_view(release, lang))
    if (needed := attention(release)) is not None:
        found.append(_attention_view(release, needed, lang))
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


def city_rate(release: Release, name: str) -> float:
    """Return the rate of the whole city, 0..1; NaN where the build does not tell it."""
    return float(release.details.get("city_rates", {}).get(name, np.nan))


def less_reached(release: Release) -> np.ndarray | None:
    """Return where an offer surely reaches fewer than in the whole city; None if nobody knows.

    Surely: even the upper end of the interval lies below the rate of the city.
    """
    city = city_rate(release, "participation")
    layer = release.layers.get("participation")
    if layer is None or np.isnan(city) or "rate_high" not in layer:
        return None
    return numbers_of(layer, "rate_high", release.areas.index).lt(city).to_numpy()


def change_direction(release: Release) -> np.ndarray:
    """Return 0 where the index sank, 1 where it did not change distinctly, 2 where it rose."""
    layer = release.layers["change"].reindex(release.areas.index)
    change = layer["change"].astype(float).to_numpy()
    sure = layer["sure"].eq(True).to_numpy() if "sure" in layer else change != 0
    if "distinct" in layer:
        sure = sure & layer["distinct"].eq(True).fillna(False).to_numpy(bool)
    direction = np.where(sure, np.sign(np.nan_to_num(change)), 0).astype(int) + 1
    return np.where(np.isnan(change), -1, direction)


def worse(release: Release) -> np.ndarray | None:
    """Return where burden grew, as far as it is known by more than chance; None without change."""
    if "change" not in release.layers:
        return None
    return change_direction(release) == (0 if _turned(release) else 2)


def _turned(release: Release) -> bool:
    """Whether a low index is the burdened end."""
    return release.facts.orientation == "participation"


def _knows_chance(release: Release) -> bool:
    """Whether the build says which changes are more than chance."""
    return "sure" in release.layers["change"]


def _status(release: Release, layer: str) -> pd.Series:
    frame = release.layers[layer].reindex(release.areas.index)
    if "status" in frame:
        return frame["status"].astype(object).where(frame["status"].notna(), "missing")
    return release.current.table["status"]


def _ends(name: str, lang: str) -> Ends:
    strong, weak = (text(f"publish.grammar.{name}_{end}", lang) for end in ("strong", "weak"))
    return Ends(strong=strong, weak=weak)


def _of_today(
    release: Release, place: np.ndarray, *, id: str, words: str, lang: str, **more: Any
) -> View:
    """Return a view of the newest Stichtag alone."""
    return View(
        id=id,
        group=id,
        label=catalogue("publish", lang)["layers"][words],
        codes=(codes(place, release.current.table["status"]),),
        days=(release.current.stichtag,),
        note=f"note_{id}",
        **{"ends": _ends(id, lang)} | more,
    )


def _certainty_view(release: Release, lang: str) -> View:
    sure = numbers_of(release.layers["certainty"], "class_probability", release.areas.index)
    return _of_today(
        release,
        steps(sure.to_numpy(), _SURE),
        id="certainty",
        words="certainty",
        lang=lang,
        kind="certainty",
        classes=tuple(catalogue("publish", lang)["layers"]["certainty_classes"]),
        limits=_SURE,
        colours=palette("greys", len(_SURE) + 1),
        figure=_PERCENT,
    )


def _rate_view(release: Release, name: str, lang: str) -> View:
    strong_low = strong_is_low(release.facts, high_is_burden=False)
    kind = name.partition(".")[0]
    ends = _ends(kind, lang)
    return value_view(
        [numbers_of(release.layers[name], "rate", release.areas.index)],
        [_status(release, name)],
        id=name,
        group=kind,
        label=rate_label(name, release.facts.called, lang),
        figure=_PERCENT,
        ends=ends if strong_low else ends.turned(),
        days=(release.current.stichtag,),
        strong_low=strong_low,
    )


def _change_view(release: Release, lang: str) -> View:
    """Return what became of the index: orange is worse, whatever the index measures."""
    known = _knows_chance(release)
    words = catalogue("publish", lang)["layers"]
    within = not known and "distinct" in release.layers["change"]
    kind = "windows" if within else "classes" if known else "plain"
    classes = tuple(words[f"change_{kind}"])
    colours = palette("orange_purple", 3, midpoint=classes[1])
    view = _of_today(
        release,
        change_direction(release),
        id="change",
        words="change_view",
        lang=lang,
        kind="change",
        classes=classes,
        colours=colours if _turned(release) else colours[::-1],
        strong_first=_turned(release),
    )
    label = words["change_since"].format(since=since(release, lang)) if since(release) else ""
    note = {"classes": "note_change"}.get(kind, f"note_change_{kind}")
    return replace(view, label=label or view.label, note=note)


def since(release: Release, lang: str = "de") -> str:
    """Return what the Stichtag before the newest is called; empty where there is none."""
    return (names_of(release, lang)[-2:-1] or [""])[0]


def _two_way(release: Release, striped: np.ndarray, name: str, lang: str) -> View:
    """Return the index of today, striped where the second question has a bad answer, too."""
    words = catalogue("publish", lang)["layers"][name]
    plain = name == "status_change" and not _knows_chance(release)
    label = words["stripes_plain" if plain else "stripes"].format(since=since(release, lang))
    index = index_view(release, "index", release.breaks["index"], lang)
    known = [code not in UNKNOWN for code in index.codes[-1]]
    areas = tuple(bool(one) for one in striped & np.array(known))
    return replace(
        index,
        id=name,
        group="two_way",
        label=words["label"],
        codes=index.codes[-1:],
        days=index.days[-1:],
        signs=tuple(index.numbers(release)),
        stripes=Stripes(label=label, areas=areas),
        note=f"note_{name}",
    )


def _types_view(release: Release, lang: str) -> View:
    """Return the types of areas; they are numbered by burden, so dark is more to do."""
    labels = tuple(release.details["learnt"]["index.typology"]["labels"])
    number = numbers_of(release.layers["types"], "type", release.areas.index)
    strong_low = strong_is_low(release.facts, high_is_burden=True)
    ends = _ends("types", lang)
    return _of_today(
        release,
        (number.fillna(0) - 1).to_numpy().astype(int),
        id="types",
        words="types",
        lang=lang,
        classes=labels,
        colours=level_colours(len(labels), strong_low=strong_low),
        ends=ends.turned() if strong_low else ends,
        strong_first=strong_low,
        signs=tuple(str(n) for n in range(1, len(labels) + 1)),
    )


def _clusters_view(release: Release, lang: str) -> View:
    names = catalogue("publish", lang)["layers"]["clusters_classes"]
    order = {name: place for place, name in enumerate(CLUSTERS)}
    cluster = release.layers["clusters"]["cluster"].reindex(release.areas.index)
    middle = names[CLUSTERS.index("none")]
    return _of_today(
        release,
        np.array([order.get(str(name), -1) for name in cluster]),
        id="clusters",
        words="clusters",
        lang=lang,
        kind="change",
        classes=tuple(names),
        colours=palette("orange_purple", len(CLUSTERS), midpoint=middle)[::-1],
    )


def _measures_view(release: Release, lang: str) -> View:
    label = release.layers["measures"]["label"].reindex(release.areas.index)
    return _of_today(
        release,
        np.array([1 if isinstance(t, str) and t else 0 for t in label]),
        id="measures",
        words="measures",
        lang=lang,
        classes=tuple(catalogue("publish", lang)["layers"]["measures_classes"]),
        colours=palette("blues", 2),
        signs=("", "+"),
    )


def _attention_view(release: Release, needed: np.ndarray, lang: str) -> View:
    words = catalogue("publish", lang)["layers"]["two_axes"]
    view = _of_today(
        release,
        np.where(release.current.table["class"].isna(), -1, needed.astype(int)),
        id="attention",
        words="two_axes",
        lang=lang,
        classes=tuple(words["attention_classes"]),
        colours=palette("blues", 2),
        signs=("", "!"),
    )
    return replace(view, label=words["attention"], note="")
