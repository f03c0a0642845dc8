"""What a build writes, how large the page is, and how fast a browser shows it.

``python benchmarks/bench_publish.py`` prints what only a browser can tell: the bytes of the page,
how long until the first polygons, another year, an area chosen, the map moved nearer. The largest
page takes a minute to make; words behind the command ("500 5000") choose among the sizes.
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
# each act is done several times, and timed until the frame that shows it is finished
TIMED = """async acts => {
  const taken = [];
  for (const act of acts) {
    const start = performance.now();
    act();
    await new Promise(done => requestAnimationFrame(() => setTimeout(done)));
    taken.push(performance.now() - start);
  }
  return taken;
}"""
ACTS = {
    "year switch, ms": """[0, 1, 2, 3, 4, 0, 3].map(year => () => {
      const slider = document.getElementById("jahr");
      slider.value = year;
      slider.dispatchEvent(new Event("input"));
    })""",
    "choosing, ms": """[0, 4, 1, 3, 2].map(nr => () =>
      document.querySelectorAll("#rang button")[nr].click())""",
    "zoom, ms": """["+", "+", "-", "+", "+", "-", "-"].map(key => () =>
      document.getElementById("karte").dispatchEvent(new KeyboardEvent("keydown", {key})))""",
}
GOALS = {
    500: "first polygons 600 ms, year 60 ms, choosing 100 ms",
    5000: "first polygons 1,000 ms, year 80 ms, choosing 120 ms",
    33755: "8 MB, first polygons 2,000 ms, zoom 200 ms, year 250 ms",
}


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
    """Return megabytes of the page, and median milliseconds to first polygons and of each act."""
    from playwright.sync_api import sync_playwright

    path = folder() / f"karte_{n}.html"
    path.write_bytes(map_html(sample_release(n, m, years)).encode("utf-8"))
    taken = {"first polygons, ms": []} | {name: [] for name in ACTS}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=ARGS)
        for _ in range(rounds):
            context = browser.new_context(viewport={"width": 1400, "height": 900}, offline=True)
            page = context.new_page()
            page.add_init_script(FIRST_POLYGON)
            page.goto(path.as_uri())
            taken["first polygons, ms"].append(page.evaluate("window.drawn"))
            page.wait_for_selector("html[data-fertig]")
            for name, acts in ACTS.items():
                taken[name] += page.evaluate(f"() => ({TIMED})({acts})")
            context.close()
        browser.close()
    figures = {name: statistics.median(times) for name, times in taken.items()}
    return {"MB": path.stat().st_size / 1e6} | figures


def test_every_case_runs():
    for case in cases(small=True):
        case.ours()
        for peer in case.peers.values():
            peer()


def test_a_page_of_a_hundred_areas_five_years_and_ten_indicators_stays_below_half_a_megabyte():
    assert len(map_html(sample_release(100, 10, 5)).encode()) < 500_000


if __name__ == "__main__":
    for areas in map(int, sys.argv[1:] or GOALS):
        print(f"making the page of {areas} areas …", file=sys.stderr, flush=True)
        shown = {
            k: round(v, 2 if k == "MB" else None) for k, v in browser_figures(areas, 10, 5).items()
        }
        print(f"{areas} × 10 × 5: {shown}   goal {GOALS.get(areas, '–')}", flush=True)
