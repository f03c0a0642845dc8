"""Pictures of every page at four widths and on paper: ``python -m manual.page_pictures``.

Called in ``tests``; needs Chromium and poppler. They are looked at before a release and kept in
``.pictures`` with few colours. With a folder as argument, results that are there are not built
again.
"""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).parents[2]
TARGET = ROOT / ".pictures"
WIDTHS = {1700: 1000, 1400: 900, 760: 1000, 400: 800}
COLOURS = 96
MOST = 2200  # pixels of height that are kept
# name of the picture -> page of the results, and what is opened in it
PAGES = {
    "karte": ("musterstadt/karte.html", ""),
    "gebiet": ("musterstadt/karte.html", "#gebiet=14"),
    "hagen": ("musterstadt_hagen/karte.html", ""),
    "plan": ("plan/szenarien.html", ""),
    "beteiligung": ("beteiligung/teilnahme.html", ""),
    "verfahren": ("verfahren/methodenvergleich.html", ""),
}


def build_missing(folder: Path) -> None:
    """Build the results that a folder does not hold yet."""
    import sozialraum
    from sozialraum.testing.city import synthetic_city
    from sozialraum.testing.programme_files import write_programme
    from sozialraum.workflows.compare.methods import compare_methods
    from sozialraum.workflows.participation import run_participation
    from sozialraum.workflows.plan.decision import decide

    config = ROOT / "config"
    for name in ("musterstadt", "musterstadt_hagen"):
        if not (folder / name).exists():
            sozialraum.build(config / f"{name}.toml").save(folder / name)
    if not (folder / "plan").exists():
        decide(config / "plan_musterstadt.toml").save(folder / "plan")
    if not (folder / "beteiligung").exists():
        data = folder / "anmeldungen"
        write_programme(synthetic_city(), data)
        programme = config / "ferienprogramm_musterstadt.toml"
        run_participation(programme, data=data).save(folder / "beteiligung")
    if not (folder / "verfahren").exists():
        built = sozialraum.build(config / "musterstadt.toml")
        recipes = ["minmax_mean", "five_types", "berlin_mss"]
        compare_methods(built, recipes=recipes).save(folder / "verfahren")


def keep(picture: Image.Image, name: str) -> None:
    """Save a picture at half its size, with few colours."""
    part = picture.convert("RGB").crop((0, 0, picture.width, min(picture.height, MOST)))
    small = part.resize((part.width // 2, part.height // 2), Image.Resampling.LANCZOS)
    few = small.quantize(COLOURS, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    few.save(TARGET / f"{name}.png", optimize=True)


def take(browser: Browser, file: Path, fragment: str, name: str) -> None:
    """Take a page at four widths, and its first sheet of A4."""
    for width, height in WIDTHS.items():
        page = browser.new_page(viewport={"width": width, "height": height})
        page.goto(file.as_uri() + fragment)
        page.wait_for_selector("html[data-fertig]")
        page.wait_for_timeout(400)
        keep(Image.open(io.BytesIO(page.screenshot(full_page=True))), f"{name}_{width}")
        page.close()
    page = browser.new_page(viewport={"width": 1400, "height": 900})
    page.goto(file.as_uri() + fragment)
    page.wait_for_selector("html[data-fertig]")
    with tempfile.TemporaryDirectory() as place:
        sheet = Path(place) / "blatt"
        page.pdf(path=f"{sheet}.pdf", format="A4", landscape=True, print_background=True)
        command = ["pdftoppm", "-r", "130", "-f", "1", "-l", "1", "-png", f"{sheet}.pdf", sheet]
        subprocess.run(command, check=True)
        keep(Image.open(next(Path(place).glob("*.png"))), f"{name}_a4")
    page.close()


def main() -> None:
    """Build what is missing, and take every picture."""
    TARGET.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as place, sync_playwright() as playwright:
        folder = Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else Path(place)
        build_missing(folder)
        path = shutil.which("chromium") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        for name, (file, fragment) in PAGES.items():
            take(browser, folder / file, fragment, name)
        browser.close()


if __name__ == "__main__":
    main()
