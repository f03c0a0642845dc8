"""The handbook and the reference as one file each: no request, the same bytes twice."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from importlib import metadata, resources
from pathlib import Path

from jinja2 import Environment, StrictUndefined

from sozialraum.manual.key_tables import key_table
from sozialraum.manual.markdown import html_of
from sozialraum.manual.pages import Page, read_pages
from sozialraum.manual.reference import reference_pages
from sozialraum.manual.tables import (
    changes_text,
    index_page,
    notebook_text,
    recipe_table,
    spec_text,
)
from sozialraum.publish.escape import markup
from sozialraum.publish.page.policy import policy
from sozialraum.texts import catalogue, text

# what a page asks for: {{ keys("build", "disclosure") }}
_CALL = re.compile(r'\{\{ (\w+)\(((?:"[^"]*"(?:, )?)*)\) \}\}')
_QUOTED = re.compile(r'"([^"]*)"')


def handbook_html() -> str:
    """Return the German handbook as one page."""
    pages = read_pages()
    return _document([*pages, index_page(pages)], lang="de")


def reference_html() -> str:
    """Return the English reference of the public names as one page."""
    return _document([*reference_pages(), *read_pages("en")], lang="en")


def write_handbook(path: str | Path) -> Path:
    """Write the German handbook as one HTML file that opens offline.

    Parameters
    ----------
    path : file to write; its folder is made where it is missing
    """
    return _written(path, handbook_html())


def write_reference(path: str | Path) -> Path:
    """Write the English reference of every public name as one HTML file that opens offline.

    Parameters
    ----------
    path : file to write; its folder is made where it is missing
    """
    return _written(path, reference_html())


def _written(path: str | Path, html: str) -> Path:
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(html, encoding="utf-8", newline="\n")
    return target


def _document(pages: list[Page], *, lang: str) -> str:
    """Put pages into the frame, with the policy that names its own style and script."""
    words = catalogue("manual", lang)
    version = text("manual.version", lang, version=metadata.version("sozialraum"))
    contents = [(page.name, page.title) for page in pages]
    sections = [(page, _page_html(page, words["labels"])) for page in pages]
    rules = Environment(undefined=StrictUndefined, autoescape=False, keep_trailing_newline=True)
    frame = rules.from_string(_asset("handbuch.html.jinja"))
    html = frame.render(
        lang=lang, words=words, version=version, contents=contents, sections=sections,
        style=_asset("handbuch.css"), script=_asset("handbuch.js"),
    )  # fmt: skip
    return html.replace("<!-- policy -->", policy(html), 1)


def _page_html(page: Page, labels: dict[str, str]) -> str:
    return html_of(filled(page.body), page=page.name, labels=labels)


def filled(body: str) -> str:
    """Return Markdown with the tables, pictures and examples it asks for."""
    functions: dict[str, Callable[..., str]] = {
        "keys": key_table, "recipes": recipe_table, "spec": spec_text, "picture": _picture,
        "changes": changes_text, "notebook": _notebook,
    }  # fmt: skip

    def result(call: re.Match[str]) -> str:
        return functions[call[1]](*_QUOTED.findall(call[2]))

    return _CALL.sub(result, body)


def _notebook(name: str) -> str:
    """Return a notebook with its pictures."""
    return filled(notebook_text(name))


def _picture(name: str, words: str) -> str:
    """Return a picture of the real pages with the sentence that says what it shows."""
    file = resources.files("sozialraum.manual").joinpath("pictures", name)
    kind = "svg+xml" if name.endswith(".svg") else name.rpartition(".")[2]
    data = base64.b64encode(file.read_bytes()).decode("ascii")
    return (
        f'<figure><img src="data:image/{kind};base64,{data}" alt="{markup(words)}">'
        f"<figcaption>{markup(words)}</figcaption></figure>"
    )


def _asset(name: str) -> str:
    path = resources.files("sozialraum.manual").joinpath("assets", name)
    return path.read_text(encoding="utf-8").replace("\r\n", "\n")
