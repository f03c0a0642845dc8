"""``release =`` in a build: released rates become an input or a layer, and nothing finer."""

import hashlib
import json

import numpy as np
import pandas as pd
import pytest
from participation.small_programme import run
from small_months import KEYS, write_months

from sozialraum.insight.intervals import newcombe
from sozialraum.insight.take_up.years import change_of_rates
from sozialraum.model.errors import ConfigError, DataError, DisclosureError
from sozialraum.privacy.ledger import new_ledger
from sozialraum.workflows.build.building import build, build_for_office
from sozialraum.workflows.build.further.education_chain import education_chain
from sozialraum.workflows.build.office_copy import office_copy
from sozialraum.workflows.check.checking import check
from sozialraum.workflows.show.saved import open_result

COLUMNS = ["areas", "key", "age", "children", "rate", "rate_low", "rate_high", "status"]
INPUT = (
    '[[indicators]]\nid = "ferien"\nlabel = "Ferien"\nvalue = "ferien"\ndirection = "resource"\n'
)
RELEASED = '[[participation]]\nid = "ferien"\nlabel = "Ferienprogramm"\nrelease = %s\n'
RATES = {k: round(0.1 + 0.02 * n, 2) for n, k in enumerate(KEYS)}


def write_release(folder, *, day="2022-01-31", rates=RATES, untold=(), level="public"):
    """Write a released programme as ``sozialraum participation`` does."""
    cells = [
        ["st", k, "all", 200.0, *((None,) * 3 if k in untold else (r, r - 0.01, r + 0.01)),
         "suppressed" if k in untold else "ok"]
        for k, r in rates.items()
    ]  # fmt: skip
    mean = float(np.mean(list(rates.values())))
    cells.append(["city", "city", "all", 200.0 * len(rates), mean, mean, mean, "ok"])
    stated = {
        "title": "Ferien", "stichtag": day, "level": level, "area_sets": {"st": "Stadtteil"},
        "columns": COLUMNS, "cells": cells,
    }  # fmt: skip
    folder.mkdir()
    content = json.dumps(stated).encode()
    (folder / "teilnahme.json").write_bytes(content)
    outputs = {"teilnahme.json": hashlib.sha256(content).hexdigest()}
    (folder / "manifest.json").write_text(json.dumps({"outputs": outputs}), "utf-8")
    return folder


def town(folder, release='"ferien"', *, indicator=INPUT, more="", days=None):
    cases = np.random.default_rng(1).integers(15, 30, (len(days) if days else 1, len(KEYS)))
    text = RELEASED % release + indicator + more
    return write_months(folder, cases, counts="", watch="", disclosure=text, days=days)


def codes(file):
    return [p.code for p in check(file).problems if p.severity == "error"]


def test_a_released_rate_goes_into_the_index_as_it_was_told(tmp_path):
    write_release(tmp_path / "ferien", untold=("03",))
    result = build(town(tmp_path))
    values = result.current.values["ferien"]
    expected = {k: r for k, r in RATES.items() if k != "03"}
    assert values.dropna().round(6).to_dict() == pytest.approx(expected)
    assert result.current.signs.at["03", "ferien"] == "suppressed"
    assert result.current.half_width["ferien"].dropna().round(6).eq(0.01).all()
    # and the area of which nothing is told has one input less, not another value
    assert result.current.table["index"].drop("03").notna().all()


def test_an_input_of_the_index_is_not_shown_beside_it_a_programme_alone_is(tmp_path):
    write_release(tmp_path / "ferien")
    (tmp_path / "a").mkdir(), (tmp_path / "b").mkdir()
    fed = build(town(tmp_path / "a", '"../ferien"'))
    assert "participation" not in fed.release.layers
    beside = build(town(tmp_path / "b", '"../ferien"', indicator=""))
    layer = beside.release.layers["participation"]
    assert layer["rate"].to_dict() == pytest.approx(RATES)
    assert beside.release.details["city_rates"]["participation"] == pytest.approx(0.33)
    assert (layer["rate_low"] < layer["rate"]).all() and (layer["rate"] < layer["rate_high"]).all()


def test_a_release_is_read_back_and_the_copy_of_the_office_tells_no_more_of_it(tmp_path):
    write_release(tmp_path / "ferien", untold=("03",))
    result, office = build_for_office(town(tmp_path, indicator=""))
    result.save(tmp_path / "out", office=office_copy(office, result, tmp_path / "amt"))
    for name in ("out", "amt"):
        layer = open_result(tmp_path / name).layers["participation"]
        assert layer["rate"].isna().sum() == 1 and layer.loc["04", "rate"] == RATES["04"]


def test_two_years_are_compared_with_the_interval_of_newcombe(tmp_path):
    write_release(tmp_path / "alt", day="2021-01-31", rates=dict.fromkeys(KEYS, 0.2))
    write_release(tmp_path / "neu")
    result = build(town(tmp_path, '["alt", "neu"]', indicator=""))
    result.save(tmp_path / "out")
    table = pd.read_csv(
        tmp_path / "out" / "beteiligung_jahre.csv", sep=";", decimal=",", dtype={"Gebiet": str}
    ).set_index("Gebiet")
    # of all areas together the ends are equal: 960 of 4,800 before, 0.33 of 4,800 after
    low, high = newcombe(0.33 * 4800, 4800, 960, 4800)
    row = table[table.index.isna()].iloc[0]
    assert row["Veränderung"] == pytest.approx(0.13, abs=5e-4)
    assert row["Veränderung: unteres Ende"] == pytest.approx(float(low), abs=5e-4)
    assert row["Veränderung: oberes Ende"] == pytest.approx(float(high), abs=5e-4)
    assert table.loc["23", "mehr als Zufall"] == "ja"
    assert table.loc["05", "Veränderung"] == 0 and table.loc["05", "mehr als Zufall"] != "ja"
    assert any(
        s.startswith("Ferienprogramm: 2021 nahmen 20 von 100 Kindern teil, 2022 33;")
        for s in result.release.facts.findings
    )


def test_wider_ends_of_a_rate_widen_the_interval():
    exact = pd.DataFrame({"children": [100.0], "rate": 0.3, "rate_low": 0.3, "rate_high": 0.3})
    wide = exact.assign(rate_low=0.25, rate_high=0.36)
    one, two = change_of_rates(exact, exact + 0.0), change_of_rates(wide, wide)
    assert two.at[0, "change_low"] < one.at[0, "change_low"] < 0
    assert two.at[0, "change_high"] > one.at[0, "change_high"] > 0


def test_a_year_without_a_release_has_no_index(tmp_path):
    write_release(tmp_path / "ferien", day="2023-01-31")
    result = build(town(tmp_path, days=["2022-01-31", "2023-01-31"]))
    then, now = result.release.editions
    assert then.table["index"].isna().all() and now.table["index"].notna().all()
    assert then.signs["ferien"].eq("not_collected").all()


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ("absent", "release_missing"), ("changed", "release_changed"), ("intern", "release_intern"),
        ("areas", "release_areas"), ("age", "release_age"), ("keys", "release_keys"),
        ("day", "release_days"), ("twice", "release_twice"),
    ],
)  # fmt: skip
def test_a_release_that_does_not_fit_is_told_by_check_and_by_build(tmp_path, wrong, code):
    folder, more = tmp_path / "ferien", ""
    if wrong != "absent":
        write_release(
            folder, level="intern" if wrong == "intern" else "public",
            day="2021-01-31" if wrong == "day" else "2022-01-31",
            rates={**RATES, "99": 0.5} if wrong == "keys" else RATES,
        )  # fmt: skip
    if wrong == "changed":
        path = folder / "teilnahme.json"
        path.write_text(path.read_text("utf-8").replace("0.12", "0.92"), "utf-8")
    more = {"areas": 'areas = "bezirke"\n', "age": 'age = "6-9"\n'}.get(wrong, "")
    release = '["ferien", "ferien"]' if wrong == "twice" else '"ferien"'
    file = town(tmp_path, f"{release}\n{more}")
    assert codes(file) == [f"participation.{code}"]
    with pytest.raises(DataError) as caught:
        build(file)
    assert [p.code for p in caught.value.problems if p.severity == "error"] == [
        f"participation.{code}"
    ]


def test_a_release_outside_the_ledger_of_the_build_is_refused(tmp_path):
    write_release(tmp_path / "ferien")
    new_ledger(tmp_path / "freigaben.jsonl", tmp_path / "geheim" / "freigaben.key")
    file = town(
        tmp_path,
        more='[disclosure]\nledger = "freigaben.jsonl"\nkey = "geheim/freigaben.key"\n',
    )
    assert codes(file) == ["privacy.not_in_ledger"]
    with pytest.raises(DisclosureError):
        build(file)


@pytest.mark.parametrize("more", ['participants = "zugaenge"\nchildren = "kinder"\n', ""])
def test_a_programme_is_counted_or_released_never_both_or_neither(tmp_path, more):
    release = '"ferien"' if more else "[]"
    file = town(tmp_path, f"{release}\n{more}", indicator="")
    with pytest.raises(ConfigError) as caught:
        build(file)
    assert "config.wrong_type" in {p.code for p in caught.value.problems}


def test_what_a_run_writes_is_what_its_tables_tell_and_children_are_in_tens(folder):
    result = run(folder)
    result.save(folder / "out")
    stated = json.loads((folder / "out" / "teilnahme.json").read_text("utf-8"))
    cells = pd.DataFrame(stated["cells"], columns=stated["columns"]).set_index(["key", "age"])
    told = result.released.areas.set_index(["key", "age"])
    assert cells.at[("01", "all"), "rate"] == told.at[("01", "all"), "rate"]
    assert (cells["children"].dropna() % 10 == 0).all()
    assert "taking_low" not in cells and stated["level"] == "public"


CHAIN = """
[chain]
label = "Wege"
groups = { mit = "mit", ohne = "ohne" }
[[chain.stations]]
id = "ferien"
label = "Ferien"
reached = "ferien_{group}"
eligible = "ferien_{group}"
[[chain.stations]]
id = "kita"
label = "Kita"
reached = "zugaenge"
eligible = "kinder"
"""


def test_a_station_of_the_chain_may_be_a_release(tmp_path):
    sections = ""
    for group, rate in (("mit", 0.2), ("ohne", 0.4)):
        write_release(tmp_path / group, rates=dict.fromkeys(KEYS, rate))
        sections += RELEASED.replace('"ferien"', f'"ferien_{group}"') % f'"{group}"'
    chain = CHAIN.replace('"zugaenge"', '"z_{group}"').replace('"kinder"', '"n_{group}"')
    file = town(tmp_path, '"mit"', indicator="", more=sections + chain)
    table = pd.read_csv(tmp_path / "daten" / "m0.csv", sep=";", dtype={"nr": str})
    for group in ("mit", "ohne"):
        table[f"z_{group}"], table[f"n_{group}"] = 30, 100
    table.to_csv(tmp_path / "daten" / "m0.csv", sep=";", index=False)
    row = education_chain(build(file)).today.loc["ferien"]
    assert row[["rate_first", "rate_second", "gap"]].tolist() == pytest.approx([0.2, 0.4, -0.2])
