"""Payload × sink: whatever stands in a name, title or key, no page the project writes runs it or fetches it."""

import dataclasses
import http.server
import re
import threading
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from publish.sample import sample_release
from shapely import Point, box

import sozialraum
from sozialraum.model import Problem
from sozialraum.model.participation_release import ParticipationRelease
from sozialraum.model.plan_release import PlanRelease
from sozialraum.model.protected import RawCounts
from sozialraum.model.release import _SEAL
from sozialraum.publish import overview
from sozialraum.publish.cockpit import comparison as comparison_module
from sozialraum.publish.cockpit import page as cockpit_module
from sozialraum.publish.cockpit.page import cockpit_page
from sozialraum.publish.cockpit.panel import panel_of
from sozialraum.publish.escape import cell, markup, visible
from sozialraum.publish.monitoring import offers as listed_offers
from sozialraum.publish.monitoring.watch_release import WatchedIndicator, WatchRelease
from sozialraum.publish.overview import overview_html
from sozialraum.publish.page import chain_page as chain
from sozialraum.publish.page import map_page as map_
from sozialraum.publish.page import offers_page as own_offers
from sozialraum.publish.page import plain_page as plain
from sozialraum.publish.page import report_check as check
from sozialraum.publish.page import watch_page as warning
from sozialraum.publish.page.chain_page import chain_page
from sozialraum.publish.page.folium_maps import background_map as background
from sozialraum.publish.page.folium_maps import offline_map
from sozialraum.publish.page.map_page import map_html
from sozialraum.publish.page.notebook import choropleth, notebook_html
from sozialraum.publish.page.offers_page import offers_page
from sozialraum.publish.page.report_check import check_html
from sozialraum.publish.page.sections import comparison_page as comparison
from sozialraum.publish.page.sections import participation_page as programme
from sozialraum.publish.page.sections import scenario_page as scenario
from sozialraum.publish.page.sections import shell
from sozialraum.publish.page.sections.comparison_page import comparison_html
from sozialraum.publish.page.sections.participation_page import participation_page
from sozialraum.publish.page.sections.scenario_page import plan_html
from sozialraum.publish.page.watch_page import watch_page
from sozialraum.publish.plans import edit_page as edits
from sozialraum.publish.plans.edit_page import edit_page
from sozialraum.workflows.build import build
from sozialraum.workflows.build.further.education_chain import education_chain

pytestmark = pytest.mark.browser
RUN = "(window.__p=(window.__p||0)+1)"
# each group is written into every text of a page, so every payload meets every sink
PAYLOADS = {
    "elements": (
        f'<img src=x onerror="{RUN}"><svg onload="{RUN}"></svg><body onload="{RUN}">'
        f'<iframe srcdoc="<script>parent.{RUN[1:-1]}</script>"></iframe><script>{RUN}</script>'
        f'<details open ontoggle="{RUN}"><input autofocus onfocus="{RUN}">'
        f'<math><mtext><img src=x onerror="{RUN}"></mtext></math><style onload="{RUN}"></style>'
    ),
    "ends": (
        f"</script><script>{RUN}</script></style><script>{RUN}</script></title><script>{RUN}</script>"
        f"</textarea></template></svg><script>{RUN}</script>--><script>{RUN}</script>]]><script>{RUN}"
        f"</script><!--<script>{RUN}</script>"
    ),
    "quotes": (
        f'" onmouseover="{RUN}" autofocus onfocus="{RUN}" x="\' onclick=\'{RUN}\' onfocus=\'{RUN}\' '
        f"style='animation:x' onanimationstart='{RUN}' \\\"-{RUN}-\\' ;{RUN}// \\u0022;{RUN}"
    ),
    "templates": (
        f"${{{RUN}}} `${{{RUN}}}` `-{RUN}-` {{{{constructor.constructor('{RUN}')()}}}} {{% raw %}} "
        f"$heading $$ ${{style}} {{0}} {{n:1|#}} \u2028{RUN}\u2029 \u202e{RUN}\u2066 \x00\x08 &lt;script&gt;"
        f"{RUN}&lt;/script&gt; javascript:{RUN}"
    ),
    "network": (
        "<img src=http://HOST/a><link rel=stylesheet href=http://HOST/b><style>@import 'http://HOST/c';"
        "*{background:url(http://HOST/d)}</style><base href=http://HOST/><meta http-equiv=refresh "
        'content="0;url=http://HOST/e"><a href="http://HOST/f" ping=http://HOST/g>f</a>'
        "<video src=http://HOST/h autoplay></video><object data=http://HOST/i></object>"
        '<form action=http://HOST/j><button autofocus>j</button></form>");background:url(http://HOST/k'
    ),
}


@pytest.fixture(scope="module")
def host():
    """A web server of this machine, and who asked it for something."""
    asked = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_response(204)
            self.end_headers()

        do_POST = do_HEAD = do_GET

        def log_message(self, *args):
            pass

    running = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=running.serve_forever, daemon=True).start()
    yield f"127.0.0.1:{running.server_address[1]}", asked
    running.shutdown()
    running.server_close()


# --- every text of a value becomes hostile ---


class Poison:
    """Puts a payload before every text, the same text always becoming the same."""

    def __init__(self, payload):
        self.payload = payload

    def __call__(self, value):
        if isinstance(value, str):
            return f"{value} {self.payload}"
        if isinstance(value, tuple | list):
            return type(value)(self(v) for v in value)
        if isinstance(value, Mapping):
            return {key: self(v) for key, v in value.items()}
        if isinstance(value, gpd.GeoDataFrame | pd.DataFrame):
            return self.frame(value)
        return value

    def frame(self, frame, *, texts=True):
        """Poison a table: its index, and its columns of text; why a value is missing is no text."""
        found = frame.copy()
        for column in found.columns.difference(["geometry", "status"]) if texts else ():
            if pd.api.types.is_string_dtype(found[column]) or found[column].dtype == object:
                found[column] = found[column].map(lambda v: self(v) if isinstance(v, str) else v)
        if pd.api.types.is_string_dtype(found.index) or found.index.dtype == object:
            found.index = found.index.map(self)
        return found

    def keyed(self, mapping):
        """Poison keys too."""
        return {self(key): self(value) for key, value in mapping.items()}


def hostile_release(payload, **options):
    """A release of the map page, hostile in every text that a delivery or a build file can hold."""
    poison, release = Poison(payload), sample_release(12, layers=True, **options)
    facts = release.facts
    told = {
        f.name: poison(getattr(facts, f.name))
        for f in dataclasses.fields(facts)
        if f.name not in ("stichtag", "orientation")
    }
    told |= {"findings": (payload,), "changed": (payload,), "area_words": payload}
    editions = tuple(
        dataclasses.replace(
            e,
            **{
                f.name: poison.frame(getattr(e, f.name), texts=f.name != "signs")
                for f in dataclasses.fields(e)
                if isinstance(getattr(e, f.name), pd.DataFrame)
            },
        )
        for e in release.editions
    )
    indicators = tuple(
        dataclasses.replace(i, label=poison(i.label), **_told(i, poison))
        for i in release.indicators
    )
    breaks = {
        name: dataclasses.replace(b, labels=poison(tuple(b.labels)))
        for name, b in release.breaks.items()
    }
    return dataclasses.replace(
        release,
        facts=dataclasses.replace(facts, **told),
        areas=poison.frame(release.areas),
        editions=editions,
        indicators=indicators,
        breaks=breaks,
        points=poison.keyed(release.points),
        outlines=poison.keyed(release.outlines),
        layers={name: poison.frame(layer) for name, layer in release.layers.items()},
        notes=(payload,),
        words={poison(key): (payload,) for key in release.areas.index},
    )


def _told(indicator, poison):
    """Return the free texts of an indicator, whatever they are called; a unit is one of a few."""
    free = {"note", "source", "dimension", "short", "description", "reason"}
    return {
        f.name: poison(getattr(indicator, f.name) or "x")
        for f in dataclasses.fields(indicator)
        if f.name in free and isinstance(getattr(indicator, f.name), str)
    }


def map_page(payload):
    return map_html(hostile_release(payload))


def background_page(payload):
    return background.drawing_html(background.drawing_of(hostile_release(payload)))


def check_page(payload):
    problems = [
        Problem(
            code="sources.x", severity=severity, message=payload, file=payload, row=1,
            column=payload, key=payload, expected=payload, found=payload, action=payload,
        )
        for severity in ("error", "warning", "note")
    ]  # fmt: skip
    return check_html(problems, title=payload)


def scenario_page(payload):
    release = sample_release(12)
    keys, p = list(release.areas.index), Poison(payload)
    row = {"key": p(keys[0]), "light": "moved", "share": 0.4, p("spalte"): payload}
    variant = {
        "name": payload, "sentences": [payload, payload], "figures": {"loss": 0.5, p("zahl"): 2.0},
        "table": [row], "classes": {p(keys[0]): "same", p(keys[1]): p("neu")}, "points": [p("ort")],
    }  # fmt: skip
    places = gpd.GeoDataFrame(
        {"name": [payload]}, geometry=release.areas.centroid.to_numpy()[:1], crs=release.areas.crs,
        index=[p("ort")],
    )  # fmt: skip
    detail = {"title": payload, "sentence": payload, "rows": [row]}
    scenario = {
        "title": payload, "variants": [variant, variant], "limits": [payload], "details": [detail],
    }  # fmt: skip
    return plan_html(
        PlanRelease(
            seal=_SEAL, title=payload, place=payload, scenarios={"locate": scenario},
            legends={"locate": {"same": payload, p("neu"): payload, "moved": payload}},
            labels={p("spalte"): payload, p("zahl"): payload}, areas=p.frame(release.areas),
            points={"locate": places}, notes=(payload,),
        )
    )  # fmt: skip


def comparison_page(payload):
    release = hostile_release(payload)
    steps = pd.DataFrame({payload: 1, "b": 2}, release.areas.index)
    cards = [
        {"id": name, "name": payload, "k": 2, "labels": [payload] * 2, "sentences": [payload] * 2}
        for name in steps
    ]
    release = dataclasses.replace(release, layers={**release.layers, "methods": steps})
    return comparison_html(release, cards=cards, notes=[payload])


def programme_page(payload):
    cells = [
        (*place, age, 100.0, 27.0, 29.0, 0.3, 0.2, 0.4, 1.1, status)
        for place in ((payload, payload), ("city", "city"))
        for age, status in ((payload, "ok"), ("all", "suppressed"))
    ]
    columns = ["area_set", "key", "age", "children", "taking_low", "taking_high"]
    columns += ["rate", "rate_low", "rate_high", "bookings_per_child"]
    areas = pd.DataFrame(cells, columns=[*columns, "status"])
    areas.loc[areas["status"] != "ok", columns[3:]] = float("nan")
    offers = pd.DataFrame(
        {"share_of_children": [0.5, None], "share_low": [0.4, None], "share_high": [0.6, None]},
        [payload, f"{payload}2"],
    ).assign(status=["ok", "suppressed"])
    release = ParticipationRelease(
        seal=_SEAL, title=payload, stichtag="2024-12-31", areas=areas, offers=offers,
        totals={"distinct_children": 30, "low": 20, "high": 40, "bookings": 50},
        area_sets={payload: payload}, area_names={(payload, payload): payload},
        offer_names={payload: payload}, matching={"exact": payload}, placed=1.0, sources=(payload,),
        key={"used": True, "purpose": payload},
        shapes={payload: gpd.GeoDataFrame(
            {"name": [payload]}, geometry=[box(3e5, 5e6, 3e5 + 900, 5e6 + 900)], crs=25832,
            index=[payload],
        )},
    )  # fmt: skip
    return participation_page(release, method=[payload]).decode()


def notebook_page(payload):
    """Return a page as a notebook shows it: all that displays itself, without a policy."""
    release = hostile_release(payload)
    table = pd.DataFrame({"class": [1, 2] * 6}, release.areas.index)
    raw = RawCounts(pd.DataFrame({payload: [1.0]}, [payload]))
    shown = [
        notebook_html(release),
        choropleth(release.areas, table, title=payload)._repr_html_(),
        raw._repr_html_(),
    ]
    return f'<!doctype html><meta charset="utf-8"><body>{"".join(shown)}</body>'


def batch_page(payload):
    line = {"name": payload, "title": payload, "place": payload, "stichtag": "2024-12-31"}
    found = {"areas": 3, "with_index": 3, "findings": {payload: 2}}
    lines = [
        {**line, **found, "state": "built"},
        {"name": payload, "state": "refused", "findings": {}, "errors": [payload]},
    ]
    return overview_html(Path("nirgends"), lines)


def warning_page(payload):
    place = pd.MultiIndex.from_tuples([("2024-02", payload)], names=["period", "key"])
    judged = pd.DataFrame(
        {"direction": "up", "alarm": True, "z": 4.0, "expected": 3.0, "low": 1.0, "high": 6.0,
         "months": 1},
        place,
    )  # fmt: skip
    one = WatchedIndicator(
        id="i", label=payload, measure="flow", judged=judged, city=pd.DataFrame(), watches=(),
        sentences=(payload,), notes=(payload,),
    )  # fmt: skip
    release = WatchRelease(
        title=payload, place=payload, area_words=payload, month="2024-02",
        names={payload: payload}, indicators=(one,), sources=(payload,), level="intern",
    )  # fmt: skip
    return watch_page(release).decode()


@cache
def shipped_chain():
    config = Path(__file__).parents[2] / "config" / "bildungskette_musterstadt.toml"
    return education_chain(build(config))


def education_page(payload):
    sound = shipped_chain()
    stations = tuple(s.model_copy(update={"label": payload}) for s in sound.section.stations)
    groups = dict.fromkeys(sound.section.groups, payload)
    section = sound.section.model_copy(
        update={"label": payload, "groups": groups, "stations": stations}
    )
    hostile = dataclasses.replace(
        sound, section=section, sentences=(payload,), names=dict.fromkeys(sound.names, payload)
    )
    return chain_page(
        hostile, title=payload, sources=[payload], area_words=payload, intern=True
    ).decode()


def cockpit(payload):
    release = hostile_release(payload)
    indicators = tuple(dataclasses.replace(i, theme=payload) for i in release.indicators)
    return cockpit_page(panel_of(dataclasses.replace(release, indicators=indicators))).decode()


def offers(payload):
    """Offers hostile in every text, as told in the details of a release."""
    release = hostile_release(payload)
    keys = [str(key) for key in release.areas.index]
    one = dict.fromkeys(("name", "kind", "days", "address", "group", "languages", "link"), payload)
    told = {
        "label": payload, "way": payload, "oldest": 18, "list": [{**one, "area": keys[0], "week": "1111111"}] * 3,
        "coverage": dict.fromkeys(keys, "0120120120120120120"), "areas": dict.fromkeys(keys, payload),
        "sentences": [payload],
    }  # fmt: skip
    return dataclasses.replace(release, details={**release.details, "offers": told})


def offers_of_their_own(payload):
    return offers_page(offers(payload)).decode()


def map_with_offers(payload):
    return map_html(offers(payload))


def cockpit_with_offers(payload):
    return cockpit_page(panel_of(offers(payload))).decode()


def hand_edits(payload):
    data = {
        "plan": payload, "blocks": [payload, "B2"], "start": [0, 0], "today": [0, 0],
        "schools": [{"key": payload, "name": payload, "capacity": 60.0, "colour": 0}],
        "closed": [0], "pinned": [0, 0], "allowed": [[1], [1]], "pupils": [[3.0, 4.0]],
        "entering": [3.0, 4.0], "need": [1.0, 1.0], "loads": [[7.0]], "years": [payload],
        "metres": [100.0, 200.0], "neighbours": [[1], [0]], "part": [0, 0], "limit": 2000.0,
        "classes": [], "figures": {"mean_metres": payload},
    }  # fmt: skip
    blocks = gpd.GeoDataFrame(geometry=[box(0, 0, 9, 9), box(9, 0, 18, 9)], crs=25833)
    schools = gpd.GeoSeries([Point(4, 4)], index=[payload], crs=25833)
    return edit_page(data, blocks, schools, title=payload, place=payload, intern=True)


WITH_MARKUP = (
    cockpit_module, comparison_module, edits, listed_offers, own_offers,
    background, comparison, map_, offline_map, programme, check, scenario, overview, warning, chain, plain, shell
)  # fmt: skip
PAGES = {
    "karte.html": map_page,
    "hintergrundkarte.html": background_page,
    "pruefbericht.html": check_page,
    "szenarien.html": scenario_page,
    "methodenvergleich.html": comparison_page,
    "teilnahme.html": programme_page,
    "notebook": notebook_page,
    "uebersicht.html": batch_page,
    "fruehwarnung.html": warning_page,
    "bildungskette.html": education_page,
    "cockpit.html": cockpit,
    "angebote.html": offers_of_their_own,
    "karte.html mit Angeboten": map_with_offers,
    "cockpit.html mit Angeboten": cockpit_with_offers,
    "bearbeiten.html": hand_edits,
}
EVENTS = """() => {
  for (const e of document.querySelectorAll('details')) e.open = true;
  for (const e of document.querySelectorAll('*'))
    for (const kind of ['mouseover', 'mouseenter', 'mousemove', 'focus', 'focusin', 'click', 'toggle',
                        'animationstart', 'mouseout', 'blur'])
      if (!(kind === 'click' && e.closest('a[href], button[type=submit], [data-drucken]')))
        e.dispatchEvent(new Event(kind, {bubbles: true}));
}"""
FOREIGN = """() => [...document.querySelectorAll('*')].flatMap(e => [...e.attributes]
  .filter(a => a.name.startsWith('on') || /^\\s*javascript:/i.test(a.value)
     || (/^(src|href|action|data|ping|background)$/.test(a.name) && /https?:/.test(a.value) && a.value.includes('127.0.0.1')))
  .map(a => e.tagName + ' ' + a.name + '=' + a.value.slice(0, 60)))"""


def inside(frame, script):
    """Return what a script finds in a frame; None where the page took the frame away meanwhile."""
    from playwright.sync_api import Error

    try:
        return frame.evaluate(script)
    except Error:
        if frame.is_detached():
            return None
        raise


def opened(chromium, content, path):
    """Open a page, touch everything on it, and return what ran, who was asked, what is foreign."""
    path.write_text(content, encoding="utf-8", newline="\n")
    context = chromium.new_context(viewport={"width": 1200, "height": 800})
    page, requests = context.new_page(), []
    page.on("request", lambda request: requests.append(request.url))
    page.on("dialog", lambda dialog: dialog.dismiss())
    page.add_init_script("window.print = () => {}")
    try:
        page.goto(path.as_uri(), wait_until="load")
        page.wait_for_timeout(300)
        for frame in page.frames:
            inside(frame, EVENTS)
        for field in page.query_selector_all("input:visible"):
            if field.get_attribute("type") in (None, "text", "search"):
                field.fill("<img")
        page.wait_for_timeout(300)
        ran = sum(inside(frame, "() => window.__p || 0") or 0 for frame in page.frames)
        foreign = [hit for frame in page.frames for hit in inside(frame, FOREIGN) or ()]
    finally:
        context.close()
    return (
        ran,
        [r for r in requests if not r.startswith(("file:", "data:", "blob:", "about:"))],
        foreign,
    )


@pytest.mark.parametrize("group", PAYLOADS)
@pytest.mark.parametrize("page", PAGES)
def test_no_payload_runs_or_fetches_anything_on_any_page(chromium, host, tmp_path, page, group):
    place, asked = host
    content = PAGES[page](PAYLOADS[group].replace("HOST", place))
    ran, requests, foreign = opened(chromium, content, tmp_path / "seite.html")
    assert (ran, requests, asked, foreign) == (0, [], [], [])


@pytest.mark.parametrize("page", [name for name in PAGES if name != "notebook"])
def test_every_page_has_its_policy_before_any_script_or_style(page):
    content = PAGES[page]("Nord")
    policy = re.search(r'<meta http-equiv="Content-Security-Policy" content="([^"]+)">', content)
    assert policy is not None
    assert "default-src 'none'" in policy.group(1)
    assert "unsafe" not in policy.group(1) and "*" not in policy.group(1)
    assert not re.search(r"<(script|style|link|img)\\b", content[: policy.start()])


@pytest.mark.parametrize("group", ["elements", "ends", "network"])
@pytest.mark.parametrize("page", [name for name in PAGES if name != "notebook"])
def test_the_policy_alone_stops_what_somebody_forgot_to_escape(
    chromium, host, tmp_path, monkeypatch, page, group
):
    place, asked = host
    for module in WITH_MARKUP:
        monkeypatch.setattr(module, "markup", str)
    content = PAGES[page](PAYLOADS[group].replace("HOST", place))
    ran, _, foreign = opened(chromium, content, tmp_path / "seite.html")
    assert foreign or f"<script>{RUN}" in content  # the payloads are on the page
    assert ran == 0
    # <meta http-equiv=refresh> leaves the page, which no policy forbids; nothing else may
    assert set(asked) <= {"/e"}
    asked.clear()


@pytest.mark.parametrize("group", PAYLOADS)
def test_the_same_payloads_do_run_and_fetch_where_nobody_escapes_them(
    chromium, host, tmp_path, group
):
    place, asked = host
    before, payload = len(asked), PAYLOADS[group].replace("HOST", place)
    sink = {
        "quotes": f'<p title="{payload}">x</p>',
        "templates": f"<script>window.t = `{payload.split()[0]}`;</script>",
        "ends": f"<p>{payload}</p>",
    }.get(group, f"<p>{payload}</p>")
    page = f'<!doctype html><meta charset="utf-8"><body>{sink}</body>'
    ran, _, _ = opened(chromium, page, tmp_path / "offen.html")
    assert ran > 0 or len(asked) > before
    asked.clear()


@pytest.mark.parametrize(
    "name",
    [
        "=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1+1", "\r\n=1+1", " =1+1", "\xa0=1+1", "＝1+1", "＠SUM(A1)",
        "\u061c=1+1", "\u200b=1+1", "\u202e=1+1", "\ufeff=1+1", "\x85=1+1", "\x00=1+1", "\x1b=1+1",
    ],
)  # fmt: skip
def test_no_name_is_a_formula_in_a_cell_whatever_stands_before_it(name):
    assert cell(name).startswith("'")


def test_a_sign_alone_and_a_name_with_signs_inside_stay_as_they_are():
    names = ["-", "Nord-West", "A = B", "a@b", "\u06a9\u200c\u0647"]  # the last is Persian
    assert [cell(name) for name in names] == names


def test_no_mark_turns_the_reading_or_the_screen_and_half_characters_are_left_out():
    marks = "\u202e\u2066\u061c\u200e\x1b[2J\x9b2J\ud800"
    assert visible(f"Nord{marks}ost") == "Nord[2J2Jost"
    assert markup(f"Nord{marks}").encode() == b"Nord[2J2J"


def test_every_page_the_package_writes_is_in_the_matrix():
    folder = Path(sozialraum.__file__).parent
    written = {
        name
        for path in [*folder.rglob("*.py"), *folder.rglob("*.toml")]
        for name in re.findall(r'"([\w-]+\.html)"', path.read_text(encoding="utf-8"))
    }
    # karte.html and pruefbericht.html are also the names of the pages' skeletons; the manual's two
    # hold the package's own words alone (the tests of the manual open them)
    manual = {"handbuch.html", "api.html"}
    skeletons = {"abschnitte.html", "muster.html"}  # of szenarien, teilnahme, methodenvergleich
    apart = {*manual, *skeletons, "index.html"}
    assert written <= {*PAGES, *apart}, written - set(PAGES)
