"""One grammar of meaning on every output: strong colour, orange, sentence, date and legend."""

import colorsys
import itertools
import re
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
from publish.sample import sample_release
from shared_data import shared

import sozialraum
from sozialraum.model import Breaks
from sozialraum.publish.grammar import index_ends, legend_words
from sozialraum.publish.graphics.colours import CONTOUR, STRIPE, rgb
from sozialraum.publish.graphics.drawing import draw_map, legend_rows, make_canvas
from sozialraum.publish.graphics.ranking import draw_ranking, shared_place
from sozialraum.publish.headline.headline_numbers import headline_of
from sozialraum.publish.layers import burden, layer_views
from sozialraum.publish.map_layers import UNKNOWN, make_views
from sozialraum.publish.page.map_page import map_html
from sozialraum.publish.page.page_data import page_data
from sozialraum.publish.papers.profile_data import profile_data
from sozialraum.publish.papers.report_data import report_data
from sozialraum.publish.papers.sheet_data import map_sheet
from sozialraum.publish.published_numbers import index_digits, indicator_figures
from sozialraum.publish.tables.qgis_style import qml

ROOT = Path(__file__).parents[2]
ASSETS = ROOT / "sozialraum" / "publish" / "assets"
STRONG_IS_HIGH = "strong = participation"


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """Build an example city with few draws; each once."""
    made = {}

    def build(name):
        if name not in made:
            text = (ROOT / "config" / f"{name}.toml").read_text(encoding="utf-8")
            text = re.sub(r"(?m)^draws += \d+", "draws = 100", text)
            shapes = (ROOT / "shapes").as_posix()
            copy = tmp_path_factory.mktemp(name) / f"{name}.toml"
            copy.write_text(text.replace('"../shapes', f'"{shapes}'), encoding="utf-8")
            data = shared("data") if name.startswith("berlin") else None
            made[name] = sozialraum.build(copy, data=data).release
        return made[name]

    return build


@pytest.fixture(
    params=[
        "deprivation",
        "participation",
        STRONG_IS_HIGH,
        "musterstadt",
        "musterstadt_hagen",
        pytest.param("berlin_einschulung", marks=pytest.mark.shared),
    ]
)
def release(request, built):
    if request.param.startswith(("musterstadt", "berlin")):
        return built(request.param)
    if request.param == STRONG_IS_HIGH:
        turned = sample_release(orientation="participation", years=2, layers=True)
        return replace(turned, facts=replace(turned.facts, strong="participation"))
    return sample_release(orientation=request.param, years=2, layers=True)


def lightness(colour):
    """CIELAB L* of a colour, 0 (black) to 100 (white)."""
    linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in
              (c / 255 for c in rgb(colour))]  # fmt: skip
    y = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return 116 * np.cbrt(y) - 16 if y > 216 / 24389 else y * 24389 / 27


def is_orange(colour):
    """Whether a colour is of the hue of orange, and no grey or brown-black."""
    hue, light, strength = colorsys.rgb_to_hls(*(c / 255 for c in rgb(colour)))
    return 14 <= hue * 360 <= 42 and strength > 0.45 and 0.2 < light < 0.8


def fills_of(svg):
    """Return the fill of each area of a drawing, in order."""
    root = ElementTree.fromstring(svg)
    group = next(g for g in root.iter("{http://www.w3.org/2000/svg}g") if g.get("fill-rule"))
    return [path.get("fill") for path in group]


def ends_of(release):
    """Return where the areas of the most and of the least burdened published class stand."""
    order = burden(release).to_numpy(float)
    classes = release.current.table["class"].to_numpy(float, na_value=np.nan)
    known = np.isfinite(order) & np.isfinite(classes)
    worst = classes == classes[known][np.argmax(order[known])]
    best = classes == classes[known][np.argmin(order[known])]
    return worst, best


def darker(release, colours):
    """Whether the most burdened class is painted darker than the least burdened one."""
    worst, best = ends_of(release)
    colours = np.array(colours, dtype=object)
    one, other = ([lightness(c) for c in colours[place]] for place in (worst, best))
    return np.mean(one) < np.mean(other)


def test_the_most_burdened_areas_are_the_darkest_on_page_paper_and_in_qgis(release):
    view = make_views(release)[0]
    wanted = release.facts.strong == "burden"
    drawn = fills_of(draw_map(make_canvas(release), view, release))
    page = page_data(release)["views"][0]
    painted = [None if c in UNKNOWN else page["colours"][int(c, 16)] for c in page["codes"][-1]]
    root = ElementTree.fromstring(
        qml(view, release).split("'http://mrcc.com/qgis.dtd' 'SYSTEM'>")[1]
    )
    symbols = {s.get("name"): s.find(".//Option[@name='color']").get("value")
               for s in root.iter("symbol")}  # fmt: skip
    styled = {}
    for rule in root.iter("rule"):
        if found := re.fullmatch(r'"class" = (-?\d+)', rule.get("filter")):
            red, green, blue, _ = symbols[rule.get("symbol")].split(",")
            styled[int(found[1])] = f"#{int(red):02x}{int(green):02x}{int(blue):02x}"
    in_qgis = [None if pd.isna(n) else styled[int(n)] for n in release.current.table["class"]]
    assert [darker(release, fills) for fills in (drawn, painted, in_qgis)] == [wanted] * 3


def test_few_reached_and_high_poverty_are_dark_and_a_resource_is_dark_where_it_lacks(release):
    if release.facts.strong != "burden":
        pytest.skip("this town paints high values dark")
    views = {v.id: v for v in [*make_views(release), *layer_views(release)]}
    for indicator in release.indicators:
        light = [lightness(c) for c in views[indicator.id].colours]
        assert light == sorted(light, reverse=indicator.direction == "burden"), indicator.id
    if "participation" in views:
        light = [lightness(c) for c in views["participation"].colours]
        assert light == sorted(light)


def test_orange_is_worse_and_violet_better_whatever_the_index_measures(release):
    view = {v.id: v for v in layer_views(release)}.get("change")
    if view is None:
        pytest.skip("one Stichtag only")
    worse = 0 if release.facts.orientation == "participation" else 2
    assert is_orange(view.colours[worse])
    assert [is_orange(c) for c in view.colours].count(True) == 1


def test_no_level_and_no_certainty_is_painted_orange(release):
    for view in [*make_views(release), *layer_views(release)]:
        if view.kind != "change":
            assert not any(is_orange(c) for c in view.colours), view.id
        svg = draw_map(make_canvas(release), view, release)
        used = {c for c in re.findall(r"#[0-9a-f]{6}", svg) if is_orange(c)}
        allowed = {STRIPE, CONTOUR} | (set(view.colours) if view.kind == "change" else set())
        assert used <= allowed, view.id


def test_the_page_and_the_papers_know_no_other_orange():
    named = {"#c2500a", "#f08a24"}
    assert named == {CONTOUR, STRIPE}
    sheets = ("karte.*", "*.typ", "gemeinsam.css", "abschnitte.css", "muster.html", "karte/*.js")
    for path in [found for sheet in sheets for found in ASSETS.glob(sheet)]:
        found = set(re.findall(r"#[0-9a-f]{6}\b", path.read_text(encoding="utf-8").lower()))
        written = {"#7a3a00"}  # words in the corner of a chart: the ink of the same orange, darker
        assert {c for c in found if is_orange(c)} <= named | written, path.name
    for orange in ("#b35806", "#f1a340", "#e66101"):
        assert is_orange(orange)


def test_every_map_says_once_which_end_is_which_and_nobody_else_does(release):
    views = [*make_views(release), *layer_views(release)]
    said = {v["id"]: v["said"] for v in page_data(release)["views"]}
    for view in views:
        words = legend_words(view)
        assert words.count(" = ") >= 2 and words.endswith("."), view.id
        sheet = map_sheet(release, view, accent="#0c4a8d", logo=None)
        assert (sheet["direction"], said[view.id]) == (words, words)
        assert "Dunkel" not in sheet["note"] and "dunkel" not in sheet["note"].lower()
    report = report_data(release)
    assert report["direction"] == legend_words(views[0])
    for small in report["multiples"]:
        view = next(v for v in views if v.label == small["label"] and v.group == "indicators")
        assert small["direction"] == legend_words(view)


def test_the_sentence_names_the_end_that_is_painted_dark(release):
    view = make_views(release)[0]
    light = [lightness(c) for c in view.colours]
    dark = view.classes[int(np.argmin(light))]
    assert legend_words(view).startswith(f"Dunkel = {dark}")


def test_a_class_named_without_a_noun_is_said_with_its_direction():
    facts = sample_release().facts
    status = Breaks("quantile", (0.0,), False, ("hoch", "sehr niedrig"), ())
    assert index_ends(status, facts).strong == "sehr niedrig (mehr Belastung)"
    named = Breaks("quantile", (0.0,), False, ("geringe Belastung", "hohe Belastung"), ())
    assert index_ends(named, facts).strong == "hohe Belastung"
    tenths = replace(named, labels=("am wenigsten belastet", "am stärksten belastet"))
    assert index_ends(tenths, facts).strong == "am stärksten belastet"


def test_the_day_of_a_view_is_one_it_holds(release):
    days = [e.stichtag for e in release.editions]
    for view in [*make_views(release), *layer_views(release)]:
        assert len(view.days) == len(view.codes) and set(view.days) <= set(days)
        sheet = map_sheet(release, view, accent="#0c4a8d", logo=None)
        year, month, date = view.days[-1].split("-")
        assert f"{date}.{month}.{year}" in sheet["subtitle"]


def test_a_legend_counts_every_area_once_and_lists_the_strong_end_first(release):
    for view in [*make_views(release), *layer_views(release)]:
        rows = legend_rows(view, release)
        striped = [n for code, _, n in rows if code == "z"]
        over = sum(n for code, _, n in rows if code in "zy")
        assert sum(n for _, _, n in rows) - over == len(release.areas), view.id
        assert striped == ([sum(view.stripes.areas)] if view.stripes else [])
        if view.kind == "level" and view.group != "measures":
            light = [
                lightness(view.colours[int(c, 16)]) for c, _, _ in rows if c not in UNKNOWN + "z"
            ]
            assert light == sorted(light), view.id


def test_the_dot_of_a_rank_stands_inside_its_own_interval(release):
    """Published tie on 4, simulated 5 to 5: the dot may not stand at 4."""
    rank = pd.Series([4, 4, 1], index=list("abc"))
    assert shared_place(rank, "a", pd.Series([5, 5])) == 5
    assert shared_place(rank, "a", pd.Series([1, 9])) == 4.5
    for row in report_data(release)["rows"]:
        start, length = row["bar"]
        if row["dot"] is not None and length is not None:
            assert start - 0.01 <= row["dot"] <= start + length + 0.02, row["name"]
    root = ElementTree.fromstring(draw_ranking(release, rows=len(release.areas)))
    kinds = [(e.tag.split("}")[1], e) for e in root.iter() if e.get("fill") == "#0a3a77"
             or e.get("stroke") == "#4e99cb"]  # fmt: skip
    for (kind, bar), (_, dot) in itertools.pairwise(kinds):
        if kind == "path":
            low, high = (float(x) for x in re.match(r"M(\S+) \S+H(\S+)", bar.get("d")).groups())
            assert low - 0.1 <= float(dot.get("cx")) <= high + 0.1


def test_the_most_burdened_area_has_the_longest_bars(release):
    """The bars told of what lifts an index of participation: the worst area had empty ones."""
    order = burden(release).dropna().sort_values()
    best, worst = order.index[0], order.index[-1]
    bars = {p["key"]: sum(r["bar"][1] for r in p["rows"] if r["bar"])
            for p in profile_data(release, [best, worst])["profiles"]}  # fmt: skip
    assert bars[worst] > bars[best] >= 0
    index = page_data(release)["index"]
    parts = np.array(page_data(release)["editions"][-1]["parts"][:-1], dtype=float)
    place = list(release.areas.index)
    on_page = np.abs(parts - np.array(index["least"])[:, None]) / index["longest"] * 100
    for key in (best, worst):
        assert np.nansum(on_page[:, place.index(key)]) == pytest.approx(bars[key], abs=0.05)


def test_every_letter_of_the_headline_stands_on_map_ranking_and_sheet(release):
    told = headline_of(release)
    assert told.sentences and told.letters
    view = make_views(release)[0]
    sheet = map_sheet(release, view, accent="#0c4a8d", logo=None)
    root = ElementTree.fromstring(sheet["map"])
    texts = [e for e in root.iter("{http://www.w3.org/2000/svg}text") if e.get("fill") == "#fff"]
    badges = {e.text for e in texts if e.get("font-weight") == "bold" and not e.text.isdigit()}
    outlines = [e for e in root.iter() if e.get("stroke") == CONTOUR and e.get("fill") == "none"]
    assert badges == set(told.letters.values())
    assert len(outlines) == len(told.letters)
    report = report_data(release)
    rows = {row["key"]: row["letter"] for row in report["rows"] if row["letter"]}
    assert rows == told.letters
    page = page_data(release)
    on_page = dict(zip(page["keys"], page["letters"], strict=True))
    assert {k: v for k, v in on_page.items() if v} == told.letters
    assert sheet["headline"] == report["headline"] == list(told.plain())
    assert told.sentences == headline_of(release).sentences


def test_the_example_city_says_its_known_answer(built):
    """Design: 5,300 of 21,600 children, 39 % against 22, reach 18 against 28, four areas, firm."""
    told = headline_of(built("musterstadt")).plain()
    assert told[0].startswith(
        "Käthe-Ährenfeld-Schule, Grundschule Sandäcker, Hüttenschule und Grundschule Brückenfeld "
        "sind am stärksten belastet: Dort leben rund 5.300 Kinder unter 15 Jahren, 25"
    )
    assert "39\u00a0% von ihnen" in told[1] and "(Stadt 22\u00a0%)" in told[1]
    assert "18 von 100 Kindern erreicht (Stadt 28)" in told[1]
    assert told[2].startswith("Dass diese vier vorn liegen, ist sicher")


@pytest.mark.browser
def test_a_chosen_class_is_never_paler_than_the_ground_around_it(visit, tmp_path):
    release = sample_release()
    (tmp_path / "karte.html").write_text(map_html(release), encoding="utf-8", newline="\n")
    with visit(tmp_path / "karte.html") as seen:
        seen.page.click("#klassen li:nth-child(5) button")  # the palest class
        fills = seen.page.evaluate(
            "[...document.querySelectorAll('#karte path.gebiet')]"
            ".map(p => [p.getAttribute('fill'), p.getAttribute('fill-opacity')])"
        )
        chosen = make_views(release)[0].colours[0]
        assert {opacity for _, opacity in fills} == {"1"}
        colours = {fill for fill, _ in fills}
        assert chosen in colours
        others = {c for c in colours if c.startswith("#")} - {chosen, "#1a1a1a"}
        assert others == {"#ffffff"} and lightness("#ffffff") > lightness(chosen)


@pytest.mark.browser
def test_a_year_a_view_does_not_hold_is_said_and_not_shown(visit, tmp_path):
    release = sample_release(years=2, layers=True)
    (tmp_path / "karte.html").write_text(map_html(release), encoding="utf-8", newline="\n")
    with visit(tmp_path / "karte.html", "#zeigt=participation&jahr=2023-12-31") as seen:
        assert seen.page.inner_text("#nur-von") == "nur für 31.12.2024 erhoben"
        assert "31.12.2024" in seen.page.inner_text("#legende-was")
        assert "2023" not in seen.page.inner_text("#legende")
        seen.page.select_option("#ansicht", "0")
        assert not seen.page.is_visible("#nur-von")
        assert "31.12.2023" in seen.page.inner_text("#legende-was")


def test_no_reader_sees_more_digits_than_mean_something(release):
    """A share has one decimal at most, an index two, whatever the file holds ("7,6313 %")."""
    many = release.current.values.astype(float) / 7  # seventeen digits
    edition = replace(release.current, values=many)
    for i, figure in indicator_figures(replace(release, editions=(edition,))).items():
        assert figure.digits <= (1 if figure.unit in ("percent", "points", "per_1000") else 2), i
    assert index_digits(release) <= 2
