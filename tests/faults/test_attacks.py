"""Cities that were given away once: what is written of them now, and an attacker who reads it.

The attacker has the files of the public folder, the number of children per area and, in the worst
case, every exact total; the rest is whole-number search (`benchmarks/highs_attack.py`).
"""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from faults.cases import case, codes, listed, refused
from highs_attack import leaks
from random_cities import DAY, City

import sozialraum as sr
from sozialraum.model.errors import DataError
from sozialraum.privacy.rules import rules_from

FILES = ("csv", "parquet", "karte", "methode")
# case -> the columns that are counted, by indicator, and what is a sum of others
CASES = {
    "L1_pruefbericht": {"armut": "arm", "hzs": "hz"},
    "L2_hash": {"armut": "arm", "hilfe": "hilfe"},
    "L3_rank": {"armut": "arm", "hilfe": "hilfe"},
    "L5_files_only/200006": {"i0": "x0", "i1": "x1", "i2": "x2"},
    "L5_files_only/300071": {"i0": "x0", "i1": "x1", "i2": "x2"},
    "L7_derived": {"u6": "u6", "ab6": "ab6", "alle": "alle", "hz": "hz"},
    "L8_plan": {"armut": "arm", "hz": "hz", "mig": "mig"},
    "L10_total": {"armut": "arm", "hz": "hz", "pflege": "pflege"},
    "C5_toofine": {"i0": "x0", "i1": "x1"},
}
SUMS = {"alle": {"u6": 1, "ab6": 1}}
OWN_TESTS = {"L5_files_only/300033", "L5_files_only/300216"}


def test_every_case_of_the_attack_is_tried():
    shared_cases = {f.removeprefix("attack/").removesuffix("/b.toml")
                    for f in [*listed("attack/L*/b.toml"), *listed("attack/L*/*/b.toml"),
                              *listed("attack/C5*/b.toml")]}  # fmt: skip
    if not shared_cases:
        pytest.skip("the shared cases are not here")
    assert shared_cases == {*CASES, *OWN_TESTS}


def delivered(file):
    """Return per Stichtag the delivered counts on the areas, without the line of totals."""
    found = {}
    for table in sorted((file.parent / "daten").glob("*.csv")):
        rows = pd.read_csv(table, sep=";", dtype={"nr": str}).set_index("nr")
        day = "2023-12-31" if "2023" in table.name else DAY
        rows = rows[rows.index.str.fullmatch(r"\d+")]
        found[day] = found[day].join(rows[rows.columns.difference(found[day].columns)]) if (
            day in found) else rows  # fmt: skip
    for rows in found.values():
        if "ab6" in rows:
            rows["alle"] = rows["u6"] + rows["ab6"]
    return found


def told(result, columns, rows, day):
    """Return what the written files tell of a day; of earlier ones, what the ledger would hold."""
    if day == DAY:
        return read_from_file(result, columns, rows)
    table = result.measured[day].table
    frames = {n: getattr(table, n).loc[rows.index, [*columns]] for n in ("low", "high", "status")}
    return SimpleNamespace(middle=frames["low"], **frames)


def read_from_file(result, columns, rows):
    """Return whole numbers from the values of index.csv and what each may be off."""
    folder = result.plan.file.parent / "out"
    every = pd.read_csv(folder / "index.csv", sep=";", decimal=",", dtype={"key": str})
    here = every.set_index("key").loc[rows.index]
    base = rows["kinder"].to_numpy(float)
    low, high, status = {}, {}, {}
    for name in columns:
        value = here[name].astype(float).to_numpy()
        off = here.get(f"{name}_plusminus", pd.Series(0.0, here.index)).fillna(0.0).to_numpy(float)
        low[name] = np.ceil((value - off) * base - 0.01)
        high[name] = np.floor((value + off) * base + 0.01)
        status[name] = np.where(np.isnan(value), "suppressed", "ok")
    frames = {n: pd.DataFrame(f, rows.index) for n, f in
              (("low", low), ("high", high), ("status", status))}  # fmt: skip
    return SimpleNamespace(middle=frames["low"], **frames)


def city_of(columns, rows, rules):
    cases = pd.DataFrame({name: rows[c] for name, c in columns.items()}).astype(float)
    base = pd.DataFrame(dict.fromkeys(columns, rows["kinder"]), rows.index).astype(float)
    keys = rows.index.to_series()
    return City(cases, base, {"g": keys}, rules, {n: s for n, s in SUMS.items() if n in cases})


def rules_of(file):
    return rules_from(**sr.read_build(file).disclosure.model_dump(exclude_unset=True))


@pytest.mark.parametrize("name", CASES)
def test_who_reads_the_written_files_finds_no_small_group(name, tmp_path):
    file = case(f"attack/{name}/b.toml", tmp_path)
    result = sr.build(file)
    result.save(tmp_path / "out", files=("csv",))
    for day, rows in delivered(file).items():
        city = city_of(CASES[name], rows, rules_of(file))
        public = told(result, CASES[name], rows, day)
        shown = public.status.to_numpy() == "ok"
        assert shown.any()
        inside = (public.low <= city.cases) & (city.cases <= public.high)
        assert inside.to_numpy()[shown].all()
        files = SimpleNamespace(tables={(DAY, "g"): public})
        assert leaks(city, files, totals=False) == []
        assert leaks(city, files, totals=True) == []


def move_one_person(file, result, columns):
    """Let one person per column live in another area, within what was told; return how many."""
    moved, every = 0, delivered(file)
    for table in sorted((file.parent / "daten").glob("*.csv")):
        day = "2023-12-31" if "2023" in table.name else DAY
        rows = every[day]
        public = told(result, columns, rows, day)
        changed = pd.read_csv(table, sep=";", dtype=str).set_index("nr")
        for name, column in columns.items():
            shown = public.status[name] == "ok"
            up = rows.index[shown & (rows[column] < public.high[name])]
            down = rows.index[shown & (rows[column] > public.low[name])]
            pair = next(((u, d) for u in up for d in down if u != d), None)
            if pair is None or column not in changed:
                continue
            for area, step in zip(pair, (1, -1), strict=True):
                changed.loc[area, column] = str(int(changed.at[area, column]) + step)
            moved += 1
        changed.reset_index().to_csv(table, sep=";", index=False)
    return moved


@pytest.mark.parametrize("name", CASES)
def test_other_persons_within_what_is_told_give_the_same_bytes(name, tmp_path):
    columns = {n: c for n, c in CASES[name].items() if n not in SUMS}
    written, result = [], None
    for number in range(2):
        file = case(f"attack/{name}/b.toml", tmp_path / f"{number}")
        if number:
            assert move_one_person(file, result, columns)
        result = sr.build(file)
        result.save(file.parent / "out", files=FILES)
        written.append({p.name: p.read_bytes() for p in (file.parent / "out").iterdir()})
    assert written[0].keys() == written[1].keys()
    assert [n for n in written[0] if written[0][n] != written[1][n]] == []


@pytest.mark.parametrize("name", CASES)
def test_exact_tables_would_be_found_out(name, tmp_path):
    """The attack finds small groups in the delivered counts themselves, or it proves nothing."""
    file = case(f"attack/{name}/b.toml", tmp_path)
    found = []
    for rows in delivered(file).values():
        city = city_of(CASES[name], rows, rules_of(file))
        ok = pd.DataFrame("ok", rows.index, city.cases.columns)
        exact = SimpleNamespace(middle=city.cases, low=city.cases, high=city.cases, status=ok)
        found += leaks(city, SimpleNamespace(tables={(DAY, "g"): exact}), totals=False)
    assert found


def test_noise_without_the_key_of_a_ledger_is_refused(tmp_path):
    file = case("attack/L5_files_only/300216/b.toml", tmp_path)
    assert codes(file) == ["privacy.noise_without_key"]


EQUAL = "attack/L5_files_only/300033/b.toml"
CUT = '[classes]\nmethod = "{}"\n{}\n[disclosure]'


def test_areas_that_protection_makes_equal_get_no_classes(tmp_path):
    """Nearly all children count: 44 of 46 and 46 of 46 are shown as the same."""
    file = case(EQUAL, tmp_path / "a")
    assert [p for p in sr.check_build(file) if p.severity == "error"] == []
    with pytest.raises(DataError) as caught:
        sr.build(file)
    (found,) = caught.value.problems
    assert found.code == "index.too_few_values" and "„" not in found.found
    way = ("[disclosure]", CUT.format("fixed", "limits = [0.2, 0.4, 0.6, 0.8]"))
    file = case(EQUAL, tmp_path / "b", way)
    result = sr.build(file)
    assert result.scored[DAY]["index"].classes.nunique() == 1
    ((_, rows),) = delivered(file).items()
    result.save(file.parent / "out", files=("csv",))
    columns = {"i0": "x0", "i1": "x1"}
    city = city_of(columns, rows, rules_of(file))
    public = read_from_file(result, columns, rows)
    for totals in (False, True):
        assert leaks(city, SimpleNamespace(tables={(DAY, "g"): public}), totals=totals) == []


@pytest.mark.parametrize(
    ("method", "more", "least"),
    [
        ("jenks", "k = 5", 5),
        ("ntile", "k = 5", 5),
        ("quantile", "k = 5", 2),
        ("equal", "k = 5", 2),
        ("ntile", "shares = [0.1, 0.2, 0.4, 0.2, 0.1]", 5),
    ],
)
def test_fewer_areas_than_classes_are_told_by_check(method, more, least, tmp_path):
    """Three areas, whatever is counted in them."""
    way = ("[disclosure]", CUT.format(method, more))
    file = case(EQUAL, tmp_path, way, ('direction="resource"', 'direction="burden"'))
    if least > 3:
        assert codes(file) == ["check.fewer_areas"]
    else:
        assert refused(file) == []
