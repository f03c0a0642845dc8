"""A quarter reads "1. Quartal 2024" in every output; so do half years, school years, months, days."""

import json
import re
import subprocess

import openpyxl
import pandas as pd
import pytest
from small_months import COUNTS, KEYS, arrivals, write_months

import sozialraum as sr
from sozialraum.cli.printing.areas import print_ranking
from sozialraum.texts.gathered import gathered
from sozialraum.workflows.check.checking import check_build
from sozialraum.workflows.show.saved import open_result

# grain -> periods as the build file says them, and how people read them; the last is the build's own
GRAINS = {
    "month": (("2024-02", "2024-03"), ("Februar 2024", "März 2024"), "Monat"),
    "quarter": (("2024-Q1", "2024-Q2"), ("1. Quartal 2024", "2. Quartal 2024"), "Quartal"),
    "half": (("2023-H2", "2024-H1"), ("2. Halbjahr 2023", "1. Halbjahr 2024"), "Halbjahr"),
    "school_year": (("2022/23", "2023/24"), ("Schuljahr 2022/23", "Schuljahr 2023/24"), "Schuljahr"),
    "year": (("2023", "2024"), ("2023", "2024"), "Jahr"),
    "day": (("2024-03-30", "2024-03-31"), ("30.03.2024", "31.03.2024"), "Stichtag"),
}  # fmt: skip
FILES = 'files = ["karte", "csv", "xlsx", "methode", "bericht", "steckbriefe", "cockpit"]'
NEW = """
[[indicators]]
id = "neu"
label = "Neu erhoben"
numerator = "neu"
denominator = "kinder"
direction = "burden"
use = "layer"
"""


def as_of(grain):
    """Return how the build's own Stichtag reads alone: a year is told by its last day."""
    return "31.12.2024" if grain == "year" else GRAINS[grain][1][-1]


@pytest.fixture(scope="module", params=GRAINS)
def built(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("grain")
    periods = GRAINS[request.param][0]
    stated = periods if request.param == "day" else [f'"{p}"' for p in periods]
    file = write_months(folder, arrivals(2), watch="", counts=COUNTS + NEW, days=stated)
    file.write_text(
        file.read_text(encoding="utf-8").replace('files = ["csv"]', FILES), encoding="utf-8"
    )
    # only the last table has the new column
    table = folder / "daten" / "m1.csv"
    head, *rows = table.read_text(encoding="utf-8").splitlines()
    lines = [f"{head};neu", *(f"{row};{n + 40}" for n, row in enumerate(rows))]
    table.write_text("\n".join(lines), encoding="utf-8")
    out = folder / "out"
    result = sr.build(file)
    result.save(out)
    return request.param, file, out, result


def data_of(page, name):
    """Return the data that a page draws."""
    found = re.search(rf'<script type="application/json" id="{name}">(.*?)</script>', page, re.S)
    return json.loads(found[1])


def words_of(pdf):
    told = subprocess.run(["pdftotext", "-layout", pdf, "-"], capture_output=True, check=True)
    return " ".join(told.stdout.decode("utf-8").split())


def test_the_slider_of_the_page_names_the_periods(built):
    grain, _, out, result = built
    from sozialraum.publish.page.page_data import page_data

    editions = page_data(result.release)["editions"]
    assert tuple(e["period"] for e in editions) == GRAINS[grain][1]
    assert editions[-1]["shown"] == as_of(grain)
    page = (out / "karte.html").read_text(encoding="utf-8")
    assert f'<label for="jahr">{GRAINS[grain][2]}</label>' in page
    assert f"Stand {as_of(grain)}" in page


def test_the_workbook_names_the_periods(built):
    grain, _, out, _ = built
    book = openpyxl.load_workbook(out / "index.xlsx")
    told = {str(c.value) for sheet in book for row in sheet for c in row if c.value is not None}
    assert any(as_of(grain) in cell for cell in told)
    first = "31.12.2023" if grain == "year" else GRAINS[grain][1][0]
    assert any(cell.endswith(f" {first}") for cell in told)


def test_the_cockpit_names_the_periods(built):
    grain, _, out, _ = built
    page = (out / "cockpit.html").read_text(encoding="utf-8")
    assert tuple(data_of(page, "daten")["periods"]) == GRAINS[grain][1]
    assert as_of(grain) in page.split("<main>")[0]
    assert as_of(grain) in words_of(out / "cockpit.pdf")


def test_papers_and_the_method_name_the_period(built):
    grain, _, out, _ = built
    assert as_of(grain) in words_of(out / "bericht.pdf")
    assert as_of(grain) in words_of(out / "steckbriefe.pdf")
    assert as_of(grain) in (out / "methode.md").read_text(encoding="utf-8")


def test_show_and_check_name_the_period(built, capsys):
    grain, file, out, _ = built
    print_ranking(open_result(out), as_json=False)
    assert as_of(grain) in " ".join(capsys.readouterr().out.split())
    told = [str(p) for p in check_build(file) if p.code == "check.not_collected"]
    assert len(told) == 1
    assert ("31.12.2023" if grain == "year" else GRAINS[grain][1][0]) in told[0]


def test_no_output_calls_a_quarter_by_its_last_month(built):
    grain, _, out, _ = built
    if grain != "quarter":
        pytest.skip("only a quarter has another last month")
    for name in ("karte.html", "cockpit.html", "methode.md", "cockpit.pdf", "bericht.pdf"):
        path = out / name
        told = words_of(path) if name.endswith("pdf") else path.read_text(encoding="utf-8")
        assert [
            w for w in ("März 2024", "Juni 2024", "30.06.2024", "31.03.2024") if w in told
        ] == []


def test_a_column_of_quarters_and_a_stated_grain_are_the_same(built, tmp_path):
    from sources.small_build import small_build

    from sozialraum.sources.delivery import read_delivery

    rows = "block;quartal;kinder;arm\n" + "".join(
        f"{key};{quarter};100;10\n" for key in ("01", "02", "03", "04")
        for quarter in ("1. Quartal 2024", "Q2/2024")
    )  # fmt: skip
    table = (
        '[[tables]]\nfile = "zahlen.csv"\nareas = "bloecke"\nkey = "block"\n'
        'stichtag = { column = "quartal" }\n'
    )
    plan = small_build(tmp_path, numbers=rows, tables=table)
    assert read_delivery(plan, plan.root).spans == {
        "2024-03-31": "2024-Q1", "2024-06-30": "2024-Q2"
    }  # fmt: skip


def test_a_yearly_table_beside_24_months_is_one_warning(tmp_path):
    file = write_months(tmp_path, arrivals(24), watch="")
    extra = ""
    for year in (2022, 2023):
        frame = pd.DataFrame({"nr": KEYS, "arm": range(60, 84), "u15": range(600, 624)})
        frame.to_csv(tmp_path / "daten" / f"j{year}.csv", sep=";", index=False)
        extra += (
            f'[[tables]]\nfile = "j{year}.csv"\nareas = "st"\nkey = "nr"\nstichtag = "{year}"\n'
        )
    poor = NEW.replace("neu", "arm").replace('"kinder"', '"u15"')
    written = file.read_text(encoding="utf-8")
    written = written.replace("[[indicators]]", f"{extra}{poor}[[indicators]]", 1)
    file.write_text(written, encoding="utf-8")
    told = [p for p in check_build(file) if p.code == "check.not_collected"]
    assert [str(p).count("Zu 22 Stichtagen (31.01.2022 bis 30.11.2023)") for p in told] == [1]
    alike = gathered(check_build(file))
    assert len([p for p in alike if p.code == "sources.read_as"]) <= 2
    assert len(alike) < 15
    # the yearly number stands at its own two days, and nowhere else
    release = sr.build(file).release
    known = {e.stichtag for e in release.editions if e.values["arm"].notna().any()}
    assert known == {"2022-12-31", "2023-12-31"}
