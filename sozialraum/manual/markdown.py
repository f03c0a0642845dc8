"""Markdown to HTML: headings with anchors, links between pages, tables that can be scrolled."""

from __future__ import annotations

import re
from collections.abc import MutableMapping, Sequence
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import OptionsDict

from sozialraum.publish.escape import markup

_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_PAGE_LINK = re.compile(r"^(?P<page>[\w-]+)\.md(?:#(?P<part>.+))?$")


def slug(words: str) -> str:
    """Return words as an anchor.

    Examples
    --------
    >>> slug("Wie `[disclosure]` Größen schützt")
    'wie-disclosure-groessen-schuetzt'
    """
    plain = words.lower().translate(_UMLAUTS)
    return re.sub(r"[^a-z0-9_]+", "-", plain).strip("-")


class _Renderer(RendererHTML):
    """HTML as the handbook needs it."""

    def fence(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: MutableMapping[str, Any]
    ) -> str:
        """Write a fenced block that can be reached and scrolled by keyboard."""
        kind = tokens[idx].info.split(" ")[0]
        label = env.get(f"label_{kind}", env["label_text"])
        return (
            f'<pre tabindex="0" role="region" aria-label="{markup(label)} {_count(env)}">'
            f'<code class="{markup(kind)}">{markup(tokens[idx].content)}</code></pre>\n'
        )

    def table_open(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: MutableMapping[str, Any]
    ) -> str:
        """Open a table inside a region that scrolls."""
        label = f"{env['label_table']} {_count(env)}"
        return (
            f'<div class="table" tabindex="0" role="region" aria-label="{markup(label)}"><table>\n'
        )

    def table_close(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: MutableMapping[str, Any]
    ) -> str:
        """Close the region as well."""
        return "</table></div>\n"


def _count(env: MutableMapping[str, Any]) -> str:
    """Number the regions of a page: each has a name of its own."""
    env["regions"] = str(int(env.get("regions", "0")) + 1)
    return f"{env['page']} {env['regions']}"


def html_of(body: str, *, page: str, labels: dict[str, str]) -> str:
    """Return the HTML of a page.

    Parameters
    ----------
    body : Markdown; raw HTML in it is shown as text, except MathML and figures in ``<figure>``
    page : its name; headings get anchors that begin with it
    labels : words for regions: ``label_table``, ``label_text``, ``label_python`` and so on
    """
    reader = MarkdownIt("commonmark", {"html": True}, renderer_cls=_Renderer)
    reader.enable("table")
    tokens = reader.parse(body)
    used: dict[str, int] = {}
    for token, inline in zip(tokens, [*tokens[1:], None], strict=True):
        if token.type == "heading_open" and inline is not None:
            place = slug(inline.content)
            used[place] = used.get(place, 0) + 1
            again = f"-{used[place]}" if used[place] > 1 else ""
            token.attrSet("id", f"{page}.{place}{again}")
        for child in token.children or ():
            _turn_link(child)
    env = {"page": page, **labels}
    return str(reader.renderer.render(tokens, reader.options, env))


def _turn_link(token: Token) -> None:
    """Point a link to another page's file at its place in the one document."""
    target = str(token.attrGet("href") or "")
    found = _PAGE_LINK.match(target)
    if found:
        part = f".{found['part']}" if found["part"] else ""
        token.attrSet("href", f"#{found['page']}{part}")
    elif target.startswith(("http:", "https:")):
        token.attrSet("rel", "noreferrer")
