"""The shell of a page without scripts: one file, no address of others, can be sent and printed."""

from __future__ import annotations

import base64
import hashlib

from sozialraum.publish.asset_files import asset
from sozialraum.publish.escape import markup
from sozialraum.texts import text

STYLE = "schlichte_seite.css"


def plain_page(title: str, lead: str, body: list[str], *, intern: bool = False) -> bytes:
    """Return a page as bytes.

    Parameters
    ----------
    title, lead : German, plain text
    body : pieces of markup
    intern : say first that only the office may see it
    """
    style = asset(STYLE)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    head = (
        '<!doctype html>\n<html lang="de">\n<head>\n<meta charset="utf-8">\n'
        '<meta http-equiv="Content-Security-Policy" '
        f"content=\"default-src 'none'; style-src 'sha256-{digest}'\">\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{markup(title)}</title>\n<style>{style}</style>\n</head>\n<body>\n<main>\n"
    )
    band = f'<p class="intern">{markup(text("publish.plain.intern"))}</p>\n' if intern else ""
    start = f'{band}<h1>{markup(title)}</h1>\n<p class="lead">{markup(lead)}</p>\n'
    return (head + start + "\n".join(body) + "\n</main>\n</body>\n</html>\n").encode()


def wide_table(caption: str, heads: list[str], rows: list[str]) -> str:
    """Return a table that scrolls by itself where the page is narrow.

    Parameters
    ----------
    caption : plain text
    heads : markup of the column heads
    rows : markup of the rows
    """
    label = markup(caption)
    head = "".join(f'<th scope="col">{h}</th>' for h in heads)
    return (
        f'<div class="wide" tabindex="0" role="group" aria-label="{label}">'
        f"<table><caption>{label}</caption>\n<thead><tr>{head}</tr></thead>\n<tbody>\n"
        + "\n".join(rows)
        + "\n</tbody></table></div>"
    )


def source_list(sources: tuple[str, ...]) -> str:
    """Return the sources under their heading; "" where there are none."""
    if not sources:
        return ""
    items = "".join(f"<li>{markup(s)}</li>" for s in sources)
    return f"<h2>{markup(text('publish.plain.sources'))}</h2>\n<ul>{items}</ul>"
