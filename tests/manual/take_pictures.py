"""Pictures of the handbook, taken from the shipped builds: ``python -m manual.take_pictures``.

Called in ``tests``; needs Chromium. Pictures have few colours, so that the handbook stays small.
"""

from __future__ import annotations

import io
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

import sozialraum
import sozialraum.manual

ROOT = Path(__file__).parents[2]
TARGET = Path(sozialraum.manual.__file__).parent / "pictures"
COLOURS = 48


def take(page: Page, url: str, name: str, act: Callable[[Page], None] = lambda page: None) -> None:
    """Save what a page shows after `act` as a picture of few colours."""
    page.goto(url)
    page.wait_for_timeout(1500)
    act(page)
    page.wait_for_timeout(500)
    seen = Image.open(io.BytesIO(page.screenshot(type="png"))).convert("RGB")
    small = seen.resize((seen.width * 3 // 4, seen.height * 3 // 4), Image.Resampling.LANCZOS)
    few = small.quantize(COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    few.save(TARGET / name, optimize=True)


def two_questions(page: Page) -> None:
    """Show burden and participation together."""
    chooser = page.locator("select").filter(
        has=page.locator("option", has_text="Belastung und Beteiligung")
    )
    label = chooser.locator("option", has_text="Belastung und Beteiligung").first.inner_text()
    chooser.first.select_option(label=label)


def build_all(folder: Path) -> None:
    """Build the example city and its plan into folders ``index`` and ``plan``."""
    from sozialraum.workflows.plan.decision import decide

    sozialraum.build(ROOT / "config" / "musterstadt.toml").save(folder / "index")
    decide(ROOT / "config" / "plan_musterstadt.toml").save(folder / "plan")


def take_all(folder: Path) -> None:
    """Take every picture from the results in a folder."""
    TARGET.mkdir(exist_ok=True)
    city, plan = folder / "index" / "karte.html", folder / "plan" / "szenarien.html"
    with sync_playwright() as playwright:
        path = shutil.which("chromium") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        take(page, city.as_uri(), "karte.png")
        take(page, f"{city.as_uri()}#gebiet=07", "gebiet.png")
        page.goto("about:blank")
        take(page, city.as_uri(), "zwei_fragen.png", two_questions)
        take(page, plan.as_uri(), "plan.png")
        browser.close()


def assistant_pictures() -> None:
    """Take the first ten minutes: files recognised, questions answered; the town is invented."""
    from assistant.running import listening
    from invented_city import delivery

    with tempfile.TemporaryDirectory() as place, sync_playwright() as playwright:
        delivery(Path(place))
        path = shutil.which("chromium") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1000, "height": 760})
        with listening() as running:

            def files(page: Page) -> None:
                page.set_input_files("#wahl", [str(p) for p in sorted(Path(place).iterdir())])
                page.locator("#indikatoren fieldset").first.wait_for()
                page.locator("#urteil").filter(has_text="Fehler").wait_for()
                page.wait_for_timeout(6000)

            def indicators(page: Page) -> None:
                files(page)
                page.locator("#indikatoren").scroll_into_view_if_needed()
                page.locator("#indikatoren input[type=radio]").first.check()
                page.evaluate("document.getElementById('indikatoren').scrollIntoView()")

            take(page, running.client.address, "assistent_dateien.png", files)
            take(page, running.client.address, "assistent_indikatoren.png", indicators)
        browser.close()


def main() -> None:
    """Take the pictures from a folder with results, or build them first."""
    assistant_pictures()
    if len(sys.argv) > 1:
        take_all(Path(sys.argv[1]).resolve())
        return
    with tempfile.TemporaryDirectory() as place:
        build_all(Path(place))
        take_all(Path(place))


if __name__ == "__main__":
    main()
