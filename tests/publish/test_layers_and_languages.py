"""Layers of the other rooms on the map, both languages, and the one allowed exception to silence."""

import re
from dataclasses import replace
from types import SimpleNamespace

import pandas as pd
import pytest
from publish.folders import write_all
from publish.sample import sample_release

from sozialraum.publish.design import Design
from sozialraum.publish.layer_facts import layer_facts, layer_sentences
from sozialraum.publish.layers import layer_views
from sozialraum.publish.map_layers import make_views
from sozialraum.publish.page.folium_maps.background_map import (
    drawing_html,
    drawing_of,
    write_background,
)
from sozialraum.publish.page.folium_maps.basemaps import BASEMAPS
from sozialraum.publish.page.map_page import easy_language, map_html
from sozialraum.publish.published_numbers import shown_contributions
from sozialraum.texts import catalogue


def test_every_known_layer_has_a_view_and_every_view_an_area_code_for_each_area():
    views = {v.id: v for v in layer_views(sample_release(layers=True))}
    assert set(views) == {
        "certainty",
        "participation",
        "transitions",
        "change",
        "status_participation",
        "status_change",
        "measures",
    }
    for view in views.values():
        assert [len(c) for c in view.codes] == [26]
        assert len(view.classes) == len(view.colours)


def test_an_area_is_striped_where_even_the_upper_end_of_its_reach_lies_below_the_city():
    release = sample_release(layers=True)
    view = next(v for v in layer_views(release) if v.id == "status_participation")
    high = release.layers["participation"]["rate_high"].to_numpy(float)
    known = release.current.table["class"].notna().to_numpy()
    assert list(view.stripes.areas) == ((high < 0.3) & known).tolist() and any(view.stripes.areas)
    assert view.codes[0] == make_views(release)[0].codes[-1]  # the colour says how burdened


def test_without_a_rate_of_the_city_nobody_is_called_less_reached():
    release = sample_release(layers=True)
    untold = replace(release, details={})
    assert "status_participation" not in {v.id for v in layer_views(untold)}


def test_an_area_without_a_class_has_no_certainty():
    release = sample_release(layers=True)
    facts = {f["label"]: f["values"] for f in layer_facts(release)}
    place = list(release.areas.index).index("09760026")
    assert {values[place] for values in facts.values()} == {""}
    assert re.fullmatch(r"\d+ bis \d+", facts["Rangbereich"][0])
    assert re.fullmatch(r"\d+ von 100", facts["Rechnungen mit dieser Klasse"][0])


def test_a_release_without_layers_has_no_layer_views():
    assert layer_views(sample_release()) == [] and layer_facts(sample_release()) == []


def leaves(table, path=()):
    for key, value in table.items():
        yield from (
            leaves(value, (*path, key)) if isinstance(value, dict) else [((*path, key), value)]
        )


def test_english_says_everything_the_page_says_in_german_with_the_same_places_to_fill():
    german, english = (
        dict(leaves(catalogue("publish", "de"))),
        dict(leaves(catalogue("publish", "en"))),
    )
    needed = {
        k: v
        for k, v in german.items()
        if k[0]
        in (
            "head",
            "grammar",
            "groups",
            "layers",
            "levels",
            "offers",
            "page",
            "months",
            "period",
            "tabs",
        )
        and k not in (("head", "easy"), ("offers", "chain"))  # of pages that are German alone
    }
    assert set(english) == set(needed)
    for path, words in needed.items():
        assert set(re.findall(r"\{\w+\}", str(words))) == set(
            re.findall(r"\{\w+\}", str(english[path]))
        ), path


def test_the_committee_page_names_no_host():
    html = map_html(sample_release())
    assert "geodatenzentrum" not in html
    assert re.findall(r"""(?:src|href)=["']https?:[^"']*""", html) == []


@pytest.mark.parametrize("name", sorted(BASEMAPS))
def test_a_named_background_opens_the_policy_of_its_own_page_alone(name, tmp_path):
    write_background(sample_release(), tmp_path / "h.html", basemap=name)
    html = (tmp_path / "h.html").read_text("utf-8")
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', html).group(1)
    assert "img-src data: https://sgx.geodatenzentrum.de;" in policy
    assert policy.count("https:") == 1
    assert "wird beim Öffnen vom Bundesamt" in html


def test_an_unknown_background_is_refused(tmp_path):
    with pytest.raises(ValueError, match="openstreetmap"):
        write_background(sample_release(), tmp_path / "h.html", basemap="openstreetmap")


def test_a_build_that_names_a_background_gets_a_second_page_and_others_do_not(tmp_path):
    write_all(
        sample_release(), tmp_path / "mit", files=("karte",), design=Design(basemap="topplus_grau")
    )
    write_all(sample_release(), tmp_path / "ohne", files=("karte",), design=Design())
    pages = [{p.name for p in (tmp_path / f).glob("*.html")} for f in ("mit", "ohne")]
    assert pages[0] - pages[1] == {"hintergrundkarte.html"}
    names = ((tmp_path / f / "karte.html").read_bytes() for f in ("mit", "ohne"))
    assert len(set(names)) == 1  # the page of the committee loads nothing either way


@pytest.mark.browser
def test_the_second_page_draws_every_area_in_the_colour_of_its_class(visit, tmp_path):
    release = sample_release()
    (tmp_path / "h.html").write_text(drawing_html(drawing_of(release)), "utf-8", newline="\n")
    with visit(tmp_path / "h.html") as seen:
        fills = seen.page.eval_on_selector_all(
            "path.leaflet-interactive", "all => all.map(p => p.getAttribute('fill'))"
        )
        counts = release.current.table["class"].value_counts()
        blues = ["#e8f1fa", "#a9cde7", "#5a9fd0", "#2168a8", "#0a3a77"]
        assert [fills.count(c) for c in blues] == [int(counts.get(n, 0)) for n in range(1, 6)]
        assert len(fills) == 26 and seen.console == [] and len(seen.requests) == 1
        told = re.sub(r"\s+", " ", seen.page.inner_text("header"))
        assert "Dunkel = sehr hoch" in told and f"({int(counts[5])})" in told
        assert seen.page.locator("path[tabindex='0']").count() == 0


def test_easy_language_says_what_dark_blue_means_for_this_index():
    burden, taking_part = sample_release(), sample_release(orientation="participation")
    assert "Dunkel-blau heißt: Viele Menschen hier haben es schwer." in easy_language(burden)
    assert easy_language(taking_part) == easy_language(burden)  # dark = more to do
    printed = replace(taking_part, facts=replace(taking_part.facts, strong="participation"))
    assert "Dunkel-blau heißt: Viele Menschen hier können gut mit-machen." in easy_language(printed)
    assert max(len(line.split()) for line in easy_language(burden)) <= 10


def test_easy_language_explains_only_the_signs_that_are_on_the_map():
    """A striped area was always "few people", even where stripes meant something else."""
    release = sample_release()
    painted = make_views(release)[0].codes[-1]
    told = " ".join(easy_language(release))
    assert "u" in painted and "Die meisten Gebiete haben eine Farbe" in told
    assert ("grau gestreift" in told) == ("s" in painted)
    assert ("grau kariert" in told) == ("k" in painted)


@pytest.mark.parametrize(
    ("codes", "sentence"),
    [("0123", "Jedes Gebiet hat"), ("012m", "Die meisten Gebiete"), ("0kkm", "Manche Gebiete")],
)
def test_easy_language_says_how_many_areas_have_a_colour(monkeypatch, codes, sentence):
    shown = [SimpleNamespace(codes=(codes,))]
    monkeypatch.setattr("sozialraum.publish.page.map_page.make_views", lambda _: shown)
    told = " ".join(easy_language(sample_release()))
    assert sentence in told and ("kariert" in told) == ("k" in codes)
    assert "gestreift" not in told


def test_where_the_numbers_were_public_before_nobody_claims_to_protect_them():
    release = sample_release()
    assert "geschützt" in " ".join(easy_language(release))
    public = release.details | {"disclosure": {"published_input": True}}
    assert "geschützt" not in " ".join(easy_language(replace(release, details=public)))


@pytest.mark.browser
@pytest.mark.parametrize(
    "view", ["certainty", "participation", "change", "status_participation", "measures"]
)
def test_each_layer_is_drawn_and_passes_axe(visit, map_file, view):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    with visit(map_file(layers=True), f"#zeigt={view}&gebiet=09760001") as seen:
        found = axe.run(
            seen.page,
            options={
                "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}
            },
        )
        assert [v["id"] for v in found.response["violations"]] == [] and seen.console == []
        legend = re.sub(
            r"\s+", " ", " ".join(seen.page.locator("#klassen button").all_inner_texts())
        )
        assert sum(int(n) for n in re.findall(r"(\d+) Gebiete?", legend)) == 26


@pytest.mark.browser
def test_a_map_of_two_questions_keeps_the_classes_and_counts_its_stripes(visit, map_file):
    release = sample_release(layers=True)
    view = next(v for v in layer_views(release) if v.id == "status_participation")
    with visit(map_file(layers=True), "#zeigt=status_participation") as seen:
        striped = seen.page.locator("path.streifen[fill='url(#flaeche-z)']").count()
        told = re.sub(r"\s+", " ", seen.page.inner_text("#klassen li.streifen"))
        assert striped == sum(view.stripes.areas)
        assert told == f"gestreift: {view.stripes.label} {striped} Gebiete"


def test_a_build_without_certainty_of_change_calls_no_change_chance():
    release = sample_release(layers=True)
    plain = replace(
        release, layers={**release.layers, "change": release.layers["change"].drop(columns="sure")}
    )
    sure, bare = (
        {v.id: v for v in layer_views(r) if v.id.endswith("change")} for r in (release, plain)
    )
    assert sure["change"].classes[1] == "nicht sicher verändert"
    assert bare["change"].classes[1] == "gleich geblieben"
    assert "deutlich" in sure["status_change"].stripes.label
    assert "deutlich" not in bare["status_change"].stripes.label
    words = catalogue("publish", "de")["page"]
    assert "nicht gerechnet" in words[bare["change"].note]
    told = {f["label"]: f["values"] for r in (release, plain) for f in layer_facts(r)}
    assert "Zufall" not in "".join(told["Veränderung des Index"])
    said = {f["label"]: f["values"] for f in layer_facts(release)}["Veränderung des Index"]
    change = release.layers["change"]
    for text, moved, is_sure in zip(said, change["change"], change["sure"], strict=True):
        if text:
            assert text.endswith("(mehr als Zufall)" if is_sure else "(kann Zufall sein)")
            assert text.startswith("+") == (round(moved, 2) > 0)


def test_an_area_says_how_much_of_it_is_estimated_by_dividing_and_whether_it_matters():
    release = sample_release()
    join = pd.DataFrame(
        {"split_share": 0.0, "split_classes": ""}, index=release.areas.index
    ).astype({"split_classes": object})
    join.iloc[0] = [0.031, "2–3"]
    join.iloc[1] = [0.4, "4"]
    told = layer_sentences(replace(release, layers={"join": join}))
    assert told[0] == [
        "3\u00a0% der Personen dieses Gebiets stammen aus gelieferten Gebieten, die geteilt werden "
        "mussten; dieser Anteil ist geschätzt.",
        "Wird anders geteilt, kann auch eine andere Klasse herauskommen: 2–3.",
    ]
    assert told[1][1] == "Wie geteilt wird, ändert an der Klasse nichts."
    assert told[2] == [] and layer_sentences(release)[0] == []


@pytest.mark.browser
def test_the_english_page_speaks_english_and_writes_english_numbers(visit, map_file):
    index = sample_release().current.table.at["09760001", "index"]
    with visit(map_file(lang="en"), "#gebiet=09760001") as seen:
        page = seen.page
        assert page.get_attribute("html", "lang") == "en" and seen.console == []
        assert f"{index:.2f}" in page.inner_text(
            "#profil"
        ) and "What the index is made of" in page.inner_text("#profil")
        assert page.get_attribute("h1", "lang") == "de"


@pytest.mark.browser
def test_points_and_outlines_are_switched_on_and_off_by_keyboard(visit, map_file):
    with visit(map_file()) as seen:
        page = seen.page
        dots = ".punkt:visible"
        names = ".umriss"
        outlines, schools = (page.locator("#zeigen input").nth(i) for i in (0, 1))
        assert page.locator(dots).count() == 9 and page.locator(names).count() == 0
        outlines.press("Space")
        schools.press("Space")
        assert page.locator(dots).count() == 0
        assert page.locator(names).all_inner_texts() == ["Westhälfte", "Osthälfte"]
        assert page.locator(".umrisslinie").count() >= 2  # on white: two-tone
        outlines.press("Space")
        assert page.locator(names).count() == 0 and seen.console == []


@pytest.mark.browser
def test_another_year_paints_the_classes_of_that_year_with_the_same_limits(visit, map_file):
    release = sample_release(years=3)
    with visit(map_file(years=3)) as seen:
        for place, edition in enumerate(release.editions):
            seen.page.evaluate(
                "y => { const r = document.getElementById('jahr'); r.value = y; r.dispatchEvent(new Event('input')); }",
                place,
            )
            darkest = seen.page.locator("path.gebiet[fill='#0a3a77']").count()
            assert darkest == int((edition.table["class"] == 5).sum())
    counts = [(e.table["class"] == 5).sum() for e in release.editions]
    assert len(set(counts)) > 1


@pytest.mark.browser
def test_the_panel_names_the_three_areas_whose_parts_are_most_alike(visit, map_file):
    edition = sample_release().current
    parts = shown_contributions(edition, digits=3).drop(columns="rest").dropna()
    here = parts.loc["09760002"]
    near = ((parts - here) ** 2).sum(axis=1).drop("09760002").sort_values().index[:3]
    names = sample_release().areas["name"]
    with visit(map_file(), "#gebiet=09760002") as seen:
        shown = seen.page.locator(".aehnlich button").all_inner_texts()
        assert shown == [names[key] for key in near]
        seen.page.locator(".aehnlich button").first.click()
        assert names[near[0]] in re.sub(r"\s+", " ", seen.page.inner_text("#profil thead"))


@pytest.mark.browser
def test_an_area_without_result_says_why(visit, map_file):
    for key, words in (
        ("09760026", "Hier wohnt niemand"),
        ("09760008", "liegen nicht alle Angaben vor"),
    ):
        with visit(map_file(), f"#gebiet={key}") as seen:
            assert words in seen.page.inner_text("#profil")
    with visit(map_file(), "#gebiet=09760004") as seen:
        told = seen.page.inner_text("#profil")
        assert "Was hier nicht gezeigt wird und warum" in told
        assert "„Kinder unter 15 Jahren in SGB-II-Bedarfsgemeinschaften“" in told
