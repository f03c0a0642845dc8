"""The cockpit: one page and one workbook of every indicator over time, from released figures."""

import json
import re
import subprocess
from dataclasses import replace
from io import BytesIO

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pytest
from monitor_town import BALANCE, KEYS, LAYERS, SHARE, write_town, years
from scipy.stats import binom, poisson
from shapely import box

import sozialraum as sr
from sozialraum.insight.intervals import newcombe
from sozialraum.publish.cockpit.packing import ALPHABET, RESERVED, in_words
from sozialraum.publish.cockpit.page import cockpit_data, cockpit_page, counts_words
from sozialraum.publish.cockpit.panel import GONE, panel_of
from sozialraum.publish.cockpit.paper import cockpit_paper, paper_data, picture
from sozialraum.texts import percent
from sozialraum.workflows.build.further.cockpit import cockpit_files, with_changes

AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
ASKED = {"id": "will", "label": "wollen", "direction": "neutral", "numerator": "hze",
         "denominator": "u18", "survey": True, "population": "erw", "theme": "Menschen"}  # fmt: skip
COMPARE = """
[[compare]]
label = "Abgänger und Betriebe"
left = "Abgänger"
right = "Betriebe"
[[compare.rows]]
label = "Metall"
left = "will"
right = "al"
"""
THEMED = tuple({**one, "theme": "Arbeit" if n < 2 else "Menschen"} for n, one in enumerate(LAYERS))
LATE = {**SHARE, "id": "neu", "label": "Neu erhoben", "since": "2023", "theme": "Arbeit"}


def risen():
    """Return three years in which the unemployed of two Stadtteile double."""
    tables = years()
    for n, year in enumerate(tables):
        extra = tables[year].loc[["03", "07"], "erw"] * 9 * n // 200
        tables[year].loc[["03", "07"], "arbeitslose"] += extra
    return tables


@pytest.fixture(scope="module")
def release(tmp_path_factory):
    file = write_town(
        tmp_path_factory.mktemp("stadt"), indicators=(*THEMED, LATE, ASKED), tables=risen(),
        more=COMPARE,
    )  # fmt: skip
    return sr.build(file).release


@pytest.fixture(scope="module")
def panel(release):
    return with_changes(panel_of(release))


def unpack(told):
    """Read packed numbers again, written anew from their description."""
    w, words = told["w"], told["s"]
    numbers = [0] * (len(words) // w)
    for n in range(len(numbers)):
        for sign in words[n * w : (n + 1) * w]:
            numbers[n] = numbers[n] * len(ALPHABET) + ALPHABET.index(sign)
    return [None if n < RESERVED else n - RESERVED + told["m"] for n in numbers], numbers


# --- figures --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "numbers", [[3.0, np.nan, 5.0], [-40.0, 0.0, 12345.0], [np.nan], [7e6, 0.0]]
)
def test_packed_numbers_are_read_as_they_were(numbers):
    read, _ = unpack(in_words(np.array(numbers)))
    assert read == [None if np.isnan(n) else n for n in numbers]


def test_every_value_of_the_page_is_the_released_one_to_its_last_shown_digit(release, panel):
    data = cockpit_data(panel)
    for told, row in zip(data["indicators"], panel.rows, strict=True):
        read, codes = unpack(told["v"])
        unit = row.figure.factor * 10**row.figure.digits
        cells = [(e, k) for e in release.editions for k in release.areas.index]
        for value, code, (edition, key) in zip(read, codes, cells, strict=True):
            exact = edition.values.at[key, row.indicator.id]
            if pd.isna(exact):
                assert GONE[code - 1] == str(edition.signs.at[key, row.indicator.id])
            else:
                assert abs(value - exact * unit) <= 0.5 + 1e-6


def test_the_page_holds_nothing_that_was_not_released(release, panel):
    allowed = {"label", "theme", "unit", "digits", "kind", "direction", "absolute", "about", "v", "c",
               "n", "one", "d", "sure"}  # fmt: skip
    for told in cockpit_data(panel)["indicators"]:
        assert set(told) <= allowed
        if "n" in told:  # persons as they stand in the tables: to tens
            name = next(r.indicator.id for r in panel.rows if r.indicator.label == told["label"])
            tens = [
                None if pd.isna(n) else n / 10 for e in release.editions for n in e.persons[name]
            ]
            assert unpack(told["n"])[0] == tens


def test_chapters_stand_in_the_order_of_the_build_file(panel):
    assert panel.themes == ("Arbeit", "Menschen")
    assert [r.indicator.id for r in panel.rows][:3] == ["al", "eur", "neu"]


def test_what_is_not_collected_yet_is_counted_apart(panel):
    early = next(r for r in panel.rows if r.indicator.id == "neu")
    assert (early.status[:2] == 1 + GONE.index("not_collected")).all()
    assert (early.status[2] == 0).any()
    assert counts_words(panel) == "8 Kennzahlen: 8 mit Wert für 2023."


def test_a_change_has_the_interval_of_newcombe_and_two_real_ones_are_found(release, panel):
    row = next(r for r in panel.rows if r.indicator.id == "al")
    first, last = release.editions[0], release.editions[-1]
    p, n = [e.values["al"] for e in (first, last)], [e.persons["al"] for e in (first, last)]
    low, high = newcombe(p[1] * n[1], n[1], p[0] * n[0], n[0])
    unit = row.figure.factor * 10**row.figure.digits
    # the page computes with shown digits: half a step and the rounding outwards
    assert np.abs(row.change["low"] - low * unit).max() <= 2.0
    assert np.abs(row.change["high"] - high * unit).max() <= 2.0
    sure = set(row.change.index[row.change["sure"].astype(bool)])
    assert {"03", "07"} <= sure
    assert len(sure) <= 4


def test_no_change_of_a_balance_or_an_amount_is_called_more_than_chance(panel):
    assert all(r.change.empty for r in panel.rows if r.indicator.kind != "share")


def test_two_surveys_stand_against_each_other_with_gap_and_interval(release):
    (told,) = release.details["compare"]
    row, true = told["rows"][0], risen()[2023]
    share = true["hze"].sum() / true["u18"].sum()
    assert row["left"][0] == pytest.approx(share, abs=2e-3)
    n, everybody = true["u18"].sum(), round(true["erw"].sum(), -1)
    half = 1.96 * np.sqrt(share * (1 - share) / n * (everybody - n) / (everybody - 1))
    assert row["left"][2] - row["left"][1] == pytest.approx(2 * half, rel=0.05)
    assert row["gap"][0] == pytest.approx(row["left"][0] - row["right"][0], abs=2e-4)
    page = cockpit_files(release)["cockpit.html"].decode()
    assert "Abgänger" in page and "Punkte weniger" in page


@pytest.mark.parametrize(("change", "code"), [
    ({"kind": "rate"}, "config.kind.survey"), ({"survey": False}, "config.kind.population"),
])  # fmt: skip
def test_a_survey_that_does_not_say_of_whom_is_refused(tmp_path, change, code):
    with pytest.raises(sr.ConfigError) as error:
        sr.build(write_town(tmp_path, indicators=(SHARE, {**ASKED, **change})))
    assert code in {p.code for p in error.value.problems}


def test_what_is_compared_must_be_a_share(tmp_path):
    more = COMPARE.replace('right = "al"', 'right = "saldo"')
    with pytest.raises(sr.ConfigError) as error:
        sr.build(write_town(tmp_path, indicators=(SHARE, ASKED, BALANCE), more=more))
    assert [(p.code, p.key) for p in error.value.problems] == [
        ("config.compare.no_share", "compare[1].rows[1].right")
    ]


# --- the workbook ---------------------------------------------------------------------------------


def test_the_workbook_has_a_sheet_per_chapter_with_the_years_as_columns(release):
    book = openpyxl.load_workbook(BytesIO(cockpit_files(release)["cockpit.xlsx"]))
    assert book.sheetnames == [
        "Inhalt", "Arbeit", "Menschen", "Gegenüberstellung", "Alle Werte", "Definitionen",
    ]  # fmt: skip
    rows = list(book["Arbeit"].iter_rows(values_only=True))
    head = next(n for n, r in enumerate(rows) if r[0] == "Kennzahl")
    assert rows[head][:6] == ("Kennzahl", "Schlüssel", "Name", "2021", "2022", "2023")
    late = next(r for r in rows if r[0] == "Neu erhoben" and r[1] == KEYS[0])
    assert late[3:5] == ("nicht erhoben", "nicht erhoben")
    own = next(r for r in rows if r[0] == SHARE["label"] and r[1] == KEYS[0])
    assert own[5] == pytest.approx(release.current.values.at[KEYS[0], "al"], abs=0.0006)


def test_the_paper_is_tagged_and_has_eight_pictures_on_a_page(panel):
    data = paper_data(panel, accent="#0c4a8d", logo=None)
    assert [t["name"] for t in data["themes"]] == ["Arbeit", "Menschen"]
    assert all(len(page) <= 8 for t in data["themes"] for page in t["pages"])
    assert sum(len(page) for t in data["themes"] for page in t["pages"]) == len(panel.rows)
    paper = cockpit_paper(panel)
    assert paper[:5] == b"%PDF-"
    assert b"pdfuaid" in paper


def test_a_line_of_the_paper_has_a_gap_where_a_year_has_no_number(panel):
    late = next(r for r in panel.rows if r.indicator.id == "neu")
    own = next(r for r in panel.rows if r.indicator.id == "al")
    lines = [re.findall(r'd="(M[^"]*)" fill="none" stroke="#8fb3d6"', picture(panel, r))
             for r in (late, own)]  # fmt: skip
    assert all("L" not in one for one in lines[0])
    assert all(one.count("L") == 2 for one in lines[1])


def test_two_runs_write_the_same_bytes(release):
    assert cockpit_files(release) == cockpit_files(release)


# --- the page in a browser ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def page_file(release, tmp_path_factory):
    path = tmp_path_factory.mktemp("cockpit") / "cockpit.html"
    path.write_bytes(cockpit_files(release)["cockpit.html"])
    return path


pages = pytest.mark.browser
VIEWS = ("overview", "one", "area", "two", "compare", "method")


@pages
def test_nothing_is_asked_for_and_nothing_complained_about(visit, page_file):
    with visit(page_file) as seen:
        for view in VIEWS:
            seen.page.click(f'nav [data-sicht="{view}"]')
        assert seen.requests == [page_file.as_uri()]
        assert seen.console == []


@pages
@pytest.mark.parametrize("width", [400, 1400])
def test_axe_finds_nothing_in_any_view_and_the_page_never_scrolls_sideways(visit, page_file, width):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    with visit(page_file, width=width, bypass_csp=True) as seen:
        for view in VIEWS:
            seen.page.click(f'nav [data-sicht="{view}"]')
            for way in ("lines", "table", "map") if view == "one" else ("",):
                if way:
                    seen.page.click(f'[data-als="{way}"]')
                found = axe.run(
                    seen.page, options={"runOnly": {"type": "tag", "values": AXE_RULES}}
                )
                assert found.violations_count == 0, (view, way, found.generate_report())
                assert seen.page.evaluate("document.documentElement.scrollWidth") <= width


@pages
def test_everything_is_reached_by_keyboard(visit, page_file):
    with visit(page_file) as seen:
        page = seen.page
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        assert page.is_visible("#one") and not page.is_visible("#overview")
        page.focus("#one select")
        before = page.inner_text("#one h3")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        page.wait_for_function("before => document.querySelector('#one h3').innerText !== before",
                               arg=before)  # fmt: skip
        assert page.evaluate("document.activeElement.dataset.wahl") == "one"


@pages
def test_a_name_in_the_overview_leads_to_all_its_areas(visit, page_file):
    with visit(page_file) as seen:
        seen.page.click(f"text={BALANCE['label']}")
        assert seen.page.inner_text("#one h3") == BALANCE["label"]
        assert seen.page.locator("#one figure").count() == len(KEYS)


@pages
def test_the_band_of_chance_is_the_exact_one_of_few_and_the_normal_one_of_many(visit, page_file):
    script = page_file.read_text(encoding="utf-8")
    source = re.search(r"// exact quantiles(.*?)function band", script, re.DOTALL).group(0)
    calls = "[chance(.02, 300, 'share'), chance(.3, 400, 'share'), chance(.99, 300, 'share')," \
            " chance(.03, 300, 'rate')]"  # fmt: skip
    with visit(page_file) as seen:
        found = seen.page.evaluate(
            f"() => {{ {source.rsplit('function band', 1)[0]} return {calls}; }}"
        )
    q = np.array([0.001, 0.999])
    assert found[0] == pytest.approx(binom.ppf(q, 300, 0.02) / 300)
    half = 3.09 * np.sqrt(0.3 * 0.7 / 400)
    assert found[1] == pytest.approx([0.3 - half, 0.3 + half])
    assert found[2] == pytest.approx(1 - binom.ppf(q[::-1], 300, 0.01) / 300, abs=1e-9)
    assert found[3] == pytest.approx(poisson.ppf(q, 9) / 300)


@pages
def test_the_sentence_of_an_area_says_rise_and_interval(visit, page_file, panel):
    row = next(r for r in panel.rows if r.indicator.id == "al")
    with visit(page_file) as seen:
        seen.page.click('nav [data-sicht="area"]')
        seen.page.select_option("#area select", KEYS.index("03").__str__())
        said = seen.page.locator("#area figure .lesen").first.inner_text()
    change = row.change.loc["03"]
    shown = f"{change['change'] / 10**row.figure.digits:.{row.figure.digits}f}".replace(".", ",")
    assert f"Der Anstieg um {shown} (" in said
    assert "ist mehr als Zufall" in said


@pages
def test_printed_it_has_no_buttons_and_fits_the_sheet(visit, page_file):
    with visit(page_file, width=1000) as seen:
        seen.page.click('nav [data-sicht="one"]')
        seen.page.emulate_media(media="print")
        assert not seen.page.is_visible("nav")
        assert not seen.page.is_visible("#one .wahl")
        assert seen.page.pdf(format="A4", prefer_css_page_size=True)[:5] == b"%PDF-"
        # what was never on the screen stands on the paper
        assert seen.page.locator("#one .bild svg").count() == len(KEYS)


@pages
def test_names_that_are_markup_stay_names(visit, tmp_path):
    evil = ({**SHARE, "label": "<img src=x onerror=alert(1)> & 'b'", "theme": "</script><b>"},)
    result = sr.build(write_town(tmp_path, indicators=evil))
    path = tmp_path / "c.html"
    path.write_bytes(cockpit_files(result.release)["cockpit.html"])
    with visit(path) as seen:
        seen.page.click('nav [data-sicht="one"]')
        assert seen.page.inner_text("#one h3") == evil[0]["label"]
        assert seen.page.locator("img").count() == 0
        assert seen.console == []
    json.loads(re.search(r'id="daten">(.*?)</script>', path.read_text("utf-8"), re.DOTALL).group(1))


def test_86_indicators_of_100_areas_over_ten_years_are_at_most_800_kilobytes(panel):
    rng, like = np.random.default_rng(1), panel.rows[0]
    keys = [f"{n:03d}" for n in range(100)]
    squares = [box(n % 10 * 500, n // 10 * 500, n % 10 * 500 + 500, n // 10 * 500 + 500)
               for n in range(100)]  # fmt: skip
    areas = gpd.GeoDataFrame({"name": [f"Gebiet {k}" for k in keys]}, index=keys,
                             geometry=squares, crs=25833)  # fmt: skip
    shape = (10, 100)
    rows = tuple(
        replace(like, values=rng.integers(50, 400, shape) * 1.0, status=np.zeros(shape, int),
                persons=rng.integers(20, 400, shape) * 10.0, city=rng.integers(90, 300, 10) * 1.0,
                change=like.change.iloc[:0])
        for _ in range(86)
    )  # fmt: skip
    days = tuple(f"{year}-12-31" for year in range(2015, 2025))
    large = replace(panel, rows=rows, days=days, periods=tuple(d[:4] for d in days),
                    release=replace(panel.release, areas=areas))  # fmt: skip
    assert len(cockpit_page(large)) <= 800_000


# --- in a build -----------------------------------------------------------------------------------


def test_a_build_without_an_index_writes_its_cockpit_unasked(tmp_path):
    result = sr.build(write_town(tmp_path / "b"))
    files = result.save(tmp_path / "out")
    assert {"cockpit.html", "cockpit.xlsx", "cockpit.pdf", "methode.md", "index.csv"} <= set(files)
    assert not {"karte.html", "bericht.pdf"} & set(files)


def test_the_paper_has_the_surveys_in_words(release, tmp_path):
    (tmp_path / "c.pdf").write_bytes(cockpit_files(release)["cockpit.pdf"])
    words = subprocess.run(
        ["pdftotext", "-layout", tmp_path / "c.pdf", "-"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    (pair,) = release.details["compare"]
    assert pair["label"] in words
    shown = " ".join(words.split())
    for row in pair["rows"]:
        for side in ("left", "right"):
            share, low, high = (percent(n, 0) for n in row[side])
            assert f"{share} ({low} bis {high})".replace("\u00a0", " ") in shown.replace(
                "\u00a0", " "
            )
