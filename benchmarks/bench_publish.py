"""What a build writes, how large the page is, and how fast a browser shows it.

``python benchmarks/bench_publish.py`` prints what only a browser can tell: first polygons, year
switch, and the bytes of the page.
"""

import shutil
import statistics
import sys
import tempfile
from functools import cache
from pathlib import Path

import folium
from measure import Case

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from publish.folders import write_all
from publish.sample import sample_release

from sozialraum.publish.page.map_page import map_html
from sozialraum.publish.papers.documents import write_profiles, write_report
from sozialraum.publish.tables.workbook import write_xlsx

ARGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
FIRST_POLYGON = """window.drawn = new Promise(tell => {
  const watch = new MutationObserver(() => {
    if (!document.querySelector("path.gebiet[fill], canvas.boden")) return;
    watch.disconnect();
    requestAnimationFrame(() => requestAnimationFrame(() => tell(performance.now())));
  });
  watch.observe(document, {subtree: true, childList: true});
})"""
YEAR_SWITCH = """async () => {
  const slider = document.getElementById("jahr"), taken = [];
  for (const year of [0, 1, 2, 3, 4, 0, 3]) {
    const start = performance.now();
    slider.value = year;
    slider.dispatchEvent(new Event("input"));
    await new Promise(done => requestAnimationFrame(() => setTimeout(done)));
    taken.push(performance.now() - start);
  }
  return taken;
}"""


@cache
def folder() -> Path:
    return Path(tempfile.mkdtemp(prefix="bench_publish_"))


def folium_as_it_comes(release) -> str:
    """The same areas and values as a plain folium layer with a tooltip, which needs a network."""
    frame = release.areas.join(release.current.values).to_crs(4326)
    page = folium.Map(tiles=None)
    tooltip = folium.GeoJsonTooltip(["name", *release.current.values.columns])
    folium.GeoJson(frame, tooltip=tooltip).add_to(page)
    return page.get_root().render()


def cases(small: bool = False) -> list[Case]:
    n, m, years, pages = (30, 4, 2, 3) if small else (500, 10, 5, 40)
    release = sample_release(n, m, years, layers=True)
    size, out = f"{n} × {m} × {years}", folder()
    keys = list(release.areas.index[:pages])
    plain = {"folium, one year, needs network": lambda: folium_as_it_comes(release)}
    profiles = lambda: write_profiles(release, out / "y.pdf", keys=keys)  # noqa: E731
    return [
        Case("committee page", lambda: map_html(release), plain, "≤ 2 s", size),
        Case("all files but PDF", lambda: write_all(release, out / "all"), {}, "≤ 5 s", size),
        Case("xlsx", lambda: write_xlsx(release, out / "x.xlsx"), {}, "measured", size),
        Case("report", lambda: write_report(release, out / "x.pdf"), {}, "≤ 3 s", size),
        Case("profiles", profiles, {}, "≤ 3 s", f"{pages} pages"),
    ]


def browser_figures(n: int, m: int, years: int, rounds: int = 3) -> dict[str, float]:
    """Return megabytes of the page and median milliseconds to first polygons and a new year."""
    from playwright.sync_api import sync_playwright

    path = folder() / f"karte_{n}.html"
    path.write_bytes(map_html(sample_release(n, m, years)).encode("utf-8"))
    first, switch = [], []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=ARGS)
        for _ in range(rounds):
            page = browser.new_context(
                viewport={"width": 1400, "height": 900}, offline=True
            ).new_page()
            page.add_init_script(FIRST_POLYGON)
            page.goto(path.as_uri())
            first.append(page.evaluate("window.drawn"))
            page.wait_for_selector("html[data-fertig]")
            switch += page.evaluate(YEAR_SWITCH)
        browser.close()
    figures = {"MB": path.stat().st_size / 1e6, "first polygons, ms": statistics.median(first)}
    return figures | {"year switch, ms": statistics.median(switch)}


def test_every_case_runs():
    for case in cases(small=True):
        case.ours()
        for peer in case.peers.values():
            peer()


def test_a_page_of_a_hundred_areas_five_years_and_ten_indicators_stays_below_half_a_megabyte():
    assert len(map_html(sample_release(100, 10, 5)).encode()) < 500_000


if __name__ == "__main__":
    for areas, goal in ((500, "≤ 2,0 MB · 1.500 ms · 60 ms"), (5000, "≤ 6 MB · 3.000 ms · 250 ms")):
        shown = {k: round(v, 2) for k, v in browser_figures(areas, 10, 5).items()}
        print(f"{areas} × 10 × 5: {shown}   goal {goal}")
