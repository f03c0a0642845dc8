"""The committee page in a real Chromium without network: what a member sees, reaches and prints."""

import math
import re
from dataclasses import replace

import pytest
from publish.sample import HOSTILE, sample_release

from sozialraum.publish.page.map_page import map_html

pytestmark = pytest.mark.browser
PAPER = {"prefer_css_page_size": False, "landscape": True}
AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]


def shown(page, selector):
    return re.sub(r"\s+", " ", page.inner_text(selector)).strip()


def test_the_page_asks_nobody_and_complains_about_nothing(visit, map_file):
    with visit(map_file(years=3)) as seen:
        assert [url for url in seen.requests if not url.startswith("file:")] == []
        assert len(seen.requests) == 1
        assert seen.console == []
        policy = seen.page.get_attribute('meta[http-equiv="Content-Security-Policy"]', "content")
        assert (
            policy.startswith("default-src 'none'")
            and "unsafe" not in policy
            and "http" not in policy
        )
        assert seen.page.get_attribute("html", "lang") == "de"
        assert seen.page.title() == "Sozialraumindex 2024 – Musterstadt"


def test_every_area_is_drawn_with_the_colour_or_the_pattern_of_its_class(visit, map_file):
    release = sample_release()
    with visit(map_file()) as seen:
        fills = seen.page.eval_on_selector_all(
            "path.gebiet",
            "paths => paths.map(p => p.getAttribute('fill'))",
        )
    assert len(fills) == 26
    counts = release.current.table["class"].value_counts()
    blues = ["#e8f1fa", "#a9cde7", "#5a9fd0", "#2168a8", "#0a3a77"]
    assert [fills.count(c) for c in blues] == [int(counts.get(n, 0)) for n in range(1, 6)]
    assert fills.count("url(#flaeche-m)") == 1 and fills.count("url(#flaeche-u)") == 1


def test_the_legend_counts_every_area_once_and_says_the_limits(visit, map_file):
    with visit(map_file()) as seen:
        entries = seen.page.locator("#klassen button").all_inner_texts()
        counts = [
            int(re.search(r"(\d+) Gebiete?$", re.sub(r"\s+", " ", e)).group(1)) for e in entries
        ]
        assert sum(counts) == 26
        limits = sample_release().breaks["index"].inner
        low = f"{limits[0]:.3f}".replace(".", ",")
        assert f"unter {low}" in entries[4] and "sehr gering" in entries[4]


def test_clicking_an_area_shows_contributions_that_add_up_to_the_index(visit, map_file):
    with visit(map_file(), "#gebiet=09760001") as seen:
        parts = [
            p.replace("\u2212", "-").replace("±", "").replace(",", ".")
            for p in seen.page.locator("#profil tbody td.z:last-child").all_inner_texts()
        ]
        total = float(seen.page.inner_text("#profil tfoot td:last-child").replace(",", "."))
        assert sum(round(float(p) * 1000) for p in parts if p != "–") == round(total * 1000)
        assert total == sample_release().current.table.at["09760001", "index"]


def percent(share):
    return f"{share * 100:.1f}".replace(".", ",") + "\u00a0%"


def at_most(edition, key):
    """Return how far a share of poor children may be off, rounded up to a tenth of a per cent."""
    return "±\u00a0" + percent(math.ceil(edition.half_width.at[key, "armut"] * 1000) / 1000)


def test_the_profile_names_value_and_city_with_their_units(visit, map_file):
    edition = sample_release().current
    with visit(map_file(), "#gebiet=09760001") as seen:
        first = seen.page.locator("#profil tbody").first.locator("td.z").all_inner_texts()
    value = percent(edition.values.at["09760001", "armut"])
    assert first[:2] == [
        f"{value} {at_most(edition, '09760001')}",
        percent(edition.city["armut"]),
    ]


def test_keyboard_alone_finds_an_area_by_name_and_by_key(visit, map_file):
    with visit(map_file()) as seen:
        page = seen.page
        page.focus("#suche")
        page.keyboard.type("schloss")  # ß and umlauts are folded
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowUp")
        page.keyboard.press("Enter")
        assert page.inner_text("#profil h2").startswith("Schloßviertel")
        page.fill("#suche", "")
        page.keyboard.type("09760013")
        assert page.get_attribute("#suche", "aria-activedescendant") == "treffer-0"
        page.keyboard.press("Enter")
        assert "09760013" in page.inner_text("#profil h2")
        assert page.evaluate("document.activeElement.tagName") == "H2"  # what was chosen is read
        page.focus("#suche")
        page.keyboard.type("zzz")
        assert "Kein Gebiet gefunden" in page.inner_text("#treffer")


def test_keyboard_reaches_every_value_through_the_table(visit, map_file):
    edition = sample_release().current
    with visit(map_file()) as seen:
        page = seen.page
        page.focus("#umschalten")
        page.keyboard.press("Enter")
        rows = page.locator("#tabelle tbody tr")
        assert rows.count() == 26
        texts = {t.split("\t")[1]: t.split("\t") for t in rows.all_inner_texts()}
        for key, value in edition.values["armut"].dropna().items():
            said = f"{percent(value)} {at_most(edition, key)}"
            few = edition.few.at[key, "armut"] or edition.low.at[key, "armut"] <= 1
            assert texts[key][5].startswith(percent(value)) and (few or texts[key][5] == said)
        assert texts["09760004"][5] == "gesperrt" and texts["09760026"][5] == "unbewohnt"
        page.focus("#tabelle tbody button")
        for _ in range(3):
            page.keyboard.press("ArrowDown")
        fourth = rows.nth(3).locator("button").inner_text()
        page.keyboard.press("Enter")
        assert page.inner_text("#profil h2").startswith(fourth)


def test_the_table_sorts_by_number_with_missing_values_last(visit, map_file):
    with visit(map_file(), "#tabelle=1") as seen:
        page = seen.page
        page.click("#tabelle thead th:nth-child(4) button")
        page.click("#tabelle thead th:nth-child(4) button")
        column = page.locator("#tabelle tbody td:nth-child(4)").all_inner_texts()
        known = int(sample_release().current.table["index"].notna().sum())
        numbers = [float(c.replace(",", ".")) for c in column if c[0].isdigit()]
        assert numbers == sorted(numbers, reverse=True) and len(numbers) == known
        assert not any(c[0].isdigit() for c in column[known:])
        assert page.get_attribute("#tabelle thead th:nth-child(4)", "aria-sort") == "descending"


def test_there_are_at_most_fourteen_tab_stops_beside_the_areas_of_headline_and_profile(
    visit, map_file
):
    for fragment in ("#gebiet=09760001", "#tabelle=1"):
        with visit(map_file(years=3), fragment) as seen:
            page, stops = seen.page, []
            for _ in range(40):
                page.keyboard.press("Tab")
                stop = page.evaluate(
                    "() => { const e = document.activeElement; if (e === document.body) return null; e.dataset.halt ??= String(Math.random()); return [e.dataset.halt, Boolean(e.closest('#profil, button[data-gebiet]:has(.brief)'))]; }"
                )
                if stop is None or stop in stops:
                    break
                stops.append(stop)
            assert 5 <= len([s for s in stops if not s[1]]) <= 14


@pytest.mark.parametrize("fragment", ["", "#gebiet=09760001", "#tabelle=1"])
def test_hostile_names_in_every_field_change_nothing(visit, map_file, fragment):
    with visit(map_file(hostile=True), fragment) as seen:
        page = seen.page
        page.fill("#suche", "img")
        assert "geentert" not in page.title() or page.title().startswith("</script>")
        assert page.locator("img").count() == 0 and page.locator("body script").count() <= 2
        assert seen.console == [] and len(seen.requests) == 1
        page.fill("#suche", "7*7")
        assert HOSTILE[1] in page.inner_text("#treffer")
        assert "49" not in page.inner_text("#treffer")


def test_the_address_keeps_what_is_shown(visit, map_file):
    with visit(map_file(years=3)) as seen:
        page = seen.page
        page.select_option(
            "#ansicht", label="Haushalte Alleinerziehender an allen Haushalten mit Kindern"
        )
        page.evaluate(
            "() => { const r = document.getElementById('jahr'); r.value = 0; r.dispatchEvent(new Event('input')); }"
        )
        page.wait_for_url(lambda url: url.endswith("#zeigt=allein&jahr=2022-12-31"))
    with visit(
        map_file(years=3), "#zeigt=allein&jahr=2022-12-31&gebiet=09760002&vergleich=09760003"
    ) as seen:
        assert seen.page.inner_text("#jahrtext") == "2022"
        assert seen.page.input_value("#ansicht") == "2"
        assert "Weststadt 1" in shown(seen.page, "#profil thead")


def test_the_class_limits_stay_when_the_year_changes(visit, map_file):
    with visit(map_file(years=3)) as seen:

        def limits():
            return seen.page.locator("#klassen .grenzen").all_inner_texts()

        now = limits()
        seen.page.evaluate(
            "() => { const r = document.getElementById('jahr'); r.value = 0; r.dispatchEvent(new Event('input')); }"
        )
        assert limits() == now and len(now) == 5


def test_the_head_says_which_end_is_which_of_what_is_shown(visit, map_file):
    """Dark is more to do: a low share of children in a Kita, a high share of poor ones."""
    ends = {
        "": "Dunkel = sehr hoch (mehr Belastung), hell = sehr gering (weniger Belastung).",
        "#zeigt=armut": "Dunkel = hoher Wert (mehr Belastung), hell = niedriger Wert",
        "#zeigt=kita": "Dunkel = niedriger Wert (mehr Belastung), hell = hoher Wert",
        "#zeigt=participation": "Dunkel = wenige erreicht, hell = viele erreicht.",
        "#zeigt=change": "Orange = stärker belastet, violett = weniger belastet.",
    }
    for fragment, words in ends.items():
        with visit(map_file(layers=True), fragment) as seen:
            assert seen.page.inner_text("#richtung").startswith(words)
            assert seen.console == []
            seen.page.select_option("#ansicht", "0")
            assert seen.page.inner_text("#richtung").startswith(ends[""])


def test_a_click_on_a_legend_entry_filters_and_says_so(visit, map_file):
    with visit(map_file()) as seen:
        page = seen.page
        assert not page.is_visible("#filter")
        page.click("#klassen li:first-child button")
        assert page.is_visible("#filter") and "sehr hoch" in page.inner_text("#filter")
        count = int(re.search(r"(\d+) Gebiet", shown(page, "#klassen li:first-child")).group(1))
        assert page.locator("path.gebiet[fill='#0a3a77']").count() == count
        page.click("#umschalten")
        assert page.locator("#tabelle tbody tr").count() == count
        page.click("#filter button")
        assert not page.is_visible("#filter") and page.locator("#tabelle tbody tr").count() == 26


def test_no_background_shows_between_the_areas(visit, map_file):
    """Areas painted black without borders: a white pixel inside the town would be a sliver."""
    with visit(map_file(60)) as seen:
        seen.page.add_style_tag(content="") if False else None
        white = seen.page.evaluate(
            """() => {
              const paths = [...document.querySelectorAll("path.gebiet")];
              const canvas = document.createElement("canvas"), frame = document.getElementById("karte").getBoundingClientRect();
              canvas.width = frame.width; canvas.height = frame.height;
              const pen = canvas.getContext("2d"), move = paths[0].getCTM();
              pen.setTransform(move.a, move.b, move.c, move.d, move.e, move.f);
              for (const p of paths) { const shape = new Path2D(p.getAttribute("d")); pen.fill(shape); }
              const data = pen.getImageData(0, 0, canvas.width, canvas.height).data, covered = (x, y) => data[(y * canvas.width + x) * 4 + 3];
              let empty = 0, filled = 0;
              for (let y = 1; y < canvas.height - 1; y++) for (let x = 1; x < canvas.width - 1; x++) {
                if (covered(x, y) > 250) filled++;
                else if (covered(x, y) < 40 && covered(x - 1, y) > 200 && covered(x + 1, y) > 200) empty++;
              }
              return [filled, empty];
            }"""
        )
    assert white[0] > 50_000 and white[1] == 0


@pytest.mark.parametrize("width", [1400, 768, 400])
def test_nothing_is_wider_than_the_screen_and_the_whole_city_is_in_view(visit, map_file, width):
    with visit(map_file(years=3), "#gebiet=09760001", width=width) as seen:
        page = seen.page
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        inside = page.evaluate(
            """() => { const frame = document.getElementById('karte').getBoundingClientRect();
               return [...document.querySelectorAll("path.gebiet")].map(p => p.getBoundingClientRect())
                 .every(b => b.left >= frame.left && b.right <= frame.right && b.top >= frame.top && b.bottom <= frame.bottom); }"""
        )
        assert inside


def test_on_a_phone_the_legend_stands_below_the_map_and_a_tap_opens_a_sheet(visit, map_file):
    with visit(map_file(), width=400, height=800, has_touch=True) as seen:
        page = seen.page
        tops = [page.locator(s).bounding_box()["y"] for s in ("#karte", "#legende", "#profil")]
        assert tops == sorted(tops)
        page.evaluate("window.scrollTo(0, 60)")
        box = page.locator("#karte").bounding_box()
        page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        sheet = page.locator("#profil").bounding_box()
        assert sheet["y"] + sheet["height"] == pytest.approx(800, abs=1)
        assert sheet["height"] == pytest.approx(0.38 * 800, abs=6)
        assert page.evaluate("window.scrollY") == 60  # the page itself did not move
        assert page.inner_text("#sagt").endswith("gewählt")
        assert len(page.inner_text("#sagt").split()) <= 6


def test_one_finger_scrolls_the_page_and_does_not_move_the_city(visit, map_file):
    with visit(map_file(), width=400, height=800, has_touch=True) as seen:
        page = seen.page
        before = page.get_attribute(".welt", "transform")
        assert page.evaluate("getComputedStyle(document.getElementById('karte')).touchAction") == (
            "pan-y"
        )
        drag = """points => points.forEach(([type, x, y, id]) => document.getElementById('karte')
            .dispatchEvent(new PointerEvent(type, {pointerId: id, pointerType: 'touch', bubbles: true,
              clientX: x, clientY: y})))"""
        page.evaluate(drag, [["pointerdown", 200, 400, 1], ["pointermove", 200, 300, 1]])
        assert page.get_attribute(".welt", "transform") == before
        page.evaluate(
            drag,
            [
                ["pointerdown", 260, 300, 2],
                ["pointermove", 330, 300, 2],
                ["pointerup", 330, 300, 2],
            ],
        )
        assert page.get_attribute(".welt", "transform") != before  # two fingers spread: closer
        assert not page.evaluate("document.documentElement.classList.contains('gewaehlt')")


def test_the_mouse_shows_name_and_class_and_a_button_the_whole_city(visit, map_file):
    with visit(map_file()) as seen:
        page = seen.page
        box = page.locator("#karte").bounding_box()
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        name, told = page.locator(".tipp b").inner_text(), page.locator(".tipp span").inner_text()
        assert name in set(sample_release().areas["name"]) and told.startswith("Klasse ")
        page.mouse.move(box["x"] + 3, box["y"] + 3)
        assert not page.is_visible(".tipp")
        home = page.get_attribute(".welt", "transform")
        page.focus("#karte")
        page.keyboard.press("+")
        page.keyboard.press("ArrowLeft")
        assert page.get_attribute(".welt", "transform") != home
        page.click(".zoomen button[aria-label='Ganze Stadt']")
        assert page.get_attribute(".welt", "transform") == home and seen.console == []


def test_offers_are_found_and_open_the_area_they_lie_in(visit, map_file):
    release = sample_release()
    with visit(map_file()) as seen:
        page = seen.page
        page.fill("#suche", "schule 4")
        assert "Grundschule 4" in page.inner_text("#treffer")
        page.keyboard.press("Enter")
        assert page.inner_text("#profil h2").startswith(release.areas["name"].iloc[3])


def test_printing_takes_one_a3_page_with_the_whole_city(visit, map_file, tmp_path):
    pypdf = pytest.importorskip("pypdf")
    with visit(map_file(), "#gebiet=09760001") as seen:
        seen.page.pdf(path=tmp_path / "a3.pdf", format="A3", print_background=True, **PAPER)
    pages = pypdf.PdfReader(tmp_path / "a3.pdf").pages
    size = sorted(round(float(v) * 25.4 / 72) for v in pages[0].mediabox[2:])
    assert size == [297, 420] and len(pages) == 1
    text = re.sub(r"\s+", " ", pages[0].extract_text())
    assert (
        "Sozialraumindex 2024" in text
        and "kann nicht allein anhand des Index" in text
        and "Altstadt 1" in text
    )


@pytest.mark.parametrize(
    "fragment",
    [
        "",
        "#gebiet=09760001",
        "#gebiet=09760001&vergleich=09760007",
        "#tabelle=1",
        "#gebiet=09760004&zeigt=armut",
    ],
)
def test_axe_finds_nothing_against_wcag_2_1_aa(visit, map_file, fragment):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    with visit(map_file(years=3), fragment) as seen:
        found = axe.run(seen.page, options={"runOnly": {"type": "tag", "values": AXE_RULES}})
        assert [(v["id"], v["nodes"][0]["html"][:120]) for v in found.response["violations"]] == []


@pytest.mark.parametrize("size", [{"width": 1040, "height": 720}, {"width": 1500, "height": 1000}])
def test_long_names_stand_whole_in_the_ranking_on_paper(visit, tmp_path, size):
    release = sample_release()
    long = "St Mary Magdalene Church of England Voluntary Aided Primary School "
    names = [f"{long}{n}" for n in range(len(release.areas))]
    release = replace(release, areas=release.areas.assign(name=names))
    (tmp_path / "karte.html").write_text(map_html(release), encoding="utf-8", newline="\n")
    with visit(tmp_path / "karte.html", **size) as seen:
        seen.page.emulate_media(media="print")
        seen.page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
        cut = seen.page.evaluate(
            "[...document.querySelectorAll('#rang .wer')].filter(e => e.offsetHeight"
            " && (e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1))"
            ".map(e => e.textContent)"
        )
        assert cut == []
        crossed = seen.page.evaluate(
            "[...document.querySelectorAll('#rang li')].filter(e => e.offsetHeight)"
            ".map(e => e.getBoundingClientRect()).some((b, i, all) => i && b.top < all[i - 1].bottom - 1)"
        )
        assert not crossed


def test_axe_finds_nothing_in_the_print_view(visit, map_file):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    with visit(map_file(), "#gebiet=09760001") as seen:
        seen.page.emulate_media(media="print")
        seen.page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
        found = axe.run(seen.page, options={"runOnly": {"type": "tag", "values": AXE_RULES}})
        assert [v["id"] for v in found.response["violations"]] == []


def test_forced_colours_and_double_size_lose_nothing(visit, map_file):
    with visit(
        map_file(), "#gebiet=09760001", width=700, height=450, forced_colors="active"
    ) as seen:
        page = seen.page
        assert page.evaluate("document.documentElement.scrollWidth") <= 700
        assert page.is_visible("#klassen") and page.is_visible("#profil table")
        fills = page.eval_on_selector_all(
            "#klassen svg rect", "rects => rects.map(r => getComputedStyle(r).fill)"
        )
        assert len(set(fills)) == len(fills)
