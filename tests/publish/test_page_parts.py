"""Tabs, ranking, strips, trends and the pictures of the whole city: the numbers of the release."""

import re
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from publish.sample import sample_release
from shapely.affinity import translate

from sozialraum.publish.layers import layer_views
from sozialraum.publish.map_layers import make_views
from sozialraum.publish.page.city_data import interval_of, people_of, reach_of, tabs_of
from sozialraum.publish.page.map_page import write_map

AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]


def with_people(n=26, years=2):
    """A release that tells how many children live in each area; in one it does not."""
    release = sample_release(n, years=years, layers=True)
    count = pd.Series(np.arange(n) * 10.0 + 100, release.areas.index)
    count.iloc[2] = np.nan
    layers = {**release.layers, "people": pd.DataFrame({"count": count, "reach_count": count})}
    told = {**release.details, "people": {"label": "Kinder unter 15 Jahren"}}
    return replace(release, layers=layers, details=told)


@pytest.fixture(scope="module")
def page_of(tmp_path_factory):
    written = {}

    def write(n=26):
        if n not in written:
            written[n] = tmp_path_factory.mktemp("teile") / "karte.html"
            write_map(with_people(n), written[n])
        return written[n]

    return write


def test_a_tab_without_numbers_is_absent():
    def labels(release):
        return [t["label"] for t in tabs_of([*make_views(release), *layer_views(release)])]

    everything = ["Lage", "Beteiligung", "Beides", "Veränderung", "Sicherheit"]
    assert labels(with_people()) == everything
    assert labels(sample_release()) == ["Lage"]


def test_what_a_release_does_not_hold_is_none_and_no_zero():
    bare = sample_release()
    assert (interval_of(bare), people_of(bare), reach_of(bare)) == (None, None, None)
    assert people_of(with_people())["values"][2] is None
    nobody = list(bare.areas.index).index("09760026")
    assert interval_of(with_people())["low"][nobody] is None


def test_people_reach_and_intervals_are_those_of_the_layers():
    release = with_people()
    people, reach, ranks = people_of(release), reach_of(release), interval_of(release)
    for i, key in enumerate(release.areas.index):
        count = release.layers["people"]["count"][key]
        assert people["values"][i] == (None if np.isnan(count) else count)
        rate = release.layers["participation"]["rate"][key]
        shown = reach["values"][i]
        assert (shown is None) == np.isnan(rate) and (shown is None or abs(shown - rate) <= 5e-5)
        low = release.layers["certainty"]["rank_low"][key]
        assert ranks["low"][i] == (None if np.isnan(low) else low)
    assert reach["city"] == 0.3


pytestmark = pytest.mark.browser


def test_a_tab_shows_its_view_and_says_that_it_is_pressed(visit, page_of):
    with visit(page_of()) as seen:
        page = seen.page
        assert page.inner_text("#reiter [aria-pressed=true]") == "Lage"
        page.focus("#reiter button")
        for _ in range(3):
            page.keyboard.press("ArrowRight")
        page.keyboard.press("Enter")
        assert page.inner_text("#reiter [aria-pressed=true]") == "Veränderung"
        assert page.inner_text("#richtung").startswith("Orange = stärker belastet")
        page.select_option("#ansicht", "1")  # an indicator is none of the tabs
        assert page.locator("#reiter [aria-pressed=true]").count() == 0 and seen.console == []


def test_the_ranking_lists_every_ranked_area_with_people_and_a_dot_inside_its_interval(
    visit, page_of
):
    release = with_people()
    table = release.current.table
    with visit(page_of()) as seen:
        rows = seen.page.eval_on_selector_all(
            "#rang li button",
            """all => all.map(b => { const line = b.querySelector('.spanne').getBoundingClientRect(),
                 dot = b.querySelector('.punktmarke').getBoundingClientRect(), middle = dot.left + dot.width / 2;
               return [+b.dataset.area, b.querySelector('.wer').textContent, b.querySelector('.zahl').textContent,
                       middle >= line.left - 1 && middle <= line.right + 1, b.textContent]; })""",
        )
    keys = list(release.areas.index)
    assert len(rows) == int(table["rank"].notna().sum())
    ranks = [int(table["rank"].iloc[i]) for i, *_ in rows]
    assert ranks == sorted(ranks)
    for i, name, people, inside, heard in rows:
        count = release.layers["people"]["count"].iloc[i]
        assert name == release.areas["name"].iloc[i] and inside
        assert people == ("" if np.isnan(count) else f"{int(count)}")
        low, high = release.layers["certainty"].loc[keys[i], ["rank_low", "rank_high"]]
        assert f"Rang {int(low)} bis {int(high)} von {len(rows)}" in heard


def test_of_many_areas_the_worst_are_rows_and_all_of_them_one_band(visit, page_of):
    release = with_people(120)
    view = make_views(release)[0]
    with visit(page_of(120)) as seen:
        page = seen.page
        assert page.locator("#rang li").count() == 15
        drawn = page.eval_on_selector_all(
            ".band path", "all => all.map(p => [p.getAttribute('fill'), p.getAttribute('d')])"
        )
        found = {fill: sum(map(int, re.findall(r"h(\d+)v", d))) for fill, d in drawn}
        expected = {c: view.codes[-1].count(str(k)) for k, c in enumerate(view.colours)}
        assert found == {c: n for c, n in expected.items() if n}
        first = page.locator("#rang li .wer").first.inner_text()
        box = page.locator(".band svg").bounding_box()
        page.mouse.click(box["x"] + 1, box["y"] + 5)
        assert page.inner_text("#profil h2").split("\u00a0")[0].endswith(first) or first in (
            page.inner_text("#profil h2")
        )


def test_children_by_class_are_the_sums_of_what_is_published(visit, page_of):
    release = with_people()
    people, rate = release.layers["people"]["count"], release.layers["participation"]["rate"]
    by = pd.DataFrame({"c": release.current.table["class"], "n": people, "r": rate}).dropna()
    with visit(page_of()) as seen:
        cells = seen.page.locator(".klassenbalken tbody tr").all_inner_texts()
    told = {}
    for line in cells:
        name, n, reached = (part.strip() for part in line.split("\t"))
        if name[0].isdigit():
            told[int(name[0])] = (int(n.replace(".", "")), int(reached))
    for klass, rows in by.groupby("c"):
        weighted = float((rows["r"] * rows["n"]).sum() / rows["n"].sum())
        assert told[int(klass)] == (int(rows["n"].sum()), round(weighted * 100))


def test_a_dot_of_the_cloud_opens_its_area_and_the_letters_stand_in_it(visit, page_of):
    release = with_people()
    with visit(page_of()) as seen:
        page = seen.page
        both = release.current.table["index"].notna() & (
            release.layers["participation"]["rate"].notna()
        )
        assert page.locator(".wolkenpunkt").count() == int(both.sum())
        letters = set(page.locator("#kern .brief").all_inner_texts())
        assert set(page.locator(".wolkenbrief").all_text_contents()) == letters
        i = int(page.locator(".wolke [data-area]").last.get_attribute("data-area"))
        page.locator(".wolke [data-area] circle").last.dispatch_event("click")
        assert page.inner_text("#profil h2").find(release.areas["name"].iloc[i]) >= 0


def test_strips_put_more_burden_to_the_right_for_resources_too(visit, page_of):
    edition = with_people().current
    with visit(page_of(), "#gebiet=09760001&vergleich=09760002") as seen:
        found = seen.page.eval_on_selector_all(
            ".streifenbild",
            "all => all.map(s => [+s.querySelector('.hier').getAttribute('cx'), +s.querySelector('.vergleich').getAttribute('x') + 4.5])",
        )
    for (here, other), name in zip(found, edition.values.columns, strict=True):
        one, two = edition.values.loc[["09760001", "09760002"], name]
        more = (two > one) != (name == "kita")
        assert (other > here) == more or one == two


def test_a_trend_ends_with_the_published_value(visit, page_of):
    with visit(page_of(), "#gebiet=09760001") as seen:
        told = seen.page.locator(".verlaeufe figure").all_inner_texts()
        index = with_people().current.table.at["09760001", "index"]
        assert len(told) == 5 and f"→ {index:.2f}".replace(".", ",") in told[0]


@pytest.mark.parametrize("width", [1400, 1920, 400])
@pytest.mark.parametrize("fragment", ["", "#gebiet=09760001&vergleich=09760007", "#zeigt=change"])
def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(visit, page_of, fragment, width):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    with visit(page_of(), fragment, width=width) as seen:
        found = axe.run(seen.page, options={"runOnly": {"type": "tag", "values": AXE_RULES}})
        assert [(v["id"], v["nodes"][0]["html"][:120]) for v in found.response["violations"]] == []
        assert seen.page.evaluate("document.documentElement.scrollWidth") <= width
        assert seen.console == [] and len(seen.requests) == 1


def test_a_large_screen_holds_map_ranking_and_panel_side_by_side(visit, page_of):
    with visit(page_of(), "#gebiet=09760001", width=1920, height=1080) as seen:
        boxes = [seen.page.locator(s).bounding_box() for s in ("#karte", "#rang", "#profil")]
        lefts = [box["x"] for box in boxes]
        assert lefts == sorted(lefts) and boxes[1]["x"] >= boxes[0]["x"] + boxes[0]["width"] - 1
        assert boxes[2]["x"] > boxes[1]["x"] + 200


def test_the_first_screen_names_areas_children_and_certainty(visit, page_of):
    with visit(page_of(), height=800) as seen:
        words = re.sub(r"\s+", " ", seen.page.inner_text("body")).split()[:400]
        said = " ".join(words)
        assert "am stärksten belastet" in said and "Kinder unter 15 Jahren" in said
        assert "zu trennen" in said or "ist sicher" in said
        assert seen.page.locator("#kern").bounding_box()["y"] < 200


def test_in_forced_colours_what_is_pressed_and_what_is_chosen_stand_out(visit, page_of):
    with visit(page_of(), "#gebiet=09760001", forced_colors="active") as seen:
        colour = "e => getComputedStyle(e).backgroundColor"
        pressed, other = (
            seen.page.eval_on_selector(f"#reiter [aria-pressed={on}]", colour)
            for on in ("true", "false")
        )
        assert pressed != other
        fills = seen.page.eval_on_selector_all(
            ".gebiet", "all => all.map(p => getComputedStyle(p).fill)"
        )
        assert len(set(fills)) >= 5  # classes keep their colours


def test_an_area_far_away_is_drawn_in_a_corner_of_its_own_and_can_be_clicked(visit, tmp_path):
    release = with_people()
    areas = release.areas.copy()
    far = areas.geometry.iloc[1]
    left, _, right, _ = areas.total_bounds
    shapes = [*areas.geometry]
    shapes[1] = translate(far, 3 * (right - left), 0)
    areas = areas.set_geometry(gpd.GeoSeries(shapes, index=areas.index, crs=areas.crs))
    path = tmp_path / "karte.html"
    write_map(replace(release, areas=areas), path)
    with visit(path) as seen:
        page = seen.page
        frame, moved, town = (
            page.locator(s).bounding_box() for s in (".ausschnitt", ".gebiet >> nth=1", "#karte")
        )
        assert frame["x"] <= moved["x"] and frame["y"] <= moved["y"]
        assert moved["x"] + moved["width"] <= frame["x"] + frame["width"] + 1
        alone = page.locator(".gebiet >> nth=0").bounding_box()
        assert alone["width"] > town["width"] / 40  # the town did not shrink
        page.mouse.click(moved["x"] + moved["width"] / 2, moved["y"] + moved["height"] / 2)
        assert "09760002" in page.inner_text("#profil h2") and seen.console == []
