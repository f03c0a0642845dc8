"""One browser for all tests that look at a page: Playwright starts only once in a process."""

import shutil

import pytest
from firefox import Firefox, program

from sozialraum.space.crosswalks.store import FOLDER

ARGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]


@pytest.fixture(scope="session")
def chromium():
    path = (
        shutil.which("chromium")
        or shutil.which("chromium-browser")
        or shutil.which("google-chrome")
    )
    if path is None:
        pytest.skip("no Chromium here: install Debian's package chromium to run the browser tests")
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def firefox(tmp_path_factory):
    """Give a second browser; its profile is a folder of its own."""
    if program() is None:
        pytest.skip("no Firefox here: install Debian's package firefox-esr to run these tests")
    browser = Firefox(tmp_path_factory.mktemp("firefox"))
    yield browser
    browser.close()


@pytest.fixture(scope="session", autouse=True)
def crosswalks_of_the_tests(tmp_path_factory):
    """Keep crosswalks of the tests apart from those of whoever runs them."""
    patch = pytest.MonkeyPatch()
    patch.setenv(FOLDER, str(tmp_path_factory.mktemp("crosswalks")))
    yield
    patch.undo()
