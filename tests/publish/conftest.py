"""A headless Chromium without network, and pages that remember every request and every console line."""

from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace

import pytest

collect_ignore = ["qgis_looks.py"]  # for the Python of QGIS


@pytest.fixture(scope="session")
def visit(chromium):
    """Open a file offline; the page, its requests and its console lines come back together.

    `before` is a script that runs before those of the page.
    """

    @contextmanager
    def opened(
        path, fragment="", *, width=1400, height=900, before="", **options
    ) -> Iterator[SimpleNamespace]:
        context = chromium.new_context(
            viewport={"width": width, "height": height}, offline=True, **options
        )
        page, requests, console = context.new_page(), [], []
        page.on("request", lambda request: requests.append(request.url))
        page.on("console", lambda line: console.append(line.text))
        page.on("pageerror", lambda error: console.append(str(error)))
        if before:
            page.add_init_script(before)
        page.goto(path.as_uri() + fragment)
        page.wait_for_selector("html[data-fertig]")
        try:
            yield SimpleNamespace(page=page, requests=requests, console=console)
        finally:
            context.close()

    return opened


@pytest.fixture(scope="session")
def map_file(tmp_path_factory):
    """Write a release's page once per session and set of arguments."""
    from publish.sample import sample_release

    from sozialraum.publish.page.map_page import write_map

    written = {}

    def write(*args, lang="de", **options):
        key = (args, lang, tuple(sorted(options.items())))
        if key not in written:
            path = tmp_path_factory.mktemp("karte") / "karte.html"
            write_map(sample_release(*args, **options), path, lang=lang)
            written[key] = path
        return written[key]

    return write
