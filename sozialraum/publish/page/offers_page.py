"""``angebote.html``: the offers of a town with search, and for which ages there are none."""

from __future__ import annotations

from sozialraum.model import Release
from sozialraum.publish.asset_files import asset
from sozialraum.publish.escape import markup, visible
from sozialraum.publish.monitoring.offers import offers_data, offers_of
from sozialraum.publish.page.data_block import data_block, page_script
from sozialraum.publish.page.page_data import LOCALES, subtitle
from sozialraum.publish.page.plain_page import STYLE, source_list
from sozialraum.publish.page.whole_page import whole_page
from sozialraum.texts import catalogue, text


def offers_page(release: Release) -> bytes:
    """Return the page as bytes; the release lists offers."""
    told = offers_of(release)
    assert told is not None
    words = catalogue("publish")["page"]
    data = {
        "lang": "de",
        "locale": LOCALES["de"],
        "texts": {k: v for k, v in words.items() if k.startswith("offers_") or k == "area"},
        "keys": [visible(key) for key in release.areas.index],
        "names": [visible(name) for name in release.areas["name"]],
        **offers_data(release),
    }
    band = ""
    if release.level == "intern":
        band = f'<p class="intern">{markup(text("publish.plain.intern"))}</p>\n'
    noscript = markup(catalogue("publish")["head"]["noscript"])
    body = (
        f"<main>\n{band}<h1>{markup(told['label'])}: {markup(release.facts.title)}</h1>\n"
        f'<p class="lead">{markup(subtitle(release, "de"))}</p>\n<div id="angebote"></div>\n'
        f"{source_list(release.facts.sources)}\n</main>\n"
        f"<noscript><p>{noscript}</p></noscript>\n{data_block(data)}"
    )
    page = whole_page(
        title=f"{told['label']} – {release.facts.place}", lang="de",
        style=asset(STYLE) + asset("angebote.css"), body=body,
        script=page_script("offers_page.js", len(release.areas)),
    )  # fmt: skip
    return page.encode("utf-8")
