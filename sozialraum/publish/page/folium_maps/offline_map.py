"""folium's map without a single foreign address.

As it comes, a folium page asks four foreign hosts for scripts and shows nothing without them.
`OfflineMap` keeps folium's page and its map object, empties both lists of links, puts Leaflet into
the page and closes it with a Content-Security-Policy that names the one allowed hash of each script
and style: the browser itself then refuses every request and every foreign script.
"""

from __future__ import annotations

import re
from typing import ClassVar

import folium
from branca.element import Element
from jinja2 import Template

from sozialraum.publish.escape import markup
from sozialraum.publish.page.folium_maps.leaflet import leaflet_script, leaflet_style
from sozialraum.publish.page.policy import policy

_VIEWPORT = re.compile(r'<meta name="viewport".*?/>', re.DOTALL)
_VIEWPORT_ZOOMABLE = '<meta name="viewport" content="width=device-width, initial-scale=1">'
_CHARSET = '<meta http-equiv="content-type" content="text/html; charset=UTF-8" />'
_POLICY_PLACE = "<!-- policy -->"
_TITLE_PLACE = "<!-- title -->"
_BODY_PLACE = "<!-- body -->"


class Verbatim(Element):
    """Text that goes into the page as it is.

    A plain branca element reads its text as a Jinja template: ``{{7*7}}`` in the name of a school
    would be computed.
    """

    _template = Template("{{ this.content }}")

    def __init__(self, content: str) -> None:
        super().__init__()
        self.content = content


class OfflineMap(folium.Map):
    """A map page in one file: Leaflet inlined, no tiles unless named, the same bytes each time.

    Parameters
    ----------
    title : title of the page, shown in the tab of the browser
    lang : language of the page
    images_from : hosts that pictures of a basemap may come from; empty = none
    """

    default_js: ClassVar[list[tuple[str, str]]] = []
    default_css: ClassVar[list[tuple[str, str]]] = []

    def __init__(self, *, title: str, lang: str = "de", images_from: tuple[str, ...] = ()) -> None:
        super().__init__(
            location=[51, 10], zoom_start=6, tiles=None, zoom_control=False,
            attributionControl=True, zoomSnap=0.1, zoomDelta=0.5, keyboardPanDelta=120, max_zoom=19,
        )  # fmt: skip
        self._id = "karte"
        self._page_title, self._lang, self._images_from = title, lang, images_from

    def page(self, *, style: str, body: str, script: str) -> str:
        """Return the whole page.

        Parameters
        ----------
        style, body, script : our own parts; none of them is read as a template
        """
        root = self.get_root()
        root._id = "seite"
        root.header.add_child(Verbatim(_POLICY_PLACE), name="policy", index=0)
        root.header.add_child(Verbatim(f"<title>{_TITLE_PLACE}</title>"), name="titel")
        root.header.add_child(Verbatim(f"<style>{leaflet_style()}</style>"), name="leaflet_css")
        root.header.add_child(Verbatim(f"<script>{leaflet_script()}</script>"), name="leaflet_js")
        root.html.add_child(Verbatim(_BODY_PLACE), name="inhalt")
        root.script.add_child(Verbatim(script), name="karte_js")
        html = root.render()
        html = html.replace("</head>", f"<style>{style}</style>\n</head>", 1)
        html = _VIEWPORT.sub(_VIEWPORT_ZOOMABLE, html, count=1)
        html = html.replace("<html>", f'<html lang="{self._lang}">', 1)
        html = html.replace(_CHARSET, "", 1)
        head = '<meta charset="utf-8">\n' + policy(html, self._images_from)
        # texts of others come in last: the policy allows nothing that stands in them
        start, rest = html.replace(_POLICY_PLACE, head, 1).split(_TITLE_PLACE, 1)
        middle, end = rest.split(_BODY_PLACE, 1)
        return f"{start}{markup(self._page_title)}{middle}{body}{end}"
