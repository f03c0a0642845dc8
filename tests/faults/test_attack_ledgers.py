"""Two publications of one city on crossing areas: what both tell together, by every way round it."""

import threading
from dataclasses import replace
from types import SimpleNamespace

import geopandas as gpd
import pandas as pd
import pytest
from highs_attack import leaks
from random_cities import DAY, City
from shapely import box
from small_build import BUILD, LEDGER

import sozialraum as sr
from sozialraum.model.errors import DisclosureError, SozialraumError
from sozialraum.privacy.ledger import new_ledger, open_ledger
from sozialraum.privacy.rules import DisclosureRules
from sozialraum.workflows.verify.verifying import verify_recorded

BLOCKS = [f"{n:02d}" for n in range(1, 11)]
DISTRICT = pd.Series([*"AABBBCCDDD"], BLOCKS)
OTHER = pd.Series([*"1112233344"], BLOCKS)
# area 1 less area A would be block 03: one poor child of five
COUNTS = pd.DataFrame(
    {
        "kinder": [50, 50, 5, 60, 80, 70, 90, 75, 65, 85],
        "arm": [10, 10, 1, 14, 20, 12, 25, 16, 11, 23],
        "hz": [12, 9, 0, 15, 18, 20, 24, 20, 15, 21],
    },
    pd.Index(BLOCKS, name="block"),
)
DERIVED = '[[derived]]\nname = "neu"\nareas = "b"\nformula = "{}"\nwhole = true'
# way -> what the second publication says otherwise
WAYS = {
    "same": {},
    "renamed": {"file": "anders.csv", "column": "armut_neu"},
    "copied": {"file": "anders.csv", "column": "neu", "derived": DERIVED.format("armut_neu")},
    "summed": {"file": "anders.csv", "column": "neu", "derived": DERIVED.format("arm_a + arm_b")},
    "subtracted": {"file": "anders.csv", "column": "neu",
                   "derived": DERIVED.format("doppelt - armut_neu")},
    "another day": {"day": "2025-01-01"},
    "rows in another order": {"file": "gedreht.csv"},
}  # fmt: skip


@pytest.fixture
def town(tmp_path):
    data = tmp_path / "daten"
    data.mkdir()
    squares = [box(400000 + n * 100, 5.8e6, 400100 + n * 100, 5.8e6 + 100) for n in range(10)]
    blocks = gpd.GeoDataFrame({"block": BLOCKS}, geometry=squares, crs=25833)
    blocks["D"], blocks["C"] = DISTRICT.to_numpy(), OTHER.to_numpy()
    blocks.to_file(data / "b.gpkg")
    for name in ("D", "C"):
        areas = blocks[[name, "geometry"]].dissolve(name).reset_index(names="nr")
        areas.assign(name="Gebiet " + areas["nr"]).to_file(data / f"{name}.gpkg")
    half = COUNTS["arm"] // 2
    more = COUNTS.rename(columns={"arm": "armut_neu"}).assign(
        arm_a=half, arm_b=COUNTS["arm"] - half, doppelt=2 * COUNTS["arm"]
    )
    for name, table in (("z", COUNTS), ("anders", more), ("gedreht", COUNTS.iloc[::-1])):
        table.reset_index().to_csv(data / f"{name}.csv", sep=";", index=False)
    new_ledger(tmp_path / "freigaben.jsonl", tmp_path / "geheim" / "freigaben.key")
    return tmp_path


def build_file(folder, target, *, column="arm", day=DAY, **more):
    said = {"title": f"Bau {target}", "file": "z.csv", "derived": "", "ledger": LEDGER} | more
    text = BUILD.format(target=target, column=column, day=day, **said)
    cuts = '[classes]\nmethod = "equal"\nk = 3\nlabels = ["a", "b", "c"]\nnumbers = [1, 2, 3]\n'
    path = folder / f"{target}.toml"
    path.write_text(text.replace("[disclosure]", cuts + "[disclosure]"), "utf-8")
    return path


def publish(folder, target, **more):
    """Build and write; return the statements of its table."""
    result = sr.build(build_file(folder, target, **more))
    result.save(folder / f"out_{target}", files=("csv",))
    return result


def told(result):
    table = result.measured[result.plan.stichtag.isoformat()].table
    frames = {n: getattr(table, n)[["armut", "hzs"]] for n in ("middle", "low", "high", "status")}
    return replace(table, **frames)


def given_away(first, second):
    """Return what two publications tell together to somebody who knows all totals."""
    cases = COUNTS[["arm", "hz"]].set_axis(["armut", "hzs"], axis=1).astype(float)
    base = pd.DataFrame(dict.fromkeys(cases, COUNTS["kinder"]), cases.index).astype(float)
    city = City(cases, base, {"D": DISTRICT, "C": OTHER}, DisclosureRules(minimum=5), {})
    tables = {(DAY, "D"): told(first), (DAY, "C"): told(second)}
    return leaks(city, SimpleNamespace(tables=tables), totals=True)


@pytest.mark.parametrize("way", WAYS)
def test_what_is_published_later_under_another_name_adds_nothing(town, way):
    first = publish(town, "D")
    try:
        second = publish(town, "C", **WAYS[way])
    except SozialraumError as error:
        assert {p.code.split(".")[0] for p in error.problems} == {"privacy"}
        assert not (town / "out_C").exists()
        assert open_ledger(*ledger_of(town)).number == 1
        return
    assert given_away(first, second) == []
    assert open_ledger(*ledger_of(town)).number == 2


def ledger_of(folder):
    return folder / "freigaben.jsonl", folder / "geheim" / "freigaben.key"


@pytest.mark.parametrize("way", ["cut", "deleted", "edited", "another", "empty"])
def test_a_ledger_that_was_tampered_with_lets_nothing_out(town, way):
    publish(town, "D")
    ledger, _ = ledger_of(town)
    lines = ledger.read_text("utf-8").splitlines(keepends=True)
    if way == "cut":
        ledger.write_text("".join(lines[:-1]), "utf-8")
    elif way == "deleted":
        ledger.unlink()
    elif way == "another":  # whole, with releases of its own, under another key
        other = town / "freigaben2.jsonl", town / "geheim2.key"
        new_ledger(*other)
        paths = 'ledger = "freigaben2.jsonl"\nkey = "geheim2.key"'
        sr.build(build_file(town, "D", ledger=paths)).save(town / "out_2", files=("csv",))
        other[0].replace(ledger)
    elif way == "empty":
        ledger.write_bytes(b"")
    else:
        ledger.write_text("".join(lines).replace(DAY, "2024-12-30"), "utf-8")
    with pytest.raises(SozialraumError) as caught:
        publish(town, "C")
    assert {p.code for p in caught.value.problems} <= {
        "privacy.ledger_broken", "privacy.ledger_missing", "privacy.ledger_head",
    }  # fmt: skip
    assert not (town / "out_C").exists()


def test_with_a_second_ledger_and_its_own_key_the_folder_is_not_that_of_the_first(town):
    """Who keeps two books keeps none: each is whole, and `verify` tells whose a folder is."""
    second = town / "freigaben2.jsonl", town / "geheim2.key"
    new_ledger(*second)
    publish(town, "D")
    publish(town, "C", ledger='ledger = "freigaben2.jsonl"\nkey = "geheim2.key"')
    assert verify_recorded(town / "out_D", *ledger_of(town))[0]["number"] == 1
    assert verify_recorded(town / "out_C", *second)[0]["number"] == 1
    for folder, files in (("out_C", ledger_of(town)), ("out_D", second)):
        with pytest.raises(DisclosureError) as caught:
            verify_recorded(town / folder, *files)
        assert [p.code for p in caught.value.problems] == ["privacy.not_in_ledger"]


@pytest.mark.parametrize("mixed", ["key", "ledger"])
def test_of_two_ledgers_the_key_of_the_one_does_not_open_the_other(town, mixed):
    second = town / "freigaben2.jsonl", town / "geheim2.key"
    new_ledger(*second)
    publish(town, "D")
    files = {"ledger": "freigaben.jsonl", "key": "geheim/freigaben.key"}
    files[mixed] = {"ledger": "freigaben2.jsonl", "key": "geheim2.key"}[mixed]
    with pytest.raises(SozialraumError) as caught:
        publish(town, "C", ledger="\n".join(f'{k} = "{v}"' for k, v in files.items()))
    assert {p.code for p in caught.value.problems} <= {
        "privacy.ledger_broken", "privacy.ledger_missing", "privacy.ledger_head",
    }  # fmt: skip
    assert not (town / "out_C").exists()


@pytest.mark.parametrize("key", ["", 'key = "geheim/freigaben.key"'])
def test_a_build_that_names_a_ledger_nobody_made_is_refused(town, key):
    """The way round the first: another name in the build file."""
    publish(town, "D")
    with pytest.raises(SozialraumError) as caught:
        publish(town, "C", ledger=f'ledger = "freigaben2.jsonl"\n{key}')
    assert {p.code for p in caught.value.problems} <= {
        "privacy.ledger_head", "privacy.ledger_missing", "privacy.ledger_key_missing",
        "config.ledger_alone",
    }  # fmt: skip
    assert not (town / "out_C").exists() and not (town / "freigaben2.jsonl").exists()


def test_of_two_builds_at_once_one_is_written_and_recorded(town):
    results = {t: sr.build(build_file(town, t)) for t in ("D", "C")}
    done = {}

    def save(target):
        try:
            done[target] = bool(results[target].save(town / f"out_{target}", files=("csv",)))
        except SozialraumError:
            done[target] = False

    threads = [threading.Thread(target=save, args=(t,)) for t in results]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done.values()) == [False, True]
    assert {t: (town / f"out_{t}" / "index.csv").exists() for t in done} == done
    assert open_ledger(*ledger_of(town)).number == 1


def warnings_of(problems):
    return [p for p in problems if p.code == "privacy.no_ledger"]


def test_who_publishes_without_a_ledger_is_told_what_nobody_can_check(town):
    build = build_file(town, "D", ledger="")
    (said,) = warnings_of(sr.build(build).problems)
    assert (said.severity, said.file) == ("warning", "D.toml")
    assert "ledger new" in said.action


def test_the_way_out_of_the_warning_leads_out(town):
    """The names of its two files are those that the advice tells."""
    for file in ledger_of(town):
        file.unlink()
    build = build_file(town, "D", ledger="")
    (said,) = warnings_of(sr.build(build).problems)
    ledger, key = (said.action.split(f'{word} = "')[1].split('"')[0] for word in ("ledger", "key"))
    new_ledger(town / ledger, town / key)
    stated = f'ledger = "{ledger}"\nkey = "{key}"'
    assert warnings_of(publish(town, "D", ledger=stated).problems) == []
    assert open_ledger(town / ledger, town / key).number == 1


@pytest.mark.parametrize("said", ['published_input = true\nreason = "Statistikportal"', LEDGER])
def test_open_data_and_recorded_builds_get_no_such_warning(town, said):
    assert warnings_of(sr.build(build_file(town, "D", ledger=said)).problems) == []


def test_exact_tables_of_both_would_give_the_child_away():
    """The attack finds the block between the two areas, or it proves nothing."""
    cases = COUNTS[["arm", "hz"]].set_axis(["armut", "hzs"], axis=1).astype(float)
    base = pd.DataFrame(dict.fromkeys(cases, COUNTS["kinder"]), cases.index).astype(float)
    city = City(cases, base, {"D": DISTRICT, "C": OTHER}, DisclosureRules(minimum=5), {})
    tables = {}
    for place, zones in city.places.items():
        sums = cases.groupby(zones).sum()
        ok = pd.DataFrame("ok", sums.index, sums.columns)
        tables[DAY, place] = SimpleNamespace(middle=sums, low=sums, high=sums, status=ok)
    assert leaks(city, SimpleNamespace(tables=tables), totals=False)
