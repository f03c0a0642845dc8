"""A list of offers among the files of an office, recognised by its heads: ``[offers]``."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from sozialraum.workflows.new.proposal import ProposedOffers

if TYPE_CHECKING:
    from sozialraum.sources.recognise.seen import SeenFolder, SeenLayer, SeenTable
    from sozialraum.workflows.new.choosing import Chosen

# our name of a column -> what offices call it; the first that fits is taken
_HEADS = {
    "name": r"name|angebot(sname)?|name des angebots|angebotstitel|bezeichnung|titel|veranstaltung",
    "kind": r"art( des angebots)?|angebotsart|typ|kategorie|rubrik|angebotsform",
    "age_from": r"alter[ _-]?(von|ab|min)|(von|ab|min)[ _-]?alter|mindestalter",
    "age_to": r"alter[ _-]?(bis|max)|(bis|max)[ _-]?alter|h(ö|oe)chstalter",
    "days": r"(wochen|angebots|kurs)?tage?|termine?",
    "address": r"adresse|anschrift|ort|veranstaltungsort|stra(ß|ss)e( und hausnummer)?",
    "group": r"zielgruppe|f(ü|ue)r[ _-]?wen|teilnehmende",
    "languages": r"sprachen?",
    "link": r"link|url|web(site|seite)?|homepage|internet",
    "x": r"ost(wert)?|x|rechtswert|easting|lon|longitude|l(ä|ae)nge(ngrad)?",
    "y": r"nord(wert)?|y|hochwert|northing|lat|latitude|breite(ngrad)?",
}
_BOTH_AGES = re.compile(r"(?i)alter(sgruppe|sspanne)?|zielalter|f(ü|ue)r alter")
_TELLS_OFFERS = ("age_from", "age_to", "days")
_DEGREES = 200.0  # numbers below are degrees


def propose_offers(seen: SeenFolder, chosen: Chosen, crs: str) -> ProposedOffers | None:
    """Return the list of offers among the files; None where there is none, or no place in it.

    Parameters
    ----------
    seen : files as recognised
    chosen : areas and tables of the proposal; none of these tables is a list of offers
    crs : of the proposed build, for coordinates without one of their own
    """
    used = {t.label for t in chosen.tables}
    lists = [t for t in seen.tables if t.label not in used and t.sample and t.kind == "table"]
    found = [
        *(_of_layer(x) for x in seen.layers if x.geometry == "points"),
        *(_of_table(t, chosen.target, crs) for t in lists),
    ]
    known = [one for one in found if one is not None]
    return max(known, key=lambda one: (len(one.columns), one.file), default=None)


def _roles(titles: Sequence[str]) -> dict[str, str]:
    """Return what the heads of a list say it holds."""
    roles: dict[str, str] = {}
    for role, words in _HEADS.items():
        fits = [t for t in titles if re.fullmatch(words, t.strip().casefold())]
        if fits:
            roles[role] = min(fits, key=lambda t: _order(words, t))
    both = next((t for t in titles if _BOTH_AGES.fullmatch(t.strip())), None)
    if both is not None and not {"age_from", "age_to"} & set(roles):
        roles |= {"age_from": both, "age_to": both}
    return roles


def _order(words: str, title: str) -> int:
    """Return the place of a title among the words of a role."""
    each = re.split(r"\|(?![^(]*\))", words)
    plain = title.strip().casefold()
    return next((n for n, one in enumerate(each) if re.fullmatch(one, plain)), len(each))


def _is_list(roles: Mapping[str, str]) -> bool:
    return "name" in roles and any(one in roles for one in _TELLS_OFFERS)


def _of_layer(layer: SeenLayer) -> ProposedOffers | None:
    roles = {k: v for k, v in _roles(tuple(layer.columns)).items() if k not in ("x", "y")}
    return ProposedOffers(layer.file, layer.layer, roles) if _is_list(roles) else None


def _of_table(table: SeenTable, target: SeenLayer, crs: str) -> ProposedOffers | None:
    heads = table.sample[0]
    roles = _roles(heads)
    if not _is_list(roles) or table.layer or table.sheet:
        return None
    if {"x", "y"} <= set(roles):
        return ProposedOffers(table.file, "", roles, _system(table, roles["x"], crs))
    roles = {k: v for k, v in roles.items() if k not in ("x", "y")}
    match = table.match
    if match is None or match.layer != target.label or match.place >= len(heads):
        return None
    return ProposedOffers(table.file, "", {**roles, "area": heads[match.place]})


def _system(table: SeenTable, x: str, crs: str) -> str:
    """Return degrees for numbers that can be some, else the system of the build."""
    place = table.sample[0].index(x)
    for row in table.sample[1:]:
        cell = row[place].replace(".", "").replace(",", ".") if "," in row[place] else row[place]
        try:
            return "EPSG:4326" if abs(float(cell)) < _DEGREES else crs
        except ValueError:
            continue
    return crs
