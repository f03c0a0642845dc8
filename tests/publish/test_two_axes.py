"""Berlin's monitoring as a showpiece: twelve classes on one map, whole names, changes that part."""

import re
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from index import mss
from publish.test_grammar import is_orange, lightness
from shared_data import shared

import sozialraum
from sozialraum.publish.axes import attention
from sozialraum.publish.grammar import legend_words
from sozialraum.publish.graphics.colours import palette
from sozialraum.publish.graphics.drawing import draw_map, legend_rows, make_canvas
from sozialraum.publish.layer_facts import layer_facts
from sozialraum.publish.layers import layer_views
from sozialraum.publish.map_layers import make_views, value_view
from sozialraum.publish.papers.profile_data import profile_data
from sozialraum.publish.papers.sheet_data import map_sheet
from sozialraum.publish.published_numbers import Figure
from sozialraum.publish.tables.table_columns import flat_table
from sozialraum.sources.delivering.area_names import cut_names

ROOT = Path(__file__).parents[2]
EDITIONS = ("2013", "2015", "2017")


@cache
def berlin(edition):
    build = ROOT / "config" / f"berlin_mss_{edition}.toml"
    return sozialraum.build(build, data=shared("data")).release


def published(edition):
    """The published groups: "4-", "2+/-", …; areas left out are missing."""
    table = mss.published_classes(edition)
    status = table["status_index"].astype(str)
    return (status + table["dynamic_index"].astype(str)).where(status != "0")


@pytest.mark.shared
@pytest.mark.parametrize("edition", EDITIONS)
def test_one_map_shows_each_of_the_twelve_published_classes(edition):
    release, wanted = berlin(edition), published(edition)
    view = make_views(release)[0]
    seen = {}
    for key, code, falls, rises in zip(
        release.areas.index, view.codes[-1], view.stripes.areas, view.dots.areas, strict=True
    ):
        assert not (falls and rises)
        sign = "-" if falls else "+" if rises else "+/-"
        seen[key] = None if code in "skmun" else f"{int(code) + 1}{sign}"
    expected = wanted.reindex(release.areas.index)
    assert seen == expected.astype(object).where(expected.notna(), None).to_dict()
    assert legend_words(view) == (
        "Dunkel = sehr niedrig (mehr Belastung), hell = hoch (weniger Belastung); "
        "orange gestreift = Dynamik negativ, violett gepunktet = Dynamik positiv."
    )
    rows = {code: n for code, _, n in legend_rows(view, release)}
    assert rows["z"] == int(wanted.str.fullmatch(r"\d-").sum())
    assert rows["y"] == int(wanted.str.fullmatch(r"\d\+").sum())
    assert sum(n for code, n in rows.items() if code not in "zy") == len(release.areas)


@pytest.mark.shared
@pytest.mark.parametrize("edition", EDITIONS)
def test_every_map_of_berlin_speaks_the_grammar_of_the_others(edition):
    release = berlin(edition)
    days = {e.stichtag for e in release.editions}
    for view in [*make_views(release), *layer_views(release)]:
        words = legend_words(view)
        assert words.count(" = ") >= 2 and words.endswith("."), view.id
        assert len(view.days) == len(view.codes) and set(view.days) <= days
        rows = legend_rows(view, release)
        assert sum(n for code, _, n in rows if code not in "zy") == len(release.areas), view.id
        painted = [view.colours[int(code, 16)] for code, _, _ in rows if code not in "skmunzy"]
        orange = [c for c in painted if is_orange(c)]
        if view.kind == "change":
            assert painted[0] in orange and painted[-1] not in orange, view.id
        else:
            light = [lightness(c) for c in painted]
            assert orange == [] and light == sorted(light), view.id
    # the status that the city publishes as the lowest one is the darkest
    view, status = make_views(release)[0], published(edition).reindex(release.areas.index)
    shown = {}
    for value, code in zip(status.str[0], view.codes[-1], strict=True):
        if code not in "skmun":
            shown.setdefault(value, set()).add(lightness(view.colours[int(code, 16)]))
    assert all(len(one) == 1 for one in shown.values())
    order = [shown[value].pop() for value in "4321"]
    assert order == sorted(order) and len(set(order)) == 4


@pytest.mark.shared
@pytest.mark.parametrize("edition", EDITIONS)
def test_attention_goes_to_the_worst_status_and_to_a_low_one_that_falls(edition):
    release, wanted = berlin(edition), published(edition).reindex(berlin(edition).areas.index)
    needed = pd.Series(attention(release), release.areas.index)
    by_rule = wanted.str.startswith("4").eq(True) | wanted.eq("3-")
    assert needed.to_dict() == by_rule.to_dict()
    view = next(v for v in layer_views(release) if v.id == "attention")
    assert view.codes[0].count("1") == int(by_rule.sum())


@pytest.mark.shared
def test_the_dynamics_stand_in_profile_and_table_and_on_a_map_of_their_own():
    release, wanted = berlin("2017"), published("2017")
    worst = wanted.index[wanted == "4-"][0]
    facts = {f["label"]: f["values"] for f in layer_facts(release)}
    place = list(release.areas.index).index(worst)
    assert re.fullmatch(r"negativ \(\+\d,\d\d\)", facts["Dynamik"][place])
    assert facts["Status und Dynamik"][place] == "4-"
    assert facts["Besonderer Aufmerksamkeitsbedarf"][place] == "ja"
    said = str(profile_data(release, [worst])["profiles"][0])
    assert "Dynamik" in said and facts["Dynamik"][place] in said
    table = flat_table(release).set_index("key")
    assert table.at[worst, "dynamics_class_label"] == "negativ"
    view = next(v for v in make_views(release) if v.id == "dynamics")
    assert (view.label, view.kind, view.classes) == (
        "Dynamik", "change", ("positiv", "stabil", "negativ"),
    )  # fmt: skip
    assert view.colours[-1] == palette("orange_purple", 3, midpoint="stabil")[0]
    assert legend_words(view) == (
        "Orange = negativ (mehr Belastung), violett = positiv (weniger Belastung)."
    )


@pytest.mark.shared
def test_bezirke_are_drawn_over_the_map_and_no_name_is_cut():
    release = berlin("2017")
    [outlines] = release.outlines.values()
    assert len(outlines) == 12
    view = make_views(release)[0]
    assert draw_map(make_canvas(release), view, release).count("stroke-dasharray") == 1
    assert len(make_canvas(release).lines) == 12
    assert cut_names(release.areas["name"]) == []
    assert release.areas.at["01011101", "name"] == "Stülerstraße"
    sheet = map_sheet(release, view, accent="#0c4a8d", logo=None)
    assert "gepunktet: Dynamik positiv" in [row["words"] for row in sheet["legend"]]


@pytest.mark.shared
def test_every_change_in_points_parts_at_zero():
    release = berlin("2017")
    views = {v.id: v for v in make_views(release)}
    for indicator in release.indicators:
        view = views[indicator.id]
        assert (view.kind == "change") == (indicator.unit == "points"), indicator.id
        if view.kind == "change":
            assert view.limits == tuple(-x for x in reversed(view.limits))
            values = release.current.values[indicator.id]
            orange = view.codes[0].count("4") + view.codes[0].count("3")
            shown = np.floor(values * 10 + 0.5 + 1e-9) / 10
            assert orange == int((shown >= view.limits[2] - 1e-9).sum())


def test_a_change_is_cut_alike_on_both_sides_of_zero_and_orange_is_worse():
    """By hand: sizes 1 2 3 4 5 tenths; a fifth lies at 2 (0.2 · 4 = 0.8 → 1.8), most at 3.4."""
    values = pd.Series([-0.5, -0.2, 0.1, 0.3, 0.4])
    status = pd.Series(["ok"] * 5)
    options = {"id": "x", "group": "indicators", "label": "x", "figure": Figure(1, 1, "points")}
    view = value_view([values], [status], change="burden", **options)
    assert view.limits == (-0.3, -0.2, 0.2, 0.3)
    assert view.codes == ("02244",)
    orange, violet = view.colours[-1], view.colours[0]
    resource = value_view([values], [status], change="resource", **options)
    assert (resource.colours[0], resource.colours[-1]) == (orange, violet)
    assert legend_words(view) == (
        "Orange = gestiegen (mehr Belastung), violett = gesunken (weniger Belastung)."
    )
    assert legend_words(resource) == (
        "Orange = gesunken (mehr Belastung), violett = gestiegen (weniger Belastung)."
    )
    nothing = value_view([values * 0], [status], change="burden", **options)
    assert nothing.codes == ("22222",)


def test_a_change_without_any_value_has_no_class():
    values, status = pd.Series([np.nan]), pd.Series(["missing"])
    options = {"id": "x", "group": "indicators", "label": "x", "figure": Figure(1, 1, "points")}
    assert value_view([values], [status], change="burden", **options).codes == ("m",)


def test_names_that_lost_their_beginning_are_seen_and_small_words_are_none():
    whole = ["am Markt", "Alte Str.", "Ost", "Buch", "von-Stein-Siedlung", "an der Alster", "12 b"]
    assert cut_names([*whole, "kiez", "dorfer Str.", "Str.", "platz"]) == [
        "kiez", "dorfer Str.", "Str.", "platz",
    ]  # fmt: skip
