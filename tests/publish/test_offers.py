"""Offers on the page: search by kind, age, day and language, and where their chain breaks."""

import csv
import dataclasses
import io
import json
from pathlib import Path

import pytest

import sozialraum as sr
from sozialraum.publish.monitoring.offers import age_words
from sozialraum.publish.page.map_page import map_html
from sozialraum.publish.page.offers_page import offers_page

CONFIG = Path(__file__).parents[2] / "config" / "angebote_musterstadt.toml"
SHAPES = CONFIG.parents[1] / "shapes" / "musterstadt"


@pytest.fixture(scope="module")
def result():
    return sr.build(CONFIG)


@pytest.fixture(scope="module")
def folder(result, tmp_path_factory):
    folder = tmp_path_factory.mktemp("angebote")
    result.save(folder, files=("karte", "csv", "cockpit"))
    return folder


def rows():
    """Return the delivered list."""
    with (SHAPES / "angebote_liste.csv").open(encoding="cp1252") as stream:
        return list(csv.DictReader(stream, delimiter=";"))


def test_every_delivered_offer_is_told_once(result):
    told = result.release.details["offers"]["list"]
    assert [one["name"] for one in told] == [row["name"] for row in rows()]
    assert [age_words(one) for one in told[:2]] == ["6 bis 10 Jahre", "8 bis 14 Jahre"]


def test_the_table_says_for_each_age_whether_there_is_something(result, folder):
    text = (folder / "angebote.csv").read_text("utf-8-sig")
    table = {row["Schlüssel"]: row for row in csv.DictReader(io.StringIO(text), delimiter=";")}
    homes = {}
    for one in result.release.details["offers"]["list"]:
        for age in range(one.get("age_from", 0), one.get("age_to", 18) + 1):
            homes.setdefault((one["area"], str(age)), 0)
    for key, row in table.items():
        for age in map(str, range(19)):
            assert (row[age] == "im Gebiet (dunkel)") == ((key, age) in homes)


def test_the_sentence_names_exactly_the_ages_without_anything(result):
    told = result.release.details["offers"]
    assert told["coverage"]["02"] == "2222002222200022222"
    assert told["areas"]["02"] == (
        "Die Kette der Angebote reißt im Alter von 4 bis 5 und 11 bis 13 Jahren: "
        "Dafür gibt es nichts im Gebiet und nichts in höchstens 1.000 m Luftlinie."
    )


def quiet(seen):
    """Nothing was asked of anybody, and nothing went wrong."""
    assert [r for r in seen.requests if not r.startswith("file:")] == []
    assert seen.console == []


def hits(page):
    return page.inner_text(".angebote [role=status]")


@pytest.mark.browser
def test_age_day_kind_and_language_narrow_the_search_and_the_map(visit, folder):
    with visit(folder / "karte.html") as seen:
        page = seen.page
        page.click("details.angebote > summary")
        all_offers = rows()
        assert hits(page) == f"{len(all_offers)} von {len(all_offers)} Angeboten passen."
        fields = page.locator(".angebotsfilter select")
        fields.nth(1).select_option("7")
        of_age = [r for r in all_offers if int(r["alter_von"] or 0) <= 7 <= int(r["alter_bis"])]
        assert hits(page) == f"{len(of_age)} von {len(all_offers)} Angeboten passen."
        shown = page.evaluate(
            "[...document.querySelectorAll('.punkte .punkt')].filter(x => x.style.display !== 'none').length"
        )
        assert shown == len(of_age)
        fields.nth(3).select_option(label="Türkisch")
        both = [r for r in of_age if "Türkisch" in r["sprachen"]]
        assert hits(page) == f"{len(both)} von {len(all_offers)} Angeboten passen."
        page.fill(".angebotsfilter input", both[0]["adresse"])
        assert page.locator(".angebotsliste li").count() >= 1
        quiet(seen)


@pytest.mark.browser
def test_the_profile_lists_what_is_here_with_a_picture_of_the_ages(visit, folder, result):
    with visit(folder / "karte.html") as seen:
        page = seen.page
        name = result.release.areas.at["02", "name"]
        page.fill("#suche", name)
        page.keyboard.press("Enter")
        profile = page.inner_text("#profil")
        here = [one for one in result.release.details["offers"]["list"] if one["area"] == "02"]
        assert f"Angebote in diesem Gebiet: {len(here)}" in profile
        assert all(one["address"] in profile for one in here)
        picture = page.locator("#profil .angebotskette")
        assert picture.get_attribute("aria-label").startswith(
            "Die Kette der Angebote reißt im Alter von 4 bis 5"
        )
        assert picture.locator("rect").count() == 19
        quiet(seen)


@pytest.mark.browser
@pytest.mark.parametrize("width", [400, 1400])
def test_the_page_of_its_own_needs_no_map_and_fits_a_phone(visit, folder, width):
    with visit(folder / "angebote.html", width=width) as seen:
        page = seen.page
        assert page.locator(".angebotsliste li").count() == len(rows())
        page.click(".kettentabelle summary")
        assert page.locator(".angebotstabelle tbody tr").count() == 26
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        links = page.locator(".angebotsliste a")
        assert links.count() == len(rows())
        assert all(
            a.startswith("https://musterstadt.example/")
            for a in links.evaluate_all("all => all.map(a => a.href)")
        )
        quiet(seen)


@pytest.mark.browser
@pytest.mark.parametrize("width", [400, 1400])
@pytest.mark.parametrize("name", ["angebote.html", "karte.html"])
def test_axe_finds_nothing_on_either_page_folded_or_not(visit, folder, name, width):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    with visit(folder / name, width=width, bypass_csp=True) as seen:
        for unfolded in (False, True):
            seen.page.evaluate(
                "all => document.querySelectorAll('.angebote, .angebote details').forEach("
                "one => { one.open = all; })",
                unfolded,
            )
            rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
            found = axe.run(seen.page, options={"runOnly": {"type": "tag", "values": rules}})
            assert found.violations_count == 0, found.generate_report()


@pytest.mark.browser
def test_on_paper_stand_all_offers_with_their_address_and_the_whole_table_of_ages(
    visit, folder, result, tmp_path
):
    pypdf = pytest.importorskip("pypdf")
    with visit(folder / "angebote.html") as seen:
        seen.page.pdf(path=tmp_path / "a.pdf", format="A4")
    text = "".join(page.extract_text() for page in pypdf.PdfReader(tmp_path / "a.pdf").pages)
    plain = "".join(text.split())
    for row in rows():
        assert "".join(row["name"].split()) in plain
        assert row["link"] in plain
    names = result.release.areas["name"]
    assert all("".join(name.split()) in plain for name in names)
    assert "Angebotesuchen" in plain  # the heading stays, the fields do not
    assert "Sprachealle" not in plain


@pytest.mark.browser
def test_a_link_that_is_none_stays_text(visit, result, tmp_path):
    told = json.loads(json.dumps(result.release.details["offers"]))
    bad = [
        "javascript:alert(1)",
        "data:text/html,<b>x",
        "//fremd.example",
        "https://a.example/\u202e",
    ]
    for one, link in zip(told["list"], bad, strict=False):
        one["link"] = link
    told["list"] = told["list"][: len(bad)]
    release = dataclasses.replace(
        result.release, details={**result.release.details, "offers": told}
    )
    for name, content in (("a.html", offers_page(release)), ("k.html", map_html(release).encode())):
        (tmp_path / name).write_bytes(content)
        with visit(tmp_path / name) as seen:
            page = seen.page
            assert page.locator(".angebotsliste li").count() == len(bad)
            assert page.locator(".angebotsliste a").count() == 0
            quiet(seen)


def test_the_cockpit_shows_the_ages_of_every_area(folder):
    page = (folder / "cockpit.html").read_text("utf-8")
    assert "Angebote nach Alter" in page and page.count("<abbr title=") >= 26 * 19
