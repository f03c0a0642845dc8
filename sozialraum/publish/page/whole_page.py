"""A page in one file: its style, its script and what they work on, closed by a policy."""

from __future__ import annotations

from sozialraum.publish.escape import markup
from sozialraum.publish.page.policy import policy


def whole_page(*, title: str, lang: str, style: str, body: str, script: str) -> str:
    """Return a page that loads nothing.

    Parameters
    ----------
    title : shown in the tab of the browser
    lang : language of the page
    style, script : our own; the policy allows these two by their hashes and nothing else, whatever
        stands in `body`
    body : markup
    """
    own = f"<style>{style}</style>", f"<script>{script}</script>"
    return (
        f'<!DOCTYPE html>\n<html lang="{lang}">\n<head>\n<meta charset="utf-8">\n'
        f"{policy(''.join(own))}\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{markup(title)}</title>\n{own[0]}\n</head>\n<body>\n{body}\n{own[1]}\n"
        "</body>\n</html>\n"
    )
