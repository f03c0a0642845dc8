"""Leaflet, escaping, colours, figures: the small parts every page is made of."""

import dataclasses
import json

import numpy as np
import pandas as pd
import pytest
from publish.sample import HOSTILE, sample_release

from sozialraum.model.errors import DataError
from sozialraum.publish.escape import cell, markdown, markup, script_json
from sozialraum.publish.graphics.colours import BLUES, GREYS, ORANGE_PURPLE, palette
from sozialraum.publish.page.folium_maps.leaflet import checked, leaflet_script, leaflet_style
from sozialraum.publish.published_numbers import decimals, indicator_figures, shown_contributions


def test_a_leaflet_with_one_changed_byte_is_refused():
    with pytest.raises(DataError, match="Leaflet"):
        checked(leaflet_script().encode() + b" ")


def test_leaflet_as_it_is_shipped_names_no_other_file():
    assert "sourceMappingURL" not in leaflet_script()
    assert "url(images" not in leaflet_style()
    assert leaflet_style().count("data:image/png;base64,") == 3


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text_everywhere(text):
    assert "<" not in markup(text)
    assert "<" not in script_json({"x": text})
    assert json.loads(script_json({"x": text})) == {"x": text}
    assert "<script" not in markdown(text)
    assert not cell(text).startswith(("=", "+", "@"))


def test_json_refuses_a_number_that_is_none():
    with pytest.raises(ValueError, match="JSON"):
        script_json(float("nan"))


KINDS = (None, "deuteranomaly", "protanomaly", "tritanomaly")


def smallest_difference(colours):
    """CAM02-UCS distance of the two most alike colours, over four kinds of sight."""
    from colorspacious import cspace_convert, deltaE

    rgb = np.array([[int(c[i : i + 2], 16) / 255 for i in (1, 3, 5)] for c in colours])
    found = []
    for kind in KINDS:
        space = {"name": "sRGB1+CVD", "cvd_type": kind, "severity": 100}
        seen = rgb if kind is None else np.clip(cspace_convert(rgb, space, "sRGB1"), 0, 1)
        pairs = [(a, b) for a in range(len(rgb)) for b in range(a)]
        found += [float(deltaE(seen[a], seen[b], input_space="sRGB1")) for a, b in pairs]
    return min(found)


@pytest.mark.parametrize(
    "colours",
    [p for k, p in {**BLUES}.items() if k > 1] + [*GREYS.values(), *ORANGE_PURPLE.values()],
    ids=len,
)
def test_any_two_classes_can_be_told_apart_by_all_four_kinds_of_sight(colours):
    assert smallest_difference(colours) >= 9


def test_the_measure_would_catch_a_traffic_light():
    assert smallest_difference(["#d7191c", "#fdae61", "#ffffbf", "#a6d96a", "#1a9641"]) < 9


@pytest.mark.parametrize("name", ["RdYlGn", "ampel", "red-green"])
def test_red_green_is_refused_by_name(name):
    with pytest.raises(ValueError, match="red-green"):
        palette(name, 5)


def test_a_diverging_palette_needs_a_named_midpoint():
    with pytest.raises(ValueError, match="midpoint"):
        palette("orange_purple", 5)
    assert palette("orange_purple", 5, midpoint="unverändert")[2] == "#f7f7f7"


def test_numbers_show_the_digits_they_were_published_with():
    assert decimals([0.5, 0.25, np.nan]) == 2
    assert decimals([np.nan]) == 0
    assert decimals([1 / 3]) == 4


def test_a_share_is_not_shown_finer_than_it_may_usually_be_off():
    release = sample_release()
    usual = 100 * release.current.half_width["armut"].loc[lambda s: s > 0].median()
    assert 0.1 < usual <= 1  # some tenths of a per cent: the first decimal means something
    figure = indicator_figures(release)["armut"]
    assert (figure.factor, figure.digits, figure.unit) == (100, 1, "percent")
    [edition] = release.editions
    wider = dataclasses.replace(edition, half_width=edition.half_width * 10)  # some per cent
    assert indicator_figures(dataclasses.replace(release, editions=(wider,)))["armut"].digits == 0


def test_shown_contributions_add_up_to_the_shown_index_exactly():
    edition = sample_release(60, 6).current
    shown = shown_contributions(edition, digits=3)
    whole = (shown * 1000).round().sum(axis=1)
    known = edition.table["index"].notna()
    assert (whole[known] == (edition.table["index"][known] * 1000).round()).all()
    assert shown[~known].isna().all().all()


def test_rounding_moves_no_contribution_by_more_than_half_a_unit():
    edition = sample_release().current
    shown = shown_contributions(edition, digits=3).drop(columns="rest")
    off = (shown - edition.contributions[shown.columns]).abs()
    assert off.max().max() <= 0.0005 + 1e-12


def test_an_index_without_values_has_no_contributions():
    edition = sample_release().current
    nobody = edition.table.index[-1]
    assert pd.isna(shown_contributions(edition, digits=3).loc[nobody]).all()
