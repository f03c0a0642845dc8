"""Indicators that begin later, end, or are collected once: their own status, never a gap."""

import datetime as dt
import itertools
import json

import numpy as np
import pandas as pd
import pytest
import test_smoothing_in_builds as smooth
from shared_data import shared
from test_missing_numbers import KEYS, city, table_of

import sozialraum as sr
from sozialraum.model import Indicator
from sozialraum.model.dates.period import Period
from sozialraum.model.errors import ConfigError
from sozialraum.publish.map_layers import MARKS, make_views
from sozialraum.workflows.build.building import build
from sozialraum.workflows.check.checking import check_build

BEFORE, TODAY = "2023-12-31", "2024-12-31"
OPEN = 'published_input = true\nreason = "Zahlen sind veröffentlicht"'
SPANS = ("since = 2024-01-01", 'since = "2024"', 'since = "2024-Q1"\nuntil = "2025"',
         'at = "2024"', "at = 2024-12-31", 'since = "2024/25"')  # fmt: skip


def spanned(folder, span, *, more=(), **tables):
    """Write the city whose indicator b is collected in a span; return its build file."""
    file = city(folder, **tables)
    text = file.read_text("utf-8").replace('id = "b"', f'id = "b"\n{span}')
    for old, new in more:
        assert old in text
        text = text.replace(old, new)
    file.write_text(text, "utf-8")
    return file


def without_b(folder):
    """Write the city, and let last year's table lack the columns of b."""
    city(folder)
    return {"frueher": table_of(folder, "frueher").drop(columns="b")}


def codes(problems):
    return {p.code for p in problems}


def editions(result):
    return {e.stichtag: e for e in result.release.editions}


def nothing_lost(edition, ids, outside):
    """Hold the law: no value without its reason, and "not collected" just where it is said."""
    for i in ids:
        signs, values = edition.signs[i].astype(str), edition.values[i]
        assert signs.eq("ok").equals(values.notna())
        assert signs.eq("not_collected").all() == (i in outside)
        assert signs.eq("not_collected").any() == (i in outside)
    index, status = edition.table["index"], edition.table["status"].astype(str)
    assert status.eq("ok").equals(index.notna())
    assert not (outside and index.notna().any())


@pytest.mark.parametrize("span", SPANS)
def test_the_days_outside_are_not_collected_and_nobody_is_warned(span, tmp_path):
    file = spanned(tmp_path, span, **without_b(tmp_path))
    assert "check.not_collected" not in codes(check_build(file))
    result = build(file)
    assert not codes(result.problems) & {"check.not_collected", "check.collected_outside"}
    made = editions(result)
    nothing_lost(made[BEFORE], "ab", {"b"})
    nothing_lost(made[TODAY], "ab", set())
    assert made[BEFORE].values["a"].notna().all()
    assert set(made[BEFORE].table["status"].astype(str)) == {"not_collected"}
    assert made[TODAY].table["index"].notna().all()


def test_every_output_says_not_collected_and_none_says_missing(tmp_path):
    files = '["csv", "karte", "xlsx", "methode", "geopackage"]'
    more = [('files = ["csv"]', f"files = {files}")]
    file = spanned(tmp_path, "since = 2024-01-01", more=more, **without_b(tmp_path))
    result = build(file)
    result.save(tmp_path / "aus")
    (note,) = [n for n in result.release.notes if n.startswith("Nicht erhoben")]
    assert "31.12.2023" in note and "„Bildung“ (erhoben ab 01.01.2024)" in note
    (index,) = [n for n in result.release.notes if n.startswith("Kein Index")]
    assert "31.12.2023" in index and TODAY not in index
    method = (tmp_path / "aus" / "methode.md").read_text("utf-8")
    assert note in method and index in method and method.count("erhoben ab 01.01.2024") == 2
    manifest = json.loads((tmp_path / "aus" / "manifest.json").read_text("utf-8"))
    assert manifest["details"]["not_collected"] == {BEFORE: ["b"]}
    assert note in manifest["notes"]
    views = {v.id: v.codes for v in make_views(result.release)}
    assert views["b"][0] == "n" * len(KEYS) == views["index"][0]
    assert not set("nm") & set(views["a"][0] + views["a"][1] + views["b"][1])
    page = (tmp_path / "aus" / "karte.html").read_text("utf-8")
    assert "muster-n" in page and "zu diesem Stichtag nicht erhoben" in page
    book = tmp_path / "aus" / "index.xlsx"
    sheets = pd.read_excel(book, sheet_name=None, header=None, engine="openpyxl")
    cells = {name: int(sheet.eq("n. e.").to_numpy().sum()) for name, sheet in sheets.items()}
    assert 1 in cells.values()  # the meaning of the sign
    assert max(cells.values()) >= len(KEYS)  # the index of the year before


def test_numbers_delivered_outside_the_span_are_told_and_change_nothing(tmp_path):
    (tmp_path / "mit").mkdir()
    (tmp_path / "ohne").mkdir()
    file = spanned(tmp_path / "mit", "since = 2024-01-01")
    told = [p for p in check_build(file) if p.code == "check.collected_outside"]
    (note,) = told
    assert (note.severity, note.file) == ("note", "frueher.csv") and "„Bildung“" in note.message
    other = spanned(tmp_path / "ohne", "since = 2024-01-01", **without_b(tmp_path / "ohne"))
    with_b, without = editions(build(file)), editions(build(other))
    for day, name in itertools.product((BEFORE, TODAY), ("table", "values", "signs")):
        pd.testing.assert_frame_equal(getattr(with_b[day], name), getattr(without[day], name))


def test_impossible_numbers_outside_the_span_stop_nobody(tmp_path):
    city(tmp_path)
    wrong = table_of(tmp_path, "frueher").assign(b=-5)
    assert build(spanned(tmp_path, 'since = "2024"', frueher=wrong)).release is not None


@pytest.mark.parametrize("span", ['since = "2025"', "until = 2024-12-30", 'at = "2023"'])
def test_an_indicator_that_is_not_collected_today_is_an_error_with_the_way_out(span, tmp_path):
    file = spanned(tmp_path, span)
    (found,) = [p for p in check_build(file) if p.severity == "error"]
    assert found.code == "config.not_collected" and "„Bildung“" in found.message
    assert "31.12.2024" in found.expected and "stichtag" in found.action
    with pytest.raises(ConfigError):
        build(file)
    text = file.read_text("utf-8").replace(f"{span}\n", "")
    file.write_text(text, "utf-8")
    assert build(file).release is not None


@pytest.mark.parametrize(
    ("span", "code"),
    [('since = "2025"\nuntil = "2024"', "span_turned"), ('at = "2024"\nuntil = "2024"',
     "span_doubled"), ('since = "gestern"', "wrong_type"), ("since = 2024", "wrong_type")],
)  # fmt: skip
def test_a_span_that_contradicts_itself_is_refused(span, code, tmp_path):
    (found,) = [p for p in check_build(spanned(tmp_path, span)) if p.severity == "error"]
    assert found.code == f"config.{code}" and found.action and found.found


@pytest.mark.parametrize("profile", ["open", "protected"])
@pytest.mark.parametrize("span", ["", 'since = "2024"'])
def test_no_status_is_lost_whatever_else_lacks(span, profile, tmp_path):
    city(tmp_path)
    today, before = table_of(tmp_path), table_of(tmp_path, "frueher")
    before.loc[before["key"] == "05", ["n", "a", "b"]] = 0
    gaps = {"jetzt": today.assign(b=today["b"].where(today["key"] != "03")), "frueher": before}
    rules = OPEN if profile == "open" else ""
    guessed = '[imputation]\nmethod = "mean"\n[output]' if profile == "open" else "[output]"
    excluded = '[[exclude]]\nkey = "07"\nreason = "Gewerbe"\n[disclosure]'
    more = [(OPEN, rules), ("[output]", guessed), ("[disclosure]", excluded)]
    made = editions(build(spanned(tmp_path, span, more=more, **gaps)))
    told = made[BEFORE].signs["b"].astype(str).eq("not_collected")
    assert told.all() if span else not told.any()
    assert made[BEFORE].values["b"].notna().any() == (not span)
    for edition in made.values():
        lost = edition.signs.astype(str).eq("ok") & edition.values.isna()
        assert not lost.to_numpy().any()
    assert made[BEFORE].table["index"].isna().all() == bool(span)
    if span:
        apart = made[BEFORE].table["status"].astype(str)
        assert set(apart.drop("07")) == {"not_collected"} and apart["07"] == "missing"


def test_another_axis_keeps_its_index(tmp_path):
    more = [('id = "b"', 'id = "b"\naxis = "dynamik"'), ("[output]", "[axes.dynamik]\n[output]")]
    made = editions(build(spanned(tmp_path, 'since = "2024"', more=more, **without_b(tmp_path))))
    nothing = made[BEFORE].table
    assert nothing["index"].notna().all() and nothing["dynamik_index"].isna().all()
    assert set(nothing["status"].astype(str)) == {"ok"}
    assert made[TODAY].table["dynamik_index"].notna().all()


def test_a_span_holds_the_days_between_its_ends_whatever_their_grain():
    rng = np.random.default_rng(5)
    words = ("2021", "2022-03", "2021-Q4", "2022-H1", "2020/21", "2022-02-28", "2021-2022")
    days = [dt.date(2019, 1, 1) + dt.timedelta(days=int(n)) for n in rng.integers(0, 2000, 200)]
    edges = [day for w in words for day in (Period.parse(w).start, Period.parse(w).end)]
    base = {"id": "k", "label": "K", "direction": "burden", "value": "k"}
    for word, day in itertools.product(words, [*days, *edges]):
        span, text = Period.parse(word), day.isoformat()
        assert Indicator(**base, since=word).collected(text) == (day >= span.start)
        assert Indicator(**base, until=word).collected(text) == (day <= span.end)
        assert Indicator(**base, at=word).collected(text) == span.holds(day)
        assert Indicator(**base).collected(text)


def test_a_wrong_span_is_a_wrong_call():
    base = {"id": "k", "label": "K", "direction": "burden", "value": "k"}
    with pytest.raises(ValueError, match="The 'since' parameter of Indicator must be a text, a p"):
        Indicator(**base, since="2024-13")
    with pytest.raises(
        ValueError, match="The 'until' parameter of Indicator 'k' must be '2024' or"
    ):
        Indicator(**base, since="2024", until="2023")
    with pytest.raises(ValueError, match="The 'at' parameter of Indicator 'k' must be None"):
        Indicator(**base, since="2024", at="2024")


def test_every_status_has_its_own_mark_and_sign():
    from sozialraum.model import STATUS
    from sozialraum.texts import catalogue

    for lang in ("de", "en"):
        page = catalogue("publish", lang)["page"]
        told = {status: page[f"mark_{MARKS[status]}"] for status in STATUS if status != "ok"}
        assert len(set(told.values())) == len(told)
        assert all(page[f"{kind}_{MARKS[s]}"] for kind in ("sign", "why", "held") for s in told)


def test_eleven_years_in_which_indicators_came_later_are_built_without_a_warning(tmp_path):
    import shutil

    source = shared("cases/faults/deliveries/lavi_absent")
    shutil.copytree(source, tmp_path, dirs_exist_ok=True)
    file = tmp_path / "lavi.toml"
    heads = {year: (tmp_path / f"jahr_{year}.csv").read_text("utf-8").split("\n")[0].split(";")
             for year in range(2015, 2025)}  # fmt: skip
    text, late = file.read_text("utf-8"), {}
    for n in range(1, 87):
        first = min(y for y, head in heads.items() if f"i{n:02}_z" in head)
        if first > 2015:
            late[f"i{n:02}"] = first
            text = text.replace(f'id="i{n:02}"\n', f'id="i{n:02}"\nsince="{first}"\n')
    assert late
    file.write_text(text, "utf-8")
    result = sr.build(file)
    assert "check.not_collected" not in codes(result.problems)
    for edition in result.release.editions:
        year = int(edition.stichtag[:4])
        outside = edition.signs.astype(str).eq("not_collected")
        assert set(outside.columns[outside.all()]) == {i for i, y in late.items() if y > year}
        assert outside.any().equals(outside.all())


@pytest.mark.parametrize("disclosure", ["", smooth.OPEN])
def test_what_was_not_collected_is_not_estimated_from_neighbours_and_years(disclosure, tmp_path):
    tables = smooth.city()
    for year in (2022, 2023):
        tables[year] = tables[year].drop(columns="allein")
    file = smooth.write(tmp_path, tables, sections=smooth.SMOOTH, disclosure=disclosure)
    text = file.read_text("utf-8").replace('id = "allein"', 'id = "allein"\nsince = "2024"')
    file.write_text(text, "utf-8")
    made = editions(build(file))
    for day in ("2022-12-31", "2023-12-31"):
        nothing_lost(made[day], (), {"allein"})
        assert made[day].signs["allein"].astype(str).eq("not_collected").all()
        assert made[day].estimated["allein"].isna().all()
        assert made[day].estimated["arm"].notna().any()
    assert made[TODAY].estimated["allein"].notna().any()
