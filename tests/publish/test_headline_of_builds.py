"""The headline of every example build against its own written table, counted here a second time.

Which areas, how many people, which direction, which day; and the same sentences on page, in Word,
in the manifest that ``show`` prints, and the same number of people in panel, table and workbook.
"""

import json
import re
import zlib
from base64 import b64decode
from html.parser import HTMLParser

import docx
import openpyxl
import pandas as pd
import pytest
from publish.example_builds import BERLIN, OWN, build_text, delivered

import sozialraum

pytest.importorskip("typst")
TWO_AXES = ("berlin_mss_2013", "berlin_mss_2015", "berlin_mss_2017")
FILES = '\n[output]\nfiles = ["karte", "csv", "xlsx", "vorlage"]\n'


class _Heading(HTMLParser):
    """The words of the section of the headline, without letters and button."""

    def __init__(self):
        super().__init__()
        self.paragraphs, self._depth, self._skip = [], 0, 0

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        self._depth += tag == "section" and (given.get("id") == "kern" or self._depth > 0)
        self._skip += tag == "b" or given.get("id") == "mehr"
        if self._depth and tag in ("h2", "p"):
            self.paragraphs.append("")

    def handle_endtag(self, tag):
        self._depth -= tag == "section" and self._depth > 0
        self._skip -= tag == "b" and self._skip > 0

    def handle_data(self, data):
        if self._depth and not self._skip and self.paragraphs:
            self.paragraphs[-1] += data


def read_back(page):
    """Return the data of a page, plain or compressed."""
    kind, content = re.search(
        r'type="application/([a-z-]+)" id="daten">(.*?)</script>', page
    ).groups()
    return json.loads(content if kind == "json" else zlib.decompress(b64decode(content)))


def spaced(text):
    return re.sub(r"\s+", " ", text).strip()


def number(text):
    return int(text.replace(".", ""))


@pytest.fixture(
    scope="module", params=[*OWN, *(pytest.param(b, marks=pytest.mark.shared) for b in BERLIN)]
)
def told(request, tmp_path_factory):
    """The name of a build, its folder, its table as written, and the headline of its page."""
    name, folder = request.param, tmp_path_factory.mktemp(request.param)
    copy = folder / f"{name}.toml"
    copy.write_text(build_text(name, FILES), encoding="utf-8")
    sozialraum.build(copy, data=delivered(name)).save(folder / "out")
    table = pd.read_csv(
        folder / "out" / "index.csv",
        sep=";",
        decimal=",",
        dtype={"key": str, "name": str},
        encoding="utf-8-sig",
    )
    table = table[table["stichtag"] == table["stichtag"].max()].set_index("key")
    seen = _Heading()
    seen.feed((folder / "out" / "karte.html").read_text(encoding="utf-8"))
    return name, folder / "out", table, [spaced(p) for p in seen.paragraphs if p.strip()]


def worst_of(name, table):
    """Return the areas meant, by the rules of the design, written down a second time."""
    if name in TWO_AXES:
        worst = table[table["class"] == table["class"].max()]
        return worst[worst["dynamics_class"] == worst["dynamics_class"].max()].sort_values("rank")
    burden = table["class"].where(table["class"].notna())
    if "sehr niedrige Teilhabe" in set(table["class_label"]):  # class 1 is the burdened end
        burden = -burden
    known, taken = burden.dropna(), []
    for step in sorted(known.unique(), reverse=True):
        more = list(known.index[known == step])
        if step <= known.median() or (taken and len(taken) + len(more) > len(known) / 4):
            break
        taken += more
        if len(taken) >= 5:
            break
    return table.loc[taken].sort_values(["rank", "name"])


def test_the_areas_named_are_the_worst_of_the_written_table(told):
    name, _, table, headline = told
    worst = worst_of(name, table)
    said = headline[0]
    others = set(table["name"]) - set(worst["name"])
    assert [o for o in others if len(o) > 7 and re.search(rf"\b{re.escape(o)}\b", said)] == []
    assert "am stärksten belastet" in said or "sehr niedrigen sozialen Status" in said
    counted = re.search(r"^(\d+) von (\d+)", said)
    if counted:
        assert number(counted[1]) == len(worst)
        assert number(counted[2]) == table["class"].notna().sum()
    rest = re.search(r"und (\d+) weitere", said)
    district = re.search(r"(\w+) \(alle (\d+) eingestuften", said)
    if rest:  # the first ones by rank, the others counted
        named = len(worst) - number(rest[1])
        assert named == 3 and all(n in said for n in worst["name"][:3])
    elif district:
        home = worst["districts_district"] == district[1]
        assert home.sum() == number(district[2])
        ranked = table[(table["districts_district"] == district[1]) & table["class"].notna()]
        assert set(ranked.index) == set(worst.index[home])
        assert all(n in said for n in worst["name"][~home])
    else:
        assert all(n in said for n in worst["name"])


def test_people_share_and_direction_are_those_of_the_written_table(told):
    name, _, table, headline = told
    people = table["people_count"]
    if name in TWO_AXES:
        level = table["class"] == table["class"].max()
        found = re.search(
            r"^Sehr niedrig ist der Status in (\d+) von (\d+) Planungsräumen mit rund ([\d.]+) "
            r"Einwohnern \((\d+) %\); (\d+) davon liegen in (.*)\.$", headline[1],
        )  # fmt: skip
        assert (number(found[1]), number(found[2])) == (level.sum(), table["class"].notna().sum())
        near(found[3], people[level].sum())
        assert abs(number(found[4]) - 100 * people[level].sum() / people.sum()) <= 1
        homes = table["districts_district"][level].value_counts()
        listed = re.split(r", | und ", found[6])
        assert homes[listed].sum() == number(found[5]) > level.sum() / 2
        # no smaller set of districts holds more than half
        assert homes.iloc[: len(listed) - 1].sum() <= level.sum() / 2
        assert homes[listed].sum() == homes.iloc[: len(listed)].sum()
        missing = re.search(r"^(\d+) Planungsräume sind zu klein", headline[2])
        assert number(missing[1]) == table["class"].isna().sum()
        return
    worst = worst_of(name, table)
    found = re.search(r"Dort leben rund ([\d.]+) .*?, (\d+) % der ganzen Stadt", headline[0])
    near(found[1], people[worst.index].sum())
    assert abs(number(found[2]) - 100 * people[worst.index].sum() / people.sum()) <= 1
    leading = {"musterstadt": "armut", "musterstadt_hagen": "kinderarmut"}.get(name, "arbeitslos")
    there, city = (
        100 * (t["people_count"] * t[leading]).sum() / t["people_count"][t[leading].notna()].sum()
        for t in (worst, table)
    )
    shares = [number(x) for x in re.findall(r"(\d+) %", headline[1])[:2]]
    assert abs(shares[0] - there) <= 1 and abs(shares[1] - city) <= 1
    assert shares[0] > shares[1]  # more burden than the town


def near(text, expected):
    """Assert that a number of two digits is the sum of counts that are told in tens."""
    step = 10 ** (len(str(number(text))) - 2)
    assert abs(number(text) - expected) <= step / 2 + 10


def test_reach_and_gap_are_those_of_the_written_table(told):
    name, _, table, headline = told
    if "people_reach_count" not in table:
        assert not any("erreicht" in sentence for sentence in headline)
        return
    worst, n = worst_of(name, table), table["people_reach_count"]
    rate = table["participation_rate"]
    there = (n * rate)[worst.index].sum() / n[worst.index].sum()
    city = (n * rate).sum() / n[rate.notna()].sum()
    found = re.search(
        r"dort (\d+) von 100 .* \(Stadt (\d+)\), rund ([\d.]+) Kinder fehlen", headline[1]
    )
    assert abs(number(found[1]) - 100 * there) <= 1 and abs(number(found[2]) - 100 * city) <= 1
    # rates are told in hundredths, people in tens
    off = 0.01 * n[worst.index].sum() + 10
    assert abs(number(found[3]) - (city - there) * n[worst.index].sum()) <= off


def test_how_sure_it_is_follows_from_the_written_intervals(told):
    name, _, table, headline = told
    if "certainty_rank_high" not in table:
        assert not any("sicher" in s or "trennen" in s for s in headline)
        return
    worst = worst_of(name, table)
    limit = table["certainty_rank_high"][worst.index].max()
    others = table.drop(worst.index)["certainty_rank_low"]
    if (others > limit).all():
        assert "vorn liegen, ist sicher" in headline[-1]
        close = worst.index[table["certainty_class_probability"][worst.index] < 0.9]
        assert all(table["name"][k] in headline[-1] for k in close)
    else:
        found = re.search(r"trennen: (\d+|ein\w*) weitere", headline[-1])
        assert number(found[1]) == (others <= limit).sum()


def test_page_word_and_show_say_the_same_sentences_and_the_same_day(told):
    _, folder, table, headline = told
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert [spaced(s) for s in manifest["headline"]] == headline  # what `show` prints
    report = " ".join(
        spaced(p.text) for p in docx.Document(str(folder / "vorlage.docx")).paragraphs
    )
    assert all(sentence in report for sentence in headline)
    year, month, day = table["stichtag"].iloc[0].split("-")
    page = (folder / "karte.html").read_text(encoding="utf-8")
    assert f"Stand {day}.{month}.{year}" in page and f"{day}.{month}.{year}" in report


def test_panel_table_and_workbook_tell_the_same_people(told):
    _, folder, table, _ = told
    data = read_back((folder / "karte.html").read_text(encoding="utf-8"))
    shown = dict(zip(data["keys"], data["people"]["values"], strict=True))
    written = table["people_count"]
    told_there = {k: v for k, v in shown.items() if v is not None}
    assert {k: float(v) for k, v in told_there.items()} == written[written.notna()].to_dict()
    book = openpyxl.load_workbook(folder / "index.xlsx", read_only=True)
    label = "Personen, auf zehn gerundet (leer: unter 10)"
    for sheet in book:
        rows = list(sheet.iter_rows(values_only=True))
        head = next((n for n, row in enumerate(rows) if label in row and "Schlüssel" in row), None)
        if head is not None:
            column, key = rows[head].index(label), rows[head].index("Schlüssel")
            read = {
                r[key]: r[column] for r in rows[head + 1 :] if isinstance(r[column], int | float)
            }
            assert {k: float(v) for k, v in read.items()} == written[written.notna()].to_dict()
            return
    raise AssertionError(f"no sheet has {label!r}")
