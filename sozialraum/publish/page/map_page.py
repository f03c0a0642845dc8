"""The committee page ``karte.html``: one file, no request to anyone, a table beside the map.

What the page understands of a `Release`
----------------------------------------
areas, editions, indicators, breaks
    always shown: one view per axis of `breaks` whose class stands in ``Edition.table``, one view
    per indicator.
points : ``{label: GeoDataFrame(name, kind, geometry)}``
    dots that can be switched on and off; listed in the profile of the area they lie in. The label
    is shown ("Schulen").
outlines : ``{label: GeoDataFrame(name, geometry)}``
    dashed lines with their names ("Stadtteile").
layers : ``{name: DataFrame by area key}``
    see `sozialraum.publish.layers` for the names and columns that are shown.
"""

from __future__ import annotations

from pathlib import Path
from string import Template
from typing import Any

from sozialraum.model import Release
from sozialraum.publish.asset_files import asset
from sozialraum.publish.escape import markup
from sozialraum.publish.headline.headline_numbers import headline_of
from sozialraum.publish.headline.words import AreaRef
from sozialraum.publish.map_layers import UNKNOWN, make_views
from sozialraum.publish.monitoring.offers import offers_of
from sozialraum.publish.page.data_block import data_block, page_script
from sozialraum.publish.page.map_data import Shapes, simplify_areas
from sozialraum.publish.page.page_data import page_data, subtitle
from sozialraum.publish.page.whole_page import whole_page
from sozialraum.publish.periods import axis_word
from sozialraum.texts import catalogue


def write_map(
    release: Release,
    path: str | Path,
    *,
    lang: str = "de",
    logo: str = "",
) -> None:
    """Write the committee page.

    Parameters
    ----------
    release : what may leave the house
    path : file to write
    lang : "de" or "en"; the texts of the build stay German
    logo : ``data:`` address of a picture, or ""
    """
    # Bytes, not text: the hashes in the page's policy hold only with the line ends as they are.
    Path(path).write_bytes(map_html(release, lang=lang, logo=logo).encode("utf-8"))


def map_html(release: Release, *, lang: str = "de", logo: str = "") -> str:
    """Return the committee page as text."""
    shapes = simplify_areas(release.areas)
    data = page_data(release, lang=lang, shapes=shapes)
    return whole_page(
        title=f"{release.facts.title} – {release.facts.place}",
        lang=lang,
        style=_style(release),
        body=_body(release, data, shapes, lang, logo),
        script=page_script("main.js", len(data["keys"])),
    )


def _style(release: Release) -> str:
    own = asset("angebote.css") if offers_of(release) else ""
    return asset("gemeinsam.css") + asset("karte.css") + own


_MOST_NAMED = 12


def _body(release: Release, data: dict[str, Any], shapes: Shapes, lang: str, logo: str) -> str:
    facts, words = release.facts, catalogue("publish", lang)["head"]
    filled = {key: markup(value) for key, value in words.items()}
    filled |= {
        "patterns": asset("muster.html"),
        "title": markup(facts.title),
        "subtitle": markup(subtitle(release, lang)),
        "direction": markup(data["views"][0]["said"]),
        "search_hint": markup(words["search_hint" if release.points else "search_areas"]),
        "foreign": "" if lang == "de" else ' lang="de"',
        "label_year": markup(words[axis_word(release)]),
        "banner": f'<p class="intern">{markup(words["intern"])}</p>'
        if release.level == "intern"
        else "",
        "logo": _logo(release, logo),
        "credit": markup(f"{words['german_parts']} {words['credit']}".strip()),
        "headline": _headline(release, words, lang),
        "findings": _findings(release, words, lang),
        "offers": '<div id="angebote"></div>' if offers_of(release) else "",
        "notes": _notes(release, words, lang, shapes, data["views"][0]["codes"][-1]),
        "data": data_block(data),
    }
    return Template(asset("karte.html")).substitute(filled)


def _headline(release: Release, words: dict[str, str], lang: str) -> str:
    """Return where, how many and how sure, above the map; the named areas are buttons."""
    german = "" if lang == "de" else ' lang="de"'
    first, *more = ["".join(map(_part, s)) for s in headline_of(release).sentences]
    rest = "".join(f"<p>{sentence}</p>" for sentence in more)
    button = (
        f'<button type="button" id="mehr" aria-expanded="false" '
        f'data-mehr="{markup(words["more"])}">{markup(words["more"])}</button>'
    )
    told = f'<div class="weiter">{rest}</div>{button}' if more else ""
    return f'<section id="kern"{german}><h2>{first}</h2>{told}</section>'


def _part(part: str | AreaRef) -> str:
    """Return a part of a sentence; an area is a button with its letter."""
    if isinstance(part, str):
        return markup(part)
    letter = f'<b class="brief">{part.letter}</b>\u00a0'
    keys = markup(part.keys[0])
    return f'<button type="button" data-gebiet="{keys}">{letter}{markup(part.name)}</button>'


def _findings(release: Release, words: dict[str, str], lang: str) -> str:
    """Return what came out, for above the map; empty where the build says nothing."""
    german = "" if lang == "de" else ' lang="de"'
    messages = "".join(f"<li>{markup(line)}</li>" for line in release.facts.findings)
    head = f'<h2 id="befunde-kopf">{markup(words["findings"])}</h2>'
    more = '<button type="button" id="alle-befunde" aria-expanded="false" hidden></button>'
    return (
        f'<section id="befunde" aria-labelledby="befunde-kopf">{head}<ul{german}>{messages}</ul>'
        f"{more}</section>"
        if messages
        else ""
    )


def _notes(release: Release, words: dict[str, str], lang: str, shapes: Shapes, codes: str) -> str:
    facts = release.facts
    sections = [
        (words["method"], (facts.method, *facts.changed)),
        (words["sources"], facts.sources),
        (words["limits"], facts.limits),
        (words["withheld"], release.notes),
        (words["borders"], _border_notes(release, words, shapes)),
    ]
    if lang == "de":
        sections.append((words["easy"], easy_language(release, codes)))
    easy, german = ' class="leicht"', ' lang="de"'
    ours = (lang, words["borders"])
    blocks = [
        f"<section{easy if head == words.get('easy') else ''}><h2>{markup(head)}</h2>"
        f"<ul{'' if 'de' in ours or head in ours else german}>"
        + "".join(f"<li>{markup(line)}</li>" for line in lines if line)
        + "</ul></section>"
        for head, lines in sections
        if any(lines)
    ]
    return f'<div class="spalten">{"".join(blocks)}</div>'


def _border_notes(release: Release, words: dict[str, str], shapes: Shapes) -> tuple[str, ...]:
    """Say where delivered outlines do not fit, for there the drawing has gaps or overlaps."""
    if shapes.gap_free:
        return ()
    names = [f"{release.areas.at[key, 'name']} ({key})" for key in shapes.faulty[:_MOST_NAMED]]
    listed = ", ".join(names) + (" …" if len(shapes.faulty) > _MOST_NAMED else "")
    messages = words["faulty_one" if len(shapes.faulty) == 1 else "faulty"]
    return (messages.format(n=len(shapes.faulty), names=listed),)


def easy_language(release: Release, codes: str = "") -> tuple[str, ...]:
    """Return the page in Leichte Sprache: short sentences, one thought each.

    `codes` are those of its first view, where they are known already.
    """
    words = catalogue("publish")["easy"]
    facts = release.facts
    dark = facts.strong if facts.orientation == "participation" else "burden"
    codes = codes or make_views(release)[0].codes[-1]
    signs = [sign for sign in "sk" if sign in codes]
    lines = [*words["start"], *words[_known(codes)], *words[dark], *words["limits"]]
    lines += [line for sign in signs for line in words[f"mark_{sign}"]]
    lines += words["end"] if _is_protected(release) else []
    return tuple(line.format(n=len(release.areas), place=facts.place) for line in lines)


def _known(codes: str) -> str:
    """Return which sentence says how many areas have a colour."""
    share = sum(code not in UNKNOWN for code in codes) / max(len(codes), 1)
    return "all_known" if share == 1 else "some_known" if share > 0.5 else "few_known"


def _is_protected(release: Release) -> bool:
    return not release.details.get("disclosure", {}).get("published_input", False)


def _logo(release: Release, address: str) -> str:
    if not address:
        return ""
    return f'<img src="{markup(address)}" alt="{markup(release.facts.place)}">'
