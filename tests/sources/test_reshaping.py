"""Long tables, several Stichtage, rows to be kept: the same numbers in every form, nobody lost."""

import numpy as np
import openpyxl
import pandas as pd
import pytest
from shared_data import shared
from sources.small_build import small_build

from sozialraum.model import Period
from sozialraum.model.errors import ConfigError
from sozialraum.sources.checks import check_delivery
from sozialraum.sources.delivery import read_delivery
from sozialraum.sources.reshaping.reading import read_tables
from sozialraum.sources.reshaping.shape import Shape

# area -> (children, poor children) of two years
NUMBERS = {
    2023: {"01": (90, 9), "02": (180, 27), "03": (140, 14), "04": (45, 5)},
    2024: {"01": (100, 10), "02": (200, 30), "03": (150, 15), "04": (50, 5)},
}
WORDS = ("kinder", "arm")


def table(more: str, file: str = "zahlen.csv") -> str:
    return f'[[tables]]\nfile = "{file}"\nareas = "bloecke"\nkey = "block"\n{more}\n'


def delivered(folder, numbers: str, more: str, **options):
    plan = small_build(folder, numbers=numbers, tables=table(more), **options)
    return plan, read_delivery(plan, plan.root)


def holds(delivery, years=NUMBERS) -> None:
    """Hold every number of every year against the truth, by key and column."""
    wrong = [str(p) for p in delivery.problems if p.severity == "error"]
    assert wrong == []
    assert sorted(delivery.tables) == [f"{year}-12-31" for year in sorted(years)]
    for year, numbers in years.items():
        frame = delivery.tables[f"{year}-12-31"]["bloecke"]
        for at, word in enumerate(WORDS):
            assert frame[word].to_dict() == {key: n[at] for key, n in numbers.items()}


LONG = "block;jahr;merkmal;wert\n" + "".join(
    f"{key};{year};{word};{n[at]}\n"
    for year, numbers in NUMBERS.items()
    for key, n in numbers.items()
    for at, word in enumerate(WORDS)
)
YEARS_IN_ROWS = "block;jahr;kinder;arm\n" + "".join(
    f"{key};{year};{n[0]};{n[1]}\n"
    for year, numbers in NUMBERS.items()
    for key, n in numbers.items()
)
YEARS_IN_HEADS = "block;kinder_2023;arm_2023;kinder_2024;arm_2024\n" + "".join(
    f"{key};{NUMBERS[2023][key][0]};{NUMBERS[2023][key][1]};{a};{b}\n"
    for key, (a, b) in NUMBERS[2024].items()
)


def test_a_long_table_gives_the_numbers_of_a_wide_one(tmp_path):
    _, delivery = delivered(tmp_path, LONG, 'names = ["merkmal"]\nstichtag = { column = "jahr" }')
    holds(delivery)


def test_the_order_of_the_rows_does_not_matter(tmp_path):
    head, *rows = LONG.splitlines(keepends=True)
    mixed = "".join([head, *sorted(rows, key=lambda r: r[::-1])])
    _, delivery = delivered(tmp_path, mixed, 'names = ["merkmal"]\nstichtag = { column = "jahr" }')
    holds(delivery)


def test_years_in_rows_become_one_table_each(tmp_path):
    _, delivery = delivered(tmp_path, YEARS_IN_ROWS, 'stichtag = { column = "jahr" }')
    holds(delivery)


def test_years_in_the_heads_become_one_table_each(tmp_path):
    _, delivery = delivered(tmp_path, YEARS_IN_HEADS, 'stichtag = { columns = "{name}_{yyyy}" }')
    holds(delivery)


def test_years_in_the_names_of_files(tmp_path):
    for year, numbers in NUMBERS.items():
        rows = "".join(f"{key};{a};{b}\n" for key, (a, b) in numbers.items())
        (tmp_path / f"kinder_{year}.csv").write_text(f"block;kinder;arm\n{rows}", "utf-8")
    tables = table('files = ["kinder_*.csv"]\nstichtag = { name = "kinder_{yyyy}" }')
    tables = tables.replace('file = "zahlen.csv"\n', "")
    plan = small_build(tmp_path, tables=tables)
    delivery = read_delivery(plan, plan.root)
    holds(delivery)
    assert {"kinder_2023.csv", "kinder_2024.csv"} <= set(delivery.files)


def test_years_in_sheets(tmp_path):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for year, numbers in NUMBERS.items():
        sheet = book.create_sheet(str(year))
        sheet.append(["block", *WORDS])
        for key, n in numbers.items():
            sheet.append([key, *n])
    book.save(tmp_path / "zahlen.xlsx")
    when = 'stichtag = { sheets = { "2023" = 2023-12-31, "2024" = "2024" } }'
    plan = small_build(tmp_path, tables=table(when, "zahlen.xlsx"))
    holds(read_delivery(plan, plan.root))


def test_a_key_column_without_a_title_is_named_by_its_number(tmp_path):
    plan = small_build(
        tmp_path,
        numbers=";" + YEARS_IN_ROWS.split(";", 1)[1],
        tables=table('stichtag = { column = "jahr" }').replace('"block"', "1"),
    )
    holds(read_delivery(plan, plan.root))


@pytest.mark.parametrize(
    ("shown", "end"),
    [("Januar 2024", "2024-01-31"), ("31.03.2024", "2024-03-31"), ("2. Quartal 2024", "2024-06-30"),
     ("2023/24", "2024-07-31")],
)  # fmt: skip
def test_periods_of_every_grain_are_a_stichtag(tmp_path, shown, end):
    rows = "".join(f"{key};{shown};{a};{b}\n" for key, (a, b) in NUMBERS[2024].items())
    _, delivery = delivered(
        tmp_path, f"block;zeit;kinder;arm\n{rows}", 'stichtag = { column = "zeit" }'
    )
    assert list(delivery.tables) == [end]
    assert delivery.tables[end]["bloecke"]["arm"].to_dict() == {
        "01": 10,
        "02": 30,
        "03": 15,
        "04": 5,
    }


def test_a_day_within_the_school_year_may_be_stated(tmp_path):
    rows = "".join(f"{key};2023/24;{a};{b}\n" for key, (a, b) in NUMBERS[2024].items())
    when = 'stichtag = { column = "sj", day = "10-15" }'
    _, delivery = delivered(tmp_path, f"block;sj;kinder;arm\n{rows}", when)
    assert list(delivery.tables) == ["2023-10-15"]


def test_a_stichtag_in_a_row_of_its_own_is_that_of_the_rows_below(tmp_path):
    text = "block;kinder;arm\n"
    for year, numbers in NUMBERS.items():
        text += f"31.12.{year};;\n" + "".join(f"{k};{a};{b}\n" for k, (a, b) in numbers.items())
    _, delivery = delivered(tmp_path, text, 'stichtag = { column = "block" }')
    holds(delivery)


def test_rows_that_are_not_kept_are_counted_with_what_they_hold(tmp_path):
    rows = "".join(
        f"{key};{group};{a};{b}\n"
        for key, (a, b) in NUMBERS[2024].items()
        for group, a, b in (("alle", a, b), ("Mädchen", a // 2, b // 2))
    )
    _, delivery = delivered(
        tmp_path, f"block;gruppe;kinder;arm\n{rows}", 'rows = { gruppe = "alle" }'
    )
    holds(delivery, {2024: NUMBERS[2024]})
    ((file, left),) = delivery.left_rows
    # half of 100, 200, 150, 50 and of 10, 30, 15, 5, rounded down
    assert (file, left.column, left.rows) == ("zahlen.csv", "gruppe", 4)
    assert left.sums == {"kinder": 250.0, "arm": 29.0}
    told = [p for p in delivery.problems if p.code == "sources.rows_left_out"]
    assert "4 Zeilen bleiben weg (von 8)" in told[0].message
    assert "250 in „kinder“" in told[0].message


def codes(delivery, severity="error"):
    return [p.code for p in delivery.problems if p.severity == severity]


def test_two_rows_for_one_key_and_name_say_what_they_differ_in(tmp_path):
    text = "block;merkmal;art;wert\n01;kinder;w;4\n01;kinder;m;6\n02;kinder;w;5\n"
    _, delivery = delivered(tmp_path, text, 'names = ["merkmal"]')
    (found,) = [p for p in delivery.problems if p.severity == "error"]
    assert found.code == "sources.names_not_unique"
    assert found.row == 3
    assert "„art“" in found.found
    text = "block;merkmal;wert\n01;kinder;4\n01;kinder;6\n02;kinder;5\n"
    _, delivery = delivered(tmp_path, text, 'names = ["merkmal"]\nvalues = ["wert"]')
    assert codes(delivery) == ["sources.names_doubled"]


def test_only_what_is_used_must_be_unique(tmp_path):
    text = LONG + "01;2024;sonstige;4\n01;2024;sonstige;6\n"
    more = 'names = ["merkmal"]\nstichtag = { column = "jahr" }\n'
    _, delivery = delivered(tmp_path, text, f'{more}columns = {{ kinder = "kinder", arm = "arm" }}')
    holds(delivery)
    _, delivery = delivered(tmp_path, text, more)
    assert codes(delivery) == ["sources.names_doubled"]


def test_a_bad_cell_of_a_long_table_is_told_where_it_stands(tmp_path):
    lines = LONG.splitlines(keepends=True)
    lines[11] = lines[11].rsplit(";", 1)[0] + ";viele\n"
    _, delivery = delivered(
        tmp_path, "".join(lines), 'names = ["merkmal"]\nstichtag = { column = "jahr" }'
    )
    (found,) = [p for p in delivery.problems if p.severity == "error"]
    assert (found.code, found.row, found.found) == ("sources.no_number", 12, "„viele“")


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ('names = ["merkmall"]', "sources.reshape_no_column"),
        ("names = [9]", "sources.reshape_no_place"),
        ('rows = { merkmal = "Kinder" }', "sources.no_such_entry"),
        ('stichtag = { column = "merkmal" }', "sources.no_period"),
        ('stichtag = { columns = "{name}_{yyyy}" }', "sources.no_period_in_heads"),
        ('stichtag = { columns = "kinder" }', "sources.no_period_pattern"),
        ('stichtag = { name = "kinder_{yyyy}" }', "sources.no_period_in_name"),
        ('stichtag = { name = "{jahr}" }', "sources.no_period_pattern"),
    ],
)
def test_what_the_file_does_not_have_is_told_with_a_way_out(tmp_path, more, code):
    _, delivery = delivered(tmp_path, LONG, more)
    found = [p for p in delivery.problems if p.severity == "error"]
    assert [p.code for p in found] == [code]
    assert found[0].action
    assert found[0].file == "zahlen.csv"


def test_which_column_holds_the_numbers_is_asked_where_several_may(tmp_path):
    text = "block;merkmal;wert;vorjahr\n01;kinder;4;3\n02;kinder;5;4\n"
    _, delivery = delivered(tmp_path, text, 'names = ["merkmal"]')
    assert codes(delivery) == ["sources.values_open"]
    _, delivery = delivered(tmp_path, text, 'names = ["merkmal"]\nvalues = ["wert", "vorjahr"]')
    assert codes(delivery) == []
    frame = delivery.tables["2024-12-31"]["bloecke"]
    assert frame["vorjahr kinder"].dropna().to_dict() == {"01": 3.0, "02": 4.0}


def test_periods_of_several_lengths_in_one_column_are_no_guess(tmp_path):
    text = "block;zeit;kinder\n01;2023;4\n01;01/2024;5\n"
    _, delivery = delivered(tmp_path, text, 'stichtag = { column = "zeit" }')
    assert codes(delivery) == ["sources.grains_mixed"]


@pytest.mark.parametrize(
    ("more", "key"),
    [
        ('stichtag = { column = "a", name = "b" }', "tables[1].stichtag"),
        ("stichtag = {}", "tables[1].stichtag"),
        ("stichtag = 20241231", "tables[1].stichtag"),
        ('stichtag = "31.12.2024"', "tables[1].stichtag"),
        ('stichtag = { column = "a", day = "32-01" }', "tables[1].stichtag.day"),
        ('stichtag = { colum = "a" }', "tables[1].stichtag.colum"),
        ('values = ["wert"]', "tables[1].values"),
        ('files = ["a*.csv"]', "tables[1]"),
        ('by = "name"\nprefix = "1"', "tables[1].by"),
    ],
)
def test_a_section_that_contradicts_itself_is_told_by_its_key(tmp_path, more, key):
    with pytest.raises(ConfigError) as raised:
        delivered(tmp_path, LONG, more)
    assert [p.key for p in raised.value.problems] == [key]


def test_periods_may_be_written_for_the_build_and_for_a_table(tmp_path):
    _, delivery = delivered(
        tmp_path,
        YEARS_IN_ROWS.replace(";jahr", ";x"),
        'stichtag = "2024-Q3"\nrows = { x = "2024" }',
    )
    assert list(delivery.tables) == ["2024-09-30"]


# --- keys in other notations ----------------------------------------------------------------------


def plain(keys) -> str:
    rows = zip(keys, NUMBERS[2024].values(), strict=True)
    return "block;kinder;arm\n" + "".join(f"{key};{a};{b}\n" for key, (a, b) in rows)


def checked(plan, delivery):
    return [p for p in check_delivery(delivery, plan) if p.severity == "error"]


@pytest.mark.parametrize(
    ("keys", "more"),
    [
        (["1101", "1102", "1103", "1104"], ""),
        (["1", "2", "3", "4"], 'prefix = "0"'),
        (["01", "2", "3", "4"], 'prefix = "0"'),
    ],
)
def test_keys_that_lack_a_part_are_proposed_and_then_read(tmp_path, keys, more):
    if more:
        _, delivery = delivered(tmp_path, plain(keys), more)
        holds(delivery, {2024: NUMBERS[2024]})
        assert "sources.keys_translated" in codes(delivery, "note")
        return
    plan, delivery = delivered(tmp_path, plain(keys), "")
    (found,) = checked(plan, delivery)
    assert found.code == "check.affix_of_areas"
    assert 'prefix = "11"' in found.action
    # the advice works when followed
    build = plan.file.read_text("utf-8").replace(
        'key = "block"\nwidth = 2', 'key = "block"\nprefix = "11"'
    )
    plan.file.write_text(build, "utf-8")
    from sozialraum.config import read_build

    plan = read_build(plan.file)
    delivery = read_delivery(plan, plan.root)
    assert checked(plan, delivery) == []
    assert list(delivery.areas["bloecke"].index) == keys


def test_a_part_that_the_table_lacks_is_proposed(tmp_path):
    import geopandas as gpd

    numbers = plain(["111", "112", "113", "114"])
    plan = small_build(tmp_path, numbers=numbers, tables=table(""))
    layer = gpd.read_file(tmp_path / "bloecke.gpkg")
    layer["block"] = ["04011111", "04011112", "04011113", "04011114"]
    layer.to_file(tmp_path / "bloecke.gpkg")
    plan.file.write_text(plan.file.read_text("utf-8").replace("width = 2\n", ""), "utf-8")
    from sozialraum.config import read_build

    plan = read_build(plan.file)
    (found,) = checked(plan, read_delivery(plan, plan.root))
    assert (found.code, found.file) == ("check.affix_of_table", "zahlen.csv")
    assert 'prefix = "04011"' in found.action
    build = plan.file.read_text("utf-8")
    plan.file.write_text(build.replace(table(""), table('prefix = "04011"')), "utf-8")
    plan = read_build(plan.file)
    delivery = read_delivery(plan, plan.root)
    assert checked(plan, delivery) == []
    arm = delivery.tables["2024-12-31"]["bloecke"]["arm"]
    assert arm.to_dict() == {"04011111": 10, "04011112": 30, "04011113": 15, "04011114": 5}


def test_names_instead_of_keys_are_proposed_and_then_read(tmp_path):
    import geopandas as gpd

    from sozialraum.config import read_build

    plan = small_build(
        tmp_path, numbers=plain(["ALT STADT", "Nord", "Ost, Stadt", "West"]), tables=table("")
    )
    layer = gpd.read_file(tmp_path / "bloecke.gpkg")
    layer["heisst"] = ["Alt-Stadt", "Nord", "Ost", "West"]
    layer.to_file(tmp_path / "bloecke.gpkg")
    text = plan.file.read_text("utf-8").replace("width = 2\n", 'width = 2\nname = "heisst"\n')
    plan.file.write_text(text, "utf-8")
    plan = read_build(plan.file)
    (found,) = checked(plan, read_delivery(plan, plan.root))
    assert found.code == "check.names_of_areas"
    plan.file.write_text(text.replace(table(""), table('by = "name"')), "utf-8")
    plan = read_build(plan.file)
    delivery = read_delivery(plan, plan.root)
    assert checked(plan, delivery) == []
    holds(delivery, {2024: NUMBERS[2024]})


def test_other_words_for_an_area_are_aliases(tmp_path):
    from sozialraum.config import read_build

    plan = small_build(tmp_path, numbers=plain(["01", "02", "Hafen", "04"]), tables=table(""))
    text = plan.file.read_text("utf-8")
    plan.file.write_text(
        text.replace("width = 2\n", 'width = 2\naliases = { Hafen = "03" }\n'), "utf-8"
    )
    plan = read_build(plan.file)
    holds(read_delivery(plan, plan.root), {2024: NUMBERS[2024]})


def test_a_key_in_two_notations_in_one_table_is_doubled(tmp_path):
    _, delivery = delivered(tmp_path, plain(["01", "1", "03", "04"]), 'prefix = "0"')
    assert codes(delivery) == ["sources.key_twice"]


def test_rows_of_other_areas_are_left_out_with_their_people(tmp_path):
    text = plain(["01", "02", "03", "04"]) + "77;510;61\n"
    plan, delivery = delivered(tmp_path, text, "")
    assert [p.code for p in checked(plan, delivery)] == ["check.foreign_key"]
    plan, delivery = delivered(tmp_path, text, 'others = "leave_out"')
    assert checked(plan, delivery) == []
    (told,) = [p for p in delivery.problems if p.code == "sources.others_left_out"]
    # no population is stated: the largest base of the indicators, the children
    assert "510" in told.message


# --- nobody is lost without a number --------------------------------------------------------------


@pytest.mark.parametrize("seed", range(8))
def test_what_a_file_holds_is_what_is_used_and_what_is_told_as_left_out(tmp_path, seed):
    """Sum over all rows = used + left out, whatever is kept, spread, dated or in other places."""
    draw = np.random.default_rng(seed)
    keys, years, groups = [f"{n:02}" for n in range(1, 13)], [2022, 2023], ["a", "b", "c"]
    frame = pd.MultiIndex.from_product([keys, years, groups, ["x", "y"]]).to_frame(index=False)
    frame.columns = ["key", "jahr", "gruppe", "merkmal"]
    frame["wert"] = draw.integers(0, 500, len(frame))
    frame = frame.sample(frac=1, random_state=seed)
    frame.to_csv(tmp_path / "lang.csv", sep=";", index=False)
    kept = tuple(draw.choice(groups, size=1))
    tables, problems, left = read_tables(
        tmp_path / "lang.csv",
        key="key",
        shape=Shape(rows={"gruppe": kept}, names=("merkmal",), values=("wert",), column="jahr"),
    )
    assert [p for p in problems if p.severity == "error"] == []
    used = sum(float(t.frame.to_numpy().sum()) for t in tables.values())
    assert used + sum(rows.sums["wert"] for rows in left) == frame["wert"].sum()
    assert sum(rows.rows for rows in left) == (frame["gruppe"] != kept[0]).sum()
    assert list(tables) == [Period("year", year) for year in years]


def test_the_statistics_of_leipzig_are_refused_until_what_is_meant_is_said(tmp_path):
    file = shared("data/leipzig_ortsteile/leipzig_kleinraeumig.csv.gz")
    raw = pd.read_csv(file, dtype=str, keep_default_na=False)
    shape = Shape(names=("indikator",), values=("wert",), column="jahr")
    tables, problems, _ = read_tables(file, key="ortsteil", shape=shape)
    assert tables == {}
    assert {p.code for p in problems if p.severity == "error"} == {"sources.names_doubled"}
    double = raw.duplicated(["ortsteil", "jahr", "indikator"], keep=False)
    clear = sorted(set(raw["indikator"]) - set(raw["indikator"][double]))
    tables, problems, _ = read_tables(
        file, key="ortsteil", shape=shape, columns={name: name for name in clear}
    )
    # the design's own count: 24 Stichtage; here every number is held against the file
    assert len(tables) == 24
    day = tables[Period("year", 2020)]
    for column in ("Einwohner insgesamt",):
        rows = raw[(raw["jahr"] == "2020") & (raw["indikator"] == column)]
        truth = dict(zip(rows["ortsteil"], rows["wert"].astype(float), strict=True))
        got = day.frame[column].dropna().to_dict()
        assert got == {key: value for key, value in truth.items() if key in got}
        assert len(got) >= 60
