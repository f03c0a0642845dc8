"""Strong colour means more to do in page, drawing, printed sheet and QGIS style of every build."""

import re
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
from publish.example_builds import BERLIN, OWN, example
from publish.test_findings_and_paper import pictures_of
from publish.test_grammar import fills_of, lightness

from sozialraum.publish.graphics.colours import rgb
from sozialraum.publish.graphics.drawing import draw_map, make_canvas
from sozialraum.publish.layers import burden
from sozialraum.publish.map_layers import UNKNOWN, make_views
from sozialraum.publish.page.page_data import page_data
from sozialraum.publish.papers.documents import write_sheets
from sozialraum.publish.tables.qgis_style import qml

pytest.importorskip("typst")
TURNED = "musterstadt, strong = participation"
STRONG = '\n[output]\nstrong = "participation"\n'


@pytest.fixture(
    scope="module",
    params=[*OWN, TURNED, *(pytest.param(b, marks=pytest.mark.shared) for b in BERLIN)],
)
def built(request, tmp_path_factory):
    """A release, and whether its dark end is the burdened one."""
    name, folder = request.param.split(",")[0], tmp_path_factory.mktemp("bau")
    return example(name, folder, STRONG if request.param == TURNED else ""), request.param != TURNED


def ends(release):
    """Return which areas have the most and the least burdened class that is published."""
    order = burden(release).to_numpy(float)
    classes = release.current.table["class"].to_numpy(float, na_value=np.nan)
    known = np.isfinite(order) & np.isfinite(classes)
    worst, best = (classes[known][pick(order[known])] for pick in (np.argmax, np.argmin))
    assert worst != best
    return classes == worst, classes == best


def is_darker(release, colours):
    worst, best = ends(release)
    colours = np.array(colours, dtype=object)
    return np.mean([lightness(c) for c in colours[worst]]) < np.mean(
        [lightness(c) for c in colours[best]]
    )


def in_qgis(release, view):
    """Return the colour QGIS gives each area, from the rules on its class."""
    root = ElementTree.fromstring(
        qml(view, release).split("'http://mrcc.com/qgis.dtd' 'SYSTEM'>")[1]
    )
    options = {s.get("name"): s.find(".//Option[@name='color']") for s in root.iter("symbol")}
    colours = {name: o.get("value").split(",") for name, o in options.items() if o is not None}
    styled = {}
    for rule in root.iter("rule"):
        if found := re.fullmatch(r'"class" = (-?\d+)', rule.get("filter") or ""):
            red, green, blue = map(int, colours[rule.get("symbol")][:3])
            styled[int(found[1])] = f"#{red:02x}{green:02x}{blue:02x}"
    return [None if pd.isna(n) else styled[int(n)] for n in release.current.table["class"]]


def test_the_worst_class_is_darker_than_the_best_in_drawing_page_and_qgis(built):
    release, wanted = built
    view = make_views(release)[0]
    page = page_data(release)["views"][0]
    painted = [None if c in UNKNOWN else page["colours"][int(c, 16)] for c in page["codes"][-1]]
    drawn = fills_of(draw_map(make_canvas(release), view, release))[: len(release.areas)]
    found = [is_darker(release, colours) for colours in (drawn, painted, in_qgis(release, view))]
    assert found == [wanted] * 3


def test_the_printed_sheet_gives_each_class_the_ground_it_has(built, tmp_path):
    """Of the pixels in the colours of classes, each colour has its class's share of the ground."""
    release, wanted = built
    view = make_views(release)[0]
    write_sheets(release, tmp_path, views=("index",), formats=("pdf",))
    (sheet,) = tmp_path.glob("*.pdf")
    picture = pictures_of(sheet)[0].astype(int)
    ground = release.areas.geometry.area.to_numpy()
    codes = np.array(list(view.codes[-1]))
    over = np.zeros(len(codes), bool)
    for mark in (view.stripes, view.dots):
        over |= np.array(mark.areas, bool) if mark else False
    shares, seen = [], []
    for place, colour in enumerate(view.colours):
        shares.append(ground[(codes == f"{place:x}") & ~over].sum())
        seen.append((np.abs(picture - rgb(colour)).max(axis=2) < 8).sum())
    shares, seen = np.array(shares) / sum(shares), np.array(seen) / sum(seen)
    # stripes leave some of the ground they lie on; borders and names take some of every class
    assert np.abs(shares - seen).max() < 0.12, (shares, seen)
    worst, best = (view.colours[int(codes[one & np.isin(codes, list("0123456789"))][0], 16)]
                   for one in ends(release))  # fmt: skip
    assert (lightness(worst) < lightness(best)) == wanted
