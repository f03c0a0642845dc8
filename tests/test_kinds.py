"""What a value is: ratios, euros, balances, counts and votes, protected like every share."""

import dataclasses
import subprocess
import sys

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from monitor_town import (
    BALANCE,
    COUNT,
    EURO,
    HEAD,
    KEYS,
    LAYERS,
    RATIO,
    SHARE,
    VOTE,
    write_town,
    years,
)

import sozialraum as sr
from sozialraum.index.indicators import compute_indicators
from sozialraum.model.errors import ConfigError, SozialraumError
from sozialraum.publish.method import method_text
from sozialraum.workflows.build import build_for_office
from sozialraum.workflows.check.checking import check_build
from sozialraum.workflows.compare.methods import compare_methods

WITH_INDEX = HEAD.replace('place = "Musterstadt"', 'place = "Musterstadt"\nrecipe = "minmax_mean"')
DAY = "2023-12-31"


def told(indicators, frame):
    value, _, status = compute_indicators(frame, [sr.Indicator(**i) for i in indicators])
    return value, status


def refusals(folder, **how):
    with pytest.raises(ConfigError) as error:
        sr.build(write_town(folder, **how))
    return {p.code for p in error.value.problems}


# --- values of each kind --------------------------------------------------------------------------


def test_thirty_who_came_and_45_who_left_among_1500_are_ten_fewer_per_thousand():
    frame = pd.DataFrame({"zu": [30], "fort": [45], "einwohner": [1500]}, index=["01"])
    assert told([BALANCE], frame)[0].at["01", "saldo"] == pytest.approx(-10.0)


def test_a_balance_in_persons_is_who_came_less_who_left():
    plain = {**BALANCE, "unit": "number"}
    del plain["denominator"]
    frame = pd.DataFrame({"zu": [30], "fort": [45]}, index=["01"])
    assert told([plain], frame)[0].at["01", "saldo"] == -15


def test_two_districts_of_10_in_100_and_90_in_300_are_25_per_cent_together():
    frame = pd.DataFrame({"arbeitslose": [10 + 90], "erw": [100 + 300]}, index=["Gemeinde"])
    assert told([SHARE], frame)[0].at["Gemeinde", "al"] == 0.25


def test_more_places_than_children_are_a_ratio_above_one():
    frame = pd.DataFrame({"plaetze": [124.0], "u18": [100.0]}, index=["01"])
    assert told([RATIO], frame)[0].at["01", "plaetze"] == pytest.approx(1.24)


def test_a_count_is_its_cases_and_euros_are_per_person():
    frame = pd.DataFrame({"hze": [47.0], "ausgaben": [246321.0], "u18": [1445.0]}, index=["01"])
    value, _ = told([COUNT, EURO], frame)
    assert value.at["01", "hze"] == 47
    assert value.at["01", "eur"] == pytest.approx(246321 / 1445)


@pytest.mark.parametrize("given", [
    {**BALANCE, "numerator": "x"}, {**SHARE, "incoming": "zu"}, {**SHARE, "denominator": None},
    {k: v for k, v in BALANCE.items() if k != "outgoing"},
])  # fmt: skip
def test_an_indicator_made_of_two_things_at_once_is_refused(given):
    with pytest.raises(ValueError, match="must have"):
        sr.Indicator(**given)


def test_what_is_shown_alone_unless_the_build_says_otherwise():
    used = {i["id"]: sr.Indicator(**{k: v for k, v in i.items() if k != "use"}).use for i in LAYERS}
    assert used == {"al": "index", "eur": "layer", "saldo": "layer", "hze": "layer",
                    "liste": "layer", "plaetze": "index"}  # fmt: skip


# --- a build of them ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    return build_for_office(write_town(tmp_path_factory.mktemp("stadt")))


def test_what_is_told_lies_as_near_to_the_truth_as_its_half_width(town):
    edition, true = town.result.current, years()[2023]
    exact = {
        "al": true["arbeitslose"] / true["erw"], "eur": true["ausgaben"] / true["u18"],
        "saldo": (true["zu"] - true["fort"]) / true["einwohner"] * 1000,
        "hze": true["hze"].astype(float),
        "plaetze": true["plaetze"] / true["u18"],
    }  # fmt: skip
    for name, column in exact.items():
        off = (edition.values[name] - column).abs()
        assert edition.values[name].notna().any(), name
        assert (off.dropna() <= edition.half_width[name].reindex(off.dropna().index) + 1e-6).all()


def test_results_of_elections_are_told_as_they_are(town):
    true = years()[2023]
    share = true["stimmen"] / true["gueltig"]
    assert np.allclose(town.result.current.values["liste"], share)
    assert "liste" in town.result.measured[DAY].table.exact


def test_every_count_behind_a_layer_went_through_protection(town):
    table = town.result.protected.on("st")[DAY]
    assert {
        "al",
        "eur",
        "[in] saldo",
        "[out] saldo",
        "hze",
        "[num] plaetze",
        "[den] plaetze",
    } <= set(table.middle)
    for name in ("al", "[in] saldo", "[out] saldo", "hze"):
        low, high = table.low[name].dropna(), table.high[name].dropna()
        assert (high - low).ge(1).all(), name  # no count is told exactly


def test_sums_without_a_largest_amount_are_told_nowhere(tmp_path):
    bare = {k: v for k, v in EURO.items() if k != "most"}
    result = sr.build(write_town(tmp_path, indicators=(SHARE, bare)))
    assert result.current.values["eur"].isna().all()
    assert set(result.current.signs["eur"]) == {"suppressed"}


def test_a_delivered_balance_is_told_only_where_it_is_published(tmp_path):
    tables = {y: t.assign(netto=t["zu"] - t["fort"]) for y, t in years().items()}
    plain = {"id": "netto", "label": "Saldo", "kind": "balance", "unit": "number",
             "direction": "neutral", "value": "netto"}  # fmt: skip
    hidden = sr.build(write_town(tmp_path / "a", indicators=(SHARE, plain), tables=tables))
    assert hidden.current.values["netto"].isna().all()
    more = '[disclosure]\npublished = ["netto"]\nreason = "Statistisches Jahrbuch"\n'
    shown = sr.build(
        write_town(tmp_path / "b", indicators=(SHARE, plain), tables=tables, more=more)
    )
    assert (shown.current.values["netto"] == tables[2023]["netto"].to_numpy()).all()
    assert shown.current.values["netto"].min() < 0


@pytest.mark.parametrize("column", ["zu", "fort", "hze", "plaetze"])
def test_one_person_more_inside_a_window_changes_nothing_that_is_told(tmp_path, column):
    name = {"zu": "[in] saldo", "fort": "[out] saldo", "hze": "hze", "plaetze": "[num] plaetze"}[
        column
    ]
    tables = years()
    first = sr.build(write_town(tmp_path / "a", tables=tables))
    table = first.protected.on("st")[DAY]
    room = table.high[name] - tables[2023][column]
    key = room[(room >= 1) & (table.low[name] < tables[2023][column])].index[0]
    other = {y: t.copy() for y, t in tables.items()}
    down = [k for k in KEYS if k != key and tables[2023].at[k, column] - 1 >= table.low.at[k, name]
            and tables[2023].at[k, column] <= table.high.at[k, name]]  # fmt: skip
    other[2023].loc[key, column] += 1
    other[2023].loc[down[0], column] -= 1  # the total stays: it is told exactly
    second = sr.build(write_town(tmp_path / "b", tables=other))
    assert first.protected.equals(second.protected)
    for one, two in zip(first.release.editions, second.release.editions, strict=True):
        for field in dataclasses.fields(one):
            a, b = getattr(one, field.name), getattr(two, field.name)
            if isinstance(a, pd.DataFrame):
                pd.testing.assert_frame_equal(a, b)


# --- what is no part of an index ------------------------------------------------------------------


def test_an_index_beside_layers_is_the_index_without_them(tmp_path):
    fed = ({**SHARE, "use": "index"}, dict(SHARE, id="zwei", numerator="hze", denominator="u18"))
    fed = (fed[0], {**fed[1], "use": "index"})
    alone = sr.build(write_town(tmp_path / "a", indicators=fed, head=WITH_INDEX))
    beside = sr.build(write_town(
        tmp_path / "b", indicators=(*fed, BALANCE, VOTE, EURO), head=WITH_INDEX))  # fmt: skip
    pd.testing.assert_series_equal(alone.table["index"], beside.table["index"])
    assert beside.current.values["liste"].notna().all()
    assert beside.current.contributions[["saldo", "liste", "eur"]].isna().all(axis=None)
    files = beside.save(tmp_path / "out", files=("karte", "csv", "xlsx", "bericht", "steckbriefe",
                                                 "geopackage", "methode", "vorlage"))  # fmt: skip
    assert "karte.html" in files
    assert list(sr.open_result(tmp_path / "out").scoring.indicators) == list(
        sr.open_result(tmp_path / "out").plan.indicators[:2]
    )


@pytest.mark.parametrize(("change", "code"), [
    ({**BALANCE, "use": "index"}, "config.kind.neutral_input"),
    ({**COUNT, "direction": "burden", "use": "index"}, "config.kind.count_input"),
    ({**VOTE, "direction": "burden", "use": "index"}, "config.kind.vote_input"),
    ({**EURO, "direction": "burden", "use": "index"}, "config.kind.euro_input"),
    ({**RATIO, "use": "index"}, "config.kind.ratio_input"),
    ({**SHARE, "id": "b", "price_year": 2023}, "config.kind.price_year"),
    ({**SHARE, "id": "b", "kind": "share", "incoming": "zu"}, "config.indicator_columns"),
    ({**BALANCE, "value": "zu"}, "config.indicator_columns_balance"),
])  # fmt: skip
def test_a_kind_that_does_not_go_with_its_use_is_refused_in_words(tmp_path, change, code):
    fed = {**SHARE, "use": "index"}
    assert code in refusals(tmp_path, indicators=(fed, change), head=WITH_INDEX)


def test_euros_are_part_of_an_index_where_a_reason_says_why(tmp_path):
    spent = {**EURO, "direction": "burden", "use": "index", "reason": "Mietkosten je Kind"}
    result = sr.build(write_town(tmp_path, indicators=({**SHARE, "use": "index"}, spent),
                                 head=WITH_INDEX))  # fmt: skip
    assert result.current.contributions["eur"].notna().any()


def test_a_count_needs_the_persons_it_is_counted_among(tmp_path):
    bare = HEAD.replace('[population]\nvariable = "einwohner"\n', "")
    assert "config.kind.no_population" in refusals(tmp_path, indicators=(COUNT,), head=bare)


# --- a build without an index ---------------------------------------------------------------------


def test_a_build_of_layers_has_values_and_ranks_nobody(town):
    table = town.result.table
    assert table[["index", "rank", "class"]].isna().all(axis=None)
    assert (table["status"] == "ok").all()
    assert town.result.release.breaks == {}
    said = method_text(town.result.release)
    assert "kein Gebiet wird gereiht" in said
    for word in ("Euro je Mensch", "(Preise von 2023)", "Saldo", "(zu − fort) ÷ einwohner",
                 "öffentliches Wahlergebnis", "Verhältnis", "nicht im Index"):  # fmt: skip
        assert word in said


@pytest.mark.parametrize(("head", "more", "key"), [
    (WITH_INDEX, "", "recipe"), (HEAD, '[classes]\nk = 3\n', "classes"),
    (HEAD, '[scaling]\nmethod = "zscore"\n', "scaling"), (HEAD, "[uncertainty]\ndraws = 100\n",
                                                         "uncertainty"),
])  # fmt: skip
def test_what_is_said_of_an_index_that_is_not_there_is_told(tmp_path, head, more, key):
    with pytest.raises(ConfigError) as error:
        sr.build(write_town(tmp_path, head=head, more=more))
    assert [(p.code, p.key) for p in error.value.problems] == [
        ("config.kind.nothing_to_index", key)
    ]


def test_outputs_of_an_index_that_is_not_there_are_told(tmp_path):
    more = '[output]\nfiles = ["karte", "csv"]\n'
    assert refusals(tmp_path, more=more) == {"config.kind.output_of_index"}


def test_what_needs_an_index_says_so_of_a_result_without_one(tmp_path, town):
    town.result.save(tmp_path / "out", files=("csv",))
    for call in (
        lambda: sr.open_result(tmp_path / "out"),
        lambda: compare_methods(town.result, recipes=["zscore_mean"]),
    ):
        with pytest.raises(SozialraumError) as error:
            call()
        assert error.value.problems[0].code == "pipeline.no_index"


def test_a_build_of_layers_is_checked_without_a_finding_on_an_index(tmp_path):
    found = {p.code for p in check_build(write_town(tmp_path))}
    assert not {c for c in found if "class" in c or "index" in c or "step" in c}


def test_check_ends_well_on_a_build_of_layers(tmp_path):
    words = [sys.executable, "-m", "sozialraum", "check", str(write_town(tmp_path))]
    told = subprocess.run(words, capture_output=True, encoding="utf-8", check=False)
    assert told.returncode == 0, told.stderr
    assert "Index gebraucht" not in told.stdout + told.stderr


def test_the_copy_of_the_office_says_nothing_of_classes(tmp_path):
    out, intern = tmp_path / "out", tmp_path / "intern"
    built = build_for_office(write_town(tmp_path / "b"))
    files = built.save(out, office=intern)
    assert "cockpit.html" in files
    assert (intern / "cockpit.html").is_file()
    assert "andere Klasse" not in (intern / "pruefbericht.html").read_text("utf-8")


def test_two_areas_without_an_index_pass_check_and_are_built_with_the_reason(tmp_path):
    tables = {year: table.iloc[:2] for year, table in years().items()}
    file = write_town(tmp_path / "stadt", tables=tables)
    areas = gpd.read_file(tmp_path / "stadt" / "stadtteile.gpkg").iloc[:2]
    areas.to_file(tmp_path / "stadt" / "stadtteile.gpkg")
    found = {p.code: p.severity for p in check_build(file)}
    assert found["privacy.few_areas"] == "warning" and "error" not in found.values()
    built = sr.build(file)
    assert {p.code for p in built.problems if p.code.startswith("privacy.not_told")}
