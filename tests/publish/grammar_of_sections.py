"""What every page of questions has to hold of the grammar of meaning; called by the tests of each."""

import colorsys
import json
import re
from html.parser import HTMLParser

from sozialraum.publish.graphics.colours import rgb

WORSE = "#e08214"  # the one orange of a change; stripes and letters have their own
_BOUNDS = re.compile(r"(?<![\d.,])\d+,\d{3,}")


class _Sections(HTMLParser):
    """Per section and variant its sentence on the ends, and the legend as colours and counts."""

    def __init__(self):
        super().__init__()
        self.found, self.text = {}, []
        self._section = self._variant = None
        self._in = []

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag == "section" and "aria-labelledby" in given:
            self._section, self._variant = given["aria-labelledby"], "0"
        if tag == "div" and "data-variante" in given:
            self._variant = given["data-variante"]
        here = self.found.setdefault((self._section, self._variant), {"ends": [], "legend": []})
        if given.get("class") == "richtung":
            self._in.append("ends")
        if tag == "li" and self._in[-1:] == ["zeichen"]:
            here["legend"].append({"fill": "", "sign": "", "count": ""})
        if given.get("class") == "zeichen":
            self._in.append("zeichen")
        if tag in ("rect", "circle", "path") and here["legend"] and "zeichen" in self._in:
            here["legend"][-1] |= {"fill": given.get("fill", ""), "sign": tag}
        if given.get("class") == "zahl":
            self._in.append("zahl")
        if tag in ("script", "style"):
            self._in.append("code")

    def handle_endtag(self, tag):
        ends = {"p": "ends", "ul": "zeichen", "span": "zahl", "script": "code", "style": "code"}
        if self._in and ends.get(tag) == self._in[-1]:
            self._in.pop()

    def handle_data(self, data):
        if "code" in self._in:
            return
        self.text.append(data)
        here = self.found.get((self._section, self._variant))
        if self._in[-1:] == ["ends"]:
            here["ends"].append(data)
        if self._in[-1:] == ["zahl"] and here["legend"]:
            here["legend"][-1]["count"] += data


def drawn_of(html):
    """Return the sections of a page as its script reads them, by id."""
    data = json.loads(re.search(r'id="daten">(.*?)</script>', html, re.DOTALL)[1])
    return {one["id"]: one | {"of": data} for one in data["sections"]}


def is_orange(colour):
    hue, light, strength = colorsys.rgb_to_hls(*(c / 255 for c in rgb(colour)))
    return 14 <= hue * 360 <= 42 and strength > 0.45 and 0.2 < light < 0.8


def luminance(colour):
    red, green, blue = rgb(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def check_grammar(html, *, days):
    """Assert that colours, legends, sentences, days and digits of a page are those of the grammar.

    Returns the sentence on the ends per section and variant.
    """
    told = _Sections()
    told.feed(html)
    shown = " ".join(told.text)
    assert _BOUNDS.findall(shown) == []
    for day in days:
        assert day in shown
    sentences = {}
    for name, section in drawn_of(html).items():
        for place, variant in enumerate(section["variants"]):
            here = told.found.get((name, str(place)), {"ends": [], "legend": []})
            painted = [c for c in variant["fills"].values() if len(c) > 1]
            signs = [section["points"][k].get("fill", "") for k in variant["points"]]
            allowed = {WORSE} if name.startswith("allocate") else set()
            assert {c for c in [*painted, *filter(None, signs)] if is_orange(c)} <= allowed
            if not painted:
                continue
            (sentences[name, place],) = here["ends"]  # exactly one, of its own view
            assert sentences[name, place].startswith("Dunkel = ")
            classes = [one for one in here["legend"] if one["fill"] in painted]
            light = [luminance(one["fill"]) for one in classes]
            assert light == sorted(light) and len(classes) == len(painted)  # the strong end first
            over = ("url(#muster-z)", "url(#muster-y)")
            marks = [one for one in here["legend"] if one["fill"].startswith("url(") and
                     one["fill"] not in over]  # fmt: skip
            counted = sum(int(one["count"].replace(".", "")) for one in [*classes, *marks])
            assert counted == len(variant["codes"].replace(".", "")), (name, place)
    return sentences
